/* machine.h - what one call does next: events in, commands out.
 *
 * Pure: no I/O, no clock, no memory.  The state only moves forward, so late,
 * doubled and disordered callbacks cannot confuse it; what does not fit is
 * ignored, never an error.  A whole phone call is a list of events and the
 * commands they gave; tests/call/machine_test.c holds such lists.
 *
 *   planned > waiting > dialling > queued > ringing > answered > talking
 *                                                      > closing > ended
 *
 * A busy line or one that nobody answers may be tried again: then the call
 * goes back to waiting, once for each of tries, and what belonged to the
 * attempt before it begins anew.
 */
#ifndef CALL_MACHINE_H
#define CALL_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum call_state {
    CALL_PLANNED,       /* the intent is on its way to the disk */
    CALL_WAITING,       /* for its place in the line, or the next attempt */
    CALL_DIALLING,      /* the create request is out */
    CALL_QUEUED,        /* Twilio has the call */
    CALL_RINGING,
    CALL_ANSWERED,      /* somebody picked up; the stream is awaited */
    CALL_TALKING,       /* the stream is open */
    CALL_CLOSING,       /* over for us; Twilio's last word is awaited */
    CALL_ENDED
};

enum call_event {
    EV_SAVED,           /* the intent is on disk and synced */
    EV_WAIT,            /* it stands in the line of those to be dialled */
    EV_TURN,            /* it may be dialled now */
    EV_BLOCKED,         /* it may not, or not again */
    EV_DIALLED,         /* the create request was answered with a SID */
    EV_DIAL_REFUSED,    /* number: Twilio's error, 0 if it was another */
    EV_DIAL_UNCLEAR,    /* the create request may have been done or not */
    EV_STATUS,          /* status: what Twilio says of the call */
    EV_TWIML,           /* Twilio fetched our TwiML */
    EV_STREAM,          /* a stream was let in by its token */
    EV_STREAM_GONE,     /* it ended or broke */
    EV_STREAM_ERROR,    /* it could not be opened; number: Twilio's error */
    EV_MODEL_READY,     /* the session is configured and compared */
    EV_MODEL_GONE,      /* no model, and none to be had */
    EV_GOODBYE,         /* the model ended the call, its goodbye was heard */
    EV_UNDISCLOSED,     /* the disclosure was not said, twice */
    EV_SILENT,          /* nobody said anything for too long */
    EV_CEILING,         /* what may be spent on it, or today, is spent */
    EV_HANGUP,          /* the owner wants it over */
    EV_PART,            /* ... after a goodbye, if somebody is there */
    EV_TIMER            /* timer: which */
};

enum call_status {      /* twilio 4.3, and the callback event "initiated" */
    STATUS_UNKNOWN, STATUS_QUEUED, STATUS_INITIATED, STATUS_RINGING,
    STATUS_IN_PROGRESS, STATUS_COMPLETED, STATUS_BUSY, STATUS_NO_ANSWER,
    STATUS_FAILED, STATUS_CANCELED
};

enum call_timer { TIMER_POLL, TIMER_STREAM, TIMER_LIMIT, TIMER_CLOSE,
    TIMER_AGAIN, TIMERS };

enum call_command {
    DO_TURN,            /* ask for its turn: EV_TURN, EV_WAIT or EV_BLOCKED */
    DO_AGAIN,           /* the attempt failed: set TIMER_AGAIN for the next
                           one, or say EV_BLOCKED */
    DO_DIAL,            /* send the create request */
    DO_OPEN_MODEL,
    DO_BRIDGE,          /* both ends are there: let audio pass */
    DO_POLL,            /* ask Twilio for the call's status */
    DO_FAREWELL,        /* let the model say goodbye and end the call */
    DO_CANCEL,          /* REST Status=canceled: it has not been answered */
    DO_HANGUP,          /* REST Status=completed */
    DO_SORRY,           /* REST: let Twilio say sorry and hang up */
    DO_CLOSE_STREAM,
    DO_CLOSE_MODEL,
    DO_TIMER,           /* set timer to ms; 0 stops it */
    DO_FINISH           /* compute the outcome, write it, tell it; the last */
};

enum call_end {         /* why it ended, as far as this machine knows */
    END_NONE,
    END_COMPLETED,      /* a conversation took place and came to its end */
    END_BUSY, END_NO_ANSWER, END_CANCELED, END_FAILED,  /* Twilio's words */
    END_REFUSED,        /* Twilio did not accept the call */
    END_UNCLEAR,        /* it may have been dialled; nothing more was done */
    END_NO_STREAM,      /* answered, and no stream reached us */
    END_NO_MODEL,       /* the voice model could not be had or was lost */
    END_UNDISCLOSED,
    END_SILENT,
    END_LIMIT,          /* MAX_CALL_SECONDS, or what may be spent */
    END_BLOCKED,        /* policy did not let it be dialled */
    END_HANGUP          /* the owner's wish */
};

struct call_input {
    enum call_event event;
    enum call_status status;
    enum call_timer timer;
    int number;
};

struct call_order {
    enum call_command cmd;
    enum call_timer timer;      /* DO_TIMER */
    int64_t ms;
};

#define CALL_ORDERS_MAX 8

struct call_steps {
    struct call_order order[CALL_ORDERS_MAX];
    size_t n;
};

struct machine {
    enum call_state state;
    enum call_end end;
    int number;                 /* Twilio error number behind end, or 0 */
    bool inbound;
    bool stream;                /* a stream is open */
    bool talked;                /* one was open at some time */
    bool fetched;               /* Twilio has fetched our TwiML */
    enum { MODEL_NONE, MODEL_OPENING, MODEL_READY, MODEL_GONE } model;
    bool farewell;              /* the model is to say goodbye */
    uint8_t tries;              /* attempts that may follow a busy line: set it
                                   after machine_begin */
    enum call_end last;         /* how the attempt before ended, or END_NONE */
    bool end_asked;             /* hang up as soon as there is a SID */
    uint8_t closes;             /* how often TIMER_CLOSE has fired */
    uint8_t polls;              /* how often TIMER_POLL has, unanswered */
    int64_t limit_ms;           /* MAX_CALL_SECONDS */
    int64_t say_ms;             /* what Twilio says before it opens the
                                   stream: set it after machine_begin */
};

/* An outbound call begins planned, an inbound one answered (its TwiML is
 * being fetched). */
void machine_begin(struct machine *m, bool inbound, int64_t limit_ms);

/* A call found in the journal after a crash: as far as it had come, without
 * model and stream. */
void machine_resume(struct machine *m, enum call_state state);

/* The same for one that waits for its next attempt; last: how the one before
 * ended. */
void machine_wait(struct machine *m, enum call_end last, uint8_t tries);

/* One step.  *out is overwritten; DO_FINISH comes exactly once, and nothing
 * after it. */
void call_step(struct machine *m, const struct call_input *in,
    struct call_steps *out);

/* How long an answered call is given to open its stream, in ms. */
int64_t machine_stream_ms(const struct machine *m);

const char *call_state_name(enum call_state s);     /* "ringing" */
const char *call_event_name(enum call_event e);
const char *call_end_name(enum call_end e);         /* "no_answer" */
enum call_end call_end_parse(const char *name);     /* END_NONE for others */
/* The public status of DESIGN 5: planned queued ringing in_progress completed
 * failed. */
const char *call_status_word(const struct machine *m);
const char *call_status_text(enum call_status s);   /* "in-progress" */
/* From Twilio's spelling, "in-progress" too; STATUS_UNKNOWN for others. */
enum call_status call_status_parse(const char *s, size_t len);

#endif
