/* why_judge.c - what went wrong with a call, and what to do about it.
 *
 * From what is known for certain to what is likely: what this server itself
 * refused, what Twilio wrote down, what the end of the call says.
 */
#include <string.h>

#include "app/why.h"
#include "base/text.h"
#include "codec/date.h"
#include "twilio/errors.h"

struct known {                  /* words of ours, and what they come to */
    const char *words;
    int number;                 /* 0: as the call has it */
    const char *cause, *remedy, *probe;
};

/* A refusal at our own doors: its reason says more than Twilio's number. */
static const struct known refusals[] = {
    {"no token", 31921, "The start message of the stream carried no call_id "
        "and token, so this server closed it: the <Parameter>s of our TwiML "
        "were lost on the way.",
        "Let Twilio fetch this server's /twiml unchanged; nothing in between "
        "may rewrite the document.", "twiml"},
    {"wrong token", 31921, "The start message carried another token than the "
        "call's TwiML, so this server closed the stream: the document came "
        "from another server or another call.",
        "Let one server answer for PUBLIC_DOMAIN, and nothing cache /twiml.",
        "twiml"},
    {"token used before", 31921, "A second stream brought a token that had "
        "opened one already, so this server closed it.",
        "Let nothing repeat Twilio's upgrade; a proxy must not retry it.",
        "upgrade"},
    {"token of another call", 31921, "The stream named another CallSid than "
        "the one its token belongs to, so this server closed it.",
        "Let nothing cache /twiml: each call has a document of its own.",
        "twiml"},
    {"unknown call", 31921, "The stream named a call this server does not "
        "know, so it was closed: the server was restarted meanwhile, or "
        "another one answers for PUBLIC_DOMAIN.",
        "Let one server with one CONCIERGE_DIR answer for PUBLIC_DOMAIN.",
        "twiml"},
    {"no start message", 31921, "The stream was opened and no start message "
        "came in 5 s, so this server closed it.",
        "Look whether a proxy holds the first WebSocket messages back.",
        "stream"},
    {"a binary message", 31951, "The stream sent a binary message, which "
        "Twilio never does: something in between changes the frames.",
        "Take the proxy that touches WebSocket frames out of the way.",
        "stream"},
};

/* The voice model, in the words of its own refusal. */
static const struct known models[] = {
    {"model does not exist", 0, "The voice model's service has no such "
        "model, or not for this key.",
        "Set REALTIME_MODEL to one that the key may use.", "model"},
    {" is audio/", 0, "The voice model's session does not speak mu-law, "
        "so the telephone would hear noise.",
        "Set REALTIME_DIALECT, or a REALTIME_MODEL that can audio/pcmu.",
        "model"},
    {" 401 ", 0, "The voice model's service does not know the key (401).",
        "Set OPENAI_API_KEY to a key that is valid today.", "model"},
    {" 403 ", 0, "The voice model's service refuses this key or this country "
        "(403).",
        "Give the key's project access to REALTIME_MODEL.", "model"},
    {" 404 ", 0, "There is nothing at the voice model's address (404).",
        "Set REALTIME_URL, or OPENAI_BASE_URL, to the service's address.",
        "model"},
    {" 429 ", 0, "The voice model's service has too many sessions of this "
        "account, or its credit is used up (429).",
        "Look at the account's limits and credit, or lower MAX_CALLS.",
        "model"},
    {"model_not_found", 0, "The voice model's service has no such model.",
        "Set REALTIME_MODEL to one that it lists.", "model"},
    {"quota", 0, "The credit of the voice model's account is used up.",
        "Add credit to the account that OPENAI_API_KEY belongs to.", "model"},
    {" 50", 0, "The voice model's service is out of order (5xx).",
        "Wait, then run concierge doctor --only model.", "model"},
    {"configured in time", 0, "The voice model's service opened the socket "
        "and did not confirm the session in time.",
        "See whether REALTIME_DIALECT is the one that this service speaks.",
        "model"},
    {"did not answer", 0, "The voice model's service fell silent in a "
        "conversation.",
        "Wait, then run concierge doctor --only model.", "model"},
};

/* What the end alone says, with nobody at fault. */
static const struct {
    const char *end, *cause, *remedy, *probe;
} ends[] = {
    {"busy", "The line was busy.", "Call again later.", NULL},
    {"no_answer", "It rang until Twilio gave up, and nobody came to the "
        "telephone.", "Call again when they are open.", NULL},
    {"canceled", "The call was ended before anybody answered it.",
        "Ask for it again.", NULL},
    {"failed", "The network could not put the call through.",
        "See whether the number is right and in service.", NULL},
    {"refused", "Twilio did not take the call.",
        "Run concierge doctor --only twilio.", "twilio"},
    {"unclear", "The answer to our request was lost and Twilio's list did not "
        "settle whether it made the call; nothing was dialled again.",
        "Look at the account's calls in Twilio's console, then ask again.",
        "twilio"},
    {"no_stream", "Somebody picked up, and no media stream reached this "
        "server.", "Run concierge doctor.", "upgrade"},
    {"no_model", "No voice model was to be had, so nobody could speak.",
        "Run concierge doctor --only model.", "model"},
    {"undisclosed", "The voice model did not say the disclosure, asked "
        "twice, so the call was ended.",
        "Set DISCLOSURE_BY=say: then Twilio says it.", "model"},
    {"silent", "Nobody spoke for too long, so the call was ended.",
        "Run concierge doctor --only stream: is audio heard both ways?",
        "stream"},
    {"blocked", "Policy did not let the call go on: a ceiling was reached, or "
        "everything was stopped.",
        "See what concierge config says of the limits; concierge resume ends "
        "a stop.", NULL},
    {"limit", "The call came to MAX_CALL_SECONDS.",
        "Raise MAX_CALL_SECONDS if such calls need longer.", NULL},
    {"hangup", "The owner hung up.", "Ask for the call again.", NULL},
};

#define COUNT(a) (sizeof (a) / sizeof *(a))

static void say(struct why_verdict *v, const char *cause, const char *remedy,
    const char *probe)
{
    text_copy(v->cause, sizeof v->cause, slice_str(cause));
    text_copy(v->remedy, sizeof v->remedy, slice_str(remedy));
    v->probe = probe;
}

static bool say_known(struct why_verdict *v, const struct known *table,
    size_t n, const char *why)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(why, table[i].words)) {
            if (table[i].number)
                v->number = table[i].number;
            say(v, table[i].cause, table[i].remedy, table[i].probe);
            return true;
        }
    return false;
}

static bool say_number(struct why_verdict *v, int number)
{
    const struct twilio_error *e = errors_find(number);

    if (!e)
        return false;
    v->number = number;
    say(v, e->cause, e->remedy, e->probe);
    return true;
}

/* The last step of that kind; absent without one. */
static struct json step_of(const struct why_told *t, const char *what)
{
    struct json_walk walk = {.of = json_get(t->story, "story")};
    struct json step, found = {.type = JSON_ABSENT};

    while (json_next(&walk, NULL, &step))
        if (json_is(json_get(step, "what"), what))
            found = step;
    return found;
}

/* The refusal that ended the call is that of its TwiML, when there is one. */
static bool refusal(const struct why_told *t, char *text, size_t cap)
{
    struct json_walk walk = {.of = json_get(t->story, "story")};
    struct json step;
    bool any = false;

    while (json_next(&walk, NULL, &step)) {
        struct json said = json_get(step, "text");

        if (!json_is(json_get(step, "what"), "webhook_refused")
            || (any && !slice_starts(said.text, "/twiml")))
            continue;
        json_copy(said, text, cap);
        any = true;
        if (slice_starts(said.text, "/twiml"))
            break;
    }
    return any;
}

/* Twilio was turned away at our door: its signature did not fit. */
static bool say_refused(const struct why_told *t, struct why_verdict *v)
{
    char text[300];

    if (json_get(t->story, "stream").type == JSON_TRUE
        || !refusal(t, text, sizeof text))
        return false;
    v->number = 11200;
    text_fmt(v->cause, sizeof v->cause, "This server answered Twilio's "
        "webhook with 403: %s.", text);
    text_copy(v->remedy, sizeof v->remedy, strstr(text, "signed as")
        ? SLICE("Set PUBLIC_DOMAIN to the address that was signed, or give "
            "Twilio the one PUBLIC_DOMAIN names.")
        : strstr(text, "another one")
        ? SLICE("Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN of the account "
            "that calls.")
        : SLICE("Set TWILIO_AUTH_TOKEN to the account's primary auth token; "
            "a key's secret signs nothing."));
    v->probe = "twiml";
    return true;
}

/* What Twilio wrote down: an error before a warning, the earliest first, for
 * what follows it is often its consequence. */
static const struct notice *told(const struct why_told *t)
{
    const struct notice *found = NULL;

    for (size_t i = 0; t->twilio && i < t->twilio->n; i++) {
        const struct notice *n = &t->twilio->list[i];

        if (!found || (n->error && !found->error))
            found = n;
    }
    return found;
}

static void say_notice(struct why_verdict *v, const struct notice *n)
{
    if (say_number(v, n->number))
        return;
    v->number = n->number;
    text_fmt(v->cause, sizeof v->cause, "Twilio wrote down error %d: %s.",
        n->number, n->text);
    text_fmt(v->remedy, sizeof v->remedy, "See "
        "https://www.twilio.com/docs/api/errors/%d.", n->number);
}

/* A handshake that never came: what it may have been, the likelier first
 * (twilio 3.1). */
static void say_no_stream(const struct why_told *t, struct why_verdict *v)
{
    static const int upgrade[] = {31920, 31910, 31901, 31941};
    static const int fetch[] = {11200, 11205, 11210, 11237};
    bool fetched = json_get(t->story, "fetched").type == JSON_TRUE;
    const int *list = fetched ? upgrade : fetch;
    struct json step = step_of(t, "twiml");
    char at[32] = "", within[32] = "";
    int64_t then, now;
    int offset;

    memcpy(v->candidate, list, sizeof v->candidate);
    if (fetched && json_copy(json_get(step, "at"), at, sizeof at)) {
        if (date_parse_rfc3339(slice_str(at), &then, &offset) == 0
            && date_parse_rfc3339(json_get(t->call, "ended").text, &now,
            &offset) == 0 && now - then >= 1000)
            text_fmt(within, sizeof within, " in %d s", (int)((now - then)
                / 1000));
        text_fmt(v->cause, sizeof v->cause, "Twilio fetched the TwiML at "
            "%.8s UTC and no upgrade reached this server%s.", strlen(at) > 19
            ? at + 11 : at, within);
        text_copy(v->remedy, sizeof v->remedy, SLICE("Run concierge doctor "
            "--only upgrade: a proxy or tunnel in front of this server does "
            "not pass WebSocket upgrades on."));
        v->probe = "upgrade";
    } else {
        text_copy(v->cause, sizeof v->cause, SLICE("Somebody picked up, and "
            "Twilio's request for the TwiML did not reach this server."));
        text_copy(v->remedy, sizeof v->remedy, SLICE("Run concierge doctor: "
            "PUBLIC_DOMAIN must lead from outside to this server."));
        v->probe = "twiml";
    }
    if (!v->number)
        v->number = list[0];
}

static void say_end(const struct why_told *t, struct why_verdict *v,
    const char *why)
{
    if (strcmp(v->end, "no_model") == 0
        && say_known(v, models, COUNT(models), why))
        return;
    if (strcmp(v->end, "no_stream") == 0) {
        say_no_stream(t, v);
        return;
    }
    if (v->number && say_number(v, v->number))
        return;
    for (size_t i = 0; i < COUNT(ends); i++)
        if (strcmp(v->end, ends[i].end) == 0) {
            say(v, ends[i].cause, ends[i].remedy, ends[i].probe);
            if (v->sip && strcmp(v->end, "failed") == 0)
                text_fmt(v->cause, sizeof v->cause, "The network could not "
                    "put the call through: it answered SIP %d.", v->sip);
            return;
        }
}

static int small(struct json v)
{
    int64_t n;

    return json_i64(v, 0, 999999, &n) ? 0 : (int)n;
}

/* The network's word counts where it ended the call. */
static int sip_of(const struct why_told *t, const char *end)
{
    static const char *const by[] = {"busy", "no_answer", "failed",
        "canceled"};
    int sip = small(json_get(t->story, "sip"));

    for (size_t i = 0; i < COUNT(by); i++)
        if (strcmp(end, by[i]) == 0 && sip >= 300)
            return sip;
    return 0;
}

/* Ended as calls do, and nothing was written down against it. */
static bool is_well(const struct why_told *t, const struct why_verdict *v,
    const struct notice *n)
{
    return (!v->end[0] || strcmp(v->end, "completed") == 0
        || strcmp(v->end, "none") == 0)
        && !(n && n->error) && json_get(t->call, "error").type != JSON_OBJECT;
}

static void say_well(struct why_verdict *v, const struct notice *n)
{
    v->well = true;
    text_copy(v->cause, sizeof v->cause, v->open
        ? SLICE("Nothing has gone wrong so far.")
        : SLICE("Nothing went wrong: the call came to its end."));
    if (n) {
        v->number = n->number;
        text_fmt(v->cause, sizeof v->cause, "The call came to its end; Twilio "
            "wrote down a warning, %d: %s.", n->number, n->text);
    }
}

void why_judge(const struct why_told *t, struct why_verdict *v)
{
    const struct notice *n = told(t);
    char why[300], end[24];

    memset(v, 0, sizeof *v);
    json_copy(json_get(t->story, "why"), why, sizeof why);
    if (!why[0])
        json_copy(json_get(t->call, "error.message"), why, sizeof why);
    json_copy(json_get(t->story, "end"), end, sizeof end);
    memcpy(v->end, end, sizeof v->end);
    v->open = json_get(t->call, "ended").type == JSON_NULL;
    v->sip = sip_of(t, end);
    v->number = small(json_get(t->story, "number"));
    if (!v->number)
        v->number = small(json_get(t->call, "error.number"));
    if (say_refused(t, v))
        return;
    if (is_well(t, v, n)) {
        v->number = 0;
        say_well(v, n);
    } else if (say_known(v, refusals, COUNT(refusals), why)) {
        return;
    } else if (n && n->error && strcmp(v->end, "no_model") != 0) {
        say_notice(v, n);
    } else {
        say_end(t, v, why);
    }
    if (!v->cause[0])
        text_fmt(v->cause, sizeof v->cause, "The call ended with: %s.",
            why[0] ? why : "no reason that was written down");
    if (!v->remedy[0] && !v->well)
        text_copy(v->remedy, sizeof v->remedy, SLICE("Run concierge doctor."));
}
