/* httpd_test.c - the HTTP server over real sockets, asked byte by byte. */
#include "base/text.h"
#include "tests/net/site.h"

static void test_date(void)
{
    struct raw r;

    raw_dial(&r, httpd_port(server));
    raw_says(&r, "GET /hello HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(r.in.len);
    rig_wait(2000);
    raw_says(&r, "GET /hello HTTP/1.1\r\n" HOST CLOSE "\r\n");
    RIG_UNTIL(r.closed);
    tap_ok(slice_find(buf_slice(&r.in),
        SLICE("\r\nDate: Sun, 22 Nov 2026 11:00:00 GMT\r\n")) != SLICE_NPOS
        && slice_find(buf_slice(&r.in),
        SLICE("\r\nDate: Sun, 22 Nov 2026 11:00:02 GMT\r\n")) != SLICE_NPOS,
        "the date is the answer's");
    raw_drop(&r);
}

static void test_plain(void)
{
    ask("a GET", "GET /hello HTTP/1.1\r\n" HOST "\r\n", HI);
    ask("a GET after a CRLF", "\r\nGET /hello HTTP/1.1\r\n" HOST "\r\n", HI);
    ask("absolute form", "GET http://y/hello?a=b HTTP/1.1\r\n" HOST "\r\n",
        HI);
    ask("a HEAD counts and sends nothing",
        "HEAD /hello HTTP/1.1\r\n" HOST "\r\nGET /hello HTTP/1.1\r\n" HOST
        CLOSE "\r\n", "HTTP/1.1 200 OK\r\n" TEXT NOSTORE
        "Content-Length: 2\r\n\r\n" HI_CLOSE);
    ask("a POST", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\n"
        "hello", "HTTP/1.1 200 OK\r\n" BYTES NOSTORE
        "Content-Length: 5\r\n\r\nhello");
    ask("a POST of nothing", "POST /echo HTTP/1.1\r\n" HOST
        "Content-Length: 0\r\n\r\n", "HTTP/1.1 200 OK\r\n" BYTES NOSTORE
        "Content-Length: 0\r\n\r\n");
    ask("chunks", "PUT /echo HTTP/1.1\r\n" HOST
        "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n"
        "T: v\r\n\r\n", "HTTP/1.1 200 OK\r\n" BYTES NOSTORE
        "Content-Length: 5\r\n\r\nabcde");
    ask("204 has no length", "GET /none HTTP/1.1\r\n" HOST "\r\n",
        "HTTP/1.1 204 No Content\r\n" NOSTORE "\r\n");
    ask("a star matches the rest", "GET /v1/requests HTTP/1.1\r\n" HOST
        "\r\n", "HTTP/1.1 200 OK\r\n" TEXT NOSTORE "X-Route: star\r\n"
        "Content-Length: 8\r\n\r\nrequests");
    ask("the longer star wins", "GET /v1/calls/ab/hangup HTTP/1.1\r\n" HOST
        "\r\n", "HTTP/1.1 200 OK\r\n" TEXT NOSTORE "X-Route: star\r\n"
        "Content-Length: 9\r\n\r\nab/hangup");
    ask("an exact path wins, and may say Cache-Control",
        "GET /v1/calls/exact HTTP/1.1\r\n" HOST "\r\n",
        "HTTP/1.1 200 OK\r\nCache-Control: max-age=9\r\n"
        "Content-Length: 5\r\n\r\nexact");
    ask("another method of a starred path", "DELETE /v1/calls/exact HTTP/1.1"
        "\r\n" HOST "\r\n", "HTTP/1.1 204 No Content\r\n" NOSTORE "\r\n");
}

static void test_keeping(void)
{
    ask("Connection: close is echoed", "GET /hello HTTP/1.1\r\n" HOST CLOSE
        "\r\n", HI_CLOSE);
    ask("HTTP/1.0 closes", "GET /hello HTTP/1.0\r\n\r\n", HI_CLOSE);
    ask("HTTP/1.0 keeps alive when asked", "GET /hello HTTP/1.0\r\n"
        "Connection: keep-alive\r\n\r\nGET /hello HTTP/1.0\r\n\r\n",
        "HTTP/1.1 200 OK\r\n" TEXT NOSTORE "Connection: keep-alive\r\n"
        "Content-Length: 2\r\n\r\nhi" HI_CLOSE);
    ask("what follows a close is not answered", "GET /hello HTTP/1.1\r\n" HOST
        CLOSE "\r\nGET /hello HTTP/1.1\r\n" HOST "\r\n", HI_CLOSE);
}

static void test_refusals(void)
{
    char big[20000], want[400];

    ask("404", "GET /nowhere HTTP/1.1\r\n" HOST "\r\n",
        "HTTP/1.1 404 Not Found\r\n" PLAIN NOSTORE
        "Content-Length: 28\r\n\r\n404 Not Found: no such path\n");
    ask("404 keeps the connection and drops the body", "POST /x HTTP/1.1\r\n"
        HOST "Content-Length: 3\r\n\r\nabcGET /hello HTTP/1.1\r\n" HOST
        "\r\n", "HTTP/1.1 404 Not Found\r\n" PLAIN NOSTORE
        "Content-Length: 28\r\n\r\n404 Not Found: no such path\n" HI);
    ask("405 says what is allowed", "DELETE /echo HTTP/1.1\r\n" HOST "\r\n",
        "HTTP/1.1 405 Method Not Allowed\r\n" PLAIN NOSTORE
        "Allow: POST, PUT, OPTIONS\r\nContent-Length: 60\r\n\r\n"
        "405 Method Not Allowed: this path does not take that method\n");
    ask("OPTIONS", "OPTIONS /v1/calls/7 HTTP/1.1\r\n" HOST "\r\n",
        "HTTP/1.1 204 No Content\r\n" NOSTORE
        "Allow: GET, HEAD, DELETE, OPTIONS\r\n\r\n");
    ask("OPTIONS *", "OPTIONS * HTTP/1.1\r\n" HOST "\r\n",
        "HTTP/1.1 204 No Content\r\n" NOSTORE
        "Allow: GET, HEAD, POST, PUT, DELETE, OPTIONS\r\n\r\n");
    ask("501 for a method nobody knows", "BREW /hello HTTP/1.1\r\n" HOST
        "\r\n", "HTTP/1.1 501 Not Implemented\r\n" PLAIN NOSTORE
        "Content-Length: 36\r\n\r\n501 Not Implemented: unknown method\n");
    ask("CONNECT", "CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n",
        "HTTP/1.1 405 Method Not Allowed\r\n" PLAIN NOSTORE
        "Allow: OPTIONS\r\nContent-Length: 60\r\n\r\n"
        "405 Method Not Allowed: this path does not take that method\n");
    ask("400 names the byte", "GET /hello HTTP/1.1\r\nHost : x\r\n\r\n",
        "HTTP/1.1 400 Bad Request\r\n" PLAIN NOSTORE CLOSE
        "Content-Length: 67\r\n\r\n400 Bad Request: blank before the colon, "
        "at byte 25 of the request\n");
    ask("400 for a length twice", "POST /echo HTTP/1.1\r\n" HOST
        "Content-Length: 5, 5\r\n\r\nhello", "HTTP/1.1 400 Bad Request\r\n"
        PLAIN NOSTORE CLOSE "Content-Length: 72\r\n\r\n400 Bad Request: "
        "Content-Length is no number, at byte 47 of the request\n");
    ask("505", "GET /hello HTTP/2.0\r\n", "HTTP/1.1 505 HTTP Version Not "
        "Supported\r\n" PLAIN NOSTORE CLOSE "Content-Length: 86\r\n\r\n"
        "505 HTTP Version Not Supported: only HTTP/1 is spoken here, "
        "at byte 16 of the request\n");
    ask("417", "POST /echo HTTP/1.1\r\n" HOST "Expect: tea\r\n\r\n",
        "HTTP/1.1 417 Expectation Failed\r\n" PLAIN NOSTORE CLOSE
        "Content-Length: 71\r\n\r\n417 Expectation Failed: unknown "
        "expectation, at byte 38 of the request\n");
    ask("a bad chunk, with its byte", "POST /echo HTTP/1.1\r\n" HOST
        "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 400 Bad Request\r\n" PLAIN NOSTORE CLOSE
        "Content-Length: 67\r\n\r\n400 Bad Request: a chunk without a size"
        ", at byte 60 of the request\n");
    ask("413 for a length", "POST /echo HTTP/1.1\r\n" HOST
        "Content-Length: 100001\r\n\r\n",
        "HTTP/1.1 413 Content Too Large\r\n" PLAIN NOSTORE CLOSE
        "Content-Length: 71\r\n\r\n413 Content Too Large: the body is too "
        "long, at byte 46 of the request\n");
    memset(big, 'a', sizeof big);
    memcpy(big, "GET /", 5);
    big[9000] = 0;
    snprintf(want, sizeof want, "HTTP/1.1 414 URI Too Long\r\n" PLAIN NOSTORE
        CLOSE "Content-Length: 76\r\n\r\n414 URI Too Long: the request line "
        "is too long, at byte 8192 of the request\n");
    ask("414", big, want);
}

static void add_filler(struct buf *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        buf_addc(b, (uint8_t)('a' + i % 26));
}

static void test_long(void)
{
    struct raw r;
    struct buf b;

    buf_init(&b, 1 << 20);
    buf_adds(&b, "GET /hello HTTP/1.1\r\n" HOST);
    for (int i = 0; i < 20; i++) {
        buf_adds(&b, "X: ");
        add_filler(&b, 1000);
        buf_adds(&b, "\r\n");
    }
    raw_dial(&r, httpd_port(server));
    raw_send(&r, buf_slice(&b));
    RIG_UNTIL(r.closed);
    tap_ok(slice_starts(buf_slice(&r.in), "HTTP/1.1 431 "),
        "431 for a head over 16 KiB");
    tap_ok(r.err.code == ERR_NONE, "and the close is a clean one");
    raw_drop(&r);
    buf_clear(&b);
    buf_adds(&b, "POST /echo HTTP/1.1\r\n" HOST
        "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 101; i++) {
        buf_adds(&b, "3e8\r\n");
        add_filler(&b, 1000);
        buf_adds(&b, "\r\n");
    }
    raw_dial(&r, httpd_port(server));
    raw_send(&r, buf_slice(&b));
    RIG_UNTIL(r.closed);
    tap_ok(slice_starts(buf_slice(&r.in), "HTTP/1.1 413 "),
        "413 for chunks over the ceiling");
    raw_drop(&r);
    buf_clear(&b);
    buf_adds(&b, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n"
        CLOSE "\r\n");
    add_filler(&b, 100000);
    raw_dial(&r, httpd_port(server));
    raw_send(&r, buf_slice(&b));
    RIG_UNTIL(r.closed);
    tap_ok(r.in.len > 100000 && slice_eq(slice_from(buf_slice(&r.in),
        r.in.len - 100000), slice_from(buf_slice(&b), b.len - 100000)),
        "a body of many reads comes back whole");
    raw_drop(&r);
    buf_free(&b);
    raw_dial(&r, httpd_port(server));
    raw_says(&r, "GET /big HTTP/1.1\r\n" HOST "\r\n"
        "GET /hello HTTP/1.1\r\n" HOST CLOSE "\r\n");
    RIG_UNTIL(r.closed);
    tap_ok(r.in.len > 1 << 20 && slice_ends(buf_slice(&r.in), "\r\n\r\nhi"),
        "an answer over the queue's ceiling, and the next one behind it");
    raw_drop(&r);
}

static void test_splits(void)
{
    static const struct {
        const char *name, *in, *want;
    } list[] = {
        {"pipelined GETs", "GET /hello HTTP/1.1\r\n" HOST "\r\n"
            "GET /hello HTTP/1.1\r\n" HOST CLOSE "\r\n", HI HI_CLOSE},
        {"a POST", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 11\r\n"
            CLOSE "\r\nhello world", "HTTP/1.1 200 OK\r\n" BYTES NOSTORE CLOSE
            "Content-Length: 11\r\n\r\nhello world"},
        {"chunks", "POST /echo HTTP/1.1\r\n" HOST CLOSE
            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n"
            "0\r\n\r\n", "HTTP/1.1 200 OK\r\n" BYTES NOSTORE CLOSE
            "Content-Length: 11\r\n\r\nhello world"},
        {"a broken head", "GET /hello HTTP/1.1\r\nHost : x\r\n\r\n",
            "HTTP/1.1 400 Bad Request\r\n" PLAIN NOSTORE CLOSE
            "Content-Length: 67\r\n\r\n400 Bad Request: blank before the "
            "colon, at byte 25 of the request\n"},
    };

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        struct slice s = slice_str(list[i].in);
        size_t bad = 0;
        struct raw r;

        for (size_t n = 1; n < s.len; n++)
            bad += !ask_split(s, n, list[i].want);
        tap_ok(bad == 0, "%s, cut at every byte", list[i].name);
        raw_dial(&r, httpd_port(server));
        for (size_t n = 0; n < s.len && r.c; n++) {
            raw_send(&r, slice_of(s.ptr + n, 1));
            rig_settle();
        }
        RIG_UNTIL(r.closed);
        tap_is_str(undated(&r.in), list[i].want, "and byte by byte");
        raw_drop(&r);
    }
}

static void test_expect(void)
{
    struct raw r;

    raw_dial(&r, httpd_port(server));
    raw_says(&r, "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
        "Content-Length: 2\r\n\r\n");
    RIG_UNTIL(r.in.len >= 25 || r.closed);
    tap_is_str(buf_slice(&r.in), "HTTP/1.1 100 Continue\r\n\r\n",
        "100 before the body");
    buf_clear(&r.in);
    raw_says(&r, "ok");
    RIG_UNTIL(slice_ends(buf_slice(&r.in), "ok") || r.closed);
    tap_ok(slice_starts(buf_slice(&r.in), "HTTP/1.1 200 "), "then the answer");
    buf_clear(&r.in);
    raw_says(&r, "POST /echo HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
        "Content-Length: 2\r\n\r\nok");
    RIG_UNTIL(slice_ends(buf_slice(&r.in), "ok") || r.closed);
    tap_ok(slice_starts(buf_slice(&r.in), "HTTP/1.1 200 "),
        "no 100 when the body is here");
    buf_clear(&r.in);
    raw_says(&r, "POST /nowhere HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n"
        "Content-Length: 2\r\n\r\n");
    RIG_UNTIL(r.closed);
    tap_ok(slice_starts(buf_slice(&r.in), "HTTP/1.1 404 "),
        "a refusal instead of 100, and the end");
    raw_drop(&r);
}

static void test_order(void)
{
    struct raw r;

    raw_dial(&r, httpd_port(server));
    handled = 0;
    raw_says(&r, "GET /later HTTP/1.1\r\n" HOST "\r\n"
        "GET /hello HTTP/1.1\r\n" HOST "\r\n"
        "GET /later HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(kept);
    raw_says(&r, "GET /hello HTTP/1.1\r\n" HOST CLOSE "\r\n");
    rig_settle();
    tap_ok(handled == 0 && r.in.len == 0,
        "the next request is not read before the answer");
    tap_is_str(kept->head.host, "x", "slices live on");
    httpd_answer(kept, 200, NULL, SLICE("first"), NULL);
    kept = NULL;
    RIG_UNTIL(kept);
    rig_settle();
    tap_ok(handled == 1, "then the one behind it, up to the next slow one");
    httpd_answer(kept, 200, NULL, SLICE("third"), NULL);
    kept = NULL;
    RIG_UNTIL(r.closed);
    tap_is_str(undated(&r.in), "HTTP/1.1 200 OK\r\n" NOSTORE
        "Content-Length: 5\r\n\r\nfirst" HI "HTTP/1.1 200 OK\r\n" NOSTORE
        "Content-Length: 5\r\n\r\nthird" HI_CLOSE, "all in order");
    raw_drop(&r);
    raw_dial(&r, httpd_port(server));
    gone = 0;
    raw_says(&r, "GET /later HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(kept);
    raw_drop(&r);
    RIG_UNTIL(gone);
    tap_ok(gone == 1 && !kept, "a peer that leaves is told once");
}

static void test_many(void)
{
    struct buf b;
    struct raw r;
    size_t each;

    buf_init(&b, 1 << 20);
    for (int i = 0; i < 3000; i++)
        buf_adds(&b, "GET /hello HTTP/1.1\r\n" HOST "\r\n");
    buf_adds(&b, "GET /hello HTTP/1.1\r\n" HOST CLOSE "\r\n");
    raw_dial(&r, httpd_port(server));
    handled = 0;
    raw_send(&r, buf_slice(&b));
    RIG_UNTIL(r.closed);
    each = strlen(HI);
    tap_is_int(handled, 3001, "3001 pipelined requests are handled");
    tap_is_int((int64_t)undated(&r.in).len, (int64_t)(3000 * each
        + strlen(HI_CLOSE)), "and answered");
    raw_drop(&r);
    buf_free(&b);
}

/* One write, one read, no allocation a request on a kept connection. */
static void test_cost(void)
{
    static const char ask_it[] = "POST /echo HTTP/1.1\r\n" HOST
        "Content-Type: application/x-www-form-urlencoded\r\n"
        "X-Twilio-Signature: aaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"
        "Content-Length: 9\r\n\r\nCallSid=1";
    struct sys_counts before, after;
    uint64_t blocks;
    size_t each;
    struct raw r;

    raw_dial(&r, httpd_port(server));
    for (int i = 0; i < 2; i++) {
        raw_says(&r, ask_it);
        RIG_UNTIL(slice_ends(buf_slice(&r.in), "CallSid=1"));
        each = r.in.len;
        buf_clear(&r.in);
    }
    blocks = mem_count();
    before = sys_counts();
    for (int i = 0; i < 100; i++) {
        raw_says(&r, ask_it);
        RIG_UNTIL(r.in.len >= each);
        buf_clear(&r.in);
    }
    after = sys_counts();
    tap_is_int((int64_t)(mem_count() - blocks), 0,
        "100 webhooks allocate nothing, on either side");
    tap_is_int((int64_t)(after.writes - before.writes), 200, "two writes");
    tap_is_int((int64_t)(after.reads - before.reads), 200,
        "and two reads each, one of them the client's");
    raw_drop(&r);
}

static void test_deadlines(void)
{
    struct raw r;
    int64_t began;

    raw_dial(&r, httpd_port(server));
    began = sys_now();
    RIG_UNTIL(r.closed);
    tap_ok(r.in.len == 0 && sys_now() - began < 5100,
        "a peer that says nothing is left without a word");
    raw_drop(&r);
    raw_dial(&r, httpd_port(server));
    began = sys_now();
    for (int i = 0; i < 100 && r.c; i++) {      /* a slow loris */
        raw_says(&r, i == 0 ? "GET /hello HTTP/1.1\r\nX: " : "x");
        rig_wait(500);
    }
    RIG_UNTIL(r.closed);
    tap_ok(slice_starts(buf_slice(&r.in), "HTTP/1.1 408 ")
        && sys_now() - began < 5000, "408 for a head that trickles");
    raw_drop(&r);
    raw_dial(&r, httpd_port(server));
    began = sys_now();
    raw_says(&r, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 900\r\n"
        "\r\n");
    for (int i = 0; i < 100 && r.c; i++) {
        raw_says(&r, "x");
        rig_wait(500);
    }
    RIG_UNTIL(r.closed);
    tap_ok(slice_starts(buf_slice(&r.in), "HTTP/1.1 408 ")
        && sys_now() - began < 6000, "408 for a body that trickles");
    raw_drop(&r);
    raw_dial(&r, httpd_port(server));
    raw_says(&r, "GET /hello HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(r.in.len);
    rig_wait(15000);
    raw_says(&r, "GET /hello HTTP/1.1\r\n" HOST "\r\n");
    rig_wait(15000);
    tap_ok(!r.closed && slice_is(undated(&r.in), HI HI),
        "a kept connection may be idle for a while");
    began = sys_now();
    RIG_UNTIL(r.closed);
    tap_ok(slice_is(undated(&r.in), HI HI) && sys_now() - began < 7000,
        "then it is closed without a word");
    raw_drop(&r);
    raw_dial(&r, httpd_port(server));
    raw_says(&r, "GET /later HTTP/1.1\r\n" HOST CLOSE "\r\n");
    RIG_UNTIL(kept);
    rig_wait(60000);
    tap_ok(!r.closed, "a handler may take its time");
    httpd_answer(kept, 200, NULL, SLICE("late"), NULL);
    kept = NULL;
    RIG_UNTIL(r.closed);
    tap_ok(slice_ends(buf_slice(&r.in), "late"), "and is heard");
    raw_drop(&r);
}

static void test_slow_reader(void)
{
    struct raw r;
    int64_t began;

    raw_dial(&r, httpd_port(server));
    for (int i = 0; i < 20; i++)
        raw_says(&r, "GET /big HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(r.in.len > 0);
    conn_pause(r.c, true);
    began = sys_now();
    rig_wait(60000);
    conn_pause(r.c, false);
    RIG_UNTIL(r.closed);
    tap_ok(r.in.len < 20u << 20 && sys_now() - began < 70000,
        "a peer that does not read its answers is cut");
    raw_drop(&r);
}

static void test_stream(void)
{
    static uint8_t block[16384];
    bool full = false;
    struct raw r;

    raw_dial(&r, httpd_port(server));
    raw_says(&r, "GET /sse HTTP/1.1\r\n" HOST "\r\n"
        "GET /hello HTTP/1.1\r\n" HOST CLOSE "\r\n");
    RIG_UNTIL(r.in.len);
    rig_settle();
    tap_is_str(undated(&r.in), "HTTP/1.1 200 OK\r\nContent-Type: "
        "text/event-stream\r\n" NOSTORE "Transfer-Encoding: chunked\r\n\r\n",
        "a stream's head comes at once");
    buf_clear(&r.in);
    httpd_piece(kept, SLICE("data: one\n\n"));
    httpd_piece(kept, SLICE(""));
    rig_wait(100000);
    httpd_piece(kept, SLICE("data: two two two\n\n"));
    rig_settle();
    tap_is_str(buf_slice(&r.in), "b\r\ndata: one\n\n\r\n"
        "13\r\ndata: two two two\n\n\r\n", "its pieces as they come");
    buf_clear(&r.in);
    httpd_finish(kept);
    kept = NULL;
    RIG_UNTIL(r.closed);
    tap_is_str(undated(&r.in), "0\r\n\r\n" HI_CLOSE,
        "its end, then the next request");
    raw_drop(&r);
    raw_dial(&r, httpd_port(server));
    raw_says(&r, "GET /sse HTTP/1.0\r\n\r\n");
    RIG_UNTIL(kept);
    httpd_piece(kept, SLICE("plain"));
    httpd_finish(kept);
    kept = NULL;
    RIG_UNTIL(r.closed);
    tap_is_str(undated(&r.in), "HTTP/1.1 200 OK\r\nContent-Type: "
        "text/event-stream\r\n" NOSTORE CLOSE "\r\nplain",
        "HTTP/1.0 gets it until the close");
    raw_drop(&r);
    raw_dial(&r, httpd_port(server));
    gone = 0;
    raw_says(&r, "GET /sse HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(kept);
    raw_drop(&r);
    RIG_UNTIL(gone);
    tap_ok(gone == 1 && !kept, "a stream's reader that leaves is told");
    raw_dial(&r, httpd_port(server));
    gone = 0;
    raw_says(&r, "GET /sse HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(r.in.len);
    buf_clear(&r.in);
    conn_pause(r.c, true);
    while (kept && r.in.len == 0 && !full) {
        full = httpd_piece(kept, slice_of(block, sizeof block)) == -1;
        rig_settle();
    }
    tap_ok(full && kept, "a stream nobody reads ends at the ceiling");
    RIG_UNTIL(gone);
    tap_ok(gone == 1, "and is cut in the end");
    conn_pause(r.c, false);
    raw_drop(&r);
}

/* As many bytes as the request's header Lines says. */
static void some_lines(struct buf *out, const struct http *head, void *arg)
{
    uint64_t n = 0;

    (void)arg;
    if (text_u64(http_get(head, "lines"), 5, 9999, &n))
        return;
    buf_adds(out, "L: ");
    while (n-- > 5)
        buf_addc(out, 'x');
    buf_adds(out, "\r\n");
}

/* Lines of the server's own: in every answer, or, too long, in none. */
static void test_lines(void)
{
    char want[HTTPD_LINES + 400], fill[HTTPD_LINES + 1];

    conf.lines = some_lines;
    start();
    memset(fill, 'x', sizeof fill);
    ask("nothing to say", "GET /hello HTTP/1.1\r\n" HOST CLOSE "\r\n",
        HI_CLOSE);
    ask("a line", "GET /hello HTTP/1.1\r\n" HOST CLOSE "Lines: 8\r\n\r\n",
        "HTTP/1.1 200 OK\r\n" TEXT NOSTORE CLOSE "L: xxx\r\n"
        "Content-Length: 2\r\n\r\nhi");
    ask("before the answer's own", "GET /v1/requests HTTP/1.1\r\n" HOST CLOSE
        "Lines: 6\r\n\r\n", "HTTP/1.1 200 OK\r\n" TEXT NOSTORE CLOSE
        "L: x\r\nX-Route: star\r\nContent-Length: 8\r\n\r\nrequests");
    ask("in a refusal", "GET /nowhere HTTP/1.1\r\n" HOST CLOSE
        "Lines: 6\r\n\r\n", "HTTP/1.1 404 Not Found\r\n" PLAIN NOSTORE CLOSE
        "L: x\r\nContent-Length: 28\r\n\r\n404 Not Found: no such path\n");
    ask("in the answer to OPTIONS", "OPTIONS /hello HTTP/1.1\r\n" HOST CLOSE
        "Lines: 6\r\n\r\n", "HTTP/1.1 204 No Content\r\n" NOSTORE CLOSE
        "L: x\r\nAllow: GET, HEAD, OPTIONS\r\n\r\n");
    ask("not for a head that could not be read", "GET /hello HTTP/1.1\r\n"
        "Lines: 6\r\nHost : x\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n" PLAIN
        NOSTORE CLOSE "Content-Length: 67\r\n\r\n400 Bad Request: blank "
        "before the colon, at byte 35 of the request\n");
    text_fmt(want, sizeof want, "HTTP/1.1 200 OK\r\n" TEXT NOSTORE CLOSE
        "L: %.*s\r\nContent-Length: 2\r\n\r\nhi", HTTPD_LINES - 5, fill);
    ask("the longest", "GET /hello HTTP/1.1\r\n" HOST CLOSE
        "Lines: 640\r\n\r\n", want);
    ask("one byte more, and none goes out", "GET /hello HTTP/1.1\r\n" HOST
        CLOSE "Lines: 641\r\n\r\n", HI_CLOSE);
    httpd_free(server);
}

int main(void)
{
    rig_start();
    start();
    test_date();
    test_plain();
    test_keeping();
    test_refusals();
    test_long();
    test_splits();
    test_expect();
    test_order();
    test_many();
    test_cost();
    test_deadlines();
    test_slow_reader();
    test_stream();
    httpd_free(server);
    test_lines();
    attempts_free(ring);
    rig_end();
    return tap_done();
}
