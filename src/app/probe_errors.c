/* probe_errors.c - what Twilio wrote down about this account's calls of late,
 * each number explained once.
 *
 * Monitor's alerts tell most; the notifications of the calls tell the same to
 * a key that may not read alerts.  Both are asked, an event counts once.
 */
#include "app/probe_rest.h"

#include <string.h>

#include "app/doctor.h"
#include "base/mem.h"
#include "base/text.h"
#include "codec/date.h"
#include "twilio/errors.h"

#define HOUR INT64_C(3600000)
#define RECENT (24 * HOUR)      /* what is older is mended, one hopes */
#define LOOK_BACK (7 * 24 * HOUR)
#define APART 60000             /* ms */
#define KINDS 12                /* numbers that are told apart */
#define EVENTS 200              /* two pages */
#define PAGE 100

struct event {
    int number;
    int64_t at;
    char call[36];              /* "": of none */
};

struct kind {
    int number;
    int recent, older;
    int64_t last;               /* wall ms */
    char call[36];              /* of the last */
};

struct errors_probe {
    struct rest_ask alerts, notifications;
    int pending;
    struct event event[EVENTS];
    size_t events;
    size_t alerted;             /* of them from alerts */
    struct kind kind[KINDS];
    size_t kinds;
    int others;                 /* of what is no matter of calls */
};

/* ---- reading ---- */

/* A notification of what an alert told already: the same number for the same
 * call, their clocks a little apart. */
static bool known(const struct errors_probe *k, const struct event *e)
{
    for (size_t i = 0; i < k->alerted; i++) {
        int64_t apart = k->event[i].at - e->at;

        if (k->event[i].number == e->number && e->call[0]
            && strcmp(k->event[i].call, e->call) == 0
            && apart > -APART && apart < APART)
            return true;
    }
    return false;
}

/* The times that the two of them write. */
static bool read_time(struct json j, int64_t *at)
{
    char text[48];
    int offset;

    return json_copy(j, text, sizeof text)
        && (date_parse_rfc3339(slice_str(text), at, &offset) == 0
        || date_parse_rfc2822(slice_str(text), at) == 0);
}

static void take(struct errors_probe *k, const struct event *e)
{
    struct kind *x = k->kind;
    int64_t age = sys_wall() - e->at;

    if (age > LOOK_BACK || k->events == EVENTS || known(k, e))
        return;
    k->event[k->events++] = *e;
    /* A number nobody here knows is a message's, a video's ... or new: then
     * it is told when it belongs to a call. */
    if (!errors_find(e->number) && !slice_starts(slice_str(e->call), "CA")) {
        k->others++;
        return;
    }
    while (x < k->kind + k->kinds && x->number != e->number)
        x++;
    if (x == k->kind + KINDS) {
        k->others++;
        return;
    }
    if (x == k->kind + k->kinds) {
        *x = (struct kind){.number = e->number};
        k->kinds++;
    }
    x->recent += age <= RECENT;
    x->older += age > RECENT;
    if (e->at > x->last) {
        x->last = e->at;
        text_copy(x->call, sizeof x->call, slice_str(e->call));
    }
}

static void read_list(struct errors_probe *k, const struct rest_ask *a,
    const char *list, const char *when, const char *about)
{
    struct json_walk w = {.of = json_get(a->json, list)};
    struct json j;

    while (json_next(&w, NULL, &j)) {
        struct event e = {0};
        char number[12] = "";
        int64_t n = 0;

        if (!json_copy(json_get(j, "error_code"), number, sizeof number)
            || text_i64(slice_str(number), 1, 9999999, &n)
            || !read_time(json_get(j, when), &e.at))
            continue;
        e.number = (int)n;
        json_copy(json_get(j, about), e.call, sizeof e.call);
        take(k, &e);
    }
}

/* ---- telling ---- */

/* The latest first: it is what one has just seen happen. */
static void sort(struct errors_probe *k)
{
    for (size_t i = 1; i < k->kinds; i++)
        for (size_t j = i; j > 0 && k->kind[j].last > k->kind[j - 1].last;
            j--) {
            struct kind x = k->kind[j];

            k->kind[j] = k->kind[j - 1];
            k->kind[j - 1] = x;
        }
}

static void show(struct probe_run *p)
{
    struct errors_probe *k = p->own;
    struct jsonw *w = probe_seen(p);

    jsonw_karray(w, "errors");
    for (size_t i = 0; i < k->kinds; i++) {
        const struct kind *x = &k->kind[i];
        const struct twilio_error *e = errors_find(x->number);
        char stamp[SYS_STAMP_MAX];

        sys_stamp(stamp, x->last);
        jsonw_object(w);
        jsonw_kint(w, "number", x->number);
        jsonw_kint(w, "last_day", x->recent);
        jsonw_kint(w, "last_week", x->recent + x->older);
        jsonw_kcstr(w, "last", stamp);
        jsonw_kcstr(w, "call", x->call[0] ? x->call : NULL);
        jsonw_kcstr(w, "meaning", e ? e->meaning : NULL);
        jsonw_kcstr(w, "cause", e ? e->cause : NULL);
        jsonw_kcstr(w, "remedy", e ? e->remedy : NULL);
        jsonw_end(w);
    }
    jsonw_end(w);
    jsonw_kint(w, "of_other_things", k->others);
}

static const char *ago(char *dst, size_t cap, int64_t ms)
{
    if (ms < HOUR)
        text_fmt(dst, cap, "%d min ago", (int)(ms / 60000));
    else
        text_fmt(dst, cap, "%d h ago", (int)(ms / HOUR));
    return dst;
}

/* "31920 (what it means) 3 times, last 2 h ago: cause; also 11200 once" */
static void warn(struct probe_run *p)
{
    struct errors_probe *k = p->own;
    const struct kind *x = k->kind;
    const struct twilio_error *e = errors_find(x->number);
    char when[24], words[PROBE_TEXT], more[160] = "";
    size_t len = 0;

    for (size_t i = 1; i < k->kinds && len + 24 < sizeof more; i++)
        if (k->kind[i].recent) {
            text_fmt(more + len, sizeof more - len, "%s %d (%d)", len ? ","
                : "; also", k->kind[i].number, k->kind[i].recent);
            len = strlen(more);
        }
    ago(when, sizeof when, sys_wall() - x->last);
    probe_remedy(p, "%s", e ? rest_ask_words(words, sizeof words, e->remedy)
        : "look the number up in the console");
    probe_warn(p, x->number, "%s, %d time%s in 24 h, last %s: %s%s",
        e ? e->meaning : "a number that is not known here", x->recent,
        x->recent == 1 ? "" : "s", when, e ? rest_ask_words(words,
        sizeof words, e->cause) : "the console tells more", more);
}

static void judge(struct probe_run *p)
{
    struct errors_probe *k = p->own;
    int older = 0;

    if (k->alerts.status != 200 && k->notifications.status != 200) {
        rest_ask_fail(p, k->alerts.status ? &k->alerts : &k->notifications,
            rest_as_server(p->d->conf));
        return;
    }
    read_list(k, &k->alerts, "alerts", "date_generated", "resource_sid");
    k->alerted = k->events;
    read_list(k, &k->notifications, "notifications", "message_date",
        "call_sid");
    sort(k);
    show(p);
    for (size_t i = 0; i < k->kinds; i++)
        older += k->kind[i].older;
    if (k->kinds && k->kind[0].recent)
        warn(p);
    else if (older)
        probe_ok(p, "none in 24 h; %d in the week before, the last %d", older,
            k->kind[0].number);
    else
        probe_ok(p, "none in a week%s", k->alerts.status == 200 ? ""
            : " (notifications alone: this key may not read alerts)");
}

/* ---- asking ---- */

static void on_answer(struct rest_ask *a)
{
    struct errors_probe *k = a->p->own;

    if (--k->pending == 0)
        judge(a->p);
}

static bool may_ask_monitor(const struct doctor *d)
{
    struct url u;
    const char *why;
    size_t at;

    return url_parse(slice_str(d->conf->twilio_monitor_base), &u, &at, &why)
        == 0 && (!d->opt.offline || doctor_near(u.host));
}

static void start(struct probe_run *p)
{
    const struct conf *c = p->d->conf;
    enum rest_as as = rest_as_server(c);
    struct when since = date_civil(sys_wall() - LOOK_BACK, 0);
    const struct probe_result *who = doctor_result(p->d, "twilio");
    struct errors_probe *k;
    char path[200];

    /* Whoever is not let in has been told so. */
    if (who && who->status == PROBE_FAIL && (who->twilio == 20003
        || who->twilio == 20008 || who->twilio == 20404 || !who->twilio)) {
        probe_skip(p, "needs \"twilio\" to pass");
        return;
    }
    if (!rest_ask_may(p, c->twilio_api_base))
        return;
    p->own = k = mem_new(sizeof *k);
    if (!k) {
        probe_fail(p, 0, "no memory");
        return;
    }
    text_fmt(path, sizeof path, "/v1/Alerts?PageSize=%d&StartDate="
        "%04d-%02d-%02d", PAGE, since.date.year, since.date.month,
        since.date.day);
    if (may_ask_monitor(p->d) && rest_ask(&k->alerts, p, as,
        c->twilio_monitor_base, path, on_answer))
        k->pending++;
    text_fmt(path, sizeof path, "/2010-04-01/Accounts/%s/Notifications.json?"
        "PageSize=%d&MessageDate%%3E=%04d-%02d-%02d", c->twilio_account_sid,
        PAGE, since.date.year, since.date.month, since.date.day);
    if (rest_ask(&k->notifications, p, as, c->twilio_api_base, path,
        on_answer))
        k->pending++;
    if (!k->pending)
        judge(p);
}

static void stop(struct probe_run *p)
{
    struct errors_probe *k = p->own;

    if (!k)
        return;
    rest_ask_stop(&k->alerts);
    rest_ask_stop(&k->notifications);
    mem_drop(k);
    p->own = NULL;
}

const struct probe probe_errors = {"errors", NULL, "twilio", 15000, 0, start,
    stop};
