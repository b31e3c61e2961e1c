/* bridge.h - the audio of one call: Twilio's stream on one side, the model's
 * socket on the other.
 *
 * The payload text of a media message goes into the append event without being
 * decoded and with one copy, and back; media and mark leave in one write.  No
 * allocation, no system call here: the sockets' queues are flushed at the end
 * of the round.  The recorder listens on both sides.
 */
#ifndef CALL_BRIDGE_H
#define CALL_BRIDGE_H

#include "call/played.h"
#include "model/voice.h"
#include "net/wsconn.h"
#include "twilio/media.h"

struct recorder;

#define BRIDGE_SID 64           /* bytes of a streamSid, NUL included */
#define BRIDGE_ID 64            /* bytes of a response id, NUL included */

/* What every frame touches stands first and close together: in a busy server
 * a call has left the caches by its next frame. */
struct bridge {                 /* zero it */
    struct wsconn *stream;      /* NULL: no stream */
    struct wsconn *model;       /* NULL: no model; audio of theirs is dropped */
    struct voice *voice;
    struct recorder *recorder;  /* NULL: not recorded */
    bool joined;                /* the model is configured: audio may pass */
    int64_t last_sent;          /* when the model's audio last came, ms */
    int64_t first_sent;         /* ... came first, ms; 0: not yet */
    uint64_t frames_up, frames_down, dropped;
    uint64_t marks_sent, marks_back, clears;
    char sid[BRIDGE_SID];
    char head[MEDIA_HEAD_MAX];  /* what stands before each payload we send */
    size_t head_len;
    char muted[BRIDGE_ID];      /* late audio of this response is dropped */
    struct played played;
};

void bridge_open(struct bridge *b, struct wsconn *stream, struct slice sid);

/* A media message of Twilio's. */
void bridge_media(struct bridge *b, const struct media *m);

/* Audio of the model's.  Returns how many bytes of it went to Twilio. */
size_t bridge_audio(struct bridge *b, const struct voice_event *ev,
    int64_t now);

/* Tones of our own, DTMF_KEY_MAX bytes of mu-law at most, behind what is
 * queued; item is their name in played.  Returns how many bytes went. */
size_t bridge_tones(struct bridge *b, struct slice item, struct slice mulaw,
    int64_t now);

/* A mark came back. */
void bridge_mark(struct bridge *b, struct slice name, int64_t now);

/* The caller speaks over us (realtime 4): Twilio's queue is cleared, what was
 * not heard is cut from the model's memory, and response's late audio will be
 * dropped.  cut gets what was cut; returns how many. */
size_t bridge_interrupt(struct bridge *b, struct slice response, int64_t now,
    struct played_cut cut[static PLAYED_ITEMS]);

/* Lets go of a socket whose owner will be gone before it: nothing is called
 * any more.  abort: cut it now; else it ends as it was going to. */
void bridge_disown(struct wsconn *w, bool abort);

/* Forget the model's side: ids of a lost session mean nothing to the next. */
void bridge_lose_model(struct bridge *b);

#endif
