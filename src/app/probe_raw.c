/* probe_raw.c - one HTTP request whose bytes are ours to the last, and the head
 * of its answer: how Twilio's upgrade is imitated (twilio 1.6).
 */
#include "app/probe_raw.h"

#include <string.h>

#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/base64.h"
#include "twilio/sign.h"

static void over(struct raw *r)
{
    static const struct conn_ops nobody = {.name = "doctor"};
    struct conn *c = r->conn;
    void (*done)(struct raw *) = r->done;

    r->conn = NULL;
    r->us = sys_now_us() - r->began_us;
    if (c) {
        conn_adopt(c, &nobody, NULL);
        conn_close(c);
    }
    done(r);
}

static void on_open(struct conn *c, void *arg)
{
    struct raw *r = arg;

    r->open = true;
    conn_write(c, slice_of(r->request, strlen(r->request)));
}

/* Is as much of the body here as is wanted? */
static bool enough(struct raw *r, size_t head)
{
    size_t have = r->len - head;

    switch (r->http.framing) {
    case HTTP_NO_BODY:
        return true;
    case HTTP_LENGTH:
        if (have >= r->http.length)
            return true;
        break;
    case HTTP_CHUNKED:
    case HTTP_TO_CLOSE:
        break;
    }
    return have >= RAW_BODY || r->len == sizeof r->answer;
}

static void take_body(struct raw *r, size_t head)
{
    probe_clean(r->body, sizeof r->body, slice_head(slice_of(r->answer + head,
        r->len - head), RAW_BODY));
}

/* True when nothing more is awaited. */
static bool judge(struct raw *r)
{
    struct http_limits max = http_limits_default();
    struct http_fault fault;
    int n;

    max.body = UINT64_MAX;
    n = http_answer(slice_of(r->answer, r->len), &max, false, &r->http,
        &fault);
    if (n == 0)
        return r->len == sizeof r->answer;
    if (n < 0) {
        r->bad = fault.why;
        return true;
    }
    r->head = (size_t)n;
    take_body(r, r->head);
    return r->http.status == 101 || enough(r, r->head);
}

static size_t on_read(struct conn *c, void *arg, struct mslice m)
{
    struct raw *r = arg;
    size_t room = sizeof r->answer - r->len;

    (void)c;
    if (m.len < room)
        room = m.len;
    memcpy(r->answer + r->len, m.ptr, room);
    r->len += room;
    if (judge(r))
        over(r);
    return m.len;
}

static void on_close(struct conn *c, void *arg, const struct err *err)
{
    struct raw *r = arg;

    (void)c;
    r->conn = NULL;
    if (err)
        r->err = *err;
    else if (!r->head && !r->bad)
        fail(&r->err, ERR_NET, "the connection was closed");
    over(r);
}

static const struct conn_ops ops = {.name = "doctor upgrade",
    .on_open = on_open, .on_read = on_read, .on_close = on_close};

static void write_request(struct raw *r, struct slice host,
    struct slice target, struct slice known, struct slice token)
{
    uint8_t nonce[16];
    char signature[SIGN_LEN + 1];
    struct buf b;

    rand_bytes(nonce, sizeof nonce);
    r->key[base64_encode(r->key, slice_of(nonce, sizeof nonce))] = 0;
    buf_over(&b, r->request, sizeof r->request - 1);
    buf_addf(&b, "GET %.*s HTTP/1.1\r\nhost: %.*s\r\n"
        "user-agent: Twilio.TmeWs/1.0\r\nconnection: Upgrade\r\n"
        "upgrade: websocket\r\nsec-websocket-version: 13\r\n"
        "sec-websocket-key: %s\r\n", SLICE_ARG(target), SLICE_ARG(host),
        r->key);
    if (token.len && sign_make(token, known, SLICE(""), signature) == 0)
        buf_addf(&b, "x-twilio-signature: %s\r\n", signature);
    buf_adds(&b, "\r\n");
    r->request[b.len] = 0;
}

void raw_start(struct raw *r, struct probe_run *p, const char *base,
    const char *path, int64_t within, void (*done)(struct raw *))
{
    struct doctor *d = p->d;
    char mem[CONF_TEXT], target[CONF_TEXT + 64], known[CONF_TEXT + 64];
    struct conn_target to = {.timeout = within};
    struct url u;
    struct buf host;
    const char *why;
    size_t at;

    memset(r, 0, sizeof *r);
    r->p = p;
    r->done = done;
    r->began_us = sys_now_us();
    buf_over(&host, mem, sizeof mem);
    url_authority(&host, &d->public);
    text_fmt(target, sizeof target, "%.*s%s", SLICE_ARG(d->public.path),
        path);
    /* What Twilio signs has no query: it drops it before (twilio 1.6). */
    text_fmt(known, sizeof known, "wss%s%.*s", d->public_base
        + sizeof "https" - 1, (int)strcspn(path, "?"), path);
    write_request(r, buf_slice(&host), slice_str(target), slice_str(known),
        slice_str(d->conf->twilio_auth_token));
    if (url_parse(slice_str(base), &u, &at, &why)) {
        fail(&r->err, ERR_DATA, "%s", why);
        over(r);
        return;
    }
    to.host = u.host;
    to.port = u.number;
    to.tls = u.tls ? doctor_tls(d, base) : NULL;
    r->conn = conn_dial(d->loop, d->resolver, &to, &ops, r, &r->err);
    if (r->conn)
        conn_deadline(r->conn, within, "the answer to the upgrade");
    else
        over(r);
}

void raw_stop(struct raw *r)
{
    static const struct conn_ops nobody = {.name = "doctor"};

    if (!r->conn)
        return;
    conn_adopt(r->conn, &nobody, NULL);
    conn_abort(r->conn, NULL);
    r->conn = NULL;
}
