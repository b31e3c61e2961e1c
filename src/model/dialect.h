/* dialect.h - what a dialect must say about itself; for model/ only. */
#ifndef MODEL_DIALECT_H
#define MODEL_DIALECT_H

#include "model/voice.h"

struct voice_dialect {
    const char *name;
    /* The keys of a session.update's session, braces excluded. */
    void (*session)(struct jsonw *w, const struct voice_session *s);
    /* Those that every session object must have, whatever is updated. */
    void (*must)(struct jsonw *w);
    int (*check)(struct json session, const struct voice_session *asked,
        char *why, size_t cap);
    const char *assistant_part;     /* content type of text the model said */
};

/* ---- shared by the dialects: session.c ---- */

void session_turns(struct jsonw *w, const struct voice_session *s);
void session_hearing(struct jsonw *w, const char *key,
    const struct voice_session *s);
void session_noise(struct jsonw *w, const char *key,
    const struct voice_session *s);
void session_tools(struct jsonw *w, const struct voice_session *s);
void session_speed(struct jsonw *w, const struct voice_session *s);
void session_tokens(struct jsonw *w, const char *key,
    const struct voice_session *s);

/* Each gives 0, or -1 with why.  A value the server does not show, or shows
 * as null, is no difference. */
int session_same(struct json got, const char *field, const char *want,
    char *why, size_t cap);
int session_check_common(struct json session,
    const struct voice_session *asked, char *why, size_t cap);
int session_check_voice(struct json got, const char *field,
    const struct voice_session *asked, char *why, size_t cap);
int session_check_turns(struct json got, const char *field,
    const struct voice_session *asked, char *why, size_t cap);
int session_check_speaks(struct json got, const char *field, char *why,
    size_t cap);

#endif
