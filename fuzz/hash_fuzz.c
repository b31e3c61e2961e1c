/* hash_fuzz.c - however a text is cut, its digests are the same.
 *
 * The first two bytes choose the cuts, the third how much of it is key. */
#include <stdlib.h>
#include <string.h>

#include "codec/hmac.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void feed_both(struct sha1 *a, struct sha256 *b, struct slice s)
{
    sha1_feed(a, s);
    sha256_feed(b, s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t one[SHA1_LEN], two[SHA1_LEN];
    uint8_t three[SHA256_LEN], four[SHA256_LEN];
    struct slice in, key;
    struct sha1 s1;
    struct sha256 s2;
    struct hmac_sha1 h;
    size_t a, b;

    if (size < 3)
        return 0;
    in = slice_of(data + 3, size - 3);
    a = data[0] % (in.len + 1);
    b = a + data[1] % (in.len - a + 1);
    key = slice_head(in, data[2]);

    sha1_of(in, one);
    sha256_of(in, three);
    sha1_begin(&s1);
    sha256_begin(&s2);
    feed_both(&s1, &s2, slice_head(in, a));
    feed_both(&s1, &s2, slice_from(slice_head(in, b), a));
    feed_both(&s1, &s2, slice_from(in, b));
    sha1_end(&s1, two);
    sha256_end(&s2, four);
    if (memcmp(one, two, sizeof one) || memcmp(three, four, sizeof three))
        abort();

    hmac_sha1_of(key, in, one);
    hmac_sha1_begin(&h, key);
    for (size_t i = 0; i < in.len; i++)
        hmac_sha1_feed(&h, slice_of(in.ptr + i, 1));
    hmac_sha1_end(&h, two);
    if (memcmp(one, two, sizeof one))
        abort();
    /* RFC 2104 2: a key longer than a block stands for its digest. */
    if (key.len > SHA256_BLOCK) {
        hmac_sha256_of(key, in, three);
        sha256_of(key, four);
        hmac_sha256_of(slice_of(four, sizeof four), in, four);
        if (memcmp(three, four, sizeof three))
            abort();
    }
    return 0;
}
