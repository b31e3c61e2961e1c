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
                           not NULL its instructions must contain it */
    MODEL_HEARD,        /* what was heard contains text (ASCII case does not
                           matter; "" takes any) */
    MODEL_TOOL_ANSWER   /* a tool was answered; its output contains text */
};

struct model_rule {     /* rules are tried in order, each fires once */
    enum model_when when;
    const char *text;
    const char *say;        /* or NULL; "{disclosure}" is replaced */
    const char *tool;       /* or NULL */
    const char *arguments;  /* JSON text */
    bool again;             /* may fire more than once */
};

struct model_script {
    const struct model_rule *rule;
    size_t rules;
    const char *otherwise;  /* said when no rule fits; NULL: "Pardon?" */
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
                               "websocket" and "http" are our own words */
    bool sent;              /* an error event went out */
    char text[200];
};

const struct sim_model_error *sim_model_error(const struct sim_model *m,
    size_t i);
size_t sim_model_errors(const struct sim_model *m);

struct sim_model_counts {
    size_t sessions, responses, cancelled, truncates, tools, tool_answers,
        heard;              /* texts understood */
    uint64_t appended_ms, audio_ms;
    int64_t truncated_ms;       /* of the last truncate; -1: none yet */
};
struct sim_model_counts sim_model_counts(const struct sim_model *m);

size_t sim_model_open(const struct sim_model *m);   /* sockets open now */

#endif
