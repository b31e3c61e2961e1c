/* question.c - the question that is put to the owner while a call goes on.
 *
 * It is an event, a record and a countdown.  What is answered in time goes to
 * the model; what is not stays unanswered, and what was asked for stands.  One
 * is open at a time and a call has few of them: whoever talks the model into
 * asking cannot make it ring all evening.
 */
#include <string.h>

#include "agent/redact.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/call_impl.h"

#define ANSWER_WITHIN 45000     /* ms; longer nobody holds the line */

static struct call_question *last(struct call *c)
{
    return c->questions ? &c->question[c->questions - 1] : NULL;
}

const struct call_question *call_open_question(const struct call *c)
{
    const struct call_question *q = c->questions
        ? &c->question[c->questions - 1] : NULL;

    return q && q->open ? q : NULL;
}

static void write_members(struct jsonw *w, const struct call_question *q)
{
    char stamp[SYS_STAMP_MAX];

    sys_stamp(stamp, q->deadline);
    jsonw_kcstr(w, "id", q->id);
    jsonw_kcstr(w, "text", q->text);
    jsonw_kcstr(w, "deadline", stamp);
    jsonw_kcstr(w, "default", q->fallback);
}

void call_write_question(struct jsonw *w, const struct call *c)
{
    const struct call_question *q = call_open_question(c);

    if (!q) {
        jsonw_null(w);
        return;
    }
    jsonw_object(w);
    write_members(w, q);
    jsonw_end(w);
}

static void tell_question(struct call *c)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, LIMIT_RECORD);
    jsonw_begin(&w, &b);
    call_write_question(&w, c);
    call_tell(c, "question", buf_slice(&b));
    call_spool_question(c, buf_slice(&b), last(c)->deadline);
    buf_free(&b);
}

/* how: "answered", "default", "over". */
static void close_question(struct call *c, struct call_question *q,
    const char *how)
{
    struct jsonw *w = journal_begin(c->calls->journal, JOURNAL_ANSWER,
        slice_str(c->id));

    jsonw_kcstr(w, "question", q->id);
    jsonw_kcstr(w, "how", how);
    jsonw_kcstr(w, "text", q->answer[0] ? q->answer : NULL);
    journal_end(c->calls->journal, false, NULL, NULL);
    log_event(LOG_INFO, "question_closed", LS("call", c->id),
        LS("question", q->id), LS("how", how));
    call_note(c, "question_closed", 0, "the question to the owner: %s", how);
    q->open = false;
    loop_cancel(c->calls->conf.loop, &c->question_timer);
}

static void on_deadline(void *arg)
{
    struct call *c = arg;
    struct call_question *q = last(c);

    close_question(c, q, "default");
    call_tell_status(c);
    talk_answer(&c->talk, slice_str(NULL), slice_str(q->fallback));
}

const char *call_ask(void *arg, const struct tool_question *question)
{
    struct call *c = arg;
    struct call_question *q;
    struct jsonw *w;

    if (c->machine.inbound)
        return "nobody waits for this call: take a message";
    if (c->questions == CALL_QUESTIONS)
        return "the guest was asked often enough: keep to what was asked for";
    if (!c->question)
        c->question = mem_new(CALL_QUESTIONS * sizeof *c->question);
    if (!c->question)
        return "the guest cannot be asked: keep to what was asked for";
    q = &c->question[c->questions++];
    text_fmt(q->id, sizeof q->id, "q%zu", c->questions);
    text_copy(q->text, sizeof q->text, slice_str(question->text));
    text_copy(q->fallback, sizeof q->fallback, slice_str(question->fallback));
    redact_text(q->text);
    redact_text(q->fallback);
    q->deadline = sys_wall() + ANSWER_WITHIN;
    q->open = true;
    c->question_timer = (struct timer){.fire = on_deadline, .arg = c};
    loop_in(c->calls->conf.loop, &c->question_timer, ANSWER_WITHIN);
    w = journal_begin(c->calls->journal, JOURNAL_QUESTION, slice_str(c->id));
    jsonw_key(w, "question");
    call_write_question(w, c);
    journal_end(c->calls->journal, false, NULL, NULL);
    log_event(LOG_INFO, "question_asked", LS("call", c->id),
        LS("question", q->id));
    call_note(c, "question", 0, "the model put a question to the owner");
    tell_question(c);
    call_tell_status(c);
    return NULL;
}

enum calls_answer call_answer(struct call *c, struct slice question,
    struct slice text)
{
    struct call_question *q = last(c);
    bool asked = false;

    for (size_t i = 0; i < c->questions; i++)
        asked |= slice_is(question, c->question[i].id);
    if (!asked)
        return CALLS_NO_QUESTION;
    if (!q->open || !slice_is(question, q->id) || c->ending)
        return CALLS_TOO_LATE;
    text_copy(q->answer, sizeof q->answer, slice_trim_all(text));
    redact_text(q->answer);
    close_question(c, q, "answered");
    call_tell_status(c);
    talk_answer(&c->talk, slice_str(q->answer), slice_str(q->fallback));
    return CALLS_ANSWERED;
}

void call_drop_question(struct call *c)
{
    struct call_question *q = last(c);

    if (q && q->open)
        close_question(c, q, "over");
}

void call_write_questions(const struct call *c, struct buf *out)
{
    for (size_t i = 0; i < c->questions; i++) {
        const struct call_question *q = &c->question[i];

        buf_addf(out, "(you asked the guest: %s; %s%s)\n", q->text, q->open
            ? "the answer is still to come" : q->answer[0] ? "the guest "
            "answered: " : "no answer came, keep to what was asked for",
            q->answer);
    }
}
