/* help_cmd.c - concierge help: from the table of commands to a screen, and to
 * the sections of the manual page that are made of it.
 */
#include "app/cmd.h"

#include <string.h>

#include "app/term.h"

#define OUT_MAX (128u << 10)

static void help_of(const struct command *cmd)
{
    term_outf("usage: concierge %s\n\n%s.\n\n", cmd->usage, cmd->about);
    if (cmd->help)
        term_outf("%s", cmd->help);
}

/* Commands of one call, by its id: in the overview they stand beside `calls`,
 * so that it fits a screen. */
static bool of_one_call(const struct command *cmd)
{
    const char *words = cmd->usage + strlen(cmd->name);

    return strncmp(words, " ID", 3) == 0 || strncmp(words, " [ID]", 5) == 0;
}

static void overview(void)
{
    const struct command *cmd, *one;

    term_outf("usage: concierge COMMAND [OPTIONS]     makes phone calls for "
        "people\n\n");
    for (cmd = commands; cmd->name; cmd++) {
        if (of_one_call(cmd))
            continue;
        term_outf("  %-10s %s", cmd->name, cmd->about);
        if (cmd->run == cmd_calls) {
            term_outf("; for one of them:");
            for (one = commands; one->name; one++)
                if (of_one_call(one))
                    term_outf(" %s", one->name);
        }
        term_outf("\n");
    }
    term_outf("\nExamples:\n"
        "  concierge book \"Book a table at Luigi's for 4 tomorrow at 7 pm\""
        "\n");
}

/* ---- the manual page ---- */

/* Text in mdoc: nothing in it is a request or an escape. */
static void put_mdoc(struct slice text, bool macro, struct buf *out)
{
    bool begins = true;

    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];

        if (begins && (c == '.' || c == '\''))
            buf_adds(out, "\\&");
        if (c == '\\')
            buf_adds(out, "\\e");
        else if (c == '-')
            buf_adds(out, "\\-");
        else if (c == '"' && macro)
            buf_adds(out, "\\(dq");
        else
            buf_addc(out, c);
        begins = c == '\n';
    }
}

/* One .It a command: its usage, what it does, its options and examples. */
static void commands_mdoc(struct buf *out)
{
    for (const struct command *c = commands; c->name; c++) {
        buf_adds(out, ".It Ic ");
        put_mdoc(slice_str(c->usage), true, out);
        buf_addf(out, "\n%c", c->about[0] >= 'a' && c->about[0] <= 'z'
            ? c->about[0] - 32 : c->about[0]);
        put_mdoc(slice_str(c->about + 1), false, out);
        buf_adds(out, ".\n");
        if (!c->help)
            continue;
        buf_adds(out, ".Bd -literal\n");
        put_mdoc(slice_str(c->help), false, out);
        buf_adds(out, ".Ed\n");
    }
}

int cmd_help(const struct conf *c, int argc, char **argv)
{
    bool mdoc = cmd_flag(&argc, argv, "--mdoc");
    const struct command *cmd;
    struct buf out;
    int rc = cmd_rest(argc, argv, 0, 1);

    (void)c;
    if (rc)
        return rc;
    buf_init(&out, OUT_MAX);
    if (argc > 1 && strcmp(argv[1], "settings") == 0) {
        if (mdoc)
            conf_manual(&out);
        else
            conf_help(&out);
    } else if (mdoc && argc == 1) {
        commands_mdoc(&out);
    } else if (argc == 1) {
        overview();
    } else if (mdoc || !(cmd = command_find(argv[1]))) {
        rc = term_usage(mdoc ? "help --mdoc: only of all, or of settings, not "
            "\"%s\"" : "there is no command \"%s\"", argv[1]);
    } else {
        help_of(cmd);
    }
    if (out.len)
        term_out(buf_slice(&out));
    buf_free(&out);
    return rc;
}
