/* call_impl.h - one running call and the table of all; for call/ alone. */
#ifndef CALL_IMPL_H
#define CALL_IMPL_H

#include "agent/outcome.h"
#include "base/buf.h"
#include "base/list.h"
#include "call/calls.h"
#include "call/journal.h"
#include "call/ledger.h"
#include "call/recorder.h"
#include "call/story.h"
#include "call/talk.h"
#include "codec/sha256.h"

#define CALL_MAGIC 0x63616c6cu          /* "call" */
#define CALL_EVENTS_MAX (512u << 10)    /* bytes of events kept for replay */
#define CALLS_ENDED_MAX 1000            /* objects of ended calls in memory */
#define CALLS_OLD_MAX (1u << 20)        /* ids of those before; 40 bytes each */

struct call_attempt {
    char sid[40];               /* "" until known */
    int64_t at;                 /* wall ms when it was dialled */
    enum call_end end;          /* END_NONE: under way */
};

struct call_line {
    int64_t at;                 /* ms since the stream began */
    bool them;
    uint32_t from, len;         /* in words */
};

#define CALL_HELD 8             /* lines that wait for what follows them */
#define CALL_HELD_MAX (LIMIT_LINE + 1024)   /* bytes of them together */

struct call_held {              /* lines.c: of one speaker */
    struct {
        int64_t at;
        size_t len;
    } line[CALL_HELD];
    size_t n;
    struct buf text;            /* all of them, a blank between; none of it
                                   while n is 0 */
};

struct call_question {          /* question.c */
    char id[16];                /* "q1"; "" : none was asked */
    char text[256], fallback[160];
    int64_t deadline;           /* wall ms */
    bool open;
    char answer[512];           /* "" : none came in time */
};

#define CALL_QUESTIONS 4        /* of one call, one after the other */

struct call {
    uint32_t magic;
    struct list link;           /* in calls.running */
    struct calls *calls;
    /* Of the stream's messages: with what stands above, one cache line. */
    struct { enum media_kind kind; uint64_t sequence, timestamp; } last;
    bool heard;                 /* audio of theirs has come */
    char id[CALL_ID + 1], token[CALL_TOKEN + 1];
    char sid[40];               /* "" until known */
    bool token_used;
    bool restored;              /* from the journal, after a crash */
    bool streamed;              /* Twilio told that its stream was opened */
    bool fetching;              /* its TwiML is being answered: whatever Twilio
                                   is to do now belongs into that */
    bool ending;                /* DO_FINISH has run: nothing more happens */
    bool freed;                 /* only the disk still knows it */
    unsigned tries;             /* at writing the outcome down */
    bool unsaved;               /* none of them worked */
    char delivery[WEBHOOK_ID + 1];      /* of the outcome; "": not yet, or no
                                   webhook is told */
    struct timer save_timer;    /* the next one */
    unsigned saving;            /* synced records on their way to the disk */
    struct asked asked;
    char key[CALL_KEY];         /* Idempotency-Key, "" without */
    char from[24];              /* inbound: who calls */
    struct machine machine;
    struct call_attempt attempt[CALL_LADDER + 1];
    size_t attempts;            /* begun */
    int64_t again_at;           /* wall ms of the next; 0: none is due */
    size_t position;            /* in the line of those to be dialled, from 1;
                                   0: not in it */
    struct list turn_link;
    enum policy_rule rule;      /* that kept it from being dialled */
    int sip;                    /* SipResponseCode of the end; 0: not told */
    char why[160];              /* the first thing that went wrong */

    struct buf instructions;
    struct bridge bridge;
    struct talk talk;
    struct timer timer[TIMERS];
    struct task free_task;
    struct rest_op *dial;       /* the create under way, else NULL */
    struct rest_op *update, *poll;
    struct timer look_timer;    /* after a crash: the list is asked again */
    int looks;

    struct call_line *line;
    size_t lines, lines_cap;
    struct call_held held[2];   /* [them] */
    struct timer held_timer;
    struct buf words;           /* the text of all lines */
    struct call_question *question;     /* CALL_QUESTIONS of them, or NULL */
    size_t questions;
    struct timer question_timer;        /* the open one's deadline */
    struct tool_note note;      /* what the model noted last */
    bool noted;
    struct outcome outcome;
    bool has_outcome;
    int64_t created, started, ended;    /* wall ms; 0: not yet */

    struct story story;
    uint64_t wire;              /* the attempt that became its stream */
                                /* message of the stream */
    struct buf events;          /* "id type json\n" lines, for replay */
    uint64_t last_event;
    struct list watches;
};

struct ended {                  /* the object of an ended call */
    struct list link;           /* in calls.ended, the oldest first */
    char id[CALL_ID + 1];
    char key[CALL_KEY];
    uint8_t print[SHA256_LEN];  /* of what was asked for under the key */
    struct slice object;        /* behind this struct */
    int64_t at;
};

struct old_call {
    char id[CALL_ID + 1];
    int64_t at;                 /* when it ended */
};

struct calls {
    struct calls_conf conf;
    struct journal *journal;
    struct list running, ended;
    size_t n_running, n_ended;
    bool draining, stopped;
    struct ledger ledger;
    struct list line;           /* calls that wait to be dialled (turn_link) */
    struct timer turn_timer;
    int64_t next_turn;          /* loop ms */
    struct timer watch_timer;   /* over what is spent while we talk */
    void (*on_empty)(void *arg);
    void *on_empty_arg;
    struct calls_counts counts;
    struct old_call *old;       /* those that are in ended no more */
    size_t n_old, cap_old;
    struct list forgetting;     /* under way */
    struct timer keep_timer;    /* KEEP_DAYS, while we run */
    struct task failed_task;    /* attempts that failed are to be kept */
    unsigned kept_room;         /* how many more */
    int64_t kept_at;            /* when that was true, ms */
    uint64_t kept_not;
};

/* ---- calls.c ---- */

/* A new call in the table; NULL: no memory.  id NULL: a fresh one. */
struct call *call_new(struct calls *cs, const struct slice *id);
void call_remove(struct call *c);       /* out of the table; frees at the end
                                           of the round */
/* c: the call it is about, for its key; may be NULL. */
void calls_keep_ended(struct calls *cs, const struct call *c, struct slice id,
    struct slice object, int64_t at);
/* Is that SID another call's than c, one that runs or one that has ended? */
bool calls_sid_taken(struct calls *cs, const struct call *c,
    struct slice sid);
void calls_forget_ended(struct calls *cs, struct slice id);

/* ---- forget.c ---- */

void calls_keep_old(struct calls *cs, const char *id, int64_t at);
void calls_drop_old(struct calls *cs, struct slice id);     /* if it is there */
/* journal_compact's. */
bool calls_keep_records(void *arg, struct slice type, struct json rec);
/* What a record of the journal says, at start: its files, at once. */
void calls_forget_again(struct calls *cs, struct slice id);
void calls_forget_old(void *arg);       /* KEEP_DAYS; sets its own timer */
void calls_forget_stop(struct calls *cs);

/* ---- session.c ---- */

void call_prepare(struct call *c, bool inbound);    /* machine, talk, timers */
void call_feed_input(struct call *c, const struct call_input *in);
void call_feed(struct call *c, enum call_event event);
void call_feed_status(struct call *c, enum call_status status);
void call_blame(struct call *c, const char *why);   /* the first one stands */
void call_renew(struct call *c);        /* model and tokens, for an attempt */
/* Writes the intent, then dials.  -1: it found no room, nothing was begun. */
int call_intend(struct call *c);
void call_finish(struct call *c);       /* outcome, files, journal, watchers */
void call_free(struct call *c);
/* Call it first when a synced record of c's is done: true when c was freed
 * meanwhile, it is gone then. */
bool call_saved(struct call *c);

/* ---- dial.c: what Twilio's REST is asked ---- */

void call_dial(struct call *c);         /* EV_DIALLED, _REFUSED or _UNCLEAR */
void call_poll(struct call *c);         /* EV_STATUS */
void call_update(struct call *c, enum rest_update what, struct slice twiml);
void call_say_sorry(struct call *c);    /* the model is lost (DESIGN 4) */

/* ---- gate.c ---- */

/* May it be dialled at that wall moment? c: the call, NULL for a new one. */
enum policy_rule calls_judge(const struct calls *cs, const struct call *c,
    struct slice to, int64_t wall, struct err *err);
/* The hours alone, at a moment to come. */
enum policy_rule calls_judge_hours(const struct calls *cs, struct slice to,
    int64_t wall, struct err *err);
size_t calls_dialled(const struct calls *cs);   /* not those that wait
                                                   for another attempt */
void calls_watch_spending(struct calls *cs);    /* somebody is talking */
int64_t call_cost(const struct call *c);        /* millionths, so far */
void call_write_cost(struct jsonw *w, const struct call *c);
void calls_see_stop(struct calls *cs);  /* at start */

/* ---- agreed.c ---- */

/* The moment that is asked for, by the callee's clock; 0: not known. */
int64_t calls_booked_for(const struct calls_conf *conf,
    const struct asked *a);

/* ---- turn.c ---- */

void call_ask_turn(struct call *c);     /* DO_TURN */
void call_again(struct call *c);        /* DO_AGAIN */
void call_leave_line(struct call *c);   /* harmless when it is in none */
void call_dialling(struct call *c);     /* an attempt begins: counted */
/* The attempt under way is over. */
void call_attempt_over(struct call *c, enum call_end end);
/* Of an earlier attempt: whoever says so is late. */
bool call_sid_past(const struct call *c, struct slice sid);
/* From the journal: an attempt that failed, and the next one's time. */
void call_restore_attempt(struct call *c, struct json rec);
/* Goes on with its ladder after a restart. */
void call_climb(struct call *c);
/* What waits for its next attempt stays in the journal for the next start. */
void calls_park(struct calls *cs);

/* ---- tale.c ---- */

/* To the journal with the attempts that fail from now on. */
void calls_keep_failed(struct calls *cs);
void calls_keep_failed_stop(struct calls *cs);
/* A record of one, at start. */
void calls_restore_failed(struct calls *cs, struct call *c,
    struct json rec);
/* Is one that names no call to be kept still? */
bool calls_attempt_young(struct json rec);
/* What of its end is known only then. */
void call_note_end(struct call *c);

/* ---- lines.c ---- */

/* Adds a line at its time: stored, journalled, told.  Card and identity
 * numbers are redacted first. */
void call_add_line(struct call *c, bool them, int64_t at, struct slice text);
void call_add_stored_line(struct call *c, bool them, int64_t at,
    struct slice text);
/* What waits for more words of its speaker is stored now. */
void call_release_lines(struct call *c);
/* The newest lines, "them: ...\nus: ...\n", for a new session of the model. */
void call_write_context(const struct call *c, struct buf *out);
struct slice call_line_text(const struct call *c, const struct call_line *l);
void call_stamp(char out[static 12], int64_t at);   /* "00:03.120" */

/* ---- object.c ---- */

void call_write_brief(struct jsonw *w, const struct call *c, bool lines);
void call_tell(struct call *c, const char *type, struct slice json);
void call_tell_status(struct call *c);

/* ---- question.c ---- */

/* talk_ops.on_ask: puts it to the owner.  Why not, or NULL. */
const char *call_ask(void *arg, const struct tool_question *question);
/* The one that waits for its answer, or NULL. */
const struct call_question *call_open_question(const struct call *c);
/* The call is over: what is open stays unanswered. */
void call_drop_question(struct call *c);
/* What was asked and answered, for a new session of the model. */
void call_write_questions(const struct call *c, struct buf *out);

/* ---- spool.c ---- */

/* A member of the outcome's record, which is open: the delivery of it.  Its id
 * is made at the first time and stays; nothing without a webhook. */
void call_write_delivery(struct call *c, struct jsonw *w);
/* Once that record is on disk.  object: without the transcript; it is what is
 * told when it confesses that the record is not on disk. */
void call_spool_outcome(struct call *c, struct slice object);
/* json: the question; told until deadline, wall ms. */
void call_spool_question(const struct call *c, struct slice json,
    int64_t deadline);
/* A record of the journal, at start; any type. */
void calls_spool_again(struct calls *cs, struct slice type, struct json rec);
void calls_spool_begin(struct calls *cs);   /* the journal is open */

/* ---- restore.c ---- */

/* Takes one record of the journal (arg: the calls). */
void calls_restore(void *arg, struct slice type, struct json rec);
/* Brings calls that the journal left unfinished to an end with Twilio. */
void calls_reconcile(struct calls *cs);

#endif
