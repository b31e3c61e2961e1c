/* lookup.c - places asked of OpenStreetMap's Overpass. */
#include "app/lookup.h"

#include <string.h>

#include "agent/overpass.h"
#include "base/log.h"
#include "base/text.h"
#include "codec/form.h"
#include "net/tlsio.h"

#define WITHIN ((OVERPASS_SECONDS + 2) * 1000)  /* ms for all of it */
#define ANSWER_MAX (1u << 20)   /* bytes */
#define QUERY_MAX 4096

bool lookup_on(const struct conf *c)
{
    return c->overpass_url[0] != 0;
}

static struct overpass_area area_of(const struct lookup *l)
{
    return (struct overpass_area){slice_str(l->area_.city),
        slice_str(l->area_.code)};
}

/* Overpass answers 429 to who asks too often and 504 when it is busy. */
static void read_answer(struct lookup *l, const struct httpc_answer *a)
{
    struct overpass_area area = area_of(l);
    struct directory *d = &l->found;
    const char *why;

    if (a->head->status == 429 || a->head->status == 504) {
        fail(&l->err, ERR_BUSY, "OVERPASS_URL: busy (status %d), try later",
            a->head->status);
    } else if (a->head->status != 200) {
        fail(&l->err, ERR_REMOTE, "OVERPASS_URL: status %d",
            a->head->status);
    } else if (directory_room(d, OVERPASS_ROWS, 3 * a->body.len, &l->err)
        == 0 && overpass_read(&d->list, a->body, &area, &why) < 0) {
        directory_free(d);
        fail(&l->err, ERR_PROTO, "OVERPASS_URL: %s", why);
    }
}

static void on_answer(void *arg, const struct httpc_answer *a,
    const struct err *from)
{
    struct lookup *l = arg;

    l->call_ = NULL;
    if (from)
        fail(&l->err, from->code, "OVERPASS_URL: %s", from->msg);
    else
        read_answer(l, a);
    if (l->err.code)
        log_event(LOG_WARN, "lookup_failed", LS("why", l->err.msg));
    l->done(l->arg);
}

static bool code_ok(struct slice code)
{
    uint64_t n;

    return slice_starts(code, "+")
        && text_u64(slice_from(code, 1), 1, 999, &n) == 0;
}

int lookup_start(struct lookup *l, struct httpc *http, const struct conf *c,
    struct slice name, void (*done)(void *arg), void *arg, struct err *err)
{
    struct httpc_request req = {.method = "POST",
        .url = slice_str(c->overpass_url),
        .type = "application/x-www-form-urlencoded", .timeout = WITHIN,
        .max_answer = ANSWER_MAX};
    uint8_t words[QUERY_MAX], sent[3 * QUERY_MAX];
    struct overpass_area area;
    struct buf query, body;

    memset(l, 0, sizeof *l);
    l->done = done;
    l->arg = arg;
    if (!c->overpass_area[0])
        return fail(err, ERR_CONF, "OVERPASS_AREA is not set: in which city "
            "shall it look?");
    if (c->country_code[0] && !code_ok(slice_str(c->country_code)))
        return fail(err, ERR_CONF, "COUNTRY_CODE: \"%s\" is not + and one "
            "to three digits", c->country_code);
    text_copy(l->area_.city, sizeof l->area_.city,
        slice_str(c->overpass_area));
    text_copy(l->area_.code, sizeof l->area_.code, slice_str(c->country_code));
    area = area_of(l);
    buf_over(&query, words, sizeof words);
    if (!overpass_query(&query, name, &area) || !buf_ok(&query))
        return fail(err, ERR_DATA, "\"%.*s\" is no name to look for",
            SLICE_ARG(slice_head(name, 60)));
    buf_over(&body, sent, sizeof sent);
    form_add(&body, "data", buf_slice(&query));
    req.body = buf_slice(&body);
    l->call_ = httpc_start(http, &req, on_answer, l, err);
    return l->call_ ? 0 : -1;
}

void lookup_cancel(struct lookup *l)
{
    if (l->call_)
        httpc_cancel(l->call_);
    l->call_ = NULL;
}

/* ---- for commands ---- */

static void stop(void *arg)
{
    loop_stop(arg);
}

int lookup_now(struct directory *found, const struct conf *c,
    struct slice name, struct err *err)
{
    struct resolve_conf dns = {.server = c->dns_server[0] ? c->dns_server
        : NULL};
    struct httpc_conf http = {.max_kept = 1, .keep_ms = 1000,
        .user_agent = "concierge"};
    struct loop *loop = loop_new(err);
    struct httpc *client = NULL;
    struct lookup l;
    int rc = -1;

    memset(found, 0, sizeof *found);
    if (!loop)
        return -1;
    http.resolver = resolver_new(loop, &dns, err);
    if (http.resolver && slice_starts(slice_str(c->overpass_url), "https:"))
        http.tls = tlsctx_client(NULL, NULL, err);
    if (http.resolver && (http.tls || slice_starts(
        slice_str(c->overpass_url), "http:")))
        client = httpc_new(loop, &http, err);
    if (client && lookup_start(&l, client, c, name, stop, loop, err) == 0) {
        rc = loop_run(loop) || l.err.code ? -1 : 0;
        if (rc)
            *err = l.err;
        else
            *found = l.found;
    }
    if (client)
        httpc_free(client);
    if (http.resolver)
        resolver_free(http.resolver);
    loop_tidy(loop);
    tlsctx_free(http.tls);
    loop_free(loop);
    return rc;
}
