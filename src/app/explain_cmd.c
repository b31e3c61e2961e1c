/* explain_cmd.c - concierge explain: Twilio's error numbers, and the events of
 * our own log, offline.
 */
#include "app/cmd.h"

#include "app/term.h"
#include "base/log.h"
#include "base/text.h"
#include "codec/jsonw.h"
#include "twilio/errors.h"

#define OUT_MAX (256u << 10)    /* bytes of the whole list */

/* "31920", or "13210-13227" where one entry stands for a run. */
static const char *number_text(const struct twilio_error *e,
    char out[static 32])
{
    if (e->last)
        text_fmt(out, 32, "%d-%d", e->number, e->last);
    else
        text_fmt(out, 32, "%d", e->number);
    return out;
}

static const char *level_text(const struct twilio_error *e)
{
    return e->level == 'E' ? "error" : "warning";
}

static void put_json(const struct twilio_error *e, int number, struct buf *b)
{
    struct jsonw w;

    jsonw_begin(&w, b);
    jsonw_object(&w);
    jsonw_kint(&w, "number", number);
    if (e->last && number == e->number)
        jsonw_kint(&w, "last", e->last);
    jsonw_kcstr(&w, "level", level_text(e));
    jsonw_kcstr(&w, "meaning", e->meaning);
    jsonw_karray(&w, "causes");
    jsonw_str(&w, slice_str(e->cause));
    for (int i = 0; i < ERRORS_ALSO && e->also[i]; i++)
        jsonw_str(&w, slice_str(e->also[i]));
    jsonw_end(&w);
    jsonw_kcstr(&w, "remedy", e->remedy);
    jsonw_kcstr(&w, "probe", e->probe);
    jsonw_end(&w);
    buf_addc(b, '\n');
}

static void put_text(const struct twilio_error *e, int number, struct buf *b)
{
    buf_addf(b, "%d (%s): %s\n", number, level_text(e), e->meaning);
    if (e->last && number != e->number)
        buf_addf(b, "one of %d to %d\n", e->number, e->last);
    buf_addf(b, "\ncauses, the likeliest first:\n  1. %s\n", e->cause);
    for (int i = 0; i < ERRORS_ALSO && e->also[i]; i++)
        buf_addf(b, "  %d. %s\n", i + 2, e->also[i]);
    buf_addf(b, "remedy: %s\n", e->remedy);
    if (e->probe)
        buf_addf(b, "doctor: concierge doctor --only %s\n", e->probe);
    else
        buf_adds(b, "doctor: no probe; no call of this program gives it\n");
}

static void put_list(struct buf *b)
{
    const struct twilio_error *e;
    char number[32];

    for (size_t i = 0; (e = errors_at(i)) != NULL; i++)
        buf_addf(b, "%-12s %c %-10s %s\n", number_text(e, number), e->level,
            e->probe ? e->probe : "-", e->meaning);
}

/* src/twilio/errors.md, as it must be. */
static void put_markdown(struct buf *b)
{
    const struct twilio_error *e;
    char number[32];

    buf_adds(b, "# Twilio's error numbers\n\nMade by `concierge explain "
        "--markdown`; `concierge explain NUMBER` tells one\nwith all its "
        "causes. E is an error, W a warning; the probe is `concierge "
        "doctor`'s.\n\n"
        "| number | | meaning | likeliest cause | remedy | probe |\n"
        "|---|---|---|---|---|---|\n");
    for (size_t i = 0; (e = errors_at(i)) != NULL; i++)
        buf_addf(b, "| %s | %c | %s | %s | %s | %s |\n",
            number_text(e, number), e->level, e->meaning, e->cause,
            e->remedy, e->probe ? e->probe : "");
}

/* ---- events of the log ---- */

static void put_event(const struct log_kind *k, bool json, struct buf *b)
{
    struct jsonw w;

    if (!json) {
        buf_addf(b, "%-24s %s\n", k->name, k->meaning);
        return;
    }
    jsonw_begin(&w, b);
    jsonw_object(&w);
    jsonw_kcstr(&w, "event", k->name);
    jsonw_kcstr(&w, "meaning", k->meaning);
    jsonw_end(&w);
    buf_addc(b, '\n');
}

/* One, or all when name is NULL.  -1: there is no such event. */
static int explain_events(const char *name, bool json)
{
    const struct log_kind *k = name ? log_kind_find(name) : log_kind_at(0);
    struct buf b;

    if (!k)
        return -1;
    buf_init(&b, OUT_MAX);
    if (name)
        put_event(k, json, &b);
    for (size_t i = 0; !name && (k = log_kind_at(i)) != NULL; i++)
        put_event(k, json, &b);
    term_out(buf_slice(&b));
    buf_free(&b);
    return 0;
}

static int unknown(int number)
{
    struct err err;

    if (errors_rumour(number))
        fail(&err, ERR_DATA, "%d is often named, but Twilio has no such error",
            number);
    else
        fail(&err, ERR_DATA, "%d is not known here; see "
            "https://www.twilio.com/docs/api/errors", number);
    return term_fail(&err);
}

int cmd_explain(const struct conf *c, int argc, char **argv)
{
    bool json = cmd_flag(&argc, argv, "--json");
    bool markdown = cmd_flag(&argc, argv, "--markdown");
    bool log = cmd_flag(&argc, argv, "--log");
    const struct twilio_error *e = NULL;
    uint64_t number = 0;
    struct buf b;
    int rc = cmd_rest(argc, argv, 0, markdown || log ? 0 : 1);

    (void)c;
    if (rc)
        return rc;
    if (log || (argc > 1 && log_kind_find(argv[1])))
        return explain_events(log ? NULL : argv[1], json);
    if (argc > 1) {
        if (text_u64(slice_str(argv[1]), 1, INT32_MAX, &number))
            return term_usage("\"%s\" is no error number and no "
                "event of the log", argv[1]);
        e = errors_find((int)number);
        if (!e)
            return unknown((int)number);
    }
    buf_init(&b, OUT_MAX);
    if (e && json)
        put_json(e, (int)number, &b);
    else if (e)
        put_text(e, (int)number, &b);
    else if (markdown)
        put_markdown(&b);
    else if (json)
        for (size_t i = 0; (e = errors_at(i)) != NULL; i++)
            put_json(e, e->number, &b);
    else
        put_list(&b);
    term_out(buf_slice(&b));
    buf_free(&b);
    return 0;
}
