/* conf_impl.h - the table behind conf.h; for conf*.c only. */
#ifndef APP_CONF_IMPL_H
#define APP_CONF_IMPL_H

#include "app/conf.h"

enum conf_kind {
    KIND_TEXT,              /* one line */
    KIND_FILE,              /* a path */
    KIND_NUMBER,            /* lo..hi */
    KIND_CHOICE,            /* index among choices, "off|on", into an int */
    KIND_SWITCH,            /* the same into a bool; yes, no, 1, 0 too */
    KIND_WORD,              /* one of choices, as text */
    KIND_LEVEL,
    KIND_SECRET,
    KIND_SID,               /* choices: its prefix */
    KIND_PHONE, KIND_PHONES,
    KIND_COUNTRIES,         /* "DE,AT" */
    KIND_MONEY,             /* "12.50" into int64_t millionths */
    KIND_LADDER,            /* "5m,15m,1h" or "off" into int64_t ms */
    KIND_HOURS,             /* "21:00-08:00" or "off" into two ints */
    KIND_PUBLIC,
    KIND_BASE,              /* https; http on loopback; no query */
    KIND_NEAR,              /* the same; http on private addresses too */
    KIND_HOOK,              /* as NEAR, with a query */
    KIND_SOCKET,            /* wss, https; plain on loopback; a query too */
    KIND_HOST, KIND_DNS, KIND_NETS, KIND_ORIGINS,
    KIND_LANGUAGE, KIND_ZONE,
    KIND_TIME,              /* --now */
    KIND_GIVEN              /* a flag without a value */
};

struct setting {
    const char *name;       /* the flag is made from it: --server-port */
    const char *alias[2];
    enum conf_kind kind;
    bool option;            /* a flag only: no environment, no .env */
    size_t at, size;        /* the field in struct conf */
    int64_t lo, hi;
    const char *choices;
    const char *otherwise;  /* default; NULL: none */
    const char *arg;        /* as help calls its value */
    const char *help;
};

extern const struct setting conf_table[];
extern const size_t conf_count;

#define CONF_FLAG 48           /* as conf_option's flag */
void conf_flag(const struct setting *s, char out[static CONF_FLAG]);

/* Index of the setting with that name or alias; -1. */
int conf_find(struct slice name);

/* Puts a value into its field.  0, or -1 and why in msg, without the name and
 * never with the value of a secret. */
int conf_put(struct conf *c, const struct setting *s, struct slice value,
    char *msg, size_t cap);

void conf_warn(struct conf *c, const char *fmt, ...) PRINTFLIKE(2, 3);

/* ---- conf_env.c: a file of NAME=value lines ---- */

struct env_line {
    struct slice name, value;   /* value unquoted, in the walk's buf */
    int line;
};
struct env_walk {
    struct slice rest;
    int line;
    char text[CONF_LONG];       /* the unquoted value */
};
/* 1 a line, 0 the end, -1 a bad line and *why. */
int env_next(struct env_walk *w, struct env_line *l, const char **why);

#endif
