/* doctor_table.h - fault, number, line: a row for each of Twilio's numbers that
 * a test makes doctor say, as the README has them.
 *
 * table_judge("way") compares them with what stands there between the marks of
 * that name.  With DOCTOR_TABLE=FILE they are written there instead:
 * tests/doctor_table.sh.
 */
#ifndef TESTS_APP_DOCTOR_TABLE_H
#define TESTS_APP_DOCTOR_TABLE_H

#include <ctype.h>
#include <stdlib.h>

#include "app/probe.h"
#include "tests/tap.h"

#define TABLE_ROWS 64
#define TABLE_MAX 65536

static struct {
    int number;
    char row[1600];
} table[TABLE_ROWS];
static size_t table_rows;

/* Of a number at s, "0.4" too: how long, and is it one that differs from run to
 * run, a port, a time, a length? */
static inline size_t table_number(const char *begin, const char *s,
    const char **say)
{
    size_t n = strspn(s, "0123456789");
    bool port = (s > begin && s[-1] == ':')
        || (s >= begin + 5 && strncmp(s - 5, "port ", 5) == 0);

    if (!n)
        return 0;
    if (n == 4 && s[4] == '-' && isdigit((unsigned char)s[5])) {
        *say = "DATE";
        return strspn(s, "0123456789-");
    }
    if (s[n] == '.' && isdigit((unsigned char)s[n + 1]))
        n += 1 + strspn(s + n + 1, "0123456789");
    if (n > 3 && port)
        *say = "PORT";
    else if (strncmp(s + n, " ms", 3) == 0 || strncmp(s + n, " s ", 3) == 0
        || strcmp(s + n, " s") == 0)
        *say = "N";
    return n;
}

/* What a line says whenever it is said, for a cell of a table. */
static inline void table_words(char *to, size_t cap, const char *s)
{
    const char *begin = s;
    size_t n = 0;

    while (*s && n + 16 < cap) {
        const char *say = NULL;
        size_t used = table_number(begin, s, &say);

        if (strncmp(s, "/tmp/certs", 10) == 0) {
            say = "/tmp/...";
            used = strcspn(s, " ,:;");
        }
        if (say) {
            n += (size_t)snprintf(to + n, cap - n, "%s", say);
            s += used;
            continue;
        }
        if (*s == '|' || *s == '<')
            to[n++] = '\\';
        to[n++] = *s++;
        for (; used > 1; used--)
            to[n++] = *s++;
    }
    to[n] = 0;
}

static inline void table_add(const char *what, const struct probe_result *r)
{
    char cause[900], remedy[600];
    size_t i = 0;

    if (!r->twilio)
        return;
    while (i < table_rows && table[i].number < r->twilio)
        i++;
    if (i < table_rows && table[i].number == r->twilio)
        return;                 /* one a number */
    if (table_rows == TABLE_ROWS)
        abort();
    memmove(table + i + 1, table + i, (table_rows++ - i) * sizeof *table);
    table[i].number = r->twilio;
    table_words(cause, sizeof cause, r->cause);
    table_words(remedy, sizeof remedy, r->remedy);
    snprintf(table[i].row, sizeof table[i].row, "| %s | %d | `%s %s`: %s -> %s "
        "|\n", what, r->twilio, probe_status_name(r->status), r->name, cause,
        remedy);
}

static inline size_t table_read(const char *path, char *to, size_t cap)
{
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(to, 1, cap - 1, f) : 0;

    to[n] = 0;
    if (f)
        fclose(f);
    return n;
}

/* The rows between the marks; NULL and nothing when they are not there. */
static inline char *table_between(char *text, const char *name)
{
    char from[64], to[64], *begin, *end;

    snprintf(from, sizeof from, "<!-- doctor %s -->\n", name);
    snprintf(to, sizeof to, "<!-- end of %s -->", name);
    begin = strstr(text, from);
    end = begin ? strstr(begin, to) : NULL;
    if (!end)
        return NULL;
    *end = 0;
    return begin + strlen(from);
}

static inline void table_judge(const char *name)
{
    static char all[TABLE_MAX], readme[4 * TABLE_MAX];
    const char *file = getenv("DOCTOR_TABLE"), *there;
    FILE *f = file ? fopen(file, "w") : NULL;
    size_t n = 0;

    n += (size_t)snprintf(all, sizeof all, "| fault | number | what doctor "
        "says |\n|---|---|---|\n");
    for (size_t i = 0; i < table_rows; i++)
        n += (size_t)snprintf(all + n, sizeof all - n, "%s", table[i].row);
    if (file) {
        tap_ok(f && fputs(all, f) >= 0 && fclose(f) == 0, "%zu rows in %s",
            table_rows, file);
        return;
    }
    if (!table_read("README.md", readme, sizeof readme)) {
        tap_ok(true, "the README's table # SKIP no README.md here");
        return;
    }
    there = table_between(readme, name);
    tap_ok(there && strcmp(there, all) == 0, "the README's table \"%s\" is "
        "what was said here, %zu rows", name, table_rows);
    for (size_t i = 0; i < table_rows; i++)
        if (!there || !strstr(there, table[i].row))
            printf("#   not there (sh tests/doctor_table.sh): %s",
                table[i].row);
}

#endif
