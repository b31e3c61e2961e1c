/* err.c - an error that crosses a layer, on the caller's stack. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    int exit;
} codes[] = {
    [ERR_NONE] = {"none", 0},
    [ERR_NET] = {"net", 69},
    [ERR_TLS] = {"tls", 69},
    [ERR_DNS] = {"dns", 69},
    [ERR_PROTO] = {"proto", 76},
    [ERR_AUTH] = {"auth", 77},
    [ERR_LIMIT] = {"limit", 75},
    [ERR_TIMEOUT] = {"timeout", 69},
    [ERR_MEM] = {"mem", 75},
    [ERR_IO] = {"io", 74},
    [ERR_CONF] = {"conf", 78},
    [ERR_POLICY] = {"policy", 77},
    [ERR_DATA] = {"data", 65},
    [ERR_REMOTE] = {"remote", 69},
    [ERR_BUSY] = {"busy", 75},
    [ERR_BUG] = {"bug", 70},
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
    return codes[code].exit;
}

const char *err_name(enum err_code code)
{
    return codes[code].name;
}
