/* doctor.c - the command: which probes there are, their lines, the verdict. */
#include "app/cmd.h"
#include "app/doctor.h"
#include "app/probe.h"
#include "app/term.h"

#include <string.h>

#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/asked.h"

#define INTERRUPTED 130
#define LINE_MAX (PROBE_SEEN + 4096)    /* bytes of one result */

const struct probe *const probes[] = {
    &probe_settings, &probe_clock, &probe_dns, &probe_tcp, &probe_tls,
    &probe_tunnel, &probe_twiml, &probe_upgrade, &probe_stream,
    &probe_callbacks, &probe_twilio, &probe_errors, &probe_model, &probe_chat,
    &probe_webhook, &probe_disk, &probe_limits, NULL,
};

const char doctor_help[] =
    "One line a probe: what was measured, or Twilio's error number, the cause "
    "and\nthe remedy.  Starts the server itself when SERVER_PORT is free.\n"
    "\n"
    "  --only LIST         dns,tls,upgrade: these alone, as if what they need\n"
    "                      were well\n"
    "  --offline           ask nobody outside this machine and its net\n"
    "  --to NUMBER         may the account call that one?\n"
    "  --hold SECONDS      leave the stream idle for so long: finds timeouts\n"
    "  --private           a private address counts as public, any port too\n"
    "  --trust FILE        another root certificate, PEM\n"
    "  --json              one object a line, the last one the verdict\n"
    "\n"
    "Probes: settings clock dns tcp tls tunnel twiml upgrade stream callbacks\n"
    "twilio errors model chat webhook disk limits.  Exit status: 0 all is "
    "well,\n1 warnings, 2 failures.\n"
    "\n"
    "Examples:\n"
    "  concierge doctor --only tls,upgrade --json\n"
    "  concierge doctor --private --trust ca.pem --public-domain "
    "localhost:8443\n";

/* ---- the command ---- */

struct telling {
    bool json, colour;
    int count[4];               /* of each status */
    struct probe_result first;  /* what failed first, or else warned */
    bool any;
    int64_t began_us;
};

static void put(struct telling *t, const struct probe_result *r)
{
    static uint8_t mem[LINE_MAX];
    struct buf b;

    buf_over(&b, mem, sizeof mem);
    if (t->json)
        doctor_tell_json(&b, r);
    else
        doctor_tell(&b, r, t->colour);
    term_out(buf_slice(&b));
}

static void on_result(void *arg, const struct probe_result *r)
{
    struct telling *t = arg;
    bool bad = r->status == PROBE_WARN || r->status == PROBE_FAIL;

    t->count[r->status]++;
    if (bad && (!t->any || r->status > t->first.status)) {
        t->any = true;
        t->first = *r;
    }
    put(t, r);
}

/* What it all comes to, and the first thing to mend. */
static int verdict(struct telling *t)
{
    static uint8_t seen[256];
    struct probe_result r = t->first;
    struct jsonw w;

    buf_over(&r.seen, seen, sizeof seen);
    jsonw_begin(&w, &r.seen);
    jsonw_object(&w);
    for (int s = PROBE_OK; s <= PROBE_SKIP; s++)
        jsonw_kint(&w, probe_status_name((enum probe_status)s), t->count[s]);
    if (t->any)
        jsonw_kcstr(&w, "first", t->first.name);
    jsonw_end(&w);
    r.name = "verdict";
    r.us = sys_now_us() - t->began_us;
    r.status = t->count[PROBE_FAIL] ? PROBE_FAIL
        : t->count[PROBE_WARN] ? PROBE_WARN : PROBE_OK;
    if (t->json) {
        put(t, &r);
    } else {
        term_outf("\n%d passed, %d warned, %d failed, %d skipped", t->count[0],
            t->count[1], t->count[2], t->count[3]);
        term_outf(t->any ? "; begin with \"%s\"\n" : "\n", t->first.name);
    }
    return r.status == PROBE_FAIL ? 2 : r.status == PROBE_WARN ? 1 : 0;
}

static void telling_init(struct telling *t, bool json)
{
    const char *no = sys_getenv("NO_COLOR");

    memset(t, 0, sizeof *t);
    t->json = json;
    t->colour = !json && sys_isatty(1) && !(no && no[0]);
    t->began_us = sys_now_us();
}

int cmd_doctor(const struct conf *c, int argc, char **argv)
{
    static struct telling t;
    struct doctor_options o;
    struct err err = {0};
    bool json = cmd_flag(&argc, argv, "--json");
    const char *hold;
    uint64_t seconds = 0;
    int rc;

    doctor_options_init(&o);
    o.offline = cmd_flag(&argc, argv, "--offline");
    o.private = cmd_flag(&argc, argv, "--private");
    o.trust = cmd_option(&argc, argv, "--trust");
    o.only = cmd_option(&argc, argv, "--only");
    o.to = cmd_option(&argc, argv, "--to");
    hold = cmd_option(&argc, argv, "--hold");
    rc = cmd_rest(argc, argv, 0, 0);
    if (rc)
        return rc;
    if (hold && text_u64(slice_str(hold), 1, DOCTOR_HOLD_MAX, &seconds))
        return term_usage("--hold must be 1 to %d seconds, not \"%s\"",
            DOCTOR_HOLD_MAX, hold);
    o.hold_ms = (int64_t)seconds * 1000;
    if (o.to && !asked_number_ok(slice_str(o.to)))
        return term_usage("--to must be like +15551230000, not \"%s\"", o.to);
    /* What our own probes provoke in the server is no news. */
    if (c->log_level != LOG_DEBUG)
        log_setup(LOG_ERROR, c->log_json);
    telling_init(&t, json);
    rc = doctor_run(c, &o, on_result, &t, &err);
    if (rc > 0)
        return INTERRUPTED;
    if (rc < 0)
        return err.code == ERR_USAGE ? term_usage("doctor: %s", err.msg)
            : term_fail(&err);
    return verdict(&t);
}

int doctor_no_settings(int argc, char **argv, const struct err *why)
{
    static struct telling t;
    static struct probe_result r;

    telling_init(&t, cmd_flag(&argc, argv, "--json"));
    doctor_bad_settings(why, &r);
    on_result(&t, &r);
    return verdict(&t);
}
