/* roots.c - a bundle of root certificates, known by their names. */
#include "net/roots.h"

#include "base/limits.h"
#include "base/mem.h"
#include "base/sys.h"
#include "codec/base64.h"
#include "codec/pem.h"

/* How many blocks a text has; 0 when they are not all certificates. */
static size_t count(struct slice text)
{
    struct pem p;
    size_t n = 0;
    int r;

    while ((r = pem_next(&text, &p)) == 1 && slice_is(p.label, "CERTIFICATE"))
        n++;
    return r == 0 ? n : 0;
}

static int add(struct roots *r, struct slice body)
{
    struct root *one = &r->list[r->len];
    uint8_t *to = buf_room(&r->der, BASE64_BYTES(body.len));
    struct slice name;

    if (!to)
        return -1;
    one->at = r->der.len;
    one->len = pem_bytes(to, body);
    if (one->len == SLICE_NPOS || pem_subject(slice_of(to, one->len), &name))
        return -1;
    buf_commit(&r->der, one->len);
    one->name = one->at + (size_t)(name.ptr - to);
    one->name_len = name.len;
    r->len++;
    return 0;
}

static int add_all(struct roots *r, struct slice text)
{
    size_t n = count(text);
    struct pem p;

    r->list = n ? mem_new(n * sizeof *r->list) : NULL;
    if (!r->list || !buf_room(&r->der, BASE64_BYTES(text.len)))
        return -1;
    while (pem_next(&text, &p) == 1)
        if (add(r, p.body))
            return -1;
    return 0;
}

int roots_read(struct roots *r, const char *path)
{
    struct buf text;
    int rc;

    buf_init(&text, LIMIT_ROOTS);
    buf_init(&r->der, LIMIT_ROOTS);
    rc = sys_slurp(path, &text, NULL);
    if (rc == 0)
        rc = add_all(r, buf_slice(&text));
    buf_free(&text);
    if (rc)
        roots_free(r);
    return rc;
}

void roots_free(struct roots *r)
{
    buf_free(&r->der);
    mem_drop(r->list);
    *r = (struct roots){.list = NULL};
}

struct slice roots_der(const struct roots *r, size_t i)
{
    return slice_of(r->der.ptr + r->list[i].at, r->list[i].len);
}

struct slice roots_name(const struct roots *r, size_t i)
{
    return slice_of(r->der.ptr + r->list[i].name, r->list[i].name_len);
}
