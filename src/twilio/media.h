/* media.h - Media Streams messages, from Twilio and to it: twilio 1.3, 1.4.
 *
 * Reading is one scan of the text; every field is a slice of it, checked for
 * the shape Twilio gives it, and lives as long as the text.  A message of a
 * kind that is not known is no error (Twilio may add some).  Writing gives
 * exactly the keys Twilio takes: one too many is warning 31951.
 */
#ifndef TWILIO_MEDIA_H
#define TWILIO_MEDIA_H

#include "base/buf.h"
#include "base/slice.h"
#include "codec/json.h"

#define MEDIA_SID 34            /* two letters and 32 hex digits */

enum media_kind {
    MEDIA_UNKNOWN,      /* an event we do not know: ignore it */
    MEDIA_CONNECTED,    /* the first; has no streamSid yet */
    MEDIA_START,        /* the second */
    MEDIA_MEDIA,        /* a piece of audio */
    MEDIA_DTMF,         /* a key was pressed */
    MEDIA_MARK,         /* a mark of ours was reached, or cleared */
    MEDIA_STOP          /* the last */
};

struct media {                  /* fields of other kinds are absent or zero */
    enum media_kind kind;
    size_t at;                  /* of a text that is no JSON: the byte */
    struct slice stream_sid;    /* of all but connected */
    uint64_t sequence;          /* of all but connected */

    struct slice protocol, version;     /* connected */

    struct slice account_sid, call_sid; /* start, stop */
    bool inbound, outbound;     /* start: the tracks that will come */
    struct json parameters;     /* start: an object, its values strings */

    struct slice track;         /* media: "inbound" or "outbound"; dtmf */
    uint64_t chunk;             /* media: from 1 */
    uint64_t timestamp;         /* media: ms since the stream began */
    struct slice payload;       /* media: base64, as it stands in the text */
    bool escaped;               /* it holds backslashes: media_payload() */

    struct slice digit;         /* dtmf: one of 0-9 * # A-D */
    struct slice mark;          /* mark: the name, as it stands in the text */
};

/* 0, or -1 and *why: a constant that begins with the field at fault. */
int media_read(struct slice text, struct media *out, const char **why);

/* The payload without escapes, appended to out. */
void media_payload(const struct media *m, struct buf *out);

const char *media_name(enum media_kind kind);   /* "start"; for the log */

/* Writers.  payload is base64; name may be any text. */
void media_write(struct buf *out, struct slice stream_sid,
    struct slice payload);
void media_write_mark(struct buf *out, struct slice stream_sid,
    struct slice name);
void media_write_clear(struct buf *out, struct slice stream_sid);

/* media_write in parts, so that a payload is copied once: what stands before
 * it, MEDIA_HEAD_MAX bytes at most, and what stands behind.  Returns its
 * length, or 0 when stream_sid is no streamSid or cap too small. */
#define MEDIA_HEAD_MAX 96
#define MEDIA_TAIL SLICE("\"}}")
size_t media_head(char *out, size_t cap, struct slice stream_sid);

#endif
