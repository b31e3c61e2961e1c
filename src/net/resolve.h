/* resolve.h - names to addresses without getaddrinfo and without blocking.
 *
 * Literals, localhost (RFC 6761 6.3), the hosts file, then DNS: A and AAAA
 * side by side, every server of resolv.conf (or DNS_SERVER) in turn, retries,
 * TCP on truncation, one deadline.  Answers are cached for their TTL, at most
 * 5 minutes.
 */
#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include "base/err.h"
#include "base/sys.h"
#include "net/loop.h"

#define RESOLVE_ADDRS 16

struct resolver;
struct resolve;         /* one question under way */

struct resolve_conf {   /* zero means the usual: */
    const char *hosts_file;     /* "/etc/hosts" */
    const char *conf_file;      /* "/etc/resolv.conf" */
    const char *server;         /* "IP" or "IP:port", several with commas:
                                   instead of conf_file */
    int64_t timeout;            /* ms for one try; 2000 */
    int tries;                  /* rounds over all servers; 2 */
};

/* Reads both files now: at start-up, never on the loop.  Of resolv.conf count
 * nameserver and the options timeout and attempts; a search list does not. */
struct resolver *resolver_new(struct loop *l, const struct resolve_conf *conf,
    struct err *err);
void resolver_free(struct resolver *r);         /* done is not called */

/* What err->sys of an ERR_DNS says: nothing (0), or that the servers agreed
 * that there is no such name, or that it has no address. */
enum { RESOLVE_NO_NAME = 1, RESOLVE_NO_ADDRESS = 2 };

/* How many CNAMEs stood between a name and its addresses, as long as the
 * answer is kept; 0 for any other. */
unsigned resolve_aliases(struct resolver *r, struct slice name);

/* IPv6 and IPv4 alternate (RFC 8305 4).  When one family has answered the other
 * has 50 ms more.  deadline: ms, absolute; 0: none but the tries' own.  done is
 * called once, never before resolve_start returned, and the question is gone by
 * then; n is 0 and *err set on failure.  The addresses carry port. */
struct resolve *resolve_start(struct resolver *r, struct slice name,
    uint16_t port, int64_t deadline,
    void (*done)(void *arg, const struct sys_addr *addr, size_t n,
        const struct err *err), void *arg, struct err *err);
void resolve_cancel(struct resolve *q);         /* done is not called */

#endif
