/* chat_impl.h - the parts of the prompt; for app/chat*.c alone. */
#ifndef APP_CHAT_IMPL_H
#define APP_CHAT_IMPL_H

#include "agent/tongue.h"
#include "app/edit.h"
#include "app/own.h"
#include "app/screen.h"
#include "codec/sse.h"

#define CHAT_EVENT_MAX (1u << 20)       /* bytes of an event */
#define CHAT_INPUT 4096                 /* bytes of a pipe's line */

struct chat_question {          /* of the running call */
    char id[32];                /* "": none was asked */
    char fallback[160];         /* what stands without an answer */
    bool open;
    bool sent;                  /* an answer is on its way, or arrived */
    bool lapsed;                /* it closed unanswered, and what is typed next
                                   may be meant for it */
    int64_t until;              /* ms */
};

/* What was done to end the call. */
enum chat_ending { CHAT_GOES_ON, CHAT_POLITELY, CHAT_NOW };

struct chat {
    const struct conf *conf;
    struct loop *loop;
    struct client client;
    struct own own;
    struct screen screen;
    struct edit edit;
    struct watch in;
    struct timer tick, escape, leave, again;
    int rc;
    bool interrupted;           /* the exit status is 130, whatever follows */
    bool ended;                 /* no more input: leave when all is over */
    bool leaving;               /* ^C twice and the like: the same, bounded */
    bool over;                  /* the loop has ended: nobody is told */
    int64_t armed;              /* ms, a ^C with nothing to do; 0: none */
    char input[CHAT_INPUT];     /* of a pipe: what is not yet a line */
    size_t input_n;
    char history[CONF_TEXT + 16];
    struct disk *disk;          /* for it; of our own when no server is */
    char session[80];
    /* A turn: chat_turn.c. */
    bool busy;
    struct sse words;
    struct buf answer;          /* the reply's object, or a refusal */
    bool spoke;                 /* deltas were shown */
    enum tongue tongue;         /* of the last words that told */
    /* A call: chat_call.c. */
    char id[CALL_ID + 1];       /* "": none runs */
    char state[24], machine[16];
    int64_t state_at;
    enum chat_ending ending;    /* also of one that has no id yet */
    struct sse events;
    char last_event[SSE_NAME];
    int lost;                   /* times its events broke off in a row */
    struct chat_question question;
};

/* ---- chat_cmd.c ---- */

void chat_say(struct chat *c, enum term_look look, const char *fmt, ...)
    PRINTFLIKE(3, 4);
/* The exit status, unless it is that of an interruption. */
void chat_status(struct chat *c, int rc);
/* Shows what is to be typed now. */
void chat_draw(struct chat *c);
/* Something is over: the next line, or the end of all. */
void chat_settle(struct chat *c);
/* As many lines of a pipe as may be taken now. */
void chat_take_lines(struct chat *c);

/* ---- chat_turn.c ---- */

/* Says something to the server. */
void chat_ask(struct chat *c, struct slice words);

/* ---- chat_call.c ---- */

void chat_follow(struct chat *c, struct json id);
void chat_answer(struct chat *c, struct slice text);
/* Ends the call that runs, or that may be about to; chat.ending says how. */
void chat_hang_up(struct chat *c);
/* What the prompt says of it; false: no call runs. */
bool chat_live(const struct chat *c, char *out, size_t cap);

#endif
