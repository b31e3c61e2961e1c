/* ws_upgrade_test.c - RFC 6455 4: the request that asks, the answer that
 * grants. */
#include "codec/ws.h"

#include "tests/guard.h"
#include "tests/tap.h"

#define KEY "dGhlIHNhbXBsZSBub25jZQ=="     /* RFC 6455 1.3 */
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

static struct http h;

static void accepts(void)
{
    /* The first is RFC 6455's; the others were computed with another
     * implementation of SHA-1 and base64. */
    static const char *const table[][2] = {
        {KEY, ACCEPT},
        {"x3JJHMbDL1EzLkh9GBhXDw==", "HSmrc0sMlYUkAGmm5OPpG2HaGWk="},
        {"AAAAAAAAAAAAAAAAAAAAAA==", "ICX+Yqv66kxgM0FcWaLWlFLwTAI="},
        {"/////////////////////w==", "XXpj4jYzLM2yUE0C7TIgMwTQh2g="}
    };
    size_t failed = 0;

    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        char out[WS_ACCEPT_LEN + 1];

        memset(out, 'x', sizeof out);
        ws_accept(out, guard_in(slice_str(table[i][0])));
        if (strcmp(out, table[i][1]) != 0) {
            printf("#   %s: %s\n", table[i][0], out);
            failed++;
        }
    }
    tap_is_int((int64_t)failed, 0, "accept values");
}

struct vector {
    int want;
    const char *name, *first, *fields;
};

#define GET "GET /media-stream HTTP/1.1"
#define UP "Upgrade: websocket\r\nConnection: Upgrade\r\n"
#define V13 "Sec-WebSocket-Version: 13\r\n"
#define WITH_KEY "Sec-WebSocket-Key: " KEY "\r\n"

static const struct vector requests[] = {
    {0, "RFC 6455 1.2", "GET /chat HTTP/1.1", UP WITH_KEY
        "Origin: http://example.com\r\n"
        "Sec-WebSocket-Protocol: chat, superchat\r\n" V13},
    {0, "twilio 1.6, all names in lower case", GET,
        "connection: Upgrade\r\nupgrade: websocket\r\n"
        "sec-websocket-version: 13\r\nsec-websocket-key: " KEY "\r\n"},
    {0, "values in other case", GET,
        "Upgrade: WebSocket\r\nConnection: uPGRADE\r\n" V13 WITH_KEY},
    {0, "token lists", GET, "Upgrade: h2c, websocket\r\n"
        "Connection: keep-alive, Upgrade\r\n" V13 WITH_KEY},
    {0, "token lists without blanks, with empty elements", GET,
        "Upgrade: ,,websocket,\r\nConnection:keep-alive,,upgrade\r\n" V13
        WITH_KEY},
    {0, "lists over two fields", GET, "Upgrade: foo/1\r\n"
        "Upgrade: websocket\r\nConnection: close\r\nConnection: upgrade\r\n"
        V13 WITH_KEY},
    {0, "extensions and subprotocols are not ours to judge", GET, UP V13
        WITH_KEY "Sec-WebSocket-Extensions: permessage-deflate\r\n"
        "Sec-WebSocket-Protocol: x\r\n"},
    {0, "HTTP/1.2", "GET / HTTP/1.2", UP V13 WITH_KEY},
    {0, "a body of no bytes", GET, UP V13 WITH_KEY "Content-Length: 0\r\n"},
    {426, "no upgrade at all", GET, ""},
    {426, "no upgrade and a POST", "POST / HTTP/1.1", ""},
    {426, "the key is there, both others are not", GET, V13 WITH_KEY},
    {426, "Upgrade dropped", GET, "Connection: Upgrade\r\n" V13 WITH_KEY},
    {426, "Connection dropped", GET, "Upgrade: websocket\r\n" V13 WITH_KEY},
    {426, "Connection overwritten", GET, "Upgrade: websocket\r\n"
        "Connection: close\r\n" V13 WITH_KEY},
    {426, "another protocol", GET, "Upgrade: h2c\r\nConnection: Upgrade\r\n"
        V13 WITH_KEY},
    {426, "a longer word", GET, "Upgrade: websockets\r\n"
        "Connection: Upgrade\r\n" V13 WITH_KEY},
    {426, "a word inside quotes", GET, "Upgrade: x=\"a, websocket, b\"\r\n"
        "Connection: Upgrade\r\n" V13 WITH_KEY},
    {426, "two words that are no list", GET, "Upgrade: websocket\r\n"
        "Connection: keep-alive Upgrade\r\n" V13 WITH_KEY},
    {426, "no version", GET, UP WITH_KEY},
    {426, "version 8", GET, UP WITH_KEY "Sec-WebSocket-Version: 8\r\n"},
    {426, "version 14", GET, UP WITH_KEY "Sec-WebSocket-Version: 14\r\n"},
    {426, "version 013", GET, UP WITH_KEY "Sec-WebSocket-Version: 013\r\n"},
    {426, "version 13.0", GET, UP WITH_KEY "Sec-WebSocket-Version: 13.0\r\n"},
    {426, "versions in a list", GET, UP WITH_KEY
        "Sec-WebSocket-Version: 13, 8\r\n"},
    {426, "an empty version", GET, UP WITH_KEY "Sec-WebSocket-Version:\r\n"},
    {426, "a wrong version before a missing key", GET, UP
        "Sec-WebSocket-Version: 8\r\n"},
    {400, "the version twice", GET, UP V13 V13 WITH_KEY},
    {400, "not a GET", "POST / HTTP/1.1", UP V13 WITH_KEY},
    {400, "not quite a GET", "get / HTTP/1.1", UP V13 WITH_KEY},
    {400, "HEAD", "HEAD / HTTP/1.1", UP V13 WITH_KEY},
    {400, "HTTP/1.0", "GET / HTTP/1.0", UP V13 WITH_KEY},
    {400, "a body", GET, UP V13 WITH_KEY "Content-Length: 1\r\n"},
    {400, "a chunked body", GET, UP V13 WITH_KEY
        "Transfer-Encoding: chunked\r\n"},
    {400, "no key", GET, UP V13},
    {400, "the key twice", GET, UP V13 WITH_KEY WITH_KEY},
    {400, "an empty key", GET, UP V13 "Sec-WebSocket-Key:\r\n"},
    {400, "a key of 15 bytes", GET, UP V13
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA\r\n"},
    {400, "a key of 17 bytes", GET, UP V13
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA=\r\n"},
    {400, "a key of 18 bytes", GET, UP V13
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAAA\r\n"},
    {400, "a key without padding", GET, UP V13
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n"},
    {400, "a key that is not base64", GET, UP V13
        "Sec-WebSocket-Key: dGhlIHNhbXBs-SBub25jZQ==\r\n"},
    {400, "a key with a byte behind it", GET, UP V13
        "Sec-WebSocket-Key: " KEY "=\r\n"},
    {400, "a key with a blank inside", GET, UP V13
        "Sec-WebSocket-Key: dGhlIHNhbXBs ZSBub25jZQ==\r\n"}
};

static const struct vector answers[] = {
    {0, "RFC 6455 1.2", "HTTP/1.1 101 Switching Protocols", UP
        "Sec-WebSocket-Accept: " ACCEPT "\r\n"},
    {0, "other case, other order, a list", "HTTP/1.1 101 x",
        "sec-websocket-accept: \t" ACCEPT " \r\nconnection: x, UPGRADE\r\n"
        "upgrade: WebSocket\r\nServer: y\r\n"},
    {-1, "200", "HTTP/1.1 200 OK", UP
        "Sec-WebSocket-Accept: " ACCEPT "\r\n"},
    {-1, "403", "HTTP/1.1 403 No", ""},
    {-1, "100", "HTTP/1.1 100 Continue", UP
        "Sec-WebSocket-Accept: " ACCEPT "\r\n"},
    {-1, "HTTP/1.0", "HTTP/1.0 101 x", UP
        "Sec-WebSocket-Accept: " ACCEPT "\r\n"},
    {-1, "no Upgrade", "HTTP/1.1 101 x", "Connection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " ACCEPT "\r\n"},
    {-1, "another Upgrade", "HTTP/1.1 101 x", "Connection: Upgrade\r\n"
        "Upgrade: h2c\r\nSec-WebSocket-Accept: " ACCEPT "\r\n"},
    {-1, "Upgrade twice", "HTTP/1.1 101 x", UP "Upgrade: websocket\r\n"
        "Sec-WebSocket-Accept: " ACCEPT "\r\n"},
    {-1, "no Connection", "HTTP/1.1 101 x", "Upgrade: websocket\r\n"
        "Sec-WebSocket-Accept: " ACCEPT "\r\n"},
    {-1, "no accept", "HTTP/1.1 101 x", UP},
    {-1, "an empty accept", "HTTP/1.1 101 x", UP
        "Sec-WebSocket-Accept:\r\n"},
    {-1, "the accept twice", "HTTP/1.1 101 x", UP
        "Sec-WebSocket-Accept: " ACCEPT "\r\n"
        "Sec-WebSocket-Accept: " ACCEPT "\r\n"},
    {-1, "our own key back", "HTTP/1.1 101 x", UP
        "Sec-WebSocket-Accept: " KEY "\r\n"},
    {-1, "the accept in other case", "HTTP/1.1 101 x", UP
        "Sec-WebSocket-Accept: S3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"},
    {-1, "the accept and more", "HTTP/1.1 101 x", UP
        "Sec-WebSocket-Accept: " ACCEPT "=\r\n"},
    {-1, "an extension, twilio 1.6", "HTTP/1.1 101 x", UP
        "Sec-WebSocket-Accept: " ACCEPT "\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate\r\n"},
    {-1, "a subprotocol", "HTTP/1.1 101 x", UP
        "Sec-WebSocket-Accept: " ACCEPT "\r\n"
        "Sec-WebSocket-Protocol: chat\r\n"}
};

/* Reads the head and judges it. */
static int judge(const struct vector *v, bool request, const char **why)
{
    struct http_limits max = http_limits_default();
    struct http_fault fault = {0, 0, NULL};
    uint8_t mem[2048];
    struct buf b;
    int r;

    buf_over(&b, mem, sizeof mem);
    buf_addf(&b, "%s\r\n%s%s\r\n", v->first, request ? "Host: a\r\n" : "",
        v->fields);
    r = request ? http_request(guard_in(buf_slice(&b)), &max, &h, &fault)
        : http_answer(guard_in(buf_slice(&b)), &max, false, &h, &fault);
    if (r != (int)b.len) {
        printf("#   %s: head refused: %s\n", v->name,
            fault.why ? fault.why : "-");
        return -2;
    }
    *why = NULL;
    return request ? ws_check_request(&h, why)
        : ws_check_answer(&h, SLICE(KEY), why);
}

static void table(const struct vector *v, size_t n, bool request,
    const char *what)
{
    size_t failed = 0;

    for (size_t i = 0; i < n; i++) {
        const char *why = NULL;
        int got = judge(&v[i], request, &why);

        if (got == v[i].want && (got == 0) == (why == NULL))
            continue;
        printf("#   %s: got %d (%s), want %d\n", v[i].name, got,
            why ? why : "-", v[i].want);
        failed++;
    }
    tap_ok(failed == 0, "%zu %s", n, what);
}

/* A proxy that eats the upgrade is named as the cause: that is what a user
 * with error 31920 needs to read. */
static void hints(void)
{
    static const struct vector eaten = {426, "", GET, V13 WITH_KEY};
    static const struct vector half = {426, "", GET,
        "Upgrade: websocket\r\nConnection: close\r\n" V13 WITH_KEY};
    static const struct vector plain = {426, "", GET, ""};
    const char *why = NULL;

    judge(&eaten, true, &why);
    tap_ok(why && strstr(why, "proxy") && strstr(why, "\"Upgrade: websocket"),
        "the hint when Upgrade is gone: %s", why ? why : "-");
    judge(&half, true, &why);
    tap_ok(why && strstr(why, "proxy") && strstr(why, "\"Connection: Upgr"),
        "the hint when Connection is gone: %s", why ? why : "-");
    judge(&plain, true, &why);
    tap_ok(why && !strstr(why, "proxy"), "no hint for a plain request: %s",
        why ? why : "-");
}

int main(void)
{
    accepts();
    table(requests, sizeof requests / sizeof *requests, true, "requests");
    table(answers, sizeof answers / sizeof *answers, false, "answers");
    hints();
    return tap_done();
}
