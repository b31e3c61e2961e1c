/* sign.h - X-Twilio-Signature, made and checked: twilio 5.
 *
 * Pure, no malloc: the pairs of a form are sorted as slices of the body and
 * decoded on their way into the HMAC.  The URL is signed as Twilio was given
 * it, which the request alone does not say; so the caller lists the bases it
 * may have had, the usual one first, and each is tried in the spellings of
 * twilio 5.2 and 5.3.
 */
#ifndef TWILIO_SIGN_H
#define TWILIO_SIGN_H

#include "base/buf.h"
#include "base/slice.h"

#define SIGN_LEN 28             /* base64 of 20 bytes */
#define SIGN_PAIRS 256          /* of one form, duplicates not counted; a
                                   webhook has about 30 */
#define SIGN_FORM_MAX 65536     /* bytes of one form, over which no signature
                                   is computed */
#define SIGN_BASES 4

enum sign_result {
    SIGN_OK,
    SIGN_MISSING,       /* no signature in the request */
    SIGN_BAD,           /* no URL form gives this signature */
    SIGN_BODY_HASH      /* the URL is signed, but the body, which is no form,
                           is not the one bodySHA256 names, or nothing names
                           it */
};

/* How the URL that matched differs from base and target: bits. */
#define SIGN_PORT 1u            /* the port was added or left out */
#define SIGN_SLASH 2u           /* so was the final slash of the path */
#define SIGN_QUOTE 4u           /* %27 for ' in the query, or the reverse */
#define SIGN_QUERY 8u           /* the query was signed as parameters (ws) */

struct sign_request {
    struct slice token;         /* the account's AuthToken */
    struct slice signature;     /* header value; absent when there is none */
    struct slice method;
    struct slice target;        /* as in the request line, undecoded */
    struct slice type;          /* Content-Type; may be absent */
    struct slice body;
    struct slice base[SIGN_BASES];      /* "https://voice.example.com" */
    size_t bases;
    bool websocket;             /* an upgrade: wss for https, ws for http */
};

struct sign_match {             /* which URL it was, when SIGN_OK */
    size_t base;                /* index */
    unsigned form;              /* SIGN_ bits, 0 the usual form */
};

/* Signs a URL, kept byte for byte but for a fragment, and a form (may be
 * empty).  out gets SIGN_LEN chars and a NUL.  -1 when the form has too many
 * pairs or bytes. */
int sign_make(struct slice token, struct slice url, struct slice form,
    char out[static SIGN_LEN + 1]);

/* match may be NULL. */
enum sign_result sign_check(const struct sign_request *r,
    struct sign_match *match);

/* ---- when it does not match: what would have ---- */

struct sign_near {
    bool secure, websocket;     /* https http, wss ws: as it was signed */
    struct slice host;          /* one of those that were given */
    unsigned form;              /* SIGN_ bits */
    bool no_body;               /* the form was not signed with it */
};

/* Was it signed for one of these hosts (each may have a port, and a path
 * behind it), under whatever scheme, in whatever spelling?  At most 8 times the
 * work of sign_check for each host: ask seldom, and only for small bodies. */
bool sign_find(const struct sign_request *r, const struct slice *host,
    size_t hosts, struct sign_near *out);
/* "http://other.example:80/twiml": the URL that was signed, without its query,
 * which may hold anything. */
void sign_add_near(struct buf *out, const struct sign_near *near,
    struct slice target);

/* A base from X-Forwarded-Proto and X-Forwarded-Host or Host: the first item
 * of each list.  Only for peers that are trusted to say so. */
void sign_base(struct buf *out, struct slice proto, struct slice host);

const char *sign_name(enum sign_result result);         /* for the log */
void sign_add_form(struct buf *out, unsigned form);     /* "port+slash" */

#endif
