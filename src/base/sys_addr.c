/* sys_addr.c - addresses: IPv4 and IPv6, as text, and what kind they are. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/sys.h"

_Static_assert(sizeof(((struct sys_addr *)0)->u)
    >= sizeof(struct sockaddr_in6), "sys_addr holds an IPv6 address");

static const struct sockaddr *csa(const struct sys_addr *a)
{
    return (const struct sockaddr *)(const void *)a->u.raw_;
}

static const struct sockaddr_in *in4(const struct sys_addr *a)
{
    return (const struct sockaddr_in *)(const void *)a->u.raw_;
}

static const struct sockaddr_in6 *in6(const struct sys_addr *a)
{
    return (const struct sockaddr_in6 *)(const void *)a->u.raw_;
}

void sys_addr_v4(struct sys_addr *a, const uint8_t ip[4], uint16_t port)
{
    struct sockaddr_in s;

    memset(&s, 0, sizeof s);
    s.sin_family = AF_INET;
    s.sin_port = htons(port);
    memcpy(&s.sin_addr, ip, 4);
    memset(a, 0, sizeof *a);
    memcpy(a->u.raw_, &s, sizeof s);
    a->len = sizeof s;
}

void sys_addr_v6(struct sys_addr *a, const uint8_t ip[16], uint16_t port)
{
    struct sockaddr_in6 s;

    memset(&s, 0, sizeof s);
    s.sin6_family = AF_INET6;
    s.sin6_port = htons(port);
    memcpy(&s.sin6_addr, ip, 16);
    memset(a, 0, sizeof *a);
    memcpy(a->u.raw_, &s, sizeof s);
    a->len = sizeof s;
}

void sys_addr_text(const struct sys_addr *a, char out[static SYS_ADDR_TEXT])
{
    const void *ip;

    out[0] = 0;
    if (a->len == 0)
        return;
    if (csa(a)->sa_family == AF_INET6)
        ip = &in6(a)->sin6_addr;
    else
        ip = &in4(a)->sin_addr;
    inet_ntop(csa(a)->sa_family, ip, out, SYS_ADDR_TEXT);
}

uint16_t sys_addr_port(const struct sys_addr *a)
{
    if (a->len == 0)
        return 0;
    if (csa(a)->sa_family == AF_INET6)
        return ntohs(in6(a)->sin6_port);
    return ntohs(in4(a)->sin_port);
}

int sys_addr_parse(struct sys_addr *a, struct slice ip, uint16_t port)
{
    char text[SYS_ADDR_TEXT];
    uint8_t raw[16];

    if (ip.len >= 2 && ip.ptr[0] == '[' && ip.ptr[ip.len - 1] == ']')
        ip = slice_of(ip.ptr + 1, ip.len - 2);
    if (ip.len == 0 || ip.len >= sizeof text
        || slice_chr(ip, 0) != SLICE_NPOS)
        return -1;
    memcpy(text, ip.ptr, ip.len);
    text[ip.len] = 0;
    if (inet_pton(AF_INET, text, raw) == 1) {
        sys_addr_v4(a, raw, port);
        return 0;
    }
    if (inet_pton(AF_INET6, text, raw) == 1) {
        sys_addr_v6(a, raw, port);
        return 0;
    }
    return -1;
}

/* The IPv4 address inside a, also when it is mapped into IPv6; or NULL. */
static const uint8_t *as_v4(const struct sys_addr *a)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255};

    if (csa(a)->sa_family == AF_INET)
        return (const uint8_t *)&in4(a)->sin_addr;
    if (memcmp(&in6(a)->sin6_addr, mapped, sizeof mapped) == 0)
        return (const uint8_t *)&in6(a)->sin6_addr + 12;
    return NULL;
}

bool sys_addr_ip(const struct sys_addr *a, uint8_t ip[static 16])
{
    const uint8_t *v4 = as_v4(a);

    memset(ip, 0, 16);
    if (v4)
        memcpy(ip, v4, 4);
    else
        memcpy(ip, &in6(a)->sin6_addr, 16);
    return !v4;
}

bool sys_addr_loopback(const struct sys_addr *a)
{
    static const uint8_t one[16] = {[15] = 1};
    const uint8_t *v4;

    if (a->len == 0)
        return false;
    v4 = as_v4(a);
    if (v4)
        return v4[0] == 127;
    return memcmp(&in6(a)->sin6_addr, one, sizeof one) == 0;
}

bool sys_addr_private(const struct sys_addr *a)
{
    static const uint8_t none[16] = {0};
    const uint8_t *ip;

    if (a->len == 0)
        return false;
    if (sys_addr_loopback(a))
        return true;
    ip = as_v4(a);
    if (ip)
        return ip[0] == 0 || ip[0] == 10
            || (ip[0] == 172 && ip[1] >= 16 && ip[1] < 32)      /* RFC 1918 */
            || (ip[0] == 192 && ip[1] == 168)
            || (ip[0] == 169 && ip[1] == 254)                   /* RFC 3927 */
            || (ip[0] == 100 && ip[1] >= 64 && ip[1] < 128);    /* RFC 6598 */
    ip = (const uint8_t *)&in6(a)->sin6_addr;
    return memcmp(ip, none, sizeof none) == 0
        || (ip[0] & 0xfe) == 0xfc                               /* RFC 4193 */
        || (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80);           /* link-local */
}
