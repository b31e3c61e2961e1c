/* stand.h - Twilio's and the models' stand-ins in a process of their own, so
 * that the loop under test stays alone in this one.
 *
 *   struct stand s = {.twilio = {...}};  stand_start(&s); ... stand_stop(&s);
 */
#ifndef TESTS_APP_STAND_H
#define TESTS_APP_STAND_H

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/resolve.h"
#include "sim/chat.h"
#include "sim/model.h"
#include "sim/twilio.h"

struct stand {
    struct sim_twilio_conf twilio;
    struct sim_model_conf model;
    struct sim_chat_conf chat;
    uint16_t twilio_port, model_port, chat_port;    /* out */
    pid_t pid_;
};

static inline void stand_need(bool good)
{
    if (!good)
        abort();
}

static inline void stand_child(const struct stand *s, int out)
{
    struct resolve_conf dns = {.server = "127.0.0.1:9"};    /* literals only */
    struct err err = {0};
    struct loop *l = loop_new(&err);
    struct resolver *r = l ? resolver_new(l, &dns, &err) : NULL;
    struct sim_twilio *t = r ? sim_twilio_new(l, r, &s->twilio, &err) : NULL;
    struct sim_model *m = t ? sim_model_new(l, &s->model, &err) : NULL;
    struct sim_chat *c = m ? sim_chat_new(l, &s->chat, &err) : NULL;
    uint16_t port[3];

    stand_need(c != NULL);
    port[0] = sim_twilio_port(t);
    port[1] = sim_model_port(m);
    port[2] = sim_chat_port(c);
    stand_need(write(out, port, sizeof port) == sizeof port);
    close(out);
    loop_run(l);
    _exit(0);
}

static inline void stand_start(struct stand *s)
{
    uint16_t port[3];
    int p[2];

    stand_need(pipe(p) == 0);
    s->pid_ = fork();
    stand_need(s->pid_ >= 0);
    if (s->pid_ == 0) {
        close(p[0]);
        stand_child(s, p[1]);
    }
    close(p[1]);
    stand_need(read(p[0], port, sizeof port) == sizeof port);
    close(p[0]);
    s->twilio_port = port[0];
    s->model_port = port[1];
    s->chat_port = port[2];
}

static inline void stand_stop(struct stand *s)
{
    kill(s->pid_, SIGKILL);
    waitpid(s->pid_, NULL, 0);
}

#endif
