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

/* ---- stream_tones.c ---- */

/* Four notes of 200 ms with pauses of 50 ms.  The frequencies are prime: no two
 * frames of a note are alike, so each is known again when it comes back. */
#define STREAM_TONES "443:200,0:50,557:200,0:50,661:200,0:50,887:200,0:50"

/* "440,880:500" as mu-law, appended to out: one tone after the other, each for
 * the length that comes next (200 ms when none does); "350+440" are two at
 * once, "0" is a pause.  0, or -1 and *err. */
int stream_tones(struct buf *out, struct slice spec, struct err *err);

/* The tones of keys, from the next whole frame on.  0, or -1 and *err. */
int stream_keys(struct buf *out, struct slice keys, struct err *err);
size_t stream_key_frames(uint8_t key);  /* that one key takes */

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

/* Silence between two pieces of audio: shorter is the clocks' doing, longer a
 * pause in what is said. */
#define PLAY_GAP (20 * 8)
#define PLAY_PAUSE (1000 * 8)

struct play {                   /* zero it, play_init */
    int64_t end;                /* when the last byte is played: ms * 8 */
    bool begun;                 /* something was played before */
    uint64_t gaps, silent, longest;     /* how many; bytes of silence */
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

/* ---- stream_run.c ---- */

#define STREAM_SID_LEN 34       /* two letters and 32 hex digits */

struct ill {                    /* stream_ill.c's */
    int64_t held;               /* ms: no frame leaves before */
    struct timer turn;          /* of the slow reader */
    bool paused, away;
};

struct stream_run {
    uint32_t magic;
    struct loop *loop;
    struct stream_plan plan;
    struct stream_facts facts;
    void (*done)(void *arg, struct stream_run *run);
    void *arg;
    struct wsconn *ws;          /* NULL: over */
    bool open;
    char account[STREAM_SID_LEN + 1], call[STREAM_SID_LEN + 1];
    char sid[STREAM_SID_LEN + 1];
    int64_t dialled, began;     /* ms */
    uint64_t frame, frames;     /* the next one's number, and how many */
    uint8_t live[STREAM_FRAME]; /* pulled, for the next frame */
    size_t live_len;
    bool live_over;
    bool held;                  /* plan.hold has begun */
    uint64_t key, key_at;       /* the next key, and the frame it begins in */
    uint64_t sequence, chunk;
    struct timer tick, marks;
    struct play play;
    struct trips trips;
    struct ill ill;
    struct buf message;         /* ours, being written */
    struct buf text, audio;     /* theirs, unescaped and decoded */
};

/* ---- stream_say.c: our messages, twilio 1.3 ---- */

void stream_say_connected(struct stream_run *run);
void stream_say_start(struct stream_run *run);
/* copies: 0 is lost on the way, its numbers are used all the same. */
void stream_say_media(struct stream_run *run, struct slice audio,
    unsigned copies);
void stream_say_dtmf(struct stream_run *run, uint8_t digit);
void stream_say_mark(void *arg, struct slice name);
void stream_say_stop(struct stream_run *run);
/* As media, with a streamSid that is another's. */
void stream_say_stranger(struct stream_run *run, struct slice audio);

/* ---- stream_ill.c: what goes wrong on purpose ---- */

void ill_begin(struct stream_run *run);         /* the stream is open */
void ill_still(struct stream_run *run);         /* it is over */
bool ill_has(const struct stream_run *run, enum stream_ill ill);
/* When the frame that is due leaves: then, or later. */
int64_t ill_due(struct stream_run *run, int64_t due);
/* In place of stream_say_media. */
void ill_frame(struct stream_run *run, struct slice audio);
/* We are gone without a word, for the server to find out.  What it has said
 * since then is read again after ill_back. */
bool ill_is_away(const struct stream_run *run);
void ill_back(struct stream_run *run);

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
