/* conf.c - reads every setting from the first place that has it.
 *
 * Flags are looked at first, since --env-file says where the rest may be; then
 * the file is read once and each of its names goes to its setting.  Each
 * setting takes the first of flag, environment, file and default; of a name,
 * its aliases and its NAME_FILE the first in that order.
 */
#include "app/conf_impl.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "model/voice.h"

extern char **environ;          /* POSIX has no header for it */

#define ENV_MAX 65536           /* bytes of .env */
#define SECRET_MAX 4096         /* of a NAME_FILE */
#define ARGS_MAX 256

/* What was found for one setting in .env. */
struct found {
    const char *value;          /* in the store; NULL: nothing */
    int rank;                   /* 0 the name, 1 and 2 aliases, 3 NAME_FILE */
    int line;
};

struct load {
    struct conf *c;
    struct err *err;
    const char *flag[CONF_SETTINGS];    /* from argv */
    bool from_file[CONF_SETTINGS];      /* --name-file: a file's name */
    struct found found[CONF_SETTINGS];
    struct buf store;                   /* values of .env, NUL between */
};

enum { TIDIED_BOM = 1, TIDIED_BLANKS = 2 };

const char *conf_tidied(const struct conf *c, size_t i, const char **what)
{
    if (i >= conf_count)
        return NULL;
    *what = c->tidied_[i] & TIDIED_BOM ? "a BOM"
        : c->tidied_[i] & TIDIED_BLANKS ? "blanks" : NULL;
    return conf_table[i].name;
}

void conf_warn(struct conf *c, const char *fmt, ...)
{
    va_list ap;

    if (c->warnings_ == CONF_WARNINGS)
        return;
    va_start(ap, fmt);
    vsnprintf(c->warning_[c->warnings_++], sizeof *c->warning_, fmt, ap);
    va_end(ap);
}

/* "NAME" or "NAME_FILE" of a setting, and how good a name it is. */
static int match(struct slice name, int *rank)
{
    int i = conf_find(name);

    *rank = 0;
    if (i >= 0) {
        for (int k = 0; k < 2 && conf_table[i].alias[k]; k++)
            if (slice_is(name, conf_table[i].alias[k]))
                *rank = k + 1;
        return conf_table[i].option ? -1 : i;
    }
    if (!slice_ends(name, "_FILE"))
        return -1;
    name.len -= 5;
    i = conf_find(name);
    *rank = 3;
    return i >= 0 && conf_table[i].kind == KIND_SECRET ? i : -1;
}

/* ---- flags ---- */

/* The setting a flag names.  *file: it was --name-file of a secret. */
static int find_flag(struct slice arg, bool *file)
{
    char flag[CONF_FLAG];

    for (size_t i = 0; i < conf_count; i++) {
        struct slice rest;

        conf_flag(&conf_table[i], flag);
        if (!slice_starts(arg, flag))
            continue;
        rest = slice_from(arg, strlen(flag));
        *file = conf_table[i].kind == KIND_SECRET
            && slice_is(rest, "-file");
        if (!rest.len || *file)
            return (int)i;
    }
    return -1;
}

static int take_flag(struct load *l, int i, bool file, char **argv, int argc,
    int *at, const char *value)
{
    const struct setting *s = &conf_table[i];
    char flag[CONF_FLAG];

    conf_flag(s, flag);
    if (s->kind == KIND_SECRET && !file)
        return fail(l->err, ERR_CONF, "%s would show a secret to everyone on "
            "this machine: set %s, or %s-file FILE", flag, s->name, flag);
    if (s->kind == KIND_GIVEN) {
        if (value)
            return fail(l->err, ERR_USAGE, "%s takes no value", flag);
        value = "on";
    } else if (!value && *at + 1 < argc) {
        value = argv[++*at];
    }
    if (!value)
        return fail(l->err, ERR_USAGE, "%s wants a value", flag);
    l->flag[i] = value;
    l->from_file[i] = file;
    return 0;
}

/* Takes the options it knows out of argv. */
static int read_flags(struct load *l, int *argc, char **argv)
{
    int kept = *argc > 0;

    for (int at = 1; at < *argc; at++) {
        struct slice arg = slice_str(argv[at]);
        size_t eq = slice_chr(arg, '=');
        bool file = false;
        int i;

        if (slice_is(arg, "--")) {
            while (at < *argc)
                argv[kept++] = argv[at++];
            break;
        }
        i = slice_starts(arg, "--") ? find_flag(slice_head(arg, eq), &file)
            : -1;
        if (i < 0)
            argv[kept++] = argv[at];
        else if (take_flag(l, i, file, argv, *argc, &at,
            eq == SLICE_NPOS ? NULL : argv[at] + eq + 1))
            return -1;
    }
    *argc = kept;
    argv[kept] = NULL;
    return 0;
}

/* ---- .env ---- */

static int keep(struct load *l, int i, int rank, const struct env_line *e)
{
    struct found *f = &l->found[i];

    if (!e->value.len || (f->value && f->rank < rank))
        return 0;
    if (l->store.len + e->value.len + 1 > l->store.max)
        return fail(l->err, ERR_CONF, "%s is too long", l->c->env_file);
    f->value = (const char *)l->store.ptr + l->store.len;
    f->rank = rank;
    f->line = e->line;
    buf_add(&l->store, e->value);
    buf_addc(&l->store, 0);
    return 0;
}

static int read_lines(struct load *l, struct slice text)
{
    struct env_walk w = {.rest = text};
    struct env_line e;
    const char *why;
    int got, rank;

    while ((got = env_next(&w, &e, &why)) > 0) {
        int i = match(e.name, &rank);

        if (i < 0 && slice_starts(e.name, "CONCIERGE_"))
            return fail(l->err, ERR_CONF, "%s line %d: there is no setting "
                "%.*s", l->c->env_file, e.line, SLICE_ARG(e.name));
        if (i >= 0 && keep(l, i, rank, &e))
            return -1;
    }
    if (got < 0)
        return fail(l->err, ERR_CONF, "%s line %d: %s", l->c->env_file, w.line,
            why);
    return 0;
}

/* A missing ".env" is no error; a file that was named and is missing is. */
static int read_env_file(struct load *l, bool named)
{
    struct buf text;
    int r, mode;

    if (!sys_exists(l->c->env_file)) {
        if (!named)
            return 0;
        return fail(l->err, ERR_CONF, "--env-file: there is no %s",
            l->c->env_file);
    }
    buf_init(&text, ENV_MAX);
    buf_init(&l->store, ENV_MAX);
    /* Room at once: values are pointed at while others are added. */
    r = sys_slurp(l->c->env_file, &text, l->err);
    if (!r && !buf_room(&l->store, ENV_MAX))
        r = fail(l->err, ERR_MEM, "no memory for %s", l->c->env_file);
    if (!r)
        r = read_lines(l, buf_slice(&text));
    mode = sys_mode(l->c->env_file);
    for (size_t i = 0; !r && i < conf_count; i++)
        if (conf_table[i].kind == KIND_SECRET && l->found[i].value
            && l->found[i].rank < 3 && mode >= 0 && (mode & 077)) {
            conf_warn(l->c, "%s holds secrets and others may read it: "
                "chmod 600 %s", l->c->env_file, l->c->env_file);
            break;
        }
    if (text.ptr)
        memset(text.ptr, 0, text.cap);
    buf_free(&text);
    return r;
}

static int check_environ(struct load *l)
{
    for (char **e = environ; e && *e; e++) {
        struct slice value = slice_str(*e), name = slice_cut(&value, '=');
        int rank;

        if (slice_starts(name, "CONCIERGE_") && match(name, &rank) < 0)
            return fail(l->err, ERR_CONF, "environment: there is no setting "
                "%.*s", SLICE_ARG(slice_head(name, 60)));
    }
    return 0;
}

/* ---- one setting ---- */

static int put(struct load *l, size_t i, const char *value)
{
    const struct setting *s = &conf_table[i];
    struct slice v = slice_str(value);
    char msg[160];

    if (slice_starts(v, "\xef\xbb\xbf")) {
        l->c->tidied_[i] |= TIDIED_BOM;
        v = slice_from(v, 3);
    }
    if (slice_trim_all(v).len < v.len)
        l->c->tidied_[i] |= TIDIED_BLANKS;
    v = slice_trim_all(v);
    if (!v.len && s->kind != KIND_GIVEN)
        return 0;
    if (conf_put(l->c, s, v, msg, sizeof msg))
        return fail(l->err, ERR_CONF, "%s (%s): %s", s->name,
            l->c->from_[i], msg);
    return 0;
}

static int put_file(struct load *l, size_t i, const char *path,
    const char *from)
{
    char *at = l->c->from_[i];
    struct err why = {ERR_NONE, 0, ""};
    struct buf text;
    int r = 0, mode = sys_mode(path);

    text_fmt(at, CONF_FROM, "%s, file %s", from, path);
    buf_init(&text, SECRET_MAX);
    if (sys_slurp(path, &text, &why))
        r = fail(l->err, ERR_CONF, "%s (%s): %s", conf_table[i].name, from,
            why.msg);
    else if (!slice_trim_all(buf_slice(&text)).len)
        r = fail(l->err, ERR_CONF, "%s (%s): the file is empty",
            conf_table[i].name, at);
    else if (memchr(text.ptr, 0, text.len))
        r = fail(l->err, ERR_CONF, "%s (%s): the file holds a NUL byte",
            conf_table[i].name, at);
    else
        r = put(l, i, buf_cstr(&text));
    l->c->tidied_[i] &= TIDIED_BOM;     /* a line's end belongs to a file */
    if (!r && mode >= 0 && (mode & 022))
        conf_warn(l->c, "%s: others may change %s", conf_table[i].name, path);
    if (text.ptr)
        memset(text.ptr, 0, text.cap);
    buf_free(&text);
    return r;
}

static const char *env(const char *name)
{
    const char *v = sys_getenv(name);

    return v && slice_trim_all(slice_str(v)).len ? v : NULL;
}

/* From the environment: 1 taken, 0 not there, -1. */
static int from_environ(struct load *l, size_t i)
{
    const struct setting *s = &conf_table[i];
    const char *v = env(s->name), *alias = NULL;
    char file[CONF_FLAG];

    for (size_t k = 0; !v && k < 2 && s->alias[k]; k++)
        v = env(alias = s->alias[k]);
    if (v) {
        text_fmt(l->c->from_[i], CONF_FROM, "environment%s%s",
            alias ? " " : "", alias ? alias : "");
        return put(l, i, v) ? -1 : 1;
    }
    if (s->kind != KIND_SECRET)
        return 0;
    text_fmt(file, sizeof file, "%s_FILE", s->name);
    v = env(file);
    if (!v)
        return 0;
    return put_file(l, i, v, "environment") ? -1 : 1;
}

static int resolve(struct load *l, size_t i)
{
    const struct setting *s = &conf_table[i];
    struct found *f = &l->found[i];
    char flag[CONF_FLAG + 8], from[CONF_FROM];
    int r;

    if (l->flag[i]) {
        conf_flag(s, flag);
        text_fmt(l->c->from_[i], CONF_FROM, "%s%s", flag,
            l->from_file[i] ? "-file" : "");
        if (!l->from_file[i])
            return put(l, i, l->flag[i]);
        text_copy(from, sizeof from, slice_str(l->c->from_[i]));
        return put_file(l, i, l->flag[i], from);
    }
    r = s->option ? 0 : from_environ(l, i);
    if (r)
        return r < 0 ? -1 : 0;
    text_fmt(from, sizeof from, "%.60s line %d", l->c->env_file, f->line);
    if (f->value && f->rank == 3)
        return put_file(l, i, f->value, from);
    text_copy(l->c->from_[i], CONF_FROM, slice_str(f->value ? from
        : "default"));
    return f->value || s->otherwise
        ? put(l, i, f->value ? f->value : s->otherwise) : 0;
}

/* ---- what follows from several ---- */

static void from(struct conf *c, const char *name, const char *source)
{
    text_copy(c->from_[conf_find(slice_str(name))], CONF_FROM,
        slice_str(source));
}

static bool try_zone(struct conf *c, struct slice name, const char *source)
{
    const struct setting *s = &conf_table[conf_find(SLICE("ZONE"))];
    char msg[160];

    name = slice_trim_all(name);
    if (slice_starts(name, ":"))
        name = slice_from(name, 1);
    if (!name.len || conf_put(c, s, name, msg, sizeof msg))
        return false;
    from(c, "ZONE", source);
    return true;
}

/* The zone this machine lives in, as far as it says so by name. */
static void machine_zone(struct conf *c)
{
    const char *tz = env("TZ");
    struct buf text;
    bool known = tz && try_zone(c, slice_str(tz), "TZ");

    buf_init(&text, 256);
    if (!known && !tz && sys_exists("/etc/timezone")
        && sys_slurp("/etc/timezone", &text, NULL) == 0)
        known = try_zone(c, buf_slice(&text), "/etc/timezone");
    buf_free(&text);
    if (!known)
        text_copy(c->zone, sizeof c->zone, SLICE("UTC"));
}

void conf_own_url(const struct conf *c, int port, char *out, size_t cap)
{
    const char *host = c->server_host;
    bool v6 = strchr(host, ':') != NULL;

    if (strcmp(host, "0.0.0.0") == 0)
        host = "127.0.0.1";
    if (strcmp(host, "::") == 0)
        host = "::1";
    text_fmt(out, cap, "http%s://%s%s%s:%d", c->tls_cert[0] ? "s" : "",
        v6 ? "[" : "", host, v6 ? "]" : "", port);
}

static int finish(struct conf *c, struct err *err)
{
    const char *warning = voice_url_warning(slice_str(c->realtime_url));

    if (!c->zone[0])
        machine_zone(c);
    if (!c->server_url[0] && c->server_port)
        conf_own_url(c, c->server_port, c->server_url, sizeof c->server_url);
    if (!c->disclosure[0])
        text_copy(c->disclosure, sizeof c->disclosure,
            strcmp(c->language, "de") == 0
            ? SLICE("Guten Tag, hier spricht ein automatischer Assistent im "
                "Auftrag von {name}.")
            : SLICE("Hello, this is an automated assistant calling on behalf "
                "of {name}."));
    if (!c->tls_cert[0] != !c->tls_key[0])
        return fail(err, ERR_CONF, "%s is set and %s is not",
            c->tls_cert[0] ? "TLS_CERT" : "TLS_KEY",
            c->tls_cert[0] ? "TLS_KEY" : "TLS_CERT");
    if (c->webhook_url[0] && !c->webhook_secret[0])
        return fail(err, ERR_CONF, "WEBHOOK_URL (%s): WEBHOOK_SECRET, which "
            "signs what it is told, is not set", conf_source(c,
            "WEBHOOK_URL"));
    if (warning)
        conf_warn(c, "REALTIME_URL: %s", warning);
    return 0;
}

int conf_set(struct conf *c, const char *name, struct slice value,
    struct err *err)
{
    int i = conf_find(slice_str(name));
    char msg[160];

    if (i < 0)
        return fail(err, ERR_CONF, "there is no setting %s", name);
    if (conf_put(c, &conf_table[i], value, msg, sizeof msg))
        return fail(err, ERR_CONF, "%s: %s", name, msg);
    return 0;
}

int conf_defaults(struct conf *c, struct err *err)
{
    char msg[160];

    memset(c, 0, sizeof *c);
    c->quiet_from = c->quiet_to = -1;
    c->now = -1;
    for (size_t i = 0; i < conf_count; i++) {
        text_copy(c->from_[i], CONF_FROM, SLICE("default"));
        if (conf_table[i].otherwise && conf_put(c, &conf_table[i],
            slice_str(conf_table[i].otherwise), msg, sizeof msg))
            return fail(err, ERR_BUG, "%s: %s", conf_table[i].name, msg);
    }
    return finish(c, err);
}

static struct load *begin(struct conf *c, struct err *err)
{
    struct load *l = mem_new(sizeof *l);

    memset(c, 0, sizeof *c);
    c->quiet_from = c->quiet_to = -1;
    c->now = -1;
    if (!l) {
        fail(err, ERR_MEM, "no memory for the settings");
        return NULL;
    }
    l->c = c;
    l->err = err;
    return l;
}

/* Behind the flags. */
static int read_rest(struct load *l)
{
    int i = conf_find(SLICE("ENV_FILE"));
    int r = resolve(l, (size_t)i);

    if (!r)
        r = read_env_file(l, l->flag[i] != NULL);
    if (!r)
        r = check_environ(l);
    for (size_t k = 0; !r && k < conf_count; k++)
        if ((int)k != i)
            r = resolve(l, k);
    if (!r)
        r = finish(l->c, l->err);
    return r;
}

static int end(struct load *l, int r)
{
    memcpy(l->c->flag_, l->flag, sizeof l->flag);
    memcpy(l->c->flag_file_, l->from_file, sizeof l->from_file);
    if (l->store.ptr)
        memset(l->store.ptr, 0, l->store.cap);
    buf_free(&l->store);
    mem_drop(l);
    return r;
}

int conf_load(struct conf *c, int *argc, char **argv, struct err *err)
{
    struct load *l = begin(c, err);

    if (!l)
        return -1;
    return end(l, read_flags(l, argc, argv) || read_rest(l) ? -1 : 0);
}

int conf_again(struct conf *c, const struct conf *was, struct err *err)
{
    struct load *l = begin(c, err);

    if (!l)
        return -1;
    memcpy(l->flag, was->flag_, sizeof l->flag);
    memcpy(l->from_file, was->flag_file_, sizeof l->from_file);
    return end(l, read_rest(l) ? -1 : 0);
}
