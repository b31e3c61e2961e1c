/* junit.h - results as JUnit's XML, which every CI reads.
 *
 * The form of Apache Ant's JUnit task, as Jenkins and GitLab take it: one
 * testsuite, a testcase for each with its seconds, a failure with the first
 * expectation that was not met as its message and all of them as its text.
 */
#ifndef APP_JUNIT_H
#define APP_JUNIT_H

#include "base/buf.h"

struct junit {                  /* begin with junit_init, end with _fini */
    struct buf cases;
    size_t tests, failures;
    int64_t ms;
};

void junit_init(struct junit *j);
void junit_fini(struct junit *j);

/* One result.  faults: what was not as expected, a line each; empty: passed. */
void junit_add(struct junit *j, const char *suite, const char *name,
    int64_t ms, struct slice faults);

/* The document so far, appended to out.  0, or -1: no memory. */
int junit_write(const struct junit *j, const char *suite, struct buf *out);

#endif
