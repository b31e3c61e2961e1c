/* csv.h - comma-separated values: RFC 4180, and what people's tables look like.
 *
 * Quotes, doubled quotes, line breaks inside quotes, CRLF, LF or CR at the end
 * of a record, a BOM in front.  The separator is "," or ";" or a tab, whichever
 * the first record uses.  Nothing is allocated; fields are slices of the text.
 */
#ifndef CODEC_CSV_H
#define CODEC_CSV_H

#include "base/buf.h"
#include "base/slice.h"

struct csv_field {
    struct slice raw;       /* between its quotes; a quote in it stands twice */
    bool quoted;
    unsigned column;        /* of its first byte in its line, from 1 */
};

struct csv {
    struct slice rest;
    unsigned line;          /* the record read last began there, from 1 */
    unsigned fault_line, fault_column;
    const char *why;        /* constant; NULL until something is wrong */
    uint8_t sep;
    unsigned next_;         /* line of what is read next */
};

void csv_begin(struct csv *c, struct slice text);

/* The next record's fields, at most max.  1; 0 at the end; -1: why, fault_line
 * and fault_column say what is wrong, and reading ends.  Empty lines are
 * skipped. */
int csv_next(struct csv *c, struct csv_field *field, size_t max, size_t *n);

/* The field's text, quotes undone, appended. */
void csv_text(const struct csv_field *field, struct buf *out);

/* Appends a field, quoted when it must be; sep before it unless first. */
void csv_add(struct buf *out, struct slice value, bool first);

#endif
