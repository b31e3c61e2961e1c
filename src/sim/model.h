/* model.h - the realtime voice model: a WebSocket server speaking GA events.
 *
 * It hears and talks in tones (sim/mfsk): what it understands is what really
 * arrived, and its audio comes faster than real time, so that a bridge must
 * know what has been played.  What it says is a script of rules.  It is as
 * strict as the service is, and keeps every error it sent or would have sent.
 */
#ifndef SIM_MODEL_H
#define SIM_MODEL_H

#include "net/loop.h"
#include "sim/fault.h"
#include "sim/tap.h"

struct sim_model;

enum model_when {
    MODEL_FIRST,        /* the first response.create of a session; when text is
                           not NULL its instructions must contain it, or
                           the session's */
    MODEL_HEARD,        /* what was heard contains text (ASCII case does not
                           matter; "" takes any) */
    MODEL_TOLD,         /* a response's own instructions contain text */
    MODEL_TOOL_ANSWER   /* a tool was answered; its output contains text */
};

/* How a rule is carried out: bits, and at most one of the mishaps, which
 * comes before the first word, or with MODEL_HALFWAY in the middle of them. */
enum model_how {
    MODEL_AGAIN = 1,        /* it may fire more than once */
    MODEL_AND = 2,          /* the tool of the next row too, in the same
                               response */
    MODEL_AT_ONCE = 4,      /* all its audio in one event */
    MODEL_ANY_TOOL = 8,     /* a tool that nobody offered, or arguments that
                               are no JSON: models do that */
    MODEL_HALFWAY = 16,

    MODEL_MUTE = 1 * 32,    /* response.create is never answered */
    MODEL_STALLS = 2 * 32,  /* nothing more comes of the response */
    MODEL_RESETS = 3 * 32,  /* the connection breaks */
    MODEL_CLOSES = 4 * 32,  /* the socket closes with 1011 */
    MODEL_EXPIRES = 5 * 32, /* session_expired; the socket stays open */
    MODEL_FAILS = 6 * 32,   /* response.done: failed, server_error */
    MODEL_FAILS_LIMIT = 7 * 32,     /* failed, rate_limit_exceeded; the limits
                               said that it takes 2 s */
    MODEL_FILTERED = 8 * 32,        /* incomplete, content_filter */
    MODEL_RUNS_OUT = 9 * 32,        /* incomplete, max_output_tokens */
    MODEL_CANCELS = 10 * 32,        /* cancelled, and nobody had spoken */
    MODEL_LIMIT = 11 * 32,  /* an error event rate_limit_exceeded, and no
                               response */
    MODEL_ODD = 12 * 32,    /* an error event of an unknown code; goes on */
    MODEL_BABBLES = 13 * 32,        /* unknown events, broken JSON, binary;
                               goes on */
    MODEL_BAD_TEXT = 14 * 32,       /* a text message that is no UTF-8 */
    MODEL_MASKS = 15 * 32,  /* a masked frame */
    MODEL_FLOODS = 16 * 32, /* the head of a message of 17 MiB */
    MODEL_SLOW_TOOL = 17 * 32,      /* the second half of the arguments comes
                               3 s after the first */
    MODEL_QUITS = 18 * 32,  /* when all is said the socket closes with 1000 */
    MODEL_TOOL_FIRST = 19 * 32      /* the tool is called before the words */
};

struct model_rule {     /* rules are tried in order, each fires once */
    enum model_when when;
    const char *text;
    const char *say;        /* or NULL; "{disclosure}" is replaced */
    const char *tool;       /* or NULL */
    const char *arguments;  /* JSON text */
    unsigned how;           /* enum model_how */
};

/* How its sessions begin. */
enum model_temper {
    MODEL_WELL,
    MODEL_NO_HELLO,         /* never says session.created */
    MODEL_NO_ECHO,          /* never says session.updated */
    MODEL_UNKNOWN,          /* error model_not_found, close 4000 */
    MODEL_NEVER_DISCLOSES,  /* does not say the sentence it is asked for */
    MODEL_DIES_EARLY,       /* the first one expires a second after it was
                               configured */
    MODEL_LIES_FORMAT,      /* session.updated tells of PCM, */
    MODEL_LIES_TOOLS,       /* of no tools, */
    MODEL_LIES_VOICE        /* of another voice than was asked for */
};

struct model_script {
    const struct model_rule *rule;
    size_t rules;
    const char *otherwise;  /* said when no rule fits; NULL: "Pardon?" */
    bool beta;              /* the dialect of 2024 (realtime 2, 3, 9) */
    enum model_temper temper;
    int refuse[2];          /* the status that answers the first upgrade, and
                               all later ones; 0: 101 */
    int64_t think_ms;       /* before a response begins; 0: conf's */
    int burst;              /* 0: conf's */
};

struct sim_model_conf {     /* strings are the caller's and must live */
    const char *key;            /* what Bearer must be */
    const char *disclosure;     /* must stand word for word in the instructions
                                   of the first response.create; NULL: not
                                   asked for */
    uint16_t port;              /* 0 picks one */
    uint64_t seed;
    const struct model_script *script;
    /* Several calls at once: the script for a session with these instructions
     * (JSON text), instead of script; may be NULL. */
    const struct model_script *(*pick)(void *arg, struct slice instructions);
    struct sim_faults fault;
    int64_t think_ms;           /* before a response begins; 0: 300 */
    int burst;                  /* audio: how many times real time; 0: 8 */
    struct sim_note note;
    struct sim_tap tap;
    /* Is given all audio that is appended, decoded; may be NULL. */
    void (*appended)(void *arg, struct slice audio);
    void *arg;
};

/* Listens on 127.0.0.1; the socket is /v1/realtime?model=...  conf is
 * copied. */
struct sim_model *sim_model_new(struct loop *l,
    const struct sim_model_conf *conf, struct err *err);
void sim_model_free(struct sim_model *m);   /* then run one more round */
uint16_t sim_model_port(const struct sim_model *m);
void sim_model_script(struct sim_model *m, const struct model_script *s);

/* ---- what was judged ---- */

struct sim_model_error {
    char code[64];          /* as in the error event; "truncate_unheard",
                               "audio_damaged", "no_disclosure",
                               "tool_unanswered", "tool_not_offered",
                               "audio_unconfigured",
                               "websocket" and "http" are our own words */
    bool sent;              /* an error event went out */
    char text[200];
};

const struct sim_model_error *sim_model_error(const struct sim_model *m,
    size_t i);
size_t sim_model_errors(const struct sim_model *m);

struct sim_model_counts {
    size_t upgrades;            /* asked for, refused ones included */
    size_t sessions, responses, cancelled, truncates, tools, tool_answers,
        heard;              /* texts understood */
    uint16_t closed;            /* code of the client's last close frame that
                                   was not a plain 1000; 0: none */
    uint64_t appended_ms, audio_ms;
    int64_t truncated_ms;       /* of the last truncate; -1: none yet */
};
struct sim_model_counts sim_model_counts(const struct sim_model *m);

size_t sim_model_open(const struct sim_model *m);   /* sockets open now */

#endif
