/* places_cmd.c - concierge places import|list|find: whom we know. */
#include <fcntl.h>
#include <string.h>

#include "agent/hours.h"
#include "app/cmd.h"
#include "app/directory.h"
#include "app/term.h"
#include "app/zone.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/jsonw.h"

const char places_help[] =
    "  import FILE         adds the places of a .csv or .json file; a number\n"
    "                      that is known gets the new row.  One bad row and\n"
    "                      nothing is taken, unless --keep-going is given\n"
    "  list                all that are known\n"
    "  find TEXT           by name, city, cuisine\n\n"
    "Columns: name,number,city,zone,cuisine,hours,notes; name and number must\n"
    "be there.  RESTAURANTS_FILE is such a file, too, and goes first.\n\n"
    "Examples:\n"
    "  concierge places import restaurants.csv\n"
    "  concierge places find \"Luigis in Berlin\"\n"
    "  concierge places list --json\n";

/* ---- showing ---- */

static void show(const struct place *p, int score, bool json)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, 16u << 10);
    if (json) {
        jsonw_begin(&w, &b);
        jsonw_object(&w);
        jsonw_kstr(&w, "name", p->name);
        jsonw_kstr(&w, "number", p->number);
        jsonw_kstr(&w, "city", p->city);
        jsonw_kstr(&w, "zone", p->zone);
        jsonw_kstr(&w, "cuisine", p->cuisine);
        jsonw_kstr(&w, "hours", p->hours);
        jsonw_kstr(&w, "notes", p->notes);
        if (score)
            jsonw_kint(&w, "score", score);
        jsonw_end(&w);
    } else {
        buf_addf(&b, "%-16.*s %.*s", SLICE_ARG(p->number),
            SLICE_ARG(p->name));
        if (p->city.len)
            buf_addf(&b, ", %.*s", SLICE_ARG(p->city));
        if (p->cuisine.len)
            buf_addf(&b, ", %.*s", SLICE_ARG(p->cuisine));
        if (p->hours.len)
            buf_addf(&b, " (%.*s)", SLICE_ARG(p->hours));
    }
    buf_addc(&b, '\n');
    term_out(buf_slice(&b));
    buf_free(&b);
}

static void say_fault(void *arg, const char *from,
    const struct places_fault *f)
{
    (void)arg;
    term_say(TERM_YELLOW, "%s:%u:%u: %s%s%s", from, f->line, f->column,
        f->field ? f->field : "", f->field ? " " : "", f->why);
}

static int list(const struct conf *c, const char *text, bool json)
{
    struct place_hit hit[PLACE_HITS];
    struct directory d;
    struct err err = {0};
    size_t n = 0;

    if (directory_load(&d, c, say_fault, NULL, &err))
        return term_fail(&err);
    if (text && directory_widen(&d, c, slice_str(text), &err)) {
        directory_free(&d);
        return term_fail(&err);
    }
    if (text) {
        n = place_find(d.list.at, d.list.n, slice_str(text), PLACE_BY_ALL,
            hit, PLACE_HITS);
        for (size_t i = 0; i < n; i++)
            show(hit[i].place, hit[i].score, json);
        if (n == 0 && !json)
            term_say(TERM_PLAIN, "no place of that name among %zu",
                d.list.n);
    } else {
        for (size_t i = 0; i < d.list.n; i++)
            show(&d.list.at[i], 0, json);
        if (d.list.n == 0 && !json)
            term_say(TERM_PLAIN, "no places are known: concierge places "
                "import FILE, or set RESTAURANTS_FILE");
    }
    directory_free(&d);
    return text && n == 0 ? 1 : 0;
}

/* ---- importing ---- */

struct import {
    const char *file;
    size_t faults;
};

static void count_fault(void *arg, const char *from,
    const struct places_fault *f)
{
    struct import *im = arg;
    bool theirs = strcmp(from, "RESTAURANTS_FILE") == 0;

    im->faults += theirs;
    say_fault(NULL, theirs ? im->file : from, f);
}

/* Time zones are files: whether one exists is not for a pure reader to say. */
static void judge_zones(struct import *im, const struct directory *d,
    const struct places *old)
{
    for (size_t i = 0; i < d->list.n; i++) {
        const struct place *p = &d->list.at[i], *known;
        char name[80];
        struct zone zone;
        struct err err = {0};

        known = places_by_number(old, p->number);
        if (!p->zone.len || (known && slice_eq(known->zone, p->zone)))
            continue;
        text_copy(name, sizeof name, p->zone);
        if (zone_load(&zone, name, &err) == 0) {
            zone_free(&zone);
            continue;
        }
        im->faults++;
        term_say(TERM_YELLOW, "%s: zone of %.*s: %s", im->file,
            SLICE_ARG(p->name), err.msg);
    }
}

/* Hours that nobody understands are kept, and said to be so. */
static void judge_hours(const struct import *im, const struct directory *d,
    const struct places *old)
{
    for (size_t i = 0; i < d->list.n; i++) {
        const struct place *p = &d->list.at[i];
        const struct place *known = places_by_number(old, p->number);
        struct hours_fault fault;
        struct hours hours;

        if (!p->hours.len || (known && slice_eq(known->hours, p->hours))
            || hours_read(&hours, p->hours, &fault) == 0)
            continue;
        term_say(TERM_YELLOW, "%s: hours of %.*s: byte %zu: %s; kept, and "
            "taken for unknown", im->file, SLICE_ARG(p->name), fault.at,
            fault.why);
    }
}

/* To a name beside it, synced, then renamed: never half a directory. */
static int put(const char *path, struct slice text, struct err *err)
{
    char part[CONF_TEXT + 24];
    int fd, rc;

    text_fmt(part, sizeof part, "%s.part", path);
    fd = sys_open(part, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd < 0)
        return fail_sys(err, ERR_IO, "make %s", part);
    rc = sys_write_all(fd, text) || sys_fsync(fd);
    if (rc)
        rc = fail_sys(err, ERR_IO, "write %s", part);
    sys_close(fd);
    if (rc == 0 && sys_rename(part, path))
        rc = fail_sys(err, ERR_IO, "rename %s to %s", part, path);
    if (rc)
        sys_unlink(part);
    return rc;
}

static int merge(const struct conf *c, struct import *im, bool keep_going,
    struct err *err)
{
    char path[CONF_TEXT + 16];
    struct buf text, old, out;
    struct directory d = {.mem_ = {NULL, NULL, NULL}}, before = d;
    int rc;

    directory_path(c, path, sizeof path);
    buf_init(&text, PLACES_FILE);
    buf_init(&old, PLACES_FILE);
    buf_init(&out, PLACES_FILE);
    rc = sys_slurp(im->file, &text, err);
    if (rc == 0 && sys_exists(path))
        rc = sys_slurp(path, &old, err);
    if (rc == 0)
        rc = directory_build(&before, SLICE(""), buf_slice(&old), NULL, NULL,
            err);
    if (rc == 0)
        rc = directory_build(&d, buf_slice(&text), buf_slice(&old),
            count_fault, im, err);
    if (rc == 0) {
        judge_zones(im, &d, &before.list);
        judge_hours(im, &d, &before.list);
        if (im->faults && !keep_going)
            rc = fail(err, ERR_DATA, "%s: %zu fault%s; nothing was imported",
                im->file, im->faults, im->faults == 1 ? "" : "s");
    }
    if (rc == 0) {
        places_write(&out, d.list.at, d.list.n);
        if (!buf_ok(&out))
            rc = fail(err, ERR_LIMIT, "more than %u bytes of places",
                PLACES_FILE);
        else if (sys_mkdir(c->dir, 0700))
            rc = fail_sys(err, ERR_IO, "make folder %s", c->dir);
        else
            rc = put(path, buf_slice(&out), err);
    }
    if (rc == 0)
        term_say(TERM_GREEN, "%zu places are known, %zu of them new; a "
            "running server reads them on HUP", d.list.n,
            d.list.n - before.list.n);
    directory_free(&d);
    directory_free(&before);
    buf_free(&text);
    buf_free(&old);
    buf_free(&out);
    return rc;
}

int cmd_places(const struct conf *c, int argc, char **argv)
{
    bool json = cmd_flag(&argc, argv, "--json");
    struct import im = {.faults = 0};
    struct err err = {0};
    bool keep_going = cmd_flag(&argc, argv, "--keep-going");
    int rc = cmd_rest(argc, argv, 1, 2);
    bool has_word = argc > 2;

    if (rc)
        return rc;
    if (strcmp(argv[1], "list") == 0 && !has_word)
        return list(c, NULL, json);
    if (strcmp(argv[1], "find") == 0 && has_word)
        return list(c, argv[2], json);
    if (strcmp(argv[1], "import") != 0 || !has_word)
        return term_usage("places: import FILE, list, or find TEXT");
    im.file = argv[2];
    return merge(c, &im, keep_going, &err) ? term_fail(&err) : 0;
}
