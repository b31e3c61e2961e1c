/* sys_child_test.c - this test once more as its own child. */
#include "base/sys_child.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/sys.h"
#include "tests/tap.h"

/* The child says what it was told, and ends with 7 when its stdin does; told
 * to stay, it does not. */
static int be_child(const char *word)
{
    char c;

    if (write(1, word, strlen(word)) < 0)
        return 1;
    while (sys_read_when(SYS_STDIN, &c, 1, true) != SYS_EOF)
        continue;
    while (strcmp(word, "stay") == 0)
        poll(NULL, 0, 1000);
    return 7;
}

static void hear(struct sys_child *c, char *said, size_t cap)
{
    struct pollfd look = {.fd = c->out, .events = POLLIN};
    ssize_t n = -1;

    if (sys_poll(&look, 1, 10000) == 1)
        n = sys_read(c->out, said, cap - 1);
    said[n > 0 ? n : 0] = 0;
}

int main(int argc, char **argv)
{
    const char *hello[] = {"test", "hello", NULL};
    const char *stay[] = {"test", "stay", NULL};
    struct sys_child c;
    struct err err = {0};
    char said[32];

    if (argc > 1)
        return be_child(argv[1]);
    sys_child_program(argv[0]);
    tap_ok(sys_child_start(&c, hello, &err) == 0, "it starts");
    hear(&c, said, sizeof said);
    tap_is_str(slice_str(said), "hello", "it got its word, and we hear it");
    tap_ok(c.pid > 0 && c.pid != sys_pid(), "it is another process");
    tap_ok(sys_child_memory(&c) > 100 || !sys_exists("/proc/self/status"),
        "its memory is known where the system shows it");
    tap_is_int(sys_child_end(&c, 10000), 7, "it ends when its stdin does");
    tap_is_int(c.pid, 0, "there is none after that");
    tap_is_int(sys_child_end(&c, 0), -1, "to end none is harmless");
    tap_ok(sys_child_start(&c, stay, &err) == 0, "one that stays");
    hear(&c, said, sizeof said);
    tap_is_int(sys_child_end(&c, 1), -1, "is killed in the end");
    sys_fail_at(1, 24, false);
    tap_ok(sys_child_start(&c, hello, &err) == -1 && err.code == ERR_IO
        && err.sys == 24, "no pipe, no child");
    sys_fail_at(0, 0, false);
    return tap_done();
}
