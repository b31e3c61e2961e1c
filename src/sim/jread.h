/* jread.h - a small strict JSON reader of the stand-ins' own.
 *
 * RFC 8259 to the letter: no duplicate keys, no bad UTF-8, no lone surrogates.
 * Everything is decoded into a fixed pool of nodes and text; a message that
 * does not fit is refused like a malformed one.  It judges exact key sets, so
 * the questions are "is this a string" and "is there a key I do not know".
 */
#ifndef SIM_JREAD_H
#define SIM_JREAD_H

#include "base/buf.h"
#include "base/slice.h"

#define JREAD_NODES 2000
#define JREAD_TEXT (4u << 20)
#define JREAD_DEPTH 32

enum jkind { J_NULL, J_BOOL, J_NUMBER, J_STRING, J_ARRAY, J_OBJECT };

struct jnode {
    enum jkind kind;
    struct slice key;           /* decoded; absent in arrays and at the root */
    struct slice text;          /* decoded string */
    struct slice raw;           /* the value as it stood in the input */
    double number;
    int64_t whole;              /* the number, when is_whole */
    bool is_whole, yes;
    const struct jnode *child, *next;
    size_t size;                /* members or elements */
};

struct jread {
    struct jnode node[JREAD_NODES];
    uint8_t text[JREAD_TEXT];
    size_t nodes, used;
    const char *why;            /* a constant reason, after a refusal */
    size_t at;                  /* and the byte it is about */
    struct slice in_;           /* private */
};

/* The root, or NULL with why and at.  It points into j and into the input. */
const struct jnode *jread(struct jread *j, struct slice in);

/* All of these take NULL and answer "no". */
const struct jnode *jread_get(const struct jnode *n, const char *key);
bool jread_is(const struct jnode *n, enum jkind kind);
bool jread_eq(const struct jnode *n, const char *text);     /* that string */
struct slice jread_text(const struct jnode *n);     /* absent: no string */

/* The first key of n that is not in the list of names with blanks between
 * them, or an absent slice. */
struct slice jread_unknown(const struct jnode *n, const char *names);

/* Appends s as a JSON string, quotes included (the writing side). */
void jread_quote(struct buf *out, struct slice s);

#endif
