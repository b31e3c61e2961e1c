/* pem.c - certificates as text: RFC 7468; their subjects: RFC 5280 4.1. */
#include "codec/pem.h"

#include "codec/base64.h"

#define LINE        64      /* characters given to the decoder at a time */
#define DASHES      "-----"
#define DASHES_LEN  (sizeof DASHES - 1)

#define SEQUENCE    0x30    /* X.690 8.9 */
#define INTEGER     0x02
#define VERSION     0xa0    /* [0], explicit */

/* A line of dashes, such as "-----BEGIN X-----", from s on: its X. */
static bool boundary(struct slice s, struct slice *label)
{
    size_t end = slice_find(s, slice_str(DASHES));

    if (end == SLICE_NPOS)
        return false;
    *label = slice_head(s, end);
    return slice_chr(*label, '\n') == SLICE_NPOS;
}

int pem_next(struct slice *rest, struct pem *out)
{
    const struct slice begin = slice_str(DASHES "BEGIN ");
    const struct slice end = slice_str(DASHES "END ");
    size_t at = slice_find(*rest, begin);
    struct slice label;

    if (at == SLICE_NPOS)
        return 0;
    if (at > 0 && rest->ptr[at - 1] != '\n')
        return -1;
    *rest = slice_from(*rest, at + begin.len);
    if (!boundary(*rest, &out->label))
        return -1;
    *rest = slice_from(*rest, out->label.len + DASHES_LEN);
    at = slice_find(*rest, end);
    if (at == SLICE_NPOS)
        return -1;
    out->body = slice_head(*rest, at);
    *rest = slice_from(*rest, at + end.len);
    if (!boundary(*rest, &label) || !slice_eq(label, out->label))
        return -1;
    *rest = slice_from(*rest, label.len + DASHES_LEN);
    return 1;
}

size_t pem_bytes(uint8_t *out, struct slice body)
{
    char line[LINE];
    size_t held = 0, len = 0;
    bool padded = false;

    for (size_t i = 0; i <= body.len; i++) {
        char c = i < body.len ? (char)body.ptr[i] : '\n';
        size_t n;

        if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
            line[held++] = c;
        if (held < LINE && (i < body.len || held == 0))
            continue;
        n = padded ? SLICE_NPOS : base64_decode(out + len,
            slice_of(line, held), NULL);
        if (n == SLICE_NPOS)
            return n;
        padded = n < BASE64_BYTES(held);
        len += n;
        held = 0;
    }
    return len;
}

/* Takes one element of that tag off the front of *in, *all of it and what is
 * *inside (each may be NULL).  X.690 8.1 and 10.1. */
static bool element(struct slice *in, uint8_t tag, struct slice *all,
    struct slice *inside)
{
    size_t head = 2, len;

    if (in->len < 2 || in->ptr[0] != tag)
        return false;
    len = in->ptr[1];
    if (len >= 0x80) {
        size_t n = len & 0x7f;

        if (n == 0 || n > 3 || in->len < 2 + n)
            return false;
        for (len = 0; head < 2 + n; head++)
            len = len << 8 | in->ptr[head];
    }
    if (len > in->len - head)
        return false;
    if (all)
        *all = slice_head(*in, head + len);
    if (inside)
        *inside = slice_from(slice_head(*in, head + len), head);
    *in = slice_from(*in, head + len);
    return true;
}

int pem_subject(struct slice der, struct slice *subject)
{
    struct slice certificate, in;

    if (!element(&der, SEQUENCE, NULL, &certificate) || der.len
        || !element(&certificate, SEQUENCE, NULL, &in))
        return -1;
    element(&in, VERSION, NULL, NULL);              /* a v1 has none */
    return element(&in, INTEGER, NULL, NULL)        /* serial number */
        && element(&in, SEQUENCE, NULL, NULL)       /* signature */
        && element(&in, SEQUENCE, NULL, NULL)       /* issuer */
        && element(&in, SEQUENCE, NULL, NULL)       /* validity */
        && element(&in, SEQUENCE, subject, NULL) ? 0 : -1;
}
