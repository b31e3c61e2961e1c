/* talk.h - the conversation of one call, as the voice model's socket tells it.
 *
 * Opens the socket, configures the session and compares what came back before
 * any audio passes; asks for the disclosure and checks its transcript; sorts
 * errors; answers tools; turns transcripts into lines at the time they were
 * heard.  When the model is lost in mid-call it opens one new session with the
 * transcript as context.  Decisions about the call itself are the owner's: it
 * is told through the ops.
 */
#ifndef CALL_TALK_H
#define CALL_TALK_H

#include "agent/picked.h"
#include "agent/tools.h"
#include "base/limits.h"
#include "call/bridge.h"
#include "model/turns.h"
#include "model/voice.h"
#include "net/loop.h"

struct talk;

struct talk_ops {
    void (*on_ready)(void *arg);        /* configured, once for each session */
    void (*on_gone)(void *arg, const char *why);    /* no model to be had */
    /* A line was said; at is ms since the stream began. */
    void (*on_line)(void *arg, bool them, int64_t at, struct slice text);
    /* NULL when it is noted, else why it is not: for the model. */
    const char *(*on_note)(void *arg, const struct tool_note *note);
    /* Asks the owner; NULL when that is under way, else why it is not. */
    const char *(*on_ask)(void *arg, const struct tool_question *question);
    void (*on_goodbye)(void *arg, const char *why); /* end_call, and heard */
    void (*on_undisclosed)(void *arg);
    void (*on_silent)(void *arg);
    /* The transcript so far, for a new session: "them: ...\nus: ...\n";
     * when it is long, its newest lines. */
    void (*on_context)(void *arg, struct buf *out);
    /* Something of note, for the call's story; what is a constant. */
    void (*on_step)(void *arg, const char *what, const char *text);
};

struct talk_conf {              /* slices outlive the talk */
    struct loop *loop;
    struct resolver *resolver;
    struct tlsctx *tls;
    struct slice url;           /* ws:// or wss://, whole */
    struct slice key;
    const struct voice_dialect *dialect;
    struct voice_session session;       /* instructions and tools included */
    struct slice disclosure;    /* absent: none is owed (said by Twilio, or
                                   an inbound call) */
    struct slice prose;         /* must not be read out; absent: nothing */
    struct slice language;      /* ISO 639-1, of what we dictate */
    bool outbound;              /* we rang: a machine may pick up */
    bool errand;                /* ... and not for a table */
    bool speak_first;           /* do not wait for them to say hello */
    const char *call;           /* id, for the log */
    struct attempts *attempts;  /* keep the model's handshakes; may be NULL */
};

enum talk_state { TALK_OFF, TALK_DIALLING, TALK_CONFIGURING, TALK_READY,
    TALK_GONE };

enum talk_disclosure { DISCLOSE_NOT_OWED, DISCLOSE_OWED, DISCLOSE_ASKED,
    DISCLOSE_AGAIN, DISCLOSE_DONE };

#define TALK_SAID 4             /* our utterances not yet all heard */

struct talk_said {
    char item[BRIDGE_ID];       /* "" : free */
    int64_t at;                 /* ms since the stream began */
    uint64_t bytes;             /* of audio sent */
    int64_t heard_ms;           /* where it was cut; -1: it was not */
    bool whole;                 /* its transcript is here */
    bool broken;                /* ... what there will be of it: the model
                                   was lost under it */
    struct buf text;
};

struct talk_picked {            /* talk_picked.c */
    struct picker picker;
    enum picked who;            /* a machine that is being dealt with, or
                                   PICKED_UNKNOWN, PICKED_HUMAN */
    bool said;                  /* our message, or who calls and why */
    bool ends;                  /* what is dictated is the last of it */
    bool dictating;             /* a response under way is that */
    int menus;                  /* its lines */
    char words[400];            /* to be dictated */
    char dropped[BRIDGE_ID];    /* a response that was taken back */
    bool drop;                  /* the one that was asked for is to be */
    struct timer timer;         /* the message, or the budget's end */
};

struct talk_keys {              /* talk_keys.c */
    char theirs[TOOL_DIGITS + 1];       /* pressed, and not yet told */
    int64_t theirs_at;          /* the first of them, since began_at */
    struct timer pause;
    enum { KEYS_NONE, KEYS_WAIT, KEYS_PLAY } state;     /* of ours */
    char ours[TOOL_DIGITS + 1];
    char call[BRIDGE_ID];       /* the tool call that waits; "" none */
    int64_t since;              /* what was queued has been heard by then */
    int64_t ours_at;            /* the first of them, since began_at */
};

struct talk {
    const struct talk_ops *ops;
    void *arg;
    struct talk_conf conf;
    struct bridge *bridge;
    struct voice voice;
    struct turns turns;
    enum talk_state state;
    enum talk_disclosure disclosure;
    struct buf out;             /* the message being written */
    bool began;                 /* the stream is open, the talk goes on */
    bool redialled;             /* ... that was used before the call began */
    bool retried;               /* the one new session in mid-call was used */
    bool by_hand;               /* the server does not answer by itself yet */
    bool greeting;              /* we speak first, and have not yet: noise on
                                   the line must not make the server cancel
                                   that */
    bool owed_reply;            /* they spoke while it did not */
    bool transient_retried;     /* a response failed and was asked for again */
    bool short_retried;         /* ... or ended without having said all */
    int64_t limited_until;      /* no tokens before then, ms */
    int64_t response_at;        /* when the model last worked on one, ms */
    int64_t answer_due;         /* they spoke, and the server owes an answer
                                   since then, ms; 0: it does not */
    bool final;                 /* an error that no new session mends */
    bool ending;                /* end_call was called */
    char end_why[64];
    int64_t began_at;           /* ms */
    int64_t ending_at;
    int64_t voice_at;           /* when somebody was last heard, ms */
    bool nudged;
    int leaks;                  /* times it began to read out its prose */
    bool asking;                /* the owner: silence is no reason to end */
    char speech_item[BRIDGE_ID];
    int64_t speech_at;          /* when they began to speak, since began_at */
    int64_t speech_ms;          /* how long, the last time */
    bool speech;                /* they are speaking */
    char disclosing[BRIDGE_ID]; /* the response that owes the disclosure */
    bool disclosed;             /* its transcript held it */
    char disclosing_item[BRIDGE_ID];    /* which is playing; "" when heard */
    uint64_t update;            /* our session.update under way, or 0 */
    int saying;                 /* how many of these are not free */
    struct talk_said said[TALK_SAID];
    struct talk_keys keys;
    struct talk_picked picked;
    struct timer config_timer;  /* session.created and .updated in time */
    struct timer open_timer;    /* greet after a pause */
    struct timer said_timer;    /* what was said has been heard by now */
    struct timer quiet_timer;   /* the silence watchdog */
    struct timer answer_timer;  /* the model works on a response, or is gone */
    struct timer again_timer;   /* a new session or a response, after a
                                   pause */
};

void talk_init(struct talk *t, const struct talk_conf *conf,
    struct bridge *bridge, const struct talk_ops *ops, void *arg);
void talk_fini(struct talk *t);     /* aborts the socket; no op is called */

void talk_open(struct talk *t);     /* starts the model's socket */
void talk_begin(struct talk *t);    /* both ends are there */
/* It has to say goodbye and end the call. */
void talk_farewell(struct talk *t);
void talk_close(struct talk *t);    /* a clean end of the model's socket */

/* Something was played or came back: what waits for being heard looks again. */
void talk_heard(struct talk *t);

/* The owner was asked, and answers; text absent: no answer came, and fallback
 * stands.  The model is told, and goes on with it. */
void talk_answer(struct talk *t, struct slice text, struct slice fallback);

/* What Twilio's machine detection says: AnsweredBy (twilio 6.2). */
void talk_answered_by(struct talk *t, struct slice answered_by);

/* They pressed a key.  When a pause follows, the keys are a line "[pressed
 * 12]" and the model is told them as text. */
void talk_dtmf(struct talk *t, struct slice digit);

/* Does said hold the sentence, word for word?  Case, punctuation, blanks and
 * hyphens are no words.  talk_words.c */
bool talk_same_words(struct slice said, struct slice sentence);

#endif
