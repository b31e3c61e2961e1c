/* rand_test.c - the key stream of RFC 8439, key erasure, fair numbers. */
#include "base/rand.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "tests/guard.h"
#include "tests/tap.h"

static void is_hex(const uint8_t *got, size_t n, const char *want,
    const char *what)
{
    char hex[200];

    text_hex(hex, slice_of(got, n));
    tap_is_str(slice_str(hex), want, what);
}

/* RFC 8439 A.1, vector 1: key, nonce and counter 0.  The first half of that
 * block becomes the key, the second half is what we get; the two halves that
 * follow were computed with another program. */
static void key_stream(void)
{
    static const uint8_t zero[RAND_SEED];
    uint8_t out[96], bytewise[96];

    rand_seed(zero);
    rand_bytes(out, sizeof out);
    is_hex(out, 32, "da41597c5157488d7724e03fb8d84a37"
        "6a43b8f41518a11cc387b669b2ee6586", "RFC 8439 A.1, vector 1");
    is_hex(out + 32, 32, "afbdad2845b93cdbb2fe6463d2fe162a"
        "dae0f6e676f0494218f5ce0596e79f5c", "under the key of its first half");
    is_hex(out + 64, 32, "835c9677f558611a69389b6ee93b0430"
        "29b657d23144c775f0d0454bce601267", "and once more");
    rand_seed(zero);
    for (size_t i = 0; i < sizeof bytewise; i++)
        rand_bytes(bytewise + i, 1);
    tap_ok(memcmp(out, bytewise, sizeof out) == 0, "the same byte by byte");
    rand_seed(zero);
    rand_bytes(bytewise, 0);
    rand_bytes(bytewise, 40);
    rand_bytes(bytewise + 40, 56);
    tap_ok(memcmp(out, bytewise, sizeof out) == 0, "the same in two pieces");
    rand_seed(zero);
    rand_bytes(guard_end() - 33, 33);
    tap_ok(memcmp(out, guard_end() - 33, 33) == 0, "no byte too many");
}

static void seeds(void)
{
    uint8_t a[32], b[32], seed[RAND_SEED] = {0};

    rand_seed_number(1);
    rand_bytes(a, sizeof a);
    rand_seed_number(2);
    rand_bytes(b, sizeof b);
    tap_ok(memcmp(a, b, sizeof a) != 0, "two numbers, two streams");
    rand_seed_number(1);
    rand_bytes(b, sizeof b);
    tap_ok(memcmp(a, b, sizeof a) == 0, "one number, one stream");
    seed[RAND_SEED - 1] = 1;
    rand_seed(seed);
    rand_bytes(a, sizeof a);
    is_hex(a, sizeof a, "bbe2a0b6ea7566d2a5d1e7e20d42af2c"
        "53d792b1c43fea817e9ad275ae546963", "the last byte of a seed");
}

/* Never out of range, and every value about as often as the next: below 3/4
 * of all numbers a plain remainder would give the first third twice as
 * often as the rest. */
static void fair(void)
{
    static const uint32_t limits[] = {2, 3, 7, 100, 1u << 31, 0xffffffff};
    int bad = 0, low = 0, count[7] = {0};

    rand_seed_number(3);
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        for (int k = 0; k < 10000; k++)
            bad += rand_below(limits[i]) >= limits[i];
    tap_is_int(bad, 0, "below the limit");
    tap_ok(rand_below(1) == 0 && rand_below(0) == 0, "of one, and of none");
    for (int k = 0; k < 30000; k++)
        low += rand_below(3u << 30) < 1u << 30;
    tap_ok(low > 9700 && low < 10300, "a third below a third: %d of 30000",
        low);
    for (int k = 0; k < 70000; k++)
        count[rand_below(7)]++;
    for (int k = 0; k < 7; k++)
        bad += count[k] < 9700 || count[k] > 10300;
    tap_is_int(bad, 0, "seven values, each about as often");
}

static void hexes(void)
{
    char a[33], b[33];
    int seen[16] = {0}, bad = 0;

    for (int k = 0; k < 100; k++) {
        rand_hex(a, 32);
        bad += strlen(a) != 32 || strspn(a, "0123456789abcdef") != 32;
        for (int i = 0; i < 32; i++)
            seen[text_hexval((uint8_t)a[i]) & 15]++;
    }
    for (int i = 0; i < 16; i++)
        bad += seen[i] < 100;
    tap_is_int(bad, 0, "hex digits, all sixteen of them");
    rand_hex(a, 32);
    rand_hex(b, 32);
    tap_ok(strcmp(a, b) != 0, "two in a row differ");
    rand_hex(a, 0);
    tap_ok(a[0] == 0, "none");
}

/* Asking before the seed is our mistake and ends the program. */
static void unseeded(void)
{
    int status = 0;
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        uint8_t c;

        close(2);
        rand_bytes(&c, 1);
        _exit(0);
    }
    tap_ok(child > 0 && waitpid(child, &status, 0) == child
        && WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
        "without a seed there is nothing");
}

int main(void)
{
    unseeded();
    key_stream();
    seeds();
    fair();
    hexes();
    return tap_done();
}
