/* voice.h - the realtime voice model's protocol: messages in, events out;
 * wishes in, messages out.
 *
 * Pure: no I/O, no clock, no memory.  The dialect hides names and shapes; GA
 * is the one OpenAI speaks (realtime 0), beta is for look-alikes.  Every
 * slice of an event points into the message it was read from.
 *
 * Ids (items, responses, tool calls) are handed on as they were read: the raw
 * text between the quotes.  Give them back the same way.
 */
#ifndef MODEL_VOICE_H
#define MODEL_VOICE_H

#include "base/buf.h"
#include "base/text.h"
#include "codec/json.h"
#include "codec/jsonw.h"

struct voice_dialect;
extern const struct voice_dialect voice_ga, voice_beta;
const struct voice_dialect *voice_dialect_find(struct slice name);  /* NULL */

/* ---- reading: events.c ---- */

enum voice_kind {       /* what is set besides type */
    VOICE_OTHER,            /* of no interest to a phone call; ignore it */
    VOICE_SESSION_CREATED,  /* id, expires_at, session */
    VOICE_SESSION_UPDATED,  /* id, expires_at, session: voice_check_session */
    VOICE_SPEECH_STARTED,   /* item, ms of audio appended; null item: "" */
    VOICE_SPEECH_STOPPED,   /* item, ms */
    VOICE_AUDIO,            /* response, item, content_index, text: base64 */
    VOICE_AUDIO_DONE,       /* response, item, content_index */
    VOICE_SAID_DELTA,       /* response, item, text */
    VOICE_SAID_DONE,        /* response, item, text: all that was said */
    VOICE_HEARD_DELTA,      /* item, text */
    VOICE_HEARD_DONE,       /* item, text: all that was heard */
    VOICE_HEARD_FAILED,     /* item, code, message: no transcript will come */
    VOICE_RESPONSE_CREATED, /* id */
    VOICE_RESPONSE_DONE,    /* id, status, reason, usage; fault, error type,
                               code and message when status is failed */
    VOICE_ITEM_ADDED,       /* item, item_type, role ("" if it has none) */
    VOICE_TOOL_CALL,        /* response, item, call, name, text: arguments */
    VOICE_TRUNCATED,        /* item, content_index, ms */
    VOICE_RATE_LIMITS,      /* reset_ms: longest wait of a limit used up, or
                               0 */
    VOICE_ERROR             /* fault, error_type, code, message, about */
};

enum voice_fault {      /* realtime 6 */
    VOICE_FINE,
    VOICE_NOISE,        /* log at debug, go on */
    VOICE_OUR_BUG,      /* log; fatal only while the session is configured */
    VOICE_EXPIRED,      /* the session's time is over: a new session */
    VOICE_TRANSIENT,    /* ask for the response once more, then a new session */
    VOICE_FINAL         /* key, quota, account, dialect: never retried */
};

struct voice_usage {    /* tokens of one response */
    int64_t in_text, in_audio, in_cached, out_text, out_audio;
};

struct voice_event {
    enum voice_kind kind;
    struct slice type;          /* as the server wrote it */
    struct slice id, response, item, call;
    int64_t content_index;
    struct json text;           /* a string; escaped says if json_text must
                                   be asked before the bytes are counted */
    struct slice name;          /* of a tool */
    struct slice item_type, role;
    struct slice status, reason;
    enum voice_fault fault;
    struct slice error_type, code;
    struct json message;
    uint64_t about;             /* number of our event at fault; 0 unknown */
    int64_t ms, expires_at, reset_ms;   /* expires_at: epoch s, 0 unknown */
    struct json session;
    struct voice_usage usage;
};

/* One scan of one message.  0, or -1 and *why (constant): it was no JSON, or
 * an event that lacks what its kind must have.  Log it and go on: no message
 * ends a call. */
int voice_read(const struct voice_dialect *d, struct slice message,
    struct voice_event *ev, const char **why);

/* Sorts an error by its code, type and text (look-alikes use other codes). */
enum voice_fault voice_fault(struct slice type, struct slice code,
    struct slice message);

/* Is "conversation_already_has_active_response" what this error says? */
bool voice_is_active_already(const struct voice_event *ev);

enum voice_close { VOICE_CLOSE_END, VOICE_CLOSE_RETRY, VOICE_CLOSE_FINAL };
enum voice_close voice_close(uint16_t code);        /* realtime 1 */

const char *voice_kind_name(enum voice_kind k);     /* "speech_started" */
const char *voice_fault_name(enum voice_fault f);   /* "our_bug" */

/* ---- the session: ga.c, beta.c ---- */

enum voice_vad { VOICE_VAD_SERVER, VOICE_VAD_SEMANTIC, VOICE_VAD_NONE };

struct voice_session {          /* start from voice_session_default() */
    struct slice model, voice, instructions;
    struct slice language;      /* ISO 639-1; empty: the model guesses */
    struct slice transcription; /* its model; empty: none is asked for */
    struct slice tools;         /* a JSON array; absent: none */
    struct slice effort;        /* sent to gpt-realtime-2* only; empty: not */
    struct slice noise;         /* near_field, far_field; empty: none */
    enum voice_vad vad;
    int threshold;              /* thousandths, 0..1000 */
    int prefix_ms, silence_ms;
    struct slice eagerness;     /* semantic: low medium high auto */
    bool by_hand;               /* the server neither answers nor interrupts
                                   by itself */
    int speed;                  /* percent, 25..150 */
    int max_tokens;             /* of one response, 1..4096; 0: no ceiling */
};

struct voice_session voice_session_default(void);

/* Does the model take the reasoning key?  realtime 1, Models. */
bool voice_reasons(struct slice model);

/* Compares what session.updated tells with what was asked for.  0, or -1 and
 * in why the field that differs, with both values.  What a server does not
 * show is no difference: one that refuses a key says so in an error. */
int voice_check_session(const struct voice_dialect *d, struct json session,
    const struct voice_session *asked, char *why, size_t cap);

/* ---- writing: voice.c.  Each appends one whole message to out and returns
 * the number of its event_id; buf_ok(out) tells if it fitted. ---- */

struct voice {                  /* zero it, set dialect */
    const struct voice_dialect *dialect;
    uint64_t events;            /* event ids given so far: "c1", "c2", ... */
};

uint64_t voice_update(struct voice *v, struct buf *out,
    const struct voice_session *s);
/* Changes the instructions and nothing else. */
uint64_t voice_instruct(struct voice *v, struct buf *out, struct slice text);

/* One response.create; instructions absent: the session's. */
uint64_t voice_respond(struct voice *v, struct buf *out,
    struct slice instructions);
uint64_t voice_cancel(struct voice *v, struct buf *out, struct slice response);
uint64_t voice_truncate(struct voice *v, struct buf *out, struct slice item,
    int64_t content_index, int64_t heard_ms);
uint64_t voice_delete(struct voice *v, struct buf *out, struct slice item);
uint64_t voice_tool_output(struct voice *v, struct buf *out,
    struct slice call, struct slice output);    /* output: text, often JSON */
enum voice_role { VOICE_SYSTEM, VOICE_USER, VOICE_ASSISTANT };
uint64_t voice_say_item(struct voice *v, struct buf *out, enum voice_role role,
    struct slice text);
uint64_t voice_clear_input(struct voice *v, struct buf *out);
uint64_t voice_commit_input(struct voice *v, struct buf *out);

/* input_audio_buffer.append around a base64 payload that is not copied: give
 * the parts to wsconn_send_parts. */
#define VOICE_APPEND_PARTS 5
struct voice_append {
    struct slice part[VOICE_APPEND_PARTS];
    char number[TEXT_U64_MAX];
};
uint64_t voice_append_parts(struct voice *v, struct voice_append *a,
    struct slice payload);

/* ---- where it is: address.c ---- */

/* The socket's address from REALTIME_URL, or when that is empty from
 * OPENAI_BASE_URL, or when both are, OpenAI's (realtime 1).  A query that was
 * written is kept; model is added when it says neither model, deployment nor
 * call_id.  0, or -1 and *why (constant). */
int voice_url(struct buf *out, struct slice realtime_url,
    struct slice openai_base, struct slice model, const char **why);

/* A preview address (api-version=) opens and then refuses session.update:
 * the warning to show, or NULL. */
const char *voice_url_warning(struct slice url);

#endif
