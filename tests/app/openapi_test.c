/* openapi_test.c - web/openapi.json names every door of the server's tables,
 * and no other.
 */
#include "web/openapi.h"

#include "../tap.h"
#include "app/server.h"
#include "base/text.h"
#include "codec/json.h"

#define DOORS_MAX 200

struct door {
    char text[96];              /* "get /v1/calls/{id}" */
};

struct doors {
    struct door list[DOORS_MAX];
    size_t n;
};

static void add(struct doors *to, const char *method, const char *path)
{
    if (to->n < DOORS_MAX)
        text_fmt(to->list[to->n++].text, sizeof to->list->text, "%s %s",
            method, path);
}

static bool has(const struct doors *d, const char *text)
{
    for (size_t i = 0; i < d->n; i++)
        if (strcmp(d->list[i].text, text) == 0)
            return true;
    return false;
}

static const struct {
    int bit;
    const char *name;
} methods[] = {{M_GET, "get"}, {M_POST, "post"}, {M_PUT, "put"},
    {M_DELETE, "delete"}};

#define METHODS (sizeof methods / sizeof *methods)

static void add_all(struct doors *to, int bits, const char *path)
{
    for (size_t i = 0; i < METHODS; i++)
        if (bits & methods[i].bit)
            add(to, methods[i].name, path);
}

/* What the tables have; a trailing "*" is a parameter, and behind a call's are
 * its own doors. */
static void read_tables(struct doors *to)
{
    char path[96];

    for (const struct route *r = server_routes; r->path; r++) {
        size_t n = strlen(r->path);

        if (strcmp(r->path, "/v1/calls/*") == 0) {
            for (const struct call_door *d = call_doors; d->name; d++) {
                text_fmt(path, sizeof path, "/v1/calls/{id}%s%s",
                    d->name[0] ? "/" : "", d->name);
                tap_ok((d->method & ~r->methods) == 0,
                    "the route lets %s of a call through",
                    d->name[0] ? d->name : "itself");
                add_all(to, d->method, path);
            }
        } else if (strcmp(r->path, "/calls/*") == 0) {
            add_all(to, r->methods, "/calls/{id}/status");
        } else if (strcmp(r->path, "/media-stream/*") == 0) {
            add_all(to, r->methods, "/media-stream/{call_id}");
        } else if (strcmp(r->path, "/web/*") == 0) {
            add_all(to, r->methods, "/web/{file}");
        } else {
            tap_ok(r->path[n - 1] != '*', "%s is whole", r->path);
            add_all(to, r->methods, r->path);
        }
    }
}

static void read_document(struct json doc, struct doors *to)
{
    struct json_walk paths = {.of = json_get(doc, "paths")}, ops;
    struct slice key, method;
    struct json item, op;
    char path[96], name[16];

    while (json_next(&paths, &key, &item)) {
        text_fmt(path, sizeof path, "%.*s", SLICE_ARG(key));
        ops = (struct json_walk){.of = item};
        while (json_next(&ops, &method, &op)) {
            text_fmt(name, sizeof name, "%.*s", SLICE_ARG(method));
            add(to, name, path);
            tap_ok(json_get(op, "operationId").type == JSON_STRING
                && json_get(op, "summary").type == JSON_STRING
                && json_get(op, "security").type == JSON_ARRAY
                && json_get(op, "responses").type == JSON_OBJECT,
                "%s %s: id, summary, security, answers", name, path);
        }
    }
}

int main(void)
{
    static struct doors tables, document;
    struct json_fault fault = {0};
    struct json doc;

    if (json_parse(openapi_text(), &doc, &fault)) {
        tap_ok(false, "JSON: %s at byte %zu", fault.why, fault.at);
        return tap_done();
    }
    tap_ok(json_is(json_get(doc, "openapi"), "3.1.0"), "OpenAPI 3.1");
    read_tables(&tables);
    read_document(doc, &document);
    tap_ok(tables.n > 30 && tables.n < DOORS_MAX, "%zu doors", tables.n);
    for (size_t i = 0; i < tables.n; i++)
        tap_ok(has(&document, tables.list[i].text),
            "the document has %s", tables.list[i].text);
    for (size_t i = 0; i < document.n; i++)
        tap_ok(has(&tables, document.list[i].text),
            "the server has %s", document.list[i].text);
    return tap_done();
}
