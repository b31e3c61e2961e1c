/* chat.h - a stand-in for the server of a chat model: POST
 * .../chat/completions (openai 7), whole and streamed, in the shapes of the
 * servers that speak it, with their faults.
 *
 * It judges every request with its own reader: head, key, roles, the order of
 * messages, tools, and members that the interface does not have.  What it says
 * is written in a script, a line for each thing the person may say.
 */
#ifndef SIM_CHAT_H
#define SIM_CHAT_H

#include "base/err.h"
#include "base/slice.h"
#include "net/loop.h"

struct sim_chat;

struct sim_chat_line {
    const char *said;           /* stands in the last message; NULL: any */
    const char *offered;        /* a tool that must be offered; NULL: any */
    const char *tool;           /* the tool it calls, with ... */
    const char *arguments;      /* this text; NULL: {} */
    const char *text;           /* or the words it says */
};

enum sim_chat_shape {
    SIM_CHAT_OPENAI,
    SIM_CHAT_OLLAMA,            /* an index in whole answers, content "", stop
                                   beside calls */
    SIM_CHAT_VLLM,              /* no content beside calls, extra members */
    SIM_CHAT_LLAMA,             /* arguments an object, no ids, no usage */
    SIM_CHAT_AZURE              /* filter results; a first chunk without
                                   choices; the key as api-key */
};

enum sim_chat_fault {
    SIM_CHAT_WELL,
    SIM_CHAT_STATUS,            /* the status n, in the shape's words */
    SIM_CHAT_QUOTA,             /* 429 insufficient_quota */
    SIM_CHAT_NO_TOOLS,          /* 400: it takes none */
    SIM_CHAT_SILENT,            /* no answer */
    SIM_CHAT_RESET,
    SIM_CHAT_HTML,              /* a page under status 200 */
    SIM_CHAT_ERROR_200,         /* an error under status 200 */
    SIM_CHAT_CUT,               /* the stream ends in mid-call */
    SIM_CHAT_MID_ERROR,         /* an error in mid-stream */
    SIM_CHAT_BROKEN,            /* arguments that end in mid-word */
    SIM_CHAT_STRANGER           /* calls a tool that was not offered */
};

struct sim_chat_conf {
    const char *key;            /* what it must be asked with */
    const char *model;
    enum sim_chat_shape shape;
    const struct sim_chat_line *line;   /* ends with a line of NULLs.  NULL: a
                                   model that routes by the verb, adds nothing
                                   to what the grammar understands, and says a
                                   friendly word */
    enum sim_chat_fault fault;
    int status;                 /* of SIM_CHAT_STATUS */
    int strikes;                /* so many requests; 0: all */
    const char *header;         /* of a faulty answer: "Retry-After: 1\r\n" */
    bool whole;                 /* answers whole even when asked to stream */
    size_t piece;               /* bytes of a stream sent at once; 0: all */
};

/* conf's pointers outlive it.  NULL and *err. */
struct sim_chat *sim_chat_new(struct loop *l, const struct sim_chat_conf *conf,
    struct err *err);
void sim_chat_free(struct sim_chat *c);
uint16_t sim_chat_port(const struct sim_chat *c);

struct sim_chat_counts {
    size_t asked;               /* requests */
    size_t wrong;               /* ... that broke the interface */
};
struct sim_chat_counts sim_chat_counts(const struct sim_chat *c);
const char *sim_chat_why(const struct sim_chat *c);     /* the first wrong */

#endif
