/* cmd.c - the table of commands, and how their options are taken. */
#include "app/cmd.h"

#include <string.h>

#include "app/bench.h"
#include "app/doctor.h"
#include "app/stream.h"
#include "app/term.h"
#include "net/tlsio.h"

static void take(int *argc, char **argv, int i, int n)
{
    memmove(argv + i, argv + i + n, (size_t)(*argc - i - n + 1)
        * sizeof *argv);
    *argc -= n;
}

const char *cmd_option(int *argc, char **argv, const char *name)
{
    size_t n = strlen(name);

    for (int i = 1; i < *argc && strcmp(argv[i], "--") != 0; i++) {
        const char *value = NULL;
        int words = 1;

        if (strcmp(argv[i], name) == 0 && i + 1 < *argc) {
            value = argv[i + 1];
            words = 2;
        } else if (strncmp(argv[i], name, n) == 0 && argv[i][n] == '=') {
            value = argv[i] + n + 1;
        }
        if (value) {
            take(argc, argv, i, words);
            return value;
        }
    }
    return NULL;
}

bool cmd_flag(int *argc, char **argv, const char *name)
{
    for (int i = 1; i < *argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], name) == 0) {
            take(argc, argv, i, 1);
            return true;
        }
    return false;
}

int cmd_rest(int argc, char **argv, int words_min, int words_max)
{
    int words = argc - 1;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--") == 0) {
            take(&argc, argv, i, 1);
            words--;
            break;
        }
        if (argv[i][0] == '-' && argv[i][1])
            return term_usage("%s: unknown option, or one without its value: "
                "%s", argv[0], argv[i]);
    }
    if (words < words_min)
        return term_usage("%s: something is missing: %s", argv[0],
            command_find(argv[0])->usage);
    if (words > words_max)
        return term_usage("%s: too many words: %s", argv[0],
            argv[1 + words_max]);
    return 0;
}

/* ---- the small ones ---- */

static int cmd_config(const struct conf *c, int argc, char **argv)
{
    bool json = cmd_flag(&argc, argv, "--json");
    struct buf out;
    int rc = cmd_rest(argc, argv, 0, 0);

    if (rc)
        return rc;
    buf_init(&out, 1u << 20);
    conf_print(c, json, &out);
    term_out(buf_slice(&out));
    buf_free(&out);
    return 0;
}

static int cmd_version(const struct conf *c, int argc, char **argv)
{
    int rc = cmd_rest(argc, argv, 0, 0);

    (void)c;
    if (rc)
        return rc;
    term_outf("concierge %s (%s)\n", CMD_VERSION, tlsio_version());
    return 0;
}

/* ---- the table ---- */

const struct command commands[] = {
    {"serve", "serve [OPTIONS]", "the server", cmd_serve,
        "Prints \"listening http://HOST:PORT\" when it is ready.  TERM lets "
        "running\ncalls end, a second one hangs them up.\n\n"
        "  --echo              serve /ws-echo and /echo\n"
        "  --server-port PORT  0 picks one\n"
        "  --max-calls N       calls at a time\n\nExamples:\n"
        "  PUBLIC_DOMAIN=voice.example.com concierge serve\n"
        "  concierge serve --server-port 0 --log-level debug\n", true},
    {"book", "book \"TEXT\" [--yes] [--json]",
        "one request, followed live to its outcome", cmd_book,
        "  --to +NUMBER --restaurant NAME --party N --date YYYY-MM-DD\n"
        "  --time HH:MM --name NAME --wish TEXT --note TEXT\n"
        "                      what the words do not say\n"
        "  --yes               do not ask before dialling\n"
        "  --offline           AGENT_MODEL is not asked what was meant\n"
        "  --json              events on stderr, the call object on stdout\n\n"
        "Exit status: 0 booked, 1 not, 2 nobody reached, 3 unclear,\n"
        "64 nobody is there to say yes, 77 refused by policy.\n\n"
        "Examples:\n"
        "  concierge book \"Book a table at Luigi's for 4 tomorrow at 7 pm\" "
        "\\\n      --to +15551230000\n"
        "  concierge book --to +15551230000 --restaurant Luigi\\'s --party 4 "
        "\\\n      --date 2026-11-23 --time 19:00 --yes --json\n", false},
    {"chat", "chat", "the prompt: say what you want; also without a command",
        cmd_chat, chat_help, false},
    {"calls", "calls [--limit N] [--json]", "the calls there were",
        cmd_calls,
        "  --limit N           the newest N; 100\n"
        "  --outcome NAME      confirmed, declined, not_reached, ...\n"
        "  --status NAME       in_progress, completed, failed, ...\n"
        "  --to NUMBER         that number, its beginning or its end\n"
        "  --since DAY         2026-11-23, or a moment: 2026-11-23T12:00:00Z\n"
        "  --until DAY         that day included\n"
        "  --json              one object a line\n\nExamples:\n"
        "  concierge calls --outcome confirmed --since 2026-11-01\n"
        "  concierge calls --json | head -1\n", false},
    {"show", "show ID [--json | --ics]",
        "one call: what was agreed, and in whose words", cmd_show,
        "  --json              the call object\n"
        "  --ics               what was booked, for a calendar\n\n"
        "Examples:\n  concierge show 0123456789abcdef01234567\n"
        "  concierge show 0123456789abcdef01234567 --ics > table.ics\n",
        false},
    {"why", "why ID [--json]",
        "the story of one call: what happened, the cause, the remedy",
        cmd_why,
        "What this server did and saw, in the order it happened, what Twilio "
        "wrote down\nabout the call, then the number, the cause and the "
        "remedy.  Without a server the\nfiles of CONCIERGE_DIR are read, and "
        "Twilio is not asked.\n\nExamples:\n"
        "  concierge why 0123456789abcdef01234567\n"
        "  concierge why 0123456789abcdef01234567 --json\n", false},
    {"watch", "watch [ID] [--json]", "follows a running call", cmd_watch,
        "Without ID: the newest running call.\n\nExamples:\n"
        "  concierge watch\n", false},
    {"hangup", "hangup ID", "ends a running call", cmd_hangup,
        "Examples:\n  concierge hangup 0123456789abcdef01234567\n", false},
    {"stop", "stop", "ends all calls and lets no new one begin", cmd_stop,
        "Until `concierge resume`, over restarts too: CONCIERGE_DIR/STOP "
        "says so.\nWithout a server that file alone is made; one that starts "
        "sees it.\n\nExamples:\n  concierge stop\n", false},
    {"resume", "resume", "lets calls begin again after stop", cmd_resume,
        "Examples:\n  concierge resume\n", false},
    {"forget", "forget ID", "deletes transcript and recording of a call",
        cmd_forget,
        "Examples:\n  concierge forget 0123456789abcdef01234567\n", false},
    {"stream", "stream [URL] [--twiml URL] [--wav FILE]",
        "be Twilio: open a media stream to a server", cmd_stream, stream_help,
        false},
    {"simulate", "simulate [NAME...]",
        "whole calls with stand-ins for Twilio, the model and the restaurant",
        cmd_simulate,
        "  --list              what there is\n"
        "  --seed N            ids and keys; the same seed, the same words\n"
        "  --realtime          at the speed of a real call\n"
        "  --out DIR           keep transcripts and recordings there\n"
        "  --wire DIR          write down what crosses every wire, for judges\n"
        "  --json              one object a scenario\n"
        "  --junit FILE        the results as JUnit XML; - is stdout\n"
        "  --soak SECONDS      mixed calls, 50 at once, each record judged\n"
        "  --stand             leave the stand-ins running for a server of "
        "yours\n"
        "  --heard FILE        with it: the audio the model is sent, mu-law\n"
        "  --account LIST      with it: what is wrong with Twilio's account, "
        "trial,low\n"
        "  --verbose           every line of every call\n\nExamples:\n"
        "  concierge simulate\n"
        "  concierge simulate booking --verbose --out /tmp/calls\n"
        "  concierge simulate --stand\n", false},
    {"bench", "bench [--calls N] [--seconds S] [--json]",
        "calls per core on this machine, against the stand-ins", cmd_bench,
        bench_help, false},
    {"doctor", "doctor [--only LIST] [--json]",
        "every probe between here and a working call", cmd_doctor, doctor_help,
        false},
    {"plan", "plan \"TEXT\" [--json]", "what was understood; dials nothing",
        cmd_plan,
        "  --file FILE         one request a line, one object a line\n"
        "  --offline           by the grammar, whatever AGENT_MODEL says\n"
        "  --zone ZONE --now TIME\n\nExamples:\n"
        "  concierge plan \"a table for two at Chez Marie on Friday at 8\" "
        "--json\n", false},
    {"places", "places import FILE | list | find TEXT [--json]",
        "the places that are known, and their numbers", cmd_places,
        places_help, false},
    {"outcome", "outcome TRANSCRIPT [--asked FILE] [--json]",
        "what a call's transcript says was agreed", cmd_outcome,
        "  --asked FILE        a plan object, or what was posted\n\n"
        "Examples:\n  concierge outcome transcript.txt --asked plan.json\n",
        false},
    {"lint", "lint FILE|URL|- [--inline] [--json]",
        "a TwiML document, judged as Twilio would", cmd_lint, lint_help,
        false},
    {"explain", "explain [NUMBER|EVENT] [--json]",
        "a Twilio error number, or an event of the log, offline", cmd_explain,
        "Without NUMBER: all, one a line with its level, the probe of doctor "
        "that looks\nfor it, and its meaning.\n\n"
        "  --json              one object a number\n"
        "  --markdown          the table src/twilio/errors.md\n"
        "  --log               every event of the server's log\n\nExamples:\n"
        "  concierge explain 31920\n  concierge explain webhook_refused\n",
        false},
    {"config", "config [--json]",
        "every setting, its value, where it came from", cmd_config,
        "Secrets are masked.\n\nExamples:\n  concierge config\n"
        "  concierge config --json\n", false},
    {"completion", "completion bash|zsh|fish",
        "what a shell needs to finish commands, flags and ids", cmd_completion,
        "Made from the tables of commands and settings; `make install` puts "
        "it where the\nshells look.  Ids, scenarios and error numbers are "
        "asked of concierge itself.\n\nExamples:\n"
        "  eval \"$(concierge completion bash)\"\n"
        "  source <(concierge completion zsh)\n"
        "  concierge completion fish | source\n", false},
    {"version", "version", "version and the OpenSSL it runs with",
        cmd_version, "Examples:\n  concierge version\n", false},
    {"help", "help [COMMAND] [--mdoc]",
        "the options of COMMAND; of 'settings', what can be set", cmd_help,
        "'settings' stands for a command: what is set, and how.\n\n"
        "  --mdoc              a section of the manual page\n\nExamples:\n"
        "  concierge help book\n  concierge help settings\n", false},
    {NULL, NULL, NULL, NULL, NULL, false},
};

const struct command *command_find(const char *name)
{
    for (const struct command *c = commands; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}
