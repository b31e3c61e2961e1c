/* err_test.c - messages that fit their place, and what a code exits with. */
#include "base/err.h"

#include <errno.h>

#include "tests/guard.h"
#include "tests/tap.h"

/* sysexits.h numbers, written out: what scripts around us rely on. */
static const struct {
    const char *name;
    enum err_code code;
    int exit;
} codes[] = {
    {"ERR_NONE: all is well", ERR_NONE, 0},
    {"ERR_NET: unavailable", ERR_NET, 69},
    {"ERR_TLS: unavailable", ERR_TLS, 69},
    {"ERR_DNS: unavailable", ERR_DNS, 69},
    {"ERR_PROTO: protocol", ERR_PROTO, 76},
    {"ERR_AUTH: refused", ERR_AUTH, 77},
    {"ERR_LIMIT: try later", ERR_LIMIT, 75},
    {"ERR_TIMEOUT: unavailable", ERR_TIMEOUT, 69},
    {"ERR_MEM: try later", ERR_MEM, 75},
    {"ERR_IO: input or output", ERR_IO, 74},
    {"ERR_CONF: configuration", ERR_CONF, 78},
    {"ERR_POLICY: refused", ERR_POLICY, 77},
    {"ERR_USAGE: usage", ERR_USAGE, 64},
    {"ERR_DATA: bad data", ERR_DATA, 65},
    {"ERR_REMOTE: unavailable", ERR_REMOTE, 69},
    {"ERR_BUSY: try later", ERR_BUSY, 75},
    {"ERR_BUG: our bug", ERR_BUG, 70},
};

static void exits(void)
{
    size_t n = sizeof codes / sizeof codes[0];

    for (size_t i = 0; i < n; i++)
        tap_is_int(err_exit(codes[i].code), codes[i].exit, codes[i].name);
    tap_is_int((int64_t)n, ERR_BUG + 1, "no code without its exit status");
}

static void messages(void)
{
    struct err e = {ERR_BUG, 5, "something older and longer than that"};

    errno = ENOENT;
    tap_is_int(fail(&e, ERR_CONF, "%s: line %d", "PORT", 3), -1,
        "fail gives -1");
    tap_is_str(slice_str(e.msg), "PORT: line 3", "the message");
    tap_is_int(e.code, ERR_CONF, "the code");
    tap_is_int(e.sys, 0, "errno is none of its business");
    tap_is_int(errno, ENOENT, "and is left alone");

    tap_is_int(fail_sys(&e, ERR_IO, "open %s", "x"), -1, "fail_sys gives -1");
    tap_is_str(slice_str(e.msg), "open x: No such file or directory",
        "the text of errno is appended");
    tap_is_int(e.code, ERR_IO, "the code");
    tap_is_int(e.sys, ENOENT, "errno is kept");
    fail(&e, ERR_DATA, "%s", "");
    tap_ok(e.code == ERR_DATA && e.sys == 0 && e.msg[0] == 0,
        "an empty message, nothing of the last one");

    tap_is_int(fail(NULL, ERR_DATA, "%d", 1), -1, "fail: nobody asks");
    tap_is_int(fail_sys(NULL, ERR_DATA, "%d", 1), -1, "fail_sys: nor here");
}

/* Messages of every length around the ceiling, in an err that ends at the
 * guard page: cut, closed by a NUL, and a prefix of the whole. */
static void lengths(void)
{
    struct err *e = (struct err *)(void *)(guard_end() - sizeof *e);
    size_t room = sizeof e->msg - 1, bad = 0, bad_sys = 0, n;
    char text[300], whole[400];

    for (n = 0; n < sizeof text; n++) {
        memset(text, 'm', n);
        text[n] = 0;
        memset(e, 'z', sizeof *e);
        fail(e, ERR_DATA, "%s", text);
        if (strlen(e->msg) != (n < room ? n : room)
            || memcmp(e->msg, text, strlen(e->msg))) {
            bad++;
            printf("#   fail: %zu bytes\n", n);
        }
        memset(e, 'z', sizeof *e);
        errno = ECONNRESET;
        fail_sys(e, ERR_NET, "%s", text);
        snprintf(whole, sizeof whole, "%s: %s", text, strerror(ECONNRESET));
        whole[room] = 0;
        if (strcmp(e->msg, whole) || e->sys != ECONNRESET) {
            bad_sys++;
            printf("#   fail_sys: %zu bytes\n", n);
        }
    }
    tap_ok(bad == 0, "fail: %zu lengths, cut at %zu bytes", n, room);
    tap_ok(bad_sys == 0, "fail_sys: the same, and errno's text with it");
}

int main(void)
{
    exits();
    messages();
    lengths();
    return tap_done();
}
