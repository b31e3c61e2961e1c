/* fault_test.c - the call that was meant fails, and no other. */
#include "base/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sys.h"
#include "tests/tap.h"

static void plan(enum fault_kind kind, uint64_t first, uint64_t n, int sys)
{
    fault_begin(&(struct fault_plan){kind, first, n, sys});
}

/* Which of ten allocations are missed, as a word of digits. */
static const char *missed(void)
{
    static char word[11];

    for (int i = 0; i < 10; i++) {
        void *p = mem_new(8);

        word[i] = p ? '.' : 'x';
        mem_drop(p);
    }
    return word;
}

static void run_memory(void)
{
    uint64_t live = mem_live();
    void *p = mem_new(1), *q = mem_resize(NULL, 1);

    tap_is_int((int64_t)(mem_live() - live), 2, "two blocks live");
    q = mem_resize(q, 100000);
    mem_drop(NULL);
    tap_is_int((int64_t)(mem_live() - live), 2, "a larger one is still one");
    mem_drop(p);
    mem_drop(q);
    tap_is_int((int64_t)(mem_live() - live), 0, "none is left");
    plan(FAULT_MEM, 3, 2, ENOMEM);
    tap_is_str(slice_str(missed()), "..xx......", "the third, twice");
    tap_ok(fault_hits() == 2 && fault_calls(FAULT_MEM) == 10, "counted");
    plan(FAULT_MEM, 9, FAULT_FOR_GOOD, ENOMEM);
    tap_is_str(slice_str(missed()), "........xx", "from the ninth on");
    plan(FAULT_OPEN, 1, FAULT_FOR_GOOD, ENOMEM);
    tap_is_str(slice_str(missed()), "..........", "another kind: none");
    fault_begin(NULL);
    tap_is_str(slice_str(missed()), "..........", "no plan: none");
    tap_is_int((int64_t)fault_calls(FAULT_MEM), 10, "but counted");
    plan(FAULT_MEM, 1, FAULT_FOR_GOOD, ENOMEM);
    tap_is_int(fault_enter(FAULT_OTHERS), FAULT_OURS, "somebody else runs");
    tap_is_str(slice_str(missed()), "..........", "who misses nothing");
    tap_is_int((int64_t)fault_calls(FAULT_MEM), 0, "and does not count");
    fault_enter(FAULT_OURS);
    fault_end();
    tap_is_str(slice_str(missed()), "..........", "over");
}

static void run_kernel(void)
{
    char got[8] = "";
    int fd[2], out[2];

    if (sys_pipe(fd))
        abort();
    plan(FAULT_WRITE, 1, 1, ENOSPC);
    tap_ok(sys_write(fd[1], "abc", 3) == -1 && errno == ENOSPC, "ENOSPC");
    plan(FAULT_WRITE, 1, 3, EINTR);
    tap_is_int(sys_write(fd[1], "abc", 3), 3, "EINTR is tried again");
    tap_is_int((int64_t)fault_hits(), 3, "three times");
    plan(FAULT_READ, 1, 1, EAGAIN);
    tap_is_int(sys_read(fd[0], got, 8), SYS_AGAIN, "would block");
    plan(FAULT_READ, 1, 2, 0);
    tap_is_int(sys_read(fd[0], got, 8), 1, "a short read");
    tap_is_int(sys_read(fd[0], got + 1, 8), 1, "and another");
    tap_is_int(sys_read(fd[0], got + 2, 6), 1, "what is left");
    tap_is_str(slice_str(got), "abc", "nothing is lost");
    plan(FAULT_FCNTL, 1, 1, EIO);
    tap_ok(sys_pipe(out) == -1 && errno == EIO, "no pipe without its flags");
    plan(FAULT_FCNTL, 2, 1, EIO);
    tap_ok(sys_pipe(out) == -1 && errno == EIO, "nor with those of one end");
    fault_end();
    {
        int next = dup(0);

        tap_is_int(next, fd[1] + 1, "and neither end stays open");
        close(next);
    }
    sys_close(fd[0]);
    sys_close(fd[1]);
}

int main(void)
{
    size_t unnamed = 0;

    for (int k = 0; k < FAULT_KINDS; k++)
        unnamed += fault_name((enum fault_kind)k) == NULL;
    tap_is_int((int64_t)unnamed, 0, "every kind has a name");
    tap_is_int(fault_scope(), FAULT_OTHERS, "threads begin as somebody else");
    fault_enter(FAULT_OURS);
    run_memory();
    run_kernel();
    return tap_done();
}
