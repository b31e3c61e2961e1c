/* sha256_test.c - FIPS 180-4 examples, NIST's SHA256ShortMsg, all splits. */
#include "codec/sha256.h"

#include "base/text.h"
#include "tests/guard.h"
#include "tests/tap.h"

static const struct {
    const char *hex;            /* the message */
    const char *digest;
} vectors[] = {
    /* FIPS 180-4 examples: "abc" and the 56 bytes that need two blocks. */
    {"616263",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {"6162636462636465636465666465666765666768666768696768696a68696a6b"
     "696a6b6c6a6b6c6d6b6c6d6e6c6d6e6f6d6e6f706e6f7071",
     "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    /* CAVS 11.0, SHA256ShortMsg.rsp. */
    {"",
     "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    {"d3",
     "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"},
    {"11af",
     "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"},
    {"b4190e",
     "dff2e73091f6c05e528896c4c831b9448653dc2ff043528f6769437bc7b975c2"},
    {"74ba2521",
     "b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e"},
    {"c299209682",
     "f0887fe961c9cd3beab957e8222494abb969b1ce4c6557976df8b0f6d20e9166"},
    {"e1dc724d5621",
     "eca0a060b489636225b4fa64d267dabbe44273067ac679f20820bddc6b6a90ac"},
    {"06e076f5a442d5",
     "3fd877e27450e6bbd5d74bb82f9870c64c66e109418baa8e6bbcff355e287926"},
    {"5738c929c4f4ccb6",
     "963bb88f27f512777aab6c8b1a02c70ec0ad651d428f870036e1917120fb48bf"},
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
    char hex[2 * SHA256_LEN + 1];

    text_hex(hex, slice_of(digest, SHA256_LEN));
    if (strcmp(hex, want) == 0)
        return true;
    printf("#   got %s, want %s\n", hex, want);
    return false;
}

/* Whole, byte by byte and at every split. */
static void one_vector(const char *hex, const char *want)
{
    uint8_t raw[256], out[SHA256_LEN];
    size_t n = unhex(raw, hex);
    struct slice in = guard_in(slice_of(raw, n));
    struct sha256 s;
    int bad = 0;

    sha256_of(in, out);
    tap_ok(is_hex(out, want), "%zu bytes at once", n);
    for (size_t cut = 0; cut <= n; cut++) {
        sha256_begin(&s);
        sha256_feed(&s, slice_head(in, cut));
        sha256_feed(&s, slice_from(in, cut));
        sha256_end(&s, out);
        bad += !is_hex(out, want);
    }
    sha256_begin(&s);
    for (size_t i = 0; i < n; i++)
        sha256_feed(&s, slice_of(in.ptr + i, 1));
    sha256_end(&s, out);
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
        uint8_t out[SHA256_LEN];
        struct sha256 s;

        sha256_begin(&s);
        for (size_t left = 1000000; left;) {
            size_t n = left < pieces[i] ? left : pieces[i];

            sha256_feed(&s, slice_of(a, n));
            left -= n;
        }
        sha256_end(&s, out);
        tap_ok(is_hex(out, "cdc76e5c9914fb9281a1c7e2"
            "84d73e67f1809a48a497200e046d39ccc7112cd0"),
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
        {55,
         "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
        {56,
         "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a"},
        {57,
         "f13b2d724659eb3bf47f2dd6af1accc87b81f09f59f2b75e5c0bed6589dfe8c6"},
        {63,
         "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34"},
        {64,
         "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
        {65,
         "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0"},
        {119,
         "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb"},
        {120,
         "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c"},
        {128,
         "6836cf13bac400e9105071cd6af47084dfacad4e5e302c94bfed24e013afb73e"},
    };
    uint8_t a[200], out[SHA256_LEN];

    memset(a, 'a', sizeof a);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        sha256_of(guard_in(slice_of(a, want[i].n)), out);
        tap_ok(is_hex(out, want[i].digest), "%zu times a", want[i].n);
    }
}

/* CAVS SHA256Monte.rsp, the first checkpoint: a thousand digests of digests. */
static void monte(void)
{
    uint8_t m[4][SHA256_LEN];

    unhex(m[0], "6d1e72ad03ddeb5de891e572e2396f8d"
        "a015d899ef0e79503152d6010a3fe691");
    memcpy(m[1], m[0], SHA256_LEN);
    memcpy(m[2], m[0], SHA256_LEN);
    for (int i = 0; i < 1000; i++) {
        sha256_of(slice_of(m, 3 * SHA256_LEN), m[3]);
        memmove(m[0], m[1], sizeof m - sizeof m[0]);
    }
    tap_ok(is_hex(m[2], "e93c330ae5447738c8aa85d71a6c80f2"
        "a58381d05872d26bdd39f1fcd4f2b788"),
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
