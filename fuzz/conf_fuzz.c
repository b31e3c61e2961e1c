/* conf_fuzz.c - any bytes as a .env file, and its values as settings: names are
 * names, a secret is neither told nor printed, what was taken prints as JSON;
 * and a value that was quoted comes back as it was.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/conf_impl.h"
#include "base/text.h"
#include "codec/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct conf defaults, conf;

static bool is_name(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!(s.ptr[i] == '_' || (byte_lower(s.ptr[i]) >= 'a'
            && byte_lower(s.ptr[i]) <= 'z') || (i && s.ptr[i] >= '0'
            && s.ptr[i] <= '9')))
            return false;
    return s.len > 0;
}

/* Long enough that it stands nowhere by chance. */
static bool tells(struct slice text, struct slice secret)
{
    return secret.len >= 12 && slice_find(text, secret) != SLICE_NPOS;
}

static void put(const struct env_line *l)
{
    char why[200] = "";
    int i = conf_find(l->name);

    if (i < 0)
        return;
    if (conf_put(&conf, &conf_table[i], l->value, why, sizeof why)) {
        if (!why[0] || (conf_table[i].kind == KIND_SECRET
            && tells(slice_str(why), l->value)))
            abort();
    }
}

static void walk(struct slice text)
{
    struct env_walk w = {.rest = text};
    struct env_line l;
    const char *why = NULL;
    int r, line = 0;

    while ((r = env_next(&w, &l, &why)) > 0) {
        if (!is_name(l.name) || l.value.len >= CONF_LONG || l.line <= line
            || l.value.ptr[l.value.len])
            abort();
        line = l.line;
        put(&l);
    }
    if (r < 0 && !why)
        abort();
}

/* In place of secrets, a word that the input does not hold. */
#define SECRET "5ecre7-0f-7he-0wner"

static void print(struct slice in)
{
    struct buf out;
    struct slice rest;
    struct json j;

    for (size_t i = 0; i < conf_count; i++)
        if (conf_table[i].kind == KIND_SECRET)
            text_copy((char *)&conf + conf_table[i].at, conf_table[i].size,
                SLICE(SECRET));
    buf_init(&out, 4u << 20);
    conf_print(&conf, true, &out);
    rest = buf_slice(&out);
    if (!buf_ok(&out) || (tells(rest, SLICE(SECRET))
        && !tells(in, SLICE(SECRET))))
        abort();
    while (rest.len)
        if (json_parse(slice_cut(&rest, '\n'), &j, NULL)
            || json_get(j, "name").type != JSON_STRING)
            abort();
    buf_free(&out);
}

static void quoted(struct slice value)
{
    struct env_walk w;
    struct env_line l;
    const char *why = NULL;
    struct buf b;
    int r;

    buf_init(&b, 1u << 20);
    buf_adds(&b, "export X = \"");
    for (size_t i = 0; i < value.len; i++) {
        uint8_t c = value.ptr[i];

        if (c == '"' || c == '\\' || c == '\n')
            buf_addc(&b, '\\');
        buf_addc(&b, c == '\n' ? 'n' : c);
    }
    buf_adds(&b, "\" # so far");
    w = (struct env_walk){.rest = buf_slice(&b)};
    r = env_next(&w, &l, &why);
    if (value.len + 1 >= CONF_LONG ? r >= 0 : r != 1
        || !slice_eq(l.value, value))
        abort();
    buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err;

    if (!defaults.server_host[0] && conf_defaults(&defaults, &err))
        abort();
    conf = defaults;
    walk(slice_of(data, size));
    print(slice_of(data, size));
    quoted(slice_of(data, size));
    return 0;
}
