/* twilio_account.h - the account around the calls: what it is and owns, whom it
 * may call, and what Twilio wrote down about it.
 */
#ifndef SIM_TWILIO_ACCOUNT_H
#define SIM_TWILIO_ACCOUNT_H

#include "sim/twilio_rest.h"

/* A GET of path, behind the host: "/2010-04-01/Accounts/AC.../Balance.json",
 * "/v1/Alerts".  -1: it is none of these; else the HTTP status with its JSON
 * in out, or 0 and *why. */
int tw_account(struct sim_twilio *t, struct slice path, struct slice query,
    struct buf *out, struct tw_refusal *why);

#endif
