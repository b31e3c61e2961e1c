/* base64_test.c - RFC 4648 10, every length, every byte, every fault. */
#include "codec/base64.h"

#include "tests/guard.h"
#include "tests/tap.h"

static const struct {
    const char *raw, *text;
} vectors[] = {
    {"", ""},                           /* RFC 4648 10 */
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\x14\xfb\x9c\x03\xd9\x7e", "FPucA9l+"},   /* RFC 4648 9 */
    {"\x14\xfb\x9c\x03\xd9", "FPucA9k="},
    {"\x14\xfb\x9c\x03", "FPucAw=="},
    {"Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="},  /* RFC 7617 */
};

static const struct {
    const char *text;
    size_t at;
    const char *what;
} faults[] = {
    {"Zg", 2, "no padding at all"},
    {"Zg=", 3, "half the padding"},
    {"Zm8", 3, "no padding"},
    {"Z", 1, "one character"},
    {"=", 0, "only padding"},
    {"====", 0, "four paddings"},
    {"Z===", 1, "three paddings"},
    {"Zg=a", 3, "padding, then a letter"},
    {"Zm8==", 4, "padding too long"},
    {"Zg==Zg==", 4, "two padded texts"},
    {"Zm8=Zm8=", 4, "two padded texts, one character each"},
    {"Zg==\n", 4, "a line end behind it"},
    {"Zm9v\n", 4, "a line end"},
    {"Zm9v\r\nYmFy", 4, "a line end inside"},
    {" Zm9v", 0, "a blank before"},
    {"Zm9v Zg==", 4, "a blank inside"},
    {"Zm9vYm-y", 6, "the other alphabet, -"},
    {"Zm9vYm_y", 6, "the other alphabet, _"},
    {"Zh==", 1, "four unused bits, lowest set"},
    {"Zo==", 1, "four unused bits, highest set"},
    {"Zm9=", 2, "two unused bits, lowest set"},
    {"Zm+=", 2, "two unused bits, highest set"},
    {"Zh=", 1, "unused bits before padding that is short"},
    {"Zm9=Zm9v", 2, "unused bits before padding inside"},
    {"Zg=aZm9v", 3, "padding, then a letter, inside"},
    {"Zm9vYmFyZm9vYmF\x80", 15, "a byte above 7f"},
    {"*m9vYmFyZm9vYmFy", 0, "first of a word"},
    {"Zm9vYmF*Zm9vYmFy", 7, "last of a word"},
    {"Zm9vYmFyZm9v*mFy", 12, "first of the last group"},
    {"Zm9vYmFyZm9vYmFyZm*vYmF=", 18, "in the group before the last"},
};

/* What the alphabet of RFC 4648 4 says, written another way. */
static int value(int c)
{
    static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnop"
        "qrstuvwxyz0123456789+/";
    const char *p = c ? strchr(all, c) : NULL;

    return p ? (int)(p - all) : -1;
}

static void one_vector(const char *raw, const char *text)
{
    char out[64];
    uint8_t bytes[64];
    size_t at = 77, n;

    n = base64_encode(out, guard_in(slice_str(raw)));
    tap_is_str(slice_of(out, n), text, "encodes");
    n = base64_decode(bytes, guard_in(slice_str(text)), &at);
    if (tap_ok(n != SLICE_NPOS, "takes %s", text))
        tap_is_str(slice_of(bytes, n), raw, "decodes");
    tap_is_int((int64_t)base64_size(slice_str(text)), (int64_t)strlen(raw),
        "size is known without decoding");
}

static void faulty(void)
{
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        uint8_t bytes[64];
        size_t at = 77;
        struct slice in = guard_in(slice_str(faults[i].text));

        tap_ok(base64_decode(bytes, in, &at) == SLICE_NPOS, "refuses: %s",
            faults[i].what);
        tap_is_int((int64_t)at, (int64_t)faults[i].at, "and names the place");
        tap_ok(base64_decode(bytes, in, NULL) == SLICE_NPOS,
            "the place need not be asked for");
    }
}

/* All lengths up to 600, output written up to the guard page too. */
static void lengths(void)
{
    static uint8_t raw[600], back[600];
    static char text[BASE64_LEN(600)];
    int bad = 0;

    for (size_t i = 0; i < sizeof raw; i++)
        raw[i] = (uint8_t)(i * 167 + (i >> 3) * 29 + 11);
    for (size_t n = 0; n <= sizeof raw; n++) {
        size_t len = BASE64_LEN(n), got;
        char *out = (char *)guard_end() - len;

        if (base64_encode(out, slice_of(raw, n)) != len)
            bad++;
        memcpy(text, out, len);
        for (size_t k = 0; k < n / 3 * 4; k++) {
            unsigned bits = (unsigned)raw[k / 4 * 3] << 16
                | (unsigned)raw[k / 4 * 3 + 1] << 8 | raw[k / 4 * 3 + 2];

            bad += value(text[k]) != (int)(bits >> (18 - k % 4 * 6) & 63);
        }
        got = base64_decode(back, guard_in(slice_of(text, len)), NULL);
        bad += got != n || (n && memcmp(back, raw, n) != 0);
        bad += base64_size(slice_of(text, len)) != n;
        memcpy(back, text, len < sizeof back ? len : sizeof back);
        got = base64_decode(guard_end() - BASE64_BYTES(len),
            slice_of(text, len), NULL);
        bad += got != n;
        if (bad) {
            printf("# length %zu\n", n);
            break;
        }
    }
    tap_is_int(bad, 0, "every length up to 600 there and back");
}

/* Each of the 256 bytes at each of 16 places: in the alphabet or refused. */
static void every_byte(void)
{
    int bad = 0;

    for (int c = 0; c < 256; c++)
        for (size_t place = 0; place < 16; place++) {
            char text[17] = "Zm9vYmFyZm9vYmFy";
            uint8_t out[12];
            size_t at = 99, got;

            text[place] = (char)c;
            got = base64_decode(out, slice_of(text, 16), &at);
            if (value(c) >= 0)
                bad += got != 12;
            else if (c == '=' && place % 4 >= 2)    /* bits set before it */
                bad += got != SLICE_NPOS || at != place - 1;
            else
                bad += got != SLICE_NPOS || at != place;
        }
    tap_is_int(bad, 0, "every byte at every place");
}

/* A prefix of a valid text is valid when it ends with a group, and otherwise
 * says that something is missing at its end. */
static void prefixes(void)
{
    const char *text = "QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
    int bad = 0;

    for (size_t n = 0; n <= strlen(text); n++) {
        uint8_t out[32];
        size_t at = 99;
        size_t got = base64_decode(out, guard_in(slice_of(text, n)), &at);

        if (n % 4 == 0)
            bad += got == SLICE_NPOS;
        else
            bad += got != SLICE_NPOS || at != n;
    }
    tap_is_int(bad, 0, "every prefix");
}

int main(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        one_vector(vectors[i].raw, vectors[i].text);
    faulty();
    lengths();
    every_byte();
    prefixes();
    tap_is_int(BASE64_LEN(160), 216, "a 20 ms frame: twilio 1");
    tap_is_int((int64_t)base64_encode(NULL, (struct slice){NULL, 0}), 0,
        "the absent slice encodes to nothing");
    tap_is_int((int64_t)base64_decode(NULL, (struct slice){NULL, 0}, NULL), 0,
        "and decodes to nothing");
    tap_is_int((int64_t)base64_size((struct slice){NULL, 0}), 0, "and is 0");
    return tap_done();
}
