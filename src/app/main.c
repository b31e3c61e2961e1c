/* main.c - from argv to a command. */
#include <string.h>

#include "app/cmd.h"
#include "app/conf.h"
#include "app/doctor.h"
#include "app/term.h"
#include "base/log.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/sys_child.h"
#include "net/tlsio.h"

/* Words that people try first. */
static const char *alias(const char *word)
{
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return "help";
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
        return "version";
    return word;
}

static bool wants_help(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    static struct conf conf;    /* 70 kB: not on the stack */
    const struct command *cmd;
    uint8_t seed[32];
    struct err err = {0};
    char *help[] = {"help", NULL, NULL};
    char *chat[] = {NULL, "chat", NULL};

    sys_child_program(argc > 0 ? argv[0] : NULL);
    if (tlsio_random(seed)) {
        term_say(TERM_RED, "concierge: OpenSSL has no random bytes");
        return 70;
    }
    rand_seed(seed);
    tlsio_wipe(seed, sizeof seed);

    cmd = command_find(argc > 1 ? alias(argv[1]) : "chat");
    if (cmd && wants_help(argc - 1, argv + 1)) {
        help[1] = argc > 1 && alias(argv[1]) == argv[1] ? argv[1] : NULL;
        return cmd_help(&conf, help[1] ? 2 : 1, help);
    }
    if (conf_load(&conf, &argc, argv, &err)) {
        if (err.code == ERR_USAGE)
            return term_usage("%s", err.msg);
        return cmd && cmd->run == cmd_doctor
            ? doctor_no_settings(argc, argv, &err) : term_fail(&err);
    }
    if (argc < 2) {
        argc = 2;
        argv = chat;            /* the prompt: DESIGN 3 */
    }
    cmd = command_find(alias(argv[1]));
    log_setup(cmd && !cmd->logs && conf.log_level == LOG_INFO ? LOG_WARN
        : (enum log_level)conf.log_level, conf.log_json);
    if (conf.now >= 0)
        sys_wall_set(conf.now);
    if (!cmd)
        return term_usage("there is no command \"%s\"", argv[1]);
    argv[1] = (char *)(uintptr_t)cmd->name;
    return cmd->run(&conf, argc - 1, argv + 1);
}
