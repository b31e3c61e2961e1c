/* cmd.h - the commands: each takes what is left of argv after the settings and
 * returns the exit status of DESIGN 3.
 *
 * argv[0] is the command's name.  Unknown options and missing words end in
 * term_usage, 64.
 */
#ifndef APP_CMD_H
#define APP_CMD_H

#include "app/conf.h"

#define CMD_VERSION "0.1.0"

int cmd_serve(const struct conf *c, int argc, char **argv);
int cmd_book(const struct conf *c, int argc, char **argv);
int cmd_calls(const struct conf *c, int argc, char **argv);
int cmd_show(const struct conf *c, int argc, char **argv);
int cmd_why(const struct conf *c, int argc, char **argv);
int cmd_watch(const struct conf *c, int argc, char **argv);
int cmd_hangup(const struct conf *c, int argc, char **argv);
int cmd_stop(const struct conf *c, int argc, char **argv);
int cmd_resume(const struct conf *c, int argc, char **argv);
int cmd_forget(const struct conf *c, int argc, char **argv);
int cmd_stream(const struct conf *c, int argc, char **argv);
int cmd_bench(const struct conf *c, int argc, char **argv);
int cmd_simulate(const struct conf *c, int argc, char **argv);
int cmd_plan(const struct conf *c, int argc, char **argv);
int cmd_outcome(const struct conf *c, int argc, char **argv);
int cmd_explain(const struct conf *c, int argc, char **argv);
int cmd_completion(const struct conf *c, int argc, char **argv);
int cmd_chat(const struct conf *c, int argc, char **argv);
int cmd_places(const struct conf *c, int argc, char **argv);
int cmd_lint(const struct conf *c, int argc, char **argv);
extern const char lint_help[];
int cmd_help(const struct conf *c, int argc, char **argv);

extern const char places_help[], chat_help[];

struct command {
    const char *name, *usage, *about;
    int (*run)(const struct conf *c, int argc, char **argv);
    const char *help;           /* options and examples, under the usage */
    bool logs;                  /* logs at the level that is set; the others
                                   only warn */
};

extern const struct command commands[];         /* ends with a NULL name */
const struct command *command_find(const char *name);

/* Takes "--name VALUE" or "--name=VALUE" out of argv; NULL when absent. */
const char *cmd_option(int *argc, char **argv, const char *name);
/* Takes a bare "--name" out. */
bool cmd_flag(int *argc, char **argv, const char *name);
/* 64 when an option is left that nobody took, else 0. */
int cmd_rest(int argc, char **argv, int words_min, int words_max);

#endif
