/* resolve.c - names to addresses without getaddrinfo and without blocking.
 *
 * A question has two legs, A and AAAA, that run side by side.  Every try of a
 * leg has a socket, a source port and an id of its own; what does not fit all
 * three and the question is not an answer.  A leg goes on to the next server
 * when one fails or stays silent; the leg that ends first waits a moment for
 * the other (RFC 8305 3).
 */
#include "net/resolve_impl.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/rand.h"

#define LAG 50                      /* ms: RFC 8305 3 */
#define TTL_MAX 300                 /* seconds an answer is believed */
#define TTL_HALF 10                 /* the same when one family is missing */
#define TCP_MAX (2 + 65535)         /* length and message: RFC 1035 4.2.2 */
#define QUERY_MAX 300               /* head, a name of 255, type and class */

enum { RESOLVER_MAGIC = 0x7e501e, RESOLVE_MAGIC = 0x7e501f };

enum leg_state {
    LEG_UDP,            /* asked, waiting for a datagram */
    LEG_CONNECT,        /* over TCP: connecting, then writing */
    LEG_TCP,            /* over TCP: reading */
    LEG_DONE            /* answer or why says how it ended */
};

struct leg {
    struct resolve *q;
    enum leg_state state;
    uint16_t type, id;
    unsigned step;              /* tries so far, over all servers */
    struct watch watch;
    struct timer timer;
    struct buf in;              /* over TCP */
    struct dns_answer answer;
    bool good;                  /* answer is one, if only of no address */
    const char *why;            /* of the last try that failed */
};

struct entry {
    struct list link;
    char name[RESOLVE_NAME + 1];
    int64_t until;              /* loop time */
    struct dns_addr addr[RESOLVE_ADDRS];
    size_t n;
    unsigned aliases;
};

struct resolver {
    uint32_t magic;
    struct loop *loop;
    struct resolve_files files;
    unsigned first;             /* server that answered last */
    struct list questions;
    struct list cache;          /* oldest first */
    size_t cached;
};

struct resolve {
    uint32_t magic;
    struct resolver *r;
    struct list link;
    char name[RESOLVE_NAME + 1];        /* lower case, no dot at the end */
    uint16_t port;
    int64_t deadline;
    unsigned first;             /* server: r->first when it began */
    struct leg leg[2];          /* AAAA first: it is preferred */
    struct timer timer;         /* the deadline, or the moment of grace */
    struct task task;           /* done is called from here */
    struct dns_addr addr[RESOLVE_ADDRS];
    size_t n;
    struct err err;
    void (*done)(void *arg, const struct sys_addr *addr, size_t n,
        const struct err *err);
    void *arg;
};

static struct slice name_of(const struct resolve *q)
{
    return slice_str(q->name);
}

/* ---- the cache ---- */

static void entry_drop(struct resolver *r, struct entry *e)
{
    list_drop(&e->link);
    r->cached--;
    mem_drop(e);
}

/* Drops what is too old on the way. */
static struct entry *entry_find(struct resolver *r, struct slice name)
{
    struct list *l = r->cache.next;

    while (l != &r->cache) {
        struct entry *e = LIST_OWNER(l, struct entry, link);

        l = l->next;
        if (e->until <= loop_now(r->loop))
            entry_drop(r, e);
        else if (slice_is(name, e->name))
            return e;
    }
    return NULL;
}

/* No memory for it: then it is asked for again. */
static void entry_keep(struct resolver *r, const struct resolve *q,
    uint32_t seconds)
{
    struct entry *e = entry_find(r, name_of(q));

    if (seconds == 0)
        return;
    if (e)
        entry_drop(r, e);
    if (r->cached == RESOLVE_CACHE)
        entry_drop(r, LIST_OWNER(r->cache.next, struct entry, link));
    e = mem_new(sizeof *e);
    if (!e)
        return;
    memcpy(e->name, q->name, sizeof e->name);
    e->until = loop_now(r->loop) + 1000 * (int64_t)seconds;
    memcpy(e->addr, q->addr, sizeof e->addr);
    e->n = q->n;
    e->aliases = q->leg[0].answer.aliases > q->leg[1].answer.aliases
        ? q->leg[0].answer.aliases : q->leg[1].answer.aliases;
    list_push(&r->cache, &e->link);
    r->cached++;
}

unsigned resolve_aliases(struct resolver *r, struct slice name)
{
    struct entry *e = entry_find(r, name);

    return e ? e->aliases : 0;
}

/* ---- the end of a question ---- */

static void leg_stop(struct leg *g)
{
    struct loop *l = g->q->r->loop;

    loop_cancel(l, &g->timer);
    loop_unwatch(l, &g->watch);
    sys_close(g->watch.fd);
    g->watch.fd = -1;
    buf_free(&g->in);
}

static void forget(struct resolve *q)
{
    for (int i = 0; i < 2; i++)
        leg_stop(&q->leg[i]);
    loop_cancel(q->r->loop, &q->timer);
    loop_forget(q->r->loop, &q->task);
    list_drop(&q->link);
    q->magic = 0;
    mem_drop(q);
}

/* The task: the question is gone before its owner hears of it. */
static void deliver(void *arg)
{
    struct resolve *q = arg;
    struct sys_addr addr[RESOLVE_ADDRS];
    struct err err = q->err;
    size_t n = q->n;
    void (*done)(void *, const struct sys_addr *, size_t,
        const struct err *) = q->done;

    for (size_t i = 0; i < n; i++) {
        if (q->addr[i].v6)
            sys_addr_v6(&addr[i], q->addr[i].ip, q->port);
        else
            sys_addr_v4(&addr[i], q->addr[i].ip, q->port);
    }
    arg = q->arg;
    forget(q);
    done(arg, addr, n, n ? NULL : &err);
}

static void finish(struct resolve *q)
{
    for (int i = 0; i < 2; i++)
        leg_stop(&q->leg[i]);
    loop_cancel(q->r->loop, &q->timer);
    loop_later(q->r->loop, &q->task);
}

/* RFC 8305 4: the families take turns, IPv6 first. */
static void mix(struct resolve *q, const struct dns_addr *six, size_t sixes,
    const struct dns_addr *four, size_t fours)
{
    q->n = 0;
    for (size_t i = 0; i < sixes || i < fours; i++) {
        if (i < sixes && q->n < RESOLVE_ADDRS)
            q->addr[q->n++] = six[i];
        if (i < fours && q->n < RESOLVE_ADDRS)
            q->addr[q->n++] = four[i];
    }
}

static void say_why(struct resolve *q)
{
    const struct leg *a = &q->leg[0], *b = &q->leg[1];
    int sys = 0;

    if ((a->good && a->answer.rcode == DNS_NXDOMAIN)
        || (b->good && b->answer.rcode == DNS_NXDOMAIN)) {
        fail(&q->err, ERR_DNS, "%s: there is no such name", q->name);
        sys = RESOLVE_NO_NAME;
    } else if (a->good && b->good) {
        fail(&q->err, ERR_DNS, "%s: the name has no address", q->name);
        sys = RESOLVE_NO_ADDRESS;
    } else {
        fail(&q->err, ERR_DNS, "%s: %s (%zu name servers, %d tries)",
            q->name, a->good ? b->why : a->why, q->r->files.servers,
            q->r->files.tries);
    }
    q->err.sys = sys;
}

static void conclude(struct resolve *q)
{
    const struct leg *six = &q->leg[0], *four = &q->leg[1];
    uint32_t ttl = six->good && four->good ? TTL_MAX : TTL_HALF;

    for (int i = 0; i < 2; i++)
        if (q->leg[i].answer.addrs && q->leg[i].answer.ttl < ttl)
            ttl = q->leg[i].answer.ttl;
    mix(q, six->answer.addr, six->answer.addrs, four->answer.addr,
        four->answer.addrs);
    if (q->n)
        entry_keep(q->r, q, ttl);
    else if (q->err.code == ERR_NONE)
        say_why(q);
    finish(q);
}

static void leg_end(struct leg *g)
{
    struct resolve *q = g->q;
    struct leg *other = &q->leg[g == q->leg];

    leg_stop(g);
    g->state = LEG_DONE;
    if (other->state == LEG_DONE) {
        conclude(q);
    } else if (g->answer.addrs) {
        int64_t at = loop_now(q->r->loop) + LAG;

        if (q->deadline == 0 || at < q->deadline)
            loop_at(q->r->loop, &q->timer, at);
    }
}

/* The deadline, or the other family took too long. */
static void on_timer(void *arg)
{
    struct resolve *q = arg;

    if (q->leg[0].answer.addrs == 0 && q->leg[1].answer.addrs == 0)
        fail(&q->err, ERR_TIMEOUT, "%s: no name server answered in time",
            q->name);
    conclude(q);
}

/* ---- one leg ---- */

static unsigned server_of(const struct leg *g)
{
    return (g->q->first + g->step) % (unsigned)g->q->r->files.servers;
}

static void build_query(struct leg *g, struct buf *out)
{
    rand_bytes(&g->id, sizeof g->id);
    /* The name was judged by resolve_start. */
    dns_query(out, g->id, name_of(g->q), g->type);
}

static int ask_udp(struct leg *g)
{
    struct resolver *r = g->q->r;
    uint8_t room[QUERY_MAX];
    struct buf out;

    buf_over(&out, room, sizeof room);
    build_query(g, &out);
    g->watch.fd = sys_udp(&r->files.server[server_of(g)]);
    if (g->watch.fd < 0 || !buf_ok(&out)
        || sys_send(g->watch.fd, out.ptr, out.len) != (ssize_t)out.len
        || loop_watch(r->loop, &g->watch, LOOP_READ)) {
        g->why = "the name server cannot be reached";
        leg_stop(g);
        return -1;
    }
    g->state = LEG_UDP;
    loop_in(r->loop, &g->timer, r->files.timeout);
    return 0;
}

static void leg_ask(struct leg *g)
{
    const struct resolve_files *f = &g->q->r->files;

    for (; g->step < (unsigned)f->tries * f->servers; g->step++)
        if (ask_udp(g) == 0)
            return;
    leg_end(g);
}

static void next_server(struct leg *g, const char *why)
{
    g->why = why;
    leg_stop(g);
    g->step++;
    leg_ask(g);
}

static void ask_tcp(struct leg *g)
{
    struct resolver *r = g->q->r;

    leg_stop(g);
    g->watch.fd = sys_connect(&r->files.server[server_of(g)]);
    if (g->watch.fd < 0 || loop_watch(r->loop, &g->watch, LOOP_WRITE)) {
        next_server(g, "the name server refuses TCP");
        return;
    }
    g->state = LEG_CONNECT;
    buf_init(&g->in, TCP_MAX);
    loop_in(r->loop, &g->timer, r->files.timeout);
}

/* A whole message that fits the question. */
static void judge(struct leg *g, const struct dns_answer *a)
{
    switch (a->rcode) {
    case DNS_OK:
    case DNS_NXDOMAIN:
        g->answer = *a;
        g->good = true;
        g->q->r->first = server_of(g);
        leg_end(g);
        return;
    case DNS_FORMERR:
        next_server(g, "the name server calls the question malformed");
        return;
    case DNS_SERVFAIL:
        next_server(g, "the name server failed");
        return;
    case DNS_NOTIMP:
        next_server(g, "the name server does not do that");
        return;
    case DNS_REFUSED:
        next_server(g, "the name server refused the question");
        return;
    }
    next_server(g, "the name server answered with an unknown code");
}

static void read_udp(struct leg *g)
{
    struct mslice to = loop_scratch(g->q->r->loop);
    struct dns_answer a;
    const char *why;
    ssize_t n;

    while ((n = sys_recv(g->watch.fd, to.ptr, to.len)) > 0) {
        /* Not ours, or forged: the answer may still come. */
        if (dns_parse(slice_of(to.ptr, (size_t)n), g->id, name_of(g->q),
            g->type, &a, &why))
            continue;
        if (a.truncated)
            ask_tcp(g);
        else
            judge(g, &a);
        return;
    }
    if (n == -1)
        next_server(g, "the name server cannot be reached");
}

/* RFC 1035 4.2.2: two bytes of length, then the message. */
static void write_tcp(struct leg *g)
{
    uint8_t room[2 + QUERY_MAX];
    struct buf out;

    if (sys_connect_result(g->watch.fd)) {
        next_server(g, "the name server refuses TCP");
        return;
    }
    buf_over(&out, room + 2, QUERY_MAX);
    build_query(g, &out);
    room[0] = (uint8_t)(out.len >> 8);
    room[1] = (uint8_t)out.len;
    /* A fresh socket has room for so few bytes. */
    if (sys_send(g->watch.fd, room, 2 + out.len) != (ssize_t)(2 + out.len)) {
        next_server(g, "the name server closed its TCP");
        return;
    }
    g->state = LEG_TCP;
    loop_want(g->q->r->loop, &g->watch, LOOP_READ);
}

/* Is the whole message in g->in? */
static bool tcp_whole(const struct leg *g)
{
    const uint8_t *p = g->in.ptr;

    return g->in.len >= 2 && g->in.len - 2 >= (size_t)(p[0] << 8 | p[1]);
}

static void read_tcp(struct leg *g)
{
    struct mslice to = loop_scratch(g->q->r->loop);
    struct dns_answer a;
    const char *why;
    size_t len;
    ssize_t n = 0;

    while (!tcp_whole(g)
        && (n = sys_recv(g->watch.fd, to.ptr, to.len)) > 0) {
        buf_add(&g->in, slice_of(to.ptr, (size_t)n));
        if (!buf_ok(&g->in)) {
            next_server(g, "the name server sends too much");
            return;
        }
    }
    if (!tcp_whole(g)) {
        if (n != SYS_AGAIN)
            next_server(g, "the name server closed its TCP");
        return;
    }
    len = (size_t)(g->in.ptr[0] << 8 | g->in.ptr[1]);
    if (dns_parse(slice_of(g->in.ptr + 2, len), g->id, name_of(g->q),
        g->type, &a, &why))
        next_server(g, why);
    else
        judge(g, &a);
}

static void on_ready(void *arg, int events)
{
    struct leg *g = arg;

    (void)events;
    switch (g->state) {
    case LEG_UDP:
        read_udp(g);
        break;
    case LEG_CONNECT:
        write_tcp(g);
        break;
    case LEG_TCP:
        read_tcp(g);
        break;
    case LEG_DONE:
        break;
    }
}

static void on_silence(void *arg)
{
    next_server(arg, "the name server does not answer");
}

/* ---- what needs no name server ---- */

/* RFC 6761 6.3: localhost and all below it. */
static bool is_localhost(struct slice name)
{
    return slice_is(name, "localhost") || slice_ends(name, ".localhost");
}

static bool from_hosts(struct resolve *q)
{
    const struct resolve_files *f = &q->r->files;
    struct dns_addr v6[RESOLVE_ADDRS], v4[RESOLVE_ADDRS];
    size_t sixes = 0, fours = 0;

    for (size_t i = 0; i < f->hosts; i++) {
        const struct resolve_host *h = &f->host[i];

        if (!slice_iis(h->name, q->name))
            continue;
        if (h->addr.v6 && sixes < RESOLVE_ADDRS)
            v6[sixes++] = h->addr;
        if (!h->addr.v6 && fours < RESOLVE_ADDRS)
            v4[fours++] = h->addr;
    }
    mix(q, v6, sixes, v4, fours);
    return q->n > 0;
}

/* True when the answer, or that there is none, is known already. */
static bool known(struct resolve *q)
{
    static const struct dns_addr one = {true, {[15] = 1}};
    static const struct dns_addr home = {false, {127, 0, 0, 1}};
    struct slice name = name_of(q);
    struct sys_addr literal;
    struct entry *e;

    if (!sys_addr_parse(&literal, name, 0)) {
        q->addr[0].v6 = sys_addr_ip(&literal, q->addr[0].ip);
        q->n = 1;
        return true;
    }
    if (is_localhost(name)) {
        mix(q, &one, 1, &home, 1);
        return true;
    }
    if (from_hosts(q))
        return true;
    if (slice_is(name, "invalid") || slice_ends(name, ".invalid")) {
        fail(&q->err, ERR_DNS, "%s: there is no such name", q->name);
        return true;            /* RFC 6761 6.4 */
    }
    e = entry_find(q->r, name);
    if (!e)
        return false;
    memcpy(q->addr, e->addr, sizeof q->addr);
    q->n = e->n;
    return true;
}

static void leg_init(struct resolve *q, struct leg *g, uint16_t type)
{
    *g = (struct leg){.q = q, .type = type, .why = "nothing was asked",
        .watch = {.fd = -1, .ready = on_ready, .arg = g},
        .timer = {.fire = on_silence, .arg = g}};
    buf_init(&g->in, TCP_MAX);
}

/* Lower case, without the root's dot; and is it a name at all? */
static int take_name(struct resolve *q, struct slice name, struct err *err)
{
    uint8_t room[QUERY_MAX];
    struct sys_addr literal;
    struct buf b;

    if (name.len && name.ptr[name.len - 1] == '.')
        name.len--;
    if (name.len == 0)
        return fail(err, ERR_DNS, "an empty host name");
    if (name.len > RESOLVE_NAME)
        return fail(err, ERR_DNS, "a host name of over %d bytes",
            RESOLVE_NAME);
    for (size_t i = 0; i < name.len; i++)
        q->name[i] = (char)byte_lower(name.ptr[i]);
    q->name[name.len] = 0;
    buf_over(&b, room, sizeof room);
    if (sys_addr_parse(&literal, name, 0)
        && dns_query(&b, 0, name, DNS_A))
        return fail(err, ERR_DNS, "\"%s\" is no host name", q->name);
    return 0;
}

struct resolver *resolver_new(struct loop *l, const struct resolve_conf *conf,
    struct err *err)
{
    struct resolver *r = mem_new(sizeof *r);

    if (!r) {
        fail(err, ERR_MEM, "no memory for the resolver");
        return NULL;
    }
    r->magic = RESOLVER_MAGIC;
    r->loop = l;
    list_init(&r->questions);
    list_init(&r->cache);
    if (resolve_files_read(&r->files, conf, err)) {
        mem_drop(r);
        return NULL;
    }
    return r;
}

void resolver_free(struct resolver *r)
{
    if (!r)
        return;
    assert(r->magic == RESOLVER_MAGIC);
    while (!list_empty(&r->questions))
        forget(LIST_OWNER(r->questions.next, struct resolve, link));
    while (!list_empty(&r->cache))
        entry_drop(r, LIST_OWNER(r->cache.next, struct entry, link));
    resolve_files_free(&r->files);
    r->magic = 0;
    mem_drop(r);
}

struct resolve *resolve_start(struct resolver *r, struct slice name,
    uint16_t port, int64_t deadline,
    void (*done)(void *arg, const struct sys_addr *addr, size_t n,
        const struct err *err), void *arg, struct err *err)
{
    struct resolve *q;

    assert(r->magic == RESOLVER_MAGIC);
    q = mem_new(sizeof *q);
    if (!q) {
        fail(err, ERR_MEM, "no memory to look up a name");
        return NULL;
    }
    if (take_name(q, name, err)) {
        mem_drop(q);
        return NULL;
    }
    q->magic = RESOLVE_MAGIC;
    q->r = r;
    q->port = port;
    q->deadline = deadline;
    q->first = r->first;
    q->done = done;
    q->arg = arg;
    q->timer = (struct timer){.fire = on_timer, .arg = q};
    q->task = (struct task){.run = deliver, .arg = q};
    leg_init(q, &q->leg[0], DNS_AAAA);
    leg_init(q, &q->leg[1], DNS_A);
    list_push(&r->questions, &q->link);
    if (known(q)) {
        finish(q);
        return q;
    }
    if (deadline)
        loop_at(r->loop, &q->timer, deadline);
    leg_ask(&q->leg[0]);
    leg_ask(&q->leg[1]);
    return q;
}

void resolve_cancel(struct resolve *q)
{
    if (!q)
        return;
    assert(q->magic == RESOLVE_MAGIC);
    forget(q);
}
