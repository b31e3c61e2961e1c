/* stream.h - be Twilio: open a media stream to a server and judge it.
 *
 * Twilio's part after twilio 1.7: the handshake, connected, start, a frame of
 * audio every 20 ms; what comes back is held against twilio 1.4, played on a
 * clock, its marks returned.  A run lives on the loop it is given, beside
 * anything else; the command makes a loop of its own.
 */
#ifndef APP_STREAM_H
#define APP_STREAM_H

#include "app/conf.h"
#include "base/buf.h"
#include "base/err.h"
#include "net/loop.h"

struct resolver;
struct tlsctx;

/* `concierge stream`; argv[0] is the command's name and the settings' options
 * are out of argv (conf_load).  Returns the exit status. */
int cmd_stream(const struct conf *conf, int argc, char **argv);
extern const char stream_help[];

/* ---- one run ---- */

#define STREAM_PARAMS 99        /* <Parameter>s: twilio 2.3 */
#define STREAM_FRAME 160        /* bytes of mu-law, 20 ms */
#define STREAM_FRAME_MS 20
#define STREAM_WHY 160          /* bytes of a breach in words */
#define STREAM_BODY 200         /* bytes shown of a refusal's body */

struct stream_param {
    struct slice name, value;
};

/* What Twilio's side, or the way, does wrong on purpose. */
enum stream_ill {
    ILL_LATE,           /* frames held back for up to 400 ms, then at once */
    ILL_LOST,           /* a frame's numbers are used, it does not arrive */
    ILL_DOUBLED,        /* a frame twice, with the same numbers */
    ILL_JITTER,         /* each frame up to 40 ms late */
    ILL_BINARY,         /* a binary message */
    ILL_SID,            /* media of another stream */
    ILL_GARBAGE,        /* messages that are none */
    ILL_SLOW,           /* a tenth of the time we read */
    ILL_HALF_OPEN,      /* from some frame on, nothing is sent or read */
    ILL_NO_STOP,        /* closed without stop */
    ILL_ABORT,          /* cut without close: 1006 */
    STREAM_ILLS
};
extern const char *const stream_ill_names[STREAM_ILLS];

struct stream_plan {            /* its slices live as long as the run */
    struct slice url;           /* where to connect: ws:// or wss:// */
    struct slice known;         /* the URL as Twilio knows it: it is signed */
    struct slice token;         /* what signs; empty: no signature */
    struct slice account, call; /* SIDs; absent: made up */
    struct stream_param param[STREAM_PARAMS];
    size_t params;
    struct slice audio;         /* mu-law; silence follows */
    /* More of it, from somebody who speaks now: at most n bytes, without
     * waiting; *end: those were the last.  Silence fills the frames it has
     * nothing for.  NULL: audio is all. */
    size_t (*pull)(void *arg, uint8_t *out, size_t n, bool *end);
    void *pull_arg;
    struct slice keys;          /* whose tones are in audio, told as dtmf... */
    size_t keys_at;             /* from this byte on */
    uint32_t ills;              /* 1 << enum stream_ill */
    uint64_t seed;              /* which frames they befall */
    int64_t after;              /* ms of silence before we hang up */
    int64_t hold;               /* ms behind that in which nothing at all is
                                   sent: what ends an idle stream shows */
    struct buf *save, *sent;    /* mu-law that came and went; NULL: dropped */
    void (*say)(void *arg, const char *line);   /* what comes back; or NULL */
    void *say_arg;
};

/* What Twilio takes amiss, and the number it is logged under. */
enum stream_fault {
    STREAM_BINARY,      /* 31950 */
    STREAM_NO_JSON,     /* 31951, as the next three */
    STREAM_EVENT,       /* an unknown event, or none */
    STREAM_FIELD,       /* one missing, one too many, or of another type */
    STREAM_SID,         /* another stream's */
    STREAM_PAYLOAD,     /* no base64: 31951 */
    STREAM_HEADER,      /* a file's head among the audio: noise, no number */
    STREAM_QUEUE,       /* over ten minutes wait to be played: 31931 */
    STREAM_MARKS,       /* more marks wait than we keep */
    STREAM_FAULTS
};
int stream_fault_number(enum stream_fault f);       /* 0: has none */

struct stream_breach {
    uint64_t count;
    char first[STREAM_WHY];
};

struct stream_trip {            /* microseconds */
    size_t count;               /* 0: no such thing was seen */
    uint32_t p50, p99;
};

struct stream_facts {
    int64_t handshake;          /* ms from dialling to the 101; -1: none */
    int64_t lasted;             /* ms from start to the end */
    uint64_t frames_out, bytes_out, dropped;    /* dropped: the server did not
                                   read; 31930 */
    uint64_t frames_in, bytes_in;
    uint64_t marks, returned, clears, cleared;  /* cleared: bytes unplayed */
    uint64_t gaps, gap_ms, gap_longest; /* silence of 20 ms to a second amid
                                   what came back: it came too late */
    uint64_t keys;              /* dtmf messages */
    uint64_t ill[STREAM_ILLS];  /* how often each was done */
    int64_t first_audio;        /* ms after start; -1: none came */
    struct stream_trip echo;    /* a frame of ours until it came back */
    struct stream_trip mark;    /* the same until the mark behind it */
    struct stream_breach breach[STREAM_FAULTS];
    int status;                 /* of a refused upgrade; 0 */
    char body[STREAM_BODY + 1];
    bool stopped;               /* we ended it */
    uint16_t code;              /* of the close; 1006: none came */
    char reason[124];
    struct err err;             /* what went wrong in the transport */
    int number;                 /* Twilio's, for err or for the end; 0 */
};

struct stream_run;

/* done is called once, never before this returned; the run may be freed in
 * it.  NULL and *err for what is known at once. */
struct stream_run *stream_open(struct loop *l, struct resolver *r,
    struct tlsctx *tls, const struct stream_plan *plan,
    void (*done)(void *arg, struct stream_run *run), void *arg,
    struct err *err);
void stream_stop(struct stream_run *run);   /* now; done still comes */
const struct stream_facts *stream_facts(const struct stream_run *run);
void stream_free(struct stream_run *run);   /* before done: it never comes */

int stream_exit(const struct stream_facts *f);  /* status after a run */

#endif
