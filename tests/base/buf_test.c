/* buf_test.c - growth, ceilings, sticky failure, lent memory, no memory. */
#include "base/buf.h"

#include "base/mem.h"
#include "tests/guard.h"
#include "tests/tap.h"

static void growing(void)
{
    struct buf b;
    int bad = 0;

    buf_init(&b, 100000);
    tap_ok(buf_ok(&b) && b.len == 0 && b.ptr == NULL,
        "a new one holds nothing and costs nothing");
    for (int i = 0; i < 100000; i++)
        buf_addc(&b, (uint8_t)(i * 7));
    for (size_t i = 0; i < b.len; i++)
        bad += b.ptr[i] != (uint8_t)(i * 7);
    tap_ok(buf_ok(&b), "grows up to its ceiling");
    tap_is_int((int64_t)b.len, 100000, "all of it");
    tap_is_int(bad, 0, "every byte kept while it moved");
    tap_ok(b.cap <= b.max, "memory does not pass the ceiling either");
    buf_addc(&b, 1);
    tap_ok(!buf_ok(&b) && b.len == 100000, "one more is refused");
    buf_free(&b);
    tap_ok(buf_ok(&b) && !b.ptr && b.len == 0 && b.max == 100000,
        "freed: empty, same ceiling");
    buf_adds(&b, "again");
    tap_is_str(buf_slice(&b), "again", "and usable");
    buf_free(&b);
}

static void sticky(void)
{
    struct buf b;
    uint8_t *was;

    buf_init(&b, 10);
    buf_adds(&b, "12345678");
    buf_adds(&b, "abc");
    tap_ok(!buf_ok(&b), "what does not fit is refused");
    tap_is_str(buf_slice(&b), "12345678", "whole");
    buf_addc(&b, '9');
    buf_adds(&b, "");
    buf_addu(&b, 1);
    buf_addf(&b, "%d", 1);
    tap_is_str(buf_slice(&b), "12345678", "and so is all that follows");
    tap_ok(!buf_ok(&b) && buf_room(&b, 1) == NULL, "it stays bad");
    was = b.ptr;
    buf_clear(&b);
    tap_ok(buf_ok(&b) && b.len == 0 && b.ptr == was,
        "cleared: good again, memory kept");
    buf_adds(&b, "1234567890");
    tap_ok(buf_ok(&b), "exactly the ceiling fits");
    tap_ok(buf_room(&b, SIZE_MAX) == NULL && !buf_ok(&b),
        "a length that would wrap around is refused");
    buf_free(&b);
}

static void lent(void)
{
    struct buf b;
    char *end = (char *)guard_end();
    uint64_t blocks = mem_count();

    buf_over(&b, end - 8, 8);
    buf_adds(&b, "1234");
    buf_addf(&b, "%d", 5678);
    tap_ok(buf_ok(&b), "lent memory is filled to its last byte");
    buf_addc(&b, 'x');
    tap_ok(!buf_ok(&b), "and not a byte further");
    tap_is_str(slice_of(end - 8, 8), "12345678", "it is where it was lent");
    tap_is_int((int64_t)(mem_count() - blocks), 0, "nothing was allocated");
    buf_free(&b);
    tap_ok(b.ptr == (uint8_t *)end - 8 && b.cap == 8 && buf_ok(&b),
        "freeing gives nothing back");
    buf_over(&b, NULL, 0);
    buf_adds(&b, "");
    tap_ok(buf_ok(&b), "no memory takes nothing");
    buf_addc(&b, 'x');
    tap_ok(!buf_ok(&b), "and refuses something");
}

static void numbers(void)
{
    struct buf b;
    char big[600];

    buf_init(&b, 4096);
    buf_addu(&b, 0);
    buf_addc(&b, ' ');
    buf_addu(&b, UINT64_MAX);
    buf_addc(&b, ' ');
    buf_addi(&b, INT64_MIN);
    buf_addc(&b, ' ');
    buf_addi(&b, -1);
    buf_addc(&b, ' ');
    buf_addi(&b, INT64_MAX);
    tap_is_str(buf_slice(&b), "0 18446744073709551615 -9223372036854775808 -1 "
        "9223372036854775807", "numbers");
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = 0;
    for (size_t n = 250; n <= 260; n++) {
        buf_clear(&b);
        buf_addf(&b, "%.*s|%d", (int)n, big, 7);
        tap_ok(buf_ok(&b) && b.len == n + 2 && b.ptr[n] == '|'
            && b.ptr[n + 1] == '7', "formatted text of %zu", n + 2);
    }
    buf_free(&b);
}

static void pieces(void)
{
    struct buf b;
    uint8_t *p;

    buf_init(&b, 64);
    p = buf_room(&b, 10);
    if (tap_ok(p != NULL, "room")) {
        memcpy(p, "abcdef", 6);
        buf_commit(&b, 6);
    }
    tap_is_str(buf_slice(&b), "abcdef", "only what was committed counts");
    buf_skip(&b, 0);
    tap_is_str(buf_slice(&b), "abcdef", "skip nothing");
    buf_skip(&b, 2);
    tap_is_str(buf_slice(&b), "cdef", "skip two");
    buf_skip(&b, 4);
    tap_is_str(buf_slice(&b), "", "skip all");
    buf_add(&b, SLICE("a\0b"));
    buf_add(&b, (struct slice){NULL, 0});
    tap_is(buf_slice(&b), SLICE("a\0b"), "bytes, not strings");
    buf_free(&b);

    buf_init(&b, 4);
    tap_ok(strcmp(buf_cstr(&b), "") == 0 && b.len == 0, "an empty C string");
    buf_adds(&b, "abc");
    tap_ok(strcmp(buf_cstr(&b), "abc") == 0 && b.len == 3, "a C string");
    buf_addc(&b, 'd');
    tap_ok(strcmp(buf_cstr(&b), "") == 0 && !buf_ok(&b),
        "no room for the NUL");
    buf_free(&b);
}

/* Every allocation fails once, then for good: the prefix stays. */
static void no_memory(void)
{
    int bad = 0, failed = 0;

    for (uint64_t n = 1; n <= 6; n++)
        for (int lasting = 0; lasting <= 1; lasting++) {
            struct buf b;
            size_t len;

            buf_init(&b, 4096);
            mem_fail_at(n, lasting);
            for (int i = 0; i < 1000; i++)
                buf_addc(&b, (uint8_t)i);
            mem_fail_at(0, 0);
            len = b.len;
            for (size_t i = 0; i < len; i++)
                bad += b.ptr[i] != (uint8_t)i;
            if (!buf_ok(&b))
                failed++;
            else
                bad += len != 1000;
            buf_free(&b);
        }
    tap_is_int(bad, 0, "without memory the content is a prefix");
    tap_ok(failed >= 8, "and it was met %d times", failed);
}

int main(void)
{
    growing();
    sticky();
    lent();
    numbers();
    pieces();
    no_memory();
    return tap_done();
}
