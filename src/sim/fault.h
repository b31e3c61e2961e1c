/* fault.h - what a scenario breaks on the way, and where.
 *
 * The faults live in the stand-ins, never in the program: the tunnel that
 * sim/twilio plays may refuse an upgrade, change a document or lose a
 * parameter.  A new fault gets a name here, a row in sim_fault_name and one
 * place in a stand-in that asks for it.
 */
#ifndef SIM_FAULT_H
#define SIM_FAULT_H

enum sim_fault {
    SIM_FAULT_NONE,
    SIM_FAULT_TRACK,        /* the tunnel writes track="inbound_track
                               outbound_track" into the TwiML: 31941 */
    SIM_FAULT_HANDSHAKE_403,    /* the tunnel answers the upgrade itself,
                               with 403: 31920 */
    SIM_FAULT_NO_TOKEN,     /* start carries no customParameters: the server
                               closes 1008, 31921 */
    SIM_FAULTS
};

const char *sim_fault_name(enum sim_fault f);   /* "handshake_403" */

/* How the stand-ins tell what happens: who is "twilio", "callee", "caller" (in
 * an inbound call the person who rang) or "model". */
struct sim_note {               /* may be all zero */
    void (*say)(void *arg, const char *who, const char *text);
    void *arg;
};

#endif
