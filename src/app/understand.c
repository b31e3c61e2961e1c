/* understand.c - from a plan to a call that can be made, and what to say. */
#include "app/understand.h"

#include <string.h>

#include "agent/phrase.h"
#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/date.h"
#include "net/tlsio.h"

/* ---- words to plans ---- */

static int start(struct understand *u, const struct conf *conf,
    struct err *err)
{
    struct resolve_conf dns = {.server = conf->dns_server[0]
        ? conf->dns_server : NULL};
    struct httpc_conf http = {.max_kept = 1, .keep_ms = 30000,
        .user_agent = "concierge"};

    u->loop_ = loop_new(err);
    if (u->loop_)
        u->resolver_ = resolver_new(u->loop_, &dns, err);
    if (!u->resolver_)
        return -1;
    if (!slice_starts(slice_str(conf->openai_base_url), "http:")) {
        u->tls_ = tlsctx_client(NULL, NULL, err);
        if (!u->tls_)
            return -1;
    }
    http.resolver = u->resolver_;
    http.tls = u->tls_;
    u->http_ = httpc_new(u->loop_, &http, err);
    if (!u->http_)
        return -1;
    u->clerk_ = (struct clerk){.conf = conf, .http = u->http_,
        .zone = u->zone, .places = u->places};
    u->desk_ = clerk_desk(&u->clerk_, u->loop_, true, err);
    return u->desk_ ? 0 : -1;
}

void understand_open(struct understand *u, const struct conf *conf,
    const struct zone *zone, const struct directory *places, bool offline)
{
    struct err err = {0};

    *u = (struct understand){.conf = conf, .zone = zone, .places = places};
    if (offline || !conf->agent_model[0]
        || !(conf->openai_api_key[0] || conf->openai_base_url[0]))
        return;
    if (start(u, conf, &err)) {
        log_event(LOG_WARN, "chat_failed", LS("why", err.msg));
        understand_close(u);
        *u = (struct understand){.conf = conf, .zone = zone,
            .places = places};
    }
}

void understand_close(struct understand *u)
{
    desk_free(u->desk_);
    if (u->http_)
        httpc_free(u->http_);
    if (u->resolver_)
        resolver_free(u->resolver_);
    if (u->loop_)
        loop_tidy(u->loop_);
    tlsctx_free(u->tls_);
    if (u->loop_)
        loop_free(u->loop_);
    memset(u, 0, sizeof *u);
}

struct reading {
    struct loop *loop;
    struct plan *out;
    bool done;
};

static void on_done(void *arg, const struct desk_reply *reply)
{
    struct reading *r = arg;

    *r->out = *reply->plan;
    r->done = true;
    loop_stop(r->loop);
}

void understand_read(struct understand *u, struct slice words,
    struct plan *out)
{
    struct reading r = {.loop = u->loop_, .out = out};
    struct desk_ask ask = {.words = words, .done = on_done, .arg = &r};
    struct err err = {0};
    struct request_now now = {.wall = sys_wall(),
        .party_max = u->conf->party_max};

    if (u->desk_ && desk_start(u->desk_, &ask, &err))
        loop_run(u->loop_);
    if (r.done)
        return;
    /* Once for the place, once by its clock. */
    now.offset = zone_offset(u->zone, now.wall);
    request_read(words, &now, out);
    now.offset = directory_offset(u->places, u->zone, slice_str(out->phone),
        slice_str(out->restaurant), now.wall);
    request_read(words, &now, out);
}

/* ---- plans to calls ---- */

void understand_asked(struct asked *a, const struct plan *p)
{
    memset(a, 0, sizeof *a);
    if (asked_number_ok(slice_str(p->phone)))
        text_copy(a->to, sizeof a->to, slice_str(p->phone));
    text_copy(a->restaurant, sizeof a->restaurant, slice_str(p->restaurant));
    text_copy(a->name, sizeof a->name, slice_str(p->name));
    text_copy(a->date, sizeof a->date, slice_str(p->date));
    text_copy(a->time, sizeof a->time, slice_str(p->time));
    text_copy(a->time_to, sizeof a->time_to, slice_str(p->time_to));
    a->party = p->party;
    for (size_t i = 0; i < p->wishes && i < ASKED_WISHES; i++)
        text_copy(a->wish[a->wishes++], sizeof a->wish[0],
            slice_str(p->wish[i]));
}

static unsigned missing_of(const struct asked *a)
{
    return (a->restaurant[0] ? 0 : PLAN_NO_RESTAURANT)
        | (a->party ? 0 : PLAN_NO_PARTY) | (a->date[0] ? 0 : PLAN_NO_DATE)
        | (a->time[0] ? 0 : PLAN_NO_TIME);
}

/* "Calling Luigi's at +49...: 4 people, Monday 23 November 2026, 19:00." */
static void add_call(struct buf *out, const struct asked *a,
    enum tongue tongue, struct date day)
{
    char masked[24];

    phrase_add(out, tongue, PHRASE_CALLING, NULL);
    buf_addf(out, tongue == TONGUE_GERMAN ? "%s unter %s: " : "%s at %s: ",
        a->restaurant, text_mask(masked, sizeof masked, slice_str(a->to)));
    phrase_add_party(out, tongue, a->party);
    buf_adds(out, ", ");
    phrase_add_day(out, tongue, day);
    buf_adds(out, ", ");
    phrase_add_time(out, tongue, a->time, a->time_to);
    if (a->name[0])
        phrase_add(out, tongue, PHRASE_FOR, a->name);
    buf_addc(out, '.');
}

bool understand_reply(const struct plan *p, const struct asked *a,
    enum tongue tongue, struct buf *reply)
{
    struct plan left = *p;
    struct date day;

    left.missing = missing_of(a);
    if (p->blocked != PLAN_FINE) {
        plan_add_blocked(reply, p, tongue);
    } else if (p->intent != PLAN_RESERVE) {
        phrase_add(reply, tongue, PHRASE_HELP_BOOK, NULL);
    } else if (left.missing) {
        plan_add_missing(reply, &left, tongue);
    } else if (!a->to[0]) {
        phrase_add(reply, tongue, PHRASE_NEED_NUMBER, a->restaurant);
    } else if (date_parse(slice_str(a->date), &day)) {
        phrase_add(reply, tongue, PHRASE_NO_DAY, a->date);
    } else {
        add_call(reply, a, tongue, day);
        return true;
    }
    return false;
}
