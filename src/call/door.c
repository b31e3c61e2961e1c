/* door.c - streams that knock: let in by the token in their start message. */
#include "call/door.h"

#include <string.h>

#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "call/bridge.h"
#include "twilio/media.h"

#define START_WITHIN 5000       /* ms; twilio 1.4 */
#define WAITING_MAX 256         /* streams without a start at one time; as many
                                   again are told to try later */
#define ECHO_LIFE 600000        /* ms */
#define SILENT_MAX 20000        /* ms; Twilio sends 50 frames a second.  Then a
                                   ping, then its pong: RFC 6455 5.5.2 */
#define TICKETS 16
#define TICKET_LIFE 60000       /* ms */
#define MARK_MAX 256            /* bytes of a mark's name that echoes */

struct ticket {
    char id[CALL_ID + 1], token[CALL_TOKEN + 1];
    int64_t until;              /* ms; 0: free */
};

struct door {
    struct loop *loop;
    struct calls *calls;
    struct attempts *attempts;
    struct list guests;
    size_t waiting;
    struct ticket ticket[TICKETS];
};

struct door_guest {
    struct list link;
    struct door *door;
    struct wsconn *ws;
    uint64_t attempt;
    struct timer timer;
    bool echo;                  /* let in by a ticket: waits no more */
    bool first;                 /* its first message has come */
    bool late;                  /* too many wait already */
    char sid[64];
};

static void drop_guest(struct door_guest *g)
{
    loop_cancel(g->door->loop, &g->timer);
    list_drop(&g->link);
    g->door->waiting -= !g->echo;
    mem_drop(g);
}

static void refuse(struct door_guest *g, uint16_t code, const char *why)
{
    log_event(LOG_WARN, "stream_refused", LS("why", why), LI("code", code));
    attempts_then(g->door->attempts, g->attempt, why);
    loop_cancel(g->door->loop, &g->timer);      /* one reason is enough */
    wsconn_close(g->ws, code, slice_str(why));
}

static void on_timer(void *arg)
{
    struct door_guest *g = arg;

    if (g->echo)
        wsconn_close(g->ws, 1000, SLICE("an echo of ten minutes"));
    else
        refuse(g, 1008, "no start message within 5 s");
}

/* ---- the echo behind a ticket ---- */

static const struct ticket *find_ticket(struct door *d, struct slice id)
{
    for (int i = 0; i < TICKETS; i++)
        if (d->ticket[i].until > loop_now(d->loop)
            && slice_is(id, d->ticket[i].id))
            return &d->ticket[i];
    return NULL;
}

/* Lets the guest in when its start holds a good ticket, which is used up. */
static bool admit_ticket(struct door_guest *g, const struct media *m)
{
    char id[CALL_ID + 1], token[CALL_TOKEN + 1];
    const struct ticket *t;

    if (!json_copy(json_get(m->parameters, "call_id"), id, sizeof id)
        || !json_copy(json_get(m->parameters, "token"), token, sizeof token))
        return false;
    t = find_ticket(g->door, slice_str(id));
    if (!t || !text_same_secret(slice_str(token), slice_str(t->token)))
        return false;
    g->door->ticket[t - g->door->ticket].until = 0;
    g->echo = true;
    g->door->waiting--;
    text_copy(g->sid, sizeof g->sid, m->stream_sid);
    loop_in(g->door->loop, &g->timer, ECHO_LIFE);
    attempts_call(g->door->attempts, g->attempt, slice_str(id));
    attempts_then(g->door->attempts, g->attempt, "let in by a ticket: echo");
    return true;
}

/* What came goes back, each frame with a mark, as a model would answer. */
static void echo(struct door_guest *g, const struct media *m)
{
    char head[MEDIA_HEAD_MAX], name[32];
    size_t n = media_head(head, sizeof head, slice_str(g->sid));
    struct slice part[3] = {slice_of(head, n), m->payload, MEDIA_TAIL};
    uint8_t mem[MARK_MAX];
    struct buf mark;

    if (wsconn_send_parts(g->ws, part, 3))
        return;
    text_fmt(name, sizeof name, "echo.%llu", (unsigned long long)m->sequence);
    buf_over(&mark, mem, sizeof mem);
    media_write_mark(&mark, slice_str(g->sid), slice_str(name));
    wsconn_send(g->ws, true, buf_slice(&mark));
}

static void on_echo(struct door_guest *g, const struct media *m)
{
    if (m->stream_sid.ptr && !slice_is(m->stream_sid, g->sid))
        log_event(LOG_WARN, "stream_message_bad", LS("why",
            "streamSid: another stream's"), LI("bytes", m->payload.len));
    else if (m->kind == MEDIA_MEDIA)
        echo(g, m);
    else if (m->kind == MEDIA_STOP)
        wsconn_close(g->ws, 1000, SLICE(""));
}

/* ---- the start ---- */

static void on_start(struct door_guest *g, const struct media *m)
{
    const char *why = "";
    struct call *c;
    struct wsconn *ws = g->ws;

    if (admit_ticket(g, m))
        return;
    c = calls_admit(g->door->calls, m, &why);
    if (!c) {
        c = calls_find_sid(g->door->calls, m->call_sid);
        if (c && call_state(c) < CALL_TALKING)
            call_stream_attempt(c, g->attempt);
        if (c)          /* twilio 3.1: a close of ours becomes 31921 */
            call_on_stream_error(c, 31921, slice_str(why));
        /* A call that is already under way is let in also while draining. */
        refuse(g, calls_draining(g->door->calls) ? 1013 : 1008, why);
        return;
    }
    attempts_call(g->door->attempts, g->attempt, slice_str(call_id(c)));
    attempts_then(g->door->attempts, g->attempt, "let in by its token");
    call_stream_attempt(c, g->attempt);
    drop_guest(g);
    call_stream(c, ws, m);
}

/* What the first message was, without what it says: start holds the token. */
static void note_first(struct door_guest *g, bool text, struct slice message)
{
    const char *why = "binary";
    struct media m;
    char line[120];

    g->first = true;
    if (!text || media_read(message, &m, &why))
        text_fmt(line, sizeof line, "%zu bytes: %s", message.len, why);
    else
        text_fmt(line, sizeof line, "%s", media_name(m.kind));
    attempts_first(g->door->attempts, g->attempt, line);
}

static void on_message(struct wsconn *w, void *arg, bool text,
    struct slice message)
{
    struct door_guest *g = arg;
    struct media m;
    const char *why = "a binary message: Twilio sends text";

    if (wsconn_closing(w))
        return;
    if (!g->first)
        note_first(g, text, message);
    if (!text || media_read(message, &m, &why)) {
        log_event(LOG_WARN, "stream_message_bad", LS("why", why),
            LI("bytes", message.len));
        if (!g->echo)
            refuse(g, 1008, why);
        return;
    }
    if (g->echo)
        on_echo(g, &m);
    else if (m.kind == MEDIA_START)
        on_start(g, &m);
}

static void on_close(struct wsconn *w, void *arg, uint16_t code,
    struct slice reason, const struct err *err)
{
    (void)w;
    (void)code;
    (void)reason;
    (void)err;
    drop_guest(arg);
}

const struct wsconn_ops door_ops = {
    .name = "door",
    .on_message = on_message,
    .on_close = on_close,
};

struct door *door_new(struct loop *l, struct calls *cs,
    struct attempts *attempts, struct err *err)
{
    struct door *d = mem_new(sizeof *d);

    if (!d) {
        fail(err, ERR_MEM, "no memory for the door");
        return NULL;
    }
    d->loop = l;
    d->calls = cs;
    d->attempts = attempts;
    list_init(&d->guests);
    return d;
}

void door_free(struct door *d)
{
    if (!d)
        return;
    while (!list_empty(&d->guests)) {
        struct door_guest *g = LIST_OWNER(d->guests.next, struct door_guest,
            link);

        if (g->ws)
            bridge_disown(g->ws, true);
        drop_guest(g);
    }
    mem_drop(d);
}

struct door_guest *door_guest(struct door *d, uint64_t attempt)
{
    struct door_guest *g;

    if (d->waiting >= 2 * WAITING_MAX)
        return NULL;
    g = mem_new(sizeof *g);
    if (!g)
        return NULL;
    g->door = d;
    g->attempt = attempt;
    g->late = d->waiting >= WAITING_MAX;
    g->timer = (struct timer){.fire = on_timer, .arg = g};
    list_push(&d->guests, &g->link);
    d->waiting++;
    return g;
}

void door_forget(struct door_guest *g)
{
    drop_guest(g);
}

void door_greet(struct door_guest *g, struct wsconn *w)
{
    g->ws = w;
    wsconn_pings(w, SILENT_MAX, SILENT_MAX);
    if (g->late)                /* DESIGN 3: 101 first, also when full */
        refuse(g, 1013, "too many streams wait for their start message");
    else
        loop_in(g->door->loop, &g->timer, START_WITHIN);
}

int door_ticket(struct door *d, char id[static CALL_ID + 1],
    char token[static CALL_TOKEN + 1])
{
    int64_t now = loop_now(d->loop);

    for (int i = 0; i < TICKETS; i++) {
        struct ticket *t = &d->ticket[i];

        if (t->until > now)
            continue;
        rand_hex(t->id, CALL_ID);
        rand_hex(t->token, CALL_TOKEN);
        t->until = now + TICKET_LIFE;
        memcpy(id, t->id, sizeof t->id);
        memcpy(token, t->token, sizeof t->token);
        return 0;
    }
    return -1;
}

const char *door_ticket_token(struct door *d, struct slice id)
{
    const struct ticket *t = find_ticket(d, id);

    return t ? t->token : NULL;
}

size_t door_waiting(const struct door *d)
{
    return d->waiting;
}
