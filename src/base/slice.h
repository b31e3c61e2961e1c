/* slice.h - a pointer and a length: bytes that somebody else owns.
 *
 * Passed by value.  Nothing inside the program ends in NUL; NUL-terminated
 * strings exist at three doors only: argv and getenv, libc and OpenSSL calls,
 * printf formats.  A slice with a NULL ptr means "absent" where absent and
 * empty differ.
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice {
    const uint8_t *ptr;
    size_t len;
};

struct mslice {             /* the callee may write through it */
    uint8_t *ptr;
    size_t len;
};

#define SLICE_NPOS SIZE_MAX

/* A string literal as a slice, and the same for static initialisers. */
#define SLICE_INIT(lit) {(const uint8_t *)("" lit), sizeof(lit) - 1}
#define SLICE(lit) ((struct slice)SLICE_INIT(lit))

/* For "%.*s". */
#define SLICE_ARG(s) (int)(s).len, (const char *)(s).ptr

static inline struct slice slice_of(const void *ptr, size_t len)
{
    return (struct slice){ptr, len};
}

/* The part of s from byte n on; empty when n is past the end. */
static inline struct slice slice_from(struct slice s, size_t n)
{
    if (n > s.len)
        n = s.len;
    return (struct slice){s.ptr ? s.ptr + n : NULL, s.len - n};
}

/* The first n bytes of s, or all of it when it is shorter. */
static inline struct slice slice_head(struct slice s, size_t n)
{
    return (struct slice){s.ptr, n < s.len ? n : s.len};
}

/* A C string as a slice; NULL gives the absent slice. */
struct slice slice_str(const char *s);

bool slice_eq(struct slice a, struct slice b);
bool slice_is(struct slice a, const char *s);       /* equal to a C string */
bool slice_ieq(struct slice a, struct slice b);     /* ASCII case ignored */
bool slice_iis(struct slice a, const char *s);      /* the same, C string */
bool slice_starts(struct slice a, const char *prefix);
bool slice_ends(struct slice a, const char *suffix);

/* Byte order, a shorter prefix first: <0, 0, >0. */
int slice_cmp(struct slice a, struct slice b);

/* Offset of the first byte c, or of the first needle; SLICE_NPOS if none. */
size_t slice_chr(struct slice s, uint8_t c);
size_t slice_find(struct slice hay, struct slice needle);

/* Without leading and trailing SP and HT; CR and LF too for trim_all. */
struct slice slice_trim(struct slice s);
struct slice slice_trim_all(struct slice s);

/* Cuts s at the first sep: returns what is before it and moves *s past it.
 * Without a sep everything is returned and *s becomes absent. */
struct slice slice_cut(struct slice *s, uint8_t sep);

/* ASCII only; locale never asked. */
static inline uint8_t byte_lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

#endif
