/* wire_test.c - the stand-ins' HTTP and WebSocket: what passes, what does not,
 * and that no prefix is ever taken for the whole. */
#include "sim/wire.h"

#include "tests/guard.h"
#include "tests/tap.h"

static void request(const char *text, const char *why)
{
    struct slice in = slice_str(text);
    struct wire_head h;
    const char *got = NULL;
    int n = wire_request(guard_in(in), &h, &got), early = 0;

    if (!why) {
        tap_is_int(n, (int64_t)in.len, "a good request");
        for (size_t i = 0; i < in.len; i++)
            early += wire_request(guard_in(slice_head(in, i)), &h, &got) != 0;
        tap_is_int(early, 0, "its prefixes need more");
    } else {
        tap_ok(n < 0 && strcmp(got, why) == 0, "request: %s", why);
    }
}

static void answer(const char *text, const char *why)
{
    struct wire_head h;
    const char *got = NULL;
    int n = wire_answer(guard_in(slice_str(text)), &h, &got);

    if (why)
        tap_ok(n < 0 && strcmp(got, why) == 0, "answer: %s", why);
    else
        tap_is_int(n, (int64_t)strlen(text), "a good answer");
}

#define END "Host: a\r\n\r\n"

static void test_heads(void)
{
    struct wire_head h;
    const char *why = NULL;
    bool twice = false;
    struct slice in = SLICE("POST /a?b=c HTTP/1.1\r\nHOST: h:80\r\n"
        "Connection: keep-alive, Upgrade\r\nX:  y \r\nContent-Length: 3\r\n"
        "X: z\r\n\r\nabc");

    request("GET / HTTP/1.1\r\n" END, NULL);
    request("GET / HTTP/1.1\nHost: a\r\n\r\n", "a line ends in LF alone");
    request("GET / HTTP/1.1\rHost: a\r\n\r\n", "CR without LF");
    request("GET / HTTP/1.0\r\n" END, "the version is not HTTP/1.1");
    request("GET  / HTTP/1.1\r\n" END, "bad request line");
    request("GET http://a/ HTTP/1.1\r\n" END, "bad request line");
    request("GET /\x80 HTTP/1.1\r\n" END, "a bad byte in the target");
    request("GET / HTTP/1.1\r\nA b: c\r\n" END,
        "a field name is no token");
    request("GET / HTTP/1.1\r\nA : c\r\n" END, "a field name is no token");
    request("GET / HTTP/1.1\r\nA: b\r\n c\r\n" END, "a field without a colon");
    request("GET / HTTP/1.1\r\nA: b\x01\r\n" END,
        "a control byte in a field");
    request("GET / HTTP/1.1\r\n\r\n", "there must be one Host field");
    request("GET / HTTP/1.1\r\nHost: b\r\n" END,
        "there must be one Host field");
    request("GET / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 5\r\n" END,
        "two Content-Length fields");
    request("GET / HTTP/1.1\r\nContent-Length: 5, 5\r\n" END,
        "Content-Length is no number");
    request("GET / HTTP/1.1\r\nContent-Length: 5\r\n"
        "Transfer-Encoding: chunked\r\n" END,
        "Content-Length and chunked together");
    request("GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n" END,
        "a transfer coding other than chunked");
    answer("HTTP/1.1 204 No Content\r\n\r\n", NULL);
    answer("HTTP/1.1 200\r\n\r\n", NULL);
    answer("HTTP/1.1 99 x\r\n\r\n", "bad status line");
    answer("HTTP/2 200 OK\r\n\r\n", "bad status line");
    tap_is_int(wire_request(in, &h, &why), (int64_t)in.len - 3, "a POST");
    tap_is_str(h.method, "POST", "method");
    tap_is_str(h.target, "/a?b=c", "target");
    tap_is_int(h.length, 3, "length");
    tap_ok(wire_has(&h, "connection", "upgrade")
        && !wire_has(&h, "connection", "up"), "a word of a list");
    tap_is_str(wire_field(&h, "host", &twice), "h:80", "a field");
    tap_ok(!twice, "once");
    tap_is_str(wire_field(&h, "x", &twice), "y", "the first of two");
    tap_ok(twice, "and there is another");
}

static void body(const char *head, const char *text, bool ended, int used,
    const char *want, const char *what)
{
    struct wire_head h;
    struct buf out;
    const char *why = NULL;
    bool done;

    buf_init(&out, 1000);
    wire_answer(slice_str(head), &h, &why);
    tap_is_int(wire_body(&h, guard_in(slice_str(text)), ended, &out, &done,
        &why), used, what);
    if (want)
        tap_ok(done && slice_is(buf_slice(&out), want), "%s: bytes", what);
    else
        tap_ok(!done, "%s: not done", what);
    buf_free(&out);
}

#define OK "HTTP/1.1 200 OK\r\n"

static void test_bodies(void)
{
    body(OK "Content-Length: 3\r\n\r\n", "abcd", false, 3, "abc", "length");
    body(OK "Content-Length: 3\r\n\r\n", "ab", true, 0, NULL, "too short");
    body(OK "Content-Length: 0\r\n\r\n", "x", false, 0, "", "empty");
    body(OK "\r\n", "abc", false, 0, NULL, "until the end");
    body(OK "\r\n", "abc", true, 3, "abc", "at the end");
    body("HTTP/1.1 204 x\r\n\r\n", "abc", false, 0, "", "204");
    body("HTTP/1.1 204 x\r\nContent-Length: 1\r\n\r\n", "a", false, -1, NULL,
        "204 with a body");
    body(OK "Transfer-Encoding: chunked\r\n\r\n",
        "3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\nnext", false, 28,
        "abc0123456789", "chunks");
    body(OK "Transfer-Encoding: chunked\r\n\r\n", "3\r\nabc\r\n0\r\n\r", false,
        0, NULL, "half of the chunks");
    body(OK "Transfer-Encoding: chunked\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n",
        false, -1, NULL, "a chunk too long");
    body(OK "Transfer-Encoding: chunked\r\n\r\n", "x\r\nabcd\r\n0\r\n\r\n",
        false, -1, NULL, "no chunk size");
}

static void test_codings(void)
{
    static const char *const row[][2] = {       /* RFC 4648 10 */
        {"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"},
        {"\xff\xfe\xfd", "//79"},
    };
    static const char *const bad[] = {"Zg=", "Zg", "Z===", "Zh==", "Zm9=",
        "Zg==Zg==", "Zm 8", "Zm8-", "====", "Z=g="};
    struct slice form = SLICE("a=1&b%20c=d+e%26&f="), n, v;
    struct buf out;
    int wrong = 0;

    buf_init(&out, 1000);
    for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
        buf_clear(&out);
        wire_base64(&out, slice_str(row[i][0]));
        wrong += !slice_is(buf_slice(&out), row[i][1]);
        buf_clear(&out);
        wrong += wire_unbase64(&out, guard_in(slice_str(row[i][1]))) != 0;
        wrong += !slice_is(buf_slice(&out), row[i][0]);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        wrong += wire_unbase64(&out, guard_in(slice_str(bad[i]))) == 0;
    tap_is_int(wrong, 0, "base64: the RFC's vectors, ten refused");
    buf_clear(&out);
    wire_percent(&out, SLICE("+1 a~\xc3\xa9/"));
    tap_is_str(buf_slice(&out), "%2B1%20a~%C3%A9%2F", "percent");
    buf_clear(&out);
    buf_room(&out, form.len);
    tap_ok(wire_form(&form, &out, &n, &v) == 1 && slice_is(n, "a")
        && slice_is(v, "1"), "form: the first");
    tap_ok(wire_form(&form, &out, &n, &v) == 1 && slice_is(n, "b c")
        && slice_is(v, "d e&"), "form: decoded");
    tap_ok(wire_form(&form, &out, &n, &v) == 1 && slice_is(n, "f")
        && v.ptr && !v.len, "form: an empty value");
    tap_is_int(wire_form(&form, &out, &n, &v), 0, "form: the end");
    form = SLICE("a=%4");
    tap_is_int(wire_form(&form, &out, &n, &v), -1, "form: half an escape");
    form = SLICE("a");
    tap_is_int(wire_form(&form, &out, &n, &v), -1, "form: no equals sign");
    buf_free(&out);
}

static const uint8_t mask[4] = {0x37, 0xfa, 0x21, 0x3d};

static void frame_is(bool masked, struct slice in, enum wire_event want,
    const char *data, const char *what)
{
    struct wire_ws w = {.masked = masked, .max = 70000};
    struct slice rest = guard_in(in);
    enum wire_event ev = wire_next(&w, &rest);

    while (ev == WIRE_PART)
        ev = wire_next(&w, &rest);
    tap_ok(ev == want && (ev == WIRE_BAD ? strcmp(w.why, data) == 0
        : !data || slice_is(w.data, data)), "%s", what);
    if (ev == WIRE_BAD && strcmp(w.why, data) != 0)
        printf("#   got %s\n", w.why);
    wire_fini(&w);
}

/* RFC 6455 5.7, and a breach of every rule. */
static void test_frames(void)
{
    frame_is(false, SLICE("\x81\x05Hello"), WIRE_MESSAGE, "Hello",
        "an unmasked text");
    frame_is(true, SLICE("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
        WIRE_MESSAGE, "Hello", "a masked text");
    frame_is(false, SLICE("\x01\x03Hel\x80\x02lo"), WIRE_MESSAGE, "Hello",
        "two fragments");
    frame_is(false, SLICE("\x89\x05Hello"), WIRE_CONTROL, "Hello", "a ping");
    frame_is(false, SLICE("\x88\x02\x03\xe8"), WIRE_CONTROL, NULL, "a close");
    frame_is(false, SLICE("\x88\x00"), WIRE_CONTROL, "", "a bare close");
    frame_is(true, SLICE("\x81\x05Hello"), WIRE_BAD,
        "a client's frame is not masked", "not masked");
    frame_is(false, SLICE("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
        WIRE_BAD, "a server's frame is masked", "masked");
    frame_is(false, SLICE("\xc1\x05Hello"), WIRE_BAD, "a reserved bit is set",
        "RSV1");
    frame_is(false, SLICE("\x83\x00"), WIRE_BAD, "a reserved opcode",
        "opcode 3");
    frame_is(false, SLICE("\x8b\x00"), WIRE_BAD, "a reserved opcode",
        "opcode 11");
    frame_is(false, SLICE("\x09\x00"), WIRE_BAD, "a fragmented control frame",
        "half a ping");
    frame_is(false, SLICE("\x89\x7e\x00\x7e"), WIRE_BAD,
        "a long control frame", "a long ping");
    frame_is(false, SLICE("\x81\x7e\x00\x05Hello"), WIRE_BAD,
        "a length that is not in its shortest form", "16 bits for 5");
    frame_is(false, SLICE("\x81\x7f\0\0\0\0\0\0\xff\xff"), WIRE_BAD,
        "a length that is not in its shortest form", "64 bits for 65535");
    frame_is(false, SLICE("\x81\x7f\0\0\0\0\0\1\x11\x71"), WIRE_BAD,
        "the frame is too long", "70001 bytes");
    frame_is(false, SLICE("\x80\x00"), WIRE_BAD, "a continuation of nothing",
        "continuation first");
    frame_is(false, SLICE("\x01\x01x\x81\x01y"), WIRE_BAD,
        "a new message inside a fragmented one", "text in text");
    frame_is(false, SLICE("\x81\x02\xc0\x80"), WIRE_BAD,
        "a text message that is not UTF-8", "bad UTF-8");
    frame_is(false, SLICE("\x88\x01x"), WIRE_BAD,
        "a close frame with half a code", "half a code");
    frame_is(false, SLICE("\x88\x02\x03\xed"), WIRE_BAD,
        "a close code that may not be sent", "1005 sent");
    frame_is(false, SLICE("\x88\x03\x03\xe8\xff"), WIRE_BAD,
        "a close reason that is not UTF-8", "bad reason");
}

static void test_round(void)
{
    static const size_t size[] = {0, 1, 125, 126, 65535, 65536, 70000};
    static uint8_t data[70000];
    int wrong = 0;

    for (size_t i = 0; i < sizeof(data); i++)
        data[i] = (uint8_t)('a' + i % 23);
    for (size_t i = 0; i < sizeof(size) / sizeof(*size) * 2; i++) {
        struct wire_ws w = {.masked = i % 2, .max = 70000};
        struct slice want = slice_of(data, size[i / 2]), in;
        struct buf out;

        buf_init(&out, 1 << 17);
        wire_frame(&out, WIRE_BINARY, want, i % 2 ? mask : NULL);
        for (size_t k = 0; k < out.len; k += k < 20 ? 1 : 997) {
            in = guard_in(slice_head(buf_slice(&out), k));
            wrong += wire_next(&w, &in) != WIRE_MORE || in.len != k;
        }
        in = guard_in(buf_slice(&out));
        wrong += wire_next(&w, &in) != WIRE_MESSAGE || in.len
            || w.op != WIRE_BINARY || !slice_eq(w.data, want);
        buf_free(&out);
        wire_fini(&w);
    }
    tap_is_int(wrong, 0, "frames of every length there and back");
}

static void test_accept(void)
{
    struct buf out;
    int wrong = 0;

    buf_init(&out, 100);
    wire_accept(&out, SLICE("dGhlIHNhbXBsZSBub25jZQ=="));
    tap_is_str(buf_slice(&out), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
        "RFC 6455 1.3's accept");
    for (int i = 0; i < WIRE_PAIRS; i++) {
        buf_clear(&out);
        wire_accept(&out, slice_str(wire_pairs[i].key));
        wrong += !slice_is(buf_slice(&out), wire_pairs[i].accept);
    }
    tap_is_int(wrong, 0, "the pairs made elsewhere agree");
    buf_free(&out);
}

int main(void)
{
    test_heads();
    test_bodies();
    test_codings();
    test_frames();
    test_round();
    test_accept();
    return tap_done();
}
