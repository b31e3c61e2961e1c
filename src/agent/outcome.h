/* outcome.h - what a call's transcript says was agreed: DESIGN 5.
 *
 * Deterministic and pure.  Agreement needs their words, not ours; every field
 * carries the words it came from, as they stand in their line; what the words
 * do not settle is unclear.
 */
#ifndef AGENT_OUTCOME_H
#define AGENT_OUTCOME_H

#include "base/slice.h"
#include "codec/date.h"
#include "codec/jsonw.h"

#define OUTCOME_TEXT 256        /* bytes of a value or quote, with NUL */

enum outcome_kind {
    OUTCOME_UNCLEAR, OUTCOME_CONFIRMED, OUTCOME_MODIFIED,
    OUTCOME_ALTERNATIVE,        /* "alternative_offered" */
    OUTCOME_DECLINED, OUTCOME_WAITLISTED,
    OUTCOME_CALLBACK,           /* "callback_promised" */
    OUTCOME_CANCELLED,
    OUTCOME_NOT_REACHED,        /* reason: busy, no_answer, ... */
    OUTCOME_MACHINE,            /* reason: voicemail, screened, menu, fax */
    OUTCOME_WRONG_PARTY, OUTCOME_CUT_OFF,
    OUTCOME_BLOCKED,            /* never dialled; reason: policy, hours, cap */
    OUTCOME_ERROR               /* never dialled: the call object's error says
                                   whose fault, and the number */
};

enum outcome_field {
    OUTCOME_DATE, OUTCOME_TIME, OUTCOME_PARTY, OUTCOME_NAME, OUTCOME_NUMBER,
    OUTCOME_NOTES, OUTCOME_FIELDS
};

struct outcome_value {
    bool heard;
    bool them;                  /* who said it */
    bool read_back;             /* number: we repeated it and they agreed */
    int sure;                   /* per cent: who said it, and how often */
    int64_t at;                 /* ms of its line */
    size_t line;                /* index of its line */
    char value[OUTCOME_TEXT];
    char quote[OUTCOME_TEXT];   /* word for word within that line */
};

struct outcome {
    enum outcome_kind kind;
    const char *reason;         /* constant, or NULL */
    unsigned changed;           /* 1 << OUTCOME_DATE, _TIME, _PARTY */
    struct outcome_value field[OUTCOME_FIELDS];
    uint64_t work;              /* phrases and lists gone through */
};

struct outcome_line {
    int64_t at;                 /* ms since the call began */
    bool them;
    struct slice text;
};

struct outcome_asked {          /* what was asked for; empty or 0: open */
    struct slice date;          /* YYYY-MM-DD */
    struct slice time, time_to; /* HH:MM */
    int party;
    struct slice name;
    bool cancel;                /* the call was to cancel a booking */
    bool change;                /* or to change one to this */
    struct date today;          /* the day of the call; year 0: not known, and
                                   "tomorrow" is then the day asked for */
};

void outcome_find(struct outcome *out, const struct outcome_line *lines,
    size_t n, const struct outcome_asked *asked);

/* The same of an errand that is no booking: confirmed when they answered what
 * we asked or told, declined when with a no; the answer is the note. */
void outcome_find_errand(struct outcome *out, const struct outcome_line *lines,
    size_t n, const struct outcome_asked *asked);

/* Nobody was spoken to: not_reached for a reason (constant), or unclear when
 * it is NULL. */
void outcome_unreached(struct outcome *out, const char *reason);

/* It was not let through: reason is policy, hours or cap (constant). */
void outcome_blocked(struct outcome *out, const char *reason);
void outcome_failed(struct outcome *out);       /* OUTCOME_ERROR */

const char *outcome_name(enum outcome_kind kind);
void outcome_json(struct jsonw *w, const struct outcome *o);

/* "mm:ss.mmm", as in a transcript line. */
void outcome_add_at(struct buf *out, int64_t at);

/* Cuts the next line "mm:ss.mmm them: words" off a transcript.  1 for a line,
 * 0 at the end, -1 for a line that is none (*fault is its number). */
int outcome_line_next(struct slice *transcript, struct outcome_line *line,
    size_t *number);

#endif
