/* digest_test.c - the stand-ins' digests against published vectors. */
#include "sim/digest.h"

#include "base/mem.h"
#include "base/text.h"
#include "tests/guard.h"
#include "tests/tap.h"

static void sha1_is(struct slice in, const char *want, const char *what)
{
    uint8_t sum[DIGEST_SIZE];
    char hex[2 * DIGEST_SIZE + 1];

    digest_sha1(sum, in);
    text_hex(hex, slice_of(sum, sizeof(sum)));
    tap_is_str(slice_str(hex), want, what);
}

static void hmac_is(struct slice key, struct slice in, const char *want,
    const char *what)
{
    uint8_t sum[DIGEST_SIZE];
    char hex[2 * DIGEST_SIZE + 1];

    digest_hmac(sum, key, in);
    text_hex(hex, slice_of(sum, sizeof(sum)));
    tap_is_str(slice_str(hex), want, what);
}

/* FIPS 180-2 A, and the lengths around the padding. */
static void test_sha1(void)
{
    uint8_t *million = mem_new(1000000);

    sha1_is(guard_in(SLICE("abc")),
        "a9993e364706816aba3e25717850c26c9cd0d89d", "sha1: abc");
    sha1_is(SLICE("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1", "sha1: two blocks");
    sha1_is(SLICE(""), "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "sha1: nothing");
    memset(million, 'a', 1000000);
    sha1_is(slice_of(million, 1000000),
        "34aa973cd4c4daa4f61eeb2bdbad27316534016f", "sha1: a million a");
    mem_drop(million);
}

/* RFC 2202 3. */
static void test_hmac(void)
{
    uint8_t k[80], d[50];

    memset(k, 0x0b, 20);
    hmac_is(slice_of(k, 20), SLICE("Hi There"),
        "b617318655057264e28bc0b6fb378c8ef146be00", "hmac: case 1");
    hmac_is(SLICE("Jefe"), SLICE("what do ya want for nothing?"),
        "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79", "hmac: case 2");
    memset(k, 0xaa, 80);
    memset(d, 0xdd, 50);
    hmac_is(slice_of(k, 20), slice_of(d, 50),
        "125d7342b9ac11cd91a39af48aa17b4f63f175d3", "hmac: case 3");
    hmac_is(slice_of(k, 80),
        SLICE("Test Using Larger Than Block-Size Key - Hash Key First"),
        "aa4ae5e15272d00e95705637ce8a3b55ed402112", "hmac: case 6");
}

#define U "https://mycompany.com/myapp.php?foo=1&bar=2"

static void signed_is(const char *url, struct digest_pair *pair, size_t n,
    const char *want, const char *what)
{
    struct buf out;

    buf_init(&out, 64);
    digest_twilio(&out, SLICE("12345"), slice_str(url), pair, n);
    tap_is_str(buf_slice(&out), want, what);
    buf_free(&out);
}

/* Twilio 5.4, the rows' numbers. */
static void test_twilio(void)
{
    struct digest_pair p[] = {
        {SLICE_INIT("To"), SLICE_INIT("+18005551212")},
        {SLICE_INIT("CallSid"), SLICE_INIT("CA1234567890ABCDE")},
        {SLICE_INIT("Caller"), SLICE_INIT("+14158675309")},
        {SLICE_INIT("Digits"), SLICE_INIT("1234")},
        {SLICE_INIT("From"), SLICE_INIT("+14158675309")},
        {SLICE_INIT("ReasonConferenceEnded"), SLICE_INIT("test")},
        {SLICE_INIT("Reason"), SLICE_INIT("Participant")},
    };
    struct digest_pair same[] = {
        {SLICE_INIT("Sid"), SLICE_INIT("CA123")},
        {SLICE_INIT("SidAccount"), SLICE_INIT("AC123")},
        {SLICE_INIT("Digits"), SLICE_INIT("5678")},
        {SLICE_INIT("Digits"), SLICE_INIT("1234")},
        {SLICE_INIT("Digits"), SLICE_INIT("1234")},
    };
    struct digest_pair cases[] = {
        {SLICE_INIT("callSid"), SLICE_INIT("lowercase")},
        {SLICE_INIT("CallSid"), SLICE_INIT("uppercase")},
        {SLICE_INIT("CALLSID"), SLICE_INIT("allcaps")},
    };

    signed_is(U, p, 5, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "twilio: row 1");
    signed_is(U, same, 5, "IK+Dwps556ElfBT0I3Rgjkr1wJU=", "twilio: row 2");
    signed_is(U, p, 7, "vOEb5UThFn24KEfnOFLQY2AE5FY=", "twilio: row 14");
    signed_is(U, NULL, 0, "zYQTYrRWXE7LtzbG4PfP7/bkkGo=", "twilio: row 16");
    signed_is(U, cases, 3, "jDK7WKT8wiNrwggd4ceTv4e1MJ4=",
        "twilio: row 21");
    signed_is("wss://example.com/media-stream", NULL, 0,
        "XFfwGS2Ev7f9qAP9MmRoMS7C724=", "twilio: the stream's URL");
}

int main(void)
{
    test_sha1();
    test_hmac();
    test_twilio();
    return tap_done();
}
