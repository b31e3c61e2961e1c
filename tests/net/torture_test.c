/* torture_test.c - HTTP and WebSocket, both ends, while everything fails.
 *
 * One run is a GET, a POST, a name that does not exist and a WebSocket.  It is
 * repeated with allocation N failing, and with kernel call N failing, for
 * every N, once and from then on.  Every call must end, exactly once; a
 * sanitizer sees what leaks.
 */
#include <errno.h>
#include <string.h>

#include "base/log.h"
#include "net/httpc.h"
#include "net/httpd.h"
#include "net/wsconn.h"
#include "tests/net/rig.h"

static int started, done;   /* calls of httpc_start that went well; of done */
static int dialled, closed; /* the same for wsconn_dial and on_close */
static int wrong;           /* runs after which they differ */

static void on_echo(struct request *r, void *arg)
{
    (void)arg;
    httpd_answer(r, 200, "text/plain", r->body, NULL);
}

static void echo_message(struct wsconn *w, void *arg, bool text,
    struct slice s)
{
    (void)arg;
    wsconn_send(w, text, s);
}

static const struct wsconn_ops server_ops = {.name = "server",
    .on_message = echo_message};

static void on_ws(struct request *r, void *arg)
{
    (void)arg;
    httpd_upgrade(r, &server_ops, NULL, 100000, NULL);
}

static void ws_open(struct wsconn *w, void *arg)
{
    (void)arg;
    wsconn_send(w, true, SLICE("hello"));
}

static void ws_message(struct wsconn *w, void *arg, bool text,
    struct slice s)
{
    (void)arg;
    (void)text;
    (void)s;
    wsconn_close(w, 1000, SLICE("bye"));
}

static void ws_closed(struct wsconn *w, void *arg, uint16_t code,
    struct slice reason, const struct err *err)
{
    (void)w;
    (void)arg;
    (void)code;
    (void)reason;
    (void)err;
    closed++;
}

static const struct wsconn_ops client_ops = {.name = "client",
    .on_open = ws_open, .on_message = ws_message, .on_close = ws_closed};

static void on_done(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    (void)arg;
    (void)a;
    (void)err;
    done++;
}

static const struct route routes[] = {
    {M_POST | M_GET, "/echo", on_echo, ATTEMPT_WEBHOOK},
    {M_GET, "/ws", on_ws, ATTEMPT_UPGRADE},
    {0, NULL, NULL, ATTEMPT_NONE},
};

/* Until both counts agree; a loop whose poll() fails for good ends it too. */
static void wait_for(const int *begun, const int *ended)
{
    int failed = 0;

    rig_late = false;
    loop_in(rig_loop, &rig_guard, RIG_PATIENCE);
    while (*ended < *begun && !rig_late && failed < 10)
        failed += loop_round(rig_loop) != 0;
    loop_cancel(rig_loop, &rig_guard);
}

static void use(struct httpc *c, struct resolver *names, uint16_t port,
    struct attempts *ring)
{
    static uint8_t big[30000];
    static const char *const host[] = {"localhost", "localhost",
        "nowhere.example"};
    struct wsconn_target target = {.timeout = 3000, .max_message = 1000,
        .attempts = ring};
    struct err err;
    char url[100];

    for (int i = 0; i < 3; i++) {
        struct httpc_request q = {.method = i ? "POST" : "GET",
            .timeout = 3000, .kind = ATTEMPT_REST};

        snprintf(url, sizeof url, "http://%s:%d/echo", host[i], port);
        q.url = slice_str(url);
        if (i) {
            q.body = slice_of(big, sizeof big);
            q.type = "text/plain";
        }
        if (httpc_start(c, &q, on_done, NULL, &err)) {
            started++;
            wait_for(&started, &done);
        }
    }
    snprintf(url, sizeof url, "ws://127.0.0.1:%d/ws", port);
    target.url = slice_str(url);
    if (wsconn_dial(rig_loop, names, NULL, &target, &client_ops, NULL,
        &err)) {
        dialled++;
        wait_for(&dialled, &closed);
    }
}

static void run(void)
{
    struct sys_addr at = rig_addr(0);
    struct resolve_conf names_conf = {.hosts_file = "/nowhere",
        .server = "127.0.0.1:9", .tries = 1, .timeout = 500};
    struct httpd_conf server_conf = {.routes = routes, .max_body = 1000000,
        .trusted = "10.0.0.0/8"};
    struct httpc_conf client_conf = {.max_kept = 2, .keep_ms = 1000};
    struct attempts *ring;
    struct resolver *names;
    struct httpd *s = NULL;
    struct httpc *c = NULL;
    struct err err;

    started = done = dialled = closed = 0;
    rig_loop = loop_new(&err);
    if (!rig_loop)
        return;
    ring = server_conf.attempts = client_conf.attempts = attempts_new();
    names = client_conf.resolver = resolver_new(rig_loop, &names_conf, &err);
    if (names)
        s = httpd_new(rig_loop, &at, NULL, &server_conf, &err);
    if (s)
        c = httpc_new(rig_loop, &client_conf, &err);
    if (c)
        use(c, names, httpd_port(s), ring);
    mem_fail_at(0, 0);
    sys_fail_at(0, 0, false);
    httpc_free(c);
    httpd_free(s);
    rig_wait(20000);
    resolver_free(names);
    attempts_free(ring);
    loop_free(rig_loop);
    wrong += done != started || closed != dialled;
}

static void no_line(void *arg, struct slice line)
{
    (void)arg;
    (void)line;
}

int main(void)
{
    uint64_t blocks;

    sys_virtual(INT64_C(1795345200000));
    rand_seed_number(42);
    log_sink(no_line, NULL);
    rig_guard.fire = rig_give_up;
    blocks = mem_count();
    run();
    blocks = mem_count() - blocks;
    tap_ok(done == 3 && closed == 1 && !wrong,
        "a run ends well, with %d allocations", (int)blocks);
    for (uint64_t n = 1; n <= blocks + 2; n++)
        for (int lasting = 0; lasting < 2; lasting++) {
            mem_fail_at(n, lasting);
            run();
        }
    tap_is_int(wrong, 0, "it ends without memory, wherever that is missed");
    for (uint64_t n = 1; n <= 300; n++) {
        sys_fail_at(n, ECONNRESET, false);
        run();
    }
    tap_is_int(wrong, 0, "and when one kernel call fails");
    for (uint64_t n = 1; n <= 150; n++) {
        sys_fail_at(n, EMFILE, true);
        run();
    }
    tap_is_int(wrong, 0, "and when all do from then on");
    return tap_done();
}
