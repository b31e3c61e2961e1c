/* xml.h - the XML that TwiML needs: reader and writer.
 *
 * Reader: a step parser over a whole document in memory, well-formedness
 * checked (XML 1.0: names, quotes, entities, nesting, one root, no byte before
 * the declaration, control characters refused; DOCTYPE refused).  Line and
 * column of every event are known, for lint.
 */
#ifndef CODEC_XML_H
#define CODEC_XML_H

#include "base/buf.h"
#include "base/slice.h"

#define XML_DEPTH 32
#define XML_ATTRS 32

enum xml_event {
    XML_OPEN,           /* name and attributes are set */
    XML_CLOSE,          /* name is set; also after an empty element */
    XML_TEXT,           /* text is set, raw: entities not decoded.  A text may
                           come in pieces, cut at comments and CDATA */
    XML_DONE,           /* the document is complete and well-formed */
    XML_BAD             /* why and at say what is wrong; it stays so */
};

struct xml_attr {
    struct slice name, value;   /* value raw: entities not decoded */
    size_t at;                  /* offset of the name */
};

struct xml {                    /* zero it, set doc */
    struct slice doc;
    struct slice name, text;
    struct xml_attr attr[XML_ATTRS];
    size_t attrs;
    bool cdata;                 /* the text is literal: nothing to decode */
    size_t at;                  /* offset of the event (or of the fault) */
    const char *why;            /* constant */
    size_t pos_;                /* private */
    struct slice open_[XML_DEPTH];
    size_t depth_;
    uint8_t state_;
    bool ascii_;                /* another encoding than UTF-8 was declared */
};

enum xml_event xml_next(struct xml *x);

/* Raw value of an attribute of the open event; absent if none. */
struct slice xml_attr(const struct xml *x, const char *name);

/* Decodes entities and character references into out.  -1 if one is bad. */
int xml_text(struct slice raw, struct buf *out);

/* Line and column, both from 1, column in characters, of an offset. */
void xml_where(struct slice doc, size_t at, unsigned *line, unsigned *column);

/* Writer: escapes for text and for attribute values; characters that XML 1.0
 * cannot hold become U+FFFD. */
void xml_escape(struct buf *out, struct slice s);

#endif
