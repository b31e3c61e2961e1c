/* json.h - a JSON scanner without a tree: RFC 8259.
 *
 * The whole text is validated in one pass (grammar, UTF-8, escapes, depth
 * LIMIT_JSON_DEPTH); values are slices of the text, found by path.  Nothing is
 * allocated.  Of equal keys the last wins.
 */
#ifndef CODEC_JSON_H
#define CODEC_JSON_H

#include "base/buf.h"
#include "base/slice.h"

enum json_type {
    JSON_ABSENT,        /* no such value */
    JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY,
    JSON_OBJECT
};

struct json {
    enum json_type type;
    struct slice text;  /* of a string: between its quotes, escapes as they
                           are; of the others: the whole value */
    bool escaped;       /* a string with at least one backslash */
};

struct json_fault {
    size_t at;          /* byte offset of the first byte that is wrong */
    const char *why;    /* constant */
};

/* Validates the whole text and gives its value.  0, or -1 and *fault (which
 * may be NULL). */
int json_parse(struct slice text, struct json *out, struct json_fault *fault);

/* The same pass, and looks for n paths on the way, 16 at most: one scan for a
 * message of which several fields are wanted.  A path is keys joined by dots;
 * array elements are not entered.  Values not found are JSON_ABSENT, and all
 * are when the text is bad. */
struct json_want {
    const char *path;
    struct json value;  /* out */
};
int json_scan(struct slice text, struct json_want *want, size_t n,
    struct json_fault *fault);

/* A value below v, of a text already validated: "media.payload",
 * "calls.0.sid".  JSON_ABSENT when a step is missing or of another type. */
struct json json_get(struct json v, const char *path);

/* Walks an object or array: false at the end (or if v is neither).  key is
 * the raw text between its quotes; absent for arrays; it may be NULL. */
struct json_walk {      /* zero it, set of */
    struct json of;
    size_t at_;
};
bool json_next(struct json_walk *w, struct slice *key, struct json *value);

/* Unescapes a string into out (UTF-8; lone surrogates become U+FFFD).  Adds
 * nothing when v is no string.  Returns false then. */
bool json_text(struct json v, struct buf *out);

/* Unescaped into a C array, cut to fit; false when it was no string or cut. */
bool json_copy(struct json v, char *dst, size_t cap);

bool json_is(struct json v, const char *s);     /* a string equal to s */

/* 4, 4.0 and 40e-1 are the same integer.  0, or -1 and *n as it was. */
int json_i64(struct json v, int64_t lo, int64_t hi, int64_t *n);
bool json_true(struct json v);

#endif
