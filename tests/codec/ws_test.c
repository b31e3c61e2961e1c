/* ws_test.c - RFC 6455 frames: whole, byte by byte, at every cut; handshake.
 *
 * A vector is a line of frames, "81:48656c" (first byte, payload), "82*300:61"
 * (a payload of 300 times that byte) or "=8105" (bytes as they stand).  The
 * log that is wanted reads "text! (Hel) ." for head with FIN, data, end.  The
 * frames are built here, with a mask a byte at a time, not by the codec.
 */
#include "codec/ws.h"

#include "tests/guard.h"
#include "tests/tap.h"

static const uint8_t key[4] = {0x37, 0xfa, 0x21, 0x3d};

static unsigned hex_byte(const char *s)
{
    char two[3] = {s[0], s[1], 0};

    return (unsigned)strtoul(two, NULL, 16);
}

static void add_head(struct buf *b, uint8_t first, size_t len, bool masked)
{
    uint8_t bit = masked ? 0x80 : 0;

    buf_addc(b, first);
    if (len < 126) {
        buf_addc(b, (uint8_t)(bit | len));
    } else if (len < 65536) {
        buf_addc(b, bit | 126);
        buf_addc(b, (uint8_t)(len >> 8));
        buf_addc(b, (uint8_t)len);
    } else {
        buf_addc(b, bit | 127);
        for (int i = 56; i >= 0; i -= 8)
            buf_addc(b, (uint8_t)((uint64_t)len >> i));
    }
    if (masked)
        buf_add(b, slice_of(key, 4));
}

/* Turns the line into bytes on the wire. */
static void build(struct buf *b, const char *line, bool masked)
{
    buf_clear(b);
    while (*line) {
        size_t n = strcspn(line, " "), at = 3, len, times = 1;

        if (line[0] == '=') {
            for (size_t i = 1; i < n; i += 2)
                buf_addc(b, (uint8_t)hex_byte(line + i));
        } else {
            if (line[2] == '*') {
                times = strtoul(line + 3, NULL, 10);
                at = strcspn(line, ":") + 1;
            }
            len = (n - at) / 2 * times;
            add_head(b, (uint8_t)hex_byte(line), len, masked);
            for (size_t i = 0; i < len; i++)
                buf_addc(b, (uint8_t)(hex_byte(line + at + i * 2 % (n - at))
                    ^ (masked ? key[i & 3] : 0)));
        }
        line += n + (line[n] == ' ');
    }
    if (!buf_ok(b))
        abort();
}

struct run {
    struct ws ws;
    uint8_t log_mem[16384], piece_mem[140000];
    struct buf log, piece;
    enum ws_event last;
    size_t used;
};

static struct run whole, cut;

static void begin(struct run *r, bool client, uint64_t max)
{
    memset(&r->ws, 0, sizeof r->ws);
    r->ws.client = client;
    r->ws.max = max;
    buf_over(&r->log, r->log_mem, sizeof r->log_mem);
    buf_over(&r->piece, r->piece_mem, sizeof r->piece_mem);
    r->last = WS_MORE;
    r->used = 0;
}

/* Adjacent pieces of data are one in the log. */
static void log_data(struct run *r)
{
    const uint8_t *p = r->piece.ptr;
    size_t n = r->piece.len, i = 0;

    if (n == 0)
        return;
    while (i < n && p[i] == p[0])
        i++;
    if (i == n && n > 16) {
        buf_addf(&r->log, "(%zu*%02x) ", n, p[0]);
    } else {
        buf_addc(&r->log, '(');
        for (i = 0; i < n; i++)
            if (p[i] >= 0x20 && p[i] < 0x7f)
                buf_addc(&r->log, p[i]);
            else
                buf_addf(&r->log, "\\%02x", p[i]);
        buf_adds(&r->log, ") ");
    }
    buf_clear(&r->piece);
}

static void log_event(struct run *r)
{
    static const char *const names[] = {"cont", "text", "bin", 0, 0, 0, 0, 0,
        "close", "ping", "pong"};

    if (r->last == WS_DATA) {
        if (r->ws.data.len == 0)
            abort();                        /* a piece is never empty */
        buf_add(&r->piece, slice_of(r->ws.data.ptr, r->ws.data.len));
        return;
    }
    log_data(r);
    if (r->last == WS_HEAD)
        buf_addf(&r->log, "%s%s ", names[r->ws.op], r->ws.fin ? "!" : "");
    else if (r->last == WS_END)
        buf_adds(&r->log, ". ");
    else
        buf_addf(&r->log, "BAD %d ", r->ws.status);
}

static void feed(struct run *r, struct slice bytes)
{
    struct mslice in = guard(bytes);

    while (r->last != WS_BAD) {
        r->last = ws_next(&r->ws, &in);
        if (r->last == WS_MORE && in.len)
            abort();                        /* MORE means all was used */
        if (r->last == WS_MORE)
            break;
        log_event(r);
        if (r->last == WS_END && r->ws.left)
            abort();
    }
    r->used += bytes.len - in.len;
}

static struct slice logged(struct run *r)
{
    if (r->last != WS_BAD)
        log_data(r);
    return slice_trim(buf_slice(&r->log));
}

static bool same(struct run *a, struct run *b)
{
    return slice_eq(logged(a), logged(b)) && a->ws.at == b->ws.at
        && a->ws.why == b->ws.why && a->used == b->used;
}

static bool ran_alike(struct slice in, bool client, uint64_t max)
{
    /* All cuts of a long input would take minutes: its ends, and some. */
    size_t step = in.len > 2000 ? 997 : 1;

    begin(&whole, client, max);
    feed(&whole, in);
    begin(&cut, client, max);
    for (size_t i = 0; i < in.len; i++)
        feed(&cut, slice_head(slice_from(in, i), 1));
    if (!same(&whole, &cut)) {
        printf("#   byte by byte differs\n");
        return false;
    }
    for (size_t i = 0; i <= in.len;
        i += i < 40 || i + 40 > in.len ? 1 : step) {
        begin(&cut, client, max);
        feed(&cut, slice_head(in, i));
        feed(&cut, slice_from(in, i));
        if (!same(&whole, &cut)) {
            printf("#   cut at %zu differs\n", i);
            return false;
        }
    }
    return whole.ws.at == whole.used;
}

struct vector {
    const char *frames, *log;
};

#define MAX 100000

/* As a client (bare frames) and as a server (masked ones). */
static const struct vector both[] = {
    /* RFC 6455 5.7. */
    {"81:48656c6c6f", "text! (Hello) ."},
    {"01:48656c 80:6c6f", "text (Hel) . cont! (lo) ."},
    {"89:48656c6c6f 8a:48656c6c6f", "ping! (Hello) . pong! (Hello) ."},
    {"82*256:61", "bin! (256*61) ."},
    {"82*65536:61", "bin! (65536*61) ."},
    /* Lengths at the edges of their forms. */
    {"81:", "text! ."},
    {"82:", "bin! ."},
    {"82*125:61", "bin! (125*61) ."},
    {"82*126:61", "bin! (126*61) ."},
    {"82*127:61", "bin! (127*61) ."},
    {"82*65535:61", "bin! (65535*61) ."},
    {"82*100000:61", "bin! (100000*61) ."},
    {"82*100001:61", "BAD 1009"},
    {"89*125:61", "ping! (125*61) ."},
    {"8a*125:61", "pong! (125*61) ."},
    /* Fragments. */
    {"01: 00: 80:", "text . cont . cont! ."},
    {"01: 00:61 00: 80:", "text . cont (a) . cont . cont! ."},
    {"02:00 00:ff 80:fe 81:61",
        "bin (\\00) . cont (\\ff) . cont! (\\fe) . text! (a) ."},
    {"01:61 89:70 00:62 8a: 80:63",
        "text (a) . ping! (p) . cont (b) . pong! . cont! (c) ."},
    {"01:61 89: 89: 89: 80:62",
        "text (a) . ping! . ping! . ping! . cont! (b) ."},
    {"02*50000:61 80*50000:61", "bin (50000*61) . cont! (50000*61) ."},
    {"02*50000:61 80*50001:61", "bin (50000*61) . BAD 1009"},
    {"02*50000:61 89*100:62 80*50000:61",
        "bin (50000*61) . ping! (100*62) . cont! (50000*61) ."},
    {"82*100000:61 82*100000:62", "bin! (100000*61) . bin! (100000*62) ."},
    {"81:61 81:62 82:63", "text! (a) . text! (b) . bin! (c) ."},
    {"80:61", "BAD 1002"},
    {"00:61", "BAD 1002"},
    {"81:61 80:62", "text! (a) . BAD 1002"},
    {"01:61 80:62 00:63", "text (a) . cont! (b) . BAD 1002"},
    {"01:61 81:62", "text (a) . BAD 1002"},
    {"01:61 01:62", "text (a) . BAD 1002"},
    {"01:61 82:62", "text (a) . BAD 1002"},
    {"02:61 00:62 02:63", "bin (a) . cont (b) . BAD 1002"},
    {"02:61 89: 82:63", "bin (a) . ping! . BAD 1002"},
    /* Reserved bits and opcodes. */
    {"91:61", "BAD 1002"},
    {"a1:61", "BAD 1002"},
    {"c1:61", "BAD 1002"},
    {"f1:61", "BAD 1002"},
    {"c9:", "BAD 1002"},
    {"98:", "BAD 1002"},
    {"01:61 c0:62", "text (a) . BAD 1002"},
    {"83:", "BAD 1002"},
    {"84:", "BAD 1002"},
    {"85:", "BAD 1002"},
    {"86:", "BAD 1002"},
    {"87:", "BAD 1002"},
    {"8b:", "BAD 1002"},
    {"8c:", "BAD 1002"},
    {"8d:", "BAD 1002"},
    {"8e:", "BAD 1002"},
    {"8f:", "BAD 1002"},
    {"03:61", "BAD 1002"},
    {"81:61 8b:62", "text! (a) . BAD 1002"},
    /* Control frames. */
    {"09:", "BAD 1002"},
    {"0a:61", "BAD 1002"},
    {"08:03e8", "BAD 1002"},
    {"89*126:61", "BAD 1002"},
    {"8a*65536:61", "BAD 1002"},
    {"88*126:61", "BAD 1002"},
    {"89:ff00fe", "ping! (\\ff\\00\\fe) ."},
    /* Close. */
    {"88:", "close! ."},
    {"88:03e8", "close! (\\03\\e8) ."},
    {"88:03e8627965", "close! (\\03\\e8bye) ."},
    {"88:0fa0ceba", "close! (\\0f\\a0\\ce\\ba) ."},
    {"88:1387", "close! (\\13\\87) ."},
    {"88:03", "BAD 1002"},
    {"88:03ed", "close! (\\03) BAD 1002"},
    {"88:0000", "close! (\\00) BAD 1002"},
    {"88:03e7627965", "close! (\\03) BAD 1002"},
    {"88:03ec", "close! (\\03) BAD 1002"},
    {"88:03ee", "close! (\\03) BAD 1002"},
    {"88:03f7", "close! (\\03) BAD 1002"},
    {"88:03f8", "close! (\\03) BAD 1002"},
    {"88:0bb7", "close! (\\0b) BAD 1002"},
    {"88:1388", "close! (\\13) BAD 1002"},
    {"88:ffff", "close! (\\ff) BAD 1002"},
    {"88:03e861ff62", "close! (\\03\\e8a) BAD 1007"},
    {"88:03e8cea0e2", "close! (\\03\\e8\\ce\\a0\\e2) BAD 1007"},
    {"88:03e8eda080", "close! (\\03\\e8\\ed) BAD 1007"},
    /* What follows a close is discarded: RFC 6455 1.4. */
    {"88:03e8 81:61 89:62 ff:63", "close! (\\03\\e8) ."},
    {"88: 88:03e8", "close! ."},
    {"01:61 88:03e8 80:62", "text (a) . close! (\\03\\e8) ."},
    {"01:ce 88:03e8ceba 80:ba", "text (\\ce) . close! (\\03\\e8\\ce\\ba) ."},
    /* Text is UTF-8, RFC 3629, over fragments. */
    {"81:cebae1bdb9cf83cebcceb5",
        "text! (\\ce\\ba\\e1\\bd\\b9\\cf\\83\\ce\\bc\\ce\\b5) ."},
    {"01:ce 80:ba", "text (\\ce) . cont! (\\ba) ."},
    {"01:f0 00:9f 00:98 80:80",
        "text (\\f0) . cont (\\9f) . cont (\\98) . cont! (\\80) ."},
    {"01:f0 00: 89:ff 00:9f98 80:80", "text (\\f0) . cont . ping! (\\ff) ."
        " cont (\\9f\\98) . cont! (\\80) ."},
    {"01:ce 80:", "text (\\ce) . cont! BAD 1007"},
    {"01:ce 80:61", "text (\\ce) . cont! BAD 1007"},
    {"01:61 80:ba", "text (a) . cont! BAD 1007"},
    {"01:f4 80:90", "text (\\f4) . cont! BAD 1007"},
    {"01:f4 00:8fbf 00:bf 80:80",
        "text (\\f4) . cont (\\8f\\bf) . cont (\\bf) . cont! BAD 1007"},
    {"81:ce", "text! (\\ce) BAD 1007"},
    {"81:e1bd", "text! (\\e1\\bd) BAD 1007"},
    {"81:f09f98", "text! (\\f0\\9f\\98) BAD 1007"},
    {"81:6180", "text! (a) BAD 1007"},
    {"81:80", "text! BAD 1007"},
    {"81:c080", "text! BAD 1007"},
    {"81:c1bf", "text! BAD 1007"},
    {"81:e09fbf", "text! (\\e0) BAD 1007"},
    {"81:f08fbfbf", "text! (\\f0) BAD 1007"},
    {"81:eda080", "text! (\\ed) BAD 1007"},
    {"81:edbfbf", "text! (\\ed) BAD 1007"},
    {"81:f4908080", "text! (\\f4) BAD 1007"},
    {"81:f5808080", "text! BAD 1007"},
    {"81:f888808080", "text! BAD 1007"},
    {"81:fe", "text! BAD 1007"},
    {"81:ff", "text! BAD 1007"},
    {"81:efbfbf", "text! (\\ef\\bf\\bf) ."},
    {"81:f48fbfbf", "text! (\\f4\\8f\\bf\\bf) ."},
    {"81:ed9fbfee8080", "text! (\\ed\\9f\\bf\\ee\\80\\80) ."},
    {"81:00", "text! (\\00) ."},
    {"81:61626364656667686162636465666768616263ff6162",
        "text! (abcdefghabcdefghabc) BAD 1007"},
    {"81:cebae1bdb9cf83cebceda080656469746564",
        "text! (\\ce\\ba\\e1\\bd\\b9\\cf\\83\\ce\\bc\\ed) BAD 1007"},
    {"82:ff 81:61", "bin! (\\ff) . text! (a) ."},
    {"01:61 80:62 81:ba", "text (a) . cont! (b) . text! BAD 1007"},
    {"02:ce 80:ff 81:ceba",
        "bin (\\ce) . cont! (\\ff) . text! (\\ce\\ba) ."}
};

/* One side only; at is the byte of the fault. */
static const struct {
    bool client;
    uint64_t max, at;
    struct vector v;
} sided[] = {
    /* RFC 6455 5.7 as it stands there. */
    {true, MAX, 7, {"=810548656c6c6f", "text! (Hello) ."}},
    {false, MAX, 11, {"=818537fa213d7f9f4d5158", "text! (Hello) ."}},
    {true, MAX, 9, {"=010348656c80026c6f",
        "text (Hel) . cont! (lo) ."}},
    {true, MAX, 7, {"=890548656c6c6f", "ping! (Hello) ."}},
    {false, MAX, 11, {"=8a8537fa213d7f9f4d5158", "pong! (Hello) ."}},
    /* RFC 6455 5.1: who masks. */
    {false, MAX, 1, {"=810548656c6c6f", "BAD 1002"}},
    {true, MAX, 1, {"=818537fa213d7f9f4d5158", "BAD 1002"}},
    {false, MAX, 1, {"=8100", "BAD 1002"}},
    {true, MAX, 1, {"=818000000000", "BAD 1002"}},
    {false, MAX, 6, {"=818000000000", "text! ."}},
    {false, MAX, 7, {"=8180123456788900", "text! . BAD 1002"}},
    {false, MAX, 8, {"=8183000000006162", "text! (ab)"}},
    /* RFC 6455 5.2: the fewest bytes, no first bit. */
    {true, MAX, 4, {"=827e0000", "BAD 1002"}},
    {true, MAX, 4, {"=827e007d", "BAD 1002"}},
    {true, MAX, 4, {"=827e007e", "bin!"}},
    {true, MAX, 10, {"=827f0000000000000000", "BAD 1002"}},
    {true, MAX, 10, {"=827f000000000000007e", "BAD 1002"}},
    {true, MAX, 10, {"=827f000000000000ffff", "BAD 1002"}},
    {true, MAX, 10, {"=827f0000000000010000", "bin!"}},
    {true, UINT64_MAX, 10, {"=827f8000000000000000", "BAD 1002"}},
    {true, UINT64_MAX, 10, {"=827fffffffffffffffff", "BAD 1002"}},
    {true, UINT64_MAX, 10, {"=827f7fffffffffffffff", "bin!"}},
    {false, MAX, 8, {"=82fe000100000000", "BAD 1002"}},
    {false, MAX, 14, {"=82ff000000000000000100000000", "BAD 1002"}},
    {true, MAX, 1, {"=897e007e", "BAD 1002"}},
    {true, MAX, 1, {"=897f", "BAD 1002"}},
    {true, MAX, 1, {"=8801", "BAD 1002"}},
    {true, MAX, 0, {"=ff", "BAD 1002"}},
    /* The ceiling, and sums that would overflow. */
    {true, MAX, 10, {"=827f7fffffffffffffff", "BAD 1009"}},
    {true, 5, 7, {"81:48656c6c6f", "text! (Hello) ."}},
    {true, 4, 2, {"81:48656c6c6f", "BAD 1009"}},
    {true, 0, 2, {"81:", "text! ."}},
    {true, 0, 2, {"81:61", "BAD 1009"}},
    {true, 0, 4, {"89:6162", "ping! (ab) ."}},
    {true, 3, 6, {"01:6162 80:6364", "text (ab) . BAD 1009"}},
    {true, UINT64_MAX / 2, 13, {"02:61 =807f7fffffffffffffff",
        "bin (a) . BAD 1009"}},
    /* The byte at fault inside a payload. */
    {true, MAX, 5, {"81:616263ff64", "text! (abc) BAD 1007"}},
    {false, MAX, 9, {"81:616263ff64", "text! (abc) BAD 1007"}},
    {true, MAX, 3, {"88:03ee", "close! (\\03) BAD 1002"}},
    {true, MAX, 5, {"88:03e861ff", "close! (\\03\\e8a) BAD 1007"}}
};

static struct buf wire;

static bool vector_ok(const struct vector *v, bool client, uint64_t max)
{
    build(&wire, v->frames, !client);
    if (ran_alike(buf_slice(&wire), client, max)
        && slice_is(logged(&whole), v->log)
        && (whole.last == WS_BAD) == (whole.ws.why != NULL))
        return true;
    printf("#   as a %s: %s\n", client ? "client" : "server", v->frames);
    tap_show("got ", logged(&whole));
    tap_show("want", slice_str(v->log));
    return false;
}

static void tables(void)
{
    size_t failed = 0, n = sizeof both / sizeof *both;

    for (size_t i = 0; i < n; i++) {
        failed += !vector_ok(&both[i], true, MAX);
        failed += !vector_ok(&both[i], false, MAX);
    }
    tap_ok(failed == 0, "%zu vectors on both sides", n);
    n = sizeof sided / sizeof *sided;
    for (size_t i = 0; i < n; i++) {
        bool ok = vector_ok(&sided[i].v, sided[i].client, sided[i].max);

        if (ok && whole.ws.at != sided[i].at) {
            printf("#   %s: at %" PRIu64 "\n", sided[i].v.frames,
                whole.ws.at);
            ok = false;
        }
        failed += !ok;
    }
    tap_ok(failed == 0, "%zu vectors on one side, at their byte", n);
}

/* RFC 6455 5.4: there may be any number of fragments. */
static void fragments(void)
{
    struct slice one;
    bool ok = true;

    begin(&whole, true, 20000);
    for (int i = 0; i < 20000 && ok; i++) {
        buf_clear(&wire);
        add_head(&wire, i ? 0x00 : 0x02, 1, false);
        buf_addc(&wire, 'x');
        one = buf_slice(&wire);
        buf_clear(&whole.log);
        feed(&whole, one);
        ok = slice_is(logged(&whole), i ? "cont (x) ." : "bin (x) .");
    }
    tap_ok(ok, "twenty thousand fragments");
    buf_clear(&whole.log);
    feed(&whole, SLICE("\0\1x"));
    tap_is_str(logged(&whole), "BAD 1009", "one more is over the ceiling");

    begin(&whole, true, 0);
    for (int i = 0; i < 100000; i++) {
        buf_clear(&whole.log);
        feed(&whole, i ? SLICE("\0\0") : SLICE("\1\0"));
    }
    tap_is_str(logged(&whole), "cont .", "empty ones count for nothing");
    buf_clear(&whole.log);
    feed(&whole, SLICE("\x80\0"));
    tap_is_str(logged(&whole), "cont! .", "and end like others");
    tap_is_int(whole.ws.kind, WS_TEXT, "the kind is that of the first");
}

static void close_codes(void)
{
    struct slice reason;
    int wrong = -1;

    for (int c = 0; c < 65536 && wrong < 0; c++) {
        static const int registered[] = {1000, 1001, 1002, 1003, 1007, 1008,
            1009, 1010, 1011, 1012, 1013, 1014};
        bool want = c >= 3000 && c < 5000;
        uint8_t frame[4] = {0x88, 2, (uint8_t)(c >> 8), (uint8_t)c};

        for (size_t i = 0; i < sizeof registered / sizeof *registered; i++)
            want |= registered[i] == c;
        begin(&whole, true, MAX);
        feed(&whole, slice_of(frame, 4));
        if (ws_code_valid((uint16_t)c) != want
            || (whole.last == WS_BAD) == want
            || (want && ws_close_code(&whole.ws, NULL) != c))
            wrong = c;
    }
    tap_is_int(wrong, -1, "every close code");
    begin(&whole, true, MAX);
    feed(&whole, SLICE("\x88\x06\x03\xe9gone"));
    tap_is_int(ws_close_code(&whole.ws, &reason), 1001, "code");
    tap_is_str(reason, "gone", "and reason");
    tap_is_int(ws_close_code(&whole.ws, NULL), 1001, "reason not wanted");
    begin(&whole, true, MAX);
    feed(&whole, SLICE("\x89\x04ping\x88\0"));
    tap_is_int(ws_close_code(&whole.ws, &reason), 1005, "no code");
    tap_is_str(reason, "", "no reason");
    begin(&whole, true, MAX);
    feed(&whole, SLICE("\x89\x04pi"));
    feed(&whole, SLICE("ng"));
    tap_is_str(ws_control(&whole.ws), "ping", "a ping's payload, collected");
    feed(&whole, SLICE("\x8a\x02po"));
    tap_is_str(ws_control(&whole.ws), "po", "and the next one's");
}

static void after_a_fault(void)
{
    struct ws ws = {.client = true, .max = MAX};
    uint8_t bytes[] = {0x83, 0x81, 0x00};
    struct mslice in = {bytes, 3};

    tap_is_int(ws_next(&ws, &in), WS_BAD, "a fault");
    in = (struct mslice){bytes + 1, 2};
    tap_is_int(ws_next(&ws, &in), WS_BAD, "stays a fault");
    tap_is_int((int64_t)in.len, 2, "and takes nothing");
    tap_is_int(ws.status, 1002, "and keeps its status");
}

static void masks(void)
{
    static const uint8_t mask[4] = {0x12, 0x80, 0xff, 0x01};
    uint8_t src[300], want[300], dst[320];
    size_t failed = 0;

    for (size_t i = 0; i < sizeof src; i++)
        src[i] = (uint8_t)(i * 7 + 3);
    for (size_t n = 0; n <= 140; n++)
        for (size_t off = 0; off < 9; off++)
            for (size_t at = 0; at < 6; at++) {
                struct mslice g;

                for (size_t i = 0; i < n; i++)
                    want[i] = src[off + i] ^ mask[(at + i) % 4];
                memset(dst, 0xee, sizeof dst);
                ws_mask(dst + off, src + off, n, mask, at);
                failed += memcmp(dst + off, want, n) != 0
                    || (off && dst[off - 1] != 0xee) || dst[off + n] != 0xee;
                g = guard(slice_of(src + off, n));
                ws_mask(g.ptr, g.ptr, n, mask, at);
                failed += n && memcmp(g.ptr, want, n) != 0;
            }
    tap_is_int((int64_t)failed, 0, "masks of all lengths and places");
    ws_mask(dst, src, 16, mask, SIZE_MAX - 3);
    ws_mask(dst, dst, 16, mask, 0);
    tap_ok(memcmp(dst, src, 16) == 0, "twice is nothing, far offsets too");
}

static void heads(void)
{
    static const struct {
        uint64_t len;
        struct slice bare;
    } table[] = {
        {0, SLICE_INIT("\x82\0")}, {1, SLICE_INIT("\x82\1")},
        {125, SLICE_INIT("\x82\x7d")}, {126, SLICE_INIT("\x82\x7e\0\x7e")},
        {256, SLICE_INIT("\x82\x7e\1\0")},
        {65535, SLICE_INIT("\x82\x7e\xff\xff")},
        {65536, SLICE_INIT("\x82\x7f\0\0\0\0\0\1\0\0")},
        {UINT64_MAX / 2, SLICE_INIT("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff")}
    };
    uint8_t out[WS_HEAD_MAX], want[WS_HEAD_MAX];
    size_t failed = 0;

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct slice bare = table[i].bare;

        failed += !slice_eq(slice_of(out, ws_head(out, WS_BIN, true,
            table[i].len, NULL)), bare);
        memcpy(want, bare.ptr, bare.len);
        want[1] |= 0x80;
        memcpy(want + bare.len, key, 4);
        failed += !slice_eq(slice_of(out, ws_head(out, WS_BIN, true,
            table[i].len, key)), slice_of(want, bare.len + 4));
    }
    tap_is_int((int64_t)failed, 0, "heads, bare and masked");
    tap_is(slice_of(out, ws_head(out, WS_TEXT, false, 3, NULL)),
        SLICE("\1\3"), "a first fragment");
    tap_is(slice_of(out, ws_head(out, WS_CONT, false, 3, NULL)),
        SLICE("\0\3"), "a middle fragment");
    tap_is(slice_of(out, ws_head(out, WS_CLOSE, true, 2, NULL)),
        SLICE("\x88\2"), "a close");
}

int main(void)
{
    static uint8_t mem[300000];

    buf_over(&wire, mem, sizeof mem);
    tables();
    fragments();
    close_codes();
    after_a_fault();
    masks();
    heads();
    return tap_done();
}
