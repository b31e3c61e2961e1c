/* text.h - numbers and small words in slices.
 *
 * Every number that comes from outside is parsed here, with its range.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>

#include "base/slice.h"

#define TEXT_U64_MAX 20         /* digits of the longest uint64_t */

/* Decimal digits only, no sign, no blank; lo..hi.  0; or -1, *v untouched. */
int text_u64(struct slice s, uint64_t lo, uint64_t hi, uint64_t *v);

/* The same with an optional leading minus. */
int text_i64(struct slice s, int64_t lo, int64_t hi, int64_t *v);

/* Writes decimal digits without NUL; returns how many. */
size_t text_from_u64(char out[static TEXT_U64_MAX], uint64_t n);

/* Lower-case hex of s into out (2 * s.len chars and a NUL). */
void text_hex(char *out, struct slice s);

/* Value of a hex digit, or -1. */
int text_hexval(uint8_t c);

/* Copies s into dst with a NUL behind, cut to fit.  Returns false if cut. */
bool text_copy(char *dst, size_t cap, struct slice s);

/* The same for formatted text. */
bool text_vfmt(char *dst, size_t cap, const char *fmt, va_list ap)
#ifdef __GNUC__
    __attribute__((format(printf, 3, 0)))
#endif
    ;
bool text_fmt(char *dst, size_t cap, const char *fmt, ...)
#ifdef __GNUC__
    __attribute__((format(printf, 3, 4)))
#endif
    ;

/* "1", "true", "yes", "on" -> 1; "0", "false", "no", "off" -> 0; else -1. */
int text_bool(struct slice s);

/* A phone number with all but its last four digits masked, for logs:
 * "+1********0100".  out gets at most cap - 1 bytes and a NUL. */
const char *text_mask(char *out, size_t cap, struct slice number);

/* Equality in time that depends on the lengths alone. */
bool text_same_secret(struct slice a, struct slice b);

#endif
