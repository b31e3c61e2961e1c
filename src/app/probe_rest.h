/* probe_rest.h - what doctor asks Twilio's three hosts: one GET, one answer. */
#ifndef APP_PROBE_REST_H
#define APP_PROBE_REST_H

#include "app/probe.h"
#include "codec/json.h"

struct rest_ask {               /* zero it; embed it in p->own */
    struct probe_run *p;
    const char *host;           /* of the base, constant words for a line */
    struct httpc_call *call;    /* under way */
    void (*done)(struct rest_ask *a);
    bool asked, over;
    int status;                 /* HTTP's; 0: no answer */
    int code;                   /* Twilio's number, when it refused; or 0 */
    char why[200];              /* why there is no answer, or its message */
    struct buf body;            /* owned: rest_ask_stop */
    struct json json;           /* of a 200; JSON_ABSENT otherwise */
};

enum rest_as { REST_BY_TOKEN, REST_BY_KEY };    /* who asks */

/* What the server itself asks with: the key, when one is set. */
enum rest_as rest_as_server(const struct conf *c);

/* base: "https://api.twilio.com"; path begins with a slash.  done is called
 * once, never before this returned; false, and done is not called, when
 * nothing could be sent (a->why says). */
bool rest_ask(struct rest_ask *a, struct probe_run *p, enum rest_as as,
    const char *base, const char *path, void (*done)(struct rest_ask *a));
void rest_ask_stop(struct rest_ask *a);

/* Skips the probe and returns false when there is nobody to ask as, or
 * --offline forbids to. */
bool rest_ask_may(struct probe_run *p, const char *base);

/* Ends the probe as failed for an answer that is no 200, with the number the
 * refusal has and what mends it. */
void rest_ask_fail(struct probe_run *p, const struct rest_ask *a,
    enum rest_as as);

/* A sentence of twilio/errors as a line has it: in lower case, without its full
 * stop. */
const char *rest_ask_words(char *dst, size_t cap, const char *sentence);

#endif
