/* resolve_impl.h - what resolve.c and its file readers share.  Private. */
#ifndef NET_RESOLVE_IMPL_H
#define NET_RESOLVE_IMPL_H

#include "base/list.h"
#include "codec/dns.h"
#include "net/resolve.h"

#define RESOLVE_SERVERS 8       /* of resolv.conf; libc stops at 3 */
#define RESOLVE_HOSTS 8192      /* entries of the hosts file */
#define RESOLVE_CACHE TINY_OR(1, 256)
#define RESOLVE_NAME 253        /* characters of the longest name in text */

struct resolve_host {           /* one name of one line of the hosts file */
    struct slice name;          /* into text */
    struct dns_addr addr;
};

struct resolve_files {
    uint8_t *text;              /* the hosts file, owned */
    struct resolve_host *host;  /* owned */
    size_t hosts;
    struct sys_addr server[RESOLVE_SERVERS];
    size_t servers;
    int64_t timeout;            /* ms */
    int tries;
};

/* Reads both files; only conf->server can be wrong.  0, or -1 and *err. */
int resolve_files_read(struct resolve_files *f,
    const struct resolve_conf *conf, struct err *err);
void resolve_files_free(struct resolve_files *f);

#endif
