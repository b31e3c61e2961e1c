/* places.c - a directory of places: CSV and JSON. */
#include "agent/places.h"

#include <string.h>

#include "agent/guard.h"
#include "codec/csv.h"
#include "codec/json.h"
#include "codec/utf8.h"

#define NUMBER_DIGITS_MIN 7
#define NUMBER_DIGITS_MAX 15    /* E.164 6.2.1 */
#define COLUMNS 32              /* of a table; those we do not know are left */

/* What a column or member may be called, and how long it may be. */
static const struct {
    const char *name;           /* first its own name */
    size_t max;                 /* bytes */
} fields[PLACES_FIELDS] = {
    {"name|restaurant|title|place", 127},
    {"number|phone|telephone|tel|phone_number|contact:phone", 40},
    {"city|town|ort|stadt|addr:city", 80},
    {"zone|timezone|time_zone|tz", 64},
    {"cuisine|kitchen|kind|type", 127},
    {"hours|opening_hours|open", 255},
    {"notes|note|remarks|description", 511},
};

static const char *field_name(enum places_field f)
{
    static const char *const names[PLACES_FIELDS] = {"name", "number", "city",
        "zone", "cuisine", "hours", "notes"};

    return names[f];
}

/* The field of that name, or PLACES_FIELDS. */
static enum places_field field_of(struct slice name)
{
    for (int f = 0; f < PLACES_FIELDS; f++) {
        struct slice names = slice_str(fields[f].name);

        while (names.len)
            if (slice_ieq(slice_cut(&names, '|'), name))
                return (enum places_field)f;
    }
    return PLACES_FIELDS;
}

/* ---- one place ---- */

bool places_number(struct slice text, char *out, size_t cap)
{
    size_t n = 0;
    bool zeros = slice_starts(text, "00");

    text = slice_trim(text);
    if (!zeros && !slice_starts(text, "+"))
        return false;
    for (size_t i = zeros ? 2 : 1; i < text.len; i++) {
        uint8_t c = text.ptr[i];

        if (c >= '0' && c <= '9') {
            if (n == NUMBER_DIGITS_MAX || n + 2 >= cap)
                return false;
            out[++n] = (char)c;
        } else if (!strchr(" -./()", c) || c == 0) {
            return false;
        }
    }
    out[0] = '+';
    out[n + 1] = 0;
    return n >= NUMBER_DIGITS_MIN && out[1] != '0';
}

static const char *judge(const struct slice field[static PLACES_FIELDS],
    char *number, size_t cap, enum places_field *at)
{
    for (int f = 0; f < PLACES_FIELDS; f++) {
        *at = (enum places_field)f;
        if (field[f].len > fields[f].max)
            return "is too long";
        if (!utf8_valid(field[f]))
            return "is not UTF-8";
        for (size_t i = 0; i < field[f].len; i++)
            if (field[f].ptr[i] == 0)
                return "holds a NUL";
    }
    *at = PLACES_NAME;
    if (field[PLACES_NAME].len == 0)
        return "is missing";
    *at = PLACES_NUMBER;
    if (field[PLACES_NUMBER].len == 0)
        return "is missing";
    if (!places_number(field[PLACES_NUMBER], number, cap))
        return "is no number with + and its country, as +49301234567";
    if (guard_number_forbidden(slice_str(number)))
        return "is an emergency or premium number";
    return NULL;
}

/* Copies s behind the rest; the memory does not move. */
static struct slice keep(struct buf *text, struct slice s)
{
    size_t at = text->len;

    buf_add(text, s);
    return text->bad ? SLICE("") : slice_of(text->ptr + at, s.len);
}

static struct slice keep_key(struct buf *text, struct slice s)
{
    size_t at = text->len;

    place_key(text, s);
    return text->bad ? SLICE("") : slice_of(text->ptr + at, text->len - at);
}

static uint8_t count_words(struct slice key)
{
    uint8_t n = 0;

    while (key.len && n < UINT8_MAX) {
        slice_cut(&key, ' ');
        n++;
    }
    return n;
}

/* The slot that holds the number's place (index + 1), or would; NULL: full.
 * Open addressing, FNV-1a. */
static uint32_t *slot_of(const struct places *p, struct slice number)
{
    uint32_t h = 2166136261u;

    for (size_t i = 0; i < number.len; i++)
        h = (h ^ number.ptr[i]) * 16777619u;
    for (size_t i = 0; i < p->slots; i++) {
        uint32_t *s = &p->slot[(h + i) & (p->slots - 1)];

        if (*s == 0 || slice_eq(p->at[*s - 1].number, number))
            return s;
    }
    return NULL;
}

/* Where it was already, or the next free one; NULL: full. */
static struct place *seat(struct places *p, struct slice number)
{
    uint32_t *s = slot_of(p, number);

    if (!s || (*s == 0 && p->n == p->max))
        return NULL;
    if (*s == 0)
        *s = (uint32_t)++p->n;
    return &p->at[*s - 1];
}

const char *places_add(struct places *p,
    const struct slice field[static PLACES_FIELDS], enum places_field *at)
{
    char number[NUMBER_DIGITS_MAX + 3];
    const char *why = judge(field, number, sizeof number, at);
    size_t before = p->text.len;
    struct slice s[PLACES_FIELDS], near;
    struct place one, *to;

    if (why)
        return why;
    for (int f = 0; f < PLACES_FIELDS; f++)
        s[f] = keep(&p->text, f == PLACES_NUMBER ? slice_str(number)
            : field[f]);
    one = (struct place){s[PLACES_NAME], s[PLACES_NUMBER], s[PLACES_CITY],
        s[PLACES_ZONE], s[PLACES_CUISINE], s[PLACES_HOURS], s[PLACES_NOTES],
        keep_key(&p->text, s[PLACES_NAME]), {NULL, 0}, 0};
    near = keep_key(&p->text, s[PLACES_CITY]);
    one.city_words = count_words(near);
    for (int f = PLACES_CUISINE; f <= PLACES_NOTES; f++)
        if (f != PLACES_HOURS && s[f].len) {
            buf_addc(&p->text, ' ');
            keep_key(&p->text, s[f]);
        }
    one.near = slice_of(near.ptr, (size_t)(p->text.ptr + p->text.len
        - near.ptr));
    if (near.len == 0)
        one.near = slice_trim(one.near);
    to = p->text.bad ? NULL : seat(p, one.number);
    if (!to) {
        p->text.len = before;
        p->text.bad = false;
        *at = PLACES_FIELDS;
        return "there is no room for more places";
    }
    *to = one;
    return NULL;
}

const struct place *places_by_number(const struct places *p,
    struct slice number)
{
    const uint32_t *s = slot_of(p, number);

    return s && *s ? &p->at[*s - 1] : NULL;
}

/* ---- files ---- */

struct reading {
    struct places *p;
    void (*fault)(void *, const struct places_fault *);
    void *arg;
    size_t faults;
};

static void complain(struct reading *r, unsigned line, unsigned column,
    const char *field, const char *why)
{
    r->faults++;
    if (r->fault)
        r->fault(r->arg, &(struct places_fault){line, column, field, why});
}

/* Which column holds which field.  False when it is no such table. */
static bool read_head(struct reading *r, const struct csv *c,
    const struct csv_field *head, size_t n, enum places_field *of)
{
    uint8_t mem[64];
    bool have[PLACES_FIELDS + 1] = {false};

    for (size_t i = 0; i < n; i++) {
        struct buf name;

        buf_over(&name, mem, sizeof mem);
        csv_text(&head[i], &name);
        of[i] = field_of(slice_trim(buf_slice(&name)));
        if (of[i] != PLACES_FIELDS && have[of[i]]) {
            complain(r, c->line, head[i].column, field_name(of[i]),
                "is named by two columns");
            return false;
        }
        have[of[i]] = true;
    }
    for (int f = PLACES_NAME; f <= PLACES_NUMBER; f++)
        if (!have[f]) {
            complain(r, c->line, 1, field_name((enum places_field)f),
                "is no column: the first line must name the columns");
            return false;
        }
    return true;
}

/* A row's texts lie behind the list's own for as long as they are looked at. */
static void read_row(struct reading *r, const struct csv *c,
    const struct csv_field *row, size_t n, const enum places_field *of)
{
    struct slice value[PLACES_FIELDS] = {{NULL, 0}};
    unsigned column[PLACES_FIELDS + 1] = {0};
    struct buf *text = &r->p->text;
    enum places_field at;
    const char *why;

    for (size_t i = 0; i < n; i++) {
        size_t before = text->len;

        if (of[i] == PLACES_FIELDS)
            continue;
        column[of[i]] = row[i].column;
        csv_text(&row[i], text);
        if (!text->bad)
            value[of[i]] = slice_trim_all(slice_of(text->ptr + before,
                text->len - before));
    }
    why = places_add(r->p, value, &at);
    if (why)
        complain(r, c->line, column[at] ? column[at] : 1,
            at == PLACES_FIELDS ? NULL : field_name(at), why);
}

static void read_csv(struct reading *r, struct slice text)
{
    struct csv_field row[COLUMNS];
    enum places_field of[COLUMNS];
    struct csv c;
    size_t n, columns;
    int rc;

    csv_begin(&c, text);
    rc = csv_next(&c, row, COLUMNS, &columns);
    if (rc == 0)
        complain(r, 1, 1, NULL, "the file is empty");
    if (rc > 0 && !read_head(r, &c, row, columns, of))
        return;
    while (rc > 0 && (rc = csv_next(&c, row, columns, &n)) > 0)
        read_row(r, &c, row, n, of);
    if (rc < 0)
        complain(r, c.fault_line, c.fault_column, NULL, c.why);
}

static void where(struct slice text, size_t at, unsigned *line,
    unsigned *column)
{
    *line = *column = 1;
    for (size_t i = 0; i < at && i < text.len; i++) {
        ++*column;
        if (text.ptr[i] == '\n') {
            ++*line;
            *column = 1;
        }
    }
}

static void complain_at(struct reading *r, struct slice text,
    const uint8_t *byte, const char *field, const char *why)
{
    unsigned line, column;

    where(text, (size_t)(byte - text.ptr), &line, &column);
    complain(r, line, column, field, why);
}

static void read_object(struct reading *r, struct slice text, struct json of)
{
    struct slice value[PLACES_FIELDS] = {{NULL, 0}}, key;
    const uint8_t *byte[PLACES_FIELDS + 1] = {NULL};
    struct json_walk walk = {.of = of};
    struct buf *out = &r->p->text;
    struct json v;
    enum places_field at;
    const char *why;

    if (of.type != JSON_OBJECT) {
        complain_at(r, text, of.text.ptr, NULL, "is no object");
        return;
    }
    while (json_next(&walk, &key, &v)) {
        size_t before = out->len;

        at = field_of(key);
        if (at == PLACES_FIELDS || v.type == JSON_NULL)
            continue;
        byte[at] = v.text.ptr;
        if (v.type != JSON_STRING) {
            complain_at(r, text, v.text.ptr, field_name(at),
                "is no string");
            return;
        }
        json_text(v, out);
        if (!out->bad)
            value[at] = slice_trim_all(slice_of(out->ptr + before,
                out->len - before));
    }
    why = places_add(r->p, value, &at);
    if (why)
        complain_at(r, text, byte[at] ? byte[at] : of.text.ptr,
            at == PLACES_FIELDS ? NULL : field_name(at), why);
}

static void read_json(struct reading *r, struct slice text)
{
    struct json_fault fault;
    struct json all, one;
    struct json_walk walk = {.at_ = 0};

    if (json_parse(text, &all, &fault)) {
        complain_at(r, text, text.ptr + fault.at, NULL, fault.why);
        return;
    }
    if (all.type == JSON_OBJECT)
        all = json_get(all, "places");
    if (all.type != JSON_ARRAY) {
        complain(r, 1, 1, NULL, "is no array of places");
        return;
    }
    walk.of = all;
    while (json_next(&walk, NULL, &one))
        read_object(r, text, one);
}

static struct slice without_bom(struct slice text)
{
    return slice_starts(text, "\xef\xbb\xbf") ? slice_from(text, 3) : text;
}

static bool is_json(struct slice text)
{
    text = slice_trim_all(text);
    return text.len && (text.ptr[0] == '[' || text.ptr[0] == '{');
}

size_t places_read(struct places *p, struct slice text,
    void (*fault)(void *arg, const struct places_fault *f), void *arg)
{
    struct reading r = {p, fault, arg, 0};

    text = without_bom(text);
    if (is_json(text))
        read_json(&r, text);
    else
        read_csv(&r, text);
    return r.faults;
}

size_t places_count(struct slice text)
{
    bool json = is_json(without_bom(text));
    size_t n = 0;

    for (size_t i = 0; i < text.len; i++)
        n += text.ptr[i] == (json ? '{' : '\n') || (!json
            && text.ptr[i] == '\r');
    return n + 1 < PLACES_MAX ? n + 1 : PLACES_MAX;
}

void places_write(struct buf *out, const struct place *list, size_t n)
{
    buf_adds(out, "name,number,city,zone,cuisine,hours,notes\r\n");
    for (size_t i = 0; i < n; i++) {
        const struct place *p = &list[i];

        csv_add(out, p->name, true);
        csv_add(out, p->number, false);
        csv_add(out, p->city, false);
        csv_add(out, p->zone, false);
        csv_add(out, p->cuisine, false);
        csv_add(out, p->hours, false);
        csv_add(out, p->notes, false);
        buf_adds(out, "\r\n");
    }
}
