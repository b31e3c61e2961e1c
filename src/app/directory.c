/* directory.c - the owner's places, from two files into one list. */
#include "app/directory.h"

#include <string.h>

#include "agent/phrase.h"
#include "agent/region.h"
#include "app/lookup.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/tzif.h"

#define ASKED_ABOUT 4           /* places a question names */

struct telling {
    directory_fault *fault;
    void *arg;
    const char *from;
};

static void tell(void *arg, const struct places_fault *f)
{
    const struct telling *t = arg;

    if (t->fault)
        t->fault(t->arg, t->from, f);
}

void directory_path(const struct conf *c, char *out, size_t cap)
{
    text_fmt(out, cap, "%s/places.csv", c->dir);
}

void directory_log(void *arg, const char *from, const struct places_fault *f)
{
    (void)arg;
    log_event(LOG_WARN, "place_refused", LS("file", from), LI("line", f->line),
        LI("column", f->column), LS("field", f->field ? f->field : "row"),
        LS("why", f->why));
}

int directory_room(struct directory *d, size_t places, size_t text,
    struct err *err)
{
    struct places *p = &d->list;

    memset(d, 0, sizeof *d);
    p->max = places;
    for (p->slots = 2; p->slots < 2 * p->max; p->slots *= 2)
        continue;
    text += 64;
    p->at = d->mem_[0] = mem_new(p->max * sizeof *p->at);
    p->slot = d->mem_[1] = mem_new(p->slots * sizeof *p->slot);
    d->mem_[2] = mem_new(text);
    if (!d->mem_[0] || !d->mem_[1] || !d->mem_[2]) {
        directory_free(d);
        return fail(err, ERR_MEM, "no memory for the directory of places");
    }
    buf_over(&p->text, d->mem_[2], text);
    return 0;
}

/* The number that stands last wins: first is read last. */
int directory_build(struct directory *d, struct slice first,
    struct slice second, directory_fault *fault, void *arg, struct err *err)
{
    struct telling one = {fault, arg, "RESTAURANTS_FILE"};
    struct telling two = {fault, arg, "places.csv"};

    if (directory_room(d, places_count(first) + places_count(second),
        3 * (first.len + second.len), err))
        return -1;
    if (second.len)
        places_read(&d->list, second, tell, &two);
    if (first.len)
        places_read(&d->list, first, tell, &one);
    return 0;
}

void directory_free(struct directory *d)
{
    for (size_t i = 0; i < 3; i++)
        mem_drop(d->mem_[i]);
    memset(d, 0, sizeof *d);
}

int directory_load(struct directory *d, const struct conf *c,
    directory_fault *fault, void *arg, struct err *err)
{
    char path[CONF_TEXT + 16];
    struct buf first, second;
    int rc = 0;

    memset(d, 0, sizeof *d);
    buf_init(&first, PLACES_FILE);
    buf_init(&second, PLACES_FILE);
    directory_path(c, path, sizeof path);
    if (c->restaurants_file[0])
        rc = sys_slurp(c->restaurants_file, &first, err);
    if (rc == 0 && sys_exists(path))
        rc = sys_slurp(path, &second, err);
    if (rc == 0)
        rc = directory_build(d, buf_slice(&first), buf_slice(&second), fault,
            arg, err);
    buf_free(&first);
    buf_free(&second);
    return rc;
}

/* "Luigi's in Berlin" */
static void name_one(struct buf *out, const struct place *p)
{
    buf_add(out, p->name);
    if (p->city.len)
        buf_addf(out, " in %.*s", SLICE_ARG(p->city));
}

static void ask(struct buf *question, enum tongue tongue,
    const struct place_hit *hit, size_t n)
{
    if (n > ASKED_ABOUT)
        n = ASKED_ABOUT;
    phrase_add(question, tongue, n == 1 ? PHRASE_DID_YOU_MEAN
        : PHRASE_WHICH_PLACE, NULL);
    for (size_t i = 0; i < n; i++) {
        if (i && i + 1 == n)
            phrase_add(question, tongue, PHRASE_OR, NULL);
        else if (i)
            buf_adds(question, ", ");
        name_one(question, hit[i].place);
    }
    buf_addc(question, '?');
}

const struct place *directory_fill(const struct directory *d,
    struct plan *plan, enum tongue tongue, struct buf *question)
{
    struct place_hit hit[PLACE_HITS];
    const struct place *p;
    size_t n;

    if (plan->phone[0])
        return places_by_number(&d->list, slice_str(plan->phone));
    if (!plan->restaurant[0])
        return NULL;
    n = place_find(d->list.at, d->list.n, slice_str(plan->restaurant),
        PLACE_BY_NAME, hit, PLACE_HITS);
    if (n == 0)
        return NULL;
    if (!place_clear(hit, n)) {
        ask(question, tongue, hit, n);
        return NULL;
    }
    p = hit[0].place;
    text_copy(plan->phone, sizeof plan->phone, p->number);
    text_copy(plan->restaurant, sizeof plan->restaurant, p->name);
    return p;
}

/* Every zone has its rule built in: no file is read. */
static bool offset_in(struct slice zone, int64_t wall, int *offset)
{
    struct slice rule = tzif_builtin(zone);

    return rule.ptr && tzif_offset_posix(rule, wall, offset) == 0;
}

static const struct place *place_of(const struct directory *d,
    struct slice number, struct slice name)
{
    struct place_hit hit[PLACE_HITS];
    size_t n;

    if (number.len)
        return places_by_number(&d->list, number);
    n = name.len ? place_find(d->list.at, d->list.n, name, PLACE_BY_NAME, hit,
        PLACE_HITS) : 0;
    return n && place_clear(hit, n) ? hit[0].place : NULL;
}

int directory_offset(const struct directory *d, const struct zone *owner,
    struct slice number, struct slice name, int64_t wall)
{
    const struct place *p = place_of(d, number, name);
    struct region region;
    int offset;

    if (p && p->zone.len && offset_in(p->zone, wall, &offset))
        return offset;
    if (p)
        number = p->number;
    if (region_of(number, &region) && region.zone
        && offset_in(slice_str(region.zone), wall, &offset))
        return offset;
    return zone_offset(owner, wall);
}

int directory_widen(struct directory *d, const struct conf *c,
    struct slice name, struct err *err)
{
    struct place_hit hit;
    struct directory found;

    if (!lookup_on(c) || name.len == 0 || place_find(d->list.at, d->list.n,
        name, PLACE_BY_NAME, &hit, 1))
        return 0;
    if (lookup_now(&found, c, name, err))
        return -1;
    directory_free(d);
    *d = found;
    return 0;
}
