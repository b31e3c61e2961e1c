/* err.c - an error that crosses a layer, on the caller's stack. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const int exits[] = {
    [ERR_NONE] = 0,
    [ERR_NET] = 69,
    [ERR_TLS] = 69,
    [ERR_DNS] = 69,
    [ERR_PROTO] = 76,
    [ERR_AUTH] = 77,
    [ERR_LIMIT] = 75,
    [ERR_TIMEOUT] = 69,
    [ERR_MEM] = 75,
    [ERR_IO] = 74,
    [ERR_CONF] = 78,
    [ERR_POLICY] = 77,
    [ERR_USAGE] = 64,
    [ERR_DATA] = 65,
    [ERR_REMOTE] = 69,
    [ERR_BUSY] = 75,
    [ERR_BUG] = 70,
};

int fail(struct err *e, enum err_code code, const char *fmt, ...)
{
    va_list ap;

    if (!e)
        return -1;
    e->code = code;
    e->sys = 0;
    va_start(ap, fmt);
    vsnprintf(e->msg, sizeof e->msg, fmt, ap);
    va_end(ap);
    return -1;
}

int fail_sys(struct err *e, enum err_code code, const char *fmt, ...)
{
    int sys = errno;
    size_t n;
    va_list ap;

    if (!e)
        return -1;
    e->code = code;
    e->sys = sys;
    va_start(ap, fmt);
    vsnprintf(e->msg, sizeof e->msg, fmt, ap);
    va_end(ap);
    n = strlen(e->msg);
    snprintf(e->msg + n, sizeof e->msg - n, ": %s", strerror(sys));
    return -1;
}

int err_exit(enum err_code code)
{
    return exits[code];
}
