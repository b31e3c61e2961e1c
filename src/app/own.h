/* own.h - a server of the command's own, where none answers: DESIGN 3. */
#ifndef APP_OWN_H
#define APP_OWN_H

#include "app/client.h"
#include "app/server.h"

struct own {                    /* zero it */
    struct server *server;      /* NULL: another one is used */
    bool drained;
};

/* Opens the client to SERVER_URL; when nothing answers there, to a server that
 * runs on the same loop.  0, or -1 and *err. */
int own_open(struct own *o, struct client *client, struct loop *loop,
    const struct conf *conf, struct err *err);

/* Waits a moment for the last callbacks, then ends it. */
void own_close(struct own *o, struct loop *loop);
/* Ends it at once, whatever runs: as the power's failing would. */
void own_drop(struct own *o);

#endif
