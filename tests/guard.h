/* guard.h - input that ends at an unmapped page: any read past its end dies,
 * in release builds too.
 *
 * Strict POSIX has no MAP_ANONYMOUS, so the pages map a temporary file.
 */
#ifndef TESTS_GUARD_H
#define TESTS_GUARD_H

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/slice.h"

#define GUARD_SIZE ((size_t)1 << 20)    /* bytes before the bad page */

/* The writable byte just behind which the bad page begins. */
static inline uint8_t *guard_end(void)
{
    static uint8_t *end;

    if (!end) {
        char name[] = "/tmp/guardXXXXXX";
        size_t page = (size_t)sysconf(_SC_PAGESIZE);
        int fd = mkstemp(name);
        uint8_t *p;

        if (fd < 0 || unlink(name)
            || ftruncate(fd, (off_t)(GUARD_SIZE + page)))
            abort();
        p = mmap(NULL, GUARD_SIZE + page, PROT_READ | PROT_WRITE, MAP_PRIVATE,
            fd, 0);
        close(fd);
        if (p == MAP_FAILED || mprotect(p + GUARD_SIZE, page, PROT_NONE))
            abort();
        end = p + GUARD_SIZE;
    }
    return end;
}

/* A copy of s whose last byte touches the bad page.  The next call overwrites
 * it. */
static inline struct mslice guard(struct slice s)
{
    uint8_t *p = guard_end() - s.len;

    if (s.len > GUARD_SIZE)
        abort();
    if (s.len)
        memcpy(p, s.ptr, s.len);
    return (struct mslice){p, s.len};
}

static inline struct slice guard_in(struct slice s)
{
    struct mslice m = guard(s);

    return (struct slice){m.ptr, m.len};
}

#endif
