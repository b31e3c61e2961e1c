/* door.h - streams that knock: let in by the token in their start message.
 *
 * An upgrade on /media-stream always got its 101 (DESIGN 3); judging comes
 * after.  A refused one is closed 1008 after its start, or after 5 s without
 * one, and 1013 when full or draining.  Tickets let doctor and /test open a
 * stream to an echo: it never reaches a model.
 */
#ifndef CALL_DOOR_H
#define CALL_DOOR_H

#include "base/err.h"
#include "call/calls.h"
#include "net/attempts.h"
#include "net/wsconn.h"

struct door;

struct door *door_new(struct loop *l, struct calls *cs,
    struct attempts *attempts, struct err *err);
void door_free(struct door *d);

/* What a fresh stream is given to: wsconn_accept with these, arg door_guest. */
extern const struct wsconn_ops door_ops;
/* NULL: no memory or too many waiting; refuse with 503 then.  attempt: its id
 * in the ring, or 0. */
struct door_guest *door_guest(struct door *d, uint64_t attempt);
/* The upgrade was refused after all: forget the guest. */
void door_forget(struct door_guest *g);
/* The stream stands. */
void door_greet(struct door_guest *g, struct wsconn *w);

/* A ticket: an id and a token for one stream to the echo, valid 60 s.  -1: too
 * many are out. */
int door_ticket(struct door *d, char id[static CALL_ID + 1],
    char token[static CALL_TOKEN + 1]);
/* The token of a ticket that is still good, or NULL: for its TwiML. */
const char *door_ticket_token(struct door *d, struct slice id);

size_t door_waiting(const struct door *d);

#endif
