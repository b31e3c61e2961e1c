/* doctor_ends_test.c - doctor's other table: settings, names, TCP, what a
 * certificate can be, clocks, ngrok's agent, disk and descriptors; and a
 * server that runs already.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "app/doctor.h"
#include "tests/app/doctor_rig.h"

static SSL_CTX *good_tls;

/* ---- settings ---- */

#define TEXT(field, value) \
    text_copy(conf.field, sizeof conf.field, SLICE(value))

static void settings_row(const char *what, enum probe_status status,
    int number, int stream, const char *cause, const char *remedy)
{
    run_doctor("settings");
    expect(what, "settings", status, number, stream, cause, remedy);
    set_conf();
    set_public(8443);
}

static void test_public(void)
{
    conf.public_base[0] = 0;
    settings_row("no address", PROBE_FAIL, 11100, 0, "PUBLIC_DOMAIN is not "
        "set", "tunnel or proxy");
    options.private = false;
    TEXT(public_base, "https://localhost");
    settings_row("localhost", PROBE_FAIL, 11205, 31904, "is localhost",
        "ngrok http");
    options.private = false;
    TEXT(public_base, "https://192.168.1.20");
    settings_row("an address of the house", PROBE_FAIL, 11205, 31904,
        "private address", "public name");
    options.private = false;
    TEXT(public_base, "https://100.64.3.4");
    settings_row("an address of a carrier's net", PROBE_FAIL, 11205, 31904,
        "private address", "public name");
    options.private = false;
    TEXT(public_base, "https://luigi");
    settings_row("a name of this net", PROBE_FAIL, 11210, 0, "no dot",
        "whole public name");
    options.private = false;
    TEXT(public_base, "https://voice.example.com:8443");
    settings_row("a port", PROBE_WARN, 31910, 0, "names a port", "443");
    TEXT(public_base, "https://voice.example.com/twiml");
    settings_row("a path that is ours", PROBE_FAIL, 11217, 0, "path of one "
        "of our doors", "host alone");
    TEXT(public_base, "https://my_host.example.com");
    settings_row("an underscore", PROBE_FAIL, 11100, 0, "has a _",
        "without _");
    conf.public_auto = true;
    conf.public_base[0] = 0;
    settings_row("auto without ngrok", PROBE_FAIL, 11100, 0, "ngrok's agent",
        "start it");
}

static void test_keys(void)
{
    conf.twilio_account_sid[0] = 0;
    settings_row("no account", PROBE_FAIL, 20003, 0, "TWILIO_ACCOUNT_SID",
        "console");
    conf.twilio_auth_token[0] = 0;
    settings_row("no token", PROBE_FAIL, 20003, 0, "TWILIO_AUTH_TOKEN is not "
        "set", "console");
    TEXT(twilio_auth_token, "'0123456789abcdef0123456789abcdef'");
    settings_row("quotes", PROBE_FAIL, 20003, 0, "quotes around it",
        "quotes away");
    TEXT(twilio_auth_token, "AC5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e");
    settings_row("the SID as token", PROBE_FAIL, 20003, 0, "holds a SID",
        "not the SID");
    TEXT(twilio_auth_token, "0123456789abcdef");
    TEXT(twilio_api_base, "https://api.twilio.com");
    settings_row("half a token", PROBE_FAIL, 20003, 0, "not 32 hex digits",
        "again");
    TEXT(twilio_api_key, "SK5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e");
    settings_row("a key without secret", PROBE_FAIL, 20003, 0,
        "TWILIO_API_SECRET is not", "both");
    conf.twilio_phone_number[0] = 0;
    settings_row("no number", PROBE_FAIL, 21213, 0, "TWILIO_PHONE_NUMBER is "
        "not set", "number of the account");
    TEXT(twilio_phone_number, "+15005550006");
    TEXT(twilio_api_base, "https://api.twilio.com");
    settings_row("test credentials", PROBE_FAIL, 20008, 0, "test "
        "credentials", "live");
    conf.openai_api_key[0] = 0;
    settings_row("no model", PROBE_FAIL, 0, 0, "OPENAI_API_KEY is not set",
        "make a key");
}

/* Something else has the port: it answers, and is no concierge. */
static void test_port_taken(void)
{
    struct crooked other = {.fault = {.canned = "HTTP/1.1 404 Not Found\r\n"
        "Connection: close\r\nContent-Length: 0\r\n\r\n"}};

    crooked_start(&other);
    snprintf(conf.server_url, sizeof conf.server_url, "http://127.0.0.1:%d",
        other.port);
    run_doctor("settings,twiml");
    expect("a port that is taken", "settings", PROBE_FAIL, 11200, 0,
        "is no concierge", "SERVER_PORT");
    expect("and no server", "twiml", PROBE_SKIP, 0, 0, "no server", "");
    crooked_stop(&other);
    set_conf();
}

static void test_unreadable(void)
{
    static const struct {
        const char *why;
        int number;
    } t[] = {{"TWILIO_ACCOUNT_SID (environment): must be AC and 32 hex "
        "digits", 20003}, {"PUBLIC_DOMAIN (.env line 2): has a _ in its "
        "host name", 11100}, {"TWILIO_PHONE_NUMBER (--twilio-phone-number): "
        "is no number", 21212}, {"MAX_CALLS (environment): \"x\"", 0}};

    for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
        struct err err = {.code = ERR_CONF};

        text_copy(err.msg, sizeof err.msg, slice_str(t[i].why));
        got.n = 1;
        doctor_bad_settings(&err, &got.r[0]);
        expect("settings that cannot be read", "settings", PROBE_FAIL,
            t[i].number, 0, t[i].why, "help settings");
    }
}

static void test_settings(void)
{
    set_conf();
    set_public(8443);
    run_doctor("settings");
    expect_silence("good settings", "settings");
    test_public();
    test_keys();
    test_port_taken();
    test_unreadable();
}

/* ---- names ---- */

static const uint8_t public_ip[] = {93, 184, 215, 14},
    private_ip[] = {10, 1, 2, 3}, six[16] = {0x2a, 0x01, 4};

static void names_row(const char *what, struct crooked_dns here,
    struct crooked_dns one, struct crooked_dns two, enum probe_status status,
    int number, const char *cause, const char *remedy)
{
    static char server[3][32];
    struct crooked_dns *all[] = {&here, &one, &two};

    set_conf();
    options.private = options.offline = false;
    TEXT(public_base, "https://voice.example.com");
    for (int i = 0; i < 3; i++) {
        crooked_dns_start(all[i]);
        snprintf(server[i], sizeof server[i], "127.0.0.1:%d", all[i]->port);
    }
    text_copy(conf.dns_server, sizeof conf.dns_server, slice_str(server[0]));
    options.public_dns[0] = server[1];
    options.public_dns[1] = server[2];
    run_doctor("dns");
    if (status == PROBE_OK)
        expect_silence(what, "dns");
    else
        expect(what, "dns", status, number, status == PROBE_FAIL ? 31904 : 0,
            cause, remedy);
    for (int i = 0; i < 3; i++)
        crooked_dns_stop(all[i]);
}

static void test_names(void)
{
    struct crooked_dns good = {.a = public_ip}, none = {.rcode = 3},
        empty = {.port = 0}, inner = {.a = private_ip}, only6 = {.aaaa = six},
        alias = {.a = public_ip, .alias = true};

    names_row("a good name", good, good, good, PROBE_OK, 0, "", "");
    names_row("a name over a CNAME", alias, alias, alias, PROBE_OK, 0, "",
        "");
    tap_ok(strstr(result("dns")->note, "over 1 CNAME") != NULL,
        "the CNAME is told: %s", result("dns")->note);
    names_row("no such name", none, none, none, PROBE_FAIL, 11210,
        "there is no such name", "correct PUBLIC_DOMAIN");
    names_row("no address", empty, empty, empty, PROBE_FAIL, 11210,
        "has no address", "A record");
    names_row("IPv6 alone", only6, only6, only6, PROBE_FAIL, 11205,
        "no A record", "A record");
    names_row("a private answer", inner, inner, inner, PROBE_FAIL, 11205,
        "leads to 10.1.2.3, a private address", "public address");
    names_row("known here alone", good, none, none, PROBE_FAIL, 11210,
        "the public DNS", "public DNS");
    names_row("another address inside", inner, good, good, PROBE_WARN, 0,
        "another address", "");
    names_row("servers of two minds", good, good, none, PROBE_WARN, 11210,
        "knows the name and", "spread");
}

/* ---- TCP ---- */

/* A listener whose queue is full: a SYN is not answered. */
static void test_silence(void)
{
    int port = 0, fd = crooked_socket(SOCK_STREAM, &port), held[8];

    listen(fd, 0);
    for (int i = 0; i < 8; i++) {
        struct sockaddr_in a = {.sin_family = AF_INET};

        held[i] = socket(AF_INET, SOCK_STREAM, 0);
        a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        a.sin_port = htons((uint16_t)port);
        fcntl(held[i], F_SETFL, O_NONBLOCK);
        (void)connect(held[i], (struct sockaddr *)&a, sizeof a);
    }
    set_conf();
    set_public(port);
    options.connect_ms = 300;
    run_doctor("tcp");
    expect("a port that is silent", "tcp", PROBE_FAIL, 11201, 31901,
        "nothing answers on port", "firewall");
    for (int i = 0; i < 8; i++)
        close(held[i]);
    close(fd);
}

static void test_tcp(void)
{
    int port = 0, fd = crooked_socket(SOCK_STREAM, &port);

    set_conf();
    set_public(port);           /* bound, and nobody listens */
    run_doctor("tcp,tls,upgrade");
    expect("a closed port", "tcp", PROBE_FAIL, 11202, 31902, "connection "
        "refused", "start the proxy");
    expect("what needs it", "tls", PROBE_SKIP, 0, 0, "needs \"tcp\"", "");
    expect("and what needs that", "upgrade", PROBE_SKIP, 0, 0,
        "needs \"tls\"", "");
    close(fd);
    test_silence();
}

/* ---- TLS ---- */

/* With a host: the bytes go straight to the server, as a TCP tunnel brings
 * them. */
static void tls_row(const char *what, SSL_CTX *tls, const char *host,
    enum probe_status status, int number, const char *cause,
    const char *remedy)
{
    struct fault f = {.raw = host != NULL};

    set_way(&f, tls);
    if (host)
        snprintf(conf.public_base, sizeof conf.public_base,
            "https://%s:%d", host, way.port);
    run_doctor("tcp,tls");
    expect(what, "tls", status, number, 31910, cause, remedy);
    crooked_stop(&way);
}

static void tls_cert(const char *what, const char *name,
    enum probe_status status, int number, const char *cause,
    const char *remedy)
{
    SSL_CTX *c = tls_of(name);

    tls_row(what, c, NULL, status, number, cause, remedy);
    SSL_CTX_free(c);
}

/* RFC 7301 3.2: nothing in common is fatal, for this one too. */
static int only_h2(SSL *ssl, const unsigned char **out, unsigned char *len,
    const unsigned char *in, unsigned n, void *arg)
{
    unsigned char *picked;

    (void)ssl;
    (void)arg;
    if (SSL_select_next_proto(&picked, len, (const unsigned char *)"\2h2", 3,
        in, n) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = picked;
    return SSL_TLSEXT_ERR_OK;
}

static void test_tls(void)
{
    SSL_CTX *c;

    tls_cert("an expired certificate", "expired", PROBE_FAIL, 11236,
        "has expired on 20", "renew");
    tls_cert("one of tomorrow", "early", PROBE_FAIL, 11236, "not valid "
        "before 20", "clock");
    tls_cert("one that ends soon", "soon", PROBE_WARN, 11236, "ends on 20",
        "renew");
    tls_cert("one for another name", "name", PROBE_FAIL, 11235,
        "is for elsewhere.example, not for localhost", "this name");
    tls_cert("no intermediate", "alone", PROBE_FAIL, 11237, "intermediate "
        "certificate is missing", "full chain");
    tls_cert("a self-signed one", "own", PROBE_FAIL, 11237, "self-signed",
        "--trust");
    tls_cert("a root nobody knows", "stranger", PROBE_FAIL, 11237,
        "ends at no known root", "public authority");
    tls_row("no TLS", NULL, NULL, PROBE_FAIL, 11220, "speaks no TLS",
        "TLS_CERT");
    tls_row("ngrok's TCP tunnel", NULL, "0.tcp.ngrok.localhost", PROBE_FAIL,
        11220, "a TCP tunnel", "ngrok http");
    c = tls_of("good");
    SSL_CTX_set_alpn_select_cb(c, only_h2, NULL);
    tls_row("HTTP/2 alone", c, NULL, PROBE_FAIL, 11220, "HTTP/2 alone",
        "http/1.1");
    SSL_CTX_free(c);
    c = tls_of("good");
    SSL_CTX_set_security_level(c, 0);
    SSL_CTX_set_min_proto_version(c, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(c, TLS1_1_VERSION);
    tls_row("TLS 1.1", c, NULL, PROBE_FAIL, 11220, "version 1.2", "1.3");
    SSL_CTX_free(c);
}

/* ---- clocks ---- */

static void clock_row(int64_t off, enum probe_status status,
    const char *cause)
{
    char date[HTTP_DATE_MAX], answer[200];
    struct crooked twilio = {.port = 0};

    http_date(date, sys_wall() + off * 1000);
    snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nDate: %s\r\n"
        "Connection: close\r\nContent-Length: 0\r\n\r\n", date);
    twilio.fault.canned = answer;
    crooked_start(&twilio);
    set_conf();
    set_public(8443);
    snprintf(conf.twilio_api_base, sizeof conf.twilio_api_base,
        "http://127.0.0.1:%d", twilio.port);
    run_doctor("clock");
    if (status == PROBE_OK)
        expect_silence("a clock that is right", "clock");
    else
        expect("a clock that is wrong", "clock", status, 0, 0, cause, "ntp");
    crooked_stop(&twilio);
}

static void test_clock(void)
{
    clock_row(0, PROBE_OK, "");
    clock_row(20, PROBE_OK, "");
    clock_row(90, PROBE_WARN, "s behind Twilio's");
    clock_row(-90, PROBE_WARN, "s ahead of Twilio's");
    clock_row(4000, PROBE_FAIL, "certificates look");
    clock_row(-4000, PROBE_FAIL, "quiet hours");
}

/* ---- ngrok's agent ---- */

static void ngrok_row(const char *what, const char *tunnels, int number,
    const char *cause, const char *remedy)
{
    char answer[600], api_url[64];
    struct fault f = {.add_back = "ngrok-trace-id: 1\r\n"};
    struct crooked api = {.port = 0};

    set_way(&f, good_tls);
    snprintf(answer, sizeof answer, "HTTP/1.1 200 OK\r\nContent-Type: "
        "application/json\r\nConnection: close\r\nContent-Length: %zu\r\n"
        "\r\n%s", strlen(tunnels), tunnels);
    api.fault.canned = answer;
    crooked_start(&api);
    snprintf(api_url, sizeof api_url, "http://127.0.0.1:%d", api.port);
    text_copy(conf.ngrok_api, sizeof conf.ngrok_api, slice_str(api_url));
    run_doctor("tunnel");
    if (number)
        expect(what, "tunnel", PROBE_FAIL, number, 0, cause, remedy);
    else
        expect_silence(what, "tunnel");
    crooked_stop(&api);
    crooked_stop(&way);
}

static void test_ngrok(void)
{
    ngrok_row("ngrok's address of now", "{\"tunnels\":[{\"public_url\":"
        "\"https://b1.ngrok-free.app\",\"proto\":\"https\",\"config\":{"
        "\"addr\":\"http://localhost:8080\"}}]}", 11217, "is at "
        "https://b1.ngrok-free.app now", "PUBLIC_DOMAIN=b1.ngrok-free.app");
    ngrok_row("ngrok tcp", "{\"tunnels\":[{\"public_url\":\"tcp://0.tcp."
        "ngrok.io:12345\",\"proto\":\"tcp\",\"config\":{\"addr\":"
        "\"localhost:8080\"}}]}", 11220, "TCP tunnel", "ngrok http");
    ngrok_row("an agent without tunnels", "{\"tunnels\":[]}", 0, "", "");
}

/* ---- this machine ---- */

static void test_disk(void)
{
    set_conf();
    set_public(8443);
    TEXT(dir, "/dev/null/data");
    run_doctor("disk");
    expect("a folder that cannot be", "disk", PROBE_FAIL, 0, 0,
        "/dev/null/data", "CONCIERGE_DIR");
    set_conf();
    set_public(8443);
    run_doctor("disk");
    expect_silence("a folder that can be", "disk");
    tap_ok(!sys_exists(conf.dir), "and nothing is left of it");
    set_conf();
    set_public(8443);
    options.sync_slow_ms = 0;
    run_doctor("disk");
    expect("a slow disk", "disk", PROBE_WARN, 0, 0, "a sync takes ",
        "disk of this machine");
    options.sync_bad_ms = 0;
    run_doctor("disk");
    expect("a disk as slow as that", "disk", PROBE_FAIL, 0, 0, "calls wait "
        "for it", "disk of this machine");
}

/* Last: a hard limit does not rise again. */
static void test_limits(void)
{
    struct rlimit r = {60, 60};

    set_conf();
    set_public(8443);
    conf.max_calls = 12;
    run_doctor("limits");
    expect_silence("descriptors for twelve calls", "limits");
    setrlimit(RLIMIT_NOFILE, &r);
    run_doctor("limits");
    expect("sixty descriptors", "limits", PROBE_FAIL, 31902, 0,
        "60 descriptors are allowed and 12 calls want 80", "MAX_CALLS to 7");
}

int main(void)
{
    uint8_t seed[32] = {9};

    signal(SIGPIPE, SIG_IGN);
    rand_seed(seed);
    log_setup(LOG_ERROR, false);
    make_certs();
    good_tls = tls_of("good");
    test_settings();
    test_names();
    test_tcp();
    test_tls();
    test_clock();
    test_ngrok();
    test_disk();
    test_limits();
    SSL_CTX_free(good_tls);
    drop_certs();
    table_judge("ends");
    return tap_done();
}
