/* sys_child.c - this program once more, as a process beside this one. */
#include "base/sys_child.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/sys.h"
#include "base/text.h"

#define SELF "/proc/self/exe"   /* where there is one: PATH may have changed,
                                   and a relative name, too */
#define LOOK 10                 /* ms between two looks at whether it ended */

extern char **environ;

static const char *program = "concierge";

void sys_child_program(const char *argv0)
{
    if (argv0 && argv0[0])
        program = argv0;
}

static int spawn(struct sys_child *c, const char *const *argv,
    const int in[2], const int out[2])
{
    posix_spawn_file_actions_t acts;
    pid_t pid = 0;
    int rc = posix_spawn_file_actions_init(&acts);

    if (rc)
        return rc;
    rc = posix_spawn_file_actions_adddup2(&acts, in[0], 0);
    if (rc == 0)
        rc = posix_spawn_file_actions_adddup2(&acts, out[1], 1);
    if (rc == 0)
        rc = posix_spawnp(&pid, sys_exists(SELF) ? SELF : program, &acts,
            NULL, (char *const *)(uintptr_t)argv, environ);
    posix_spawn_file_actions_destroy(&acts);
    c->pid = (int)pid;
    return rc;
}

int sys_child_start(struct sys_child *c, const char *const *argv,
    struct err *err)
{
    int in[2], out[2], rc;

    *c = (struct sys_child){0, -1, -1};
    if (sys_pipe(in))
        return fail_sys(err, ERR_IO, "pipe");
    if (sys_pipe(out)) {
        sys_close(in[0]);
        sys_close(in[1]);
        return fail_sys(err, ERR_IO, "pipe");
    }
    rc = spawn(c, argv, in, out);
    sys_close(in[0]);
    sys_close(out[1]);
    c->in = in[1];
    c->out = out[0];
    if (rc == 0)
        return 0;
    c->pid = 0;
    sys_child_end(c, 0);
    errno = rc;
    return fail_sys(err, ERR_IO, "start %s", program);
}

int sys_child_end(struct sys_child *c, int64_t ms)
{
    int64_t until = sys_now_us() / 1000 + ms;
    int status = 0;
    pid_t got = 0;

    sys_close(c->in);
    sys_close(c->out);
    while (c->pid > 0 && (got = waitpid(c->pid, &status, WNOHANG)) == 0
        && sys_now_us() / 1000 < until)
        poll(NULL, 0, LOOK);
    if (c->pid > 0 && got == 0) {
        kill(c->pid, SIGKILL);
        got = waitpid(c->pid, &status, 0);
    }
    *c = (struct sys_child){0, -1, -1};
    return got > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int64_t sys_child_memory(const struct sys_child *c)
{
    char path[64];
    struct buf text;
    struct err err;
    struct slice rest;
    size_t at;
    uint64_t kb;
    int64_t found = -1;

    text_fmt(path, sizeof path, "/proc/%d/status", c->pid);
    buf_init(&text, 1u << 16);
    if (sys_slurp(path, &text, &err) == 0) {
        at = slice_find(buf_slice(&text), SLICE("VmRSS:"));
        rest = slice_from(buf_slice(&text), at);
        rest = slice_trim(slice_from(slice_cut(&rest, '\n'), 6));
        if (at != SLICE_NPOS && text_u64(slice_cut(&rest, ' '), 0, UINT32_MAX,
            &kb) == 0)
            found = (int64_t)kb;
    }
    buf_free(&text);
    return found;
}
