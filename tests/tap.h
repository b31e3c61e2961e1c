/* tap.h - the whole test framework: TAP on stdout, both values on failure.
 *
 *   int main(void) { tap_is_int(1 + 1, 2, "sum"); return tap_done(); }
 */
#ifndef TESTS_TAP_H
#define TESTS_TAP_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/slice.h"

static int tap_count, tap_failed;

static inline bool tap_ok(bool good, const char *fmt, ...) PRINTFLIKE(2, 3);
static inline bool tap_ok(bool good, const char *fmt, ...)
{
    va_list ap;

    printf("%sok %d - ", good ? "" : "not ", ++tap_count);
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
    tap_failed += !good;
    fflush(stdout);     /* what goes to stderr stands between lines, then */
    return good;
}

static inline bool tap_is_int(int64_t got, int64_t want, const char *what)
{
    bool good = tap_ok(got == want, "%s", what);

    if (!good)
        printf("#   got %" PRId64 ", want %" PRId64 "\n", got, want);
    return good;
}

static inline void tap_show(const char *label, struct slice s)
{
    printf("#   %s %zu bytes: \"", label, s.len);
    for (size_t i = 0; i < s.len && i < 400; i++)
        if (s.ptr[i] >= 0x20 && s.ptr[i] < 0x7f)
            putchar(s.ptr[i]);
        else
            printf("\\x%02x", s.ptr[i]);
    puts("\"");
}

static inline bool tap_is(struct slice got, struct slice want,
    const char *what)
{
    bool good = tap_ok(slice_eq(got, want), "%s", what);

    if (!good) {
        tap_show("got ", got);
        tap_show("want", want);
    }
    return good;
}

static inline bool tap_is_str(struct slice got, const char *want,
    const char *what)
{
    return tap_is(got, slice_str(want), what);
}

static inline void tap_skip(const char *why)
{
    printf("ok %d - # SKIP %s\n", ++tap_count, why);
}

static inline int tap_done(void)
{
    printf("1..%d\n", tap_count);
    return tap_failed ? 1 : 0;
}

#endif
