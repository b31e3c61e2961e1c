/* dns.h - DNS messages a stub resolver needs: RFC 1035, RFC 3596.
 *
 * Whole message, re-parsed.  Compression pointers only go backwards and are
 * counted; every length is checked before use.
 */
#ifndef CODEC_DNS_H
#define CODEC_DNS_H

#include "base/buf.h"
#include "base/slice.h"

#define DNS_A 1
#define DNS_CNAME 5
#define DNS_AAAA 28
#define DNS_NAME 255            /* octets of the longest name on the wire */
#define DNS_UDP 512             /* octets of the longest plain UDP message */
#define DNS_ADDRS 16

enum dns_rcode { DNS_OK, DNS_FORMERR, DNS_SERVFAIL, DNS_NXDOMAIN, DNS_NOTIMP,
    DNS_REFUSED };

struct dns_addr {
    bool v6;
    uint8_t ip[16];             /* the first 4 bytes for A */
};

struct dns_answer {
    enum dns_rcode rcode;
    bool truncated;             /* ask again over TCP */
    struct dns_addr addr[DNS_ADDRS];
    size_t addrs;
    unsigned aliases;           /* CNAMEs that were followed */
    uint32_t ttl;               /* seconds, the least of the chain */
};

/* Appends a query (recursion desired).  -1 when name is no host name: empty
 * or over-long labels, over-long name, bytes other than letters, digits, "-",
 * "_" and dots. */
int dns_query(struct buf *out, uint16_t id, struct slice name, uint16_t type);

/* Reads an answer to that very query, following CNAMEs inside it.  0, or -1
 * when the message is malformed or answers another question (*why). */
int dns_parse(struct slice msg, uint16_t id, struct slice name, uint16_t type,
    struct dns_answer *out, const char **why);

#endif
