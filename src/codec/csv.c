/* csv.c - comma-separated values: RFC 4180 2. */
#include "codec/csv.h"

static bool is_end(uint8_t c)
{
    return c == '\n' || c == '\r';
}

/* The separator that the first record has most of, outside quotes. */
static uint8_t find_sep(struct slice text)
{
    static const uint8_t seps[] = {',', ';', '\t'};
    size_t count[3] = {0};
    uint8_t best = ',';
    bool quoted = false;

    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];

        quoted ^= c == '"';
        if (!quoted && is_end(c) && i)
            break;
        for (size_t k = 0; k < 3; k++)
            count[k] += !quoted && c == seps[k];
    }
    for (size_t k = 1, most = count[0]; k < 3; k++)
        if (count[k] > most) {
            most = count[k];
            best = seps[k];
        }
    return best;
}

void csv_begin(struct csv *c, struct slice text)
{
    if (slice_starts(text, "\xef\xbb\xbf"))
        text = slice_from(text, 3);
    *c = (struct csv){.rest = text, .sep = find_sep(text), .next_ = 1};
}

static int bad(struct csv *c, unsigned line, unsigned column, const char *why)
{
    c->why = why;
    c->fault_line = line;
    c->fault_column = column;
    c->rest = (struct slice){NULL, 0};
    return -1;
}

/* Skips one end of line, if one is there. */
static bool take_end(struct csv *c)
{
    if (c->rest.len == 0 || !is_end(c->rest.ptr[0]))
        return false;
    c->rest = slice_from(c->rest, slice_starts(c->rest, "\r\n") ? 2 : 1);
    c->next_++;
    return true;
}

/* Counts the line breaks inside a quoted field; at is behind the last. */
static unsigned breaks(struct slice s, size_t *at)
{
    unsigned n = 0;

    *at = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (!is_end(s.ptr[i]))
            continue;
        i += s.ptr[i] == '\r' && i + 1 < s.len && s.ptr[i + 1] == '\n';
        *at = i + 1;
        n++;
    }
    return n;
}

/* A quoted field; its opening quote is c->rest's first byte. */
static int take_quoted(struct csv *c, struct csv_field *f, unsigned *column)
{
    struct slice s = c->rest;
    size_t i = 1, last;
    unsigned lines;

    for (;; i++) {
        if (i >= s.len)
            return bad(c, c->next_, *column, "a quote is not closed");
        if (s.ptr[i] != '"')
            continue;
        if (i + 1 >= s.len || s.ptr[i + 1] != '"')
            break;
        i++;
    }
    f->raw = slice_of(s.ptr + 1, i - 1);
    f->quoted = true;
    lines = breaks(f->raw, &last);
    c->next_ += lines;
    *column = lines ? (unsigned)(f->raw.len - last) + 2
        : *column + (unsigned)i + 1;
    c->rest = slice_from(s, i + 1);
    if (c->rest.len && c->rest.ptr[0] != c->sep && !is_end(c->rest.ptr[0]))
        return bad(c, c->next_, *column, "something follows a closing quote");
    return 0;
}

static int take_bare(struct csv *c, struct csv_field *f, unsigned *column)
{
    size_t i = 0;

    while (i < c->rest.len && c->rest.ptr[i] != c->sep
        && !is_end(c->rest.ptr[i])) {
        if (c->rest.ptr[i] == '"')
            return bad(c, c->next_, *column + (unsigned)i,
                "a quote inside a field that is not quoted");
        i++;
    }
    f->raw = slice_head(c->rest, i);
    f->quoted = false;
    *column += (unsigned)i;
    c->rest = slice_from(c->rest, i);
    return 0;
}

int csv_next(struct csv *c, struct csv_field *field, size_t max, size_t *n)
{
    unsigned column = 1;

    *n = 0;
    if (c->why)
        return -1;
    while (take_end(c))
        continue;
    if (c->rest.len == 0)
        return 0;
    c->line = c->next_;
    for (;;) {
        struct csv_field f = {.column = column};
        bool quoted = c->rest.len && c->rest.ptr[0] == '"';

        if (quoted ? take_quoted(c, &f, &column)
            : take_bare(c, &f, &column))
            return -1;
        if (*n == max)
            return bad(c, c->line, f.column, "too many fields");
        field[(*n)++] = f;
        if (c->rest.len == 0 || take_end(c))
            return 1;
        c->rest = slice_from(c->rest, 1);
        column++;
    }
}

void csv_text(const struct csv_field *field, struct buf *out)
{
    struct slice s = field->raw;

    while (field->quoted && s.len) {
        size_t at = slice_find(s, SLICE("\"\""));

        if (at == SLICE_NPOS)
            break;
        buf_add(out, slice_head(s, at + 1));
        s = slice_from(s, at + 2);
    }
    buf_add(out, s);
}

/* What would be read as something else when bare. */
static bool must_quote(struct slice v)
{
    if (v.len == 0)
        return false;
    for (size_t i = 0; i < v.len; i++)
        if (is_end(v.ptr[i]) || v.ptr[i] == '"' || v.ptr[i] == ','
            || v.ptr[i] == ';' || v.ptr[i] == '\t')
            return true;
    return v.ptr[0] == ' ' || v.ptr[v.len - 1] == ' '
        || slice_starts(v, "\xef\xbb\xbf");
}

void csv_add(struct buf *out, struct slice value, bool first)
{
    if (!first)
        buf_addc(out, ',');
    if (!must_quote(value)) {
        buf_add(out, value);
        return;
    }
    buf_addc(out, '"');
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == '"')
            buf_addc(out, '"');
        buf_addc(out, value.ptr[i]);
    }
    buf_addc(out, '"');
}
