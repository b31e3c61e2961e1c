/* log.h - one line an event, to stderr: logfmt or JSON, constant names.
 *
 *   log_event(LOG_INFO, "call_state", LS("call", id), LS("from", a),
 *       LS("to", b), LI("ms", ms));
 *
 * gives   level=info ev=call_state call=01ab from=ringing to=talking ms=812
 * preceded by time=RFC3339 unless journald reads us.  Values are quoted and
 * escaped as needed, control bytes never pass.  Secrets are not given to it;
 * phone numbers are given masked (text_mask).
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/slice.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

struct log_field {
    const char *key;            /* NULL ends the list */
    struct slice text;          /* the value, unless is_number */
    int64_t number;
    bool is_number;
};

#define LB(k, s) {(k), (s), 0, false}                       /* a slice */
#define LS(k, s) {(k), slice_str(s), 0, false}              /* a C string */
#define LI(k, n) {(k), {0, 0}, (int64_t)(n), true}          /* a number */

#define log_event(level, name, ...) \
    log_fields((level), (name), (const struct log_field[]){__VA_ARGS__, \
        {0, {0, 0}, 0, false}})

void log_setup(enum log_level least, bool json);
bool log_on(enum log_level level);
void log_fields(enum log_level level, const char *name,
    const struct log_field *fields);

/* Every name there is, in one table (log_events.c), for `concierge explain`.
 * tests/cli/log.sh compares it with what the sources use. */
struct log_kind {
    const char *name, *meaning;
};
const struct log_kind *log_kind_at(size_t i);       /* NULL at the end */
const struct log_kind *log_kind_find(const char *name);     /* or NULL */

/* Sends finished lines elsewhere (tests, simulate); NULL: stderr again. */
void log_sink(void (*sink)(void *arg, struct slice line), void *arg);

#endif
