/* fault.c - the names of what scenarios break. */
#include "sim/fault.h"

#include <stddef.h>

const char *sim_fault_name(enum sim_fault_kind k)
{
    static const char *const name[SIM_FAULTS] = {
        [SIM_FAULT_NONE] = "none",
        [SIM_FAULT_TRACK] = "track",
        [SIM_FAULT_HANDSHAKE_403] = "handshake_403",
        [SIM_FAULT_NO_TOKEN] = "no_token",
        [SIM_FAULT_NO_START] = "no_start",
        [SIM_FAULT_OTHER_SID] = "other_sid",
        [SIM_FAULT_EARLY_MEDIA] = "early_media",
        [SIM_FAULT_BINARY] = "binary",
        [SIM_FAULT_GARBAGE] = "garbage",
        [SIM_FAULT_NEW_EVENT] = "new_event",
        [SIM_FAULT_HUGE] = "huge",
        [SIM_FAULT_FRAGMENTS] = "fragments",
        [SIM_FAULT_MARKS_LOST] = "marks_lost",
        [SIM_FAULT_MARKS_LATE] = "marks_late",
        [SIM_FAULT_CUT] = "cut",
        [SIM_FAULT_STOP_ONLY] = "stop_only",
        [SIM_FAULT_HALF_OPEN] = "half_open",
        [SIM_FAULT_LINE_NOISE] = "line_noise",
        [SIM_FAULT_ROGUE] = "rogue",
        [SIM_FAULT_CREATE_UNDONE] = "create_undone",
        [SIM_FAULT_CREATE_DONE] = "create_done",
        [SIM_FAULT_TWIN] = "twin",
        [SIM_FAULT_LIST] = "list",
        [SIM_FAULT_UPDATE] = "update",
        [SIM_FAULT_ACCOUNT] = "account",
        [SIM_FAULT_TWIML_LATE] = "twiml_late",
        [SIM_FAULT_TWIML_SLOW] = "twiml_slow",
        [SIM_FAULT_TWIML_TWICE] = "twiml_twice",
        [SIM_FAULT_STATUS_LATE] = "status_late",
        [SIM_FAULT_STATUS_TWICE] = "status_twice",
        [SIM_FAULT_STATUS_ORDER] = "status_order",
        [SIM_FAULT_STATUS_LOST] = "status_lost",
        [SIM_FAULT_STATUS_FOREIGN] = "status_foreign",
        [SIM_FAULT_STATUS_FORGED] = "status_forged",
    };

    return k < SIM_FAULTS && name[k] ? name[k] : "unknown";
}

const struct sim_fault *sim_fault_has(const struct sim_faults *f,
    enum sim_fault_kind k)
{
    for (int i = 0; i < SIM_FAULTS_MAX; i++)
        if (f->at[i].what == k)
            return &f->at[i];
    return NULL;
}

const struct sim_fault *sim_fault_strikes(struct sim_faults *f,
    enum sim_fault_kind k)
{
    const struct sim_fault *found = sim_fault_has(f, k);
    unsigned seen = found ? f->seen_[found - f->at]++ : 0;

    return found && seen >= found->first && (!found->count
        || seen - found->first < found->count) ? found : NULL;
}
