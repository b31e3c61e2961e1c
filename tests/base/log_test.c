/* log_test.c - one line an event: logfmt, JSON, and what never passes. */
#include "base/log.h"

#include <unistd.h>

#include "base/sys.h"
#include "codec/json.h"
#include "tests/guard.h"
#include "tests/tap.h"

#define NOON INT64_C(1795348800000)     /* 2026-11-22T12:00:00Z */

static char line[8192];         /* the last one, with a NUL behind it */
static size_t len, lines;

static void keep(void *arg, struct slice s)
{
    if (arg != &lines || s.len >= sizeof line)
        abort();
    memcpy(line, s.ptr, s.len);
    line[s.len] = 0;
    len = s.len;
    lines++;
}

static void setup(enum log_level least, bool json, bool journald)
{
    if (journald)
        setenv("JOURNAL_STREAM", "8:12345", 1);
    else
        unsetenv("JOURNAL_STREAM");
    log_setup(least, json);
}

static void is_line(const char *want, const char *what)
{
    tap_is_str(slice_of(line, len), want, what);
}

static void levels(void)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    size_t bad = 0;

    lines = 0;
    log_event(LOG_INFO, "up", LS("a", "b"));
    log_event(LOG_DEBUG, "up", LS("a", "b"));
    tap_ok(lines == 1 && log_on(LOG_INFO) && !log_on(LOG_DEBUG),
        "info is heard before any setup, debug is not");
    for (int least = LOG_ERROR; least <= LOG_DEBUG; least++) {
        setup((enum log_level)least, false, true);
        for (int at = LOG_ERROR; at <= LOG_DEBUG; at++) {
            char want[64];

            lines = 0;
            log_event((enum log_level)at, "tick", LI("n", at));
            snprintf(want, sizeof want, "level=%s ev=tick n=%d\n", names[at],
                at);
            if (lines != (at <= least) || log_on((enum log_level)at)
                != (at <= least) || (lines && strcmp(line, want))) {
                bad++;
                printf("#   level %d of %d: %zu lines\n", at, least, lines);
            }
        }
    }
    tap_ok(bad == 0, "four levels, each heard from its own setting on");
}

static void shapes(void)
{
    setup(LOG_INFO, false, true);
    log_event(LOG_INFO, "call_state", LS("call", "01ab"), LB("from",
        SLICE("ringing")), LI("ms", 812));
    is_line("level=info ev=call_state call=01ab from=ringing ms=812\n",
        "logfmt");
    log_event(LOG_WARN, "n", LI("a", 0), LI("b", -5), LI("c", INT64_MAX),
        LI("d", INT64_MIN));
    is_line("level=warn ev=n a=0 b=-5 c=9223372036854775807"
        " d=-9223372036854775808\n", "numbers, to both ends");
    log_fields(LOG_ERROR, "bare", (const struct log_field[]){{0}});
    is_line("level=error ev=bare\n", "an event without fields");
    setup(LOG_INFO, true, true);
    log_event(LOG_INFO, "call_state", LS("call", "01ab"), LI("ms", -812));
    is_line("{\"level\":\"info\",\"ev\":\"call_state\",\"call\":\"01ab\","
        "\"ms\":-812}\n", "JSON");
    log_fields(LOG_ERROR, "bare", (const struct log_field[]){{0}});
    is_line("{\"level\":\"error\",\"ev\":\"bare\"}\n", "without fields");

    sys_virtual(NOON);
    sys_advance(7);
    setup(LOG_INFO, false, false);
    log_event(LOG_INFO, "up", LI("n", 1));
    is_line("time=2026-11-22T12:00:00.007Z level=info ev=up n=1\n",
        "with the time, when journald does not read us");
    setup(LOG_INFO, true, false);
    log_event(LOG_INFO, "up", LI("n", 1));
    is_line("{\"time\":\"2026-11-22T12:00:00.007Z\",\"level\":\"info\","
        "\"ev\":\"up\",\"n\":1}\n", "in JSON too");
}

/* What a value becomes in logfmt; in JSON it is the same with quotes. */
static const struct {
    const char *value, *want;
} values[] = {
    {"plain-1.0/x:y,z'", "plain-1.0/x:y,z'"},
    {"", "\"\""},
    {"two words", "\"two words\""},
    {"a=b", "\"a=b\""},
    {"say \"hi\"", "\"say \\\"hi\\\"\""},
    {"\"", "\"\\\"\""},
    {"back\\slash", "\"back\\\\slash\""},
    {"x\nlevel=error ev=forged", "\"x\\nlevel=error ev=forged\""},
    {"\r\n", "\"\\u000d\\n\""},
    {"\ttab", "\"\\u0009tab\""},
    {"\033[31mred", "\"\\u001b[31mred\""},
    {"rub\177out", "\"rub\\u007fout\""},
    {"Z\303\274rich", "Z\303\274rich"},
    {"Z\374rich", "\"Z\\u00fcrich\""},                 /* Latin-1 */
    {"\303", "\"\\u00c3\""},                        /* the half of one */
    {"\303\303\274", "\"\\u00c3\303\274\""},
    {"\300\257", "\"\\u00c0\\u00af\""},            /* overlong */
    {"\355\240\200", "\"\\u00ed\\u00a0\\u0080\""},  /* a surrogate */
    {"\364\217\277\277", "\364\217\277\277"},
    {"\364\220\200\200", "\"\\u00f4\\u0090\\u0080\\u0080\""},
    {"\377", "\"\\u00ff\""},
    {"caf\303\251 \342\202\254", "\"caf\303\251 \342\202\254\""},
};

static void quoting(void)
{
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        const char *w = values[i].want, *q = w[0] == '"' ? "" : "\"";
        char want[200];

        setup(LOG_INFO, false, true);
        log_event(LOG_INFO, "v", LB("v", guard_in(slice_str(values[i].value))),
            LI("n", 1));
        snprintf(want, sizeof want, "level=info ev=v v=%s n=1\n", w);
        is_line(want, "a value in logfmt");
        setup(LOG_INFO, true, true);
        log_event(LOG_INFO, "v", LB("v", guard_in(slice_str(values[i].value))),
            LI("n", 1));
        snprintf(want, sizeof want, "{\"level\":\"info\",\"ev\":\"v\",\"v\":"
            "%s%s%s,\"n\":1}\n", q, w, q);
        is_line(want, "and in JSON");
    }
}

/* The text of field v of the line, unescaped; false when it is no JSON. */
static bool read_back(struct buf *out)
{
    struct json_want want = {"v", {0}};
    struct json_fault fault;

    buf_clear(out);
    if (json_scan(slice_of(line, len), &want, 1, &fault)) {
        printf("#   byte %zu: %s\n", fault.at, fault.why);
        return false;
    }
    return json_text(want.value, out);
}

/* Every byte of ASCII alone: it stays on its line, as itself or escaped, and
 * comes back whole. */
static void all_bytes(void)
{
    size_t raw = 0, lost = 0;
    char room[16];
    struct buf back;

    buf_over(&back, room, sizeof room);
    for (int json = 0; json < 2; json++) {
        setup(LOG_INFO, json, true);
        for (unsigned c = 0; c < 0x80; c++) {
            uint8_t byte = (uint8_t)c;
            struct slice v = slice_of(&byte, 1);

            log_event(LOG_INFO, "v", LB("v", v));
            for (size_t i = 0; i < len; i++)
                raw += i + 1 < len ? line[i] < 0x20 || line[i] == 0x7f
                    : line[i] != '\n';
            if (json && (!read_back(&back) || !slice_eq(buf_slice(&back), v)))
                lost++;
        }
    }
    tap_ok(raw == 0, "no control byte passes but the one newline");
    tap_ok(lost == 0, "JSON gives every byte of ASCII back");
}

static void cut(void)
{
    static char text[6000], room[6000];
    struct slice got;
    struct buf back;

    memset(text, 'x', sizeof text - 1);
    text[7] = ' ';
    setup(LOG_INFO, false, true);
    log_event(LOG_INFO, "v", LS("v", text), LS("after", "it"));
    tap_ok(len <= 4096 + 32 && len > 4000 && memcmp(line,
        "level=info ev=v v=\"xxxxxxx xxx", 29) == 0
        && memcmp(line + len - 12, "x\" cut=true\n", 12) == 0
        && memchr(line, '\n', len) == line + len - 1,
        "logfmt: cut at about 4096 bytes, and says so: %zu", len);
    setup(LOG_INFO, true, true);
    log_event(LOG_INFO, "v", LS("v", text), LS("after", "it"));
    buf_over(&back, room, sizeof room);
    tap_ok(read_back(&back), "JSON: a line that was cut is still JSON");
    got = buf_slice(&back);
    tap_ok(len <= 4096 + 32 && got.len > 4000
        && memcmp(got.ptr, text, got.len) == 0
        && memchr(line, '\n', len) == line + len - 1,
        "with the first %zu bytes of the value", got.len);
    log_event(LOG_INFO, "v", LS("v", "short again"));
    is_line("{\"level\":\"info\",\"ev\":\"v\",\"v\":\"short again\"}\n",
        "the next line is whole");
}

/* The cut at every place of a line: in plain text, in an escape, in a
 * character, between fields, before a number.  JSON stays JSON, both say it. */
static void cut_everywhere(void)
{
    static char text[6000], room[6000];
    size_t bad = 0, cuts = 0;
    struct buf back;

    buf_over(&back, room, sizeof room);
    for (size_t n = 3980; n < 4110; n++) {
        for (int json = 0; json < 2; json++) {
            const char *end = json ? ",\"cut\":true}\n" : " cut=true\n";
            size_t e = strlen(end);

            memset(text, 'x', n);
            memcpy(text + n, "\"\n\033\303\274\342\202\254 end", 13);
            setup(LOG_INFO, json, true);
            log_event(LOG_INFO, "v", LS("v", text), LI("number", 1234567),
                LS("last", "of all"));
            cuts += memcmp(line + len - e, end, e) == 0;
            if (len > 4096 + 32 || (strstr(line, "of all") == NULL)
                != (memcmp(line + len - e, end, e) == 0)
                || (json && (!read_back(&back) || back.len < n - 60
                || memcmp(back.ptr, text, back.len)))) {
                bad++;
                printf("#   %zu bytes: ... %s", n, line + len - 40);
            }
        }
    }
    tap_ok(bad == 0 && cuts > 60, "cut at %zu places, always well formed",
        cuts);
}

/* Without a sink lines go to stderr, each in one piece. */
static void to_stderr(void)
{
    int p[2], old = dup(2);
    ssize_t n;

    if (old < 0 || pipe(p))
        abort();
    setup(LOG_INFO, false, true);
    lines = 0;
    log_sink(NULL, NULL);
    dup2(p[1], 2);
    log_event(LOG_INFO, "up", LI("n", 1));
    log_event(LOG_DEBUG, "up", LI("n", 2));
    log_event(LOG_WARN, "up", LI("n", 3));
    dup2(old, 2);
    close(p[1]);
    close(old);
    log_sink(keep, &lines);
    n = read(p[0], line, sizeof line);
    close(p[0]);
    tap_is_str(slice_of(line, n > 0 ? (size_t)n : 0),
        "level=info ev=up n=1\nlevel=warn ev=up n=3\n",
        "stderr again, when nobody else listens");
    tap_is_int((int64_t)lines, 0, "and not the sink of before");
    log_event(LOG_INFO, "up", LI("n", 4));
    tap_is_int((int64_t)lines, 1, "the sink is back");
}

int main(void)
{
    log_sink(keep, &lines);
    levels();
    shapes();
    quoting();
    all_bytes();
    cut();
    cut_everywhere();
    to_stderr();
    return tap_done();
}
