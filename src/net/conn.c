/* conn.c - one TCP or TLS byte stream on the loop: states, queues, plain body.
 *
 * Nothing is freed while a handler may be on the stack: a death is marked,
 * and conn_bury runs as the last thing of the round.
 */
#include "net/conn.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/limits.h"
#include "base/mem.h"
#include "net/conn_own.h"
#include "net/tlsio.h"

#define CONN_MAGIC      0xc0221ec7u
#define FLUSH_WITHIN    5000    /* ms for queued bytes after conn_close */
#define FIN_WITHIN      1000    /* ms for the peer's end after ours */

/* ---- chunks ---- */

static void chunk_drop(struct loop *l, struct chunk *k)
{
    if (k->cap > LOOP_BLOCK)
        mem_drop(k->ptr);
    else
        loop_give_back(l, k->ptr);
    *k = (struct chunk){0};
}

static int chunk_grow(struct loop *l, struct chunk *k, size_t want)
{
    size_t cap = k->cap * 2 > want ? k->cap * 2 : want;
    uint8_t *p;

    if (!k->ptr && want <= LOOP_BLOCK) {
        cap = LOOP_BLOCK;
        p = loop_lend(l);
    } else {
        if (cap <= LOOP_BLOCK)
            cap = LOOP_BLOCK + 1;       /* cap tells whose memory it is */
        p = mem_resize(k->cap > LOOP_BLOCK ? k->ptr : NULL, cap);
    }
    if (!p)
        return -1;
    if (k->ptr && k->cap <= LOOP_BLOCK) {
        memcpy(p, k->ptr, k->off + k->len);
        loop_give_back(l, k->ptr);
    }
    k->ptr = p;
    k->cap = cap;
    return 0;
}

/* Room for n bytes behind what is there; NULL: no memory. */
static uint8_t *chunk_room(struct loop *l, struct chunk *k, size_t n)
{
    if (n > k->cap - k->off - k->len) {
        if (k->off) {
            memmove(k->ptr, k->ptr + k->off, k->len);
            k->off = 0;
        }
        if (n > k->cap - k->len && chunk_grow(l, k, k->len + n))
            return NULL;
    }
    return k->ptr + k->off + k->len;
}

int chunk_add(struct loop *l, struct chunk *k, struct slice s)
{
    uint8_t *p;

    if (!s.len)
        return 0;
    p = chunk_room(l, k, s.len);
    if (!p)
        return -1;
    memcpy(p, s.ptr, s.len);
    k->len += s.len;
    return 0;
}

void chunk_skip(struct loop *l, struct chunk *k, size_t n)
{
    assert(n <= k->len);
    k->off += n;
    k->len -= n;
    if (k->len == 0)
        chunk_drop(l, k);
}

/* ---- dying ---- */

static void check(const struct conn *c)
{
    assert(c && c->magic == CONN_MAGIC);
}

static void conn_bury(void *arg)
{
    struct conn *c = arg;

    loop_cancel(c->loop, &c->inner);
    loop_cancel(c->loop, &c->deadline);
    if (c->ops && c->ops->on_close)
        c->ops->on_close(c, c->arg, c->failed ? &c->err : NULL);
    loop_forget(c->loop, &c->later);
    loop_unwatch(c->loop, &c->watch);
    dial_free(c->dial);
    tlsio_free(c->tls);
    sys_close(c->watch.fd);
    chunk_drop(c->loop, &c->kept);
    chunk_drop(c->loop, &c->out);
    chunk_drop(c->loop, &c->wire);
    if (c->listener)
        listener_left(c->listener);
    c->magic = 0;
    mem_drop(c);
}

/* why NULL: a clean end.  Only the first reason counts. */
static void die(struct conn *c, const struct err *why)
{
    if (c->state == CONN_DEAD)
        return;
    c->state = CONN_DEAD;
    if (why) {
        c->failed = true;
        c->err = *why;
    }
    loop_unwatch(c->loop, &c->watch);
    loop_cancel(c->loop, &c->inner);
    loop_cancel(c->loop, &c->deadline);
    loop_last(c->loop, &c->last);
}

void conn_lost(struct conn *c, const char *what)
{
    char ip[SYS_ADDR_TEXT];
    struct err e;

    sys_addr_text(&c->peer, ip);
    fail_sys(&e, ERR_NET, "%s %s port %u", what, ip,
        (unsigned)sys_addr_port(&c->peer));
    die(c, &e);
}

static void no_memory(struct conn *c)
{
    struct err e;

    fail(&e, ERR_MEM, "no memory for a connection");
    die(c, &e);
}

static void update(struct conn *c)
{
    bool read = c->state != CONN_DIALING && !c->ended
        && !(c->paused && c->state == CONN_OPEN);

    loop_want(c->loop, &c->watch, (read ? LOOP_READ : 0)
        | (c->waiting ? LOOP_WRITE : 0));
}

static void start_closing(struct conn *c)
{
    c->state = CONN_CLOSING;
    c->redeliver = false;
    loop_cancel(c->loop, &c->deadline);
    if (!c->delivering)
        chunk_drop(c->loop, &c->kept);
    loop_in(c->loop, &c->inner, FLUSH_WITHIN);
    update(c);
    conn_flush_later(c);
}

void conn_ended(struct conn *c)
{
    c->ended = true;
    if (c->state == CONN_LINGER)
        die(c, NULL);
    else if (c->state == CONN_OPEN)
        start_closing(c);
    else
        update(c);
}

static void on_inner(void *arg)
{
    struct conn *c = arg;
    struct err e;

    if (c->state == CONN_LINGER) {
        die(c, NULL);
        return;
    }
    if (c->state == CONN_CLOSING)
        fail(&e, ERR_TIMEOUT, "closing: %zu bytes were not taken in %d s",
            conn_queued(c), FLUSH_WITHIN / 1000);
    else if (c->dial)
        dial_late(c->dial, &e);
    else
        fail(&e, ERR_TIMEOUT, "the peer began no TLS handshake in time");
    die(c, &e);
}

static void on_deadline(void *arg)
{
    struct conn *c = arg;
    struct err e;

    fail(&e, ERR_TIMEOUT, "%s: timed out after %lld ms", c->deadline_what,
        (long long)c->deadline_ms);
    die(c, &e);
}

/* ---- reading ---- */

/* Gives the owner, or the owners one after the other, what there is, as long
 * as they use some of it.  Returns what was used. */
static size_t feed(struct conn *c, struct mslice all)
{
    size_t used = 0;

    c->delivering = true;
    while (used < all.len && c->state == CONN_OPEN && !c->paused) {
        struct mslice rest = {all.ptr + used, all.len - used};
        size_t n;

        c->redeliver = false;
        c->got_bytes = true;
        n = c->ops->on_read ? c->ops->on_read(c, c->arg, rest) : rest.len;
        assert(n <= rest.len);
        used += n;
        if (n == 0 && !c->redeliver)    /* else it has a new owner */
            break;
    }
    c->redeliver = false;
    c->delivering = false;
    return used;
}

static void check_hold(struct conn *c, size_t used, size_t left)
{
    struct err e;

    if (c->state != CONN_OPEN || c->paused || used || left < c->hold_max)
        return;
    fail(&e, ERR_LIMIT, "%s: %zu bytes were not enough for one message",
        c->ops->name, left);
    die(c, &e);
}

static void feed_kept(struct conn *c)
{
    size_t used;

    if (!c->kept.len)
        return;
    used = feed(c, (struct mslice){c->kept.ptr + c->kept.off, c->kept.len});
    if (c->state != CONN_OPEN) {
        chunk_drop(c->loop, &c->kept);
        return;
    }
    chunk_skip(c->loop, &c->kept, used);
    check_hold(c, used, c->kept.len);
}

/* A short rest moves in front of the scratch buffer's room and its block goes
 * back; behind a long one we receive in place. */
bool conn_place(struct conn *c, struct mslice scratch, struct mslice *to)
{
    struct slice kept = chunk_slice(&c->kept);
    size_t room;

    if (kept.len <= scratch.len / 4) {
        if (kept.len)
            memcpy(scratch.ptr, kept.ptr, kept.len);
        *to = (struct mslice){scratch.ptr + kept.len, scratch.len - kept.len};
        return true;
    }
    room = c->kept.cap - c->kept.off - c->kept.len;
    if (room < LOOP_BLOCK)
        room = LOOP_BLOCK;
    if (room > scratch.len)
        room = scratch.len;
    to->ptr = chunk_room(c->loop, &c->kept, room);
    to->len = room;
    if (!to->ptr)
        no_memory(c);
    return to->ptr != NULL;
}

void conn_came(struct conn *c, struct mslice to, size_t n)
{
    size_t before = c->kept.len, used;
    struct mslice all = {to.ptr - before, before + n};

    if (c->kept.ptr && to.ptr == c->kept.ptr + c->kept.off + before) {
        c->kept.len += n;
        feed_kept(c);
        return;
    }
    used = feed(c, all);
    chunk_drop(c->loop, &c->kept);
    if (c->state != CONN_OPEN || used == all.len)
        return;
    if (chunk_add(c->loop, &c->kept, slice_of(all.ptr + used,
        all.len - used))) {
        no_memory(c);
        return;
    }
    check_hold(c, used, c->kept.len);
}

/* ---- writing ---- */

/* A peer that refused us early may have said why before it hung up: that is
 * read before the conn dies. */
bool conn_push(struct conn *c, struct slice s, size_t *sent)
{
    ssize_t n = sys_send(c->watch.fd, s.ptr, s.len);

    if (n == SYS_AGAIN)
        n = 0;
    if (n < 0) {
        int sys = errno;

        if (c->state == CONN_OPEN && !c->paused && !c->ended)
            c->body->take(c);
        errno = sys;
        conn_lost(c, "send to");
        return false;
    }
    *sent = (size_t)n;
    return true;
}

void conn_flush_later(struct conn *c)
{
    if (!c->waiting)
        loop_later(c->loop, &c->later);
}

/* Our last words have left: FIN, and then a moment for the peer's, so that
 * what it still sends does not turn into a reset that eats our bytes. */
static void all_left(struct conn *c)
{
    if (!c->finished) {
        c->finished = true;
        c->body->finish(c);
        if (c->state != CONN_CLOSING || !c->body->flush(c))
            return;
    }
    if (c->ended) {
        die(c, NULL);
        return;
    }
    sys_shutdown_write(c->watch.fd);
    c->state = CONN_LINGER;
    loop_in(c->loop, &c->inner, FIN_WITHIN);
}

static void flush(struct conn *c)
{
    bool all = c->body->flush(c);

    if (c->state == CONN_DEAD)
        return;
    c->waiting = !all;
    if (all && c->state == CONN_CLOSING) {
        all_left(c);
        if (c->state == CONN_DEAD)
            return;
        c->waiting = c->state == CONN_CLOSING;
    }
    update(c);
    if (all && c->state == CONN_OPEN && c->refused) {
        c->refused = false;
        if (c->ops->on_drain)
            c->ops->on_drain(c, c->arg);
    } else if (!all) {
        c->refused = true;
    }
}

static void on_later(void *arg)
{
    struct conn *c = arg;

    if (c->redeliver && c->state == CONN_OPEN) {
        c->redeliver = false;
        feed_kept(c);
    }
    if (c->state == CONN_HANDSHAKE || c->state == CONN_OPEN
        || c->state == CONN_CLOSING)
        flush(c);
}

/* ---- the plain body ---- */

static void plain_take(struct conn *c)
{
    struct mslice to;
    ssize_t n;

    if (!conn_place(c, loop_scratch(c->loop), &to))
        return;
    if (to.len > LIMIT_CONN_BITE)
        to.len = LIMIT_CONN_BITE;
    n = sys_recv(c->watch.fd, to.ptr, to.len);
    if (n > 0)
        conn_came(c, to, (size_t)n);
    else if (n == SYS_EOF)
        conn_ended(c);
    else if (n != SYS_AGAIN)
        conn_lost(c, "receive from");
}

static bool plain_flush(struct conn *c)
{
    size_t n;

    if (c->out.len == 0)
        return true;
    if (!conn_push(c, chunk_slice(&c->out), &n))
        return false;
    chunk_skip(c->loop, &c->out, n);
    return c->out.len == 0;
}

static void plain_finish(struct conn *c)
{
    (void)c;
}

static const struct conn_body plain_body = {plain_take, plain_flush,
    plain_finish};

/* ---- on the loop ---- */

/* While we close, input is thrown away: a peer stuck in its own write would
 * else never read. */
static void discard(struct conn *c)
{
    struct mslice to = loop_scratch(c->loop);
    ssize_t n = sys_recv(c->watch.fd, to.ptr, to.len);

    if (n > 0 || n == SYS_AGAIN)
        return;
    if (n == SYS_EOF)
        conn_ended(c);
    else if (c->state == CONN_LINGER)
        die(c, NULL);           /* a reset after all was sent */
    else
        conn_lost(c, "receive from");
}

static void on_ready(void *arg, int events)
{
    struct conn *c = arg;

    if (events & LOOP_READ && !c->ended) {
        if (c->state == CONN_CLOSING || c->state == CONN_LINGER)
            discard(c);
        else if (!c->paused || c->state == CONN_HANDSHAKE)
            c->body->take(c);
    }
    if (events & LOOP_WRITE && c->waiting && c->state != CONN_DEAD
        && c->state != CONN_LINGER)
        flush(c);
}

struct conn *conn_new(struct loop *l, const struct conn_ops *ops, void *arg)
{
    static uint64_t last_id;
    struct conn *c = mem_new(sizeof *c);

    if (!c)
        return NULL;
    c->magic = CONN_MAGIC;
    c->id = ++last_id;
    c->loop = l;
    c->ops = ops;
    c->arg = arg;
    c->body = &plain_body;
    c->watch = (struct watch){.fd = -1, .ready = on_ready, .arg = c};
    c->queue_max = LIMIT_WS_QUEUE;
    c->hold_max = LIMIT_CONN_HELD;
    c->inner.fire = on_inner;
    c->deadline.fire = on_deadline;
    c->later.run = on_later;
    c->last.run = conn_bury;
    c->inner.arg = c->deadline.arg = c->later.arg = c->last.arg = c;
    return c;
}

/* Takes the connected descriptor over, in any case. */
int conn_attach(struct conn *c, int fd, const struct sys_addr *peer)
{
    c->watch.fd = fd;
    c->peer = *peer;
    c->state = CONN_HANDSHAKE;
    if (loop_watch(c->loop, &c->watch, LOOP_READ) == 0)
        return 0;
    no_memory(c);
    return -1;
}

void conn_opened(struct conn *c)
{
    c->state = CONN_OPEN;
    loop_cancel(c->loop, &c->inner);
    dial_free(c->dial);
    c->dial = NULL;
    conn_flush_later(c);
    if (c->ops->on_open)
        c->ops->on_open(c, c->arg);
    if (c->state != CONN_DEAD)
        update(c);
}

/* ---- using one ---- */

void conn_adopt(struct conn *c, const struct conn_ops *ops, void *arg)
{
    check(c);
    c->ops = ops;
    c->arg = arg;
    if (c->state != CONN_OPEN)
        return;
    c->redeliver = true;        /* feed() sees it when on_read is below us */
    if (!c->delivering && c->kept.len)
        loop_later(c->loop, &c->later);
}

uint8_t *conn_room(struct conn *c, size_t n)
{
    size_t queued = conn_queued(c);

    if (c->state >= CONN_CLOSING)
        return NULL;
    if (n > c->queue_max || queued > c->queue_max - n) {
        c->refused = true;
        return NULL;
    }
    return chunk_room(c->loop, &c->out, n ? n : 1);
}

void conn_commit(struct conn *c, size_t n)
{
    check(c);
    assert(n <= c->out.cap - c->out.off - c->out.len);
    c->out.len += n;
    if (c->state == CONN_OPEN && n)
        conn_flush_later(c);
}

int conn_write(struct conn *c, struct slice s)
{
    uint8_t *p = conn_room(c, s.len);

    if (!p)
        return -1;
    if (s.len)
        memcpy(p, s.ptr, s.len);
    conn_commit(c, s.len);
    return 0;
}

size_t conn_queued(const struct conn *c)
{
    check(c);
    return c->out.len + c->wire.len;
}

void conn_limits(struct conn *c, size_t queue, size_t hold)
{
    check(c);
    c->queue_max = queue;
    c->hold_max = hold;
}

void conn_pause(struct conn *c, bool on)
{
    check(c);
    if (c->paused == on)
        return;
    c->paused = on;
    if (on && conn_queued(c))
        c->refused = true;
    if (c->state != CONN_OPEN)
        return;
    update(c);
    if (!on && c->kept.len && !c->delivering) {
        c->redeliver = true;
        loop_later(c->loop, &c->later);
    }
}

void conn_deadline(struct conn *c, int64_t ms, const char *what)
{
    check(c);
    c->deadline_what = what;
    c->deadline_ms = ms;
    if (ms == 0 || c->state >= CONN_CLOSING)
        loop_cancel(c->loop, &c->deadline);
    else
        loop_in(c->loop, &c->deadline, ms);
}

void conn_close(struct conn *c)
{
    check(c);
    if (c->state == CONN_DIALING || c->state == CONN_HANDSHAKE)
        die(c, NULL);
    else if (c->state == CONN_OPEN)
        start_closing(c);
}

void conn_abort(struct conn *c, const struct err *why)
{
    check(c);
    die(c, why);
}

void conn_abort_all(struct loop *l)
{
    for (size_t i = loop_watches(l); i-- > 0;) {
        struct watch *w = loop_watch_at(l, i);

        if (w && w->ready == on_ready)
            die(LIST_OWNER(w, struct conn, watch), NULL);
    }
}

bool conn_closing(const struct conn *c)
{
    check(c);
    return c->state >= CONN_CLOSING;
}

const struct sys_addr *conn_peer(const struct conn *c)
{
    check(c);
    return &c->peer;
}

const struct tlsio_facts *conn_tls(const struct conn *c)
{
    check(c);
    return c->tls ? tlsio_facts(c->tls) : NULL;
}

struct loop *conn_loop(const struct conn *c)
{
    check(c);
    return c->loop;
}

void *conn_arg(const struct conn *c)
{
    check(c);
    return c->arg;
}

uint64_t conn_id(const struct conn *c)
{
    check(c);
    return c->id;
}
