/* jsonw.h - writes JSON into a buf, commas and escapes by itself.
 *
 * Cannot fail but through buf.bad.  Text that is not UTF-8 has its bad bytes
 * replaced by U+FFFD.
 *
 *   jsonw_begin(&w, &buf);
 *   jsonw_object(&w);
 *     jsonw_kstr(&w, "event", SLICE("clear"));
 *   jsonw_end(&w);
 */
#ifndef CODEC_JSONW_H
#define CODEC_JSONW_H

#include "base/buf.h"

#define JSONW_DEPTH 32

struct jsonw {
    struct buf *out;
    uint8_t depth_;
    bool comma_;                /* a comma is due before the next value */
    char close_[JSONW_DEPTH];   /* what closes each open level */
};

void jsonw_begin(struct jsonw *w, struct buf *out);

void jsonw_object(struct jsonw *w);             /* { */
void jsonw_array(struct jsonw *w);              /* [ */
void jsonw_end(struct jsonw *w);                /* closes the innermost */
void jsonw_key(struct jsonw *w, const char *key);
void jsonw_keyn(struct jsonw *w, struct slice key);

void jsonw_str(struct jsonw *w, struct slice s);    /* absent: null */
void jsonw_int(struct jsonw *w, int64_t n);
void jsonw_ms(struct jsonw *w, int64_t ms);     /* seconds with 3 decimals */
void jsonw_bool(struct jsonw *w, bool b);
void jsonw_null(struct jsonw *w);
void jsonw_raw(struct jsonw *w, struct slice json);     /* valid JSON */

/* A key and its value. */
void jsonw_kstr(struct jsonw *w, const char *key, struct slice s);
void jsonw_kcstr(struct jsonw *w, const char *key, const char *s); /* or NULL */
void jsonw_kint(struct jsonw *w, const char *key, int64_t n);
void jsonw_kbool(struct jsonw *w, const char *key, bool b);
void jsonw_knull(struct jsonw *w, const char *key);
void jsonw_kraw(struct jsonw *w, const char *key, struct slice json);
void jsonw_kobject(struct jsonw *w, const char *key);
void jsonw_karray(struct jsonw *w, const char *key);

/* Escapes s as the inside of a JSON string, without quotes: RFC 8259 7. */
void jsonw_escape(struct buf *out, struct slice s);

#endif
