/* pem_test.c - blocks among text, bodies in every shape, subjects of
 * certificates made by hand: whole, cut at every byte, each tag wrong. */
#include "codec/pem.h"

#include "tests/guard.h"
#include "tests/tap.h"

#define BLOCK(label, body) \
    "-----BEGIN " label "-----\n" body "-----END " label "-----\n"

static const struct {
    const char *text;
    int found;              /* blocks, until */
    int last;               /* this */
    const char *what;
} texts[] = {
    {"", 0, 0, "nothing"},
    {"words\nand words\n", 0, 0, "only words"},
    {BLOCK("X", "QQ==\n"), 1, 0, "one block"},
    {"# mine\n" BLOCK("X", "QQ==\n") "\n# more\n" BLOCK("Y", ""), 2, 0,
        "text around and between"},
    {"-----BEGIN X-----\r\nQQ==\r\n-----END X-----\r\n", 1, 0, "CR LF"},
    {"-----BEGIN A B-----\n-----END A B-----", 1, 0, "no line end at the end"},
    {"-----BEGIN X-----\nQQ==\n", 0, -1, "no end"},
    {"-----BEGIN X-----\nQQ==\n-----END Y-----\n", 0, -1, "another's end"},
    {"-----BEGIN X-----\nQQ==\n-----END X", 0, -1, "half an end"},
    {"-----BEGIN X", 0, -1, "half a beginning"},
    {"-----BEGIN X\n-----END X-----\n", 0, -1, "a label over two lines"},
    {"#-----BEGIN X-----\nQQ==\n-----END X-----\n", 0, -1, "inside a line"},
    {BLOCK("X", "") "-----BEGIN X-----\n", 1, -1, "a good one, then a bad"},
};

static void blocks(void)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct slice rest = guard_in(slice_str(texts[i].text));
        struct pem p;
        int found = 0, r;

        while ((r = pem_next(&rest, &p)) == 1)
            found++;
        tap_ok(found == texts[i].found && r == texts[i].last, "%s",
            texts[i].what);
    }
}

static void block_parts(void)
{
    struct slice rest = slice_str("a\n" BLOCK("ONE TWO", "Zm9v\n") "tail");
    struct pem p;

    tap_is_int(pem_next(&rest, &p), 1, "a block");
    tap_is(p.label, SLICE("ONE TWO"), "its label");
    tap_is(p.body, SLICE("\nZm9v\n"), "its body");
    tap_is(rest, SLICE("\ntail"), "what is behind it");
}

static const struct {
    const char *body, *bytes;   /* NULL: refused */
} bodies[] = {
    {"", ""}, {"\n \t\r\n", ""}, {"Zm9v", "foo"}, {"\nZm9v\nYmFy\n", "foobar"},
    {"Z\nm 9\tv\r\nYg==", "foob"}, {"Zg==\n\n", "f"},
    {"Zg", NULL}, {"Zm9v*", NULL}, {"Zm9v-YmFy", NULL}, {"Zg==Zg==", NULL},
};

static void body_shapes(void)
{
    uint8_t out[64];

    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct slice in = guard_in(slice_str(bodies[i].body));
        size_t n = pem_bytes(out, in);

        if (bodies[i].bytes)
            tap_is(slice_of(out, n == SLICE_NPOS ? 0 : n),
                slice_str(bodies[i].bytes), "a body");
        else
            tap_ok(n == SLICE_NPOS, "refused: %s", bodies[i].body);
    }
}

/* Lines of every length mean the same; padding ends the text, also where it
 * ends what is decoded at a time. */
static void body_lines(void)
{
    char flat[300], text[700];
    uint8_t out[300];
    bool same = true;
    size_t len;

    for (size_t i = 0; i < sizeof flat; i += 4)
        memcpy(flat + i, "Zm9v", 4);
    for (size_t width = 1; width <= 80; width++) {
        len = 0;
        for (size_t i = 0; i < sizeof flat; i++) {
            text[len++] = flat[i];
            if (i % width == width - 1)
                text[len++] = '\n';
        }
        same = same && pem_bytes(out, guard_in(slice_of(text, len))) == 225;
        for (size_t i = 0; i < 225; i++)
            same = same && out[i] == (uint8_t)"foo"[i % 3];
    }
    tap_ok(same, "lines of 1 to 80 characters");
    memcpy(flat + 60, "Zg==", 4);
    tap_ok(pem_bytes(out, slice_of(flat, 64)) == 46, "64 with padding");
    tap_ok(pem_bytes(out, slice_of(flat, 68)) == SLICE_NPOS,
        "and more behind it");
}

/* A certificate as far as its subject: name and spki are not looked into. */
#define V3  "\xa0\x03\x02\x01\x02"
#define REST "\x02\x01\x07" "\x30\x02\x05\x00" "\x30\x00" "\x30\x01\x00" \
    "\x30\x03" "abc" "\x30\x00"
#define REST_LEN 19

static const char v3[] = "\x30\x1a\x30\x18" V3 REST;
static const char v1[] = "\x30\x15\x30\x13" REST;

static void subjects(void)
{
    const struct slice whole = slice_of(v3, sizeof v3 - 1);
    struct slice name;
    char bad[sizeof v3];
    bool refused = true;
    int tags[] = {0, 2, 4, 9, 12, 16, 18, 21};

    tap_is_int(pem_subject(guard_in(whole), &name), 0, "version 3");
    tap_is(name, slice_of("\x30\x03" "abc", 5), "its subject, with its head");
    tap_is_int(pem_subject(guard_in(slice_of(v1, sizeof v1 - 1)), &name), 0,
        "version 1 has no version");
    tap_is(name, slice_of("\x30\x03" "abc", 5), "and the subject");
    for (size_t n = 0; n < whole.len; n++)
        refused = refused && pem_subject(guard_in(slice_head(whole, n)),
            &name) != 0;
    tap_ok(refused, "cut at every byte");
    tap_ok(pem_subject(guard_in(slice_of(v3, sizeof v3)), &name) != 0,
        "a byte too many");
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        memcpy(bad, v3, sizeof v3);
        bad[tags[i]] ^= 0x40;
        tap_ok(pem_subject(guard_in(slice_of(bad, whole.len)), &name) != 0,
            "a wrong tag at %d", tags[i]);
    }
}

/* X.690 8.1.3: lengths of one to four bytes, an indefinite one. */
static void lengths(void)
{
    static const struct {
        const char *head;
        size_t len;
        bool good;
    } heads[] = {
        {"\x30\x81\x1a", 3, true}, {"\x30\x82\x00\x1a", 4, true},
        {"\x30\x83\x00\x00\x1a", 5, true}, {"\x30\x84\0\0\0\x1a", 6, false},
        {"\x30\x80", 2, false}, {"\x30\xff", 2, false},
        {"\x30\x83\xff\xff\xff", 5, false}, {"\x30\x82\x00\x19", 4, false},
    };
    char der[64];
    struct slice name;

    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        size_t n = heads[i].len;

        memcpy(der, heads[i].head, n);
        memcpy(der + n, v3 + 2, sizeof v3 - 3);
        tap_ok((pem_subject(guard_in(slice_of(der, n + sizeof v3 - 3)),
            &name) == 0) == heads[i].good, "length %zu", i);
    }
}

_Static_assert(sizeof V3 REST - 1 == 0x18 && sizeof REST - 1 == REST_LEN,
    "lengths as they stand in v3 and v1");

int main(void)
{
    blocks();
    block_parts();
    body_shapes();
    body_lines();
    subjects();
    lengths();
    return tap_done();
}
