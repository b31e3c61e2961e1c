/* roots.h - a bundle of root certificates, each known by its name and not
 * parsed before a chain leads to it.
 *
 * OpenSSL makes some 8 kB of every certificate it reads, and a bundle has 150:
 * that would be most of what a server at rest has and of how long it takes to
 * start, for the two or three roots it ever meets.
 */
#ifndef NET_ROOTS_H
#define NET_ROOTS_H

#include "base/buf.h"

struct root {
    size_t at, len;         /* in roots.der */
    size_t name, name_len;  /* its subject there */
    unsigned long hash;     /* of the subject; roots.hashed says if set */
    bool taken;             /* parsed, and where OpenSSL finds it */
};

struct roots {              /* zero it */
    struct buf der;
    struct root *list;
    size_t len;
    bool hashed;
};

/* Reads a PEM file.  -1, and *r stays empty, when it is anything but a list of
 * plain certificates, or there is no memory: let OpenSSL judge it whole. */
int roots_read(struct roots *r, const char *path);
void roots_free(struct roots *r);

struct slice roots_der(const struct roots *r, size_t i);
struct slice roots_name(const struct roots *r, size_t i);

#endif
