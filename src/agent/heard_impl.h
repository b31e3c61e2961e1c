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

extern const struct heard_row heard_rows[];
extern const size_t heard_row_count;
extern const struct heard_machine heard_machines[];
extern const size_t heard_machine_count;

#endif
