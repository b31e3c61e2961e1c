/* tzif_fuzz.c - an offset is a sane one; a TZ string means the same in a file.
 */
#include <stdlib.h>
#include <string.h>

#include "codec/tzif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST (7 * 86400)

/* A version 2 file with nothing but this footer. */
static int by_file(struct slice tz, int64_t ms, int *offset)
{
    static const char head[] = "TZif2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\1"
        "\0\0\0\0\0\0\0";
    uint8_t file[512];
    size_t n = sizeof head - 1;
    const char *why;

    memcpy(file, head, n);
    memcpy(file + n, head, n);
    n *= 2;
    file[n++] = '\n';
    memcpy(file + n, tz.ptr, tz.len);
    n += tz.len;
    file[n++] = '\n';
    return tzif_offset(slice_of(file, n), ms, offset, &why);
}

/* The first 8 bytes are the moment. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest = slice_of(data, size);
    uint64_t bits = 0;
    int64_t ms;
    int a, b;
    const char *why = NULL;

    for (size_t i = 0; i < 8 && i < size; i++)
        bits = bits << 8 | data[i];
    ms = (int64_t)(bits >> 1) * (bits & 1 ? -1 : 1);
    rest = slice_from(rest, 8);
    if (tzif_offset(rest, ms, &a, &why) == 0) {
        if (a > MOST || a < -MOST)
            abort();
    } else if (!why) {
        abort();
    }
    if (tzif_offset_posix(rest, ms, &a) == 0) {
        if (a > MOST || a < -MOST)
            abort();
        if (rest.len < 300 && (by_file(rest, ms, &b) || a != b))
            abort();
    }
    if (tzif_name_ok(rest) && slice_find(rest, SLICE("..")) != SLICE_NPOS)
        abort();
    return 0;
}
