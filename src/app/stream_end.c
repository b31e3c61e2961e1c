/* stream_end.c - how a stream ended, in Twilio's numbers and in ours. */
#include "app/stream_impl.h"

#include <errno.h>

#include "base/text.h"

/* Twilio's number for a handshake that failed: twilio 3.1. */
static int handshake_number(const struct err *err)
{
    switch (err->code) {
    case ERR_TIMEOUT:
        return 31901;
    case ERR_DNS:
        return 31904;
    case ERR_TLS:
        return 31910;
    case ERR_PROTO:
    case ERR_REMOTE:
        return 31920;
    case ERR_NET:
        return err->sys == ECONNREFUSED ? 31902
            : err->sys == EHOSTUNREACH || err->sys == ENETUNREACH ? 31904
            : 31900;
    case ERR_NONE:
    case ERR_AUTH:
    case ERR_LIMIT:
    case ERR_MEM:
    case ERR_IO:
    case ERR_CONF:
    case ERR_POLICY:
    case ERR_USAGE:
    case ERR_DATA:
    case ERR_BUSY:
    case ERR_BUG:
        break;
    }
    return 0;
}

static int end_number(const struct stream_facts *f)
{
    if (f->stopped)
        return 0;
    if (f->err.code == ERR_PROTO)
        return 31924;
    if (f->err.code == ERR_NONE)
        return 31921;
    return f->err.code == ERR_NET || f->err.code == ERR_TLS ? 31903 : 0;
}

/* Bytes of the peer's, as a terminal may show them. */
static void clean(char *dst, size_t cap, struct slice s)
{
    text_copy(dst, cap, s);
    for (; *dst; dst++)
        if (*dst < 0x20 || *dst > 0x7e)
            *dst = *dst == '\n' || *dst == '\r' || *dst == '\t' ? ' ' : '?';
}

static void refusal(struct stream_facts *f, const struct err *err,
    struct slice body)
{
    f->status = err->sys;
    fail(&f->err, ERR_REMOTE, "the upgrade was answered %d: Twilio would "
        "report 31920", err->sys);
    f->err.sys = err->sys;
    clean(f->body, sizeof f->body, body);
}

void stream_ended(struct stream_facts *f, uint16_t code, struct slice reason,
    const struct err *err)
{
    f->code = code;
    if (err)
        f->err = *err;
    if (f->handshake >= 0) {
        clean(f->reason, sizeof f->reason, reason);
        f->number = end_number(f);
    } else if (err) {
        f->number = handshake_number(err);
        if (err->code == ERR_REMOTE)
            refusal(f, err, reason);
    }
}

/* A close that the server decided on, as a status of DESIGN 3. */
static int close_exit(uint16_t code)
{
    switch (code) {
    case 1000:
    case 1001:
        return 0;
    case 1008:
        return err_exit(ERR_AUTH);
    case 1013:
        return err_exit(ERR_BUSY);
    default:
        return err_exit(ERR_REMOTE);
    }
}

int stream_exit(const struct stream_facts *f)
{
    if (f->handshake < 0)
        return f->err.code ? err_exit(f->err.code) : 130;
    for (size_t i = 0; i < STREAM_FAULTS; i++)
        if (f->breach[i].count)
            return err_exit(ERR_PROTO);
    if (f->stopped)
        return 0;
    return f->err.code ? err_exit(f->err.code) : close_exit(f->code);
}
