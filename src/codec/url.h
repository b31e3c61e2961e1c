/* url.h - absolute URLs: RFC 3986, as much as http, https, ws and wss need.
 *
 * Strict: no blank, no control byte, no byte above 0x7e, a port of 1..65535.
 */
#ifndef CODEC_URL_H
#define CODEC_URL_H

#include "base/buf.h"
#include "base/slice.h"

struct url {                /* slices of the input */
    struct slice scheme;    /* as written */
    struct slice userinfo;  /* absent when there is no "@" */
    struct slice host;      /* without the brackets of an IPv6 literal */
    struct slice port;      /* absent when not written */
    struct slice path;      /* may be empty */
    struct slice query;     /* without "?", absent when there is none */
    struct slice fragment;  /* without "#", absent when there is none */
    uint16_t number;        /* the port, or the scheme's own: 80 or 443; 0 */
    bool tls;               /* https or wss */
};

/* 0, or -1 with *at the offset of the byte at fault and *why (constant). */
int url_parse(struct slice s, struct url *out, size_t *at, const char **why);

/* Path and query as they go into a request line: at least "/". */
void url_target(struct buf *out, const struct url *u);

/* "host" or "host:port" for the Host header: the port only if it is not the
 * scheme's own, brackets for IPv6. */
void url_authority(struct buf *out, const struct url *u);

#endif
