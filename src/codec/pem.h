/* pem.h - certificates as text: RFC 7468, and of X.509 (RFC 5280 4.1) just the
 * name a certificate goes by, which says whether it is worth parsing.
 */
#ifndef CODEC_PEM_H
#define CODEC_PEM_H

#include "base/slice.h"

struct pem {
    struct slice label;     /* "CERTIFICATE" */
    struct slice body;      /* base64 with its line ends */
};

/* The next block of *rest, which then begins behind it; text around blocks is
 * skipped (RFC 7468 2).  1; 0 when there is none; -1 when one begins inside a
 * line, or does not end under the same label. */
int pem_next(struct slice *rest, struct pem *out);

/* The bytes of a body, blanks left out; out has BASE64_BYTES(body.len).
 * Returns how many, or SLICE_NPOS. */
size_t pem_bytes(uint8_t *out, struct slice body);

/* The subject of a certificate in DER: a Name, with its tag and length, inside
 * der.  0; -1 when der is not one whole certificate so far. */
int pem_subject(struct slice der, struct slice *subject);

#endif
