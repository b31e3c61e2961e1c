/* dial.c - what one call asks of Twilio's REST: to be made, how it fares, to be
 * ended, to say sorry.  Each answer becomes an event of its machine.
 */
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "call/call_impl.h"
#include "twilio/twiml.h"

#define RING_SECONDS 45         /* Twilio's Timeout; then no-answer */
#define URL_MAX 512
#define HOST_SHOWN 120          /* bytes of our public address in the story */

static void on_dialled(void *arg, const struct rest_result *res)
{
    struct call *c = arg;

    c->dial = NULL;
    switch (res->how) {
    case REST_DONE:
        text_copy(c->sid, sizeof c->sid, slice_str(res->call.sid));
        if (res->found)
            call_note(c, "created", 0, "the answer to our create was lost; "
                "Twilio's list proved that it had made the call, %s", c->sid);
        else
            call_note(c, "created", 0, "Twilio took the call: %s (exchanges: "
                "%d)", c->sid, res->tries);
        call_feed(c, EV_DIALLED);
        break;
    case REST_GONE:
    case REST_REFUSED:
        call_blame(c, res->err.msg);
        call_note(c, "create_refused", res->err.sys, "Twilio did not take the "
            "call: HTTP %d, %s", res->http, res->err.msg);
        call_feed_input(c, &(struct call_input){.event = EV_DIAL_REFUSED,
            .number = res->err.sys});
        break;
    case REST_UNCLEAR:
        call_blame(c, res->err.msg);
        call_note(c, "create_unclear", 0, "Twilio may have taken the call or "
            "not, so it was not asked again: %s", res->err.msg);
        call_feed(c, EV_DIAL_UNCLEAR);
        break;
    }
}

static bool sid_is_known(void *arg, const char *sid)
{
    struct call *c = arg;

    return calls_sid_taken(c->calls, c, slice_str(sid));
}

void call_dial(struct call *c)
{
    const struct calls_conf *conf = &c->calls->conf;
    char url[URL_MAX], status_url[URL_MAX], amd_url[URL_MAX];
    struct err err = {0};
    struct rest_create create = {
        .to = slice_str(c->asked.to), .from = conf->from,
        .timeout = RING_SECONDS, .time_limit = conf->max_seconds,
        .detect = true,
        .known = sid_is_known, .known_arg = c,
    };

    text_fmt(url, sizeof url, "%.*s/twiml?call_id=%s",
        SLICE_ARG(conf->public_base), c->id);
    text_fmt(status_url, sizeof status_url, "%.*s/twilio-status?call_id=%s",
        SLICE_ARG(conf->public_base), c->id);
    call_dialling(c);
    create.url = slice_str(url);
    create.status_url = slice_str(status_url);
    text_fmt(amd_url, sizeof amd_url, "%.*s/amd-status?call_id=%s",
        SLICE_ARG(conf->public_base), c->id);
    create.amd_url = slice_str(amd_url);
    call_note(c, "create", 0, "Twilio was asked for the call, with "
        "%.*s/twiml for its TwiML", SLICE_ARG(slice_head(conf->public_base,
        HOST_SHOWN)));
    if (!conf->rest)
        fail(&err, ERR_CONF, "TWILIO_ACCOUNT_SID is not set");
    else if (!conf->public_base.len)
        fail(&err, ERR_CONF, "PUBLIC_DOMAIN is not known");
    else
        c->dial = rest_create(conf->rest, &create, on_dialled, c, &err);
    if (c->dial) {
        rest_about(c->dial, slice_str(c->id));
    } else {
        call_blame(c, err.msg);
        call_note(c, "create_refused", 0, "%s", err.msg);
        call_feed(c, EV_DIAL_REFUSED);
    }
}

static void on_polled(void *arg, const struct rest_result *res)
{
    struct call *c = arg;

    c->poll = NULL;
    if (res->how == REST_DONE)
        call_feed_status(c, call_status_parse(res->call.status,
            strlen(res->call.status)));
    else
        log_event(LOG_WARN, "poll_failed", LS("call", c->id),
            LS("why", res->err.msg));
}

void call_poll(struct call *c)
{
    struct err err = {0};

    if (!c->calls->conf.rest || !c->sid[0] || c->poll)
        return;
    c->poll = rest_fetch(c->calls->conf.rest, slice_str(c->sid), on_polled, c,
        &err);
    if (c->poll)
        rest_about(c->poll, slice_str(c->id));
}

static void on_updated(void *arg, const struct rest_result *res)
{
    struct call *c = arg;

    c->update = NULL;
    if (res->how == REST_REFUSED) {
        call_note(c, "update_refused", res->err.sys, "%s", res->err.msg);
        log_event(LOG_WARN, "update_refused", LS("call", c->id),
            LS("why", res->err.msg));
    }
    if (res->how == REST_GONE || res->how == REST_DONE)
        call_poll(c);
}

void call_update(struct call *c, enum rest_update what, struct slice twiml)
{
    struct err err = {0};

    if (!c->calls->conf.rest || !c->sid[0] || c->fetching)
        return;
    if (c->update)
        rest_cancel(c->update);
    c->update = rest_update(c->calls->conf.rest, slice_str(c->sid), what,
        twiml, on_updated, c, &err);
    if (c->update)
        rest_about(c->update, slice_str(c->id));
    else
        log_event(LOG_WARN, "update_failed", LS("call", c->id),
            LS("why", err.msg));
}

void call_say_sorry(struct call *c)
{
    struct buf doc;

    buf_init(&doc, LIMIT_TWIML);
    if (twiml_apology(&doc, SLICE("I am sorry, we have a technical problem "
        "and have to end this call. Goodbye."), SLICE("en-US"), NULL) == 0)
        call_update(c, REST_TWIML, buf_slice(&doc));
    else
        call_update(c, REST_COMPLETE, slice_str(NULL));
    buf_free(&doc);
}
