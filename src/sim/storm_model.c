/* storm_model.c - the model's half of many calls: it updates a session as it is
 * asked to, and each append comes back as one delta, in the same bytes.
 */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "sim/storm_own.h"

#define HEAD_WITHIN 10000       /* ms for the upgrade */
#define APPEND "{\"type\":\"input_audio_buffer.append\",\"audio\":\""
#define SESSION "{\"type\":\"realtime\",\"object\":\"realtime.session\"," \
    "\"id\":\"sess_storm\",\"model\":\"gpt-realtime\"}"

static void send_frame(struct storm_session *m, int op, struct slice data)
{
    struct buf *f = &m->s->frame;

    buf_clear(f);
    wire_frame(f, op, data, NULL);
    if (!buf_ok(f) || conn_write(m->conn, buf_slice(f)))
        conn_abort(m->conn, NULL);
}

/* Whose session broke is seen at the call: its audio does not come back. */
static void refuse(struct storm_session *m, const char *why)
{
    m->s->counts.altered++;
    if (!m->s->counts.why)
        m->s->counts.why = why;
    conn_abort(m->conn, NULL);
}

static void echo(struct storm_session *m, struct slice audio)
{
    struct buf *b = &m->s->out;

    buf_clear(b);
    buf_add(b, slice_of(m->delta, m->delta_len));
    buf_add(b, audio);
    buf_adds(b, "\"}");
    send_frame(m, WIRE_TEXT, buf_slice(b));
}

static void on_event(struct storm_session *m, struct slice text)
{
    const struct jnode *e = jread(m->s->json, text);
    const struct jnode *session = jread_get(e, "session");
    struct slice audio = jread_text(jread_get(e, "audio"));
    struct buf *b = &m->s->out;

    if (!jread_is(e, J_OBJECT)) {
        refuse(m, "an event for the model that is no object");
    } else if (jread_eq(jread_get(e, "type"), "input_audio_buffer.append")) {
        echo(m, audio);
    } else if (jread_eq(jread_get(e, "type"), "session.update")) {
        buf_clear(b);
        buf_adds(b, "{\"type\":\"session.updated\",\"event_id\":\"event_2\","
            "\"session\":");
        buf_add(b, session ? session->raw : SLICE("{}"));
        buf_adds(b, "}");
        send_frame(m, WIRE_TEXT, buf_slice(b));
    }
}

/* An append as it is usually written is known by its first bytes. */
static void on_message(struct storm_session *m)
{
    struct slice t = m->ws.data;

    if (slice_starts(t, APPEND) && slice_ends(t, "\"}"))
        echo(m, slice_of(t.ptr + sizeof APPEND - 1,
            t.len - (sizeof APPEND - 1) - 2));
    else
        on_event(m, t);
}

static void on_frames(struct storm_session *m, struct slice *in)
{
    while (!conn_closing(m->conn)) {
        switch (wire_next(&m->ws, in)) {
        case WIRE_MORE:
            return;
        case WIRE_PART:
            break;
        case WIRE_MESSAGE:
            on_message(m);
            break;
        case WIRE_CONTROL:
            if (m->ws.op == WIRE_PING)
                send_frame(m, WIRE_PONG, m->ws.data);
            if (m->ws.op == WIRE_CLOSE) {
                send_frame(m, WIRE_CLOSE, slice_head(m->ws.data, 2));
                conn_close(m->conn);
            }
            break;
        case WIRE_BAD:
            refuse(m, m->ws.why);
            break;
        }
    }
}

static void answer_upgrade(struct storm_session *m, const struct wire_head *h)
{
    struct storm *s = m->s;
    struct buf *b = &s->out;
    unsigned long long id = ++s->session_ids;
    bool twice = false;

    buf_clear(b);
    buf_adds(b, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Accept: ");
    wire_accept(b, wire_field(h, "sec-websocket-key", &twice));
    buf_adds(b, "\r\n\r\n");
    conn_write(m->conn, buf_slice(b));
    conn_deadline(m->conn, 0, "");
    m->open = true;
    m->ws = (struct wire_ws){.masked = true, .max = STORM_MESSAGE};
    text_fmt(m->delta, sizeof m->delta, "{\"type\":"
        "\"response.output_audio.delta\",\"event_id\":"
        "\"event_Storm%08llxAAAAAAAA\",\"response_id\":"
        "\"resp_Storm%08llxAAAAAAAA\",\"item_id\":"
        "\"item_Storm%08llxAAAAAAAA\",\"output_index\":0,\"content_index\":0,"
        "\"delta\":\"", id, id, id);
    m->delta_len = strlen(m->delta);
    send_frame(m, WIRE_TEXT, SLICE("{\"type\":\"session.created\","
        "\"event_id\":\"event_1\",\"session\":" SESSION "}"));
}

static size_t on_read(struct conn *conn, void *arg, struct mslice bytes)
{
    struct storm_session *m = arg;
    struct slice in = slice_of(bytes.ptr, bytes.len);
    struct wire_head h;
    const char *why = "";
    int n;

    if (!m->open) {
        n = wire_request(in, &h, &why);
        if (n == 0)
            return 0;
        if (n < 0 || !wire_has(&h, "upgrade", "websocket")) {
            /* The server asks Twilio's REST here, too: nothing is known. */
            conn_write(conn, SLICE("HTTP/1.1 404 Not Found\r\n"
                "Content-Length: 0\r\nConnection: close\r\n\r\n"));
            conn_close(conn);
            return bytes.len;
        }
        answer_upgrade(m, &h);
        in = slice_from(in, (size_t)n);
    }
    on_frames(m, &in);
    return bytes.len - in.len;
}

static void on_close(struct conn *conn, void *arg, const struct err *err)
{
    struct storm_session *m = arg;

    (void)conn;
    (void)err;
    list_drop(&m->link);
    wire_fini(&m->ws);
    mem_drop(m);
}

static const struct conn_ops ops = {
    .name = "storm-model", .on_read = on_read, .on_close = on_close,
};

static void on_accept(struct conn *conn, void *arg)
{
    struct storm *s = arg;
    struct storm_session *m = mem_new(sizeof *m);

    if (!m) {
        conn_abort(conn, NULL);
        return;
    }
    m->s = s;
    m->conn = conn;
    list_push(&s->sessions, &m->link);
    conn_adopt(conn, &ops, m);
    conn_limits(conn, STORM_MESSAGE, STORM_MESSAGE);
    conn_deadline(conn, HEAD_WITHIN, "an upgrade");
}

int storm_model_listen(struct storm *s, struct err *err)
{
    struct sys_addr at;

    sys_addr_parse(&at, SLICE("127.0.0.1"), 0);
    s->listener = conn_listen(s->loop, &at, NULL, LIMIT_CONNS, on_accept, s,
        err);
    return s->listener ? 0 : -1;
}

void storm_model_drop(struct storm *s)
{
    static const struct conn_ops nobody = {.name = "storm-gone"};
    struct list *link;

    while (s->listener && (link = list_shift(&s->sessions)) != NULL) {
        struct storm_session *m = LIST_OWNER(link, struct storm_session, link);

        conn_adopt(m->conn, &nobody, NULL);
        conn_abort(m->conn, NULL);
        wire_fini(&m->ws);
        mem_drop(m);
    }
    if (s->listener)
        listener_close(s->listener);
}
