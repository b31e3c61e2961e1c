/* sign_fuzz.c - what sign_make signs, sign_check finds, and nothing else. */
#include <stdlib.h>

#include "twilio/sign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* base, target and body on three lines; the first byte chooses the kind. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice rest = slice_of(data, size);
    unsigned kind = size ? data[0] % 4 : 0;
    struct sign_request r = {.token = SLICE("12345"), .bases = 1};
    char url[4096], out[SIGN_LEN + 1];
    struct buf b;
    bool form = kind == 0;

    rest = slice_from(rest, 1);
    r.base[0] = slice_cut(&rest, '\n');
    r.target = slice_cut(&rest, '\n');
    r.body = rest;
    r.method = kind == 1 ? SLICE("GET") : SLICE("POST");
    r.type = form ? SLICE("application/x-www-form-urlencoded")
        : SLICE("application/json");
    r.websocket = kind == 3;
    buf_over(&b, url, sizeof url);
    buf_add(&b, r.base[0]);
    buf_add(&b, r.target);
    if (!buf_ok(&b) || sign_make(r.token, buf_slice(&b), form ? r.body
        : SLICE(""), out))
        return 0;
    r.signature = slice_of(out, SIGN_LEN);
    /* A plain URL, cut where a request cuts it, must be found as usual. */
    if (slice_starts(r.base[0], "https://") && r.target.len
        && r.target.ptr[0] == '/' && !slice_ends(r.base[0], "/")
        && slice_chr(buf_slice(&b), '#') == SLICE_NPOS && !r.websocket) {
        struct sign_match m;
        enum sign_result got = sign_check(&r, &m);

        if ((got != SIGN_OK && (form || got != SIGN_BODY_HASH)) || m.form)
            abort();
    } else {
        sign_check(&r, NULL);
    }
    out[0] = out[0] == 'A' ? 'B' : 'A';
    if (sign_check(&r, NULL) != SIGN_BAD)
        abort();
    return 0;
}
