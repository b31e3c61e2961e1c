/* lint_value.c - the values of attributes, and the URLs and numbers that are
 * text: each by the type that the table gives it.
 */
#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "codec/url.h"
#include "twilio/lint_impl.h"

#define NUMBER_MAX 15           /* digits: E.164 */

size_t lint_characters(struct slice raw, bool cdata)
{
    size_t n = 0, semicolon;

    for (size_t i = 0; i < raw.len; i++) {
        if ((raw.ptr[i] & 0xc0) == 0x80 || (raw.ptr[i] == '\r'
            && i + 1 < raw.len && raw.ptr[i + 1] == '\n'))
            continue;
        n++;
        if (raw.ptr[i] == '&' && !cdata) {
            semicolon = slice_chr(slice_from(raw, i), ';');
            i += semicolon == SLICE_NPOS ? 0 : semicolon;
        }
    }
    return n;
}

/* A finding about a URL whose cause the parser of URLs knows. */
static void find_why(struct lint *l, enum lint_rule rule, struct slice part,
    const char *why)
{
    size_t before = l->found;

    lint_find_part(l, rule, part);
    for (size_t i = 0; i < l->max && i <= before; i++)
        if (l->out[i].message == NULL)
            l->out[i].message = why;
}

/* ---- where a URL leads ---- */

static bool is_ip4(struct slice host, uint8_t ip[static 4])
{
    uint64_t n;

    for (int i = 0; i < 4; i++) {
        if (!host.ptr || text_u64(slice_cut(&host, '.'), 0, 255, &n))
            return false;
        ip[i] = (uint8_t)n;
    }
    return !host.ptr;
}

/* A literal address or a name that no public DNS has: RFC 1918, 6598, 6761,
 * 6762, 3927, 4193.  A name alone cannot be judged further. */
static bool is_private(struct slice host)
{
    uint8_t ip[4];

    if (is_ip4(host, ip))
        return ip[0] == 0 || ip[0] == 10 || ip[0] == 127
            || (ip[0] == 100 && (ip[1] & 0xc0) == 64)
            || (ip[0] == 169 && ip[1] == 254)
            || (ip[0] == 172 && (ip[1] & 0xf0) == 16)
            || (ip[0] == 192 && ip[1] == 168);
    if (slice_chr(host, ':') != SLICE_NPOS)
        return slice_is(host, "::1") || slice_is(host, "::")
            || slice_iis(slice_head(host, 2), "fc")
            || slice_iis(slice_head(host, 2), "fd")
            || slice_iis(slice_head(host, 3), "fe8");
    return slice_chr(host, '.') == SLICE_NPOS
        || slice_iis(slice_from(host, host.len < 6 ? 0 : host.len - 6),
            ".local")
        || slice_iis(slice_from(host, host.len < 9 ? 0 : host.len - 9),
            ".internal")
        || slice_iis(slice_from(host, host.len < 10 ? 0 : host.len - 10),
            ".localhost");
}

/* Does it begin with "scheme:"?  Then scheme is set. */
static bool has_scheme(struct slice s, struct slice *scheme)
{
    size_t colon = slice_chr(s, ':');

    if (colon == SLICE_NPOS || colon == 0)
        return false;
    *scheme = slice_head(s, colon);
    for (size_t i = 0; i < colon; i++) {
        uint8_t c = byte_lower(s.ptr[i]);

        if ((c < 'a' || c > 'z') && (i == 0 || ((c < '0' || c > '9')
            && c != '+' && c != '-' && c != '.')))
            return false;
    }
    return true;
}

/* Has it a host of its own? */
static bool has_host(struct slice value)
{
    struct slice scheme;

    return has_scheme(value, &scheme) || slice_starts(value, "//");
}

/* Takes the URL apart, a relative one as if it stood on some host.  NULL when
 * it is well, else why not. */
static const char *parse(struct slice value, const char *usual, struct buf *b,
    struct url *u)
{
    struct slice scheme;
    const char *why;
    size_t at;

    if (value.len == 0)
        return "an empty URL";
    if (!has_scheme(value, &scheme)) {
        /* RFC 3986 4.2: what stands before a colon is a scheme, or wrong. */
        if (slice_chr(value, ':') < slice_chr(value, '/')
            && slice_chr(value, ':') < slice_chr(value, '?')
            && slice_chr(value, ':') < slice_chr(value, '#'))
            return "no scheme has such a name";
        buf_adds(b, usual);
        buf_adds(b, slice_starts(value, "//") ? ":"
            : slice_starts(value, "/") ? "://h" : "://h/");
    }
    if (xml_text(value, b) || !buf_ok(b))
        return "too long for a URL";
    return url_parse(buf_slice(b), u, &at, &why) ? why : NULL;
}

/* twilio 1.6, 2.3: wss or relative, and no data in it but in the path. */
static void socket_url(struct lint *l, struct slice value)
{
    uint8_t mem[LIMIT_HTTP_LINE];
    struct buf b;
    struct url u;
    struct slice scheme;
    const char *why;

    if (has_scheme(value, &scheme) && !slice_iis(scheme, "wss")) {
        lint_find_part(l, R_STREAM_SCHEME, value);
        return;
    }
    buf_over(&b, mem, sizeof mem);
    why = parse(value, "wss", &b, &u);
    if (why) {
        find_why(l, R_STREAM_URL, value, why);
        return;
    }
    if (l->inline_ && !has_host(value))
        lint_find_part(l, R_URL_INLINE, value);
    if (u.userinfo.ptr)
        lint_find_part(l, R_STREAM_USER, value);
    if (u.fragment.ptr)
        lint_find_part(l, R_STREAM_FRAGMENT, value);
    if (u.query.ptr)
        lint_find_part(l, R_STREAM_QUERY, value);
    if (!has_host(value))
        return;
    if (is_private(u.host))
        lint_find_part(l, R_STREAM_PRIVATE, value);
    if (u.number != 443)
        lint_find_part(l, R_STREAM_PORT, value);
}

/* twilio 2.1: how Twilio shall connect, in the fragment of an http URL. */
static void override(struct lint *l, struct slice value, struct slice one)
{
    struct slice name = slice_cut(&one, '=');
    bool known = lint_listed("ct rt tt rc rp sni e", name, false);
    uint64_t n;

    if (!known)
        return;             /* an anchor, a word: none of Twilio's */
    if (slice_is(name, "rp") || slice_is(name, "e")) {
        while (one.ptr) {
            struct slice word = slice_cut(&one, ',');
            bool good = slice_is(name, "rp")
                ? lint_listed("4xx 5xx ct rt all", word, false)
                : word.len > 1;

            for (size_t i = 0; i < word.len && slice_is(name, "e"); i++)
                good &= word.ptr[i] == '-' || (word.ptr[i] >= 'a'
                    && word.ptr[i] <= 'z');
            if (!good) {
                lint_find_part(l, slice_is(name, "e") ? R_EDGE : R_RETRY,
                    value);
                return;
            }
        }
    } else if (slice_is(name, "rc")) {
        if (text_u64(one, 0, 5, &n))
            lint_find_part(l, R_RETRY, value);
    } else if (slice_is(name, "sni")
        ? !lint_listed("y n", one, false)
        : text_u64(one, 100, slice_is(name, "ct") ? 10000 : 15000, &n)) {
        lint_find_part(l, R_OVERRIDE, value);
    }
}

/* Callbacks: absolute, or (action) also relative. */
static void http_url(struct lint *l, struct slice value, bool absolute)
{
    uint8_t mem[LIMIT_HTTP_LINE];
    struct buf b;
    struct url u;
    struct slice scheme, part;
    const char *why;

    if (!has_scheme(value, &scheme) && absolute) {
        lint_find_part(l, R_URL_ABSOLUTE, value);
        return;
    }
    buf_over(&b, mem, sizeof mem);
    why = parse(value, "https", &b, &u);
    if (why) {
        find_why(l, R_URL, value, why);
        return;
    }
    if (!slice_iis(u.scheme, "http") && !slice_iis(u.scheme, "https"))
        lint_find_part(l, R_URL_SCHEME, value);
    else if (absolute && slice_chr(u.host, '_') != SLICE_NPOS)
        lint_find_part(l, R_URL_UNDERSCORE, value);
    else if (has_host(value) && is_private(u.host))
        lint_find_part(l, R_URL_PRIVATE, value);
    if (l->inline_ && !has_host(value))
        lint_find_part(l, R_URL_INLINE, value);
    while (u.fragment.ptr) {
        part = slice_cut(&u.fragment, '&');
        override(l, value, part);
    }
}

/* ---- the types ---- */

static bool is_int(struct slice s, const struct lint_attr *a)
{
    uint64_t n;

    return text_u64(slice_trim_all(s), a->lo, a->hi, &n) == 0
        || (a->words && lint_listed(a->words, s, false));
}

static bool all_listed(struct slice s, const char *words)
{
    bool some = false;

    while (s.ptr) {
        struct slice one = slice_cut(&s, ' ');

        if (one.len && !lint_listed(words, one, false))
            return false;
        some |= one.len > 0;
    }
    return some;
}

static bool all_among(struct slice s, const char *bytes)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == 0 || !strchr(bytes, s.ptr[i]))
            return false;
    return true;
}

static bool is_voice(struct slice s)
{
    static const char *const makes[] = {"Polly.", "Google.", "ElevenLabs."};

    for (size_t i = 0; i < sizeof makes / sizeof *makes; i++)
        if (slice_starts(s, makes[i]) && s.len > strlen(makes[i]))
            return true;
    return lint_listed("man woman alice", s, false);
}

static enum lint_rule usual(enum lint_type type)
{
    return type == V_BOOL ? R_BOOL : type == V_METHOD ? R_METHOD
        : type == V_INT ? R_INT : type == V_VOICE ? R_SAY_VOICE : R_WORD;
}

void lint_value(struct lint *l, const struct lint_attr *a, struct slice value)
{
    bool good = true;

    switch (a->type) {
    case V_TEXT:
        return;
    case V_URL:
    case V_CALLBACK:
        http_url(l, value, a->type == V_CALLBACK);
        return;
    case V_SOCKET:
        socket_url(l, value);
        return;
    case V_NEVER:
        good = false;
        break;
    case V_BOOL:
        good = lint_listed("true false", value, false);
        break;
    case V_METHOD:
        good = lint_listed("GET POST", value, true);
        break;
    case V_INT:
        good = is_int(value, a);
        break;
    case V_WORD:
        good = lint_listed(a->words, value, false);
        break;
    case V_WORDS:
        good = all_listed(value, a->words);
        break;
    case V_CHARS:
        good = all_among(value, a->words);
        break;
    case V_VOICE:
        good = is_voice(value);
        break;
    }
    if (!good)
        lint_find_part(l, a->rule ? a->rule : usual(a->type), value);
}

/* Written as people do, with blanks, dots, dashes and brackets. */
static bool is_number(struct slice s)
{
    size_t digits = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
            digits++;
        else if (s.ptr[i] != '+' ? !strchr(" .-()", s.ptr[i]) : i > 0)
            return false;
    }
    return digits > 0 && digits <= NUMBER_MAX;
}

void lint_body(struct lint *l, enum lint_kind kind, struct slice text)
{
    if (kind == K_REDIRECT || kind == K_PLAY)
        http_url(l, text, false);
    else if ((kind == K_NUMBER || kind == K_DIAL) && !is_number(text))
        lint_find_part(l, R_DIAL_NUMBER, text);
}
