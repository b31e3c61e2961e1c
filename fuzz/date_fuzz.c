/* date_fuzz.c - what was parsed prints and parses again to the same. */
#include <stdlib.h>

#include "codec/date.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void same_again(int64_t ms, int offset)
{
    char mem[64];
    struct buf b;
    int64_t back;
    int off;

    if (ms < INT64_C(-62135510400000) || ms > INT64_C(253402214399999))
        return;             /* a zone may push it out of years 1 to 9999 */
    buf_over(&b, mem, sizeof mem);
    date_add_rfc3339(&b, ms, offset);
    if (!buf_ok(&b) || date_parse_rfc3339(buf_slice(&b), &back, &off)
        || back != ms || off != offset)
        abort();
    buf_clear(&b);
    date_add_rfc2822(&b, ms);
    if (!buf_ok(&b) || date_parse_rfc2822(buf_slice(&b), &back)
        || back > ms || back + 1000 <= ms)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice s = slice_of(data, size);
    struct date d;
    int64_t ms;
    int offset, hour, minute;

    if (date_parse(s, &d) == 0 && (!date_valid(d)
        || date_from_days(date_days(d)).day != d.day))
        abort();
    if (date_parse_time(s, &hour, &minute) == 0
        && (hour < 0 || hour > 23 || minute < 0 || minute > 59))
        abort();
    if (date_parse_rfc3339(s, &ms, &offset) == 0)
        same_again(ms, offset);
    if (date_parse_rfc2822(s, &ms) == 0)
        same_again(ms, 0);
    return 0;
}
