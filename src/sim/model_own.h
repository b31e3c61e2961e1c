/* model_own.h - what the parts of the model's stand-in share. */
#ifndef SIM_MODEL_OWN_H
#define SIM_MODEL_OWN_H

#include "base/list.h"
#include "net/conn.h"
#include "sim/jread.h"
#include "sim/mfsk.h"
#include "sim/model.h"
#include "sim/wire.h"

#define MODEL_ID 40
#define MODEL_ITEMS 600
#define MODEL_TOOLS 16
#define MODEL_CALLS 16          /* tool calls not yet answered */
#define MODEL_HEARD_MAX 4000
#define MODEL_ERRORS 64

/* One key of the session, kept as JSON text. */
enum model_key { K_MODALITIES, K_MODEL, K_INSTRUCTIONS, K_IN_FORMAT,
    K_TRANSCRIPTION, K_NOISE, K_TURN, K_OUT_FORMAT, K_VOICE, K_SPEED,
    K_INCLUDE, K_TRACING, K_TOOLS, K_TOOL_CHOICE, K_PARALLEL, K_REASONING,
    K_MAX_TOKENS, K_TRUNCATION, K_PROMPT, K_COUNT };

struct model_item {
    char id[MODEL_ID];
    bool assistant, audio, gone;
    uint64_t bytes;             /* of audio sent */
    int64_t first_at;           /* when its first audio was sent, ms */
};

struct model_response {         /* the active one */
    bool active;
    char id[MODEL_ID], item[MODEL_ID], call[MODEL_ID];
    const struct model_rule *rule;
    unsigned mishap;            /* enum model_how; 0 once it has happened */
    enum { STAGE_THINKS, STAGE_SPEAKS, STAGE_CALLS } stage;
    size_t index;               /* into items, of the spoken item */
    struct buf text;            /* what it says */
    size_t told;                /* characters of it in transcript deltas */
    struct buf audio;           /* all of it, mu-law */
    size_t sent;                /* bytes of it */
    size_t turns;               /* deltas sent */
    size_t outputs;             /* items begun */
    bool cut_call;              /* the tool call was cut off in the middle */
    struct buf output;          /* the items done, JSON, for response.done */
};

struct session {
    struct list link;
    struct sim_model *m;        /* NULL once the model is freed */
    struct conn *conn;
    struct wire_ws ws;
    bool open, closing, beta;
    bool updated;               /* a session.update was taken */
    bool hushed;                /* the dialect has no such event */
    char id[MODEL_ID];
    uint64_t seq_events;
    struct buf key[K_COUNT];
    bool pcmu_in, pcmu_out;
    bool vad, create, interrupt, transcribe, spoken;
    int64_t prefix_ms, silence_ms;
    char tool[MODEL_TOOLS][72];
    size_t tools;
    /* hearing */
    struct mfsk ear;
    uint64_t appended;          /* bytes since the start */
    uint64_t pending;           /* bytes in the buffer since the last commit */
    bool speech;
    int64_t quiet_ms;
    char speech_item[MODEL_ID];
    struct buf words;           /* of the speech going on */
    struct buf heard;           /* not yet answered */
    bool heard_any;
    struct buf asked;           /* what the active response answers */
    bool asked_any;
    /* talking */
    struct model_item item[MODEL_ITEMS];
    size_t items;
    char last_item[MODEL_ID];
    struct model_response resp;
    size_t responses;
    uint64_t fired;             /* rules that have fired, one bit each */
    char call[MODEL_CALLS][MODEL_ID];
    size_t calls;               /* not yet answered */
    struct buf tool_output;     /* answered since the last response */
    bool tool_answered;
    struct timer timer;         /* the response's next part */
    struct timer expiry;        /* 60 minutes */
    int64_t limited_until;      /* no tokens before then */
    char about[520];            /* event_id of the event being handled */
};

struct sim_model {
    struct loop *loop;
    struct sim_model_conf conf;
    struct listener *listener;
    struct list sessions;
    struct jread *json;
    struct buf out, frame, sound;
    uint64_t ids;
    struct sim_model_error error[MODEL_ERRORS];
    size_t errors;
    struct sim_model_counts counts;
    uint64_t stray_;
};

/* model.c */
void model_new_id(struct sim_model *m, const char *prefix,
    char out[static MODEL_ID]);
void model_judge(struct sim_model *m, bool sent, const char *code,
    const char *fmt, ...) PRINTFLIKE(4, 5);
/* One server event: begin, append to m->out, end. */
struct buf *model_begin(struct session *s, const char *type);
void model_end(struct session *s);
/* An error event about the client event being handled. */
void model_refuse(struct session *s, const char *code, const char *param,
    const char *fmt, ...) PRINTFLIKE(4, 5);
void model_note(const struct sim_model *m, const char *what, const char *text);
void model_error_event(struct session *s, const char *kind, const char *code,
    const char *param, const char *text);
void model_send(struct session *s, int op, struct slice data);
void model_hang_up(struct session *s, uint16_t code, const char *reason);

/* model_session.c */
void model_session_init(struct session *s, struct slice model);
void model_session_fini(struct session *s);
void model_session_json(struct session *s, struct buf *out);
/* 0, or -1 when it was refused (and said so). */
int model_session_update(struct session *s, const struct jnode *session);
int model_check_response(struct session *s, const struct jnode *response);
bool model_keys(struct session *s, const struct jnode *n, const char *path,
    const char *names);
/* What the dialects share.  Those that judge say what they refuse. */
bool model_wrong(struct session *s, const char *path, const char *name);
bool model_one_of(const struct jnode *n, const char *words);
bool model_words(const struct jnode *n, const char *words);
bool model_between(const struct jnode *n, double lo, double hi);
bool model_hearing_ok(struct session *s, const struct jnode *n,
    const char *path);
bool model_turn_ok(struct session *s, const struct jnode *n,
    const char *path);
bool model_noise_ok(struct session *s, const struct jnode *n,
    const char *path);
bool model_voice_ok(struct session *s, const struct jnode *n,
    const char *path);
bool model_tools_ok(struct session *s, const struct jnode *n,
    const char *path);
bool model_choice_ok(const struct jnode *n);
void model_set(struct session *s, enum model_key k, struct slice raw);
void model_take(struct session *s, const struct jnode *n, const char *name,
    enum model_key k);
void model_take_turn(struct session *s, const struct jnode *n);
void model_take_tools(struct session *s, const struct jnode *n);
void model_show(struct session *s, struct buf *out, const char *name,
    enum model_key k);

/* model_beta.c: the flat dialect of 2024 */
void model_beta_init(struct session *s);
void model_beta_json(struct session *s, struct buf *out);
int model_beta_update(struct session *s, const struct jnode *session);
int model_beta_check_response(struct session *s, const struct jnode *response);
/* Its name for an event; NULL: it has none. */
const char *model_beta_name(const char *type);

/* model_hear.c */
void model_on_append(struct session *s, struct slice audio);
void model_commit(struct session *s);

/* model_talk.c */
void model_add_previous(struct session *s, struct buf *b);
struct model_item *model_new_item(struct session *s, const char *id);
struct model_item *model_find_item(struct session *s, struct slice id);
void model_respond(struct session *s, const struct jnode *create);
/* Ends the active response: status "cancelled" and the reason. */
void model_cancel(struct session *s, const char *reason);
/* The active response is over; details is JSON or NULL. */
void model_over(struct session *s, const char *status, const char *details);
void model_speech_ends(struct session *s, const char *status);
/* What was asked stands as if it had not been answered. */
void model_unanswered(struct session *s);
void model_talk_init(struct session *s);
void model_talk_fini(struct session *s);

/* model_mishap.c: does what the rule says goes wrong; true when there is no
 * more to the response. */
bool model_mishap(struct session *s);
void model_leaves(struct session *s);

/* model_items.c: conversation.item.* of the client */
void model_on_item(struct session *s, const struct jnode *event);
void model_on_truncate(struct session *s, const struct jnode *event);
void model_on_delete(struct session *s, const struct jnode *event);
void model_on_retrieve(struct session *s, const struct jnode *event);

#endif
