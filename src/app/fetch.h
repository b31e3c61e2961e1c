/* fetch.h - a TwiML document fetched as Twilio fetches it: twilio 2.1.
 *
 * A form POST of the standard parameters as TwilioProxy/1.1, signed when there
 * is a token; redirects are followed, content type, size and time are judged;
 * 15 s for everything together.
 */
#ifndef APP_FETCH_H
#define APP_FETCH_H

#include "base/buf.h"
#include "base/err.h"
#include "net/httpc.h"

#define FETCH_URL 2048          /* bytes of a URL */

struct fetch_plan {             /* slices live until done */
    struct slice url;           /* http:// or https:// */
    const char *public_base;    /* as Twilio knows a server of this machine,
                                   for the signature; "" : as url says */
    struct slice token, account, call, from, to;    /* token absent: unsigned */
};

struct fetch_note {             /* what is wrong with how it came */
    int number;                 /* Twilio's; 0: it has none */
    char level;                 /* 'E', then there is no document; 'W' */
    char text[240];
    const char *remedy;
};

#define FETCH_NOTES 4
#define FETCH_REDIRECTS 10      /* twilio 2.1: one more is error 11215 */

struct fetch {                  /* zero it, keep it in place */
    struct httpc *http;
    const struct fetch_plan *plan;
    void (*done)(void *arg);
    void *arg;
    /* as it goes, and when done is called: */
    char url[FETCH_URL];        /* where it came from at last */
    int redirects;
    struct buf doc;             /* owned: fetch_free */
    struct fetch_note note[FETCH_NOTES];
    size_t notes;
    struct err err;             /* code ERR_NONE: doc is to be judged */
    int64_t ms;                 /* all in all */
    bool get_;                  /* private */
    int64_t began_;
};

/* done is called once, never before this returned; -1 and *err when nothing
 * could be sent. */
int fetch_start(struct fetch *f, struct httpc *http,
    const struct fetch_plan *plan, void (*done)(void *arg), void *arg,
    struct err *err);
void fetch_free(struct fetch *f);

#endif
