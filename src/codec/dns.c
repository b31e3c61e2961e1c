/* dns.c - DNS messages a stub resolver needs: RFC 1035, RFC 3596.
 *
 * Names are compared in wire form, lower case: RFC 4343, and servers that
 * echo the mixed case of a question.  The answer section is checked record by
 * record first; after that the chain of CNAMEs may be walked in any order.
 */
#include "codec/dns.h"

#include <string.h>

#define HEAD 12             /* RFC 1035 4.1.1 */
#define CLASS_IN 1
#define HOPS 16             /* CNAMEs followed before it counts as a loop */
#define JUMPS 127           /* pointers in a name: one a label, at most */

struct wire {               /* a name: length bytes and labels, lower case */
    uint8_t at[DNS_NAME];
    size_t len;
};

struct record {
    struct wire owner;
    unsigned type, class;
    uint32_t ttl;
    size_t data, len;       /* where RDATA lies in the message */
};

static unsigned get16(struct slice m, size_t at)
{
    return (unsigned)m.ptr[at] << 8 | m.ptr[at + 1];
}

static bool label_char(uint8_t c)
{
    uint8_t l = byte_lower(c);

    return (l >= 'a' && l <= 'z') || (c >= '0' && c <= '9') || c == '-'
        || c == '_';
}

/* RFC 1035 2.3.4: labels of 1..63, 255 octets in all.  One dot at the end is
 * the root's and is dropped. */
static int to_wire(struct slice name, struct wire *w)
{
    if (name.len && name.ptr[name.len - 1] == '.')
        name.len--;
    w->len = 0;
    do {
        struct slice label = slice_cut(&name, '.');

        if (label.len == 0 || label.len > 63
            || w->len + 1 + label.len + 1 > DNS_NAME)
            return -1;
        w->at[w->len++] = (uint8_t)label.len;
        for (size_t i = 0; i < label.len; i++) {
            if (!label_char(label.ptr[i]))
                return -1;
            w->at[w->len++] = label.ptr[i];
        }
    } while (name.ptr);
    w->at[w->len++] = 0;
    return 0;
}

/* Length bytes are below 64, so they stay as they are. */
static void lower(struct wire *w)
{
    for (size_t i = 0; i < w->len; i++)
        w->at[i] = byte_lower(w->at[i]);
}

static bool same(const struct wire *a, const struct wire *b)
{
    return a->len == b->len && memcmp(a->at, b->at, a->len) == 0;
}

static void add16(struct buf *out, unsigned v)
{
    buf_addc(out, (uint8_t)(v >> 8));
    buf_addc(out, (uint8_t)v);
}

int dns_query(struct buf *out, uint16_t id, struct slice name, uint16_t type)
{
    static const uint8_t one_question[] = {1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
    struct wire w;

    if (to_wire(name, &w))
        return -1;
    add16(out, id);
    buf_add(out, slice_of(one_question, sizeof one_question));
    buf_add(out, slice_of(w.at, w.len));
    add16(out, type);
    add16(out, CLASS_IN);
    return buf_ok(out) ? 0 : -1;
}

/* Reads the name at *at and moves *at behind it.  RFC 1035 4.1.4: a pointer
 * has to go to a place before the piece it ends, so every name ends. */
static const char *read_name(struct slice m, size_t *at, struct wire *w)
{
    size_t i = *at, piece = i;
    int jumps = 0;

    w->len = 0;
    for (;;) {
        unsigned n;

        if (i >= m.len)
            return "a name passes the end";
        n = m.ptr[i];
        if (n >= 0xc0) {
            if (m.len - i < 2)
                return "a name passes the end";
            n = get16(m, i) & 0x3fff;
            if (n >= piece || n < HEAD)
                return "a name points forward or into the header";
            if (++jumps > JUMPS)
                return "a name has too many pointers";
            if (jumps == 1)
                *at = i + 2;
            i = piece = n;
            continue;
        }
        if (n > 63)
            return "unknown kind of label";
        if (m.len - i < 1 + n)
            return "a name passes the end";
        if (w->len + 1 + n > DNS_NAME || (n && w->len + 2 + n > DNS_NAME))
            return "a name is longer than 255 octets";
        memcpy(w->at + w->len, m.ptr + i, 1 + n);
        w->len += 1 + n;
        i += 1 + n;
        if (n == 0)
            break;
    }
    if (jumps == 0)
        *at = i;
    lower(w);
    return NULL;
}

/* Reads the record at *at and moves *at behind it: RFC 1035 4.1.3. */
static const char *read_record(struct slice m, size_t *at, struct record *r)
{
    const char *why = read_name(m, at, &r->owner);
    size_t i = *at;

    if (why)
        return why;
    if (m.len - i < 10)
        return "a record passes the end";
    r->type = get16(m, i);
    r->class = get16(m, i + 2);
    r->ttl = (uint32_t)get16(m, i + 4) << 16 | get16(m, i + 6);
    if (r->ttl > 0x7fffffff)        /* RFC 2181 8 */
        r->ttl = 0;
    r->len = get16(m, i + 8);
    r->data = i + 10;
    if (m.len - r->data < r->len)
        return "a record passes the end";
    *at = r->data + r->len;
    return NULL;
}

/* The name inside a CNAME record. */
static const char *alias(struct slice m, const struct record *r,
    struct wire *w)
{
    size_t at = r->data;
    const char *why = read_name(slice_head(m, r->data + r->len), &at, w);

    if (why)
        return why;
    return at == r->data + r->len ? NULL : "bytes behind the name of a CNAME";
}

static const char *check(struct slice m, size_t at, unsigned count)
{
    struct record r;
    struct wire w;

    while (count--) {
        const char *why = read_record(m, &at, &r);

        if (!why && r.class == CLASS_IN && r.type == DNS_CNAME)
            why = alias(m, &r, &w);
        if (why)
            return why;
        if (r.class == CLASS_IN && ((r.type == DNS_A && r.len != 4)
            || (r.type == DNS_AAAA && r.len != 16)))
            return "an address of the wrong length";
    }
    return NULL;
}

static void least(uint32_t *ttl, uint32_t v)
{
    if (v < *ttl)
        *ttl = v;
}

/* Collects the addresses at *name.  When there are none but an alias, *name
 * becomes what it stands for and true is returned. */
static bool walk(struct slice m, size_t at, unsigned count, unsigned type,
    struct wire *name, struct dns_answer *out)
{
    struct record r, cname = {.len = 0};
    struct dns_addr *a;

    while (count--) {
        read_record(m, &at, &r);            /* check() has seen it */
        if (r.class != CLASS_IN || !same(&r.owner, name))
            continue;
        if (r.type == DNS_CNAME && cname.len == 0)
            cname = r;
        if (r.type != type || (type != DNS_A && type != DNS_AAAA))
            continue;
        least(&out->ttl, r.ttl);
        if (out->addrs == DNS_ADDRS)
            continue;
        a = &out->addr[out->addrs++];
        a->v6 = type == DNS_AAAA;
        memcpy(a->ip, m.ptr + r.data, r.len);
    }
    if (out->addrs || cname.len == 0)
        return false;
    least(&out->ttl, cname.ttl);
    alias(m, &cname, name);
    return true;
}

/* The question must be ours; *at is behind it then.  A server that could not
 * read it, or would not, need not repeat it. */
static const char *question(struct slice m, const struct wire *name,
    unsigned type, unsigned rcode, size_t *at)
{
    unsigned count = get16(m, 4);
    const char *why;
    struct wire w;

    *at = HEAD;
    if (count == 0 && rcode != DNS_OK && rcode != DNS_NXDOMAIN)
        return NULL;
    if (count != 1)
        return "not one question";
    why = read_name(m, at, &w);
    if (why)
        return why;
    if (m.len - *at < 4)
        return "the question passes the end";
    if (!same(&w, name) || get16(m, *at) != type
        || get16(m, *at + 2) != CLASS_IN)
        return "answers another question";
    *at += 4;
    return NULL;
}

/* RFC 1035 4.1.1: our id, a response, a standard query. */
static const char *head(struct slice m, uint16_t id)
{
    if (m.len < HEAD)
        return "shorter than a header";
    if (get16(m, 0) != id)
        return "another id";
    if (!(m.ptr[2] & 0x80))
        return "not a response";
    return m.ptr[2] & 0x78 ? "not a standard query" : NULL;
}

int dns_parse(struct slice msg, uint16_t id, struct slice name, uint16_t type,
    struct dns_answer *out, const char **why)
{
    struct wire w;
    unsigned rcode, count;
    size_t at;

    memset(out, 0, sizeof *out);
    *why = to_wire(name, &w) ? "not a host name" : head(msg, id);
    if (*why)
        return -1;
    lower(&w);
    rcode = msg.ptr[3] & 0x0f;
    *why = question(msg, &w, type, rcode, &at);
    if (*why)
        return -1;
    /* The codes above are of dynamic update (RFC 2136): a server that sends
     * one here is of no use. */
    out->rcode = rcode <= DNS_REFUSED ? (enum dns_rcode)rcode : DNS_SERVFAIL;
    /* Cut anywhere, even inside a record: nothing of it is used. */
    out->truncated = (msg.ptr[2] & 0x02) != 0;
    if (out->truncated || out->rcode != DNS_OK)
        return 0;
    count = get16(msg, 6);
    *why = check(msg, at, count);
    if (*why)
        return -1;
    out->ttl = UINT32_MAX;
    while (walk(msg, at, count, type, &w, out))
        if (++out->aliases > HOPS) {
            *why = "the CNAMEs do not end";
            return -1;
        }
    if (out->ttl == UINT32_MAX)
        out->ttl = 0;
    return 0;
}
