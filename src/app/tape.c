/* tape.c - what crossed the stand-ins' wires, in four files. */
#include "app/tape.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/jsonw.h"

#define TAPE_LINE (8u << 20)    /* bytes of one, over the longest message */
#define TAPE_WRITE (1u << 18)   /* bytes gathered before a write */

struct tape {
    int fd[TAP_WIRES];
    struct buf lines[TAP_WIRES];
    char path[512];
    bool lost;
    int sys;                    /* errno of the first write that failed */
};

static const char *const names[TAP_WIRES] = {
    [TAP_MODEL] = "model", [TAP_STREAM] = "stream", [TAP_REST] = "rest",
    [TAP_HOOK] = "hook",
};

static void flush(struct tape *t, enum tap_wire wire)
{
    struct buf *b = &t->lines[wire];

    if (!t->lost && (!buf_ok(b) || sys_write_all(t->fd[wire], buf_slice(b)))) {
        t->sys = buf_ok(b) ? errno : EFBIG;
        t->lost = true;
    }
    buf_clear(b);
}

static void take(void *arg, enum tap_wire wire, bool ours, struct slice head,
    struct slice body)
{
    struct tape *t = arg;
    struct buf *b = &t->lines[wire];
    struct jsonw w;

    jsonw_begin(&w, b);
    jsonw_object(&w);
    jsonw_kint(&w, "ms", sys_now());
    jsonw_kbool(&w, "ours", ours);
    jsonw_kstr(&w, "head", head);
    jsonw_kstr(&w, "body", body);
    jsonw_end(&w);
    buf_addc(b, '\n');
    if (b->len >= TAPE_WRITE || !buf_ok(b))
        flush(t, wire);
}

struct tape *tape_open(const char *dir, const char *name, struct err *err)
{
    struct tape *t = mem_new(sizeof *t);
    char path[600];

    if (!t) {
        fail(err, ERR_MEM, "no memory for %s", dir);
        return NULL;
    }
    for (size_t i = 0; i < TAP_WIRES; i++) {
        t->fd[i] = -1;
        buf_init(&t->lines[i], TAPE_LINE);
    }
    text_fmt(t->path, sizeof t->path, "%s/%s", dir, name);
    if (sys_mkdir(dir, 0700) || sys_mkdir(t->path, 0700)) {
        fail_sys(err, ERR_IO, "make folder %s", t->path);
        tape_close(t, NULL);
        return NULL;
    }
    for (size_t i = 0; i < TAP_WIRES; i++) {
        text_fmt(path, sizeof path, "%s/%s.jsonl", t->path, names[i]);
        t->fd[i] = sys_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (t->fd[i] < 0) {
            fail_sys(err, ERR_IO, "make %s", path);
            tape_close(t, NULL);
            return NULL;
        }
    }
    return t;
}

struct sim_tap tape_tap(struct tape *t)
{
    struct sim_tap none = {0};

    return t ? (struct sim_tap){take, t} : none;
}

int tape_close(struct tape *t, struct err *err)
{
    int rc = 0;

    if (!t)
        return 0;
    for (size_t i = 0; i < TAP_WIRES; i++) {
        if (t->fd[i] >= 0) {
            flush(t, (enum tap_wire)i);
            sys_close(t->fd[i]);
        }
        buf_free(&t->lines[i]);
    }
    if (t->lost) {
        errno = t->sys;
        rc = fail_sys(err, ERR_IO, "write into %s", t->path);
    }
    mem_drop(t);
    return rc;
}
