/* ngrok.h - PUBLIC_DOMAIN=auto: the address that ngrok's agent on this machine
 * tells of, asked for at start and again as long as the server runs.
 *
 * The agent's own interface is GET /api/tunnels at NGROK_API; a free tunnel has
 * another name each time it is opened.  Of several tunnels the one that leads
 * to our port is taken, else the first; https only.
 */
#ifndef APP_NGROK_H
#define APP_NGROK_H

#include "app/conf.h"
#include "base/err.h"
#include "net/httpc.h"
#include "net/loop.h"

struct ngrok {                  /* in place as long as it runs */
    char base[CONF_TEXT];       /* "" : not known */
    struct err err;             /* then: why */
    /* private */
    struct loop *loop_;
    struct httpc *http_;
    const struct conf *conf_;
    int port_;
    struct httpc_call *call_;
    struct timer timer_;
    bool waits_;
    void (*changed_)(void *arg);
    void *arg_;
};

/* Asks and waits for the answer, for 3 s at most: for start-up and commands.
 * port: of the server the tunnel shall lead to.  0, or -1 and n->err. */
int ngrok_find(struct ngrok *n, struct loop *loop, struct httpc *http,
    const struct conf *conf, int port);

/* From then on it asks every half minute, every 5 s while nothing is known;
 * changed is called when another address is told.  An agent that is silent
 * takes no address away: Twilio may still reach us there. */
void ngrok_watch(struct ngrok *n, void (*changed)(void *arg), void *arg);
void ngrok_stop(struct ngrok *n);

#endif
