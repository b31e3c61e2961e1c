/* stream_impl.h - what the stream*.c files share.  Private. */
#ifndef APP_STREAM_IMPL_H
#define APP_STREAM_IMPL_H

#include "app/stream.h"
#include "base/list.h"
#include "codec/json.h"
#include "net/httpc.h"

/* ---- stream_wav.c ---- */

#define STREAM_AUDIO (64u << 20)        /* bytes of a file, and of mu-law */

/* A WAV file as mu-law, appended to out: mu-law of 8 kHz and one channel as it
 * stands, all else mixed, resampled and encoded.  0, or -1 and *err. */
int stream_wav(struct buf *out, struct slice file, struct err *err);
void stream_tones(struct buf *out);     /* one second */

/* ---- stream_judge.c ---- */

enum stream_said_kind { SAID_WRONG, SAID_MEDIA, SAID_MARK, SAID_CLEAR };

struct stream_said {
    enum stream_said_kind kind;
    enum stream_fault fault;            /* of SAID_WRONG, and why: */
    char why[STREAM_WHY];
    struct json payload;                /* of media */
    struct slice mark;                  /* the name, raw: in its escapes */
};

void stream_judge(struct slice text, struct slice sid,
    struct stream_said *out);

/* ---- stream_play.c: the queue at Twilio's end ---- */

#define PLAY_MAX (600 * 8000)   /* bytes waiting: ten minutes, twilio 1.4 */
#define PLAY_MARKS 4096

struct play {                   /* zero it, play_init */
    int64_t end;                /* when the last byte is played: ms * 8 */
    struct list marks;          /* waiting, in order */
    size_t waiting;
    void (*reached)(void *arg, struct slice name);
    void *arg;
};

void play_init(struct play *p, void (*reached)(void *, struct slice),
    void *arg);
void play_fini(struct play *p);         /* marks are not returned */
/* false: the queue is full, nothing was taken. */
bool play_audio(struct play *p, int64_t now, size_t bytes);
/* Reached at once when nothing is queued.  false: too many wait. */
bool play_mark(struct play *p, int64_t now, struct slice name);
/* Drops what is not played and returns all marks; how many bytes it was. */
size_t play_clear(struct play *p, int64_t now);
/* Returns the marks that are due; when to come again, or -1. */
int64_t play_run(struct play *p, int64_t now);

/* Times between a frame and its echo. */
#define TRIP_SENT 1024          /* frames remembered: 20 s */
#define TRIP_KEPT 16384         /* samples, the last ones */

struct trip {
    uint32_t us[TRIP_KEPT];
    uint64_t count;
};

struct trips {                  /* zero it */
    struct {
        uint64_t hash;
        int64_t us;
    } sent[TRIP_SENT];
    uint64_t count, next;       /* frames sent; the first not yet back */
    bool back;                  /* one came back since the last mark */
    int64_t back_us;            /* when that one had been sent */
    struct trip echo, mark;
};

void trips_sent(struct trips *t, struct slice audio, int64_t us);
void trips_audio(struct trips *t, struct slice audio, int64_t us);
void trips_mark(struct trips *t, int64_t us);
void trips_count(struct trip *t, struct stream_trip *out);  /* sorts it */

/* ---- stream_end.c ---- */

/* Fills in code, reason, body, err and number; handshake and stopped stand. */
void stream_ended(struct stream_facts *f, uint16_t code, struct slice reason,
    const struct err *err);

/* ---- stream_twiml.c ---- */

/* The URL as Twilio knows it: public_base ("" : none) with the path and query
 * of url, or url itself, without fragment; socket: as ws or wss and without
 * query.  0, or -1 and *err. */
int stream_known(struct buf *out, const char *public_base, struct slice url,
    bool socket, struct err *err);

/* url with the origin of over, as ws or wss; without query and fragment. */
int stream_over(struct buf *out, struct slice over, struct slice url,
    struct err *err);

/* Is this the end of a tunnel: plain, on an address of this net? */
bool stream_near(struct slice url);

struct stream_ask {             /* how Twilio asks for TwiML */
    struct slice url, known;    /* where to, and what is signed */
    struct slice token, account, call, from, to;
    bool outbound;
    bool get;                   /* bare, as after a redirect */
    int64_t within;             /* ms for everything; 0: 15 s */
};
struct httpc_call *stream_ask(struct httpc *h, const struct stream_ask *ask,
    void (*done)(void *arg, const struct httpc_answer *a,
        const struct err *err), void *arg, struct err *err);

/* Was it an answer that Twilio takes for TwiML?  0, or -1 and *err, with
 * Twilio's number in sys. */
int stream_answer(const struct httpc_answer *a, const struct err *from,
    struct err *err);

struct stream_script {          /* zero it */
    struct slice url;           /* of the stream, absolute */
    struct stream_param param[STREAM_PARAMS];
    size_t params;
    struct buf text_;
};
/* Lints doc, saying each finding, and reads the <Connect><Stream> out of it;
 * known is the URL it came from.  0, or -1 and *err (sys as above). */
int stream_script_read(struct stream_script *s, struct slice doc,
    struct slice known, void (*say)(void *arg, const char *line), void *arg,
    struct err *err);
void stream_script_free(struct stream_script *s);

/* Sets a parameter, in place of one of that name.  false: too many. */
bool stream_set_param(struct stream_param *param, size_t *n,
    struct slice name, struct slice value);

/* ---- stream_tell.c ---- */

void stream_tell(struct buf *out, const struct stream_plan *plan,
    const struct stream_facts *f);
void stream_tell_json(struct buf *out, const struct stream_plan *plan,
    const struct stream_facts *f);

#endif
