/* twiml.h - the TwiML documents that our server answers with: twilio 2.
 *
 * A document is written whole or not at all: whatever Twilio would refuse, or
 * take in another sense than we meant, is refused here, and *err names the
 * field and holds in sys the number Twilio would have reported (0: none).
 * Nothing in here can say a track that <Connect> does not know.
 */
#ifndef TWILIO_TWIML_H
#define TWILIO_TWIML_H

#include "base/buf.h"
#include "base/slice.h"

#define TWIML_PARAMS 16         /* <Parameter>s of one stream */
#define TWIML_SAY 4096          /* characters of one <Say>, the basic voices:
                                   error 13521 */

struct twiml_param {
    struct slice name, value;
};

struct twiml {                  /* zero it, set what is wanted */
    struct slice say;           /* said before the stream; absent: nothing */
    struct slice language;      /* of say, "de-DE"; absent: Twilio's en-US */
    struct slice stream_url;    /* wss://; no query, it would be dropped */
    struct slice stream_name;   /* absent: Twilio's streamSid */
    struct slice status_callback;       /* of the stream, absolute; or absent */
    bool inbound_track;         /* say track="inbound_track", the default */
    struct twiml_param param[TWIML_PARAMS];     /* names all different */
    size_t params;
    bool hangup;                /* <Hangup/> when the stream has ended */
};

/* These append to out.  0, or -1 and *err, out as it was. */

/* [<Say>] <Connect><Stream>..</Stream></Connect> [<Hangup/>] */
int twiml_connect(struct buf *out, const struct twiml *t, struct err *err);

/* <Say> and <Hangup/>. */
int twiml_apology(struct buf *out, struct slice text, struct slice language,
    struct err *err);

/* <Hangup/> alone, and <Response/> with nothing in it. */
int twiml_hangup(struct buf *out, struct err *err);
int twiml_empty(struct buf *out, struct err *err);

#endif
