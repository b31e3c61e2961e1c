/* mem_test.c - blocks, their count, and the ones that fail on purpose. */
#include "base/mem.h"

#include <pthread.h>

#include "tests/tap.h"

#define MANY 100000         /* enough for threads to meet */

static bool all_zero(const uint8_t *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i])
            return false;
    return true;
}

static void blocks(void)
{
    size_t dirty = 0;
    uint8_t *p, *q;

    /* Of a size the allocator hands out again at once. */
    for (int i = 0; i < 100; i++) {
        p = mem_new(100);
        if (!p || !all_zero(p, 100))
            dirty++;
        if (p)
            memset(p, 0xa5, 100);
        mem_drop(p);
    }
    tap_ok(dirty == 0, "a block is zeroed, a used one too");

    p = mem_resize(NULL, 10);
    tap_ok(p != NULL, "resize of nothing is a block");
    if (!p)
        return;
    memcpy(p, "0123456789", 10);
    q = mem_resize(p, 100000);
    tap_ok(q && memcmp(q, "0123456789", 10) == 0, "growing keeps the bytes");
    p = q ? mem_resize(q, 3) : NULL;
    tap_ok(p && memcmp(p, "012", 3) == 0, "so does shrinking");
    mem_drop(p);

    p = mem_new(0);
    q = mem_new(0);
    tap_ok(p && q && p != q, "a block of no bytes is one, and not failure");
    p = mem_resize(p, 0);
    tap_ok(p != NULL, "resized to no bytes: still there");
    mem_drop(p);
    mem_drop(q);
    mem_drop(NULL);
}

static void *takes_many(void *arg)
{
    for (int i = 0; i < MANY; i++)
        mem_drop(mem_new(1));
    return arg;
}

static void counts(void)
{
    uint64_t start = mem_count();
    pthread_t t[4];
    size_t n = 0;
    void *p = mem_new(1);

    tap_is_int((int64_t)(mem_count() - start), 1, "a new block counts");
    p = mem_resize(p, 2);
    tap_is_int((int64_t)(mem_count() - start), 2, "a resize counts");
    mem_drop(p);
    mem_drop(NULL);
    tap_is_int((int64_t)(mem_count() - start), 2, "a drop does not");
    tap_is_int((int64_t)(mem_count() - start), 2, "nor does asking");
    mem_fail_at(1, 0);
    p = mem_new(1);
    tap_ok(!p && mem_count() - start == 3, "one that fails counts too");
    mem_fail_at(0, 0);

    start = mem_count();
    while (n < 4 && pthread_create(&t[n], NULL, takes_many, NULL) == 0)
        n++;
    for (size_t i = 0; i < n; i++)
        pthread_join(t[i], NULL);
    tap_ok(n > 0 && mem_count() - start == n * MANY,
        "%zu threads at once: none is lost", n);
}

/* Ten calls, by turns new and resize; bit i is set when call i + 1 failed. */
static unsigned ten_calls(void)
{
    unsigned failed = 0;

    for (unsigned i = 0; i < 10; i++) {
        void *p = i % 2 ? mem_resize(NULL, 8) : mem_new(8);

        if (!p)
            failed |= 1u << i;
        mem_drop(p);
    }
    return failed;
}

static void failures(void)
{
    size_t bad = 0;
    char *p, *q;

    mem_fail_at(0, 0);
    tap_is_int(ten_calls(), 0, "none fails unasked");
    for (unsigned n = 1; n <= 12; n++) {
        unsigned one = n <= 10 ? 1u << (n - 1) : 0, got;

        mem_fail_at(n, 0);
        got = ten_calls();
        if (got != one) {
            bad++;
            printf("#   once, %u: failed %#x\n", n, got);
        }
        mem_fail_at(n, 1);
        got = ten_calls();
        if (got != (one ? 0x3ffu & ~(one - 1) : 0)) {
            bad++;
            printf("#   lasting, %u: failed %#x\n", n, got);
        }
    }
    tap_ok(bad == 0, "the one asked for, or it and all that follow");

    mem_fail_at(3, 1);
    tap_is_int(ten_calls(), 0x3fc, "lasting");
    tap_is_int(ten_calls(), 0x3ff, "and it lasts");
    mem_fail_at(0, 1);
    tap_is_int(ten_calls(), 0, "until switched off");
    mem_fail_at(2, 1);
    mem_fail_at(5, 0);
    tap_is_int(ten_calls(), 1u << 4, "a new order replaces the last");
    mem_fail_at(0, 0);

    p = mem_new(6);
    if (!p)
        abort();
    memcpy(p, "alive", 6);
    mem_fail_at(1, 0);
    q = mem_resize(p, 1000);
    tap_ok(!q && strcmp(p, "alive") == 0, "a failed resize leaves the block");
    q = mem_resize(p, 1000);
    tap_ok(q && strcmp(q, "alive") == 0, "and may be tried again");
    mem_drop(q ? q : p);
}

int main(void)
{
    blocks();
    counts();
    failures();
    return tap_done();
}
