/* twilio_rules.c - judges TwiML by the stand-in's own law (twilio_law.c): it
 * looks at the decoded tree, and knows no place in the text.
 */
#include <string.h>

#include "base/text.h"
#include "sim/twilio_own.h"

struct court {
    void (*say)(void *arg, int number, bool fatal, const char *what,
        struct slice about);
    void *arg;
};

static void fatal(const struct court *k, int number, const char *what,
    struct slice about)
{
    k->say(k->arg, number, true, what, about);
}

static void warn(const struct court *k, int number, const char *what,
    struct slice about)
{
    k->say(k->arg, number, false, what, about);
}

static bool among(struct slice word, const char *words, uint8_t between)
{
    struct slice rest = slice_str(words);

    while (rest.ptr)
        if (slice_eq(slice_cut(&rest, between), word))
            return true;
    return false;
}

static bool in_list(struct slice word, struct slice list)
{
    while (list.ptr)
        if (slice_eq(slice_cut(&list, ','), word))
            return true;
    return false;
}

/* ---- URLs ---- */

/* RFC 3986 2: what stands in a URL outside of an address in brackets. */
static bool url_bytes(struct slice url)
{
    static const char hex[] = "0123456789abcdefABCDEF";
    size_t hashes = 0;

    for (size_t i = 0; i < url.len; i++) {
        uint8_t c = url.ptr[i];

        if (c <= 0x20 || c >= 0x7f || strchr("\"<>\\^`{|}[]", c))
            return false;
        if (c == '%' && (i + 2 >= url.len || !url.ptr[i + 1]
            || !url.ptr[i + 2] || !strchr(hex, url.ptr[i + 1])
            || !strchr(hex, url.ptr[i + 2])))
            return false;
        hashes += c == '#';
    }
    return hashes < 2;
}

struct place {                  /* a URL, cut by hand */
    struct slice scheme, user, host, port, fragment;
    bool relative, query;
};

/* RFC 3986 3.1; absent when it is none. */
static struct slice scheme_of(struct slice url, size_t n)
{
    static const char more[] = "0123456789+-.";

    for (size_t i = 0; i < n; i++) {
        uint8_t c = url.ptr[i] | 0x20;

        if ((c < 'a' || c > 'z') && (i == 0 || !strchr(more, url.ptr[i])))
            return (struct slice){NULL, 0};
    }
    return slice_head(url, n);
}

static bool cut_url(struct slice url, struct place *p)
{
    size_t at = slice_find(url, SLICE("://")), end = 0;
    size_t colon = slice_chr(url, ':'), slash = slice_chr(url, '/');
    struct slice rest, host;

    memset(p, 0, sizeof(*p));
    p->relative = colon == SLICE_NPOS || slash < colon
        || slice_chr(url, '?') < colon || slice_chr(url, '#') < colon;
    p->query = slice_chr(url, '?') < slice_chr(url, '#');
    if (slice_chr(url, '#') != SLICE_NPOS)
        p->fragment = slice_from(url, slice_chr(url, '#') + 1);
    if (!p->relative)
        p->scheme = scheme_of(url, colon);
    if (!p->relative && !p->scheme.ptr)
        return false;
    if (p->relative && !slice_starts(url, "//"))
        return url.len > 0 && url_bytes(url);
    if (!p->relative && at != colon)
        return false;
    rest = slice_from(url, p->relative ? 2 : at + 3);
    while (end < rest.len && !strchr("/?#", rest.ptr[end]))
        end++;
    host = slice_head(rest, end);
    p->relative = false;
    if (slice_chr(host, '@') != SLICE_NPOS)
        p->user = slice_cut(&host, '@');
    rest = slice_from(rest, end);
    if (!url_bytes(rest) || !url_bytes(p->user))
        return false;
    if (host.len && host.ptr[0] == '[') {
        if (slice_chr(host, ']') == SLICE_NPOS)
            return false;
        p->host = slice_from(slice_cut(&host, ']'), 1);
        if (host.len && host.ptr[0] != ':')
            return false;
        if (host.len)
            p->port = slice_from(host, 1);
    } else {
        p->host = slice_cut(&host, ':');
        p->port = host;
    }
    return p->host.len > 0 && url_bytes(p->host)
        && slice_chr(p->host, '@') == SLICE_NPOS;
}

static bool port_ok(struct slice port)
{
    int64_t n;

    return !port.len || text_i64(port, 1, 65535, &n) == 0;
}

/* No name of public DNS, or an address of a net of one's own. */
static bool inside(struct slice host)
{
    static const char *const begins[] = {"10.", "127.", "0.", "169.254.",
        "192.168.", "::", "fc", "fd", "fe8"};
    static const char *const ends[] = {".local", ".localhost", ".internal"};
    struct slice rest = host;
    int64_t a = 0, b = 0, c;
    bool four, six = slice_chr(host, ':') != SLICE_NPOS;

    four = text_i64(slice_cut(&rest, '.'), 0, 255, &a) == 0
        && text_i64(slice_cut(&rest, '.'), 0, 255, &b) == 0
        && text_i64(slice_cut(&rest, '.'), 0, 255, &c) == 0
        && text_i64(rest, 0, 255, &c) == 0;
    for (size_t i = 0; i < 9 && (four || six); i++)
        if ((i < 5) == four && (i == 5 ? slice_is(host, "::")
            || slice_is(host, "::1") : slice_starts(host, begins[i])))
            return true;
    if (four)
        return (a == 172 && b >= 16 && b < 32)
            || (a == 100 && b >= 64 && b < 128);
    for (size_t i = 0; i < 3; i++)
        if (slice_ends(host, ends[i]))
            return true;
    return !six && slice_chr(host, '.') == SLICE_NPOS;
}

/* The query is dropped, not refused: what that leads to is the server's. */
static void socket_url(const struct court *k, struct slice url)
{
    struct place p;
    bool good = cut_url(url, &p);

    if (p.scheme.ptr && !slice_ieq(p.scheme, SLICE("wss"))) {
        fatal(k, 31922, "a stream URL that is not wss:", url);
        return;
    }
    if (!good || !port_ok(p.port)) {
        fatal(k, 31923, "a malformed stream URL", url);
        return;
    }
    if (p.user.ptr)
        fatal(k, 31923, "a stream URL with user info", url);
    if (p.fragment.ptr)
        fatal(k, 31923, "a stream URL with a fragment", url);
    if (p.query)
        warn(k, 31920, "the query of a stream URL is dropped:", url);
    if (p.relative)
        return;
    if (inside(p.host))
        warn(k, 31904, "a stream URL nobody outside reaches:", url);
    if (p.port.len && !slice_is(p.port, "443"))
        warn(k, 0, "a stream URL with another port than 443:", url);
}

static void override(const struct court *k, struct slice part,
    struct slice url)
{
    struct slice name = slice_cut(&part, '='), word;
    bool edge = slice_is(name, "e"), retry = slice_is(name, "rp");
    int64_t most = slice_is(name, "ct") ? 10000 : slice_is(name, "rc") ? 5
        : 15000, n;

    if (edge || retry) {
        while (part.ptr) {
            bool good;

            word = slice_cut(&part, ',');
            good = edge ? word.len > 1
                : in_list(word, SLICE("4xx,5xx,ct,rt,all"));
            for (size_t i = 0; edge && i < word.len; i++)
                good &= word.ptr[i] == '-' || (word.ptr[i] >= 'a'
                    && word.ptr[i] <= 'z');
            if (!good) {
                fatal(k, edge ? 11240 : 11243, "a bad override:", url);
                return;
            }
        }
    } else if (slice_is(name, "rc")) {
        if (text_i64(part, 0, most, &n))
            fatal(k, 11243, "a bad override:", url);
    } else if (slice_is(name, "sni") ? !in_list(part, SLICE("y,n"))
        : among(name, "ct rt tt", ' ') && text_i64(part, 100, most, &n)) {
        warn(k, 0, "a bad override:", url);
    }
}

static void http_url(const struct court *k, struct slice url, bool absolute)
{
    struct place p;
    bool good = cut_url(url, &p);
    struct slice rest, part;

    if (absolute && !p.scheme.ptr) {
        fatal(k, 11100, "a URL that is not absolute:", url);
        return;
    }
    if (!good || !port_ok(p.port)) {
        fatal(k, 11100, "a malformed URL", url);
        return;
    }
    if (p.scheme.ptr && !slice_ieq(p.scheme, SLICE("http"))
        && !slice_ieq(p.scheme, SLICE("https")))
        fatal(k, 11100, "a URL that is not http or https:", url);
    else if (absolute && slice_chr(p.host, '_') != SLICE_NPOS)
        fatal(k, 11100, "a host with an underscore:", url);
    else if (!p.relative && inside(p.host))
        warn(k, 11205, "a URL nobody outside reaches:", url);
    rest = p.fragment;
    while (rest.ptr) {
        part = slice_cut(&rest, '&');
        override(k, part, url);
    }
}

/* ---- values ---- */

/* "LO-", "LO-HI" or with words behind: "0-,auto". */
static bool number_ok(struct slice value, struct slice range)
{
    struct slice ends = slice_cut(&range, ',');
    struct slice low = slice_cut(&ends, '-');
    int64_t lo = 0, hi = INT32_MAX, n;

    text_i64(low, 0, INT32_MAX, &lo);
    text_i64(ends, 0, INT32_MAX, &hi);
    value = slice_trim_all(value);
    return (!slice_starts(value, "-") && text_i64(value, lo, hi, &n) == 0)
        || (range.ptr && in_list(value, range));
}

static bool words_ok(struct slice value, struct slice list)
{
    size_t n = 0;

    while (value.ptr) {
        struct slice word = slice_cut(&value, ' ');

        n += word.len > 0;
        if (word.len && !in_list(word, list))
            return false;
    }
    return n > 0;
}

static bool chars_ok(struct slice value, struct slice set)
{
    for (size_t i = 0; i < value.len; i++)
        if (slice_chr(set, value.ptr[i]) == SLICE_NPOS)
            return false;
    return true;
}

static bool voice_ok(struct slice value)
{
    size_t dot = slice_chr(value, '.');

    return among(value, "man woman alice", ' ') || (dot != SLICE_NPOS
        && dot + 1 < value.len
        && among(slice_head(value, dot), "Polly Google ElevenLabs", ' '));
}

static void value(const struct court *k, struct slice law, struct slice v)
{
    struct slice kind = slice_cut(&law, ':');
    struct slice number = slice_cut(&law, ':');
    int64_t n = 12200;
    bool good = true;

    text_i64(number, 0, 99999, &n);
    switch (kind.ptr[0]) {
    case 'u':
    case 'a':
        http_url(k, v, kind.ptr[0] == 'a');
        return;
    case 's':
        socket_url(k, v);
        return;
    case 'b':
        good = among(v, "true false", ' ');
        break;
    case 'm':
        good = slice_ieq(v, SLICE("GET")) || slice_ieq(v, SLICE("POST"));
        break;
    case 'n':
        good = number_ok(v, law);
        break;
    case 'w':
        good = in_list(v, law);
        break;
    case 'W':
        good = words_ok(v, law);
        break;
    case 'c':
        good = chars_ok(v, law);
        break;
    case 'v':
        good = voice_ok(v);
        break;
    case 'x':
        good = false;
        break;
    }
    if (good)
        return;
    if (n == 12200)
        warn(k, (int)n, "a value that is not allowed:", v);
    else
        fatal(k, (int)n, "a value that is not allowed:", v);
}

/* Finds "name=..." in a law; what stands behind, and whether it must be. */
static bool law_of(const char *attrs, struct slice name, struct slice *law,
    bool *must)
{
    struct slice rest = slice_str(attrs), word, key;

    while (rest.ptr) {
        word = slice_cut(&rest, ' ');
        *must = word.len && word.ptr[0] == '!';
        word = slice_from(word, *must);
        key = slice_cut(&word, '=');
        if (slice_eq(key, name)) {
            *law = word;
            return true;
        }
    }
    return false;
}

static void attributes(const struct court *k, const struct tw_law *law,
    const struct tw_node *n)
{
    struct slice rest = slice_str(law->attrs), word, one;
    bool must;

    for (size_t i = 0; i < n->attrs; i++) {
        if (law_of(law->attrs, n->attr[i].name, &one, &must))
            value(k, one, n->attr[i].value);
        else if (!slice_starts(n->attr[i].name, "xml")
            && !slice_starts(n->attr[i].name, "xsi:"))
            warn(k, 12200, "no such attribute:", n->attr[i].name);
    }
    while (rest.ptr) {
        word = slice_cut(&rest, ' ');
        one = slice_from(word, 1);
        if (!word.len || word.ptr[0] != '!')
            continue;
        one = slice_cut(&one, '=');
        for (size_t i = 0; i < n->attrs && one.len; i++)
            if (slice_eq(n->attr[i].name, one))
                one.len = 0;
        if (!one.len)
            continue;
        if (slice_starts(slice_from(word, 1), "url="))
            fatal(k, 31923, "no url in a", n->name);
        else
            warn(k, 12200, "an attribute is missing:", one);
    }
}

/* ---- elements ---- */

static bool is(const struct tw_law *law, const char *name)
{
    return strcmp(law->name, name) == 0;
}

static size_t runes(struct slice s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        n += (s.ptr[i] & 0xc0) != 0x80;
    return n;
}

static void spoken(const struct tw_node *n, size_t *chars, size_t *shown)
{
    *chars += n->chars;
    *shown += n->text.len;
    for (const struct tw_node *c = n->child; c; c = c->next)
        spoken(c, chars, shown);
}

static void on_say(const struct court *k, const struct tw_node *n)
{
    struct slice voice = tw_xml_attr(n, "voice");
    size_t chars = 0, shown = 0;
    size_t most = slice_starts(voice, "Polly.") ? 3000
        : slice_starts(voice, "Google.") ? 5000 : 4096;

    spoken(n, &chars, &shown);
    if (!shown)
        fatal(k, 13520, "a Say with nothing to say", n->name);
    if (chars > most)
        fatal(k, 13521, "a Say too long:", n->text);
}

static bool dialable(struct slice s)
{
    size_t digits = 0;

    if (slice_starts(s, "+"))
        s = slice_from(s, 1);
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
            digits++;
        else if (slice_chr(SLICE(" .-()"), s.ptr[i]) == SLICE_NPOS)
            return false;
    return digits >= 1 && digits <= 15;
}

/* What a verb must hold, and what its text must be. */
static void content(const struct court *k, const struct tw_law *law,
    const struct tw_node *n, size_t nouns)
{
    bool none = nouns == 0 && (!law->text || n->text.len == 0);

    if (is(law, "Say"))
        on_say(k, n);
    else if (is(law, "Connect") || is(law, "Start") || is(law, "Stop"))
        none ? warn(k, 12200, "nothing in a", n->name) : (void)0;
    else if (is(law, "Dial") && none)
        fatal(k, 13210, "nobody in a", n->name);
    else if (is(law, "Number") ? !dialable(n->text)
        : is(law, "Dial") && n->text.len && !dialable(n->text))
        warn(k, 13223, "no telephone number:", n->text);
    else if (is(law, "Redirect") && none)
        fatal(k, 11100, "no URL in a", n->name);
    else if (is(law, "Play") && none && !tw_xml_attr(n, "digits").ptr)
        fatal(k, 11100, "no URL in a", n->name);
    else if ((is(law, "Redirect") || is(law, "Play")) && !none)
        http_url(k, n->text, false);
}

static void parameters(const struct court *k, const struct tw_node *stream)
{
    for (const struct tw_node *p = stream->child; p; p = p->next) {
        struct slice name = tw_xml_attr(p, "name");

        if (!slice_is(p->name, "Parameter"))
            continue;
        if (runes(name) + runes(tw_xml_attr(p, "value")) >= 500)
            fatal(k, 0, "a Parameter of 500 characters or more:", name);
        for (const struct tw_node *q = stream->child; q != p && name.ptr;
            q = q->next)
            if (slice_is(q->name, "Parameter")
                && slice_eq(tw_xml_attr(q, "name"), name)) {
                warn(k, 0, "the same Parameter twice:", name);
                break;
            }
    }
}

static void judge(const struct court *k, const struct tw_law *law,
    const struct tw_node *n);

/* How many of n's children may stand there. */
static size_t children(const struct court *k, const struct tw_law *law,
    const struct tw_node *n)
{
    size_t nouns = 0;

    for (const struct tw_node *c = n->child; c; c = c->next) {
        const struct tw_law *its = tw_law(c->name, law);

        if (!its) {
            warn(k, 12200, "not known, or not there:", c->name);
            continue;
        }
        if (nouns++ && is(law, "Connect"))
            warn(k, 12200, "a second noun in a", n->name);
        judge(k, its, c);
    }
    return nouns;
}

static void judge(const struct court *k, const struct tw_law *law,
    const struct tw_node *n)
{
    if (law->attrs)
        attributes(k, law, n);
    else if (!among(SLICE("Say"), law->in, ' '))
        return;
    if (!law->text && n->text.len)
        warn(k, 12200, "text that nobody reads:", n->text);
    content(k, law, n, children(k, law, n));
    if (is(law, "Stream"))
        parameters(k, n);
}

/* The way the verbs go: what is never reached, what ends the call. */
static void order(const struct court *k, const struct tw_node *root)
{
    const struct tw_node *verb = NULL;
    bool over = false, told = false;

    for (const struct tw_node *n = root->child; n; n = n->next) {
        if (!tw_law(n->name, tw_law_root()))
            continue;
        if (over && !told) {
            warn(k, 0, "never reached:", n->name);
            told = true;
            over = false;
        } else if (verb && slice_is(n->name, "Reject")) {
            warn(k, 0, "not the first verb:", n->name);
        }
        if (among(n->name, "Hangup Leave Redirect Reject", ' ')) {
            over = true;
            told = false;
        }
        verb = n;
    }
    if (!verb || !slice_is(verb->name, "Start"))
        return;
    for (const struct tw_node *c = verb->child; c; c = c->next)
        if (slice_is(c->name, "Stream")) {
            warn(k, 0, "the call ends after its last verb,", verb->name);
            return;
        }
}

struct tw_node *tw_rules(struct tw_xml *x, struct slice body,
    void (*say)(void *arg, int number, bool fatal, const char *what,
        struct slice about), void *arg)
{
    const struct court k = {say, arg};
    struct slice begin = slice_head(body, 100);
    struct tw_node *root;

    if (body.len == 0) {
        fatal(&k, 11770, "the document is empty", begin);
        return NULL;
    }
    if (body.len > TW_DOC) {
        fatal(&k, 11750, "the document is over 64 kB", begin);
        return NULL;
    }
    root = tw_xml_read(x, body);
    if (!root) {
        begin = slice_head(slice_trim_all(body), 14);
        if (slice_ieq(begin, SLICE("<!DOCTYPE html")))
            fatal(&k, 12102, "a web page:", begin);
        else
            fatal(&k, 12100, x->why, begin);
        return NULL;
    }
    if (!slice_is(root->name, "Response")) {
        fatal(&k, 12102, "the root is", root->name);
        return root;
    }
    judge(&k, tw_law_root(), root);
    order(&k, root);
    return root;
}
