/* dns_fuzz.c - any message, with our id and our question put where they
 * belong when the first byte says so; the rest is the message. */
#include <stdlib.h>
#include <string.h>

#include "codec/dns.h"

#define NAME "www.example.com"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t mem[65536 + 64];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dns_answer a, b;
    const char *why = NULL, *again = NULL;
    uint16_t type;
    struct buf m;
    int r;

    if (size < 4 || size > 65536)
        return 0;
    type = data[0] & 1 ? DNS_AAAA : DNS_A;
    buf_over(&m, mem, sizeof mem);
    if (data[0] & 2) {
        if (dns_query(&m, 7, SLICE(NAME), type))
            abort();
        m.ptr[2] = data[1] | 0x80;
        m.ptr[3] = data[2];
        m.ptr[7] = data[3];
        buf_add(&m, slice_of(data + 4, size - 4));
    } else {
        buf_add(&m, slice_of(data + 1, size - 1));
    }
    r = dns_parse(buf_slice(&m), 7, SLICE(NAME), type, &a, &why);
    if (r != dns_parse(buf_slice(&m), 7, SLICE("WWW.Example.Com."), type, &b,
        &again) || (r && (!why || why != again)))
        abort();
    if (r)
        return 0;
    if (memcmp(&a, &b, sizeof a) || a.addrs > DNS_ADDRS
        || a.rcode > DNS_REFUSED || a.ttl > 0x7fffffff
        || ((a.truncated || a.rcode) && a.addrs))
        abort();
    for (size_t i = 0; i < a.addrs; i++)
        if (a.addr[i].v6 != (type == DNS_AAAA)
            || slice_find(buf_slice(&m), slice_of(a.addr[i].ip,
            a.addr[i].v6 ? 16 : 4)) == SLICE_NPOS)
            abort();
    return 0;
}
