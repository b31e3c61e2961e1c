/* heard_impl.h - the phrases of a call; for agent/heard alone. */
#ifndef AGENT_HEARD_IMPL_H
#define AGENT_HEARD_IMPL_H

#include "agent/heard.h"

struct heard_row {
    unsigned act;               /* ACT_ */
    bool checked;
    const char *phrases;
};

#define HEARD_WEAK NULL

struct heard_machine {
    const char *reason;         /* as of heard_machine(); or HEARD_WEAK */
    const char *phrases;
};

struct heard_table {
    const struct heard_row *row;
    size_t n;
};

/* All rows and all machines together: 64 at most, a bit for each. */
extern const struct heard_table heard_yes, heard_no, heard_rest;
extern const struct heard_machine heard_machines[];
extern const size_t heard_machine_count;

#endif
