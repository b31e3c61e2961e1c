/* probe_rest.c - Twilio's REST as doctor asks it, and what its refusals mean:
 * twilio 3.4, 4.4.
 */
#include "app/probe_rest.h"

#include "base/text.h"
#include "twilio/errors.h"

#define ASK_WITHIN 8000         /* ms */
#define ANSWER_MAX (1u << 20)   /* bytes of a page of 100 */

enum rest_as rest_as_server(const struct conf *c)
{
    return c->twilio_api_key[0] ? REST_BY_KEY : REST_BY_TOKEN;
}

bool rest_ask_may(struct probe_run *p, const char *base)
{
    const struct conf *c = p->d->conf;
    struct url u;
    const char *why;
    size_t at;

    if (!c->twilio_account_sid[0]
        || (!c->twilio_auth_token[0] && !c->twilio_api_key[0]))
        probe_skip(p, "no credentials of Twilio's are set: see \"settings\"");
    else if (url_parse(slice_str(base), &u, &at, &why))
        probe_skip(p, "%s is no address: %s", base, why);
    else if (p->d->opt.offline && !doctor_near(u.host))
        probe_skip(p, "--offline: %.*s is not asked", SLICE_ARG(u.host));
    return !probe_over(p);
}

static void keep_refusal(struct rest_ask *a)
{
    struct json j;
    int64_t code = 0;
    char words[160];

    if (json_parse(buf_slice(&a->body), &j, NULL) == 0) {
        (void)json_i64(json_get(j, "code"), 0, 9999999, &code);
        if (json_copy(json_get(j, "message"), words, sizeof words))
            probe_clean(a->why, sizeof a->why, slice_str(words));
    }
    if (!a->why[0])
        text_copy(a->why, sizeof a->why, slice_str(http_reason(a->status)));
    a->code = code ? (int)code : a->status == 401 ? 20003
        : a->status == 403 ? 20403 : a->status == 404 ? 20404
        : a->status == 429 ? 20429 : a->status >= 500 ? 20500 : 0;
}

static void on_answer(void *arg, const struct httpc_answer *h,
    const struct err *err)
{
    struct rest_ask *a = arg;

    a->call = NULL;
    a->over = true;
    if (err) {
        probe_clean(a->why, sizeof a->why, slice_str(err->msg));
        a->done(a);
        return;
    }
    a->status = h->head->status;
    buf_add(&a->body, h->body);
    if (a->status != 200) {
        keep_refusal(a);
    } else if (json_parse(buf_slice(&a->body), &a->json, NULL)) {
        a->json = (struct json){JSON_ABSENT, {NULL, 0}, false};
        text_copy(a->why, sizeof a->why, SLICE("the answer is no JSON"));
    }
    a->done(a);
}

bool rest_ask(struct rest_ask *a, struct probe_run *p, enum rest_as as,
    const char *base, const char *path, void (*done)(struct rest_ask *a))
{
    const struct conf *c = p->d->conf;
    struct httpc_request q = {.method = "GET", .timeout = ASK_WITHIN,
        .max_answer = ANSWER_MAX, .kind = ATTEMPT_REST};
    struct err err = {0};
    char url[CONF_TEXT + 256];

    if (!text_fmt(url, sizeof url, "%s%s", base, path))
        return false;
    a->p = p;
    a->host = base;
    a->done = done;
    a->asked = true;
    a->status = 0;
    buf_init(&a->body, ANSWER_MAX);
    q.url = slice_str(url);
    q.user = slice_str(as == REST_BY_KEY ? c->twilio_api_key
        : c->twilio_account_sid);
    q.password = slice_str(as == REST_BY_KEY ? c->twilio_api_secret
        : c->twilio_auth_token);
    a->call = httpc_start(p->d->http, &q, on_answer, a, &err);
    if (a->call)
        return true;
    a->over = true;
    probe_clean(a->why, sizeof a->why, slice_str(err.msg));
    return false;
}

void rest_ask_stop(struct rest_ask *a)
{
    if (a->call)
        httpc_cancel(a->call);
    a->call = NULL;
    if (a->asked)
        buf_free(&a->body);
    a->asked = false;
}

const char *rest_ask_words(char *dst, size_t cap, const char *sentence)
{
    size_t n;

    text_copy(dst, cap, slice_str(sentence));
    n = slice_str(dst).len;
    if (n && dst[n - 1] == '.')
        dst[n - 1] = 0;
    /* Names stay as they are: "TLS ..." and "Twilio ..." */
    if (n > 1 && dst[0] >= 'A' && dst[0] <= 'Z' && (dst[1] == ' '
        || (dst[1] >= 'a' && dst[1] <= 'z'))
        && !slice_starts(slice_str(dst), "Twilio"))
        dst[0] = (char)(dst[0] | 32);
    return dst;
}

static void fail_stranger(struct probe_run *p, enum rest_as as)
{
    const char *region = "; a region's credentials work on its own host only "
        "(TWILIO_API_BASE)";

    if (as == REST_BY_KEY) {
        probe_remedy(p, "make an API key of this account anew, and set "
            "TWILIO_API_KEY and TWILIO_API_SECRET%s", region);
        probe_fail(p, 20003, "Twilio refuses TWILIO_API_KEY with its secret: "
            "mistyped, deleted, or another account's");
        return;
    }
    probe_remedy(p, "copy the live Account SID and Auth Token from the "
        "console again%s", region);
    probe_fail(p, 20003, "Twilio refuses TWILIO_ACCOUNT_SID with "
        "TWILIO_AUTH_TOKEN: mistyped, or a token that was replaced");
}

void rest_ask_fail(struct probe_run *p, const struct rest_ask *a,
    enum rest_as as)
{
    const struct twilio_error *e = errors_find(a->code);
    char words[PROBE_TEXT];

    if (!a->status) {
        probe_remedy(p, "let this machine reach %s, or correct the address",
            a->host);
        probe_fail(p, 0, "%s gives no answer: %s", a->host, a->why);
    } else if (a->status == 200) {
        probe_remedy(p, "take out what answers in the place of Twilio");
        probe_fail(p, 0, "%s gives no answer of Twilio's: %s", a->host,
            a->why);
    } else if (a->code == 20008) {
        probe_remedy(p, "set the live Account SID and Auth Token; the test "
            "pair makes no calls");
        probe_fail(p, 20008, "these are test credentials: nothing would "
            "ring");
    } else if (a->status == 401) {
        fail_stranger(p, as);
    } else if (a->code == 20404) {
        probe_remedy(p, "compare TWILIO_ACCOUNT_SID and TWILIO_API_BASE with "
            "the console");
        probe_fail(p, 20404, "there is no such account at %s", a->host);
    } else {
        probe_remedy(p, "%s", e ? rest_ask_words(words, sizeof words,
            e->remedy) : "look into the console");
        probe_fail(p, a->code, "%s answers %d: %s", a->host, a->status,
            a->why);
    }
}
