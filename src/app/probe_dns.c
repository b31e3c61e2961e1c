/* probe_dns.c - the public name as we see it and as the public does.
 *
 * Twilio asks the public DNS: a name in /etc/hosts, in a split zone or on one
 * server only works here and fails there.  Public resolvers that do not
 * answer from here (a firewall) are told of and prove nothing.
 */
#include "app/probe.h"

#include <string.h>

#include "app/doctor.h"
#include "base/mem.h"
#include "base/text.h"

#define SERVERS 3               /* ours, and public ones */
#define ASK_WITHIN 4000         /* ms */

struct view {                   /* of one resolver */
    struct probe_run *p;
    const char *who;
    struct resolver *resolver;
    bool owned;
    struct resolve *question;
    bool asked, failed;
    struct err err;
    struct sys_addr addr[RESOLVE_ADDRS];
    size_t n, v4, private;
};

struct dns_probe {
    struct view view[SERVERS];
    size_t views;
    int pending;
};

static void seen(struct probe_run *p, const struct view *v)
{
    struct jsonw *w = probe_seen(p);
    char text[SYS_ADDR_TEXT];

    if (!v->n) {
        jsonw_kcstr(w, v->who, v->err.msg);
        return;
    }
    jsonw_karray(w, v->who);
    for (size_t i = 0; i < v->n; i++) {
        sys_addr_text(&v->addr[i], text);
        jsonw_str(w, slice_str(text));
    }
    jsonw_end(w);
}

/* Did the resolver say that there is nothing, rather than nothing at all? */
static bool denied(const struct view *v)
{
    return v->asked && !v->n && v->err.code == ERR_DNS && v->err.sys;
}

static bool same_set(const struct view *a, const struct view *b)
{
    char one[SYS_ADDR_TEXT], two[SYS_ADDR_TEXT];

    for (size_t i = 0; i < a->n; i++)
        for (size_t k = 0; k < b->n; k++) {
            sys_addr_text(&a->addr[i], one);
            sys_addr_text(&b->addr[k], two);
            if (strcmp(one, two) == 0)
                return true;
        }
    return false;
}

/* The view that counts: the first public one that says anything, else ours. */
static const struct view *public_view(const struct dns_probe *k)
{
    for (size_t i = 1; i < k->views; i++)
        if (k->view[i].n || denied(&k->view[i]))
            return &k->view[i];
    return &k->view[0];
}

static const struct view *other_mind(const struct dns_probe *k,
    const struct view *v)
{
    for (size_t i = 1; i < k->views; i++)
        if (v != &k->view[i] && v != &k->view[0]
            && ((v->n && denied(&k->view[i]))
            || (denied(v) && k->view[i].n)))
            return &k->view[i];
    return NULL;
}

static void judge_none(struct probe_run *p, const struct dns_probe *k,
    const struct view *v)
{
    struct slice host = p->d->public.host;

    probe_stream_number(p, 31904);
    if (v != &k->view[0] && k->view[0].n) {
        probe_remedy(p, "enter the name in the public DNS");
        probe_fail(p, 11210, "%.*s has an address here (a hosts file or an "
            "inner zone), and the public DNS (%s) knows none",
            SLICE_ARG(host), v->who);
    } else if (v->err.sys == RESOLVE_NO_NAME) {
        probe_remedy(p, "correct PUBLIC_DOMAIN, start the tunnel again, or "
            "enter the name in the DNS");
        probe_fail(p, 11210, "there is no such name: %.*s",
            SLICE_ARG(host));
    } else if (v->err.sys == RESOLVE_NO_ADDRESS) {
        probe_remedy(p, "give it an A record with a public address");
        probe_fail(p, 11210, "the name %.*s exists and has no address",
            SLICE_ARG(host));
    } else {
        probe_remedy(p, "see to this machine's name servers, or set "
            "DNS_SERVER");
        probe_fail(p, 11210, "%s", v->err.msg);
    }
}

static void judge_some(struct probe_run *p, const struct dns_probe *k,
    const struct view *v)
{
    const struct view *ours = &k->view[0], *other = other_mind(k, v);
    unsigned aliases = resolve_aliases(v->resolver, p->d->public.host);
    char first[SYS_ADDR_TEXT], more[160] = "";

    sys_addr_text(&v->addr[0], first);
    if (aliases)
        text_fmt(more, sizeof more, ", over %u CNAME%s", aliases,
            aliases > 1 ? "s" : "");
    if (v->n > 1)
        text_fmt(more + strlen(more), sizeof more - strlen(more),
            ", %zu addresses", v->n);
    if (!p->d->opt.private && v->private == v->n) {
        probe_stream_number(p, 31904);
        probe_remedy(p, "let the name lead to a public address, or use a "
            "tunnel");
        probe_fail(p, 11205, "%.*s leads to %s, a private address",
            SLICE_ARG(p->d->public.host), first);
    } else if (!v->v4) {
        probe_stream_number(p, 31904);
        probe_remedy(p, "add an A record");
        probe_fail(p, 11205, "%.*s has AAAA records and no A record, and "
            "Twilio comes over IPv4", SLICE_ARG(p->d->public.host));
    } else if (!p->d->opt.private && v->private) {
        probe_remedy(p, "take the private ones out");
        probe_warn(p, 11205, "%zu of %zu addresses of %.*s are private: some "
            "calls will fail", v->private, v->n,
            SLICE_ARG(p->d->public.host));
    } else if (other) {
        probe_remedy(p, "wait until the entry has spread, or see whether all "
            "its name servers know it");
        probe_warn(p, 11210, "%s knows the name and %s does not",
            v->n ? v->who : other->who, v->n ? other->who : v->who);
    } else if (v != ours && ours->n && ours->private == ours->n
        && v->private < v->n) {
        probe_remedy(p, "nothing, unless the probes that follow disagree with "
            "what Twilio reports");
        probe_warn(p, 0, "this machine is told another address than the "
            "public: what follows is measured inside");
    } else {
        probe_ok(p, "%.*s is %s%s%s", SLICE_ARG(p->d->public.host), first,
            more, v == ours ? "" : same_set(ours, v) ? ", as the public sees "
            "it too" : ", another one for the public");
    }
}

static void judge(struct probe_run *p)
{
    const struct dns_probe *k = p->own;
    const struct view *v = public_view(k);

    for (size_t i = 0; i < k->views; i++)
        seen(p, &k->view[i]);
    jsonw_kint(probe_seen(p), "aliases", (int64_t)resolve_aliases(v->resolver,
        p->d->public.host));
    if (v->n)
        judge_some(p, k, v);
    else if (other_mind(k, v))
        judge_some(p, k, other_mind(k, v));
    else
        judge_none(p, k, v);
}

static void on_view(void *arg, const struct sys_addr *addr, size_t n,
    const struct err *err)
{
    struct view *v = arg;
    struct dns_probe *k = v->p->own;
    uint8_t ip[16];

    v->question = NULL;
    if (err)
        v->err = *err;
    for (size_t i = 0; i < n && i < RESOLVE_ADDRS; i++) {
        v->addr[i] = addr[i];
        v->n++;
        v->v4 += !sys_addr_ip(&addr[i], ip);
        v->private += sys_addr_private(&addr[i]);
    }
    if (--k->pending == 0)
        judge(v->p);
}

static void look(struct probe_run *p, const char *who, const char *server)
{
    struct dns_probe *k = p->own;
    struct view *v = &k->view[k->views++];
    struct resolve_conf conf = {.server = server, .hosts_file = "/dev/null",
        .timeout = 1500};

    v->p = p;
    v->who = who;
    v->owned = server != NULL;
    v->resolver = server ? resolver_new(p->d->loop, &conf, &v->err)
        : p->d->resolver;
    if (!v->resolver)
        return;
    v->question = resolve_start(v->resolver, p->d->public.host,
        p->d->public.number, loop_now(p->d->loop) + ASK_WITHIN, on_view, v,
        &v->err);
    v->asked = v->question != NULL;
    k->pending += v->asked;
}

static void start(struct probe_run *p)
{
    const struct doctor_options *o = &p->d->opt;

    if (!probe_has(p, PROBE_PUBLIC | PROBE_WAY))
        return;
    p->own = mem_new(sizeof(struct dns_probe));
    if (!p->own) {
        probe_fail(p, 0, "no memory");
        return;
    }
    look(p, "here", NULL);
    for (size_t i = 0; i + 1 < SERVERS && o->public_dns[i] && !o->offline
        && !o->private; i++)
        look(p, o->public_dns[i], o->public_dns[i]);
    if (((struct dns_probe *)p->own)->pending == 0)
        judge(p);
}

static void stop(struct probe_run *p)
{
    struct dns_probe *k = p->own;

    if (!k)
        return;
    for (size_t i = 0; i < k->views; i++) {
        resolve_cancel(k->view[i].question);
        if (k->view[i].owned)
            resolver_free(k->view[i].resolver);
    }
    mem_drop(k);
    p->own = NULL;
}

const struct probe probe_dns = {"dns", NULL, NULL, 6000, 11210, start, stop};
