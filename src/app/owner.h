/* owner.h - who may go through the owner's doors: by the token, or by the
 * cookie that POST /v1/login gives a browser for it.
 *
 * A cookie travels by itself, so what comes with one must come from a page of
 * ours: HttpOnly, SameSite=Strict, and Origin or Sec-Fetch-Site say so (RFC
 * 6454, Fetch 3.2, Fetch Metadata).  A page of another origin is refused
 * whatever it holds, unless ALLOW_ORIGIN names it; then it needs the token,
 * for no cookie of ours crosses sites.
 */
#ifndef APP_OWNER_H
#define APP_OWNER_H

#include "net/httpd.h"

#define OWNER_LOGINS 16         /* browsers that are in; one more, and the one
                                   that would go first goes */
#define OWNER_PEERS 64          /* addresses whose wrong tries are counted */
#define OWNER_TRIES 10          /* wrong tokens from one address ... */
#define OWNER_TRIES_MS 60000    /* ... in that time; then 429 to its end */
#define OWNER_LOGIN_MS (12 * 3600 * INT64_C(1000))
#define OWNER_COOKIE 64         /* hex digits */

struct owner {
    struct owner_login {
        char id[OWNER_COOKIE + 1];
        int64_t until;          /* ms; 0: free */
    } login[OWNER_LOGINS];
    struct owner_peer {
        char peer[SYS_ADDR_TEXT];
        int64_t until;          /* ms; the count is of the time up to it */
        int wrong;
    } peer[OWNER_PEERS];
};

/* Where a request's page came from. */
enum owner_origin {
    OWNER_NO_ORIGIN,            /* no browser's, or its own navigation */
    OWNER_OURS,                 /* this server's own */
    OWNER_ALLOWED,              /* one of ALLOW_ORIGIN */
    OWNER_FOREIGN
};

/* Judges the Origin header against host ("name" or "name:port", the one the
 * browser asked for) and the list of ALLOW_ORIGIN, "https://a,https://b". */
enum owner_origin owner_origin(struct slice origin, struct slice host,
    struct slice allowed);

#endif
