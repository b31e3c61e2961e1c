/* tlsio.h - TLS without a socket: bytes in, bytes out, over OpenSSL.
 *
 * The one file that includes OpenSSL.  A BIO of our own reads from the slice
 * the caller hands over and appends to the caller's buf, so one large recv
 * serves many records and base/sys stays the only door.  The client always
 * verifies chain and name (or address), or that it meets one certificate; there
 * is no way to switch that off.
 */
#ifndef NET_TLSIO_H
#define NET_TLSIO_H

#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

struct tlsctx;          /* what you want; shared by many connections */
struct tlsio;           /* one connection */

/* Client: roots from the given PEM file, or when NULL from SSL_CERT_FILE, then
 * the first known bundle path that exists; *taken (may be NULL) names it. */
struct tlsctx *tlsctx_client(const char *ca_file, const char **taken,
    struct err *err);
/* Adds a CA to a client's roots (doctor --trust). */
int tlsctx_trust(struct tlsctx *ctx, const char *pem_file, struct err *err);
/* Client that means one server: the first certificate of that PEM file is the
 * only one it takes.  Neither roots nor names count then. */
struct tlsctx *tlsctx_client_of(const char *cert, struct err *err);
/* Server: certificate chain and key in PEM. */
struct tlsctx *tlsctx_server(const char *cert, const char *key,
    struct err *err);
/* Reads a server's files again: new connections get them, those that live
 * keep theirs.  -1: nothing has changed. */
int tlsctx_reload(struct tlsctx *ctx, const char *cert, const char *key,
    struct err *err);
void tlsctx_free(struct tlsctx *ctx);

struct tlsio *tlsio_client(struct tlsctx *ctx, struct slice host,
    struct err *err);
struct tlsio *tlsio_server(struct tlsctx *ctx, struct err *err);
void tlsio_free(struct tlsio *t);

enum tlsio_result {
    TLSIO_OK,           /* done, or bytes delivered */
    TLSIO_MORE,         /* all of *in was used; come back with more */
    TLSIO_EOF,          /* the peer sent close_notify */
    TLSIO_FAIL          /* *err says what; after it only tlsio_free */
};

/* Drives the handshake: consumes *in, appends to out what must be sent. */
enum tlsio_result tlsio_handshake(struct tlsio *t, struct slice *in,
    struct buf *out, struct err *err);

/* Decrypts into dst; *got bytes.  May append to out (key update). */
enum tlsio_result tlsio_read(struct tlsio *t, struct slice *in,
    struct mslice dst, size_t *got, struct buf *out, struct err *err);

/* Encrypts all of s into out.  TLSIO_OK or TLSIO_FAIL. */
enum tlsio_result tlsio_write(struct tlsio *t, struct slice s,
    struct buf *out, struct err *err);

void tlsio_shutdown(struct tlsio *t, struct buf *out);  /* close_notify */

/* Why a handshake failed, as far as a program may want to tell it apart. */
enum tlsio_fault {
    TLSIO_FINE,
    TLSIO_EXPIRED, TLSIO_NOT_YET, TLSIO_NAME,   /* the certificate's */
    TLSIO_SELF_SIGNED,
    TLSIO_NO_PATH,      /* none to a known root */
    TLSIO_NO_TLS,       /* what came back is no TLS */
    TLSIO_VERSION,      /* none in common: RFC 8446 6.2, protocol_version */
    TLSIO_ALPN,         /* no protocol in common: RFC 7301 3.2 */
    TLSIO_OTHER
};

/* What is known of the peer, also after a refused handshake. */
struct tlsio_facts {
    char version[16];           /* "TLSv1.3" */
    char cipher[64];
    char alpn[16];              /* "" when none was agreed on */
    char subject[128], issuer[128];     /* of the leaf */
    char names[256];            /* subject alternative names, comma listed */
    int64_t not_before, not_after;      /* wall ms; 0 unknown */
    int chain;                  /* certificates the peer sent */
    bool self_signed;
    long verify_code;           /* X509_V_*; 0 is good */
    char verify_text[96];
    enum tlsio_fault fault;
};
const struct tlsio_facts *tlsio_facts(struct tlsio *t);

/* 32 random bytes from RAND_bytes, to seed base/rand.  0 or -1. */
int tlsio_random(uint8_t out[static 32]);
const char *tlsio_version(void);        /* "OpenSSL 3.0.19 ..." */
void tlsio_wipe(void *p, size_t n);     /* OPENSSL_cleanse */

#endif
