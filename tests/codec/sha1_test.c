/* sha1_test.c - FIPS 180-4 examples and NIST's SHA1ShortMsg, in all splits. */
#include "codec/sha1.h"

#include "base/text.h"
#include "tests/guard.h"
#include "tests/tap.h"

static const struct {
    const char *hex;            /* the message */
    const char *digest;
} vectors[] = {
    /* FIPS 180-4 examples: "abc" and the 56 bytes that need two blocks. */
    {"616263", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {"6162636462636465636465666465666765666768666768696768696a68696a6b"
     "696a6b6c6a6b6c6d6b6c6d6e6c6d6e6f6d6e6f706e6f7071",
     "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
    /* CAVS 11.0, SHA1ShortMsg.rsp. */
    {"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
    {"36", "c1dfd96eea8cc2b62785275bca38ac261256e278"},
    {"195a", "0a1c2d555bbe431ad6288af5a54f93e0449c9232"},
    {"df4bd2", "bf36ed5d74727dfd5d7854ec6b1d49468d8ee8aa"},
    {"549e959e", "b78bae6d14338ffccfd5d5b5674a275f6ef9c717"},
    {"f7fb1be205", "60b7d5bb560a1acf6fa45721bd0abb419a841a89"},
    {"c0e5abeaea63", "a6d338459780c08363090fd8fc7d28dc80e8e01f"},
    {"63bfc1ed7f78ab", "860328d80509500c1783169ebf0ba0c4b94da5e5"},
    {"7e3d7b3eada98866", "24a2c34b976305277ce58c2f42d5092031572520"},
};

static size_t unhex(uint8_t *out, const char *hex)
{
    size_t n = strlen(hex) / 2;

    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)(text_hexval((uint8_t)hex[2 * i]) * 16
            + text_hexval((uint8_t)hex[2 * i + 1]));
    return n;
}

static bool is_hex(const uint8_t *digest, const char *want)
{
    char hex[2 * SHA1_LEN + 1];

    text_hex(hex, slice_of(digest, SHA1_LEN));
    if (strcmp(hex, want) == 0)
        return true;
    printf("#   got %s, want %s\n", hex, want);
    return false;
}

/* Whole, byte by byte and at every split. */
static void one_vector(const char *hex, const char *want)
{
    uint8_t raw[256], out[SHA1_LEN];
    size_t n = unhex(raw, hex);
    struct slice in = guard_in(slice_of(raw, n));
    struct sha1 s;
    int bad = 0;

    sha1_of(in, out);
    tap_ok(is_hex(out, want), "%zu bytes at once", n);
    for (size_t cut = 0; cut <= n; cut++) {
        sha1_begin(&s);
        sha1_feed(&s, slice_head(in, cut));
        sha1_feed(&s, slice_from(in, cut));
        sha1_end(&s, out);
        bad += !is_hex(out, want);
    }
    sha1_begin(&s);
    for (size_t i = 0; i < n; i++)
        sha1_feed(&s, slice_of(in.ptr + i, 1));
    sha1_end(&s, out);
    bad += !is_hex(out, want);
    tap_is_int(bad, 0, "the same in every split and byte by byte");
}

/* FIPS 180-4 example: one million times "a", in pieces of many lengths. */
static void million(void)
{
    static const size_t pieces[] = {1, 7, 63, 64, 65, 160, 1000, 4096};
    static uint8_t a[4096];

    memset(a, 'a', sizeof a);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        uint8_t out[SHA1_LEN];
        struct sha1 s;

        sha1_begin(&s);
        for (size_t left = 1000000; left;) {
            size_t n = left < pieces[i] ? left : pieces[i];

            sha1_feed(&s, slice_of(a, n));
            left -= n;
        }
        sha1_end(&s, out);
        tap_ok(is_hex(out, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
            "one million a in pieces of %zu", pieces[i]);
    }
}

/* Around the ends of a block, where the padding needs another one. */
static void edges(void)
{
    static const struct {
        size_t n;
        const char *digest;
    } want[] = {
        {55, "c1c8bbdc22796e28c0e15163d20899b65621d65a"},
        {56, "c2db330f6083854c99d4b5bfb6e8f29f201be699"},
        {57, "f08f24908d682555111be7ff6f004e78283d989a"},
        {63, "03f09f5b158a7a8cdad920bddc29b81c18a551f5"},
        {64, "0098ba824b5c16427bd7a1122a5a442a25ec644d"},
        {65, "11655326c708d70319be2610e8a57d9a5b959d3b"},
        {119, "ee971065aaa017e0632a8ca6c77bb3bf8b1dfc56"},
        {120, "f34c1488385346a55709ba056ddd08280dd4c6d6"},
        {128, "ad5b3fdbcb526778c2839d2f151ea753995e26a0"},
    };
    uint8_t a[200], out[SHA1_LEN];

    memset(a, 'a', sizeof a);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        sha1_of(guard_in(slice_of(a, want[i].n)), out);
        tap_ok(is_hex(out, want[i].digest), "%zu times a", want[i].n);
    }
}

/* CAVS SHA1Monte.rsp, the first checkpoint: a thousand digests of digests. */
static void monte(void)
{
    uint8_t m[4][SHA1_LEN];

    unhex(m[0], "dd4df644eaf3d85bace2b21accaa22b28821f5cd");
    memcpy(m[1], m[0], SHA1_LEN);
    memcpy(m[2], m[0], SHA1_LEN);
    for (int i = 0; i < 1000; i++) {
        sha1_of(slice_of(m, 3 * SHA1_LEN), m[3]);
        memmove(m[0], m[1], sizeof m - sizeof m[0]);
    }
    tap_ok(is_hex(m[2], "11f5c38b4479d4ad55cb69fadf62de0b036d5163"),
        "Monte Carlo, COUNT = 0");
}

int main(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        one_vector(vectors[i].hex, vectors[i].digest);
    million();
    edges();
    monte();
    return tap_done();
}
