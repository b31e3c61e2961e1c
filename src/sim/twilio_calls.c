/* twilio_calls.c - the calls resource: the rules of the OpenAPI document, each
 * with the number Twilio refuses with (twilio 3.4, 4.2, 4.3).
 */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "codec/date.h"
#include "sim/twilio_rest.h"

#define PARAMS 60
#define TWIML_MAX 4000          /* characters of an inline Twiml: 32018 */

struct form {
    struct digest_pair pair[PARAMS];
    size_t pairs;
    struct buf room;
};

static int no(struct tw_refusal *why, int code, const char *fmt,
    struct slice value)
{
    char text[sizeof(why->text)];

    if (!value.ptr)
        value = SLICE("");
    text_fmt(text, sizeof(text), "%s%.*s", fmt, SLICE_ARG(slice_head(value,
        100)));
    *why = (struct tw_refusal){.status = 400, .code = code};
    text_copy(why->text, sizeof(why->text), slice_str(text));
    return 0;
}

/* ---- forms ---- */

static int read_form(struct form *f, struct slice in, struct tw_refusal *why)
{
    struct digest_pair p;
    int more;

    f->pairs = 0;
    buf_init(&f->room, in.len + 1);
    buf_room(&f->room, in.len + 1);
    while ((more = wire_form(&in, &f->room, &p.name, &p.value)) > 0) {
        if (f->pairs == PARAMS)
            return no(why, 20001, "too many parameters", (struct slice){0});
        if (!wire_utf8(p.value))
            return no(why, 20001, "not UTF-8: ", p.name);
        f->pair[f->pairs++] = p;
    }
    return more == 0 ? 1 : no(why, 20001, "malformed body",
        (struct slice){0});
}

static struct slice get(const struct form *f, const char *name)
{
    for (size_t i = 0; i < f->pairs; i++)
        if (slice_is(f->pair[i].name, name))
            return f->pair[i].value;
    return (struct slice){0};
}

static bool among(struct slice word, const char *words)
{
    struct slice rest = slice_str(words);

    while (rest.ptr)
        if (slice_eq(slice_cut(&rest, ' '), word))
            return true;
    return false;
}

/* Only what the resource knows, and only StatusCallbackEvent more than once. */
static int check_names(const struct form *f, const char *names,
    struct tw_refusal *why)
{
    for (size_t i = 0; i < f->pairs; i++) {
        struct slice name = f->pair[i].name;

        if (!among(name, names))
            return no(why, 20001, "Unknown parameter: ", name);
        for (size_t k = 0; k < i; k++)
            if (slice_eq(f->pair[k].name, name)
                && !slice_ends(name, "CallbackEvent"))
                return no(why, 20001, "Parameter given twice: ", name);
    }
    return 1;
}

static int check_words(const struct form *f, const char *name,
    const char *words, int code, struct tw_refusal *why)
{
    struct slice v = get(f, name);

    return !v.ptr || among(v, words) ? 1 : no(why, code, "Invalid value: ",
        v);
}

static int check_range(const struct form *f, const char *name, int64_t lo,
    int64_t hi, int code, struct tw_refusal *why)
{
    struct slice v = get(f, name);
    int64_t n;

    return !v.ptr || text_i64(v, lo, hi, &n) == 0 ? 1
        : no(why, code, "Invalid number: ", v);
}

static int check_url(const struct form *f, const char *name, int code,
    struct tw_refusal *why)
{
    struct slice v = get(f, name);

    return !v.ptr || tw_url_ok(v, "https", "http") ? 1
        : no(why, code, "Url is not a valid URL: ", v);
}

/* ---- create ---- */

static const char create_names[] = "To From Method FallbackUrl FallbackMethod "
    "StatusCallback StatusCallbackEvent StatusCallbackMethod SendDigits "
    "Timeout Record RecordingChannels RecordingStatusCallback "
    "RecordingStatusCallbackMethod SipAuthUsername SipAuthPassword "
    "MachineDetection MachineDetectionTimeout RecordingStatusCallbackEvent "
    "Trim CallerId MachineDetectionSpeechThreshold "
    "MachineDetectionSpeechEndThreshold MachineDetectionSilenceTimeout "
    "AsyncAmd AsyncAmdStatusCallback AsyncAmdStatusCallbackMethod Byoc "
    "CallReason CallToken RecordingTrack TimeLimit ClientNotificationUrl Url "
    "Twiml ApplicationSid";

/* "+15551230000" */
static bool is_e164(struct slice s)
{
    if (s.len < 3 || s.len > 16 || s.ptr[0] != '+' || s.ptr[1] == '0')
        return false;
    for (size_t i = 1; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return true;
}

/* Twilio's magic numbers, each refused in its way (twilio 4.4). */
static int check_magic(struct slice to, struct tw_refusal *why)
{
    static const struct {
        const char *to;
        int code;
        const char *text;
    } magic[] = {
        {"+15005550001", 21217, "Phone number does not appear to be valid: "},
        {"+15005550002", 21214, "'To' phone number cannot be reached: "},
        {"+15005550003", 21215, "Account not authorized to call: "},
        {"+15005550004", 21216, "Account not allowed to call: "},
    };

    for (size_t i = 0; i < sizeof(magic) / sizeof(*magic); i++)
        if (slice_is(to, magic[i].to))
            return no(why, magic[i].code, magic[i].text, to);
    return 1;
}

static int check_numbers(const struct sim_twilio *t, const struct form *f,
    struct tw_refusal *why)
{
    struct slice to = get(f, "To"), from = get(f, "From");

    if (!to.len)
        return no(why, 21201, "No 'To' number is specified", to);
    if (!from.len)
        return no(why, 21213, "No 'From' number is specified", from);
    if (!is_e164(to))
        return no(why, 21211, "Invalid 'To' Phone Number: ", to);
    if (slice_starts(to, "+1900") || slice_starts(to, "+1976"))
        return no(why, 21202, "A premium number: ", to);
    if (!is_e164(from))
        return no(why, 21212, "Invalid 'From' Phone Number: ", from);
    if (slice_eq(to, from))
        return no(why, 21211, "'To' and 'From' are the same: ", to);
    if (!check_magic(to, why))
        return 0;
    return slice_is(from, t->conf.number) ? 1
        : no(why, 21210, "The source phone number is not yours: ", from);
}

static size_t characters(struct slice s)
{
    size_t n = 0;

    for (size_t i = 0; i < s.len; i++)
        n += (s.ptr[i] & 0xc0) != 0x80;
    return n;
}

static int check_document(const struct form *f, struct tw_refusal *why)
{
    struct slice url = get(f, "Url"), twiml = get(f, "Twiml");

    if (get(f, "ApplicationSid").ptr)
        return no(why, 21218, "ApplicationSid is not valid: ",
            get(f, "ApplicationSid"));
    if (!url.ptr && !twiml.ptr)
        return no(why, 21205, "Url parameter is required", url);
    if (!check_url(f, "Url", 21205, why))
        return 0;
    return characters(twiml) <= TWIML_MAX ? 1
        : no(why, 32018, "Twiml is longer than 4000 characters",
            (struct slice){0});
}

static bool digits_ok(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!s.ptr[i] || !strchr("0123456789ABCD#*wW", s.ptr[i]))
            return false;
    return s.len > 0 && s.len <= 32;
}

static int check_callback(const struct form *f, struct tw_refusal *why)
{
    struct slice url = get(f, "StatusCallback"), host;

    if (!check_url(f, "StatusCallback", 21609, why))
        return 0;
    host = slice_from(url, url.ptr ? slice_find(url, SLICE("://")) + 3 : 0);
    host = slice_head(host, slice_chr(host, '/'));
    if (slice_chr(host, '_') != SLICE_NPOS)
        return no(why, 21609, "An underscore in the host of: ", url);
    for (size_t i = 0; i < f->pairs; i++)
        if (slice_is(f->pair[i].name, "StatusCallbackEvent")
            && !among(f->pair[i].value,
            "initiated ringing answered completed"))
            return no(why, 21626, "Invalid StatusCallbackEvent: ",
                f->pair[i].value);
    return 1;
}

static int check_machine(const struct form *f, struct tw_refusal *why)
{
    return check_words(f, "MachineDetection", "Enable DetectMessageEnd", 21234,
            why)
        && check_range(f, "MachineDetectionTimeout", 3, 59, 21234, why)
        && check_range(f, "MachineDetectionSpeechThreshold", 1000, 6000, 21234,
            why)
        && check_range(f, "MachineDetectionSpeechEndThreshold", 500, 5000,
            21234, why)
        && check_range(f, "MachineDetectionSilenceTimeout", 2000, 10000, 21234,
            why)
        && check_words(f, "AsyncAmd", "true false", 21234, why)
        && check_url(f, "AsyncAmdStatusCallback", 21205, why);
}

static int check_create(const struct sim_twilio *t, const struct form *f,
    struct tw_refusal *why)
{
    struct slice digits = get(f, "SendDigits");

    if (!check_names(f, create_names, why) || !check_numbers(t, f, why)
        || !check_document(f, why) || !check_callback(f, why)
        || !check_machine(f, why))
        return 0;
    if (digits.ptr && !digits_ok(digits))
        return no(why, 21206, "Invalid SendDigits: ", digits);
    return check_range(f, "Timeout", 1, 600, 21208, why)
        && check_range(f, "TimeLimit", 1, 86400, 20001, why)
        && check_words(f, "Method", "GET POST", 21209, why)
        && check_words(f, "FallbackMethod", "GET POST", 21209, why)
        && check_words(f, "StatusCallbackMethod", "GET POST", 21209, why)
        && check_words(f, "AsyncAmdStatusCallbackMethod", "GET POST", 21209,
            why)
        && check_words(f, "Record", "true false", 20001, why)
        && check_words(f, "RecordingChannels", "mono dual", 20001, why)
        && check_words(f, "RecordingTrack", "inbound outbound both", 20001,
            why)
        && check_words(f, "Trim", "trim-silence do-not-trim", 20001, why)
        && check_url(f, "FallbackUrl", 21205, why);
}

static int64_t number_or(const struct form *f, const char *name, int64_t usual)
{
    int64_t n = usual;

    text_i64(get(f, name), 0, 1000000, &n);
    return n;
}

static unsigned events(const struct form *f)
{
    static const char *const name[] = {"initiated", "ringing", "answered",
        "completed"};
    unsigned all = 0;

    for (size_t i = 0; i < f->pairs; i++)
        for (unsigned e = 0; e < 4; e++)
            if (slice_is(f->pair[i].name, "StatusCallbackEvent")
                && slice_is(f->pair[i].value, name[e]))
                all |= 1u << e;
    return all ? all : TW_COMPLETED;
}

static void take(char to[static TW_URL], bool *by_get, const struct form *f,
    const char *name, const char *method)
{
    if (get(f, name).ptr)
        text_copy(to, TW_URL, get(f, name));
    if (get(f, method).ptr)
        *by_get = slice_is(get(f, method), "GET");
}

static int fill(struct tw_call *c, const struct form *f)
{
    struct slice twiml = get(f, "Twiml");
    size_t before = 0;

    text_copy(c->to, sizeof(c->to), get(f, "To"));
    text_copy(c->from, sizeof(c->from), get(f, "From"));
    for (size_t i = 0; i < c->t->calls; i++)
        before += strcmp(c->t->call[i]->to, c->to) == 0;
    tw_call_sid(c->t, c->to, before, c->sid);
    take(c->url, &c->get, f, "Url", "Method");
    take(c->fallback, &c->fallback_get, f, "FallbackUrl", "FallbackMethod");
    take(c->callback, &c->callback_get, f, "StatusCallback",
        "StatusCallbackMethod");
    take(c->amd_url, &c->amd_get, f, "AsyncAmdStatusCallback",
        "AsyncAmdStatusCallbackMethod");
    c->detect = get(f, "MachineDetection").len && !get(f, "SendDigits").len;
    c->detect_async = slice_is(get(f, "AsyncAmd"), "true");
    c->events = events(f);
    c->timeout = number_or(f, "Timeout", 60);
    c->limit = number_or(f, "TimeLimit", 14400);
    if (!twiml.ptr)
        return 0;
    c->twiml = mem_new(twiml.len + 1);
    if (c->twiml)
        memcpy(c->twiml, twiml.ptr, twiml.len);
    return c->twiml ? 0 : -1;
}

int tw_rest_create(struct sim_twilio *t, struct slice body, struct buf *out,
    struct tw_refusal *why)
{
    struct tw_call *c = NULL;
    struct form f;
    int good = read_form(&f, body, why) && check_create(t, &f, why);

    if (good && get(&f, "Url").ptr && get(&f, "Twiml").ptr)
        tw_judge(t, NULL, 32019, true, "both Url and Twiml: Url wins");
    if (good)
        c = tw_call_new(t);
    if (good && (!c || fill(c, &f)))
        good = no(why, 10004, "Call concurrency limit exceeded",
            (struct slice){0});
    buf_free(&f.room);
    if (!good)
        return 0;
    tw_rest_show(c, out);
    tw_call_dial(c);
    return 201;
}

void tw_rest_twin(struct sim_twilio *t)
{
    const struct tw_call *first = t->call[t->calls - 1];
    struct tw_call *c = tw_call_new(t);

    if (!c)
        return;
    text_copy(c->to, sizeof(c->to), slice_str(first->to));
    text_copy(c->from, sizeof(c->from), slice_str(first->from));
    c->phase = TW_OVER;
    c->status = "completed";
    c->started = c->ended = c->created;
    c->twin = c->told_over = true;
    tw_note(t, "another program of this account rings %s too", c->to);
}

/* ---- show and list ---- */

static void add_text(struct buf *b, const char *name, const char *value)
{
    buf_addf(b, "\"%s\":", name);
    if (value)
        jread_quote(b, slice_str(value));
    else
        buf_adds(b, "null");
    buf_adds(b, ",");
}

/* The zone is written +0000 here, GMT in callbacks: twilio_calls_openapi. */
static void add_date(struct buf *b, const char *name, int64_t wall)
{
    if (!wall) {
        add_text(b, name, NULL);
        return;
    }
    buf_addf(b, "\"%s\":\"", name);
    date_add_rfc2822(b, wall);
    b->len -= sizeof("GMT") - 1;
    buf_adds(b, "+0000\",");
}

static void add_parts(struct buf *b, const char *uri)
{
    static const char *const part[] = {"notifications", "recordings",
        "payments", "events", "siprec", "streams", "transcriptions",
        "user_defined_messages", "user_defined_message_subscriptions"};
    static const char *const name[] = {"Notifications", "Recordings",
        "Payments", "Events", "Siprec", "Streams", "Transcriptions",
        "UserDefinedMessages", "UserDefinedMessageSubscriptions"};

    buf_adds(b, "\"subresource_uris\":{");
    for (size_t i = 0; i < sizeof(part) / sizeof(*part); i++)
        buf_addf(b, "%s\"%s\":\"%s/%s.json\"", i ? "," : "", part[i], uri,
            name[i]);
    buf_adds(b, "}");
}

/* twilio 4.3: every scalar is a string or null. */
void tw_rest_show(const struct tw_call *c, struct buf *b)
{
    bool over = c->phase == TW_OVER;
    char uri[160], n[24];

    text_fmt(uri, sizeof(uri), "/2010-04-01/Accounts/%s/Calls/%s",
        c->t->conf.account_sid, c->sid);
    text_fmt(n, sizeof(n), "%d", c->started && c->ended
        ? (int)((c->ended - c->started + 999) / 1000) : 0);
    buf_adds(b, "{");
    add_text(b, "sid", c->sid);
    add_text(b, "account_sid", c->t->conf.account_sid);
    add_text(b, "to", c->to);
    add_text(b, "to_formatted", c->to);
    add_text(b, "from", c->from);
    add_text(b, "from_formatted", c->from);
    add_text(b, "status", c->status);
    add_text(b, "direction", c->inbound ? "inbound" : "outbound-api");
    add_text(b, "api_version", "2010-04-01");
    add_date(b, "date_created", c->phase == TW_NEW ? 0 : c->created);
    add_date(b, "date_updated", c->phase == TW_NEW ? 0 : over ? c->ended
        : c->created);
    add_date(b, "start_time", c->started);
    add_date(b, "end_time", c->ended);
    add_text(b, "duration", over ? n : NULL);
    add_text(b, "price", NULL);
    add_text(b, "price_unit", "USD");
    add_text(b, "queue_time", "0");
    add_text(b, "answered_by", !c->detected ? NULL : c->script->answered_by
        ? c->script->answered_by : "human");
    add_text(b, "parent_call_sid", NULL);
    add_text(b, "phone_number_sid", "PN0123456789abcdef0123456789abcdef");
    add_text(b, "group_sid", NULL);
    add_text(b, "trunk_sid", NULL);
    add_text(b, "forwarded_from", NULL);
    add_text(b, "caller_name", NULL);
    buf_addf(b, "\"uri\":\"%s.json\",", uri);
    add_parts(b, uri);
    buf_adds(b, "}");
}

/* A day of GMT, or a moment.  The span of ms it covers. */
static int moment(struct slice s, int64_t *from, int64_t *to)
{
    struct date d;
    int offset;

    if (date_parse(s, &d) == 0) {
        *from = date_days(d) * 86400000;
        *to = *from + 86400000;
        return 0;
    }
    if (date_parse_rfc3339(s, from, &offset))
        return -1;
    *to = *from + 1000;
    return 0;
}

/* A call that has not begun stands at the moment it was made. */
static bool in_time(int64_t at, struct slice name, struct slice value)
{
    int64_t from = 0, to = 0;

    moment(value, &from, &to);
    if (slice_ends(name, "<"))
        return at < to;
    if (slice_ends(name, ">"))
        return at >= from;
    return at >= from && at < to;
}

static bool matches(const struct tw_call *c, const struct form *f)
{
    for (size_t i = 0; i < f->pairs; i++) {
        struct slice name = f->pair[i].name, v = f->pair[i].value;

        if (slice_is(name, "To") && !slice_is(v, c->to))
            return false;
        if (slice_is(name, "From") && !slice_is(v, c->from))
            return false;
        if (slice_is(name, "Status") && !slice_is(v, c->status))
            return false;
        if (slice_is(name, "ParentCallSid"))
            return false;
        if (slice_starts(name, "StartTime")
            && !in_time(c->started ? c->started : c->created, name, v))
            return false;
        if (slice_starts(name, "EndTime")
            && (!c->ended || !in_time(c->ended, name, v)))
            return false;
    }
    return true;
}

static int check_list(const struct form *f, struct tw_refusal *why)
{
    if (!check_names(f, "To From ParentCallSid Status StartTime StartTime< "
            "StartTime> EndTime EndTime< EndTime> PageSize Page PageToken",
            why)
        || !check_words(f, "Status", "queued ringing in-progress completed "
            "busy failed no-answer canceled", 20001, why)
        || !check_range(f, "PageSize", 1, 1000, 20001, why)
        || !check_range(f, "Page", 0, 1000000, 20001, why))
        return 0;
    for (size_t i = 0; i < f->pairs; i++) {
        int64_t a, b;

        if ((slice_starts(f->pair[i].name, "StartTime")
            || slice_starts(f->pair[i].name, "EndTime"))
            && moment(f->pair[i].value, &a, &b))
            return no(why, 20001, "Invalid time: ", f->pair[i].value);
    }
    return 1;
}

static void add_page_uri(struct buf *out, const struct sim_twilio *t,
    const char *name, int64_t page, int64_t size, bool there)
{
    if (there)
        buf_addf(out, ",\"%s\":\"/2010-04-01/Accounts/%s/Calls.json?PageSize="
            "%d&Page=%d\"", name, t->conf.account_sid, (int)size, (int)page);
    else
        buf_addf(out, ",\"%s\":null", name);
}

/* The newest first. */
int tw_rest_list(struct sim_twilio *t, struct slice query, struct buf *out,
    struct tw_refusal *why)
{
    struct form f;
    int good = read_form(&f, query, why) && check_list(&f, why);
    int64_t size = good ? number_or(&f, "PageSize", 50) : 0;
    int64_t page = good ? number_or(&f, "Page", 0) : 0, seen = 0, shown = 0;

    buf_adds(out, "{\"calls\":[");
    for (size_t i = t->calls; good && i-- > 0;) {
        if (!matches(t->call[i], &f))
            continue;
        if (seen >= page * size && shown < size) {
            if (shown++)
                buf_adds(out, ",");
            tw_rest_show(t->call[i], out);
        }
        seen++;
    }
    buf_free(&f.room);
    buf_addf(out, "],\"page\":%d,\"page_size\":%d,\"start\":%d,\"end\":%d",
        (int)page, (int)size, (int)(page * size), (int)(page * size + (shown
        ? shown - 1 : 0)));
    add_page_uri(out, t, "uri", page, size, true);
    add_page_uri(out, t, "first_page_uri", 0, size, true);
    add_page_uri(out, t, "previous_page_uri", page - 1, size, page > 0);
    add_page_uri(out, t, "next_page_uri", page + 1, size,
        seen > (page + 1) * size);
    buf_adds(out, "}");
    return good ? 200 : 0;
}

/* ---- update ---- */

static int check_update(const struct tw_call *c, const struct form *f,
    struct tw_refusal *why)
{
    struct slice status = get(f, "Status");

    if (!check_names(f, "Url Method Status FallbackUrl FallbackMethod "
            "StatusCallback StatusCallbackMethod Twiml TimeLimit", why)
        || !check_words(f, "Status", "completed canceled", 20001, why)
        || !check_words(f, "Method", "GET POST", 21209, why)
        || !check_url(f, "Url", 21205, why)
        || !check_url(f, "FallbackUrl", 21205, why)
        || !check_callback(f, why)
        || !check_range(f, "TimeLimit", 1, 86400, 20001, why))
        return 0;
    if (!f->pairs)
        return no(why, 20001, "Nothing to update", status);
    if (c->phase == TW_OVER)
        return no(why, 21220, "Call is not in-progress. Cannot redirect.",
            (struct slice){0});
    if (slice_is(status, "canceled") && c->phase == TW_UP)
        return no(why, 21220, "A call in progress cannot be canceled",
            (struct slice){0});
    if (get(f, "Url").ptr && get(f, "Twiml").ptr)
        return no(why, 20001, "Url and Twiml exclude each other",
            (struct slice){0});
    if ((get(f, "Url").ptr || get(f, "Twiml").ptr) && c->phase != TW_UP)
        return no(why, 21220, "Call is not in-progress. Cannot redirect.",
            (struct slice){0});
    return characters(get(f, "Twiml")) <= TWIML_MAX ? 1
        : no(why, 32018, "Twiml is longer than 4000 characters",
            (struct slice){0});
}

static void apply(struct tw_call *c, const struct form *f)
{
    struct slice status = get(f, "Status"), twiml = get(f, "Twiml");

    take(c->fallback, &c->fallback_get, f, "FallbackUrl", "FallbackMethod");
    take(c->callback, &c->callback_get, f, "StatusCallback",
        "StatusCallbackMethod");
    if (get(f, "TimeLimit").ptr) {
        c->limit = number_or(f, "TimeLimit", c->limit);
        if (c->phase == TW_UP)
            loop_at(c->t->loop, &c->timer, c->up_at + c->limit * 1000);
    }
    if (slice_is(status, "completed") && c->phase == TW_UP)
        tw_call_end(c, "completed");
    else if (status.ptr)
        tw_call_cancel(c);
    else if (twiml.ptr || get(f, "Url").ptr) {
        take(c->url, &c->get, f, "Url", "Method");
        tw_call_replace(c, c->url, c->get, twiml);
    }
}

int tw_rest_update(struct tw_call *c, struct slice body, struct buf *out,
    struct tw_refusal *why)
{
    struct form f;
    int good = read_form(&f, body, why) && check_update(c, &f, why);

    if (good)
        apply(c, &f);
    buf_free(&f.room);
    if (!good)
        return 0;
    tw_rest_show(c, out);
    return 200;
}
