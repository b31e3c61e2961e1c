/* doctor_rig.h - doctor against a crooked way to its own server: certificates,
 * settings of nobody, one run, its results by name.
 */
#ifndef TESTS_APP_DOCTOR_RIG_H
#define TESTS_APP_DOCTOR_RIG_H

#include "app/conf.h"
#include "app/probe.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "tests/app/crooked.h"
#include "tests/app/doctor_table.h"
#include "tests/net/certs.h"
#include "tests/tap.h"

static struct conf conf;
static struct doctor_options options;
static const char *cert_dir;

static struct {
    struct probe_result r[PROBES];
    char seen[PROBES][PROBE_SEEN];
    size_t n;
} got;

static inline void on_told(void *arg, const struct probe_result *r)
{
    (void)arg;
    got.r[got.n] = *r;
    snprintf(got.seen[got.n], PROBE_SEEN, "%.*s",
        SLICE_ARG(buf_slice(&r->seen)));
    got.n++;
}

static inline const struct probe_result *result(const char *name)
{
    for (size_t i = 0; i < got.n; i++)
        if (strcmp(got.r[i].name, name) == 0)
            return &got.r[i];
    return NULL;
}

static inline const char *cert_path(const char *name)
{
    static char path[4][128];
    static int at;

    at = (at + 1) % 4;
    snprintf(path[at], sizeof path[at], "%s/%s", cert_dir, name);
    return path[at];
}

/* Settings with which all would be well; nobody's keys, nobody's machines. */
static inline void set_conf(void)
{
    struct err err = {0};

    crooked_need(conf_defaults(&conf, &err) == 0, err.msg);
    text_copy(conf.twilio_account_sid, sizeof conf.twilio_account_sid,
        SLICE("AC5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e"));
    text_copy(conf.twilio_auth_token, sizeof conf.twilio_auth_token,
        SLICE("0123456789abcdef0123456789abcdef"));
    text_copy(conf.twilio_phone_number, sizeof conf.twilio_phone_number,
        SLICE("+15551230000"));
    text_copy(conf.openai_api_key, sizeof conf.openai_api_key,
        SLICE("sk-nobody"));
    text_copy(conf.twilio_api_base, sizeof conf.twilio_api_base,
        SLICE("http://127.0.0.1:1"));
    text_copy(conf.realtime_url, sizeof conf.realtime_url,
        SLICE("ws://127.0.0.1:1/v1/realtime"));
    text_copy(conf.dns_server, sizeof conf.dns_server, SLICE("127.0.0.1:1"));
    snprintf(conf.dir, sizeof conf.dir, "%s/data", cert_dir);
    doctor_options_init(&options);
    options.private = options.offline = true;
    options.trust = cert_path("ca.pem");
    text_copy(conf.ngrok_api, sizeof conf.ngrok_api,
        SLICE("http://127.0.0.1:1"));
    options.frames = 10;
    /* How long this machine takes for a sync, or to have its turn, is not what
     * is tested; rows that are about it set these lower. */
    options.sync_slow_ms = options.sync_bad_ms = INT64_MAX / 1000;
    options.trip_slow_ms = options.sound_ms = INT64_MAX / 1000;
    options.slow_ms = 60000;
    options.late_ms = options.connect_ms = options.upgrade_ms = 60000;
}

static struct crooked way;

/* The server picks its port, so that no other test can have it. */
static inline void on_started(uint16_t port)
{
    way.backend = port;
}

static inline void set_public(int port)
{
    conf.server_port = 0;
    conf.server_url[0] = 0;
    options.started = on_started;
    snprintf(conf.public_base, sizeof conf.public_base, "https://localhost:%d",
        port);
}

/* A way with this fault, and settings that lead over it. */
static inline void set_way(const struct fault *f, SSL_CTX *tls)
{
    way = (struct crooked){.tls = tls};
    if (f)
        way.fault = *f;
    crooked_start(&way);
    set_conf();
    set_public(way.port);
}

static inline void run_doctor(const char *only)
{
    struct err err = {0};

    got.n = 0;
    options.only = only;
    if (doctor_run(&conf, &options, on_told, NULL, &err))
        tap_ok(false, "doctor runs: %s", err.msg);
}

/* The line that a person reads. */
static inline const char *line_of(const struct probe_result *r)
{
    static char mem[4096];
    struct buf b;

    buf_over(&b, mem, sizeof mem - 1);
    doctor_tell(&b, r, false);
    mem[b.len] = 0;
    return mem;
}

/* The probe ended so, with these numbers, and cause and remedy hold these
 * words; its line says all of that. */
static inline void expect(const char *what, const char *name,
    enum probe_status status, int number, int stream, const char *cause,
    const char *remedy)
{
    const struct probe_result *r = result(name);
    char digits[16] = "";
    bool good = r && r->status == status && r->twilio == number
        && r->stream == stream && strstr(r->cause, cause)
        && strstr(r->remedy, remedy);

    if (number)
        snprintf(digits, sizeof digits, "%d", number);
    good = good && strstr(line_of(r), digits) && strstr(line_of(r), cause)
        && strstr(line_of(r), remedy);
    tap_ok(good, "%s: %s %d %s", what, name, number, cause);
    if (good)
        table_add(what, r);
    for (const char *s = good ? line_of(r) : ""; *s; s += strcspn(s, "\n") + 1)
        printf("#   %.*s\n", (int)strcspn(s, "\n"), s);
    if (!good)
        printf("#   wanted %s %d (%d) \"%s\" -> \"%s\"\n#   got %s#   seen "
            "%s\n", probe_status_name(status), number, stream, cause, remedy,
            r ? line_of(r) : "nothing\n", r ? got.seen[r - got.r] : "");
}

static inline void expect_silence(const char *what, const char *only)
{
    for (size_t i = 0; i < got.n; i++)
        tap_ok(got.r[i].status == PROBE_OK, "%s: %s is silent: %s%s", what,
            got.r[i].name, got.r[i].note, got.r[i].cause);
    if (only)
        tap_ok(result(only) != NULL, "%s: %s was there", what, only);
}

/* ---- certificates ---- */

static struct cert ca, middle, other_ca;

static inline SSL_CTX *tls_of(const char *name)
{
    SSL_CTX *c = SSL_CTX_new(TLS_server_method());
    char chain[64], key[64];

    snprintf(chain, sizeof chain, "%s.pem", name);
    snprintf(key, sizeof key, "%s.key", name);
    crooked_need(c && SSL_CTX_use_certificate_chain_file(c, cert_path(chain))
        == 1 && SSL_CTX_use_PrivateKey_file(c, cert_path(key),
        SSL_FILETYPE_PEM) == 1, name);
    return c;
}

static inline void make_leaf(const char *name, const char *names,
    const struct cert *by, const struct cert *between, int from, int until)
{
    struct cert leaf;
    char chain[64], key[64];

    snprintf(chain, sizeof chain, "%s.pem", name);
    snprintf(key, sizeof key, "%s.key", name);
    cert_make(&leaf, "localhost", names, by, from, until);
    cert_save(cert_path(chain), cert_path(key), &leaf, between);
    cert_free(&leaf);
}

static inline void make_certs(void)
{
    cert_dir = cert_mkdir();
    cert_make(&ca, "Doctor's root", NULL, NULL, -1, 90);
    cert_make(&other_ca, "Another root", NULL, NULL, -1, 90);
    cert_make(&middle, "Doctor's intermediate", NULL, &ca, -1, 90);
    cert_save(cert_path("ca.pem"), NULL, &ca, NULL);
    make_leaf("good", "DNS:localhost", &middle, &middle, -1, 60);
    make_leaf("expired", "DNS:localhost", &middle, &middle, -30, -2);
    make_leaf("early", "DNS:localhost", &middle, &middle, 2, 60);
    make_leaf("soon", "DNS:localhost", &middle, &middle, -1, 3);
    make_leaf("name", "DNS:elsewhere.example", &middle, &middle, -1, 60);
    make_leaf("alone", "DNS:localhost", &middle, NULL, -1, 60);
    make_leaf("own", "DNS:localhost", NULL, NULL, -1, 60);
    make_leaf("stranger", "DNS:localhost", &other_ca, &other_ca, -1, 60);
}

static inline void drop_certs(void)
{
    static const char *const names[] = {"good", "expired", "early", "soon",
        "name", "alone", "own", "stranger"};
    char file[64];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(file, sizeof file, "%s.pem", names[i]);
        unlink(cert_path(file));
        snprintf(file, sizeof file, "%s.key", names[i]);
        unlink(cert_path(file));
    }
    unlink(cert_path("ca.pem"));
    rmdir(cert_dir);
    cert_free(&ca);
    cert_free(&middle);
    cert_free(&other_ca);
}

#endif
