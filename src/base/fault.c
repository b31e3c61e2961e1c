/* fault.c - failing on purpose: which call, of which kind, and whose. */
#include "base/fault.h"

#include <errno.h>
#include <stdatomic.h>

static atomic_bool counting;
static _Thread_local enum fault_scope scope;
static struct fault_plan plan;          /* n 0: none */
static _Atomic uint64_t calls[FAULT_KINDS];
static _Atomic uint64_t hits;

static const char *const names[FAULT_KINDS] = {
    [FAULT_MEM] = "mem", [FAULT_POLL] = "poll", [FAULT_RECV] = "recv",
    [FAULT_SEND] = "send", [FAULT_SOCKET] = "socket", [FAULT_BIND] = "bind",
    [FAULT_ACCEPT] = "accept", [FAULT_CONNECT] = "connect",
    [FAULT_PIPE] = "pipe", [FAULT_FCNTL] = "fcntl", [FAULT_OPEN] = "open",
    [FAULT_READ] = "read", [FAULT_WRITE] = "write", [FAULT_FSYNC] = "fsync",
    [FAULT_TRUNCATE] = "truncate", [FAULT_STAT] = "stat",
    [FAULT_RENAME] = "rename", [FAULT_UNLINK] = "unlink",
    [FAULT_MKDIR] = "mkdir", [FAULT_LOCK] = "lock", [FAULT_LIST] = "list",
    [FAULT_SIGNAL] = "signal",
};

const char *fault_name(enum fault_kind k)
{
    return names[k];
}

enum fault_scope fault_enter(enum fault_scope s)
{
    enum fault_scope was = scope;

    scope = s;
    return was;
}

enum fault_scope fault_scope(void)
{
    return scope;
}

void fault_begin(const struct fault_plan *p)
{
    for (int k = 0; k < FAULT_KINDS; k++)
        calls[k] = 0;
    hits = 0;
    plan = p ? *p : (struct fault_plan){.n = 0};
    atomic_store(&counting, true);
}

void fault_end(void)
{
    atomic_store(&counting, false);
}

uint64_t fault_calls(enum fault_kind k)
{
    return calls[k];
}

uint64_t fault_hits(void)
{
    return hits;
}

/* Counts the call; true when the plan means it. */
static bool struck(enum fault_kind k)
{
    uint64_t i;

    if (!atomic_load_explicit(&counting, memory_order_acquire)
        || scope != FAULT_OURS)
        return false;
    i = ++calls[k];
    if (plan.n == 0 || plan.kind != k || i < plan.first
        || i - plan.first >= plan.n)
        return false;
    hits++;
    return true;
}

bool fault_now(enum fault_kind k)
{
    if (!struck(k))
        return false;
    errno = plan.sys;
    return true;
}

size_t fault_bytes(enum fault_kind k, size_t n)
{
    if (!struck(k))
        return n;
    errno = plan.sys;
    return plan.sys || n == 0 ? 0 : 1;
}
