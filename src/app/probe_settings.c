/* probe_settings.c - what the settings alone show: shapes, and addresses that
 * Twilio cannot reach.
 *
 * What conf.c refuses never comes here but through doctor_bad_settings.  All
 * findings are in `seen`; the gravest is the result.
 */
#include "app/probe.h"

#include <string.h>

#include "app/doctor.h"
#include "base/text.h"

struct finding {
    enum probe_status status;
    int number;                 /* 31904 goes with it when it is 11205 */
    const char *cause, *remedy;
};

struct findings {
    struct probe_run *p;
    struct finding worst;
    int count;
};

/* The first of the gravest is kept; all are seen. */
static void found(struct findings *f, enum probe_status status, int number,
    const char *cause, const char *remedy)
{
    jsonw_str(probe_seen(f->p), slice_str(cause));
    if (f->count++ == 0 || status > f->worst.status)
        f->worst = (struct finding){status, number, cause, remedy};
}

/* ---- Twilio ---- */

static bool real_twilio(const struct conf *c)
{
    return slice_find(slice_str(c->twilio_api_base), SLICE("twilio.com"))
        != SLICE_NPOS;
}

static bool is_hex(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (text_hexval(s.ptr[i]) < 0)
            return false;
    return s.len > 0;
}

static bool is_quoted(const char *s)
{
    size_t n = strlen(s);

    return n > 1 && (s[0] == '"' || s[0] == '\'') && s[n - 1] == s[0];
}

static void check_token(struct findings *f, const struct conf *c)
{
    struct slice token = slice_str(c->twilio_auth_token);

    if (!token.len)
        found(f, PROBE_FAIL, 20003, "TWILIO_AUTH_TOKEN is not set: no call "
            "can be made, and no signature of Twilio's checked",
            "copy the auth token from the start page of Twilio's console");
    else if (is_quoted(c->twilio_auth_token))
        found(f, PROBE_FAIL, 20003, "TWILIO_AUTH_TOKEN has quotes around it, "
            "which are part of the value here", "take the quotes away");
    else if (slice_starts(token, "AC") || slice_starts(token, "SK"))
        found(f, PROBE_FAIL, 20003, "TWILIO_AUTH_TOKEN holds a SID: tokens "
            "are 32 hex digits", "copy the auth token, not the SID");
    else if (real_twilio(c) && (token.len != 32 || !is_hex(token)))
        found(f, PROBE_FAIL, 20003, "TWILIO_AUTH_TOKEN is not 32 hex digits: "
            "a character is missing or one too many was copied",
            "copy it again; an API key's secret belongs into "
            "TWILIO_API_SECRET");
}

static void check_twilio(struct findings *f, const struct conf *c)
{
    if (!c->twilio_account_sid[0])
        found(f, PROBE_FAIL, 20003, "TWILIO_ACCOUNT_SID is not set",
            "copy the account SID, AC..., from Twilio's console");
    check_token(f, c);
    if (c->twilio_api_key[0] && !c->twilio_api_secret[0])
        found(f, PROBE_FAIL, 20003, "TWILIO_API_KEY is set and "
            "TWILIO_API_SECRET is not", "set both or neither");
    if (!c->twilio_phone_number[0])
        found(f, PROBE_FAIL, 21213, "TWILIO_PHONE_NUMBER is not set: calls "
            "have no number to come from", "set it to a number of the "
            "account, +15551230000");
    else if (slice_starts(slice_str(c->twilio_phone_number), "+1500555")
        && real_twilio(c))
        found(f, PROBE_FAIL, 20008, "TWILIO_PHONE_NUMBER is one of the magic "
            "numbers of Twilio's test credentials: no telephone rings",
            "use the live credentials and a number of the account");
    if (c->phone[0] && strcmp(c->phone, c->twilio_phone_number) == 0)
        found(f, PROBE_WARN, 0, "CONCIERGE_PHONE, for calling back, is the "
            "number calls come from", "set it to a telephone somebody "
            "answers");
}

static void check_model(struct findings *f, const struct conf *c)
{
    if (!c->openai_api_key[0])
        found(f, PROBE_FAIL, 0, "OPENAI_API_KEY is not set: no call can be "
            "talked", "make a key at platform.openai.com and set it");
    else if (is_quoted(c->openai_api_key))
        found(f, PROBE_FAIL, 0, "OPENAI_API_KEY has quotes around it, which "
            "are part of the value here", "take the quotes away");
    else if (!c->openai_base_url[0] && !c->realtime_url[0]
        && !slice_starts(slice_str(c->openai_api_key), "sk-"))
        found(f, PROBE_WARN, 0, "OPENAI_API_KEY does not begin with sk-",
            "copy the key again");
}

/* ---- the public address ---- */

static const char *const doors[] = {"/twiml", "/incoming-call",
    "/media-stream", "/twilio-status", "/stream-status", "/amd-status",
    "/ws-test", "/health"};

static void check_path(struct findings *f, struct slice path)
{
    for (size_t i = 0; i < sizeof doors / sizeof *doors; i++)
        if (slice_ends(path, doors[i])) {
            found(f, PROBE_FAIL, 11217, "PUBLIC_DOMAIN ends in the path of "
                "one of our doors, which would then stand there twice",
                "set PUBLIC_DOMAIN to the host alone");
            return;
        }
}

static void check_host(struct findings *f, struct slice host)
{
    struct sys_addr a;
    bool literal = sys_addr_parse(&a, host, 0) == 0;

    if (slice_chr(host, '_') != SLICE_NPOS)
        found(f, PROBE_FAIL, 11100, "the host in PUBLIC_DOMAIN has a _, which "
            "Twilio refuses", "give the host a name without _");
    if (f->p->d->opt.private)
        return;
    if (slice_iis(host, "localhost") || slice_ends(host, ".localhost"))
        found(f, PROBE_FAIL, 11205, "PUBLIC_DOMAIN is localhost, which for "
            "Twilio is a machine of its own", "start a tunnel, ngrok http "
            "8080, and set PUBLIC_DOMAIN to its address");
    else if (literal && sys_addr_private(&a))
        found(f, PROBE_FAIL, 11205, "PUBLIC_DOMAIN is a private address, "
            "which nobody outside can reach", "set it to the public name of "
            "a tunnel or proxy");
    else if (literal)
        found(f, PROBE_WARN, 11235, "PUBLIC_DOMAIN is an address: few "
            "authorities give certificates for those", "use a host name");
    else if (slice_chr(host, '.') == SLICE_NPOS)
        found(f, PROBE_FAIL, 11210, "PUBLIC_DOMAIN has no dot: it is a name "
            "of this net only", "set it to the whole public name");
}

static void check_public(struct findings *f, const struct doctor *d)
{
    if (d->conf->public_auto && !d->public_base[0]) {
        found(f, PROBE_FAIL, 11100, d->public_err.msg,
            "start it, ngrok http 8080, or set PUBLIC_DOMAIN to the address");
        return;
    }
    if (!d->public.host.ptr) {
        found(f, PROBE_FAIL, 11100, "PUBLIC_DOMAIN is not set: Twilio has no "
            "address to ask for TwiML", "set it to the host of a tunnel or "
            "proxy that leads to this server");
        return;
    }
    check_host(f, d->public.host);
    check_path(f, d->public.path);
    if (d->public.number != 443 && !d->opt.private)
        found(f, PROBE_WARN, 31910, "PUBLIC_DOMAIN names a port, and Twilio "
            "promises streams to port 443 alone", "let the proxy listen on "
            "443");
    if (d->conf->server_port == 0 && !d->opt.private)
        found(f, PROBE_WARN, 0, "SERVER_PORT is 0: a tunnel or proxy cannot "
            "know the port", "set it to a port");
}

/* ---- the rest ---- */

static void check_rest(struct findings *f, const struct doctor *d)
{
    const char *w;

    if (!d->local[0])
        found(f, PROBE_FAIL, d->server_err.code == ERR_AUTH ? 0 : 11200,
            d->server_err.msg,
            "end what has the port, or set SERVER_PORT, CONCIERGE_DIR or "
            "SERVER_URL to fit");
    for (size_t i = 0; (w = conf_warning(d->conf, i)) != NULL; i++)
        if (!d->opt.private || !strstr(w, "not encrypted"))
            found(f, PROBE_WARN, 0, w, "");
}

/* What was dropped from values without a word: BOM, blanks. */
static void tidied(struct probe_run *p, char *out, size_t cap)
{
    const char *name, *what;
    int n = 0;

    jsonw_karray(probe_seen(p), "tidied");
    for (size_t i = 0; (name = conf_tidied(p->d->conf, i, &what)); i++) {
        char text[80];

        if (!what)
            continue;
        text_fmt(text, sizeof text, "%s: %s", name, what);
        jsonw_str(probe_seen(p), slice_str(text));
        if (n++ == 0)
            text_fmt(out, cap, "; %s around %s dropped", what, name);
    }
    jsonw_end(probe_seen(p));
}

static void start(struct probe_run *p)
{
    struct findings f = {.p = p};
    const struct doctor *d = p->d;
    char more[128] = "";

    jsonw_kcstr(probe_seen(p), "public", d->public_base[0] ? d->public_base
        : NULL);
    jsonw_kcstr(probe_seen(p), "server", d->local[0] ? d->local : NULL);
    jsonw_kbool(probe_seen(p), "running", d->running);
    tidied(p, more, sizeof more);
    jsonw_karray(probe_seen(p), "problems");
    check_public(&f, d);
    check_twilio(&f, d->conf);
    check_model(&f, d->conf);
    check_rest(&f, d);
    jsonw_end(probe_seen(p));
    if (f.count == 0) {
        probe_ok(p, "%s, %s %s%s", d->public_base, d->running
            ? "with the server at" : "server started at", d->local, more);
        return;
    }
    probe_remedy(p, "%s", f.worst.remedy);
    if (f.worst.number == 11205)
        probe_stream_number(p, 31904);
    if (f.count > 1)
        text_fmt(more, sizeof more, " (and %d more: --json)", f.count - 1);
    if (f.worst.status == PROBE_FAIL)
        probe_fail(p, f.worst.number, "%s%s", f.worst.cause, more);
    else
        probe_warn(p, f.worst.number, "%s%s", f.worst.cause, more);
}

const struct probe probe_settings = {"settings", NULL, NULL, 5000, 0, start,
    NULL};

/* ---- settings that cannot be read ---- */

static const struct {
    const char *name;
    int number;
} numbers[] = {{"PUBLIC_", 11100}, {"TWILIO_ACCOUNT_SID", 20003},
    {"TWILIO_AUTH_TOKEN", 20003}, {"TWILIO_API_", 20003},
    {"TWILIO_PHONE_NUMBER", 21212}};

void doctor_bad_settings(const struct err *why, struct probe_result *r)
{
    memset(r, 0, sizeof *r);
    r->name = "settings";
    r->status = PROBE_FAIL;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (slice_starts(slice_str(why->msg), numbers[i].name))
            r->twilio = numbers[i].number;
    probe_clean(r->cause, sizeof r->cause, slice_str(why->msg));
    text_copy(r->remedy, sizeof r->remedy, SLICE("correct it; 'concierge "
        "help settings' tells what each setting takes"));
    buf_init(&r->seen, PROBE_SEEN);
}
