/* dns_test.c - DNS answers made by hand: chains, loops, pointers, lies. */
#include "codec/dns.h"

#include "tests/guard.h"
#include "tests/tap.h"

#define ID 0x1234

/* "www.example.com", A: what every answer here begins with. */
#define QUESTION "\3www\7example\3com\0\0\1\0\1"
#define QUESTION6 "\3www\7example\3com\0\0\34\0\1"
#define HEAD(flags, qd, an) "\x12\x34" flags "\0" qd "\0" an "\0\0\0\0"
#define OK1 HEAD("\x81\x80", "\1", "\1") QUESTION
#define OK2 HEAD("\x81\x80", "\1", "\2") QUESTION
#define WWW "\xc0\x0c"              /* points to the question's name */
#define EXAMPLE "\xc0\x10"          /* to its second label */
#define A60 "\0\1\0\1\0\0\0\x3c\0\4"            /* A, IN, 60 s, 4 bytes */
#define AAAA60 "\0\34\0\1\0\0\0\x3c\0\20"
#define CNAME(ttl, len) "\0\5\0\1\0\0\0" ttl "\0" len
#define SIX(last) "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0" last

struct vector {
    const char *what;
    struct slice msg;
    const char *want;           /* addresses and TTL, or the reason */
};

#define V(what, msg, want) {what, SLICE_INIT(msg), want}

static const struct vector answers[] = {
    V("one address", OK1 WWW A60 "\300\0\2\1", "192.0.2.1 ttl 60"),
    V("two addresses, the lesser TTL",
        OK2 WWW A60 "\300\0\2\1" WWW "\0\1\0\1\0\0\0\5\0\4\300\0\2\2",
        "192.0.2.1 192.0.2.2 ttl 5"),
    V("a name written out", OK1 "\3www\7example\3com\0" A60 "\300\0\2\1",
        "192.0.2.1 ttl 60"),
    V("mixed case comes back",
        HEAD("\x81\x80", "\1", "\1") "\3wWw\7eXAMPle\3CoM\0\0\1\0\1"
        "\3WwW\7ExampLE\3cOm\0" A60 "\300\0\2\1", "192.0.2.1 ttl 60"),
    V("a CNAME, then its address", OK2 WWW CNAME("\x0a", "\4") "\1a" EXAMPLE
        "\1a" EXAMPLE A60 "\300\0\2\7", "192.0.2.7 ttl 10"),
    V("the address before the CNAME", OK2 "\1a" EXAMPLE A60 "\300\0\2\7"
        WWW CNAME("\x0a", "\4") "\1a" EXAMPLE, "192.0.2.7 ttl 10"),
    V("a CNAME in other case", OK2 WWW CNAME("\x0a", "\4") "\1A" EXAMPLE
        "\1a" EXAMPLE A60 "\300\0\2\7", "192.0.2.7 ttl 10"),
    V("a chain of three",
        HEAD("\x81\x80", "\1", "\4") QUESTION
        WWW CNAME("\x63", "\4") "\1a" EXAMPLE
        "\1b" EXAMPLE CNAME("\x21", "\4") "\1c" EXAMPLE
        "\1a" EXAMPLE CNAME("\x42", "\4") "\1b" EXAMPLE
        "\1c" EXAMPLE A60 "\300\0\2\7", "192.0.2.7 ttl 33"),
    V("an alias without an address", OK1 WWW CNAME("\x0a", "\4") "\1a"
        EXAMPLE, "ttl 10"),
    V("of two aliases the first", HEAD("\x81\x80", "\1", "\3") QUESTION
        WWW CNAME("\x0a", "\4") "\1a" EXAMPLE
        WWW CNAME("\x0a", "\4") "\1b" EXAMPLE
        "\1b" EXAMPLE A60 "\300\0\2\7", "ttl 10"),
    V("no records", HEAD("\x81\x80", "\1", "\0") QUESTION, "ttl 0"),
    V("NXDOMAIN", HEAD("\x81\x83", "\1", "\0") QUESTION, "rcode 3 ttl 0"),
    V("SERVFAIL", HEAD("\x81\x82", "\1", "\0") QUESTION, "rcode 2 ttl 0"),
    V("REFUSED, no question", HEAD("\x81\x85", "\0", "\0"), "rcode 5 ttl 0"),
    V("FORMERR, no question", HEAD("\x81\x81", "\0", "\0"), "rcode 1 ttl 0"),
    V("NOTIMP", HEAD("\x81\x84", "\1", "\0") QUESTION, "rcode 4 ttl 0"),
    V("a code of RFC 2136", HEAD("\x81\x89", "\1", "\0") QUESTION,
        "rcode 2 ttl 0"),
    V("truncated, in mid-record", HEAD("\x83\x80", "\1", "\2") QUESTION
        WWW A60 "\300\0", "truncated ttl 0"),
    V("truncated, records whole", HEAD("\x83\x80", "\1", "\1") QUESTION
        WWW A60 "\300\0\2\1", "truncated ttl 0"),
    V("another name's address is not ours", OK1 EXAMPLE A60 "\300\0\2\1",
        "ttl 0"),
    V("a parent's alias is not ours", OK1 EXAMPLE CNAME("\x0a", "\4") "\1a"
        EXAMPLE, "ttl 0"),
    V("another class", OK1 WWW "\0\1\0\3\0\0\0\x3c\0\4\300\0\2\1", "ttl 0"),
    V("another type, any length", OK2 WWW "\0\20\0\1\0\0\0\1\0\3\2hi"
        WWW A60 "\300\0\2\1", "192.0.2.1 ttl 60"),
    V("an empty record of an unknown type", OK2 WWW
        "\xff\1\0\1\0\0\0\1\0\0" WWW A60 "\300\0\2\1", "192.0.2.1 ttl 60"),
    V("AAAA where A was asked", OK1 WWW AAAA60 SIX("\1"), "ttl 0"),
    V("a TTL with the high bit is 0: RFC 2181 8",
        OK1 WWW "\0\1\0\1\x80\0\0\1\0\4\300\0\2\1", "192.0.2.1 ttl 0"),
    V("the longest TTL", OK1 WWW "\0\1\0\1\x7f\xff\xff\xff\0\4\300\0\2\1",
        "192.0.2.1 ttl 2147483647"),
    V("pointers to a pointer", OK2 WWW CNAME("\x0a", "\2") EXAMPLE
        "\xc0\x2d" A60 "\300\0\2\7", "192.0.2.7 ttl 10"),
    V("bytes behind the answers are left alone", OK1 WWW A60 "\300\0\2\1"
        "\xff\xff\xff", "192.0.2.1 ttl 60"),
};

static const struct vector six[] = {
    V("an IPv6 address", HEAD("\x81\x80", "\1", "\1") QUESTION6 WWW AAAA60
        SIX("\1"), "2001:db8:...:01 ttl 60"),
    V("behind a CNAME", HEAD("\x81\x80", "\1", "\2") QUESTION6
        WWW CNAME("\x0a", "\4") "\1a" EXAMPLE "\1a" EXAMPLE AAAA60 SIX("\2"),
        "2001:db8:...:02 ttl 10"),
    V("A where AAAA was asked", HEAD("\x81\x80", "\1", "\1") QUESTION6
        WWW A60 "\300\0\2\1", "ttl 0"),
    V("the question for A", OK1 WWW A60 "\300\0\2\1",
        "answers another question"),
    V("15 bytes", HEAD("\x81\x80", "\1", "\1") QUESTION6 WWW
        "\0\34\0\1\0\0\0\x3c\0\17" "123456789012345",
        "an address of the wrong length"),
};

static const struct vector refused[] = {
    V("nothing", "", "shorter than a header"),
    V("11 bytes", "\x12\x34\x81\x80\0\1\0\0\0\0\0", "shorter than a header"),
    V("another id", "\x12\x35\x81\x80\0\1\0\0\0\0\0\0" QUESTION,
        "another id"),
    V("a query", HEAD("\x01\0", "\1", "\0") QUESTION, "not a response"),
    V("an inverse query", HEAD("\x89\x80", "\1", "\0") QUESTION,
        "not a standard query"),
    V("no question", HEAD("\x81\x80", "\0", "\0"), "not one question"),
    V("NXDOMAIN, no question", HEAD("\x81\x83", "\0", "\0"),
        "not one question"),
    V("two questions", HEAD("\x81\x80", "\2", "\0") QUESTION QUESTION,
        "not one question"),
    V("256 questions", "\x12\x34\x81\x80\1\0\0\0\0\0\0\0" QUESTION,
        "not one question"),
    V("another name", HEAD("\x81\x80", "\1", "\0")
        "\3www\7exbmple\3com\0\0\1\0\1", "answers another question"),
    V("a shorter name", HEAD("\x81\x80", "\1", "\0")
        "\7example\3com\0\0\1\0\1", "answers another question"),
    V("a dot inside a label", HEAD("\x81\x80", "\1", "\0")
        "\13www.example\3com\0\0\1\0\1", "answers another question"),
    V("another type", HEAD("\x81\x80", "\1", "\0")
        "\3www\7example\3com\0\0\2\0\1", "answers another question"),
    V("another class", HEAD("\x81\x80", "\1", "\0")
        "\3www\7example\3com\0\0\1\0\3", "answers another question"),
    V("the question is cut in its name", HEAD("\x81\x80", "\1", "\0")
        "\3www\7exam", "a name passes the end"),
    V("the question is cut in its type", HEAD("\x81\x80", "\1", "\0")
        "\3www\7example\3com\0\0\1\0", "the question passes the end"),
    V("a question that points at itself", HEAD("\x81\x80", "\1", "\0")
        "\xc0\x0c\0\1\0\1", "a name points forward or into the header"),
    V("a record that is not there", OK1, "a name passes the end"),
    V("half a pointer", OK1 "\xc0", "a name passes the end"),
    V("a pointer to itself", OK1 "\xc0\x21" A60 "\300\0\2\1",
        "a name points forward or into the header"),
    V("a pointer forward", OK1 "\xc0\x23" A60 "\300\0\2\1",
        "a name points forward or into the header"),
    V("a pointer past the end", OK1 "\xff\xff" A60 "\300\0\2\1",
        "a name points forward or into the header"),
    V("a pointer into the header", OK1 "\xc0\x0b" A60 "\300\0\2\1",
        "a name points forward or into the header"),
    V("a label, then a pointer to that label", OK1 "\1a\xc0\x21" A60
        "\300\0\2\1", "a name points forward or into the header"),
    V("two names that point at each other", OK2 WWW CNAME("\x0a", "\4")
        "\1a\xc0\x31" "\1b\xc0\x2d" A60 "\300\0\2\1",
        "a name points forward or into the header"),
    V("a label of kind 01", OK1 "\x41" "a\0" A60 "\300\0\2\1",
        "unknown kind of label"),
    V("a label of kind 10", OK1 "\x80" "a\0" A60 "\300\0\2\1",
        "unknown kind of label"),
    V("a record cut before its length", OK1 WWW "\0\1\0\1\0\0\0\x3c\0",
        "a record passes the end"),
    V("a record longer than the message", OK1 WWW
        "\0\1\0\1\0\0\0\x3c\0\5\300\0\2\1", "a record passes the end"),
    V("a length of 65535", OK1 WWW "\0\1\0\1\0\0\0\x3c\xff\xff\300\0\2\1",
        "a record passes the end"),
    V("three bytes of address", OK1 WWW "\0\1\0\1\0\0\0\x3c\0\3\300\0\2",
        "an address of the wrong length"),
    V("five bytes of address", OK1 WWW "\0\1\0\1\0\0\0\x3c\0\5\300\0\2\1\1",
        "an address of the wrong length"),
    V("an empty CNAME", OK1 WWW CNAME("\x0a", "\0"),
        "a name passes the end"),
    V("a CNAME whose name passes its record", OK1 WWW CNAME("\x0a", "\2")
        "\1a" EXAMPLE, "a name passes the end"),
    V("bytes behind the name of a CNAME", OK1 WWW CNAME("\x0a", "\5") "\1a"
        EXAMPLE "x", "bytes behind the name of a CNAME"),
    V("an alias of itself", OK1 WWW CNAME("\x0a", "\2") WWW,
        "the CNAMEs do not end"),
    V("two aliases of each other", OK2 WWW CNAME("\x0a", "\4") "\1a" EXAMPLE
        "\1a" EXAMPLE CNAME("\x0a", "\2") WWW, "the CNAMEs do not end"),
    V("the second record is bad", OK2 WWW A60 "\300\0\2\1" WWW A60 "\300\0",
        "a record passes the end"),
};

/* The answer in words. */
static void show(struct buf *out, const struct dns_answer *a)
{
    if (a->rcode != DNS_OK)
        buf_addf(out, "rcode %d ", (int)a->rcode);
    if (a->truncated)
        buf_adds(out, "truncated ");
    for (size_t i = 0; i < a->addrs; i++) {
        const uint8_t *p = a->addr[i].ip;

        if (a->addr[i].v6)
            buf_addf(out, "%02x%02x:%x%02x:...:%02x ", p[0], p[1], p[2], p[3],
                p[15]);
        else
            buf_addf(out, "%u.%u.%u.%u ", p[0], p[1], p[2], p[3]);
    }
    buf_addf(out, "ttl %u", (unsigned)a->ttl);
}

static int parse(struct slice msg, const char *name, uint16_t type,
    struct buf *out)
{
    struct dns_answer a;
    const char *why = "";
    int r;

    memset(&a, 0xff, sizeof a);
    r = dns_parse(msg, ID, slice_str(name), type, &a, &why);
    buf_clear(out);
    if (r == 0)
        show(out, &a);
    else
        buf_adds(out, why);
    return r;
}

static void run(const struct vector *v, size_t n, uint16_t type, int want,
    struct buf *out)
{
    for (size_t i = 0; i < n; i++, v++) {
        int r = parse(guard_in(v->msg), "www.example.com", type, out);

        tap_is_int(r, want, v->what);
        tap_is_str(buf_slice(out), v->want, "and says so");
    }
}

/* A message whose answers end it: every shorter one is refused. */
static void prefixes(struct buf *out)
{
    int bad = 0;

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct slice m = answers[i].msg;
        bool whole = m.ptr[2] & 2 || m.ptr[3] & 0xf
            || strstr(answers[i].what, "behind the answers");

        for (size_t n = 0; n < m.len; n++) {
            int r = parse(guard_in(slice_head(m, n)), "www.example.com",
                DNS_A, out);

            if (!whole && r == 0) {
                printf("# %s: %zu bytes\n", answers[i].what, n);
                bad++;
            }
        }
    }
    tap_is_int(bad, 0, "every prefix is refused");
}

/* Each byte of each message changed to a few others: no crash, and never an
 * address that the bytes do not hold. */
static void damaged(void)
{
    static const uint8_t put[] = {0x00, 0x01, 0x0c, 0x3f, 0x40, 0x7f, 0x80,
        0xc0, 0xff};
    int bad = 0, runs = 0;

    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        for (size_t k = 0; k < answers[i].msg.len; k++)
            for (size_t j = 0; j < sizeof put; j++) {
                struct mslice m = guard(answers[i].msg);
                struct dns_answer a;
                const char *why = NULL;

                m.ptr[k] = put[j];
                if (dns_parse(slice_of(m.ptr, m.len), ID,
                    SLICE("www.example.com"), DNS_A, &a, &why))
                    bad += why == NULL;
                for (size_t n = 0; n < a.addrs; n++)
                    bad += slice_find(slice_of(m.ptr, m.len),
                        slice_of(a.addr[n].ip, 4)) == SLICE_NPOS;
                runs++;
            }
    tap_is_int(bad, 0, "damaged messages");
    tap_ok(runs > 10000, "and there were %d of them", runs);
}

static void queries(struct buf *out)
{
    char name[300];

    buf_clear(out);
    tap_is_int(dns_query(out, ID, SLICE("www.Example.com"), DNS_A), 0,
        "a query");
    tap_is(buf_slice(out), SLICE("\x12\x34\1\0\0\1\0\0\0\0\0\0"
        "\3www\7Example\3com\0\0\1\0\1"), "asks, recursion desired");
    buf_clear(out);
    tap_is_int(dns_query(out, 0xffff, SLICE("a-b._x."), DNS_AAAA), 0,
        "a dot at the end");
    tap_is(buf_slice(out), SLICE("\xff\xff\1\0\0\1\0\0\0\0\0\0"
        "\3a-b\2_x\0\0\34\0\1"), "is the root's");

    buf_clear(out);
    memset(name, 'a', sizeof name);
    tap_is_int(dns_query(out, 1, slice_of(name, 63), DNS_A), 0,
        "a label of 63");
    name[63] = name[127] = name[191] = '.';
    buf_clear(out);
    tap_is_int(dns_query(out, 1, slice_of(name, 253), DNS_A), 0,
        "a name of 253 characters");
    tap_is_int((int64_t)out->len, 12 + DNS_NAME + 4, "is 255 octets");
    buf_clear(out);
    tap_is_int(dns_query(out, 1, slice_of(name, 254), DNS_A), -1, "254");
    memset(name, 'a', 64);
    tap_is_int(dns_query(out, 1, slice_of(name, 64), DNS_A), -1,
        "a label of 64");
    tap_is_int((int64_t)out->len, 0, "a refused name leaves nothing");
}

static void no_names(struct buf *out)
{
    static const char *const names[] = {"", ".", "..", ".a", "a..b", "a..",
        "a b", "a/b", "a:80", "h\xc3\xa9", "a\n", "*.a", "[::1]"};
    struct dns_answer a;
    const char *why = "";
    uint8_t mem[20];
    struct buf small;

    buf_clear(out);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        tap_is_int(dns_query(out, 1, guard_in(slice_str(names[i])), DNS_A),
            -1, "no host name");
    tap_is_int(dns_query(out, 1, SLICE("a\0b"), DNS_A), -1, "a NUL inside");
    tap_is_int((int64_t)out->len, 0, "and nothing was written");
    tap_is_int(dns_parse(answers[0].msg, ID, SLICE("a..b"), DNS_A, &a, &why),
        -1, "nor can one have been asked");
    tap_is_str(slice_str(why), "not a host name", "and says so");
    buf_over(&small, mem, sizeof mem);
    tap_is_int(dns_query(&small, 1, SLICE("www.example.com"), DNS_A), -1,
        "no room for the query");
}

/* What we ask, answered by turning its bit, is an answer to it. */
static void round_trip(struct buf *out)
{
    uint8_t copy[128];
    size_t n;

    buf_clear(out);
    dns_query(out, ID, SLICE("www.example.com"), DNS_A);
    out->ptr[2] |= 0x80;
    out->ptr[7] = 1;
    buf_add(out, SLICE(WWW A60 "\300\0\2\1"));
    n = out->len;
    memcpy(copy, out->ptr, n);
    parse(slice_of(copy, n), "WWW.example.COM.", DNS_A, out);
    tap_is_str(buf_slice(out), "192.0.2.1 ttl 60",
        "our own query, answered, the name in other case and rooted");
}

/* More addresses than there is room for; and a chain of all lengths. */
static void many(struct buf *out)
{
    struct slice question = SLICE(QUESTION);
    uint8_t m[2048];
    struct dns_answer a;
    const char *why = "";
    struct buf b;

    buf_over(&b, m, sizeof m);
    buf_add(&b, SLICE(HEAD("\x81\x80", "\1", "\x28")));
    buf_add(&b, question);
    for (uint8_t i = 0; i < 40; i++) {
        buf_add(&b, SLICE(WWW "\0\1\0\1\0\0\0"));
        buf_addc(&b, (uint8_t)(100 - i));
        buf_add(&b, SLICE("\0\4\300\0\2"));
        buf_addc(&b, i);
    }
    tap_is_int(dns_parse(guard_in(buf_slice(&b)), ID,
        SLICE("www.example.com"), DNS_A, &a, &why), 0, "40 addresses");
    tap_is_int((int64_t)a.addrs, DNS_ADDRS, "the first 16 of them");
    tap_ok(a.addr[0].ip[3] == 0 && a.addr[15].ip[3] == 15, "in their order");
    tap_is_int(a.ttl, 61, "the least TTL of all");

    for (uint8_t hops = 1; hops <= 18; hops++) {
        buf_over(&b, m, sizeof m);
        buf_add(&b, SLICE("\x12\x34\x81\x80\0\1\0"));
        buf_addc(&b, (uint8_t)(hops + 1));
        buf_add(&b, SLICE("\0\0\0\0"));
        buf_add(&b, question);
        for (uint8_t i = 0; i < hops; i++) {
            uint8_t owner[] = {1, (uint8_t)('a' + i - 1), 0xc0, 0x10};

            buf_add(&b, i ? slice_of(owner, 4) : SLICE(WWW));
            buf_add(&b, SLICE(CNAME("\x0a", "\4")));
            owner[1]++;
            buf_add(&b, slice_of(owner, 4));
        }
        buf_addc(&b, 1);
        buf_addc(&b, (uint8_t)('a' + hops - 1));
        buf_add(&b, SLICE(EXAMPLE A60 "\300\0\2\1"));
        parse(guard_in(buf_slice(&b)), "www.example.com", DNS_A, out);
        tap_is_str(buf_slice(out), hops <= 16 ? "192.0.2.1 ttl 10"
            : "the CNAMEs do not end", "a chain of 1 to 18");
    }
}

/* Long names by way of pointers: 255 octets and no more, and a long row of
 * pointers to pointers is given up. */
static void long_names(struct buf *out)
{
    uint8_t m[4096];
    struct buf b;

    for (int extra = 0; extra <= 1; extra++) {
        buf_over(&b, m, sizeof m);
        buf_add(&b, SLICE(OK2));
        /* www.example.com is 17 octets; 3 labels of 64, one of the rest. */
        buf_add(&b, SLICE(WWW "\0\5\0\1\0\0\0\1\0"));
        buf_addc(&b, (uint8_t)(3 * 64 + 46 + extra + 2));
        for (int i = 0; i < 4; i++) {
            int n = i < 3 ? 63 : 45 + extra;

            buf_addc(&b, (uint8_t)n);
            while (n--)
                buf_addc(&b, 'x');
        }
        buf_add(&b, SLICE(WWW "\xc0\x2d" A60 "\300\0\2\1"));
        parse(guard_in(buf_slice(&b)), "www.example.com", DNS_A, out);
        tap_is_str(buf_slice(out), extra ? "a name is longer than 255 octets"
            : "192.0.2.1 ttl 1", extra ? "256 octets" : "255 octets");
    }
    for (int pointers = 126; pointers <= 127; pointers++) {
        size_t at;

        buf_over(&b, m, sizeof m);
        buf_add(&b, SLICE(OK2));
        buf_add(&b, SLICE("\0\xff\1\0\1\0\0\0\1\0"));   /* in RDATA */
        buf_addc(&b, 0);
        at = b.len;
        for (int i = 0; i < pointers; i++) {
            size_t to = i ? at + 2 * (size_t)i - 2 : 12;

            buf_addc(&b, (uint8_t)(0xc0 | to >> 8));
            buf_addc(&b, (uint8_t)to);
        }
        m[at - 2] = (uint8_t)(2 * pointers >> 8);
        m[at - 1] = (uint8_t)(2 * pointers);
        at = b.len - 2;
        buf_addc(&b, (uint8_t)(0xc0 | at >> 8));
        buf_addc(&b, (uint8_t)at);
        buf_add(&b, SLICE(A60 "\300\0\2\1"));
        parse(guard_in(buf_slice(&b)), "www.example.com", DNS_A, out);
        tap_is_str(buf_slice(out), pointers == 126 ? "192.0.2.1 ttl 60"
            : "a name has too many pointers", "127 pointers and 128");
    }
}

int main(void)
{
    struct buf out;

    buf_init(&out, 1024);
    run(answers, sizeof answers / sizeof *answers, DNS_A, 0, &out);
    run(six, 3, DNS_AAAA, 0, &out);
    run(six + 3, sizeof six / sizeof *six - 3, DNS_AAAA, -1, &out);
    run(refused, sizeof refused / sizeof *refused, DNS_A, -1, &out);
    prefixes(&out);
    damaged();
    queries(&out);
    no_names(&out);
    round_trip(&out);
    many(&out);
    long_names(&out);
    buf_free(&out);
    return tap_done();
}
