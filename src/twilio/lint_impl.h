/* lint_impl.h - what the lint*.c files share.  Private. */
#ifndef TWILIO_LINT_IMPL_H
#define TWILIO_LINT_IMPL_H

#include "codec/xml.h"
#include "twilio/lint.h"

/* ---- lint_rules.c: what can be wrong ---- */

enum lint_rule {
    /* the document: twilio 2.1, 2.2 */
    R_EMPTY, R_LONG, R_INLINE_LONG, R_BLANK, R_XML, R_HTML, R_ROOT,
    R_ROOT_CASE, R_VERSION,
    /* the schema */
    R_ELEMENT, R_ELEMENT_CASE, R_PLACE, R_ATTR, R_ATTR_CASE, R_NEEDED, R_TEXT,
    R_NO_TEXT, R_BOOL, R_INT, R_WORD, R_METHOD, R_NO_NOUN, R_TWO_NOUNS,
    /* the stream: twilio 2.3, 2.4 */
    R_STREAM_SCHEME, R_STREAM_NONE, R_STREAM_URL, R_STREAM_USER,
    R_STREAM_FRAGMENT, R_STREAM_QUERY, R_STREAM_PRIVATE, R_STREAM_PORT,
    R_TRACK_CONNECT, R_TRACK, R_CONNECTOR, R_PARAM_LONG, R_PARAM_TWICE,
    /* other URLs: twilio 3.2 */
    R_URL, R_URL_SCHEME, R_URL_ABSOLUTE, R_URL_UNDERSCORE, R_URL_PRIVATE,
    R_URL_NONE, R_URL_INLINE, R_EDGE, R_RETRY, R_OVERRIDE,
    /* verbs: twilio 3.3 */
    R_DIAL, R_DIAL_NUMBER, R_DIAL_NONE, R_GATHER, R_RECORD, R_PLAY_LOOP,
    R_PLAY_DIGITS, R_SAY_LOOP, R_SAY_VOICE, R_SAY_EMPTY, R_SAY_LONG,
    R_SAY_POLLY, R_SAY_GOOGLE, R_REDIRECT, R_PAUSE,
    /* the way the verbs go: twilio 1.1, 2.3 */
    R_UNREACHED, R_START_LAST, R_REJECT_LATE,
    LINT_RULES
};

struct lint_text {
    int number;
    char level;
    const char *cause, *remedy;
};
extern const struct lint_text lint_text[LINT_RULES];

/* ---- lint_table.c: what may stand where ---- */

enum lint_type {
    V_TEXT,                 /* anything */
    V_BOOL, V_METHOD,
    V_INT,                  /* lo to hi, or one of words */
    V_WORD, V_WORDS,        /* one of words; several, blanks between */
    V_CHARS,                /* of those in words only */
    V_URL,                  /* http or https, absolute or relative */
    V_CALLBACK,             /* http or https, absolute */
    V_SOCKET,               /* wss */
    V_VOICE,
    V_NEVER                 /* the rule is that it stands there at all */
};

struct lint_attr {
    const char *name;       /* NULL ends a list */
    enum lint_type type;
    const char *words;
    unsigned lo, hi;
    enum lint_rule rule;    /* of a wrong value; 0: the type's own */
    bool needed;
};

enum lint_kind { K_PLAIN, K_RESPONSE, K_CONNECT, K_START, K_STOP, K_STREAM,
    K_PARAMETER, K_SAY, K_SPEECH, K_PLAY, K_DIAL, K_NUMBER, K_REDIRECT,
    K_REJECT, K_ENDS };

struct lint_element {
    const char *name;       /* NULL ends the table */
    const char *in;         /* the elements it may stand in */
    enum lint_kind kind;
    bool text;              /* may hold text */
    const struct lint_attr *attrs;  /* NULL: not judged */
};

extern const struct lint_element lint_response;
/* The element of that name in that parent; NULL when there is none.  In *known
 * whether there is one in some parent, in *cased whether there would be one
 * in another case. */
const struct lint_element *lint_element(struct slice name,
    const struct lint_element *parent, bool *known, bool *cased);
/* Is word one of the words in list, blanks between? */
bool lint_listed(const char *list, struct slice word, bool any_case);

/* ---- lint.c ---- */

struct lint {
    struct xml x;
    bool inline_;           /* it goes into a REST request */
    struct lint_finding *out;
    size_t max, found;
    const struct lint_element *open[XML_DEPTH];     /* what is judged */
    size_t open_at[XML_DEPTH], inside[XML_DEPTH];   /* elements and text */
    struct slice open_name[XML_DEPTH];
    size_t depth;
    size_t skipped;         /* levels below that are not judged */
    size_t said, say_max;   /* characters of the <Say> so far */
    bool shown;             /* some of them are no blanks */
    struct slice param[XML_ATTRS];  /* names in the Stream that is open */
    size_t params;
    bool digits;            /* the last Play has digits to send */
    size_t verbs;
    bool streams;           /* the last verb holds a Stream */
    size_t last_at;         /* where the last verb is, and what */
    struct slice last;
    enum lint_kind last_kind;
    bool over;              /* no verb after this one is reached */
};

/* Adds a finding about a part of the document. */
void lint_find_part(struct lint *l, enum lint_rule rule, struct slice part);

/* ---- lint_value.c ---- */

/* Characters of raw text: a reference is one, and so is CR LF. */
size_t lint_characters(struct slice raw, bool cdata);
void lint_value(struct lint *l, const struct lint_attr *a,
    struct slice value);
/* The text of a Redirect, Play or Number, trimmed. */
void lint_body(struct lint *l, enum lint_kind kind, struct slice text);

#endif
