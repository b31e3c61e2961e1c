/* httpd_answer.c - what the HTTP server writes.
 *
 * An answer is written once, head and body together, into the socket's queue.
 */
#include "net/httpd_impl.h"

#include <assert.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "codec/ws.h"
#include "net/wsconn.h"

#define HEAD_ROOM 320       /* our own lines of an answer's head, at most */
#define REFUSAL_MAX 2048    /* bytes of a refusal's body */

static const char *date_now(struct httpd *h)
{
    int64_t wall = sys_wall();

    if (wall / 1000 != h->second) {
        h->second = wall / 1000;
        http_date(h->date, wall);
    }
    return h->date;
}

/* Is there a line of that name among headers? */
static bool has_line(struct slice headers, struct slice name)
{
    while (headers.len) {
        if (slice_ieq(slice_head(headers, name.len), name))
            return true;
        slice_cut(&headers, '\n');
    }
    return false;
}

/* What conf.lines says of this request; mem has room for HTTPD_LINES. */
static struct slice own_lines(struct sess *s, uint8_t *mem)
{
    const struct httpd_conf *c = &s->server->conf;
    struct buf b;

    buf_over(&b, mem, HTTPD_LINES);
    if (c->lines)
        c->lines(&b, &s->r.head, c->arg);
    return buf_ok(&b) ? buf_slice(&b) : SLICE("");
}

static void add_head(struct buf *b, struct sess *s, int status,
    const char *type, struct slice headers, struct slice lines)
{
    if (status == 200) {
        buf_add(b, SLICE("HTTP/1.1 200 OK\r\nDate: "));
    } else {
        buf_add(b, SLICE("HTTP/1.1 "));
        buf_addu(b, (uint64_t)status);
        buf_addc(b, ' ');
        buf_adds(b, http_reason(status));
        buf_add(b, SLICE("\r\nDate: "));
    }
    buf_adds(b, date_now(s->server));
    if (type) {
        buf_add(b, SLICE("\r\nContent-Type: "));
        buf_adds(b, type);
    }
    if (!has_line(headers, SLICE("Cache-Control:")))
        buf_add(b, SLICE("\r\nCache-Control: no-store"));
    if (!s->keep)
        buf_add(b, SLICE("\r\nConnection: close"));
    else if (s->r.head.minor == 0)
        buf_add(b, SLICE("\r\nConnection: keep-alive"));
    buf_add(b, SLICE("\r\n"));
    buf_add(b, lines);
    buf_add(b, headers);
}

/* Room for n bytes of an answer that was asked for as a whole: the ceiling is
 * there for peers that do not read, not for a long recording. */
static uint8_t *room(struct sess *s, size_t n)
{
    struct conn *c = s->r.conn;

    if (conn_queued(c) + n > HTTPD_QUEUE)
        conn_limits(c, conn_queued(c) + n, HTTPD_HOLD);
    return conn_room(c, n);
}

/* The peer is gone, or there is no memory: nothing more can be said. */
static void give_up(struct sess *s)
{
    if (!conn_closing(s->r.conn))
        conn_abort(s->r.conn, NULL);
    s->keep = false;
}

static struct sess *answering(struct request *r)
{
    struct sess *s = httpd_sess_of(r);

    assert(s->state == SESS_WAIT);
    if (s->server->draining)
        s->keep = false;
    return s;
}

/* RFC 9110 6.4.1, 8.6: these have neither body nor length. */
static bool bodiless(int status)
{
    return status < 200 || status == 204;
}

void httpd_answer(struct request *r, int status, const char *type,
    struct slice body, const char *headers)
{
    struct sess *s = answering(r);
    uint8_t mem[HTTPD_LINES];
    struct slice extra = slice_str(headers), lines = own_lines(s, mem);
    size_t most = HEAD_ROOM + extra.len + lines.len
        + (type ? strlen(type) : 0) + body.len;
    uint8_t *p = room(s, most);
    struct buf b;

    if (!p) {
        give_up(s);
        httpd_sess_end(s, status);
        return;
    }
    buf_over(&b, p, most);
    add_head(&b, s, status, type, extra, lines);
    if (!bodiless(status)) {
        buf_add(&b, SLICE("Content-Length: "));
        buf_addu(&b, body.len);
        buf_add(&b, SLICE("\r\n\r\n"));
        if (!s->head_only && status != 304)
            buf_add(&b, body);
    } else {
        buf_add(&b, SLICE("\r\n"));
    }
    assert(buf_ok(&b));
    conn_commit(r->conn, b.len);
    httpd_sess_end(s, status);
}

void httpd_stream(struct request *r, int status, const char *type,
    const char *headers)
{
    struct sess *s = answering(r);
    uint8_t mem[HTTPD_LINES];
    struct slice extra = slice_str(headers), lines = own_lines(s, mem);
    size_t most = HEAD_ROOM + extra.len + lines.len
        + (type ? strlen(type) : 0);
    struct buf b;
    uint8_t *p;

    /* RFC 9112 6.1: no chunks for HTTP/1.0; the end is the close. */
    s->chunked = r->head.minor > 0;
    if (!s->chunked)
        s->keep = false;
    s->state = SESS_STREAM;
    p = room(s, most);
    if (!p) {
        give_up(s);
        return;
    }
    buf_over(&b, p, most);
    add_head(&b, s, status, type, extra, lines);
    if (s->chunked)
        buf_add(&b, SLICE("Transfer-Encoding: chunked\r\n"));
    buf_add(&b, SLICE("\r\n"));
    assert(buf_ok(&b));
    conn_commit(r->conn, b.len);
    attempts_end(s->server->conf.attempts, r->id, status);
    httpd_sess_arm(s, s->server->conf.idle_timeout);
}

int httpd_piece(struct request *r, struct slice piece)
{
    struct sess *s = httpd_sess_of(r);
    size_t most = piece.len + 2 * TEXT_U64_MAX;
    struct buf b;
    uint8_t *p;

    assert(s->state == SESS_STREAM);
    if (conn_closing(r->conn))
        return -1;
    if (s->head_only || piece.len == 0)
        return 0;
    if (!s->chunked)
        return conn_write(r->conn, piece);
    p = conn_room(r->conn, most);
    if (!p)
        return -1;
    buf_over(&b, p, most);
    body_chunk(&b, piece);
    assert(buf_ok(&b));
    conn_commit(r->conn, b.len);
    return 0;
}

void httpd_finish(struct request *r)
{
    struct sess *s = httpd_sess_of(r);
    uint8_t last[16];
    struct buf b;

    assert(s->state == SESS_STREAM);
    buf_over(&b, last, sizeof last);
    body_last(&b);
    /* Without its last chunk the answer is cut: the peer must see that. */
    if (s->chunked && !s->head_only
        && conn_write(r->conn, buf_slice(&b)))
        give_up(s);
    httpd_sess_end(s, 0);
}

void httpd_refusal(struct sess *s, int status, const char *why, uint64_t at,
    const char *headers, const struct http *head)
{
    struct httpd *h = s->server;
    uint8_t text[REFUSAL_MAX];
    char peer[SYS_ADDR_TEXT], line[512];
    const char *type = "text/plain; charset=utf-8";
    struct buf b;

    if (at == SLICE_NPOS)
        text_copy(line, sizeof line, slice_str(why));
    else
        text_fmt(line, sizeof line, "%s, at byte %llu of the request", why,
            (unsigned long long)at);
    if (log_on(LOG_DEBUG)) {
        sys_addr_text(conn_peer(s->r.conn), peer);
        log_event(LOG_DEBUG, "http_refused", LI("status", status),
            LS("why", line), LS("peer", peer), LI("id", s->r.id));
    }
    attempts_why(h->conf.attempts, s->r.id, line);
    buf_over(&b, text, sizeof text);
    if (h->conf.refuse) {
        h->conf.refuse(&b, status, line, head);
        type = "application/json";
    } else {
        buf_addu(&b, (uint64_t)status);
        buf_addc(&b, ' ');
        buf_adds(&b, http_reason(status));
        buf_adds(&b, ": ");
        buf_adds(&b, line);
        buf_addc(&b, '\n');
    }
    s->state = SESS_WAIT;
    httpd_answer(&s->r, status, type, buf_slice(&b), headers);
}

/* ---- upgrades ---- */

/* Twilio error 31920 in most cases: say what has to be changed on the way. */
static const char proxy_hint[] =
    ". nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;"
    " proxy_set_header Connection \"upgrade\"; cloudflared: --protocol http2";

static void refuse_upgrade(struct sess *s, int status, const char *why)
{
    char line[512];

    /* The key is there, the upgrade is not: somebody took it away. */
    if (status == 426 && http_count(&s->r.head, "Sec-WebSocket-Key")
        && http_count(&s->r.head, "Sec-WebSocket-Version") <= 1
        && !(http_has_token(&s->r.head, "Upgrade", "websocket")
            && http_has_token(&s->r.head, "Connection", "Upgrade")))
        text_fmt(line, sizeof line, "%s%s", why, proxy_hint);
    else
        text_copy(line, sizeof line, slice_str(why));
    /* RFC 9110 15.5.22 and 7.8, RFC 6455 4.2.2. */
    httpd_refusal(s, status, line, SLICE_NPOS, status == 426
        ? "Connection: Upgrade\r\nUpgrade: websocket\r\n"
            "Sec-WebSocket-Version: 13\r\n" : NULL,
        &s->r.head);
}

static int write_101(struct sess *s, const char *protocol)
{
    char accept[WS_ACCEPT_LEN + 1];
    uint8_t text[512];
    struct buf b;

    ws_accept(accept, http_get(&s->r.head, "Sec-WebSocket-Key"));
    buf_over(&b, text, sizeof text);
    buf_adds(&b, "HTTP/1.1 101 Switching Protocols\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: ");
    buf_adds(&b, accept);
    /* twilio 1.6: answering what was not offered fails the handshake. */
    if (protocol && http_has_token(&s->r.head, "Sec-WebSocket-Protocol",
        protocol)) {
        buf_adds(&b, "\r\nSec-WebSocket-Protocol: ");
        buf_adds(&b, protocol);
    }
    buf_adds(&b, "\r\n\r\n");
    return buf_ok(&b) ? conn_write(s->r.conn, buf_slice(&b)) : -1;
}

struct wsconn *httpd_upgrade(struct request *r, const struct wsconn_ops *ops,
    void *arg, size_t max_message, const char *protocol)
{
    struct sess *s = answering(r);
    struct conn *c = r->conn;
    struct wsconn *w = NULL;
    const char *why;
    int status = ws_check_request(&r->head, &why);

    if (status) {
        refuse_upgrade(s, status, why);
        return NULL;
    }
    conn_pause(c, false);       /* bytes held back are frames */
    if (!conn_closing(c) && write_101(s, protocol) == 0)
        w = wsconn_accept(c, ops, arg, max_message);
    if (!w) {
        give_up(s);
        httpd_sess_end(s, 0);
        return NULL;
    }
    attempts_end(s->server->conf.attempts, r->id, 101);
    wsconn_attempt(w, s->server->conf.attempts, r->id);
    s->state = SESS_UPGRADED;
    if (!s->reading)
        httpd_sess_free(s);
    return w;
}
