/* hmac_test.c - RFC 2202 3 (SHA-1) and RFC 4231 4 (SHA-256), all cases. */
#include "codec/hmac.h"

#include "base/text.h"
#include "tests/guard.h"
#include "tests/tap.h"

struct bytes {                  /* text, or one byte repeated */
    const char *text;
    uint8_t fill;
    size_t times;
};

struct vector {
    struct bytes key, data;
    const char *digest;         /* a prefix is enough: RFC 4231 case 5 */
};

#define REP(c, n) {NULL, (c), (n)}
#define TEXT(t) {(t), 0, 0}
#define COUNTING TEXT("\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d" \
    "\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19")

static const struct vector rfc2202[] = {
    {REP(0x0b, 20), TEXT("Hi There"),
     "b617318655057264e28bc0b6fb378c8ef146be00"},
    {TEXT("Jefe"), TEXT("what do ya want for nothing?"),
     "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
    {REP(0xaa, 20), REP(0xdd, 50),
     "125d7342b9ac11cd91a39af48aa17b4f63f175d3"},
    {COUNTING, REP(0xcd, 50),
     "4c9007f4026250c6bc8414f9bf50c86c2d7235da"},
    {REP(0x0c, 20), TEXT("Test With Truncation"),
     "4c1a03424b55e07fe7f27be1d58bb9324a9a5a04"},
    {REP(0xaa, 80),
     TEXT("Test Using Larger Than Block-Size Key - Hash Key First"),
     "aa4ae5e15272d00e95705637ce8a3b55ed402112"},
    {REP(0xaa, 80), TEXT("Test Using Larger Than Block-Size Key and Larger "
        "Than One Block-Size Data"),
     "e8e99d0f45237d786d6bbaa7965c7808bbff1a91"},
};

static const struct vector rfc4231[] = {
    {REP(0x0b, 20), TEXT("Hi There"),
     "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
    {TEXT("Jefe"), TEXT("what do ya want for nothing?"),
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {REP(0xaa, 20), REP(0xdd, 50),
     "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
    {COUNTING, REP(0xcd, 50),
     "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
    {REP(0x0c, 20), TEXT("Test With Truncation"),
     "a3b6167473100ee06e0c796c2955552b"},
    {REP(0xaa, 131),
     TEXT("Test Using Larger Than Block-Size Key - Hash Key First"),
     "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    {REP(0xaa, 131), TEXT("This is a test using a larger than block-size key "
        "and a larger than block-size data. The key needs to be hashed "
        "before being used by the HMAC algorithm."),
     "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
};

static struct slice bytes_of(const struct bytes *b, uint8_t room[256])
{
    if (b->text)
        return slice_str(b->text);
    memset(room, b->fill, b->times);
    return slice_of(room, b->times);
}

static bool is_hex(const uint8_t *got, size_t n, const char *want)
{
    char hex[2 * SHA256_LEN + 1];

    text_hex(hex, slice_of(got, n));
    if (memcmp(hex, want, strlen(want)) == 0)
        return true;
    printf("#   got %s, want %s\n", hex, want);
    return false;
}

static void with_sha1(const struct vector *v, int number)
{
    uint8_t room[2][256], out[SHA1_LEN];
    struct slice key = bytes_of(&v->key, room[0]);
    struct slice data = guard_in(bytes_of(&v->data, room[1]));
    struct hmac_sha1 h;
    int bad = 0;

    hmac_sha1_of(key, data, out);
    tap_ok(is_hex(out, sizeof out, v->digest), "RFC 2202 3, case %d", number);
    for (size_t cut = 0; cut <= data.len; cut++) {
        hmac_sha1_begin(&h, key);
        hmac_sha1_feed(&h, slice_head(data, cut));
        hmac_sha1_feed(&h, slice_from(data, cut));
        hmac_sha1_end(&h, out);
        bad += !is_hex(out, sizeof out, v->digest);
    }
    hmac_sha1_begin(&h, key);
    for (size_t i = 0; i < data.len; i++)
        hmac_sha1_feed(&h, slice_of(data.ptr + i, 1));
    hmac_sha1_end(&h, out);
    bad += !is_hex(out, sizeof out, v->digest);
    tap_is_int(bad, 0, "the same in every split and byte by byte");
    key = guard_in(key);
    hmac_sha1_of(key, bytes_of(&v->data, room[1]), out);
    tap_ok(is_hex(out, sizeof out, v->digest), "the key by the bad page");
}

static void with_sha256(const struct vector *v, int number)
{
    uint8_t room[2][256], out[SHA256_LEN];
    struct slice key = bytes_of(&v->key, room[0]);
    struct slice data = bytes_of(&v->data, room[1]);

    hmac_sha256_of(key, guard_in(data), out);
    tap_ok(is_hex(out, sizeof out, v->digest), "RFC 4231 4.%d", number + 1);
    hmac_sha256_of(guard_in(key), data, out);
    tap_ok(is_hex(out, sizeof out, v->digest), "the key by the bad page");
    memmove(room[0], key.ptr, key.len);
    hmac_sha256_of(slice_of(room[0], key.len), data, room[0]);
    tap_ok(is_hex(room[0], SHA256_LEN, v->digest), "over its own key");
}

/* RFC 2104 2: a key of one block is used as it is, a longer one is hashed. */
static void block_sized_keys(void)
{
    uint8_t key[65], small[SHA256_LEN], a[SHA256_LEN], b[SHA256_LEN];
    struct slice text = SLICE("text");

    memset(key, 'k', sizeof key);
    hmac_sha1_of(slice_of(key, 64), text, a);
    tap_ok(is_hex(a, SHA1_LEN, "79ff55fa698f97a703bb"
        "0ad426871006ee745343"), "SHA-1, a key of 64 bytes");
    hmac_sha256_of(slice_of(key, 64), text, a);
    tap_ok(is_hex(a, SHA256_LEN, "0414bb1d8c0c4556cdb2028727b16610"
        "ae377b1a194b6db1f853d4297f2329bc"), "SHA-256, a key of 64 bytes");
    hmac_sha1_of(slice_of(key, 65), text, a);
    sha1_of(slice_of(key, 65), small);
    hmac_sha1_of(slice_of(small, SHA1_LEN), text, b);
    tap_ok(memcmp(a, b, SHA1_LEN) == 0, "SHA-1, 65 bytes stand for 20");
    hmac_sha256_of(slice_of(key, 65), text, a);
    sha256_of(slice_of(key, 65), small);
    hmac_sha256_of(slice_of(small, SHA256_LEN), text, b);
    tap_ok(memcmp(a, b, SHA256_LEN) == 0, "SHA-256, 65 bytes stand for 32");
    hmac_sha256_of((struct slice){NULL, 0}, (struct slice){NULL, 0}, a);
    tap_ok(is_hex(a, SHA256_LEN, "b613679a0814d9ec772f95d778c35fc5"
        "ff1697c493715653c6c712144292c5ad"), "no key and no text");
}

int main(void)
{
    for (int i = 0; i < 7; i++)
        with_sha1(&rfc2202[i], i + 1);
    for (int i = 0; i < 7; i++)
        with_sha256(&rfc4231[i], i + 1);
    block_sized_keys();
    return tap_done();
}
