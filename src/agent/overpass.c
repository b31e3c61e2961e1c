/* overpass.c - what Overpass is asked, and what its answer holds. */
#include "agent/overpass.h"

#include <string.h>

#include "codec/json.h"
#include "codec/utf8.h"

#define NUMBER_MAX 40           /* bytes of a number, as it is written */

/* ---- the query ---- */

/* The longest word of the name's key that is its own: what a regular
 * expression can find. */
static struct slice longest(struct slice key)
{
    struct slice best = {NULL, 0};

    while (key.len) {
        struct slice one = slice_cut(&key, ' ');

        if (one.len > best.len && !place_common(one))
            best = one;
    }
    return best;
}

/* A key has lost accents and doubled vowels: "muller" stands for "Müller" and
 * "Mueller".  Letters and digits alone are left in it, so nothing needs to be
 * escaped. */
static void add_pattern(struct buf *out, struct slice word)
{
    for (size_t i = 0; i < word.len; i++) {
        uint8_t c = word.ptr[i];

        if (strchr("aeiou", c))
            buf_adds(out, ".{1,2}");
        else if (c < 0x80)
            buf_addc(out, c);
        else
            buf_addc(out, '.');
    }
}

/* Inside quotes of Overpass QL. */
static void add_quoted(struct buf *out, struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\\')
            buf_addc(out, '\\');
        buf_addc(out, s.ptr[i] < ' ' ? ' ' : s.ptr[i]);
    }
}

bool overpass_query(struct buf *out, struct slice name,
    const struct overpass_area *area)
{
    uint8_t mem[PLACE_KEY];
    struct buf key;
    struct slice word;

    buf_over(&key, mem, sizeof mem);
    place_key(&key, name);
    word = longest(buf_slice(&key));
    if (word.len < 2 || area->city.len == 0 || !utf8_valid(area->city))
        return false;
    buf_addf(out, "[out:json][timeout:%d];area[\"name\"=\"",
        OVERPASS_SECONDS);
    add_quoted(out, area->city);
    buf_adds(out, "\"][\"boundary\"=\"administrative\"]->.a;nwr[\"amenity\"~"
        "\"^(restaurant|cafe|bar|pub|biergarten|fast_food)$\"][\"name\"~\"");
    add_pattern(out, word);
    buf_addf(out, "\",i](area.a);out tags %d;", OVERPASS_ROWS);
    return true;
}

/* ---- the answer ---- */

/* "030 12 34; 030 56 78": the first one, with its country. */
static struct slice whole_number(struct slice text, struct slice code,
    char *out, size_t cap)
{
    struct slice first = slice_trim(slice_cut(&text, ';'));
    struct buf b;
    bool italy = slice_is(code, "+39");     /* whose zero is dialled */

    buf_over(&b, out, cap);
    if (slice_starts(first, "+") || slice_starts(first, "00")
        || code.len == 0)
        return first;
    if (slice_starts(first, "0") && !italy)
        first = slice_from(first, 1);
    else if (slice_is(code, "+1") && slice_starts(first, "1"))
        first = slice_from(first, 1);
    buf_add(&b, code);
    buf_add(&b, first);
    return buf_ok(&b) ? buf_slice(&b) : SLICE("");
}

static const struct {
    const char *tag;
    enum places_field field;
} tags[] = {        /* a later one of a field counts when it is there */
    {"name", PLACES_NAME}, {"contact:phone", PLACES_NUMBER},
    {"phone", PLACES_NUMBER}, {"addr:city", PLACES_CITY},
    {"cuisine", PLACES_CUISINE}, {"opening_hours", PLACES_HOURS},
};

static bool add(struct places *p, struct json of,
    const struct overpass_area *area)
{
    struct slice value[PLACES_FIELDS] = {{NULL, 0}}, key;
    struct json_walk walk = {.of = of};
    char number[NUMBER_MAX];
    enum places_field at;
    struct json v;
    size_t began = p->text.len;

    while (json_next(&walk, &key, &v))
        for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
            size_t before = p->text.len;

            if (!slice_is(key, tags[i].tag) || !json_text(v, &p->text)
                || p->text.bad)
                continue;
            value[tags[i].field] = slice_of(p->text.ptr + before,
                p->text.len - before);
        }
    value[PLACES_NUMBER] = whole_number(value[PLACES_NUMBER], area->code,
        number, sizeof number);
    if (value[PLACES_CITY].len == 0)
        value[PLACES_CITY] = area->city;
    if (places_add(p, value, &at) == NULL)
        return true;
    p->text.len = began;
    p->text.bad = false;
    return false;
}

int overpass_read(struct places *p, struct slice answer,
    const struct overpass_area *area, const char **why)
{
    struct json_fault fault;
    struct json all, list, one;
    struct json_walk walk = {.at_ = 0};
    int n = 0;

    *why = "no JSON";
    if (json_parse(answer, &all, &fault))
        return -1;
    list = json_get(all, "elements");
    *why = "no elements in it";
    if (list.type != JSON_ARRAY)
        return -1;
    /* A query that ran out of time answers 200 with what it had. */
    *why = "it ran out of time";
    if (json_get(all, "remark").type == JSON_STRING
        && !json_next(&(struct json_walk){.of = list}, NULL, &one))
        return -1;
    walk.of = list;
    while (n < OVERPASS_ROWS && json_next(&walk, NULL, &one))
        n += add(p, json_get(one, "tags"), area);
    return n;
}
