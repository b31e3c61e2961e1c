/* http.h - HTTP/1.1 message heads: RFC 9110, RFC 9112.
 *
 * Whole head, re-parsed: give it all bytes so far; it answers how many the
 * head took, or 0 for "not all here", or -1 and why.  Slices point into the
 * input.  Strict where a second reader could disagree (RFC 9112 11.2): bare
 * LF, obs-fold, blank before the colon, a second or listed Content-Length,
 * Content-Length beside Transfer-Encoding are refused, never repaired.
 */
#ifndef CODEC_HTTP_H
#define CODEC_HTTP_H

#include "base/buf.h"
#include "base/limits.h"
#include "base/slice.h"

#define HTTP_HEADERS LIMIT_HTTP_HEADERS

/* What a byte may stand in: bits of http_class[byte].  RFC 9110 5.6.2, RFC 3986
 * 2, RFC 9110 5.5, RFC 3986 3.2.2. */
enum { HTTP_TOKEN = 1, HTTP_TARGET = 2, HTTP_VALUE = 4, HTTP_NAME = 8,
    HTTP_HEX = 16 };
extern const uint8_t http_class[256];

enum http_framing {
    HTTP_NO_BODY,       /* also for Content-Length: 0 */
    HTTP_LENGTH,        /* length bytes follow */
    HTTP_CHUNKED,       /* codec/body decodes it */
    HTTP_TO_CLOSE       /* answers only: until the peer closes */
};

struct http_header {
    struct slice name, value;       /* value trimmed of SP and HT */
};

struct http {
    struct slice method, target;    /* requests */
    struct slice host, path, query; /* of the target; host (and port) from
                                       absolute-form or the Host header; path
                                       "*" for asterisk-form, absent for
                                       CONNECT; query without "?", absent
                                       when there is none */
    int status;                     /* answers */
    struct slice reason;
    int minor;                      /* HTTP/1.minor */
    struct http_header header[HTTP_HEADERS];
    size_t headers;
    enum http_framing framing;
    uint64_t length;
    bool keep_alive;
    bool expect_continue;
};

struct http_fault {
    int status;                     /* what to refuse with: 400 413 414 ... */
    size_t at;                      /* byte offset in the input */
    const char *why;                /* constant */
};

/* Ceilings of one head; http_limits_default() comes from base/limits.h. */
struct http_limits {
    size_t line, head;              /* bytes with CRLF: 414 or 431 beyond */
    uint64_t body;                  /* 413 when Content-Length says more */
};
struct http_limits http_limits_default(void);

/* >0 bytes of the head with its empty line; 0 more needed; -1 and *fault.
 * One leading CRLF is skipped and counted (RFC 9112 2.2).  A fault is told at
 * its byte, before the head is complete, and stays when more bytes come. */
int http_request(struct slice in, const struct http_limits *max,
    struct http *out, struct http_fault *fault);

/* The same for an answer, but no CRLF is skipped; to_head: it answers a HEAD
 * request, so no body. */
int http_answer(struct slice in, const struct http_limits *max, bool to_head,
    struct http *out, struct http_fault *fault);

/* Value of the first header of that name, case ignored; absent if none. */
struct slice http_get(const struct http *h, const char *name);
size_t http_count(const struct http *h, const char *name);

/* Does the comma list in all headers of that name hold token, case ignored?
 * RFC 9110 5.6.1. */
bool http_has_token(const struct http *h, const char *name,
    const char *token);

/* The reason phrase of a status; "Unknown" if it has none. */
const char *http_reason(int status);

/* IMF-fixdate, RFC 9110 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT". */
#define HTTP_DATE_MAX 30
void http_date(char out[static HTTP_DATE_MAX], int64_t wall_ms);
/* Parses IMF-fixdate; -1 if it is none. */
int http_date_parse(struct slice s, int64_t *wall_ms);

#endif
