/* attempts_json.c - an attempt as JSON: for its door and for the journal. */
#include "codec/date.h"
#include "net/attempts.h"

static const char *const kinds[] = {
    [ATTEMPT_NONE] = "other", [ATTEMPT_WEBHOOK] = "webhook",
    [ATTEMPT_UPGRADE] = "upgrade", [ATTEMPT_REST] = "rest",
    [ATTEMPT_MODEL] = "model",
};

#define KINDS ((int)(sizeof kinds / sizeof *kinds))

void attempts_write(struct jsonw *w, const struct attempt *at)
{
    jsonw_kcstr(w, "kind", kinds[at->kind]);
    jsonw_kint(w, "ms", at->ms);
    jsonw_kint(w, "status", at->status);
    jsonw_key(w, "number");
    if (at->number)
        jsonw_int(w, at->number);
    else
        jsonw_null(w);
    jsonw_kcstr(w, "peer", at->peer);
    jsonw_kcstr(w, "why", at->why);
    jsonw_kcstr(w, "first", at->first[0] ? at->first : NULL);
    jsonw_kcstr(w, "last", at->last[0] ? at->last : NULL);
    jsonw_key(w, "close");
    if (at->close) {
        jsonw_object(w);
        jsonw_kint(w, "code", at->close);
        jsonw_kcstr(w, "reason", at->close_why);
        jsonw_kcstr(w, "by", at->by_us ? "us" : "them");
        jsonw_end(w);
    } else {
        jsonw_null(w);
    }
    jsonw_kcstr(w, "head", at->head);
}

static int small(struct json v)
{
    int64_t n;

    return json_i64(v, -1, INT32_MAX, &n) ? 0 : (int)n;
}

int attempts_read(struct json rec, struct attempt *out)
{
    struct json kind = json_get(rec, "kind"), close = json_get(rec, "close");
    int offset;

    *out = (struct attempt){.kind = ATTEMPT_NONE};
    for (int k = ATTEMPT_WEBHOOK; k < KINDS; k++)
        if (json_is(kind, kinds[k]))
            out->kind = (enum attempt_kind)k;
    if (out->kind == ATTEMPT_NONE || date_parse_rfc3339(json_get(rec,
        "began").text, &out->at, &offset))
        return -1;
    if (json_i64(json_get(rec, "ms"), -1, INT64_MAX, &out->ms))
        out->ms = -1;
    out->status = small(json_get(rec, "status"));
    out->number = small(json_get(rec, "number"));
    out->close = small(json_get(close, "code"));
    out->by_us = json_is(json_get(close, "by"), "us");
    json_copy(json_get(close, "reason"), out->close_why,
        sizeof out->close_why);
    json_copy(json_get(rec, "call"), out->call, sizeof out->call);
    json_copy(json_get(rec, "peer"), out->peer, sizeof out->peer);
    json_copy(json_get(rec, "why"), out->why, sizeof out->why);
    json_copy(json_get(rec, "first"), out->first, sizeof out->first);
    json_copy(json_get(rec, "last"), out->last, sizeof out->last);
    json_copy(json_get(rec, "head"), out->head, sizeof out->head);
    return 0;
}
