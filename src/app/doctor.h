/* doctor.h - concierge doctor, for main and the table of commands; and the
 * probes there are, one file a family.
 */
#ifndef APP_DOCTOR_H
#define APP_DOCTOR_H

#include "app/conf.h"

int cmd_doctor(const struct conf *c, int argc, char **argv);
extern const char doctor_help[];

/* The settings could not be read: that is a finding too.  Exit status 2. */
int doctor_no_settings(int argc, char **argv, const struct err *why);

struct probe;
extern const struct probe probe_settings;               /* probe_settings.c */
extern const struct probe probe_clock;                  /* probe_clock.c */
extern const struct probe probe_dns;                    /* probe_dns.c */
extern const struct probe probe_tcp, probe_tls;         /* probe_net.c */
extern const struct probe probe_tunnel;                 /* probe_tunnel.c */
extern const struct probe probe_upgrade;                /* probe_upgrade.c */
extern const struct probe probe_stream;                 /* probe_stream.c */
extern const struct probe probe_twiml;                  /* probe_twiml.c */
extern const struct probe probe_callbacks;          /* probe_callbacks.c */
extern const struct probe probe_twilio;                 /* probe_twilio.c */
extern const struct probe probe_errors;                 /* probe_errors.c */
extern const struct probe probe_model;                  /* probe_model.c */
extern const struct probe probe_chat;                   /* probe_chat.c */
extern const struct probe probe_webhook;                /* probe_webhook.c */
extern const struct probe probe_disk, probe_limits;     /* probe_host.c */

#endif
