/* mem.c - the only door to malloc. */
#include "base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/fault.h"

static _Atomic uint64_t calls;
static _Atomic uint64_t live;           /* blocks not given back */
static uint64_t fail_from;      /* the call number that fails; 0: none */
static int fail_lasting;

/* Counts one call; true when it is the one that has to fail. */
static int doomed(void)
{
    uint64_t n = ++calls;

    return (fail_from && (n == fail_from || (fail_lasting && n > fail_from)))
        || fault_now(FAULT_MEM);
}

void *mem_new(size_t size)
{
    void *p = doomed() ? NULL : calloc(1, size ? size : 1);

    live += p != NULL;
    return p;
}

void *mem_resize(void *old, size_t size)
{
    void *p = doomed() ? NULL : realloc(old, size ? size : 1);

    live += p != NULL && old == NULL;
    return p;
}

void mem_drop(void *p)
{
    live -= p != NULL;
    free(p);
}

uint64_t mem_count(void)
{
    return calls;
}

uint64_t mem_live(void)
{
    return live;
}

void mem_fail_at(uint64_t n, int lasting)
{
    fail_from = n ? calls + n : 0;
    fail_lasting = lasting;
}
