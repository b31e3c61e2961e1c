/* httpd_upgrade_test.c - upgrades, peers, attempts and the server's end. */
#include "tests/net/site.h"

#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define UP "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
#define ACCEPT "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" \
    "Connection: Upgrade\r\n" \
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"

static void test_upgrade(void)
{
    /* RFC 6455 5.7: "Hello", masked with 37 fa 21 3d. */
    static const char hello[] = "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51"
        "\x58";
    static const char request[] = "GET /ws HTTP/1.1\r\n" HOST UP KEY
        "Sec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
    static const char want[] = ACCEPT "\r\n\x81\x05Hello";
    struct raw r;
    struct buf b;
    size_t bad = 0;

    buf_init(&b, 1000);
    buf_adds(&b, request);
    buf_adds(&b, hello);
    for (size_t n = 0; n < b.len; n++) {
        heard[0] = 0;
        raw_dial(&r, httpd_port(server));
        raw_send(&r, slice_head(buf_slice(&b), n));
        if (n)
            rig_settle();
        raw_send(&r, slice_from(buf_slice(&b), n));
        RIG_UNTIL(r.in.len >= sizeof want - 1 || r.closed);
        bad += !slice_is(buf_slice(&r.in), want)
            || strcmp(heard, "text:Hello") != 0;
        raw_drop(&r);
    }
    tap_ok(bad == 0, "101 and nothing more; a frame behind the request, cut "
        "at every byte, is heard");
    buf_clear(&b);
    buf_adds(&b, "GET /ws HTTP/1.1\r\n" HOST UP KEY
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: a, chat\r\n"
        "\r\n");
    raw_dial(&r, httpd_port(server));
    raw_send(&r, buf_slice(&b));
    RIG_UNTIL(slice_ends(buf_slice(&r.in), "\r\n\r\n") || r.closed);
    tap_is_str(buf_slice(&r.in), ACCEPT "Sec-WebSocket-Protocol: chat\r\n"
        "\r\n", "the subprotocol, when it was offered");
    raw_drop(&r);
    buf_free(&b);
}

static void test_no_upgrade(void)
{
    static const struct {
        const char *name, *in, *hint;
        int status;
    } list[] = {
        {"no Upgrade header", "GET /ws HTTP/1.1\r\n" HOST
            "Connection: close\r\n" KEY "Sec-WebSocket-Version: 13\r\n\r\n",
            "\"Upgrade: websocket\" is not", 426},
        {"no Connection header", "GET /ws HTTP/1.1\r\n" HOST
            "Upgrade: websocket\r\n" KEY "Sec-WebSocket-Version: 13\r\n\r\n",
            "\"Connection: Upgrade\" is not", 426},
        {"a plain GET", "GET /ws HTTP/1.1\r\n" HOST "\r\n",
            "wants a WebSocket upgrade", 426},
        {"version 8", "GET /ws HTTP/1.1\r\n" HOST UP KEY
            "Sec-WebSocket-Version: 8\r\n\r\n", "13", 426},
        {"no key", "GET /ws HTTP/1.1\r\n" HOST UP
            "Sec-WebSocket-Version: 13\r\n\r\n", "Sec-WebSocket-Key", 400},
    };

    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        struct slice in;
        struct raw r;
        char start_of[32];

        raw_dial(&r, httpd_port(server));
        raw_says(&r, list[i].in);
        RIG_UNTIL(slice_ends(buf_slice(&r.in), "\n") && r.in.len > 300);
        in = buf_slice(&r.in);
        snprintf(start_of, sizeof start_of, "HTTP/1.1 %d ", list[i].status);
        tap_ok(slice_starts(in, start_of)
            && slice_find(in, slice_str(list[i].hint)) != SLICE_NPOS
            && (list[i].status != 426
                || (slice_find(in, SLICE("\r\nSec-WebSocket-Version: 13\r\n"))
                    != SLICE_NPOS
                && slice_find(in, SLICE("\r\nUpgrade: websocket\r\n"))
                    != SLICE_NPOS))
            && (i > 1) == (slice_find(in, SLICE("proxy_set_header"))
                == SLICE_NPOS), "%s: %d and why", list[i].name,
            list[i].status);
        raw_drop(&r);
    }
}

static void peer_is(const char *header, const char *want)
{
    char text[300];
    struct raw r;

    snprintf(text, sizeof text, "GET /hello HTTP/1.1\r\n" HOST "%s\r\n",
        header);
    raw_dial(&r, httpd_port(server));
    raw_says(&r, text);
    RIG_UNTIL(r.in.len || r.closed);
    tap_ok(!strcmp(peer_seen, want), "%s comes from %s, found %s",
        header[0] ? "forwarded" : "a request", want, peer_seen);
    raw_drop(&r);
}

static void test_peer(void)
{
    peer_is("", "127.0.0.1");
    peer_is("X-Forwarded-For: 8.8.8.8\r\n", "8.8.8.8");
    peer_is("X-Forwarded-For: 1.1.1.1, 8.8.8.8, 10.1.2.3\r\n", "8.8.8.8");
    peer_is("X-Forwarded-For: 1.1.1.1\r\nX-Forwarded-For: 10.9.9.9\r\n",
        "1.1.1.1");
    peer_is("X-Forwarded-For: [2001:db8::7]:443\r\n", "2001:db8::7");
    peer_is("X-Forwarded-For: 8.8.4.4:99\r\n", "8.8.4.4");
    peer_is("X-Forwarded-For: 1.1.1.1, junk\r\n", "127.0.0.1");
}

static void refuse_json(struct buf *out, int status, const char *why,
    const struct http *head)
{
    struct slice path = head ? head->path : SLICE("?");

    buf_addf(out, "{%d,%s,%.*s}", status, why, SLICE_ARG(path));
}

static void test_refuse(void)
{
    httpd_free(server);
    conf.refuse = refuse_json;
    start();
    ask("the owner's shape of a refusal", "GET /nowhere HTTP/1.1\r\n" HOST
        "\r\n", "HTTP/1.1 404 Not Found\r\nContent-Type: application/json"
        "\r\n" NOSTORE "Content-Length: 27\r\n\r\n"
        "{404,no such path,/nowhere}");
    ask("and of a broken request", "nonsense\r\n", "HTTP/1.1 400 Bad Request"
        "\r\nContent-Type: application/json\r\n" NOSTORE CLOSE
        "Content-Length: 62\r\n\r\n{400,byte not allowed in a method, at "
        "byte 8 of the request,?}");
}

static void test_attempts(void)
{
    const struct attempt *a = NULL, *last = NULL;

    attempts_free(ring);
    ring = attempts_new();
    httpd_free(server);
    conf.refuse = NULL;
    start();
    ask("an unmatched upgrade", "GET /media HTTP/1.1\r\n" HOST UP KEY
        "Sec-WebSocket-Version: 13\r\nCookie: secretsecretsecret\r\n\r\n",
        "HTTP/1.1 404 Not Found\r\n" PLAIN NOSTORE
        "Content-Length: 28\r\n\r\n404 Not Found: no such path\n");
    ask("a webhook", "POST /echo HTTP/1.1\r\n" HOST
        "Content-Length: 1\r\n\r\nx", "HTTP/1.1 200 OK\r\n" BYTES NOSTORE
        "Content-Length: 1\r\n\r\nx");
    ask("a page", "GET /hello HTTP/1.1\r\n" HOST "\r\n", HI);
    a = attempts_after(ring, 0);
    tap_ok(a && a->kind == ATTEMPT_UPGRADE && a->status == 404
        && !strcmp(a->why, "no such path") && !strcmp(a->peer, "127.0.0.1")
        && strstr(a->head, "Cookie: secr****"), "the upgrade is kept");
    last = a ? attempts_after(ring, a->id) : NULL;
    tap_ok(last && last->kind == ATTEMPT_WEBHOOK && last->status == 200
        && last->ms >= 0 && !strncmp(last->head, "POST /echo", 10),
        "the webhook is kept");
    tap_ok(last && !attempts_after(ring, last->id), "the page is not");
}

static void count_empty(void *arg)
{
    ++*(int *)arg;
}

static void test_drain(void)
{
    struct raw idle, busy, late;
    int empty = 0;

    raw_dial(&idle, httpd_port(server));
    raw_says(&idle, "GET /hello HTTP/1.1\r\n" HOST "\r\n");
    raw_dial(&busy, httpd_port(server));
    raw_says(&busy, "GET /later HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(kept && idle.in.len);
    httpd_drain(server);
    httpd_on_empty(server, count_empty, &empty);
    RIG_UNTIL(idle.closed);
    tap_ok(idle.closed && !busy.closed, "draining closes what is idle");
    tap_is_int(empty, 0, "one connection is left");
    httpd_answer(kept, 200, NULL, SLICE("last"), NULL);
    kept = NULL;
    RIG_UNTIL(busy.closed);
    tap_ok(slice_find(buf_slice(&busy.in), SLICE(CLOSE)) != SLICE_NPOS
        && slice_ends(buf_slice(&busy.in), "last"),
        "and what is busy after its answer");
    RIG_UNTIL(empty);
    tap_is_int(empty, 1, "then none is, and that is told, once");
    httpd_on_empty(server, count_empty, &empty);
    tap_is_int(empty, 2, "or at once when there is none");
    raw_drop(&idle);
    raw_drop(&busy);
    httpd_free(server);
    start();
    raw_dial(&late, httpd_port(server));
    gone = 0;
    raw_says(&late, "GET /later HTTP/1.1\r\n" HOST "\r\n");
    RIG_UNTIL(kept);
    httpd_free(server);
    tap_ok(gone == 1 && !kept, "freeing tells the one that waits");
    RIG_UNTIL(late.closed);
    tap_ok(late.closed, "and cuts it");
    raw_drop(&late);
}

int main(void)
{
    struct err err;
    struct sys_addr at;

    rig_start();
    at = rig_addr(0);
    start();
    test_upgrade();
    test_no_upgrade();
    test_peer();
    test_refuse();
    test_attempts();
    test_drain();
    conf.trusted = "10.0.0.0/33";
    tap_ok(!httpd_new(rig_loop, &at, NULL, &conf, &err)
        && err.code == ERR_CONF, "a network of 33 bits is refused");
    attempts_free(ring);
    rig_end();
    return tap_done();
}
