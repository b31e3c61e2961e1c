/* stand.c - the stand-ins alone, in real time, for a server of another process
 * (simulate --stand): Twilio, its account, the tunnel and both models.
 */
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "app/stage_impl.h"
#include "app/term.h"
#include "base/sys.h"
#include "base/text.h"
#include "net/sigs.h"
#include "sim/chat.h"
#include "sim/model.h"
#include "sim/twilio.h"

/* USR1 lets somebody ring the server; the others end it. */
static void on_signal(void *arg, int sig)
{
    struct stage *st = arg;

    if (sig == SIGUSR1)
        sim_twilio_inbound(st->twilio, st->scenario->inbound
            ? st->scenario->asked.to : "+15557654321");
    else if (sig != SIGHUP)
        loop_stop(st->loop);
}

static int start_chat(struct stage *st, struct err *err)
{
    struct sim_chat_conf c = {.key = STAGE_MODEL_KEY,
        .model = STAGE_CHAT_MODEL};

    st->chat = sim_chat_new(st->loop, &c, err);
    return st->chat ? 0 : -1;
}

/* What the chat model was asked wrongly. */
static void judge_chat(const struct stage *st)
{
    struct sim_chat_counts n = sim_chat_counts(st->chat);

    if (n.wrong)
        term_say(TERM_RED, "%zu of %zu questions to the chat model broke its "
            "interface, the first: %s", n.wrong, n.asked,
            sim_chat_why(st->chat));
}

/* The names go behind the scenario's own faults. */
static int take_account(struct sim_faults *f, const char *names,
    struct err *err)
{
    struct slice rest = slice_str(names);

    while (rest.ptr) {
        struct slice name = slice_trim(slice_cut(&rest, ','));
        enum sim_account n = sim_account_find(name);
        int i = 0;

        if (!n)
            return fail(err, ERR_USAGE, "nothing of an account is called "
                "\"%.*s\"", SLICE_ARG(slice_head(name, 40)));
        while (i < SIM_FAULTS_MAX && f->at[i].what)
            i++;
        if (i == SIM_FAULTS_MAX)
            return fail(err, ERR_USAGE, "--account: at most %d at a time",
                SIM_FAULTS_MAX);
        f->at[i] = (struct sim_fault){.what = SIM_FAULT_ACCOUNT, .n = n};
    }
    return 0;
}

int stage_stand(const struct scenario *s, uint64_t seed, uint16_t server,
    const char *heard, const char *account)
{
    static struct scenario bent;
    static struct stage st;
    struct stage_options o = {.realtime = true, .seed = seed,
        .verbose = true};
    struct err err = {0};

    memset(&st, 0, sizeof st);
    bent = *s;
    if (account && take_account(&bent.fault, account, &err))
        return term_usage("%s", err.msg);
    st.scenario = &bent;
    st.o = &o;
    o.out = "";                 /* nothing of ours is to be removed */
    st.began = sys_now();
    if (heard) {
        st.heard = sys_open(heard, O_WRONLY | O_CREAT | O_TRUNC, 0600);
        if (st.heard < 0) {
            fail_sys(&err, ERR_IO, "make %s", heard);
            return term_fail(&err);
        }
    }
    if (stage_stand_ins(&st, STAGE_PUBLIC_HOST, &err)
        || start_chat(&st, &err) || sigs_start(st.loop, on_signal, &st, &err)) {
        stage_tear_down(&st);
        return term_fail(&err);
    }
    sim_twilio_server(st.twilio, server);
    term_outf("TWILIO_ACCOUNT_SID=" STAGE_ACCOUNT "\n"
        "TWILIO_AUTH_TOKEN=" STAGE_AUTH_TOKEN "\n"
        "TWILIO_PHONE_NUMBER=" STAGE_NUMBER "\n"
        "TWILIO_API_BASE=http://127.0.0.1:%u\n"
        "TWILIO_VOICE_BASE=http://127.0.0.1:%u\n"
        "TWILIO_MONITOR_BASE=http://127.0.0.1:%u\n"
        "OPENAI_API_KEY=" STAGE_MODEL_KEY "\n"
        "OPENAI_BASE_URL=http://127.0.0.1:%u/v1\n"
        "AGENT_MODEL=" STAGE_CHAT_MODEL "\n"
        "REALTIME_URL=ws://127.0.0.1:%u/v1/realtime\n"
        "PUBLIC_DOMAIN=" STAGE_PUBLIC_HOST "\n"
        "CONCIERGE_NAME=Leo\n"
        "QUIET_HOURS=off\nCPS=100\nRETRY=off\n"
        "CALLS_PER_DAY=0\nCALLS_PER_NUMBER=0\n", sim_twilio_port(st.twilio),
        sim_twilio_port(st.twilio), sim_twilio_port(st.twilio),
        sim_chat_port(st.chat), sim_model_port(st.model));
    term_say(TERM_DIM, "standing in for Twilio and the model; the tunnel ends "
        "at 127.0.0.1:%u (SERVER_PORT); USR1 to pid %d makes somebody ring",
        server, sys_pid());
    loop_run(st.loop);
    sigs_stop(st.loop);
    judge_chat(&st);
    stage_tear_down(&st);
    if (st.heard)
        sys_close(st.heard);
    return 0;
}
