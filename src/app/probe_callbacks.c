/* probe_callbacks.c - Twilio's callbacks through the public URL: twilio 6.
 *
 * Each door twice: rightly signed (2xx, else 15003) and wrongly (403).  The
 * calls they tell of do not exist, so nothing comes of them.
 */
#include "app/probe.h"

#include "app/doctor.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/form.h"
#include "twilio/sign.h"

#define ASK_WITHIN 15000        /* ms: twilio 2.1 */
#define CALL "CAd0c7000000000000000000000000d0c7"

static const char *const doors[] = {"/twilio-status", "/stream-status",
    "/amd-status"};
#define DOORS (sizeof doors / sizeof *doors)

struct callbacks_probe {
    struct callback {
        struct probe_run *p;
        struct httpc_call *call;
        bool wrong;
        int status;
        char why[100];
    } ask[2 * DOORS];
    int pending;
};

/* twilio 6.1, 6.3, 6.2: the parameters that tell the doors apart. */
static void form(struct buf *b, const char *door, const char *account)
{
    form_adds(b, "AccountSid", account);
    form_adds(b, "CallSid", CALL);
    if (slice_starts(slice_str(door), "/twilio")) {
        form_adds(b, "CallStatus", "initiated");
        form_adds(b, "CallbackSource", "call-progress-events");
        form_adds(b, "SequenceNumber", "0");
        form_adds(b, "ApiVersion", "2010-04-01");
    } else if (slice_starts(slice_str(door), "/stream")) {
        form_adds(b, "StreamSid", "MZd0c7000000000000000000000000d0c7");
        form_adds(b, "StreamName", "doctor");
        form_adds(b, "StreamEvent", "stream-started");
        form_adds(b, "Timestamp", "2024-11-29T00:09:39.602648368Z");
    } else {
        form_adds(b, "AnsweredBy", "human");
        form_adds(b, "MachineDetectionDuration", "1200");
    }
}

static void judge(struct probe_run *p)
{
    const struct callbacks_probe *k = p->own;

    for (size_t i = 0; i < 2 * DOORS; i++) {
        char key[48];

        text_fmt(key, sizeof key, "%s%s", doors[i / 2], k->ask[i].wrong
            ? " wrong signature" : "");
        jsonw_kint(probe_seen(p), key, k->ask[i].status);
    }
    for (size_t i = 0; i < 2 * DOORS; i += 2) {
        const struct callback *c = &k->ask[i];

        if (c->status >= 200 && c->status < 300)
            continue;
        probe_remedy(p, "let the proxy pass %s on as it is; if \"twiml\" "
            "failed too, mend that first", doors[i / 2]);
        if (c->status)
            probe_fail(p, 15003, "%s, rightly signed, was answered %d %s",
                doors[i / 2], c->status, http_reason(c->status));
        else
            probe_fail(p, 15003, "%s got no answer: %s", doors[i / 2],
                c->why);
    }
    for (size_t i = 1; i < 2 * DOORS; i += 2)
        if (k->ask[i].status >= 200 && k->ask[i].status < 300) {
            probe_remedy(p, "let nothing answer for the server");
            probe_fail(p, 0, "%s let a wrong signature in (%d): anybody can "
                "pose as Twilio", doors[i / 2], k->ask[i].status);
        }
    probe_ok(p, "status, stream and AMD doors: 2xx signed, %d for a wrong "
        "signature", k->ask[1].status);
}

static void on_answer(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct callback *c = arg;
    struct probe_run *p = c->p;
    struct callbacks_probe *k = p->own;

    c->call = NULL;
    if (err)
        text_copy(c->why, sizeof c->why, slice_str(err->msg));
    else
        c->status = a->head->status;
    if (--k->pending == 0 && !probe_over(p))
        judge(p);
}

static void ask(struct probe_run *p, struct callback *c, const char *door)
{
    struct callbacks_probe *k = p->own;
    char url[CONF_TEXT + 32], known[CONF_TEXT + 32], mem[512], head[64],
        signature[SIGN_LEN + 1];
    struct buf body;
    struct err err = {0};
    struct httpc_request q = {.method = "POST", .timeout = ASK_WITHIN,
        .type = "application/x-www-form-urlencoded; charset=utf-8",
        .headers = head, .kind = ATTEMPT_WEBHOOK};

    buf_over(&body, mem, sizeof mem);
    form(&body, door, p->d->conf->twilio_account_sid);
    text_fmt(url, sizeof url, "%s%s", p->d->way, door);
    text_fmt(known, sizeof known, "%s%s", p->d->public_base, door);
    if (sign_make(c->wrong ? SLICE("not the token of this account")
        : slice_str(p->d->conf->twilio_auth_token), slice_str(known),
        buf_slice(&body), signature)) {
        text_copy(c->why, sizeof c->why, SLICE("it cannot be signed"));
        return;
    }
    text_fmt(head, sizeof head, "X-Twilio-Signature: %s\r\n", signature);
    q.url = slice_str(url);
    q.body = buf_slice(&body);
    c->call = httpc_start(doctor_twilio(p->d), &q, on_answer, c, &err);
    if (c->call)
        k->pending++;
    else
        text_copy(c->why, sizeof c->why, slice_str(err.msg));
}

static void start(struct probe_run *p)
{
    struct callbacks_probe *k;

    if (!probe_has(p, PROBE_PUBLIC | PROBE_SERVER | PROBE_TOKEN))
        return;
    p->own = k = mem_new(sizeof *k);
    if (!k) {
        probe_fail(p, 0, "no memory");
        return;
    }
    for (size_t i = 0; i < 2 * DOORS; i++) {
        k->ask[i].p = p;
        k->ask[i].wrong = i & 1;
        ask(p, &k->ask[i], doors[i / 2]);
    }
    if (!k->pending)
        judge(p);
}

static void stop(struct probe_run *p)
{
    struct callbacks_probe *k = p->own;

    if (!k)
        return;
    for (size_t i = 0; i < 2 * DOORS; i++)
        if (k->ask[i].call)
            httpc_cancel(k->ask[i].call);
    mem_drop(k);
    p->own = NULL;
}

const struct probe probe_callbacks = {"callbacks", "tls", NULL, 20000, 15003,
    start, stop};
