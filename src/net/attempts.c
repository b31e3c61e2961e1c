/* attempts.c - a ring of what reached us and what we sent, for "why".
 *
 * The head is copied byte for byte through one filter, so a secret that is
 * cut by the end of the room has been masked before the cut.
 */
#include "net/attempts.h"

#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"

#define KEEP 4              /* characters of a secret that stay readable */
#define KEEP_LEAST 12       /* a shorter secret shows none at all */
#define PHONE_LEAST 7       /* digits that make a phone number: E.164 */

struct slot {
    struct attempt a;
    int64_t began;          /* sys_now: the wall clock may jump */
    bool failed;            /* and nobody took it yet */
};

struct attempts {
    uint64_t last;          /* newest id; 0: none yet */
    void (*watch)(void *arg);
    void *watch_arg;
    void (*upgraded)(void *arg, const struct attempt *at);
    void *upgraded_arg;
    struct slot slot[LIMIT_ATTEMPTS];
};

/* A header or parameter whose name holds one of these is a secret: by their
 * first letters, none shorter than four. */
static const char *const secret_words[][6] = {
    {"auth", "api-key", "api_key", "apikey", "access_key", NULL},
    {"cookie", "credential", NULL},
    {"passw", NULL},
    {"signature", "secret", "session-id", NULL},
    {"token", NULL},
};
/* These parameters only when they are the whole name. */
static const char *const secret_names[] = {"key", "sig", "pass", "pwd"};

/* Twilio's parameters, and ours, that hold a number without its plus. */
static const char *const phone_names[] = {"to", "from", "called", "caller",
    "forwardedfrom", "phone", "phonenumber", "number"};

static bool in_list(const char *const *list, size_t n, struct slice name)
{
    for (size_t i = 0; i < n; i++)
        if (slice_is(name, list[i]))
            return true;
    return false;
}
#define IN_LIST(list, name) in_list(list, sizeof list / sizeof *list, name)

static bool word_at(struct slice s, const char *const *words)
{
    for (; *words; words++)
        if (slice_starts(s, *words))
            return true;
    return false;
}

/* name is in lower case.  Every header of every webhook passes here. */
static bool is_secret(struct slice name)
{
    for (size_t i = 0; i + 4 <= name.len; i++) {
        int which = -1;

        switch (name.ptr[i]) {
        case 'a':
            which = 0;
            break;
        case 'c':
            which = 1;
            break;
        case 'p':
            which = 2;
            break;
        case 's':
            which = 3;
            break;
        case 't':
            which = 4;
            break;
        }
        if (which >= 0 && word_at(slice_from(name, i), secret_words[which]))
            return true;
    }
    return false;
}

/* Lower-cases a name, %XX decoded, so that "%74oken" hides nothing. */
static struct slice plain_name(struct slice s, uint8_t out[static 64])
{
    size_t n = 0;

    for (size_t i = 0; i < s.len && n < 64; i++) {
        uint8_t c = s.ptr[i];

        if (c == '%' && i + 2 < s.len && text_hexval(s.ptr[i + 1]) >= 0
            && text_hexval(s.ptr[i + 2]) >= 0) {
            c = (uint8_t)(text_hexval(s.ptr[i + 1]) * 16
                + text_hexval(s.ptr[i + 2]));
            i += 2;
        }
        out[n++] = byte_lower(c);
    }
    return slice_of(out, n);
}

/* One byte, safe in a C string and in JSON. */
static void add_byte(struct buf *out, uint8_t c)
{
    buf_addc(out, c >= 0x20 && c < 0x7f ? c : '?');
}

static void add_secret(struct buf *out, struct slice s)
{
    for (size_t i = 0; i < s.len && i < KEEP && s.len >= KEEP_LEAST; i++)
        add_byte(out, s.ptr[i]);
    buf_adds(out, "****");
}

static size_t digits(struct slice s)
{
    size_t n = 0;

    while (n < s.len && s.ptr[n] >= '0' && s.ptr[n] <= '9')
        n++;
    return n;
}

static void add_number(struct buf *out, struct slice run)
{
    for (size_t i = 0; i < run.len; i++)
        buf_addc(out, i + 4 < run.len ? '*' : run.ptr[i]);
}

/* How many bytes can be copied as they are. */
static size_t plain_run(struct slice s, bool bare)
{
    size_t n = 0;

    while (n < s.len && s.ptr[n] >= 0x20 && s.ptr[n] < 0x7f
        && s.ptr[n] != '+' && s.ptr[n] != '%'
        && !(bare && s.ptr[n] >= '0' && s.ptr[n] <= '9'))
        n++;
    return n;
}

/* Plain text in which +15551230000 and %2B15551230000 are masked; with bare,
 * also a run of digits without a plus. */
static void add_text(struct buf *out, struct slice s, bool bare)
{
    size_t i = 0;

    while (i < s.len) {
        size_t mark = 0, n = plain_run(slice_from(s, i), bare);

        if (n) {
            buf_add(out, slice_of(s.ptr + i, n));
            i += n;
            continue;
        }
        if (s.ptr[i] == '+')
            mark = 1;
        else if (s.len - i > 2 && s.ptr[i] == '%' && s.ptr[i + 1] == '2'
            && byte_lower(s.ptr[i + 2]) == 'b')
            mark = 3;
        if (mark == 0 && !bare) {
            add_byte(out, s.ptr[i++]);
            continue;
        }
        n = digits(slice_from(s, i + mark));
        if (n < PHONE_LEAST) {
            add_byte(out, s.ptr[i++]);
            continue;
        }
        buf_add(out, slice_of(s.ptr + i, mark));
        add_number(out, slice_of(s.ptr + i + mark, n));
        i += mark + n;
    }
}

/* name=value pairs; ends where s ends. */
static void add_query(struct buf *out, struct slice s)
{
    uint8_t room[64];

    while (s.ptr) {
        struct slice value = slice_cut(&s, '&');
        struct slice key = slice_cut(&value, '=');
        struct slice name = plain_name(key, room);

        add_text(out, key, false);
        if (value.ptr) {
            buf_addc(out, '=');
            if (is_secret(name) || IN_LIST(secret_names, name))
                add_secret(out, value);
            else
                add_text(out, value, IN_LIST(phone_names, name));
        }
        if (s.ptr)
            buf_addc(out, '&');
    }
}

/* A URL or request target: user:password@ and the query are masked. */
static void add_url(struct buf *out, struct slice s)
{
    size_t q = slice_chr(s, '?');
    struct slice path = slice_head(s, q);
    size_t scheme = slice_find(path, SLICE("://"));

    if (scheme != SLICE_NPOS) {
        struct slice rest = slice_from(path, scheme + 3);
        size_t slash = slice_chr(rest, '/');
        size_t at = slice_chr(slice_head(rest, slash), '@');

        if (at != SLICE_NPOS) {
            add_text(out, slice_head(path, scheme + 3), false);
            buf_adds(out, "****");
            path = slice_from(rest, at);
        }
    }
    add_text(out, path, false);
    if (q != SLICE_NPOS) {
        buf_addc(out, '?');
        add_query(out, slice_from(s, q + 1));
    }
}

/* METHOD target HTTP/1.1; whatever else it is, it is shown as text. */
static void add_first_line(struct buf *out, struct slice line)
{
    struct slice target = line;
    struct slice word = slice_cut(&target, ' ');
    size_t end;

    if (!target.ptr) {
        add_url(out, line);
        return;
    }
    add_text(out, word, false);
    buf_addc(out, ' ');
    for (end = target.len; end > 0 && target.ptr[end - 1] != ' '; end--)
        continue;
    if (end == 0) {
        add_url(out, target);
        return;
    }
    add_url(out, slice_head(target, end - 1));
    add_text(out, slice_from(target, end - 1), false);
}

/* The scheme of an Authorization stays: "Bearer sk-p****". */
static void add_credential(struct buf *out, struct slice value)
{
    struct slice rest = value;
    struct slice scheme = slice_cut(&rest, ' ');

    if (!rest.ptr || scheme.len > 16) {
        add_secret(out, value);
        return;
    }
    add_text(out, scheme, false);
    buf_addc(out, ' ');
    add_secret(out, slice_trim(rest));
}

/* A browser's way to hand over a key (realtime 1): it follows the last dot
 * of a subprotocol named "...key.". */
static void add_protocols(struct buf *out, struct slice value)
{
    size_t at = slice_find(value, SLICE("key."));

    if (at == SLICE_NPOS) {
        add_text(out, value, false);
        return;
    }
    add_text(out, slice_head(value, at + 4), false);
    add_secret(out, slice_from(value, at + 4));
}

static bool holds_url(struct slice name)
{
    return slice_is(name, "referer") || slice_is(name, "origin")
        || slice_is(name, "location") || slice_ends(name, "-url")
        || slice_ends(name, "-uri");
}

static void add_value(struct buf *out, struct slice name, struct slice value)
{
    if (is_secret(name)) {
        if (slice_ends(name, "authorization"))
            add_credential(out, value);
        else
            add_secret(out, value);
        return;
    }
    switch (name.len ? name.ptr[name.len - 1] : 0) {
    case 'i':               /* the last letters of what is looked for */
    case 'l':
    case 'n':
    case 'r':
        if (slice_is(name, "sec-websocket-protocol")) {
            add_protocols(out, value);
            return;
        }
        if (holds_url(name)) {
            add_url(out, value);
            return;
        }
        break;
    }
    add_text(out, value, false);
}

static void add_header(struct buf *out, struct slice line)
{
    size_t colon = slice_chr(line, ':');
    uint8_t room[64];

    if (colon == SLICE_NPOS) {
        add_text(out, line, false);
        return;
    }
    add_text(out, slice_head(line, colon), false);
    buf_add(out, SLICE(": "));
    add_value(out, plain_name(slice_trim(slice_head(line, colon)), room),
        slice_trim(slice_from(line, colon + 1)));
}

static void add_head(char *out, size_t cap, struct slice head)
{
    struct buf b;
    bool first = true;

    buf_over(&b, out, cap - 1);
    while (head.ptr && !b.bad) {
        struct slice line = slice_cut(&head, '\n');

        if (line.len && line.ptr[line.len - 1] == '\r')
            line.len--;
        if (line.len == 0 && !first)
            break;
        if (first)
            add_first_line(&b, line);
        else
            add_header(&b, line);
        if (head.ptr)
            buf_addc(&b, '\n');
        first = false;
    }
    out[b.len] = 0;
}

static struct slot *find(struct attempts *a, uint64_t id)
{
    struct slot *s;

    if (!a || id == 0)
        return NULL;
    s = &a->slot[id % LIMIT_ATTEMPTS];
    return s->a.id == id ? s : NULL;
}

struct attempts *attempts_new(void)
{
    return mem_new(sizeof(struct attempts));
}

void attempts_free(struct attempts *a)
{
    mem_drop(a);
}

static struct slot *next_slot(struct attempts *a, enum attempt_kind kind)
{
    struct slot *s = &a->slot[++a->last % LIMIT_ATTEMPTS];

    memset(s, 0, sizeof *s);
    s->a.id = a->last;
    s->a.kind = kind;
    return s;
}

uint64_t attempts_begin(struct attempts *a, enum attempt_kind kind,
    struct slice peer, struct slice head)
{
    struct slot *s;

    if (!a || kind == ATTEMPT_NONE)
        return 0;
    s = next_slot(a, kind);
    s->a.at = sys_wall();
    s->a.ms = -1;
    s->began = sys_now();
    text_copy(s->a.peer, sizeof s->a.peer, peer);
    add_head(s->a.head, sizeof s->a.head, head);
    return s->a.id;
}

void attempts_call(struct attempts *a, uint64_t id, struct slice call)
{
    struct slot *s = find(a, id);

    if (s)
        text_copy(s->a.call, sizeof s->a.call, call);
}

/* What others said may hold anything: it is shown, so it is one line. */
static void set_text(char *dst, size_t cap, struct slice text)
{
    struct buf b;

    buf_over(&b, dst, cap - 1);
    add_text(&b, slice_head(text, cap - 1), false);
    dst[b.len] = 0;
}

void attempts_why(struct attempts *a, uint64_t id, const char *why)
{
    struct slot *s = find(a, id);

    if (s)
        set_text(s->a.why, sizeof s->a.why, slice_str(why));
}

void attempts_then(struct attempts *a, uint64_t id, const char *why)
{
    struct slot *s = find(a, id);
    char text[sizeof s->a.why];

    if (!s)
        return;
    text_fmt(text, sizeof text, "%.160s%s%s", s->a.why, s->a.why[0] ? "; "
        : "", why);
    set_text(s->a.why, sizeof s->a.why, slice_str(text));
}

void attempts_number(struct attempts *a, uint64_t id, int number)
{
    struct slot *s = find(a, id);

    if (s)
        s->a.number = number;
}

void attempts_first(struct attempts *a, uint64_t id, const char *text)
{
    struct slot *s = find(a, id);

    if (s)
        set_text(s->a.first, sizeof s->a.first, slice_str(text));
}

void attempts_last(struct attempts *a, uint64_t id, const char *text)
{
    struct slot *s = find(a, id);

    if (s)
        set_text(s->a.last, sizeof s->a.last, slice_str(text));
}

static void failed(struct attempts *a, struct slot *s)
{
    s->failed = true;
    if (a->watch)
        a->watch(a->watch_arg);
}

void attempts_end(struct attempts *a, uint64_t id, int status)
{
    struct slot *s = find(a, id);

    if (!s || s->a.ms >= 0)
        return;
    s->a.status = status;
    s->a.ms = sys_now() - s->began;
    if (s->a.kind == ATTEMPT_UPGRADE && a->upgraded)
        a->upgraded(a->upgraded_arg, &s->a);
    if (status == 0 || status >= 400)
        failed(a, s);
}

void attempts_closed(struct attempts *a, uint64_t id, int code,
    struct slice reason, bool by_us)
{
    struct slot *s = find(a, id);

    if (!s || s->a.close)
        return;
    s->a.close = code;
    s->a.by_us = by_us;
    set_text(s->a.close_why, sizeof s->a.close_why, reason);
    if (code != 1000 && code != 1001 && code != 1005)   /* RFC 6455 7.4.1 */
        failed(a, s);
}

const struct attempt *attempts_find(const struct attempts *a, uint64_t id)
{
    const struct slot *s;

    if (!a || id == 0)
        return NULL;
    s = &a->slot[id % LIMIT_ATTEMPTS];
    return s->a.id == id ? &s->a : NULL;
}

const struct attempt *attempts_after(const struct attempts *a, uint64_t id)
{
    uint64_t oldest;

    if (!a || id >= a->last)
        return NULL;
    oldest = a->last > LIMIT_ATTEMPTS ? a->last - LIMIT_ATTEMPTS + 1 : 1;
    if (++id < oldest)
        id = oldest;
    return &a->slot[id % LIMIT_ATTEMPTS].a;
}

void attempts_on_upgrade(struct attempts *a,
    void (*fn)(void *arg, const struct attempt *at), void *arg)
{
    if (!a)
        return;
    a->upgraded = fn;
    a->upgraded_arg = arg;
}

struct slice attempts_header(const struct attempt *at, const char *name)
{
    struct slice head = slice_str(at->head);

    slice_cut(&head, '\n');
    while (head.ptr) {
        struct slice value = slice_cut(&head, '\n');
        struct slice key = slice_cut(&value, ':');

        if (value.ptr && slice_iis(slice_trim(key), name))
            return slice_trim(value);
    }
    return slice_str(NULL);
}

/* ---- those that failed ---- */

void attempts_watch(struct attempts *a, void (*fn)(void *arg), void *arg)
{
    if (!a)
        return;
    a->watch = fn;
    a->watch_arg = arg;
}

const struct attempt *attempts_take_failed(struct attempts *a)
{
    const struct attempt *at;

    for (at = attempts_after(a, 0); at; at = attempts_after(a, at->id)) {
        struct slot *s = find(a, at->id);

        if (!s->failed)
            continue;
        s->failed = false;
        return at;
    }
    return NULL;
}

void attempts_restore(struct attempts *a, struct json rec)
{
    struct attempt at;
    struct slot *s;

    if (!a || attempts_read(rec, &at))
        return;
    s = next_slot(a, at.kind);
    at.id = s->a.id;
    s->a = at;
}
