/* house.h - the program's own server on the kernel of kernel.h and on the
 * virtual clock, made anew for every input.
 */
#ifndef FUZZ_HOUSE_H
#define FUZZ_HOUSE_H

#include "fuzz/kernel.h"

#include "app/server.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"

#define HOUSE_PORT 8080
#define HOUSE_MODEL 9000        /* where the voice model would be */
#define HOUSE_TWILIO 9001       /* and Twilio's REST */
#define HOUSE_TOKEN "a0b1c2d3e4f5a0b1c2d3e4f5a0b1c2d3"
#define HOUSE_AUTH "fedcba9876543210fedcba9876543210"
#define HOUSE_PUBLIC "https://voice.example.com"

static struct loop *house_loop;
static struct server *house;
static struct conf house_conf;
static char house_dir[32];

/* Nobody's: it lets the roots be read in a moment. */
static const char house_root[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBdDCCARugAwIBAgIUC6xGdNmy7Ad00+LXNHhR8KRi6pMwCgYIKoZIzj0EAwIw\n"
    "DzENMAsGA1UEAwwEZnV6ejAgFw0yNjExMjgwNDAzMjBaGA8yMTI2MTEwNDA0MDMy\n"
    "MFowDzENMAsGA1UEAwwEZnV6ejBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABOCE\n"
    "eOXAJ3JhPYozKsz1Gr8J+h0szgQrXL4zwu0k9GePR6X21PSof8aEtHHSs6I2jvbv\n"
    "xb1AcHBrO13PekDUt9WjUzBRMB0GA1UdDgQWBBSQQF3AoiT4E+c8GsSkfCat1xCt\n"
    "czAfBgNVHSMEGDAWgBSQQF3AoiT4E+c8GsSkfCat1xCtczAPBgNVHRMBAf8EBTAD\n"
    "AQH/MAoGCCqGSM49BAMCA0cAMEQCIDAdQXcI7iCYqbQOP+DJjyokSkdmGQiuzXMX\n"
    "MfbYJe8+AiBoYqn+AcrTRm481yDHlAlJ+296Woyb8C/IBHwXMZISig==\n"
    "-----END CERTIFICATE-----\n";

static inline void house_set(char *to, size_t cap, const char *value)
{
    text_copy(to, cap, slice_str(value));
}

static inline void house_rm(void *arg, const char *name)
{
    char path[600];

    if (!text_fmt(path, sizeof path, "%s/%s", (const char *)arg, name)
        || unlink(path) == 0)
        return;
    sys_listdir(path, house_rm, path);
    rmdir(path);
}

static inline void house_leave(void)
{
    sys_listdir(house_dir, house_rm, house_dir);
    rmdir(house_dir);
}

/* The secrets do not get out, unless the input had one to begin with. */
static bool house_told;

static inline bool house_tells(struct slice s)
{
    return slice_find(s, SLICE(HOUSE_TOKEN)) != SLICE_NPOS
        || slice_find(s, SLICE(HOUSE_AUTH)) != SLICE_NPOS;
}

static inline void house_log(void *arg, struct slice line)
{
    (void)arg;
    if (!house_told && house_tells(line))
        abort();
}

/* Once: the folder in memory, the settings. */
static inline void house_build(void)
{
    struct conf *c = &house_conf;
    char path[64];
    struct err err;
    FILE *f;

    text_copy(house_dir, sizeof house_dir, SLICE("/dev/shm/houseXXXXXX"));
    if (sys_mkdtemp(house_dir)) {
        text_copy(house_dir, sizeof house_dir, SLICE("/tmp/houseXXXXXX"));
        if (sys_mkdtemp(house_dir))
            abort();
    }
    atexit(house_leave);
    snprintf(path, sizeof path, "%s/root.pem", house_dir);
    f = fopen(path, "w");
    if (!f || fputs(house_root, f) < 0 || fclose(f))
        abort();
    setenv("SSL_CERT_FILE", path, 1);
    log_setup(LOG_DEBUG, false);
    log_sink(house_log, NULL);
    if (conf_defaults(c, &err))
        abort();
    snprintf(c->dir, sizeof c->dir, "%s/data", house_dir);
    c->server_port = HOUSE_PORT;
    c->echo = true;
    c->max_calls = 4;
    c->max_call_seconds = 60;
    c->quiet_from = c->quiet_to = -1;
    house_set(c->token, sizeof c->token, HOUSE_TOKEN);
    house_set(c->twilio_auth_token, sizeof c->twilio_auth_token, HOUSE_AUTH);
    house_set(c->twilio_account_sid, sizeof c->twilio_account_sid,
        "AC0123456789abcdef0123456789abcdef");
    house_set(c->twilio_phone_number, sizeof c->twilio_phone_number,
        "+15005550006");
    house_set(c->public_base, sizeof c->public_base, HOUSE_PUBLIC);
    house_set(c->openai_api_key, sizeof c->openai_api_key, "sk-fuzz");
    house_set(c->realtime_url, sizeof c->realtime_url, "ws://127.0.0.1:9000/");
    house_set(c->twilio_api_base, sizeof c->twilio_api_base,
        "http://127.0.0.1:9001");
}

static inline void house_open(void)
{
    struct err err = {0};
    uint64_t now = INT64_C(1795345200000);      /* 2026-11-22T11:00:00Z */

    if (!house_dir[0])
        house_build();
    sys_listdir(house_conf.dir, house_rm, house_conf.dir);
    sys_virtual((int64_t)now);
    rand_seed_number(7);
    house_loop = loop_new(&err);
    house = house_loop ? server_new(house_loop, &house_conf, &err) : NULL;
    if (!house) {
        fprintf(stderr, "no server: %s\n", err.msg);
        abort();
    }
}

/* Rounds until nothing more happens at this moment of the virtual clock, or
 * for ms of it. */
static struct timer house_timer;
static bool house_late;

static inline void house_is_late(void *arg)
{
    (void)arg;
    house_late = true;
}

static inline void house_run(int64_t ms)
{
    house_late = false;
    house_timer = (struct timer){.fire = house_is_late};
    loop_in(house_loop, &house_timer, ms);
    while (!house_late)
        if (loop_round(house_loop))
            abort();
}

/* Everything goes; nothing may be left over. */
static inline void house_close(void)
{
    for (int i = 0; i < KERNEL_SOCKS; i++)
        if (kernel_sock[i].held)
            kernel_hang_up(&kernel_sock[i]);
    server_free(house);
    loop_free(house_loop);
    if (kernel_open())
        abort();
}

#endif
