/* ngrok.c - the address that ngrok's agent tells of. */
#include "app/ngrok.h"

#include <string.h>

#include "base/text.h"
#include "codec/json.h"
#include "codec/url.h"

#define ASK_WITHIN 3000         /* ms; the agent is on this machine */
#define ASK_AGAIN 30000         /* ms */
#define ASK_SOON 5000           /* ms, while no tunnel is known */
#define ANSWER_MAX (256u << 10)

/* Does "http://localhost:8080", "localhost:8080" or "8080" end in that
 * port? */
static bool leads_to(struct slice addr, int port)
{
    char want[16];
    size_t n;

    text_fmt(want, sizeof want, "%d", port);
    n = strlen(want);
    return addr.len >= n && memcmp(addr.ptr + addr.len - n, want, n) == 0
        && (addr.len == n || addr.ptr[addr.len - n - 1] == ':');
}

/* The https tunnel in what the agent answered: the one that leads to this port
 * when there are several, else the first. */
static int tunnel_of(struct slice answer, int port,
    char base[static CONF_TEXT], struct err *err)
{
    struct json all, t;
    struct json_walk w = {.at_ = 0};
    char url[CONF_TEXT], addr[CONF_TEXT];
    const char *why;
    bool found = false;

    if (json_parse(answer, &all, NULL))
        return fail(err, ERR_REMOTE, "ngrok's agent did not answer in JSON");
    w.of = json_get(all, "tunnels");
    while (json_next(&w, NULL, &t)) {
        bool ours = json_copy(json_get(t, "config.addr"), addr, sizeof addr)
            && leads_to(slice_str(addr), port);

        if ((found && !ours)
            || !json_copy(json_get(t, "public_url"), url, sizeof url)
            || !slice_starts(slice_str(url), "https://")
            || conf_public_base(slice_str(url), base, CONF_TEXT, &why))
            continue;
        found = true;
        if (ours)
            break;
    }
    return found ? 0 : fail(err, ERR_REMOTE,
        "ngrok's agent tells of no https tunnel");
}

/* ---- asking ---- */

static void on_answer(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct ngrok *n = arg;
    char base[CONF_TEXT] = "";
    bool changed;

    n->call_ = NULL;
    n->err = (struct err){0};
    if (err)
        fail(&n->err, err->code, "ngrok's agent at %s: %s", n->conf_->ngrok_api,
            err->msg);
    else if (a->head->status != 200)
        fail(&n->err, ERR_REMOTE, "ngrok's agent at %s answers %d",
            n->conf_->ngrok_api, a->head->status);
    else
        tunnel_of(a->body, n->port_, base, &n->err);
    changed = base[0] && strcmp(base, n->base) != 0;
    if (changed)
        text_copy(n->base, sizeof n->base, slice_str(base));
    n->waits_ = false;
    if (!n->changed_)
        return;
    loop_in(n->loop_, &n->timer_, n->base[0] ? ASK_AGAIN : ASK_SOON);
    if (changed)
        n->changed_(n->arg_);
}

static int ask(struct ngrok *n)
{
    char url[CONF_TEXT + 16];
    struct httpc_request q = {.method = "GET", .timeout = ASK_WITHIN,
        .max_answer = ANSWER_MAX};

    text_fmt(url, sizeof url, "%s/api/tunnels", n->conf_->ngrok_api);
    q.url = slice_str(url);
    n->call_ = httpc_start(n->http_, &q, on_answer, n, &n->err);
    return n->call_ ? 0 : -1;
}

static void on_timer(void *arg)
{
    struct ngrok *n = arg;

    if (ask(n))
        loop_in(n->loop_, &n->timer_, ASK_SOON);
}

int ngrok_find(struct ngrok *n, struct loop *loop, struct httpc *http,
    const struct conf *conf, int port)
{
    *n = (struct ngrok){.loop_ = loop, .http_ = http, .conf_ = conf,
        .port_ = port, .waits_ = true};
    if (ask(n))
        return -1;
    while (n->waits_)
        if (loop_round(loop)) {
            ngrok_stop(n);
            return fail_sys(&n->err, ERR_IO, "poll");
        }
    return n->base[0] ? 0 : -1;
}

void ngrok_watch(struct ngrok *n, void (*changed)(void *arg), void *arg)
{
    n->timer_ = (struct timer){.fire = on_timer, .arg = n};
    n->changed_ = changed;
    n->arg_ = arg;
    loop_in(n->loop_, &n->timer_, n->base[0] ? ASK_AGAIN : ASK_SOON);
}

void ngrok_stop(struct ngrok *n)
{
    if (n->call_)
        httpc_cancel(n->call_);
    n->call_ = NULL;
    n->changed_ = NULL;
    if (n->loop_)
        loop_cancel(n->loop_, &n->timer_);
}
