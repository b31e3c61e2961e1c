/* http.c - HTTP/1.1 message heads: RFC 9110, RFC 9112.
 *
 * One pass from left to right, line by line.  Every function that reads says
 * 1 (went on), 0 (the input ends here) or -1 (the fault is filled); what can
 * be judged at a byte is judged there, so that a fault does not depend on how
 * much of the head has come.
 */
#include "codec/http.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

#define METHOD_MAX 32       /* bytes; longer is no method anybody serves */

/* A head being read. */
struct scan {
    const uint8_t *start, *p;       /* of the input; the next byte */
    const uint8_t *end, *stop;      /* of the input; of what this line may
                                       use of it */
    bool cut;                       /* stop is a ceiling: no more may come */
    bool request;
    int over;                       /* what to say at that ceiling */
    const char *over_why;
    const struct http_limits *max;
    struct http *out;
    struct http_fault *fault;
    bool has_host, has_length, has_coding, chunked;
    bool has_connection, has_expect;
};

static int bad(struct scan *s, int status, const uint8_t *at, const char *why)
{
    *s->fault = (struct http_fault){status, (size_t)(at - s->start), why};
    return -1;
}

/* The line has no more bytes here. */
static int dry(struct scan *s)
{
    return s->cut ? bad(s, s->over, s->stop, s->over_why) : 0;
}

static void line_begin(struct scan *s, int over, const char *why)
{
    size_t used = (size_t)(s->p - s->start);
    size_t room = s->max->head > used ? s->max->head - used : 0;
    size_t here = (size_t)(s->end - s->p);

    s->over = over;
    s->over_why = why;
    if (room <= s->max->line && room <= here) {
        s->over = 431;
        s->over_why = "the head is too long";
    } else {
        room = s->max->line;
    }
    s->cut = room <= here;
    s->stop = s->cut ? s->p + room : s->end;
}

/* RFC 9112 2.2: a line ends in CR LF, and neither byte stands alone. */
static int take_crlf(struct scan *s, const char *else_why)
{
    if (s->p == s->stop)
        return dry(s);
    if (*s->p == '\n')
        return bad(s, 400, s->p, "a line ends in LF without CR");
    if (*s->p != '\r')
        return bad(s, 400, s->p, else_why);
    if (s->stop - s->p < 2)
        return dry(s);
    if (s->p[1] != '\n')
        return bad(s, 400, s->p, "CR without LF");
    s->p += 2;
    return 1;
}

/* The first byte from p on that is not of the class. */
static const uint8_t *class_end(const uint8_t *p, const uint8_t *stop,
    unsigned class)
{
    while (p < stop && (http_class[*p] & class))
        p++;
    return p;
}

static int take_method(struct scan *s)
{
    const uint8_t *from = s->p;

    s->p = class_end(from, s->stop, HTTP_TOKEN);
    if (s->p - from > METHOD_MAX)
        return bad(s, 501, from + METHOD_MAX, "the method is too long");
    if (s->p == s->stop)
        return dry(s);
    if (*s->p != ' ' || s->p == from)
        return bad(s, 400, s->p, "byte not allowed in a method");
    s->out->method = slice_of(from, (size_t)(s->p - from));
    s->p++;
    return 1;
}

static int take_target(struct scan *s)
{
    const uint8_t *from = s->p;

    for (;;) {
        s->p = class_end(s->p, s->stop, HTTP_TARGET);
        if (s->p == s->stop || *s->p != '%')
            break;
        for (int i = 1; i <= 2; i++) {
            if (s->stop - s->p <= i)
                return dry(s);
            if (!(http_class[s->p[i]] & HTTP_HEX))
                return bad(s, 400, s->p, "\"%\" without two hex digits");
        }
        s->p += 3;
    }
    if (s->p == s->stop)
        return dry(s);
    if (*s->p == '\r' || *s->p == '\n')
        return bad(s, 400, s->p, "the request line has no version");
    if (*s->p != ' ' || s->p == from)
        return bad(s, 400, s->p, "byte not allowed in a target");
    s->out->target = slice_of(from, (size_t)(s->p - from));
    s->p++;
    return 1;
}

/* RFC 9112 2.3; RFC 9110 2.5: a higher minor version is read as 1.1. */
static int take_version(struct scan *s)
{
    static const char form[] = "HTTP/#.#";

    for (int i = 0; form[i]; i++) {
        bool digit;

        if (s->stop - s->p <= i)
            return dry(s);
        digit = s->p[i] >= '0' && s->p[i] <= '9';
        if (form[i] == '#' ? !digit : s->p[i] != (uint8_t)form[i])
            return bad(s, 400, s->p + i, "malformed HTTP version");
    }
    if (s->p[5] != '1')
        return bad(s, 505, s->p + 5, "only HTTP/1 is spoken here");
    s->out->minor = s->p[7] - '0';
    s->p += 8;
    return 1;
}

/* RFC 9110 4.2, RFC 3986 3.2: host and optional port, no userinfo.  Returns
 * the offset of the first byte that is wrong (a.len: it is cut short). */
static size_t authority_fault(struct slice a, bool need_host, bool need_port)
{
    size_t i = 0, colons = 0, port;

    if (a.len && a.ptr[0] == '[') {
        for (i = 1; i < a.len && a.ptr[i] != ']'; i++) {
            if (a.ptr[i] == ':')
                colons++;
            else if (!(http_class[a.ptr[i]] & HTTP_HEX) && a.ptr[i] != '.')
                return i;
        }
        if (i == a.len || colons < 2)
            return i;
        i++;
    } else {
        for (; i < a.len && a.ptr[i] != ':'; i++) {
            if (http_class[a.ptr[i]] & HTTP_NAME)
                continue;
            if (a.ptr[i] != '%' || a.len - i < 3
                || !(http_class[a.ptr[i + 1]] & HTTP_HEX)
                || !(http_class[a.ptr[i + 2]] & HTTP_HEX))
                return i;
            i += 2;
        }
    }
    if ((i == 0 && (need_host || a.len)) || (i == a.len && need_port))
        return i;
    if (i == a.len)
        return SLICE_NPOS;
    port = i + 1;
    if (a.ptr[i] != ':' || (need_port && port == a.len))
        return i;
    for (i = port; i < a.len; i++)
        if (a.ptr[i] < '0' || a.ptr[i] > '9')
            return i;
    if (port < a.len) {
        uint64_t n;

        if (a.len - port > 5
            || text_u64(slice_from(a, port), 0, 65535, &n))
            return port;
    }
    return SLICE_NPOS;
}

static void split_path(struct http *h, struct slice rest)
{
    size_t q = slice_chr(rest, '?');

    h->path = slice_head(rest, q);
    h->query = (struct slice){NULL, 0};
    if (q != SLICE_NPOS)
        h->query = slice_from(rest, q + 1);
}

/* RFC 9112 3.2.2.  The host of the target outdoes the Host header. */
static int split_absolute(struct scan *s)
{
    struct slice t = s->out->target, a;
    size_t colon = slice_chr(t, ':'), n = 0, wrong;
    struct slice scheme = slice_head(t, colon);

    if (!slice_iis(scheme, "http") && !slice_iis(scheme, "https"))
        return bad(s, 400, t.ptr, "a target of no form a server knows");
    a = slice_from(t, colon + 1);
    if (!slice_starts(a, "//"))
        return bad(s, 400, a.ptr, "an absolute target without \"//\"");
    a = slice_from(a, 2);
    while (n < a.len && a.ptr[n] != '/' && a.ptr[n] != '?')
        n++;
    s->out->host = slice_head(a, n);
    wrong = authority_fault(s->out->host, true, false);
    if (wrong != SLICE_NPOS)
        return bad(s, 400, a.ptr + wrong, "bad host in the target");
    split_path(s->out, slice_from(a, n));
    /* RFC 9112 3.2.4 for OPTIONS; RFC 9110 4.2.3: no path is "/". */
    if (n == a.len && slice_is(s->out->method, "OPTIONS"))
        s->out->path = SLICE("*");
    else if (s->out->path.len == 0)
        s->out->path = SLICE("/");
    return 1;
}

/* RFC 9112 3.2: which of the four forms it is depends on the method. */
static int split_target(struct scan *s)
{
    struct slice t = s->out->target;
    size_t wrong;

    if (slice_is(s->out->method, "CONNECT")) {
        wrong = authority_fault(t, true, true);
        if (wrong != SLICE_NPOS)
            return bad(s, 400, t.ptr + wrong, "CONNECT wants host:port");
        s->out->host = t;
        return 1;
    }
    if (t.ptr[0] == '/') {
        split_path(s->out, t);
        return 1;
    }
    if (slice_is(t, "*")) {
        if (!slice_is(s->out->method, "OPTIONS"))
            return bad(s, 400, t.ptr, "target \"*\" is for OPTIONS only");
        s->out->path = t;
        return 1;
    }
    return split_absolute(s);
}

static int request_line(struct scan *s)
{
    int r;

    line_begin(s, 414, "the request line is too long");
    if ((r = take_method(s)) != 1 || (r = take_target(s)) != 1
        || (r = take_version(s)) != 1
        || (r = take_crlf(s, "bytes behind the HTTP version")) != 1)
        return r;
    return split_target(s);
}

/* RFC 9112 4.  The blank before an absent reason is often left out, and
 * nobody reads that line in two ways. */
static int status_line(struct scan *s)
{
    const uint8_t *from;
    int r;

    line_begin(s, 431, "the status line is too long");
    if ((r = take_version(s)) != 1)
        return r;
    for (int i = 0; i < 4; i++) {
        if (s->stop - s->p <= i)
            return dry(s);
        if (i == 0 ? s->p[0] != ' ' : s->p[i] < '0' || s->p[i] > '9')
            return bad(s, 400, s->p + i, "malformed status");
    }
    s->out->status = (s->p[1] - '0') * 100 + (s->p[2] - '0') * 10
        + (s->p[3] - '0');
    if (s->out->status < 100)
        return bad(s, 400, s->p + 1, "status below 100");
    s->p += 4;
    from = s->p;
    if (s->p < s->stop && *s->p == ' ') {
        from = s->p + 1;
        s->p = class_end(from, s->stop, HTTP_VALUE);
    }
    s->out->reason = slice_of(from, (size_t)(s->p - from));
    return take_crlf(s, "byte not allowed in a status line");
}

/* RFC 9112 6.3: digits, once, alone; RFC 9110 8.6 allows to refuse "5, 5". */
static int note_length(struct scan *s, struct slice v)
{
    if (s->has_length)
        return bad(s, 400, v.ptr, "a second Content-Length");
    if (s->has_coding)
        return bad(s, 400, v.ptr, "Content-Length beside Transfer-Encoding");
    s->has_length = true;
    for (size_t i = 0; i < v.len; i++)
        if (v.ptr[i] < '0' || v.ptr[i] > '9')
            return bad(s, 400, v.ptr + i, "Content-Length is no number");
    if (text_u64(v, 0, UINT64_MAX, &s->out->length))
        return bad(s, 400, v.ptr, v.len ? "Content-Length is too long"
            : "Content-Length is empty");
    return 1;
}

/* RFC 9112 6.1: chunked, once and last; it has no parameters.  Nothing else
 * is understood here. */
static int note_coding(struct scan *s, struct slice v)
{
    if (s->has_length)
        return bad(s, 400, v.ptr, "Content-Length beside Transfer-Encoding");
    if (s->out->minor == 0)
        return bad(s, 400, v.ptr, "Transfer-Encoding in HTTP/1.0");
    s->has_coding = true;
    do {
        struct slice item = slice_trim(slice_cut(&v, ','));
        size_t n = 0;

        while (n < item.len && (http_class[item.ptr[n]] & HTTP_TOKEN))
            n++;
        if (n == 0)
            return bad(s, 400, item.ptr, "malformed Transfer-Encoding");
        if (s->chunked)
            return bad(s, 400, item.ptr, "a coding after chunked");
        if (!slice_iis(slice_head(item, n), "chunked"))
            return bad(s, 501, item.ptr, "unknown transfer coding");
        if (n != item.len)
            return bad(s, 400, item.ptr + n, "chunked has no parameters");
        s->chunked = true;
    } while (v.ptr);
    return 1;
}

static int note_host(struct scan *s, struct slice v)
{
    size_t wrong = authority_fault(v, false, false);

    if (s->has_host)
        return bad(s, 400, v.ptr, "a second Host");
    if (wrong != SLICE_NPOS)
        return bad(s, 400, v.ptr + wrong, "malformed Host");
    s->has_host = true;
    if (!s->out->host.ptr)
        s->out->host = v;
    return 1;
}

/* RFC 9110 10.1.1: an expectation we do not know may be refused. */
static int note_expect(struct scan *s, struct slice v)
{
    if (s->out->minor == 0)
        return 1;
    do {
        struct slice item = slice_trim(slice_cut(&v, ','));

        if (item.len && !slice_iis(item, "100-continue"))
            return bad(s, 417, item.ptr, "unknown expectation");
        s->has_expect |= item.len != 0;
    } while (v.ptr);
    return 1;
}

/* Looks at a field that decides how the message is read. */
static int note(struct scan *s, const struct http_header *h)
{
    switch (h->name.len) {
    case 4:
        if (s->request && slice_iis(h->name, "host"))
            return note_host(s, h->value);
        break;
    case 6:
        if (s->request && slice_iis(h->name, "expect"))
            return note_expect(s, h->value);
        break;
    case 10:
        s->has_connection |= slice_iis(h->name, "connection");
        break;
    case 14:
        if (slice_iis(h->name, "content-length"))
            return note_length(s, h->value);
        break;
    case 17:
        if (slice_iis(h->name, "transfer-encoding"))
            return note_coding(s, h->value);
        break;
    }
    return 1;
}

/* The first byte from p on that may not stand in a field value: eight at a
 * time while none is below SP or DEL (a tab only ends the fast way). */
static const uint8_t *value_end(const uint8_t *p, const uint8_t *stop)
{
    const uint64_t ones = UINT64_MAX / 255, high = ones << 7;
    uint64_t w, del;

    for (; stop - p >= 8; p += 8) {
        memcpy(&w, p, 8);
        del = w ^ ones * 0x7f;
        if ((((w - ones * 0x20) & ~w) | ((del - ones) & ~del)) & high)
            break;
    }
    return class_end(p, stop, HTTP_VALUE);
}

/* RFC 9112 5: name ":" OWS value OWS CRLF, and nothing folded. */
static int take_field(struct scan *s)
{
    struct http_header *h = &s->out->header[s->out->headers];
    const uint8_t *from = s->p, *to;
    int r;

    if (*s->p == ' ' || *s->p == '\t')
        return bad(s, 400, s->p, s->out->headers ? "a folded field"
            : "blank before the first field");
    s->p = class_end(from, s->stop, HTTP_TOKEN);
    if (s->p == s->stop)
        return dry(s);
    if (*s->p == ' ' || *s->p == '\t')
        return bad(s, 400, s->p, "blank before the colon");
    if (*s->p != ':' || s->p == from)
        return bad(s, 400, s->p, "byte not allowed in a field name");
    if (s->out->headers == HTTP_HEADERS)
        return bad(s, 431, from, "too many fields");
    h->name = slice_of(from, (size_t)(s->p - from));
    s->p++;
    while (s->p < s->stop && (*s->p == ' ' || *s->p == '\t'))
        s->p++;
    from = s->p;
    s->p = to = value_end(from, s->stop);
    while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
        to--;
    h->value = slice_of(from, (size_t)(to - from));
    if ((r = take_crlf(s, "byte not allowed in a field value")) != 1)
        return r;
    s->out->headers++;
    return note(s, h);
}

static int take_fields(struct scan *s)
{
    int r;

    for (;;) {
        line_begin(s, 431, "a field is too long");
        if (s->p == s->stop)
            return dry(s);
        if (*s->p == '\r' || *s->p == '\n')
            return take_crlf(s, "");
        if ((r = take_field(s)) != 1)
            return r;
    }
}

/* RFC 9112 9.3. */
static bool keeps_alive(const struct scan *s)
{
    const struct http *h = s->out;

    if (s->has_connection && http_has_token(h, "Connection", "close"))
        return false;
    return h->minor > 0 || (s->has_connection
        && http_has_token(h, "Connection", "keep-alive"));
}

static int frame_length(struct scan *s)
{
    struct slice v;

    s->out->framing = s->out->length ? HTTP_LENGTH : HTTP_NO_BODY;
    if (s->out->length <= s->max->body)
        return 1;
    v = http_get(s->out, "Content-Length");
    return bad(s, 413, v.ptr, "the body is too long");
}

static void scan_begin(struct scan *s, struct slice in,
    const struct http_limits *max, struct http *out, struct http_fault *fault)
{
    const struct slice none = {NULL, 0};

    *s = (struct scan){.start = in.ptr, .p = in.ptr, .max = max, .out = out,
        .fault = fault};
    s->end = s->stop = in.len ? in.ptr + in.len : in.ptr;
    /* Field by field: clearing 64 headers would cost more than reading. */
    out->method = out->target = none;
    out->host = out->path = out->query = out->reason = none;
    out->status = out->minor = 0;
    out->headers = 0;
    out->framing = HTTP_NO_BODY;
    out->length = 0;
    out->keep_alive = out->expect_continue = false;
}

struct http_limits http_limits_default(void)
{
    return (struct http_limits){.line = LIMIT_HTTP_LINE,
        .head = LIMIT_HTTP_HEAD, .body = LIMIT_HTTP_BODY};
}

int http_request(struct slice in, const struct http_limits *max,
    struct http *out, struct http_fault *fault)
{
    struct scan s;
    int r;

    scan_begin(&s, in, max, out, fault);
    s.request = true;
    if (in.len == 0)
        return 0;
    if (in.ptr[0] == '\r') {
        line_begin(&s, 414, "the request line is too long");
        if ((r = take_crlf(&s, "")) != 1)
            return r;
    }
    if ((r = request_line(&s)) != 1 || (r = take_fields(&s)) != 1)
        return r;
    if (!s.has_host && out->minor > 0)
        return bad(&s, 400, s.p - 2, "no Host");
    if (s.chunked)
        out->framing = HTTP_CHUNKED;
    else if (s.has_length && frame_length(&s) != 1)
        return -1;
    out->keep_alive = keeps_alive(&s);
    out->expect_continue = s.has_expect && out->framing != HTTP_NO_BODY;
    return (int)(s.p - s.start);
}

/* RFC 9112 6.3. */
int http_answer(struct slice in, const struct http_limits *max, bool to_head,
    struct http *out, struct http_fault *fault)
{
    struct scan s;
    int r;

    scan_begin(&s, in, max, out, fault);
    if (in.len == 0)
        return 0;
    if ((r = status_line(&s)) != 1 || (r = take_fields(&s)) != 1)
        return r;
    out->keep_alive = keeps_alive(&s);
    if (to_head || out->status < 200 || out->status == 204
        || out->status == 304) {
        out->length = 0;
    } else if (s.chunked) {
        out->framing = HTTP_CHUNKED;
    } else if (!s.has_length) {
        out->framing = HTTP_TO_CLOSE;
        out->keep_alive = false;
    } else if (frame_length(&s) != 1) {
        return -1;
    }
    return (int)(s.p - s.start);
}
