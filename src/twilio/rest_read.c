/* rest_read.c - what Twilio's REST interface answers: twilio 4.3, 4.4. */
#include "twilio/rest.h"

#include "base/text.h"
#include "codec/date.h"
#include "codec/json.h"
#include "twilio/errors.h"

#define SHOWN 60                /* bytes shown of an answer that is no JSON */
#define PHONE_DIGITS 7          /* so many in a row are taken for a number */

static int64_t when(struct json v)
{
    char text[48];
    int64_t ms;

    if (!json_copy(v, text, sizeof text)
        || date_parse_rfc2822(slice_str(text), &ms) || ms < 0)
        return -1;              /* no date, or none of a telephone call */
    return ms;
}

/* Numbers come as strings; one that comes as a number is taken too. */
static int64_t number(struct json v)
{
    int64_t n;

    if (v.type == JSON_STRING && text_i64(v.text, 0, INT64_MAX, &n) == 0)
        return n;
    return json_i64(v, 0, INT64_MAX, &n) ? -1 : n;
}

static const struct rest_call nothing = {.created = -1, .start = -1,
    .end = -1, .duration = -1, .queue_ms = -1};

static int fill(struct json v, struct rest_call *c, const char **why)
{
    *c = nothing;
    *why = "the answer is no call";
    if (v.type != JSON_OBJECT)
        return -1;
    *why = "the call has no sid";
    if (!json_copy(json_get(v, "sid"), c->sid, sizeof c->sid) || !c->sid[0])
        return -1;
    json_copy(json_get(v, "status"), c->status, sizeof c->status);
    json_copy(json_get(v, "to"), c->to, sizeof c->to);
    json_copy(json_get(v, "from"), c->from, sizeof c->from);
    json_copy(json_get(v, "direction"), c->direction, sizeof c->direction);
    json_copy(json_get(v, "answered_by"), c->answered_by,
        sizeof c->answered_by);
    json_copy(json_get(v, "price"), c->price, sizeof c->price);
    json_copy(json_get(v, "price_unit"), c->price_unit, sizeof c->price_unit);
    c->created = when(json_get(v, "date_created"));
    c->start = when(json_get(v, "start_time"));
    c->end = when(json_get(v, "end_time"));
    c->duration = number(json_get(v, "duration"));
    c->queue_ms = number(json_get(v, "queue_time"));
    return 0;
}

int rest_read_call(struct slice body, struct rest_call *c, const char **why)
{
    struct json_fault fault;
    struct json v;

    if (json_parse(body, &v, &fault)) {
        *c = nothing;
        *why = fault.why;
        return -1;
    }
    return fill(v, c, why);
}

int rest_read_list(struct slice body, struct rest_call *c, size_t cap,
    bool *more, const char **why)
{
    struct json_walk walk = {.of = {.type = JSON_ABSENT}};
    struct json_fault fault;
    struct slice key;
    struct json page, v;
    size_t n = 0;

    *more = false;
    if (json_parse(body, &page, &fault)) {
        *why = fault.why;
        return -1;
    }
    walk.of = json_get(page, "calls");
    if (walk.of.type != JSON_ARRAY) {
        *why = "the answer is no list of calls";
        return -1;
    }
    while (json_next(&walk, &key, &v)) {
        if (n == cap) {
            *more = true;
            return (int)n;
        }
        if (fill(v, &c[n++], why))
            return -1;
    }
    *more = json_get(page, "next_page_uri").type == JSON_STRING;
    return (int)n;
}

/* Twilio's messages may name the number called; all but its last four digits
 * go, since messages are logged.  They are also shown on terminals, so control
 * bytes go too. */
static void mask(char *s)
{
    while (*s) {
        size_t n = 0;

        if ((unsigned char)*s < ' ' || *s == 0x7f)
            *s = ' ';
        while (s[n] >= '0' && s[n] <= '9')
            n++;
        for (size_t i = 0; n >= PHONE_DIGITS && i + 4 < n; i++)
            s[i] = '*';
        s += n ? n : 1;
    }
}

/* What was said instead of JSON, by a proxy perhaps: one line of it. */
static void foreign(int status, struct slice body, struct err *err)
{
    char text[SHOWN + 1];
    size_t n = 0;

    for (size_t i = 0; i < body.len && n < SHOWN; i++)
        if (body.ptr[i] > 0x20 && body.ptr[i] < 0x7f)
            text[n++] = (char)body.ptr[i];
        else if (n && text[n - 1] != ' ')
            text[n++] = ' ';
    text[n] = 0;
    mask(text);
    fail(err, ERR_REMOTE, "HTTP %d, and not from Twilio's API: \"%s\"", status,
        text);
}

static enum err_code sort(int status, int number)
{
    switch (number) {
    case 20003: case 20005: case 20006: case 20008: case 20010: case 20403:
        return ERR_AUTH;
    case 20429: case 10004:
        return ERR_BUSY;
    case 0:
        return status == 401 || status == 403 ? ERR_AUTH
            : status == 429 ? ERR_BUSY : ERR_REMOTE;
    }
    return status == 429 ? ERR_BUSY : ERR_REMOTE;
}

void rest_read_error(int status, struct slice body, struct err *err)
{
    const struct twilio_error *known;
    char text[128];
    struct json v;
    int number = 0;
    int64_t n;

    if (json_parse(body, &v, NULL) || v.type != JSON_OBJECT) {
        foreign(status, body, err);
        err->code = sort(status, 0);
        err->sys = status;
        return;
    }
    if (json_i64(json_get(v, "code"), 1, 999999, &n) == 0)
        number = (int)n;
    known = number ? errors_find(number) : NULL;
    json_copy(json_get(v, "message"), text, sizeof text);
    if (!text[0])
        text_copy(text, sizeof text, slice_str(known ? known->meaning
            : "no message"));
    mask(text);
    if (number)
        fail(err, sort(status, number), "Twilio %d: %s%s%s", number, text,
            known ? " - " : "", known ? known->remedy : "");
    else
        fail(err, sort(status, 0), "Twilio, HTTP %d: %s", status, text);
    err->sys = number ? number : status;
}
