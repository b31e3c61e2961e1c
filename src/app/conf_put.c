/* conf_put.c - one value into its field, checked: a function a kind. */
#include "app/conf_impl.h"

#include <string.h>

#include "agent/region.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/price.h"
#include "codec/date.h"
#include "codec/tzif.h"
#include "codec/url.h"
#include "codec/utf8.h"

struct put {                    /* what each kind works with */
    struct conf *c;
    const struct setting *s;
    struct slice value;
    char *msg;
    size_t cap;
};

static int bad(const struct put *p, const char *why)
{
    text_fmt(p->msg, p->cap, "%s", why);
    return -1;
}

/* The same, and what was found. */
static int not_so(const struct put *p, const char *why)
{
    text_fmt(p->msg, p->cap, "\"%.*s\" %s",
        SLICE_ARG(slice_head(p->value, 60)), why);
    return -1;
}

static char *field(const struct put *p)
{
    return (char *)p->c + p->s->at;
}

static int store(const struct put *p, struct slice text)
{
    if (text.len >= p->s->size) {
        text_fmt(p->msg, p->cap, "is longer than %zu bytes", p->s->size - 1);
        return -1;
    }
    text_copy(field(p), p->s->size, text);
    return 0;
}

static int put_text(const struct put *p)
{
    for (size_t i = 0; i < p->value.len; i++)
        if (p->value.ptr[i] < 0x20 || p->value.ptr[i] == 0x7f)
            return bad(p, "has a control character inside");
    if (!utf8_valid(p->value))
        return bad(p, "is not UTF-8");
    return store(p, p->value);
}

/* Tokens are sent in headers: visible ASCII, whatever else was pasted. */
static int put_secret(const struct put *p)
{
    for (size_t i = 0; i < p->value.len; i++)
        if (p->value.ptr[i] <= 0x20 || p->value.ptr[i] >= 0x7f)
            return bad(p, "has a blank or a byte that is no ASCII inside");
    return store(p, p->value);
}

static int put_number(const struct put *p)
{
    int64_t n;
    int small;

    if (text_i64(p->value, p->s->lo, p->s->hi, &n)) {
        text_fmt(p->msg, p->cap, "\"%.*s\" is no number from %lld to %lld",
            SLICE_ARG(slice_head(p->value, 30)), (long long)p->s->lo,
            (long long)p->s->hi);
        return -1;
    }
    small = (int)n;
    memcpy(field(p), &small, sizeof small);
    return 0;
}

/* Which of "a|b|c" it is, case ignored; -1. */
static int among(struct slice value, const char *choices)
{
    struct slice rest = slice_str(choices);

    for (int i = 0; rest.ptr; i++)
        if (slice_ieq(slice_cut(&rest, '|'), value))
            return i;
    return -1;
}

static int put_choice(const struct put *p)
{
    int i = among(p->value, p->s->choices);
    char lower[16];
    bool on;

    if (i < 0 && slice_starts(slice_str(p->s->choices), "off|"))
        i = text_bool(p->value);
    if (i < 0) {
        text_fmt(p->msg, p->cap, "\"%.*s\" is none of %s",
            SLICE_ARG(slice_head(p->value, 30)), p->s->choices);
        return -1;
    }
    if (p->s->kind == KIND_SWITCH) {
        on = i == 1;
        memcpy(field(p), &on, sizeof on);
        return 0;
    }
    if (p->s->kind == KIND_WORD) {
        text_copy(lower, sizeof lower, p->value);
        for (char *s = lower; *s; s++)
            *s = (char)byte_lower((uint8_t)*s);
        return store(p, slice_str(lower));
    }
    memcpy(field(p), &i, sizeof i);
    return 0;
}

/* twilio 4.1: two letters and 32 hex digits. */
static int put_sid(const struct put *p)
{
    bool good = p->value.len == 34 && slice_starts(p->value, p->s->choices);

    for (size_t i = 2; good && i < p->value.len; i++)
        good = text_hexval(p->value.ptr[i]) >= 0;
    if (good)
        return store(p, p->value);
    /* Not shown: it may be a secret that was put in the wrong place. */
    text_fmt(p->msg, p->cap, "must be %s and 32 hex digits", p->s->choices);
    return -1;
}

/* E.164: +, no zero, at most 15 digits; blanks, dots, dashes and parentheses
 * as people write them are dropped.  star: a prefix may end in one. */
static bool phone(struct slice s, bool star, char *out, size_t cap)
{
    size_t n = 0, digits;

    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];

        if (c == ' ' || c == '-' || c == '.' || c == '(' || c == ')'
            || c == '/')
            continue;
        if (n + 1 >= cap || !((c >= '0' && c <= '9') || (c == '+' && n == 0)
            || (c == '*' && star && i + 1 == s.len)))
            return false;
        out[n++] = (char)c;
    }
    out[n] = 0;
    if (star && n == 1 && out[0] == '*')
        return true;
    digits = n - (n > 1);
    if (star && n && out[n - 1] == '*')
        return out[0] == '+' && n <= 16 && (n == 2 || out[1] != '0');
    return out[0] == '+' && digits >= 7 && digits <= 15 && out[1] != '0';
}

static int put_phone(const struct put *p)
{
    char number[24];

    if (!phone(p->value, false, number, sizeof number))
        return not_so(p, "is no number like +15551230000");
    return store(p, slice_str(number));
}

/* Takes the next item of a list with commas, semicolons or blanks between. */
static struct slice item(struct slice *rest, bool blanks)
{
    size_t n = 0;
    struct slice one;

    while (n < rest->len && rest->ptr[n] != ',' && rest->ptr[n] != ';'
        && !(blanks && rest->ptr[n] == ' '))
        n++;
    one = slice_trim(slice_head(*rest, n));
    *rest = slice_from(*rest, n + 1);
    return one;
}

/* Stores the items that one accepts, with a comma between. */
static int put_list(struct put *p, bool blanks,
    bool (*one)(struct slice in, char *out, size_t cap), const char *why)
{
    struct slice rest = p->value;
    struct buf list;
    char text[CONF_TEXT];

    buf_over(&list, field(p), p->s->size - 1);
    while (rest.len) {
        p->value = item(&rest, blanks);
        if (!p->value.len)
            continue;
        if (!one(p->value, text, sizeof text))
            return not_so(p, why);
        if (list.len)
            buf_addc(&list, ',');
        buf_adds(&list, text);
    }
    field(p)[list.len] = 0;
    return buf_ok(&list) ? 0 : bad(p, "has too many items");
}

static bool phone_item(struct slice in, char *out, size_t cap)
{
    return phone(in, true, out, cap);
}

static bool country_item(struct slice in, char *out, size_t cap)
{
    if (!text_copy(out, cap, in))
        return false;
    for (char *c = out; *c; c++)
        if (*c >= 'a' && *c <= 'z')
            *c = (char)(*c - 'a' + 'A');
    return region_is_country(slice_str(out));
}

static int put_money(struct put *p)
{
    int64_t amount;

    if (price_amount(p->value, &amount))
        return not_so(p, "is no amount like 2.50");
    memcpy(field(p), &amount, sizeof amount);
    return 0;
}

/* "5m" to ms: s, m or h; 1 s to a day. */
static bool pause_item(struct slice in, int64_t *ms)
{
    static const struct { char unit; int64_t ms; } units[] = {
        {'s', 1000}, {'m', 60000}, {'h', 3600000}};
    uint64_t n;

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (in.len && in.ptr[in.len - 1] == units[i].unit
            && text_u64(slice_head(in, in.len - 1), 1, 86400, &n) == 0) {
            *ms = (int64_t)n * units[i].ms;
            return *ms <= 86400000;
        }
    return false;
}

static int put_ladder(struct put *p)
{
    struct slice rest = p->value;
    int64_t ladder[CONF_RETRIES] = {0};
    size_t n = 0;

    if (slice_iis(p->value, "off"))
        rest = slice_str(NULL);
    while (rest.len) {
        p->value = item(&rest, false);
        if (!p->value.len)
            continue;
        if (n == CONF_RETRIES)
            return bad(p, "has too many items");
        if (!pause_item(p->value, &ladder[n++]))
            return not_so(p, "is no pause like 5m (30s, 1h, at most a day)");
    }
    memcpy(field(p), ladder, sizeof ladder);
    return 0;
}

static bool net_item(struct slice in, char *out, size_t cap)
{
    struct slice bits = in, ip = slice_cut(&bits, '/');
    struct sys_addr a;
    uint64_t n;

    if (sys_addr_parse(&a, ip, 0))
        return false;
    if (bits.ptr && text_u64(bits, 0,
        slice_chr(ip, ':') == SLICE_NPOS ? 32 : 128, &n))
        return false;
    return text_copy(out, cap, in);
}

static bool origin_item(struct slice in, char *out, size_t cap)
{
    const char *why;
    struct url u;
    size_t at;

    while (slice_ends(in, "/"))
        in.len--;
    if (url_parse(in, &u, &at, &why) || u.path.len || u.query.ptr
        || u.fragment.ptr || u.userinfo.ptr || !u.number)
        return false;
    return text_copy(out, cap, in);
}

static int clock_time(struct slice s)
{
    int hour, minute;

    return date_parse_time(s, &hour, &minute) ? -1 : hour * 60 + minute;
}

static int put_hours(const struct put *p)
{
    struct slice to = p->value, from = slice_cut(&to, '-');
    int a = clock_time(slice_trim(from)), b = clock_time(slice_trim(to));

    if (text_bool(p->value) == 0) {
        p->c->quiet_from = p->c->quiet_to = -1;
        return 0;
    }
    if (a < 0 || b < 0 || a == b)
        return not_so(p, "is no span like 21:00-08:00, nor off");
    p->c->quiet_from = a;
    p->c->quiet_to = b;
    return 0;
}

/* ---- addresses ---- */

static bool is_localhost(struct slice host)
{
    return slice_iis(host, "localhost") || (host.len > 10
        && slice_iis(slice_from(host, host.len - 10), ".localhost"));
}

/* RFC 6761 6.3 for the name; an address by its value. */
static bool is_loopback(struct slice host)
{
    struct sys_addr a;

    return is_localhost(host)
        || (!sys_addr_parse(&a, host, 0) && sys_addr_loopback(&a));
}

/* A private address, or a name that only a private network can know: one
 * without a dot, as containers have, or under .local or .internal. */
static bool is_near(struct slice host)
{
    struct sys_addr a;

    if (!sys_addr_parse(&a, host, 0))
        return sys_addr_private(&a);
    return is_localhost(host) || slice_chr(host, '.') == SLICE_NPOS
        || slice_ends(host, ".local") || slice_ends(host, ".internal");
}

/* Is something secret sent there? */
static bool takes_key(const struct setting *s)
{
    return s->kind != KIND_HOOK && strcmp(s->name, "SERVER_URL") != 0
        && strcmp(s->name, "NGROK_API") != 0;
}

static int put_url(const struct put *p, bool near, bool query, bool socket)
{
    struct slice text = p->value;
    const char *why;
    struct url u;
    size_t at;

    if (url_parse(text, &u, &at, &why)) {
        text_fmt(p->msg, p->cap, "\"%.*s\": %s (at byte %zu)",
            SLICE_ARG(slice_head(text, 60)), why, at);
        return -1;
    }
    if (!slice_iis(u.scheme, "https") && !slice_iis(u.scheme, "http")
        && !(socket && (slice_iis(u.scheme, "wss")
            || slice_iis(u.scheme, "ws"))))
        return not_so(p, socket ? "must begin with wss:// or https://"
            : "must begin with https://");
    if (u.userinfo.ptr)
        return bad(p, "must not hold a user name or password");
    if (u.fragment.ptr || (u.query.ptr && !query))
        return not_so(p, query ? "must not hold #" : "must not hold ? or #");
    if (!u.tls && !(near ? is_near(u.host) : is_loopback(u.host)))
        return not_so(p, near ? "is not encrypted, which is for private "
            "addresses only" : "is not encrypted, which is for loopback "
            "addresses only");
    if (!u.tls && takes_key(p->s))
        conf_warn(p->c, "%s is not encrypted: the key passes in the clear",
            p->s->name);
    while (!query && slice_ends(text, "/"))
        text.len--;
    return store(p, text);
}

int conf_public_base(struct slice text, char *out, size_t cap,
    const char **why)
{
    static const char *const schemes[] = {"https://", "http://", "wss://",
        "ws://", "//"};
    char whole[CONF_TEXT + 16];
    struct url u;
    size_t at;

    if (slice_starts(text, "\xef\xbb\xbf"))
        text = slice_from(text, 3);
    text = slice_trim_all(text);
    for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
        struct slice s = slice_str(schemes[i]);

        if (slice_ieq(slice_head(text, s.len), s)) {
            text = slice_from(text, s.len);
            break;
        }
    }
    while (slice_ends(text, "/"))
        text.len--;
    *why = "must begin with https://, or with the host";
    if (slice_find(text, SLICE("://")) != SLICE_NPOS)
        return -1;
    *why = "is no host name";
    if (!text.len || !text_fmt(whole, sizeof whole, "https://%.*s",
        SLICE_ARG(text)))
        return -1;
    if (url_parse(slice_str(whole), &u, &at, why))
        return -1;
    *why = "must be a host and nothing but a path behind it";
    if (u.userinfo.ptr || u.query.ptr || u.fragment.ptr || !u.host.len)
        return -1;
    /* Twilio refuses it: twilio 4.2. */
    *why = "has a _ in its host name, which Twilio refuses";
    if (slice_chr(u.host, '_') != SLICE_NPOS)
        return -1;
    for (char *s = whole; s < whole + (u.host.ptr + u.host.len
        - (const uint8_t *)whole); s++)
        *s = (char)byte_lower((uint8_t)*s);
    *why = "is too long";
    return text_copy(out, cap, slice_str(whole)) ? 0 : -1;
}

static int put_public(const struct put *p)
{
    const char *why;

    p->c->public_auto = slice_iis(p->value, "auto");
    if (p->c->public_auto) {
        p->c->public_base[0] = 0;
        return 0;
    }
    return conf_public_base(p->value, p->c->public_base,
        sizeof p->c->public_base, &why) ? not_so(p, why) : 0;
}

static int put_host(const struct put *p)
{
    struct sys_addr a;

    if (slice_iis(p->value, "localhost"))
        return store(p, SLICE("127.0.0.1"));
    if (slice_is(p->value, "*"))
        return store(p, SLICE("0.0.0.0"));
    if (sys_addr_parse(&a, p->value, 0))
        return not_so(p, "is no address; 0.0.0.0 and :: mean all");
    return store(p, p->value);
}

/* "IP", "IP:port" or "[IPv6]:port". */
static int put_dns(const struct put *p)
{
    struct slice s = p->value, port;
    struct sys_addr a;
    uint64_t n;
    size_t end;

    if (!sys_addr_parse(&a, s, 53))
        return store(p, s);
    end = s.len;
    while (end && s.ptr[end - 1] != ':')
        end--;
    port = slice_from(s, end);
    if (!end || text_u64(port, 1, 65535, &n)
        || sys_addr_parse(&a, slice_head(s, end - 1), (uint16_t)n))
        return not_so(p, "is no address like 9.9.9.9 or 127.0.0.1:5353");
    return store(p, s);
}

/* "en", and what locales are called: gettext's LANGUAGE may stand in the
 * environment as "en_US:en". */
static int put_language(const struct put *p)
{
    size_t n = 0;
    char code[3] = "en";

    while (n < p->value.len && !memchr(":_-.@", p->value.ptr[n], 5))
        n++;
    if (slice_is(slice_head(p->value, n), "C")
        || slice_is(slice_head(p->value, n), "POSIX"))
        return store(p, slice_str(code));
    for (size_t i = 0; i < n && i < 2; i++)
        code[i] = (char)byte_lower(p->value.ptr[i]);
    if (n != 2 || code[0] < 'a' || code[0] > 'z' || code[1] < 'a'
        || code[1] > 'z')
        return not_so(p, "is no language code of two letters");
    return store(p, slice_str(code));
}

static int put_zone(const struct put *p)
{
    char path[160];

    if (!tzif_name_ok(p->value))
        return not_so(p, "is no name of a time zone");
    text_fmt(path, sizeof path, "/usr/share/zoneinfo/%.*s",
        SLICE_ARG(p->value));
    if (!tzif_builtin(p->value).ptr && !sys_exists(path))
        return not_so(p, "is a time zone this machine does not know");
    return store(p, p->value);
}

static int put_time(const struct put *p)
{
    if (date_parse_rfc3339(p->value, &p->c->now, &p->c->now_offset))
        return not_so(p, "is no time like 2026-11-22T12:00:00+01:00");
    return 0;
}

int conf_put(struct conf *c, const struct setting *s, struct slice value,
    char *msg, size_t cap)
{
    struct put p = {c, s, value, msg, cap};

    switch (s->kind) {
    case KIND_TEXT: case KIND_FILE:
        return put_text(&p);
    case KIND_SECRET:
        return put_secret(&p);
    case KIND_NUMBER:
        return put_number(&p);
    case KIND_CHOICE: case KIND_SWITCH: case KIND_WORD: case KIND_LEVEL:
        return put_choice(&p);
    case KIND_SID:
        return put_sid(&p);
    case KIND_PHONE:
        return put_phone(&p);
    case KIND_PHONES:
        return put_list(&p, false, phone_item,
            "is neither a number like +15551230000 nor a prefix like +49*");
    case KIND_COUNTRIES:
        return put_list(&p, false, country_item,
            "is no country's code like DE");
    case KIND_MONEY:
        return put_money(&p);
    case KIND_LADDER:
        return put_ladder(&p);
    case KIND_HOURS:
        return put_hours(&p);
    case KIND_PUBLIC:
        return put_public(&p);
    case KIND_BASE:
        return put_url(&p, false, false, false);
    case KIND_NEAR:
        return put_url(&p, true, false, false);
    case KIND_HOOK:
        return put_url(&p, true, true, false);
    case KIND_SOCKET:
        return put_url(&p, false, true, true);
    case KIND_HOST:
        return put_host(&p);
    case KIND_DNS:
        return put_dns(&p);
    case KIND_NETS:
        return put_list(&p, true, net_item,
            "is neither an address nor a net like 10.0.0.0/8");
    case KIND_ORIGINS:
        return put_list(&p, true, origin_item,
            "is no origin like https://example.com");
    case KIND_LANGUAGE:
        return put_language(&p);
    case KIND_ZONE:
        return put_zone(&p);
    case KIND_TIME:
        return put_time(&p);
    case KIND_GIVEN:
        c->echo = true;
        return 0;
    }
    return -1;
}
