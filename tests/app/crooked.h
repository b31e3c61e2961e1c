/* crooked.h - a proxy that does to requests what proxies and tunnels do wrong,
 * and a name server and a plain server of few words; each on threads of its
 * own, so that the loop under test stays alone on its thread.
 *
 *   struct crooked c = {.fault = {.eat = "upgrade"}, .backend = 8080};
 *   crooked_start(&c); ... c.port ...; crooked_stop(&c);
 *
 * With c.tls it speaks TLS.  Failures to set up abort.
 */
#ifndef TESTS_APP_CROOKED_H
#define TESTS_APP_CROOKED_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/ssl.h>

#define CROOKED_HEAD 16384
#define CROOKED_BODY 200000
#define CROOKED_THREADS 64

struct fault {
    const char *on;             /* paths it is for, by prefix; NULL: all */
    bool reset, hang;           /* at once, before TLS */
    bool raw;                   /* bytes both ways, as a TCP tunnel does */
    bool shut, reset_late;      /* when the request is here */
    const char *eat;            /* request headers, "upgrade connection" */
    bool http10;                /* the request's version */
    bool no_query;
    const char *prefix;         /* before the path */
    const char *host;           /* instead of the Host */
    int delay;                  /* ms */
    const char *canned;         /* the answer, instead of asking */
    const char *eat_back;       /* answer headers */
    const char *add_back;       /* "Name: value\r\n" */
    bool old_back;              /* the answer as HTTP/1.0 */
    bool own_accept;            /* Sec-WebSocket-Accept of another key */
    int once;                   /* only the first requests get it; 0: all */
    /* When the upgrade stands: */
    const char *inject;         /* bytes to the client once it has spoken */
    size_t inject_len;
    int cut;                    /* bytes from the client, then the end */
    bool swallow;               /* nothing of the server's goes back */
    int idle;                   /* ms of silence, then the end */
};

struct crooked {
    struct fault fault;
    SSL_CTX *tls;               /* NULL: plain */
    _Atomic int backend;        /* its port */
    int port;                   /* ours */
    /* Private: */
    int fd, wake[2];
    _Atomic int seen;           /* requests the fault was meant for */
    pthread_t thread, child[CROOKED_THREADS];
    int children;
    _Atomic bool over;
};

static inline void crooked_need(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "crooked.h: %s: %s\n", what, strerror(errno));
    abort();
}

/* A socket of 127.0.0.1 on a free port. */
static inline int crooked_socket(int type, int *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    socklen_t n = sizeof a;
    int fd = socket(AF_INET, type, 0), one = 1;

    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    a.sin_port = htons((uint16_t)*port);
    crooked_need(fd >= 0, "socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    crooked_need(bind(fd, (struct sockaddr *)&a, sizeof a) == 0, "bind");
    crooked_need(getsockname(fd, (struct sockaddr *)&a, &n) == 0, "name");
    *port = ntohs(a.sin_port);
    return fd;
}

/* Frames must not wait for each other's acknowledgement. */
static inline void crooked_quick(int fd)
{
    int one = 1;

    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static inline int crooked_dial(int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    crooked_quick(fd);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    a.sin_port = htons((uint16_t)port);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a)) {
        close(fd);
        return -1;
    }
    return fd;
}

/* ---- one connection ---- */

struct crooked_link {
    struct crooked *c;
    int fd;                     /* the client's */
    SSL *ssl;
};

static inline void crooked_rst(int fd)
{
    struct linger l = {1, 0};

    setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof l);
}

static inline int crooked_read(struct crooked_link *k, char *to, size_t n)
{
    return k->ssl ? SSL_read(k->ssl, to, (int)n) : (int)read(k->fd, to, n);
}

static inline void crooked_write(struct crooked_link *k, const char *s,
    size_t n)
{
    while (n) {
        int w = k->ssl ? SSL_write(k->ssl, s, (int)n)
            : (int)send(k->fd, s, n, MSG_NOSIGNAL);

        if (w <= 0)
            return;
        s += w;
        n -= (size_t)w;
    }
}

static inline void crooked_send(int fd, const char *s, size_t n)
{
    while (n) {
        ssize_t w = send(fd, s, n, MSG_NOSIGNAL);

        if (w <= 0)
            return;
        s += w;
        n -= (size_t)w;
    }
}

/* The value of a header's line, or NULL. */
static inline char *crooked_line(char *head, const char *name)
{
    size_t n = strlen(name);
    char *line = strstr(head, "\r\n");

    while (line && line[2] != '\r') {
        size_t i = 0;

        line += 2;
        while (i < n && (line[i] | 32) == (name[i] | 32))
            i++;
        if (i == n && line[n] == ':')
            return line;
        line = strstr(line, "\r\n");
    }
    return NULL;
}

static inline void crooked_eat(char *head, const char *names)
{
    char one[64], *line, *end;

    while (names && *names) {
        size_t n = strcspn(names, " ");

        snprintf(one, sizeof one, "%.*s", (int)n, names);
        names += n + (names[n] == ' ');
        while ((line = crooked_line(head, one)) != NULL) {
            end = strstr(line, "\r\n") + 2;
            memmove(line, end, strlen(end) + 1);
        }
    }
}

/* Puts text where the n bytes at `at` were. */
static inline void crooked_put(char *head, char *at, size_t n,
    const char *text)
{
    crooked_need(strlen(head) + strlen(text) < CROOKED_HEAD, "long head");
    memmove(at + strlen(text), at + n, strlen(at + n) + 1);
    memcpy(at, text, strlen(text));
}

static inline void crooked_bend(const struct fault *f, char *head)
{
    char *target = strchr(head, ' ') + 1, *end = strchr(target, ' ');
    char *line;

    if (f->http10)
        end[8] = '0';
    if (f->no_query && memchr(target, '?', (size_t)(end - target))) {
        char *q = memchr(target, '?', (size_t)(end - target));

        memmove(q, end, strlen(end) + 1);
    }
    if (f->prefix)
        crooked_put(head, target, 0, f->prefix);
    if (f->host && (line = crooked_line(head, "host")) != NULL)
        crooked_put(head, line + 6, strcspn(line + 6, "\r"), f->host);
    crooked_eat(head, f->eat);
}

static inline void crooked_bend_back(const struct fault *f, char *head)
{
    char *line;

    if (f->old_back)
        head[7] = '0';
    crooked_eat(head, f->eat_back);
    if (f->own_accept && (line = crooked_line(head, "sec-websocket-accept")))
        memcpy(line + 22, "AAAA", 4);
    if (f->add_back)
        crooked_put(head, strstr(head, "\r\n\r\n") + 2, 0, f->add_back);
}

/* Reads up to the empty line and the body that Content-Length tells; all in
 * buf, NUL behind.  The head's length, 0: the end came first. */
static inline size_t crooked_message(int (*get)(void *, char *, size_t),
    void *arg, char *buf, size_t cap, size_t *len)
{
    size_t head = 0, want = 0;
    char *end, *line;

    *len = 0;
    for (;;) {
        int n;

        buf[*len] = 0;
        if (!head && (end = strstr(buf, "\r\n\r\n")) != NULL) {
            head = (size_t)(end + 4 - buf);
            line = crooked_line(buf, "content-length");
            if (line && line < end)
                want = (size_t)strtoul(line + 15, NULL, 10);
        }
        if (head && *len >= head + want)
            return head;
        if (*len == cap - 1)
            return head;
        n = get(arg, buf + *len, cap - 1 - *len);
        if (n <= 0)
            return head;
        *len += (size_t)n;
    }
}

static inline int crooked_get_client(void *arg, char *to, size_t n)
{
    return crooked_read(arg, to, n);
}

static inline int crooked_get_server(void *arg, char *to, size_t n)
{
    return (int)read(*(int *)arg, to, n);
}

/* Both ways until one ends. */
static inline void crooked_relay(struct crooked_link *k, int server,
    const struct fault *f)
{
    struct pollfd p[3] = {{k->fd, POLLIN, 0}, {server, POLLIN, 0},
        {k->c->wake[0], POLLIN, 0}};
    char buf[16384];
    size_t up = 0;
    bool injected = false;

    for (;;) {
        int n;

        if (!(k->ssl && SSL_pending(k->ssl))
            && poll(p, 3, f->idle ? f->idle : -1) <= 0)
            return;
        if (p[2].revents)
            return;
        if ((p[0].revents & (POLLIN | POLLHUP))
            || (k->ssl && SSL_pending(k->ssl))) {
            n = crooked_read(k, buf, sizeof buf);
            if (n <= 0)
                return;
            up += (size_t)n;
            crooked_send(server, buf, (size_t)n);
            if (f->cut && up >= (size_t)f->cut)
                return;
            if (f->inject && !injected) {
                injected = true;
                crooked_write(k, f->inject, f->inject_len);
            }
        }
        if (p[1].revents & (POLLIN | POLLHUP)) {
            n = (int)read(server, buf, sizeof buf);
            if (n <= 0)
                return;
            if (!f->swallow)
                crooked_write(k, buf, (size_t)n);
        }
    }
}

static inline void crooked_wait(struct crooked *c, int ms)
{
    struct pollfd p = {c->wake[0], POLLIN, 0};

    (void)poll(&p, 1, ms);      /* or until the test is over */
}

static inline void crooked_forward(struct crooked_link *k,
    const struct fault *f, char *buf, size_t head, size_t len)
{
    static const struct fault none;
    static const char nobody[] = "HTTP/1.1 502 Bad Gateway\r\nServer: nginx"
        "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    char *back = malloc(CROOKED_BODY + 1), *body;
    int server = crooked_dial(k->c->backend);
    size_t body_len = len - head;

    crooked_need(back != NULL, "malloc");
    body = malloc(body_len + 1);
    memcpy(body, buf + head, body_len);
    buf[head] = 0;
    crooked_bend(f, buf);
    if (server < 0) {
        crooked_write(k, nobody, sizeof nobody - 1);
    } else {
        crooked_send(server, buf, strlen(buf));
        crooked_send(server, body, body_len);
        head = crooked_message(crooked_get_server, &server, back,
            CROOKED_BODY, &len);
        if (head) {
            char small[CROOKED_HEAD];
            bool up = strncmp(back + 9, "101", 3) == 0;

            snprintf(small, sizeof small, "%.*s", (int)head, back);
            crooked_bend_back(f, small);
            crooked_write(k, small, strlen(small));
            crooked_write(k, back + head, len - head);
            if (up)
                crooked_relay(k, server, f ? f : &none);
        }
        close(server);
    }
    free(body);
    free(back);
}

/* A plain server that is greeted in TLS says so in HTTP, as most do. */
static inline bool crooked_greeted(struct crooked_link *k)
{
    static const char no[] = "HTTP/1.1 400 Bad Request\r\nConnection: close"
        "\r\nContent-Length: 0\r\n\r\n";
    char first;

    if (k->ssl || recv(k->fd, &first, 1, MSG_PEEK) != 1 || first != 0x16)
        return false;
    crooked_write(k, no, sizeof no - 1);
    return true;
}

static inline void crooked_request(struct crooked_link *k)
{
    static const struct fault none;
    char *buf = malloc(CROOKED_BODY + 1), *target;
    const struct fault *f = &k->c->fault;
    size_t len, head;

    crooked_need(buf != NULL, "malloc");
    head = crooked_message(crooked_get_client, k, buf, CROOKED_BODY, &len);
    if (head) {
        target = strchr(buf, ' ');
        target = target ? target + 1 : buf;
        if (f->on && strncmp(target, f->on, strlen(f->on)) != 0)
            f = &none;
        else if (f->once && ++k->c->seen > f->once)
            f = &none;
        if (f->delay)
            crooked_wait(k->c, f->delay);
        if (f->reset_late)
            crooked_rst(k->fd);
        else if (f->canned)
            crooked_write(k, f->canned, strlen(f->canned));
        else if (!f->shut)
            crooked_forward(k, f, buf, head, len);
    }
    free(buf);
}

static inline void *crooked_serve(void *arg)
{
    struct crooked_link *k = arg;
    struct fault *f = &k->c->fault;
    bool up = true;

    if (f->reset)
        crooked_rst(k->fd);
    if (f->hang)
        crooked_wait(k->c, -1);
    if (k->c->tls && !f->reset && !f->hang) {
        k->ssl = SSL_new(k->c->tls);
        SSL_set_fd(k->ssl, k->fd);
        up = SSL_accept(k->ssl) == 1;
    }
    if (f->raw) {
        int server = crooked_dial(k->c->backend);

        if (server >= 0) {      /* it may have ended meanwhile */
            crooked_relay(k, server, f);
            close(server);
        }
    } else if (up && !f->reset && !f->hang && !crooked_greeted(k))
        crooked_request(k);
    if (k->ssl) {
        if (up && !f->reset_late)
            SSL_shutdown(k->ssl);
        SSL_free(k->ssl);
    }
    close(k->fd);
    free(k);
    return NULL;
}

static inline void *crooked_accept(void *arg)
{
    struct crooked *c = arg;
    struct pollfd p[2] = {{c->fd, POLLIN, 0}, {c->wake[0], POLLIN, 0}};

    while (poll(p, 2, -1) > 0 && !p[1].revents) {
        struct crooked_link *k = calloc(1, sizeof *k);
        int fd = accept(c->fd, NULL, NULL);

        crooked_need(k && c->children < CROOKED_THREADS, "a link");
        k->c = c;
        k->fd = fd;
        crooked_quick(fd);
        if (fd < 0 || pthread_create(&c->child[c->children++], NULL,
            crooked_serve, k))
            abort();
    }
    return NULL;
}

static inline void crooked_start(struct crooked *c)
{
    c->port = c->port ? c->port : 0;
    c->fd = crooked_socket(SOCK_STREAM, &c->port);
    c->children = 0;
    c->seen = 0;
    crooked_need(listen(c->fd, 32) == 0 && pipe(c->wake) == 0
        && pthread_create(&c->thread, NULL, crooked_accept, c) == 0,
        "start");
}

static inline void crooked_stop(struct crooked *c)
{
    crooked_need(write(c->wake[1], "x", 1) == 1, "wake");
    pthread_join(c->thread, NULL);
    for (int i = 0; i < c->children; i++)
        pthread_join(c->child[i], NULL);
    close(c->fd);
    close(c->wake[0]);
    close(c->wake[1]);
}

/* ---- a name server ---- */

struct crooked_dns {
    int rcode;                  /* 3: no such name */
    const uint8_t *a, *aaaa;    /* 4 and 16 bytes; NULL: none of that kind */
    bool alias;                 /* over a CNAME */
    int port;
    int fd, wake[2];
    pthread_t thread;
};

static inline void *crooked_answer(void *arg)
{
    struct crooked_dns *d = arg;
    struct pollfd p[2] = {{d->fd, POLLIN, 0}, {d->wake[0], POLLIN, 0}};

    while (poll(p, 2, -1) > 0 && !p[1].revents) {
        struct sockaddr_in from;
        socklen_t n = sizeof from;
        uint8_t m[600];
        ssize_t len = recvfrom(d->fd, m, 300, 0, (struct sockaddr *)&from,
            &n);
        size_t end = 12, size;
        const uint8_t *ip;

        if (len < 17)
            continue;
        while (m[end])
            end += m[end] + 1u;
        ip = m[end + 2] == 1 ? d->a : d->aaaa;
        size = m[end + 2] == 1 ? 4 : 16;
        end += 5;
        m[2] = 0x81;
        m[3] = (uint8_t)(0x80 | d->rcode);
        m[7] = m[9] = m[11] = 0;
        if (d->alias && !d->rcode) {
            /* name CNAME a.name: a label and a pointer to the question */
            const uint8_t cname[] = {0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 4,
                1, 'a', 0xc0, 12};

            memcpy(m + end, cname, sizeof cname);
            end += sizeof cname;
            m[7]++;
        }
        if (ip && !d->rcode) {
            const uint8_t at = d->alias ? (uint8_t)(end - 4) : 12;
            const uint8_t record[] = {0xc0, at, 0, size == 4 ? 1 : 28, 0, 1,
                0, 0, 0, 60, 0, (uint8_t)size};

            memcpy(m + end, record, sizeof record);
            memcpy(m + end + sizeof record, ip, size);
            end += sizeof record + size;
            m[7]++;
        }
        (void)!sendto(d->fd, m, end, 0, (struct sockaddr *)&from, n);
    }
    return NULL;
}

static inline void crooked_dns_start(struct crooked_dns *d)
{
    d->port = 0;
    d->fd = crooked_socket(SOCK_DGRAM, &d->port);
    crooked_need(pipe(d->wake) == 0 && pthread_create(&d->thread, NULL,
        crooked_answer, d) == 0, "start");
}

static inline void crooked_dns_stop(struct crooked_dns *d)
{
    crooked_need(write(d->wake[1], "x", 1) == 1, "wake");
    pthread_join(d->thread, NULL);
    close(d->fd);
    close(d->wake[0]);
    close(d->wake[1]);
}

#endif
