/* body_test.c - chunked bodies: whole, byte by byte, at every cut. */
#include "codec/body.h"

#include "tests/guard.h"
#include "tests/tap.h"

/* What came out of a run: the data joined, how it ended, where. */
struct run {
    uint8_t mem[70000];
    struct buf data;
    struct body body;
    enum body_event last;
    size_t used;
};

static struct run whole, cut;

static void begin(struct run *r, uint64_t max)
{
    buf_over(&r->data, r->mem, sizeof r->mem);
    r->body = (struct body){.max = max};
    r->last = BODY_MORE;
    r->used = 0;
}

static void feed(struct run *r, struct slice piece)
{
    struct slice in = guard_in(piece);
    size_t before = in.len;

    while (r->last == BODY_MORE || r->last == BODY_DATA) {
        r->last = body_next(&r->body, &in);
        if (r->last == BODY_DATA)
            buf_add(&r->data, r->body.data);
        if (r->last == BODY_DATA && r->body.data.len == 0)
            abort();                    /* a piece is never empty */
        if (r->last == BODY_MORE) {
            if (in.len)
                abort();                /* MORE means all was used */
            break;
        }
    }
    r->used += before - in.len;
}

static bool same(const struct run *a, const struct run *b)
{
    return a->last == b->last && a->used == b->used
        && slice_eq(buf_slice(&a->data), buf_slice(&b->data))
        && a->body.why == b->body.why && a->body.status == b->body.status
        && a->body.at == b->body.at && a->body.total == b->body.total;
}

/* Runs it whole into the global, and cut in all ways against that. */
static bool ran_alike(struct slice in, uint64_t max)
{
    begin(&whole, max);
    feed(&whole, in);
    begin(&cut, max);
    for (size_t i = 0; i < in.len; i++)
        feed(&cut, slice_head(slice_from(in, i), 1));
    if (!same(&whole, &cut)) {
        printf("#   byte by byte differs\n");
        return false;
    }
    for (size_t i = 0; i <= in.len; i++) {
        begin(&cut, max);
        feed(&cut, slice_head(in, i));
        feed(&cut, slice_from(in, i));
        if (!same(&whole, &cut)) {
            printf("#   cut at %zu differs\n", i);
            return false;
        }
    }
    return whole.used == whole.body.at;
}

struct good_vector {
    const char *name, *in, *data;
};

static const struct good_vector good[] = {
    {"nothing", "0\r\n\r\n", ""},
    {"one chunk", "5\r\nhello\r\n0\r\n\r\n", "hello"},
    {"two chunks", "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", "hello world"},
    {"hex in both cases", "a\r\n0123456789\r\nB\r\n0123456789a\r\n0\r\n\r\n",
        "01234567890123456789a"},
    {"leading zeros", "0000000000000003\r\nabc\r\n0000\r\n\r\n", "abc"},
    {"CRLF inside the data", "4\r\n\r\n\r\n\r\n0\r\n\r\n", "\r\n\r\n"},
    {"a last chunk inside the data", "5\r\n0\r\n\r\n\r\n0\r\n\r\n",
        "0\r\n\r\n"},
    {"an extension", "1;a\r\nx\r\n0;b\r\n\r\n", "x"},
    {"an extension with a value", "1;a=b\r\nx\r\n0;c=d;e=f\r\n\r\n", "x"},
    {"blanks around all parts, RFC 9112 7.1.1",
        "1 \t; \ta \t= \tb \t; c ; d=e\r\nx\r\n0\r\n\r\n", "x"},
    {"a quoted value",
        "1;a=\"b; c=\\\"d\\\\\" ;e\r\nx\r\n0;q=\"\"\r\n\r\n", "x"},
    {"a value of all token bytes",
        "1;!#$%&'*+-.^_`|~=09azAZ!#$%&'*+-.^_`|~\r\nx\r\n0\r\n\r\n", "x"},
    {"high bytes in quotes", "1;a=\"\xc3\xa9\\\xff\"\r\nx\r\n0\r\n\r\n", "x"},
    {"a trailer", "1\r\nx\r\n0\r\nExpires: never\r\n\r\n", "x"},
    {"trailers", "0\r\nA:\r\nB: \t b \xff\r\nC:c\r\n\r\n", ""},
    {"a trailer that may not be one is dropped too",
        "1\r\nx\r\n0\r\nContent-Length: 99\r\nTransfer-Encoding: x\r\n\r\n",
        "x"}
};

static void good_table(void)
{
    size_t failed = 0;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        uint8_t more[512];
        struct slice in = slice_str(good[i].in);
        bool ok = ran_alike(in, 100) && whole.last == BODY_END
            && whole.used == in.len && whole.body.status == 0
            && slice_is(buf_slice(&whole.data), good[i].data)
            && whole.body.total == whole.data.len;

        /* What follows belongs to the next message, and stays. */
        memcpy(more, in.ptr, in.len);
        memcpy(more + in.len, "POST", 4);
        ok = ok && ran_alike(slice_of(more, in.len + 4), 100)
            && whole.last == BODY_END && whole.used == in.len;
        for (size_t n = 0; ok && n < in.len; n++) {
            begin(&cut, 100);
            feed(&cut, slice_head(in, n));
            ok = cut.used == n
                && (cut.last == BODY_MORE || cut.last == BODY_DATA);
        }
        if (!ok) {
            printf("#   vector: %s (%s at %" PRIu64 ")\n", good[i].name,
                whole.body.why ? whole.body.why : "-", whole.body.at);
            tap_show("got ", buf_slice(&whole.data));
            failed++;
        }
    }
    tap_ok(failed == 0, "%zu good bodies", sizeof good / sizeof *good);
}

/* Refused at the first byte of rest, after the data was given out. */
struct bad_vector {
    int status;
    struct slice before, rest, data;
};

#define BAD(status, before, rest, data) \
    {status, SLICE_INIT(before), SLICE_INIT(rest), SLICE_INIT(data)}

static const struct bad_vector bad[] = {
    /* Sizes. */
    BAD(400, "", "\r\n", ""),
    BAD(400, "", "\n", ""),
    BAD(400, "", " 5\r\nhello", ""),
    BAD(400, "", "\t5\r\nhello", ""),
    BAD(400, "", "g\r\n", ""),
    BAD(400, "", "+5\r\nhello", ""),
    BAD(400, "", "-5\r\nhello", ""),
    BAD(400, "", ";a\r\n", ""),
    BAD(400, "0", "x5\r\nhello", ""),
    BAD(400, "5", "_\r\nhello", ""),
    BAD(400, "5", "h\r\nhello", ""),
    BAD(400, "5", ",5\r\nhello", ""),
    BAD(400, "5", "\0\r\nhello", ""),
    BAD(400, "5", "\nhello", ""),
    BAD(400, "5\r", "hello", ""),
    BAD(400, "5\r", "\r\nhello", ""),
    BAD(400, "5 ", "\r\nhello", ""),
    BAD(400, "5\t ", "\r\nhello", ""),
    BAD(400, "5 ", "5\r\nhello", ""),
    BAD(400, "5 ", "\nhello", ""),
    BAD(400, "0000000000000000", "5\r\nhello", ""),
    BAD(400, "0123456789abcdef", "0\r\n", ""),
    BAD(413, "ffffffffffffffff\r", "\nx", ""),
    BAD(413, "8000000000000000\r", "\nx", ""),
    BAD(413, "65\r", "\nx", ""),
    BAD(413, "63\r\n"
        "012345678901234567890123456789012345678901234567890123456789"
        "012345678901234567890123456789012345678\r\n2\r", "\nxy\r\n",
        "012345678901234567890123456789012345678901234567890123456789"
        "012345678901234567890123456789012345678"),
    /* Data. */
    BAD(400, "5\r\nhello", "!\r\n0\r\n\r\n", "hello"),
    BAD(400, "5\r\nhello", "\n0\r\n\r\n", "hello"),
    BAD(400, "5\r\nhello", "0\r\n\r\n", "hello"),
    BAD(400, "5\r\nhello\r", "0\r\n\r\n", "hello"),
    BAD(400, "5\r\nhello\r", "\r\n", "hello"),
    BAD(400, "5\r\nhello\r\n", "\r\n", "hello"),
    BAD(400, "5\r\nhello\r\n", " 0\r\n", "hello"),
    /* Extensions. */
    BAD(400, "1;", "\r\nx", ""),
    BAD(400, "1;", "\nx", ""),
    BAD(400, "1;", ";a\r\nx", ""),
    BAD(400, "1;", "=a\r\nx", ""),
    BAD(400, "1;", "\"a\"\r\nx", ""),
    BAD(400, "1; ", "\r\nx", ""),
    BAD(400, "1;a", "\nx", ""),
    BAD(400, "1;a", "\0\r\nx", ""),
    BAD(400, "1;a", "\x7f\r\nx", ""),
    BAD(400, "1;a", "\xc3\r\nx", ""),
    BAD(400, "1;a", ",b\r\nx", ""),
    BAD(400, "1;a ", "b\r\nx", ""),
    BAD(400, "1;a ", "\r\nx", ""),
    BAD(400, "1;a=", "\r\nx", ""),
    BAD(400, "1;a= ", "\r\nx", ""),
    BAD(400, "1;a=", ";b\r\nx", ""),
    BAD(400, "1;a=b", "=c\r\nx", ""),
    BAD(400, "1;a=b", "\"\r\nx", ""),
    BAD(400, "1;a=b", "\nx", ""),
    BAD(400, "1;a=b ", "=c\r\nx", ""),
    BAD(400, "1;a=b ", "\r\nx", ""),
    BAD(400, "1;a=\"b", "\r\nx", ""),
    BAD(400, "1;a=\"b", "\n\"\r\nx", ""),
    BAD(400, "1;a=\"b", "\x01\"\r\nx", ""),
    BAD(400, "1;a=\"b\\", "\r\"\r\nx", ""),
    BAD(400, "1;a=\"b\\", "\0\"\r\nx", ""),
    BAD(400, "1;a=\"b\"", "c\r\nx", ""),
    BAD(400, "1;a=\"b\"", "\"\r\nx", ""),
    BAD(400, "1;a=\"b\"", "=c\r\nx", ""),
    BAD(400, "1;a\r", "x\n", ""),
    /* Trailers. */
    BAD(400, "0\r\n", "\n", ""),
    BAD(400, "0\r\n\r", "x", ""),
    BAD(400, "0\r\n\r", "\r\n", ""),
    BAD(400, "0\r\n", " A: b\r\n\r\n", ""),
    BAD(400, "0\r\n", "\tA: b\r\n\r\n", ""),
    BAD(400, "0\r\nA: b\r\n", " c\r\n\r\n", ""),
    BAD(400, "0\r\n", ": b\r\n\r\n", ""),
    BAD(400, "0\r\nA", " : b\r\n\r\n", ""),
    BAD(400, "0\r\nA", "\t: b\r\n\r\n", ""),
    BAD(400, "0\r\nA", "\r\n\r\n", ""),
    BAD(400, "0\r\nA", "\n\r\n", ""),
    BAD(400, "0\r\nA", "(: b\r\n\r\n", ""),
    BAD(400, "0\r\nA: b", "\n\r\n", ""),
    BAD(400, "0\r\nA: b\r", "\r\n", ""),
    BAD(400, "0\r\nA: b\r", "c\r\n", ""),
    BAD(400, "0\r\nA: b", "\0\r\n\r\n", ""),
    BAD(400, "0\r\nA: b", "\x7f\r\n\r\n", ""),
    BAD(400, "1\r\nx\r\n0\r\nGET", " / HTTP/1.1\r\n", "x")
};

static void bad_table(void)
{
    size_t failed = 0;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        uint8_t all[1024];
        size_t n = bad[i].before.len;
        bool ok;

        memcpy(all, bad[i].before.ptr, n);
        memcpy(all + n, bad[i].rest.ptr, bad[i].rest.len);
        ok = ran_alike(slice_of(all, n + bad[i].rest.len), 100);
        if (!ok || whole.last != BODY_BAD || whole.body.at != n
            || whole.body.status != bad[i].status || !whole.body.why
            || !slice_eq(buf_slice(&whole.data), bad[i].data)) {
            printf("#   ended with %d, %d at %" PRIu64 " (%s)\n", whole.last,
                whole.body.status, whole.body.at,
                whole.body.why ? whole.body.why : "-");
            tap_show("before", bad[i].before);
            tap_show("rest  ", bad[i].rest);
            failed++;
        }
    }
    tap_ok(failed == 0, "%zu bad bodies, each at its byte",
        sizeof bad / sizeof *bad);
}

/* begin, then n times the piece, then end. */
static void many(struct buf *b, const char *begin_with, size_t n,
    const char *piece, const char *end)
{
    buf_clear(b);
    buf_adds(b, begin_with);
    for (size_t i = 0; i < n; i++)
        buf_adds(b, piece);
    buf_adds(b, end);
}

static void run_whole(const struct buf *b, uint64_t max)
{
    begin(&whole, max);
    feed(&whole, buf_slice(b));
}

static void ceilings(void)
{
    static uint8_t mem[400000];
    struct buf b;

    buf_over(&b, mem, sizeof mem);
    many(&b, "64\r\n", 100, "x", "\r\n0\r\n\r\n");
    run_whole(&b, 100);
    tap_is_int(whole.last, BODY_END, "a body of exactly the ceiling");
    run_whole(&b, 99);
    tap_is_int(whole.last, BODY_BAD, "one byte more");
    tap_is_int(whole.body.status, 413, "is 413");
    tap_is_int((int64_t)whole.body.total, 0, "before any of it is taken");
    run_whole(&b, 0);
    tap_is_int(whole.body.status, 413, "a ceiling of nothing");
    many(&b, "", 0, "", "0\r\n\r\n");
    run_whole(&b, 0);
    tap_is_int(whole.last, BODY_END, "takes the empty body");

    many(&b, "1;", 4096 - 4, "a", "\r\nx\r\n0\r\n\r\n");
    run_whole(&b, 100);
    tap_is_int(whole.last, BODY_END, "the longest line of a chunk");
    many(&b, "1;", 4096 - 3, "a", "\r\nx\r\n0\r\n\r\n");
    run_whole(&b, 100);
    tap_is_int(whole.body.status, 400, "one byte more is 400");
    tap_is_int((int64_t)whole.body.at, 4096, "at that byte");
    many(&b, "0\r\nA:", 4096 - 4, "a", "\r\n\r\n");
    run_whole(&b, 100);
    tap_is_int(whole.last, BODY_END, "the longest trailer");
    many(&b, "0\r\nA:", 4096 - 3, "a", "\r\n\r\n");
    run_whole(&b, 100);
    tap_is_int(whole.body.status, 431, "one byte more is 431");
    tap_is_int((int64_t)whole.body.at, 3 + 4096, "at that byte");
    many(&b, "0\r\n", 2500, "A: b\r\n", "\r\n");
    run_whole(&b, 100);
    tap_is_int(whole.last, BODY_END, "many trailers");
    many(&b, "0\r\n", 100000, "A:\r", "");
    run_whole(&b, 100);
    tap_is_int(whole.last, BODY_BAD, "which must be trailers");
    many(&b, "0\r\n", 30000, "A: bcd\r\n", "\r\n");
    run_whole(&b, 100);
    tap_is_int(whole.body.status, 431, "too many trailers are 431");
    tap_ok(whole.body.at < 3 + 20000, "and soon");
}

static void overhead(void)
{
    static uint8_t mem[400000];
    struct buf b;

    buf_over(&b, mem, sizeof mem);
    many(&b, "", 1000, "1\r\nx\r\n", "0\r\n\r\n");
    run_whole(&b, 1000000);
    tap_is_int(whole.last, BODY_END, "a thousand chunks of one byte");
    many(&b, "", 60000, "1\r\nx\r\n", "0\r\n\r\n");
    run_whole(&b, 1000000);
    tap_is_int(whole.last, BODY_BAD, "sixty thousand of them");
    tap_is_int(whole.body.status, 400, "are 400");
    tap_ok(whole.body.total < 10000, "after a few thousand");
    many(&b, "", 20000, "3\r\nxyz\r\n", "0\r\n\r\n");
    run_whole(&b, 1000000);
    tap_is_int(whole.last, BODY_END, "chunks of three bytes are taken");
    tap_is_int((int64_t)whole.body.total, 60000, "whole");
    many(&b, "", 20000, "2\r\nxy\r\n", "0\r\n\r\n");
    run_whole(&b, 1000000);
    tap_is_int(whole.last, BODY_BAD, "as many of two bytes are not");
    many(&b, "", 300, "1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\nx\r\n",
        "0\r\n\r\n");
    run_whole(&b, 1000000);
    tap_is_int(whole.last, BODY_BAD, "extensions count as frame");
}

static void encoder(void)
{
    uint8_t mem[600], text[257];
    struct buf b;
    size_t failed = 0;

    buf_over(&b, mem, sizeof mem);
    body_chunk(&b, SLICE("hello"));
    body_chunk(&b, SLICE(""));
    body_chunk(&b, SLICE("0123456789abcdef"));
    body_last(&b);
    tap_is_str(buf_slice(&b),
        "5\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n", "chunks");
    for (size_t n = 0; n <= sizeof text; n++) {
        memset(text, (int)n, sizeof text);
        buf_clear(&b);
        body_chunk(&b, slice_of(text, n));
        body_chunk(&b, slice_of(text, n / 2));
        body_last(&b);
        run_whole(&b, 1000);
        failed += whole.last != BODY_END || whole.data.len != n + n / 2
            || whole.used != b.len || memcmp(whole.mem, text, n) != 0;
    }
    tap_is_int((int64_t)failed, 0, "what is encoded decodes");
    buf_over(&b, mem, 9);
    body_chunk(&b, SLICE("hello"));
    tap_ok(!buf_ok(&b), "no room is told");
}

static void after_the_end(void)
{
    struct slice in = SLICE("0\r\n\r\nmore");
    struct body b = {.max = 1};

    tap_is_int(body_next(&b, &in), BODY_END, "the end");
    tap_is_int(body_next(&b, &in), BODY_END, "stays the end");
    tap_is_str(in, "more", "and takes nothing");
    b = (struct body){.max = 1};
    in = SLICE("x");
    tap_is_int(body_next(&b, &in), BODY_BAD, "a fault");
    in = SLICE("0\r\n\r\n");
    tap_is_int(body_next(&b, &in), BODY_BAD, "stays a fault");
    tap_is_int(b.status, 400, "with its status");
}

int main(void)
{
    good_table();
    bad_table();
    ceilings();
    overhead();
    encoder();
    after_the_end();
    return tap_done();
}
