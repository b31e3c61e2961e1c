/* roots_test.c - a bundle is read as what it holds, names and all, and left to
 * OpenSSL when it holds anything else. */
#include "net/roots.h"

#include "tests/net/certs.h"
#include "tests/tap.h"

#define ROOTS 3

static struct cert ca[ROOTS];
static char path[96];

static void write_bundle(const char *before, const char *after)
{
    FILE *f = fopen(path, "w");

    cert_need(f != NULL, path);
    fputs(before, f);
    for (int i = 0; i < ROOTS; i++) {
        fprintf(f, "\n# root %d\n", i);
        cert_need(PEM_write_X509(f, ca[i].x), path);
    }
    fputs(after, f);
    fclose(f);
}

static void same(struct slice got, unsigned char *want, int len,
    const char *what)
{
    cert_need(len > 0, what);
    tap_is(got, slice_of(want, (size_t)len), what);
    OPENSSL_free(want);
}

static void whole(void)
{
    struct roots r = {.list = NULL};

    write_bundle("# roots\n", "# end\n");
    tap_is_int(roots_read(&r, path), 0, "read");
    tap_is_int((int64_t)r.len, ROOTS, "all of them");
    for (size_t i = 0; i < r.len; i++) {
        unsigned char *der = NULL, *name = NULL;
        int n = i2d_X509(ca[i].x, &der);

        same(roots_der(&r, i), der, n, "the certificate");
        n = i2d_X509_NAME(X509_get_subject_name(ca[i].x), &name);
        same(roots_name(&r, i), name, n, "its subject");
        tap_ok(!r.list[i].taken, "not parsed");
    }
    roots_free(&r);
    tap_ok(r.len == 0 && !r.list && r.der.len == 0, "freed");
    roots_free(&r);
}

static void others(void)
{
    static const char *const after[] = {
        "-----BEGIN X509 CRL-----\nQQ==\n-----END X509 CRL-----\n",
        "-----BEGIN TRUSTED-----\nQQ==\n-----END TRUSTED-----\n",
        "-----BEGIN CERTIFICATE-----\nQQ==\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nQQ==\n",
    };
    struct roots r = {.list = NULL};

    for (size_t i = 0; i < sizeof after / sizeof *after; i++) {
        write_bundle("", after[i]);
        tap_ok(roots_read(&r, path) == -1 && r.len == 0 && !r.list,
            "left to OpenSSL: %.*s", 27, after[i]);
    }
    fclose(fopen(path, "w"));
    tap_ok(roots_read(&r, path) == -1 && !r.list, "an empty file");
    tap_ok(roots_read(&r, "/nonexistent.pem") == -1, "no file");
    tap_ok(roots_read(&r, "/") == -1, "a folder");
}

int main(void)
{
    const char *dir = cert_mkdir();

    snprintf(path, sizeof path, "%s/roots.pem", dir);
    for (int i = 0; i < ROOTS; i++)
        cert_make(&ca[i], i == 1 ? "Rünning\nRöot" : "Test Root", NULL, NULL,
            -1, 30);
    whole();
    others();
    for (int i = 0; i < ROOTS; i++)
        cert_free(&ca[i]);
    unlink(path);
    rmdir(dir);
    return tap_done();
}
