/* why.h - the story of one call, and what it comes to: cause and remedy.
 *
 * Pure: made of the call object, its story.json and what Twilio wrote down, by
 * the server for GET /v1/calls/{id}/why and by `concierge why` for a call of
 * a server that does not run.
 */
#ifndef APP_WHY_H
#define APP_WHY_H

#include "codec/json.h"
#include "codec/jsonw.h"
#include "twilio/notices.h"

#define WHY_CANDIDATES 4

struct why_told {
    struct json call;           /* the call object */
    struct json story;          /* story.json; absent when there is none */
    const struct notices *twilio;       /* NULL: Twilio was not asked, */
    const char *not_asked;      /* ... and why */
};

struct why_verdict {
    bool well;                  /* nothing went wrong */
    bool open;                  /* the call is not over yet */
    int number;                 /* Twilio's; 0: none stands for it */
    int sip;                    /* 0: none */
    char end[24];
    char cause[400], remedy[400];       /* a sentence each */
    const char *probe;          /* doctor's that looks for it, or NULL */
    int candidate[WHY_CANDIDATES];      /* likelier first; 0 ends them */
};

void why_judge(const struct why_told *t, struct why_verdict *out);

/* {"id","call_sid","status","outcome","story","twilio","verdict"} */
void why_write(struct jsonw *w, const struct why_told *t);
/* The same, from that object, for a person. */
void why_print(struct buf *out, struct json why);

#endif
