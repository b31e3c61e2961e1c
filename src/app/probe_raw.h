/* probe_raw.h - Twilio's upgrade request, byte for byte, and its answer.
 *
 * For probe_upgrade.c: a WebSocket client of ours would refuse what is to be
 * looked at.
 */
#ifndef APP_PROBE_RAW_H
#define APP_PROBE_RAW_H

#include "app/probe.h"
#include "codec/ws.h"

#define RAW_BODY 300            /* bytes of a refusal's body that are kept */

struct raw {                    /* raw_start zeroes it */
    struct probe_run *p;
    void (*done)(struct raw *);
    struct conn *conn;
    bool open;
    char key[WS_KEY_LEN + 4];
    char request[2048];         /* as it was sent */
    uint8_t answer[4096];       /* as it came; cut */
    size_t len, head;           /* bytes; head 0: no whole head has come */
    struct http http;           /* of the answer, when head is set */
    const char *bad;            /* why it is no HTTP; or NULL */
    char body[RAW_BODY + 1];    /* as a line may show it */
    struct err err;             /* of the transport; may stand beside a head */
    int64_t began_us, us;
};

/* Connects to base ("https://host:port") and sends the upgrade for path under
 * the public address's own path, with its Host, signed.  done is called once,
 * from within for what is known at once.  r lives until then or raw_stop. */
void raw_start(struct raw *r, struct probe_run *p, const char *base,
    const char *path, int64_t within, void (*done)(struct raw *));
void raw_stop(struct raw *r);

#endif
