/* chat.h - Chat Completions: what an agent's model is asked, and what it says
 * (openai 7).
 *
 * Pure.  One shape goes out, the one that OpenAI, Azure, Ollama, vLLM and
 * llama.cpp all take; what comes in is read with every oddity they have:
 * whole or streamed, arguments as text or object, ids missing, errors under
 * status 200.
 */
#ifndef MODEL_CHAT_H
#define MODEL_CHAT_H

#include "base/buf.h"
#include "base/slice.h"
#include "codec/json.h"
#include "codec/sse.h"

#define CHAT_TOOLS 8            /* calls of one answer; more are an error */
#define CHAT_ID 80              /* bytes of a call's id, with NUL */
#define CHAT_NAME 65            /* of a tool's name, with NUL: openai 7 */
#define CHAT_TEXT (32u << 10)   /* bytes of an answer's words */
#define CHAT_ARGUMENTS (16u << 10)      /* of one call's arguments */

/* ---- asking ---- */

enum chat_role { CHAT_SYSTEM, CHAT_USER, CHAT_ASSISTANT, CHAT_TOOL };

struct chat_call {              /* a tool call that was made */
    struct slice id, name;
    struct slice arguments;     /* JSON text of an object */
};

struct chat_message {
    enum chat_role role;
    struct slice text;          /* absent: null, beside calls */
    const struct chat_call *call;
    size_t calls;               /* of an assistant's message */
    struct slice answers;       /* a tool's message: the id of its call */
};

struct chat_ask {
    struct slice model;
    const struct chat_message *message;
    size_t messages;
    struct slice tools;         /* JSON array; absent: none */
    bool must_call;             /* tool_choice required */
    int max_tokens;             /* 0: not said */
    bool old_max_tokens;        /* under its old name, which other servers
                                   than OpenAI's know */
    bool stream;
};

/* Appends the request's body. */
void chat_write(struct buf *out, const struct chat_ask *ask);

/* The address for a base ("https://api.openai.com/v1", Ollama's, Azure's v1 or
 * an old Azure deployment with ?api-version=); absent: OpenAI's. */
void chat_url(struct buf *out, struct slice base);
/* Azure takes the key under a name of its own.  *out: "api-key: KEY\r\n", or
 * nothing where a bearer token does. */
void chat_key_header(struct buf *out, struct slice base, struct slice key);

/* ---- what it says ---- */

enum chat_finish { CHAT_NO_FINISH, CHAT_STOP, CHAT_LENGTH, CHAT_TOOL_CALLS,
    CHAT_FILTERED };

struct chat_tool {
    char id[CHAT_ID];           /* made up when the server gave none */
    char name[CHAT_NAME];
    struct buf arguments;       /* as the model wrote them; chat_repair */
};

enum chat_fail {
    CHAT_FINE,
    CHAT_BUSY,                  /* rate limit, overload: try again */
    CHAT_QUOTA,                 /* insufficient_quota: never again */
    CHAT_KEY,                   /* 401, 403 */
    CHAT_MODEL,                 /* 404: no such model, or no such address */
    CHAT_NO_TOOLS,              /* the server or model takes no tools */
    CHAT_ASKED_WRONG,           /* another 400 */
    CHAT_SERVER,                /* 5xx */
    CHAT_RUBBISH                /* no answer in any shape known */
};

struct chat_answer {
    struct buf text;            /* its words; a refusal's, too */
    bool refused;
    enum chat_finish finish;
    struct chat_tool tool[CHAT_TOOLS];
    size_t tools;
    int64_t tokens_in, tokens_out;      /* -1: not said */
    enum chat_fail fail;
    char why[200];              /* the server's words, or ours */
    bool done;                  /* the stream's [DONE] came */
    struct sse sse_;            /* private */
    size_t said_;
};

void chat_answer_init(struct chat_answer *a);
void chat_answer_free(struct chat_answer *a);

/* A whole answer of any status.  a->fail says how it went. */
void chat_read(struct chat_answer *a, int status, struct slice body);

/* A piece of a stream of status 200.  False: it is over, or failed. */
bool chat_feed(struct chat_answer *a, struct slice piece);
/* The words that came since the last call. */
struct slice chat_fresh(struct chat_answer *a);
/* The stream ended: what is there must be an answer. */
void chat_end(struct chat_answer *a);

/* ---- again, or not ---- */

struct chat_again {             /* headers; absent where there were none */
    struct slice should_retry, retry_after_ms, retry_after;
    int64_t now;                /* wall ms, for a date in retry_after */
};

/* ms to wait before attempt number try (1 is the first repeat); -1: do not.
 * Two repeats at most; a server that wants longer than within is not waited
 * for.  jitter: 0 to 1023, random.  openai 7, as openai-python does. */
int64_t chat_retry_in(enum chat_fail fail, const struct chat_again *h,
    int repeat, int64_t within, unsigned jitter);

/* ---- what it wrote as arguments ---- */

/* Writes the object that raw means to out.  Repairs what leaves no doubt: code
 * fences, a trailing comma, single quotes, bare keys, True and None, a text of
 * JSON inside a string, closing brackets that are missing behind a whole
 * value.  A text cut in mid-word, or anything else: -1, and nothing may be
 * done with it. */
int chat_repair(struct buf *out, struct slice raw);

#endif
