/* server_fuzz.c - bytes of a socket into the program's own server, with all
 * its doors: whole, and again cut into pieces, which must not change a byte of
 * the answer.
 *
 * Byte 0 says how: 1 the rest is PATH, line feed, BODY of a form that Twilio
 * has signed, 0 it is what the socket brings.  Byte 1 says where it is cut.
 */
#include "fuzz/house.h"

#include "twilio/sign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PATIENCE 100000         /* ms: longer than any deadline of a peer */
#define PIECES 500

static bool kernel_answers(uint16_t port)
{
    (void)port;
    return false;
}

/* All that has come is read, without a moment of time. */
static void read_all(struct kernel_sock *s)
{
    for (int i = 0; i < 20; i++) {
        house_run(0);
        if (!s->used || s->in_at == s->in_len)
            return;
    }
}

static size_t piece(unsigned *seed)
{
    *seed = *seed * 1103515245 + 12345;
    return (*seed >> 16) % 3 ? 1 + (*seed >> 16) % 7
        : 1 + (*seed >> 16) % 400;
}

/* What the server says to in, sent in pieces when seed is not 0. */
static void exchange(struct slice in, unsigned seed, struct buf *out)
{
    struct kernel_sock *s;
    size_t n, pieces = 0;

    house_open();
    s = kernel_dial(HOUSE_PORT);
    if (!s)
        abort();
    while (in.len) {
        n = seed && ++pieces < PIECES ? piece(&seed) : in.len;
        kernel_say(s, in.ptr, n < in.len ? n : in.len);
        in = slice_from(in, n);
        read_all(s);
    }
    house_run(50);
    kernel_hang_up(s);
    house_run(PATIENCE);
    if (s->used)
        abort();                /* it is never let go */
    buf_add(out, slice_of(s->out, s->out_len));
    house_close();
}

static void compose(struct slice in, struct buf *out)
{
    struct slice path = slice_cut(&in, '\n');
    char signature[SIGN_LEN + 1] = "";
    struct buf url;

    buf_init(&url, 1u << 20);
    buf_adds(&url, HOUSE_PUBLIC);
    buf_add(&url, path);
    if (sign_make(SLICE(HOUSE_AUTH), buf_slice(&url), in, signature))
        signature[0] = 0;
    buf_adds(out, "POST ");
    buf_add(out, path);
    buf_addf(out, " HTTP/1.1\r\nHost: voice.example.com\r\n"
        "X-Twilio-Signature: %s\r\nContent-Length: %zu\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n", signature,
        in.len);
    buf_add(out, in);
    buf_free(&url);
}

/* A head that never becomes whole is looked at when it has doubled: what is
 * wrong in its last half may be told or not. */
static bool alike(struct slice whole, struct slice cut)
{
    struct slice rest = slice_from(whole, cut.len);

    return slice_eq(slice_head(whole, cut.len), cut)
        && (!rest.len || slice_starts(rest, "HTTP/1.1 4")
        || slice_starts(rest, "HTTP/1.1 5"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint64_t live;
    struct slice in = slice_of(data, size);
    struct buf made, whole, cut;

    if (size < 2)
        return 0;
    buf_init(&made, 1u << 20);
    buf_init(&whole, 16u << 20);
    buf_init(&cut, 16u << 20);
    in = slice_from(in, 2);
    if (data[0] & 1) {
        compose(in, &made);
        in = buf_slice(&made);
    }
    house_told = house_tells(in);
    exchange(in, 0, &whole);
    exchange(in, data[1] + 1u, &cut);
    if (whole.len && !slice_starts(buf_slice(&whole), "HTTP/1.1 "))
        abort();
    if (!house_told && house_tells(buf_slice(&whole)))
        abort();
    if (!alike(buf_slice(&whole), buf_slice(&cut))
        && slice_find(in, SLICE("metrics")) == SLICE_NPOS)
        abort();                /* /metrics counts reads */
    buf_free(&made);
    buf_free(&whole);
    buf_free(&cut);
    if (live && mem_live() != live)
        abort();
    live = mem_live();
    return 0;
}
