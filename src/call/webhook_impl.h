/* webhook_impl.h - what webhook.c and webhook_try.c share.  Private.
 *
 * webhook.c keeps the deliveries and knows when each is due; webhook_try.c
 * makes one try: body, signature, request, what the answer means.
 */
#ifndef CALL_WEBHOOK_IMPL_H
#define CALL_WEBHOOK_IMPL_H

#include "base/limits.h"
#include "base/list.h"
#include "call/webhook.h"
#include "net/loop.h"

enum delivery_state { DELIVERY_WAITS, DELIVERY_READS, DELIVERY_SENDS };

struct delivery {
    struct list link;           /* in webhook.all, the oldest first */
    struct webhook *hook;       /* NULL: dropped while the disk reads for us */
    struct delivery *behind;    /* of the same call, to be told before us */
    enum delivery_state state;
    char id[WEBHOOK_ID + 1], call[WEBHOOK_CALL + 1];
    const char *type;
    int64_t at, until;          /* wall ms; until 0: three days, and tried */
    int64_t next;               /* loop ms of the next try */
    unsigned tries;
    struct httpc_call *request;
    struct slice body;          /* behind this struct; absent: the object */
};

struct later {                  /* an outcome for which there was no room */
    char id[WEBHOOK_ID + 1], call[WEBHOOK_CALL + 1];
    int64_t at;
};

struct webhook {
    struct loop *loop;
    struct disk *disk;
    struct httpc *httpc;
    struct webhook_ops ops;
    void *arg;
    char url[WEBHOOK_URL_MAX];  /* "": off */
    char secret[WEBHOOK_URL_MAX], old[WEBHOOK_URL_MAX];
    struct list all;
    size_t n;                   /* in it */
    struct later *later;        /* the oldest first, from first on */
    size_t first, n_later, cap_later;
    size_t under_way;
    struct webhook_counts counts;
    struct timer timer;         /* the next try that is due */
    void (*rest)(void *arg);
    void *rest_arg;
};

/* ---- webhook.c ---- */

/* A try came to nothing; after is what the receiver asked to wait, ms or 0. */
void webhook_failed(struct delivery *d, const char *why, int64_t after);
/* It is given up: "refused", "expired". */
void webhook_give_up(struct delivery *d, const char *how, const char *why);
/* It was taken. */
void webhook_done(struct delivery *d);
/* Tries what is due.  Last of all: whoever is told of the rest may free w. */
void webhook_pump(struct webhook *w);

/* ---- webhook_try.c ---- */

void webhook_try(struct delivery *d);

#endif
