/* conf_env.c - .env: NAME=value lines as other tools write them.
 *
 * "export" in front, blanks around, CRLF, a BOM and comments are fine.  Double
 * quotes know \n \t \" \\ and \$, single quotes nothing; a value without
 * quotes ends at " #".  A line that is none of it is an error, not a guess.
 */
#include "app/conf_impl.h"

static bool name_byte(uint8_t c, bool first)
{
    uint8_t l = byte_lower(c);

    return (l >= 'a' && l <= 'z') || c == '_'
        || (!first && c >= '0' && c <= '9');
}

static const char *take(struct env_walk *w, size_t *n, uint8_t c)
{
    if (*n + 1 >= sizeof w->text)
        return "the value is too long";
    w->text[(*n)++] = (char)c;
    return NULL;
}

static uint8_t escaped(uint8_t c)
{
    return c == 'n' ? '\n' : c == 't' ? '\t' : c;
}

/* s begins with a quote.  What follows the closing one may be a comment. */
static const char *quoted(struct env_walk *w, struct slice s, size_t *n)
{
    uint8_t quote = s.ptr[0];
    const char *bad = NULL;
    size_t i = 1;

    for (; i < s.len && s.ptr[i] != quote && !bad; i++) {
        uint8_t c = s.ptr[i];

        if (c == '\\' && quote == '"' && i + 1 < s.len)
            c = escaped(s.ptr[++i]);
        bad = take(w, n, c);
    }
    if (bad)
        return bad;
    if (i >= s.len)
        return "the quote is not closed";
    s = slice_trim(slice_from(s, i + 1));
    return s.len && s.ptr[0] != '#' ? "something follows the quote" : NULL;
}

static const char *plain(struct env_walk *w, struct slice s, size_t *n)
{
    const char *bad = NULL;
    size_t len = 0;

    for (; len < s.len; len++)
        if (s.ptr[len] == '#' && (len == 0 || s.ptr[len - 1] == ' '
            || s.ptr[len - 1] == '\t'))
            break;
    s = slice_trim(slice_head(s, len));
    for (size_t i = 0; i < s.len && !bad; i++)
        bad = take(w, n, s.ptr[i]);
    return bad;
}

static struct slice without_bom(struct slice s)
{
    return slice_starts(s, "\xef\xbb\xbf") ? slice_from(s, 3) : s;
}

int env_next(struct env_walk *w, struct env_line *l, const char **why)
{
    while (w->rest.len) {
        struct slice line, value;
        size_t n = 0, i = 0;

        if (w->line++ == 0)
            w->rest = without_bom(w->rest);
        line = slice_trim_all(slice_cut(&w->rest, '\n'));
        if (!line.len || line.ptr[0] == '#')
            continue;
        if (slice_starts(line, "export ") || slice_starts(line, "export\t"))
            line = slice_trim(slice_from(line, 7));
        while (i < line.len && name_byte(line.ptr[i], i == 0))
            i++;
        l->name = slice_head(line, i);
        value = slice_trim(slice_from(line, i));
        *why = !i ? "it does not begin with a name" : "a name without =";
        if (!i || !value.len || value.ptr[0] != '=')
            return -1;
        value = slice_trim(slice_from(value, 1));
        *why = value.len && (value.ptr[0] == '"' || value.ptr[0] == '\'')
            ? quoted(w, value, &n) : plain(w, value, &n);
        if (*why)
            return -1;
        w->text[n] = 0;
        l->value = slice_of(w->text, n);
        l->line = w->line;
        return 1;
    }
    return 0;
}
