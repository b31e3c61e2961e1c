/* own.c - a server of the command's own. */
#include "app/own.h"

#define LAST_DRAIN 15000        /* ms for a call's last callback */

int own_open(struct own *o, struct client *client, struct loop *loop,
    const struct conf *conf, struct err *err)
{
    char base[CONF_TEXT];
    struct err dead;

    if (client_open(client, loop, conf, NULL, NULL, err))
        return -1;
    if (client_alive(client, &dead))
        return 0;
    client_close(client);
    o->server = server_new(loop, conf, err);
    if (!o->server)
        return -1;
    conf_own_url(conf, server_port(o->server), base, sizeof base);
    return client_open(client, loop, conf, base, o->server->token, err);
}

static void on_drained(void *arg)
{
    struct own *o = arg;

    o->drained = true;
}

void own_close(struct own *o, struct loop *loop)
{
    if (!o->server)
        return;
    server_drain(o->server, LAST_DRAIN, on_drained, o);
    while (!o->drained && loop_round(loop) == 0)
        continue;
    own_drop(o);
}

void own_drop(struct own *o)
{
    server_free(o->server);     /* none is none */
    o->server = NULL;
}
