/* resolve_files.c - the hosts file, resolv.conf and DNS_SERVER.
 *
 * A file that is not there, or a line that says nothing, is no fault: libc
 * does the same.  Of resolv.conf the name servers and the options timeout and
 * attempts count; the search list does not: names here are whole names.
 */
#include "net/resolve_impl.h"

#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

#define HOSTS_MAX (4u << 20)    /* bytes of a hosts file */
#define CONF_MAX 65536          /* bytes of a resolv.conf */
#define DNS_PORT 53
#define TIMEOUT_MAX 30          /* seconds: resolv.conf(5) */
#define TRIES_MAX 5

/* The next word of *s; empty at its end. */
static struct slice word(struct slice *s)
{
    size_t n = 0;
    struct slice w;

    *s = slice_trim_all(*s);
    while (n < s->len && s->ptr[n] != ' ' && s->ptr[n] != '\t')
        n++;
    w = slice_head(*s, n);
    *s = slice_from(*s, n);
    return w;
}

static int to_dns_addr(struct slice text, struct dns_addr *a)
{
    struct sys_addr addr;

    if (sys_addr_parse(&addr, text, 0))
        return -1;
    memset(a, 0, sizeof *a);
    a->v6 = sys_addr_ip(&addr, a->ip);
    return 0;
}

static size_t hosts_line(struct slice line, struct resolve_host *out,
    size_t room)
{
    struct dns_addr addr;
    struct slice name;
    size_t n = 0;

    line = slice_head(line, slice_chr(line, '#'));
    if (to_dns_addr(word(&line), &addr))
        return 0;
    while (n < room && (name = word(&line)).len)
        out[n++] = (struct resolve_host){name, addr};
    return n;
}

static int read_hosts(struct resolve_files *f, const char *path,
    struct err *err)
{
    struct buf b;
    struct err why;
    struct slice rest;

    buf_init(&b, HOSTS_MAX);
    if (sys_slurp(path, &b, &why))
        log_event(LOG_DEBUG, "hosts_file", LS("path", path),
            LS("error", why.msg));
    f->text = b.ptr;            /* also what was read of a cut file */
    if (b.len == 0)
        return 0;
    f->host = mem_new(RESOLVE_HOSTS * sizeof *f->host);
    if (!f->host)
        return fail(err, ERR_MEM, "no memory for %s", path);
    rest = slice_of(b.ptr, b.len);
    while (rest.ptr && f->hosts < RESOLVE_HOSTS)
        f->hosts += hosts_line(slice_cut(&rest, '\n'), f->host + f->hosts,
            RESOLVE_HOSTS - f->hosts);
    if (f->hosts == RESOLVE_HOSTS)
        log_event(LOG_WARN, "hosts_file_cut", LS("path", path),
            LI("names", f->hosts));
    return 0;
}

static void read_options(struct resolve_files *f,
    const struct resolve_conf *conf, struct slice line)
{
    struct slice w;
    uint64_t n;

    while ((w = word(&line)).len) {
        if (slice_starts(w, "timeout:") && conf->timeout == 0
            && !text_u64(slice_from(w, 8), 1, UINT32_MAX, &n))
            f->timeout = 1000 * (int64_t)(n < TIMEOUT_MAX ? n : TIMEOUT_MAX);
        if (slice_starts(w, "attempts:") && conf->tries == 0
            && !text_u64(slice_from(w, 9), 1, UINT32_MAX, &n))
            f->tries = (int)(n < TRIES_MAX ? n : TRIES_MAX);
    }
}

static void read_conf(struct resolve_files *f,
    const struct resolve_conf *conf, const char *path)
{
    struct buf b;
    struct err why;
    struct slice rest;

    buf_init(&b, CONF_MAX);
    if (sys_slurp(path, &b, &why))
        log_event(LOG_DEBUG, "resolv_conf", LS("path", path),
            LS("error", why.msg));
    rest = slice_of(b.ptr, b.len);
    while (rest.ptr) {
        struct slice line = slice_cut(&rest, '\n');
        struct slice key;

        line = slice_head(line, slice_chr(line, '#'));
        line = slice_head(line, slice_chr(line, ';'));
        key = word(&line);
        if (slice_is(key, "options"))
            read_options(f, conf, line);
        else if (slice_is(key, "nameserver")
            && f->servers < RESOLVE_SERVERS
            && !sys_addr_parse(&f->server[f->servers], word(&line),
                DNS_PORT))
            f->servers++;
    }
    buf_free(&b);
}

/* "1.2.3.4", "1.2.3.4:53", "::1" or "[::1]:53". */
static int one_server(struct sys_addr *a, struct slice s)
{
    size_t colon = s.len;
    uint64_t port;

    if (!sys_addr_parse(a, s, DNS_PORT))
        return 0;
    while (colon > 0 && s.ptr[colon - 1] != ':')
        colon--;
    if (colon == 0 || text_u64(slice_from(s, colon), 1, 65535, &port))
        return -1;
    return sys_addr_parse(a, slice_head(s, colon - 1), (uint16_t)port);
}

static int named_servers(struct resolve_files *f, struct slice list,
    struct err *err)
{
    while (list.ptr) {
        struct slice s = slice_trim(slice_cut(&list, ','));

        if (f->servers == RESOLVE_SERVERS)
            return fail(err, ERR_CONF, "DNS_SERVER names over %d servers",
                RESOLVE_SERVERS);
        if (one_server(&f->server[f->servers++], s))
            return fail(err, ERR_CONF, "DNS_SERVER is neither an address nor "
                "address:port: \"%.*s\"", SLICE_ARG(slice_head(s, 80)));
    }
    return 0;
}

int resolve_files_read(struct resolve_files *f,
    const struct resolve_conf *conf, struct err *err)
{
    static const uint8_t loopback[4] = {127, 0, 0, 1};

    *f = (struct resolve_files){
        .timeout = conf->timeout ? conf->timeout : 2000,
        .tries = conf->tries ? conf->tries : 2,
    };
    if (read_hosts(f, conf->hosts_file ? conf->hosts_file : "/etc/hosts",
        err))
        goto fail;
    if (conf->server) {
        if (named_servers(f, slice_str(conf->server), err))
            goto fail;
        return 0;
    }
    read_conf(f, conf, conf->conf_file ? conf->conf_file
        : "/etc/resolv.conf");
    if (f->servers == 0)        /* resolv.conf(5): the one on this machine */
        sys_addr_v4(&f->server[f->servers++], loopback, DNS_PORT);
    return 0;
fail:
    resolve_files_free(f);
    return -1;
}

void resolve_files_free(struct resolve_files *f)
{
    mem_drop(f->host);
    mem_drop(f->text);
    *f = (struct resolve_files){0};
}
