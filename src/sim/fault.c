/* fault.c - the names of what scenarios break. */
#include "sim/fault.h"

const char *sim_fault_name(enum sim_fault f)
{
    static const char *const name[SIM_FAULTS] = {
        [SIM_FAULT_NONE] = "none",
        [SIM_FAULT_TRACK] = "track",
        [SIM_FAULT_HANDSHAKE_403] = "handshake_403",
        [SIM_FAULT_NO_TOKEN] = "no_token",
    };

    return f < SIM_FAULTS ? name[f] : "unknown";
}
