/* completion_cmd.c - concierge completion: what a shell needs to finish a word.
 *
 * Made from the table of commands and the table of settings, so that neither
 * can say what the other does not.  The flags of a command are those its help
 * names; what its usage calls ID, NAME, NUMBER, FILE or COMMAND is what its
 * words are.  Ids, scenarios and numbers are asked of the program itself, when
 * the person presses the key.
 */
#include "app/cmd.h"

#include <string.h>

#include "app/term.h"
#include "base/text.h"

#define FLAGS_MAX 32            /* of one command */
#define OUT_MAX   (128u << 10)

enum shell { BASH, ZSH, FISH };

enum words {                    /* what the words of a command are */
    WORDS_NONE, WORDS_IDS, WORDS_SCENARIOS, WORDS_NUMBERS, WORDS_FILES,
    WORDS_COMMANDS, WORDS_SHELLS
};

struct flag {
    struct slice name;          /* with its dashes */
    struct slice arg;           /* "FILE"; empty: takes none */
    struct slice help;
};

struct flags {
    struct flag list[FLAGS_MAX];
    size_t n;
};

/* ---- what the tables say ---- */

static bool in_name(uint8_t c)
{
    return c == '-' || (c >= 'a' && c <= 'z');
}

/* "--out DIR           keep transcripts there" at the start of text. */
static struct flag read_flag(struct slice text)
{
    struct flag f = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    struct slice line = slice_cut(&text, '\n');
    size_t n = 0, from;

    while (n < line.len && in_name(line.ptr[n]))
        n++;
    f.name = slice_of(line.ptr, n);
    if (n + 1 < line.len && line.ptr[n] == ' '
        && (line.ptr[n + 1] == '+' || (line.ptr[n + 1] >= 'A'
        && line.ptr[n + 1] <= 'Z'))) {
        from = ++n;
        while (n < line.len && line.ptr[n] != ' ' && line.ptr[n] != ']'
            && line.ptr[n] != ',')
            n++;
        f.arg = slice_of(line.ptr + from, n - from);
    }
    if (n + 1 < line.len && line.ptr[n] == ' ' && line.ptr[n + 1] == ' ')
        f.help = slice_trim_all(slice_of(line.ptr + n, line.len - n));
    return f;
}

/* The same flag may be named in the usage and told of below. */
static void add_flag(struct flags *to, struct flag f)
{
    for (size_t i = 0; i < to->n; i++)
        if (slice_eq(to->list[i].name, f.name)) {
            if (!to->list[i].arg.len)
                to->list[i].arg = f.arg;
            if (!to->list[i].help.len)
                to->list[i].help = f.help;
            return;
        }
    if (to->n < FLAGS_MAX)
        to->list[to->n++] = f;
}

static void read_flags(const char *text, struct flags *to)
{
    const char *end = text ? strstr(text, "Examples:") : NULL;

    if (!text)
        return;
    for (const char *p = text; (p = strstr(p, "--")) && (!end || p < end);
        p += 2)
        if (in_name((uint8_t)p[2]) && p[2] != '-')
            add_flag(to, read_flag(slice_str(p)));
}

static void flags_of(const struct command *cmd, struct flags *to)
{
    to->n = 0;
    read_flags(cmd->usage, to);
    read_flags(cmd->help, to);
}

static enum words words_of(const struct command *cmd)
{
    static const struct {
        const char *name;
        enum words words;
    } kinds[] = {
        {"bash", WORDS_SHELLS}, {"ID", WORDS_IDS}, {"[ID]", WORDS_IDS},
        {"[NAME...]", WORDS_SCENARIOS}, {"[NUMBER", WORDS_NUMBERS},
        {"[COMMAND]", WORDS_COMMANDS}, {"TRANSCRIPT", WORDS_FILES},
        {"FILE", WORDS_FILES}
    };
    struct slice rest = slice_str(cmd->usage), word;

    slice_cut(&rest, ' ');
    word = slice_cut(&rest, ' ');
    word = slice_cut(&word, '|');
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (slice_is(word, kinds[i].name))
            return kinds[i].words;
    return WORDS_NONE;
}

/* The command that lists them, one a line and its name first. */
static const char *asking(enum words words)
{
    switch (words) {
    case WORDS_IDS:
        return "calls";
    case WORDS_SCENARIOS:
        return "simulate --list";
    case WORDS_NUMBERS:
        return "explain";
    case WORDS_NONE: case WORDS_FILES: case WORDS_COMMANDS: case WORDS_SHELLS:
        break;
    }
    return NULL;
}

/* What of their lines is not the name, for sed; 13210-13227 is a run. */
static const char *behind(enum words words)
{
    return words == WORDS_NUMBERS ? "[- ].*" : " .*";
}

static bool is_path(struct slice arg)
{
    return slice_is(arg, "FILE") || slice_is(arg, "DIR");
}

/* ---- pieces that the shells share ---- */

/* In single quotes: bash and zsh leave them for a quote, fish knows \'. */
static void put_quoted(enum shell shell, struct slice text, struct buf *out)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '\'')
            buf_adds(out, shell == FISH ? "\\'" : "'\\''");
        else
            buf_addc(out, text.ptr[i]);
}

static void put_commands(struct buf *out)
{
    for (const struct command *c = commands; c->name; c++)
        buf_addf(out, "%s%s", c == commands ? "" : " ", c->name);
}

/* "a|b" as words. */
static void put_choices(struct slice choices, struct buf *out)
{
    for (size_t i = 0; i < choices.len; i++)
        buf_addc(out, choices.ptr[i] == '|' ? (uint8_t)' ' : choices.ptr[i]);
}

/* The flags whose value is a path, or is nothing a shell can guess, as the
 * pattern of a case: "--out|--env-file". */
static void put_valued(bool paths, struct buf *out)
{
    struct conf_option o;
    struct flags f;
    size_t n = 0;

    for (size_t i = 0; conf_option_at(i, &o); i++)
        if (o.arg && !o.choices && o.path == paths)
            buf_addf(out, "%s%s", n++ ? "|" : "", o.flag);
    for (const struct command *c = commands; c->name; c++) {
        flags_of(c, &f);
        for (size_t i = 0; i < f.n; i++)
            if (f.list[i].arg.len && is_path(f.list[i].arg) == paths)
                buf_addf(out, "|%.*s", SLICE_ARG(f.list[i].name));
    }
}

/* ---- bash ---- */

static void put_bash_words(const struct command *c, struct buf *out)
{
    enum words words = words_of(c);
    struct flags f;

    flags_of(c, &f);
    buf_addf(out, "    %s)\n        words='", c->name);
    if (words == WORDS_COMMANDS) {
        put_commands(out);
        buf_adds(out, " settings");
    } else if (words == WORDS_SHELLS) {
        buf_adds(out, "bash zsh fish");
    }
    for (size_t i = 0; i < f.n; i++)
        buf_addf(out, " %.*s", SLICE_ARG(f.list[i].name));
    buf_adds(out, " --help'\n");
    if (asking(words))
        buf_addf(out, "        [[ $cur == -* ]] || words=$(\"$program\" %s "
            "2>/dev/null |\n            sed 's/%s//') ;;\n", asking(words),
            behind(words));
    else if (words == WORDS_FILES)
        buf_adds(out, "        [[ $cur == -* ]] || { compopt -o filenames\n"
            "            mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
            "            return; } ;;\n");
    else
        buf_adds(out, "        ;;\n");
}

static void put_bash(struct buf *out)
{
    struct conf_option o;

    buf_adds(out, "# bash completion for concierge; made by "
        "`concierge completion bash`.\n_concierge()\n{\n"
        "    local program=${COMP_WORDS[0]} command= words= i\n"
        "    local cur=${COMP_WORDS[COMP_CWORD]}\n"
        "    local prev=${COMP_WORDS[COMP_CWORD-1]}\n\n"
        "    COMPREPLY=()\n"
        "    if [[ $cur == = ]]; then\n        cur=\n"
        "    elif [[ $prev == = ]]; then\n"
        "        prev=${COMP_WORDS[COMP_CWORD-2]}\n    fi\n"
        "    case $prev in\n");
    for (size_t i = 0; conf_option_at(i, &o); i++)
        if (o.choices) {
            buf_addf(out, "    %s) words='", o.flag);
            put_choices(slice_str(o.choices), out);
            buf_adds(out, "' ;;\n");
        }
    buf_adds(out, "    ");
    put_valued(true, out);
    buf_adds(out, ")\n        compopt -o filenames\n"
        "        mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
        "        return ;;\n    ");
    put_valued(false, out);
    buf_adds(out, ")\n        return ;;\n    esac\n"
        "    if [[ $words ]]; then\n"
        "        mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n"
        "        return\n    fi\n"
        "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        "        [[ ${COMP_WORDS[i]} == -* ]] || { "
        "command=${COMP_WORDS[i]} && break; }\n    done\n"
        "    case $command in\n    '') words='");
    put_commands(out);
    buf_adds(out, "' ;;\n");
    for (const struct command *c = commands; c->name; c++)
        put_bash_words(c, out);
    buf_adds(out, "    esac\n    [[ $cur != --* ]] || words+=' ");
    for (size_t i = 0; conf_option_at(i, &o); i++)
        buf_addf(out, "%s%s", i ? " " : "", o.flag);
    buf_adds(out, "'\n    mapfile -t COMPREPLY < <(compgen -W \"$words\" "
        "-- \"$cur\")\n}\ncomplete -F _concierge concierge\n");
}

/* ---- zsh ---- */

/* 'name:what it is' of a list for _describe. */
static void put_zsh_item(struct slice name, struct slice help,
    struct buf *out)
{
    buf_addf(out, " '%.*s:", SLICE_ARG(name));
    put_quoted(ZSH, help, out);
    buf_addc(out, '\'');
}

static void put_zsh_words(const struct command *c, struct buf *out)
{
    enum words words = words_of(c);
    struct flags f;

    flags_of(c, &f);
    buf_addf(out, "    %s)\n        said=(", c->name);
    for (size_t i = 0; i < f.n; i++)
        put_zsh_item(f.list[i].name, f.list[i].help, out);
    buf_adds(out, " '--help:how it is used')\n");
    if (asking(words)) {
        buf_addf(out, "        [[ $PREFIX == -* ]] || compadd -- "
            "${(f)\"$($words[1] %s 2>/dev/null |\n"
            "            sed 's/%s//')\"} ;;\n", asking(words), behind(words));
        return;
    }
    if (words == WORDS_FILES)
        buf_adds(out, "        [[ $PREFIX == -* ]] || _files\n");
    else if (words == WORDS_SHELLS)
        buf_adds(out, "        compadd bash zsh fish\n");
    else if (words == WORDS_COMMANDS)
        buf_adds(out, "        compadd settings ${commands%%:*}\n");
    buf_adds(out, "        ;;\n");
}

static void put_zsh(struct buf *out)
{
    struct conf_option o;

    buf_adds(out, "#compdef concierge\n# Made by `concierge completion zsh`.\n"
        "_concierge()\n{\n    local -a commands said settings\n\n"
        "    commands=(");
    for (const struct command *c = commands; c->name; c++)
        put_zsh_item(slice_str(c->name), slice_str(c->about), out);
    buf_adds(out, ")\n    settings=(");
    for (size_t i = 0; conf_option_at(i, &o); i++)
        put_zsh_item(slice_str(o.flag), slice_str(o.help), out);
    buf_adds(out, ")\n    case $words[CURRENT-1] in\n");
    for (size_t i = 0; conf_option_at(i, &o); i++)
        if (o.choices) {
            buf_addf(out, "    %s) compadd ", o.flag);
            put_choices(slice_str(o.choices), out);
            buf_adds(out, "; return ;;\n");
        }
    buf_adds(out, "    ");
    put_valued(true, out);
    buf_adds(out, ") _files; return ;;\n    ");
    put_valued(false, out);
    buf_adds(out, ") _message value; return ;;\n    esac\n"
        "    if (( CURRENT == 2 )) && [[ $PREFIX != -* ]]; then\n"
        "        _describe command commands\n        return\n    fi\n"
        "    case $words[2] in\n");
    for (const struct command *c = commands; c->name; c++)
        put_zsh_words(c, out);
    buf_adds(out, "    esac\n"
        "    [[ $PREFIX != --* ]] || said+=($settings)\n"
        "    _describe -o option said\n}\n"
        "if [[ $funcstack[1] == _concierge ]]; then\n    _concierge \"$@\"\n"
        "else\n    compdef _concierge concierge\nfi\n");
}

/* ---- fish ---- */

static void put_fish_flag(const struct command *c, const struct flag *f,
    struct buf *out)
{
    buf_addf(out, "complete -c concierge -n '__fish_seen_subcommand_from %s' "
        "-l %.*s%s -d '", c->name, (int)f->name.len - 2, f->name.ptr + 2,
        !f->arg.len ? "" : is_path(f->arg) ? " -rF" : " -x");
    put_quoted(FISH, f->help, out);
    buf_adds(out, "'\n");
}

static void put_fish_command(const struct command *c, struct buf *out)
{
    enum words words = words_of(c);
    struct flags f;

    flags_of(c, &f);
    buf_addf(out, "complete -c concierge -n __fish_use_subcommand -a %s -d '",
        c->name);
    put_quoted(FISH, slice_str(c->about), out);
    buf_adds(out, "'\n");
    for (size_t i = 0; i < f.n; i++)
        put_fish_flag(c, &f.list[i], out);
    if (words == WORDS_NONE)
        return;
    buf_addf(out, "complete -c concierge -n '__fish_seen_subcommand_from %s' ",
        c->name);
    if (asking(words)) {
        buf_addf(out, "-a '(concierge %s 2>/dev/null | "
            "string replace -r \"%s\" \"\")'\n", asking(words),
            behind(words));
    } else if (words == WORDS_FILES) {
        buf_adds(out, "-F\n");
    } else if (words == WORDS_SHELLS) {
        buf_adds(out, "-a 'bash zsh fish'\n");
    } else {
        buf_adds(out, "-a 'settings ");
        put_commands(out);
        buf_adds(out, "'\n");
    }
}

static void put_fish(struct buf *out)
{
    struct conf_option o;

    buf_adds(out, "# fish completion for concierge; made by "
        "`concierge completion fish`.\ncomplete -c concierge -f\n"
        "complete -c concierge -l help -d 'how it is used'\n");
    for (const struct command *c = commands; c->name; c++)
        put_fish_command(c, out);
    for (size_t i = 0; conf_option_at(i, &o); i++) {
        buf_addf(out, "complete -c concierge -l %s", o.flag + 2);
        if (o.choices) {
            buf_adds(out, " -xa '");
            put_choices(slice_str(o.choices), out);
            buf_adds(out, "'");
        } else if (o.arg) {
            buf_adds(out, o.path ? " -rF" : " -x");
        }
        buf_adds(out, " -d '");
        put_quoted(FISH, slice_str(o.help), out);
        buf_adds(out, "'\n");
    }
}

int cmd_completion(const struct conf *c, int argc, char **argv)
{
    struct buf out;
    int rc = cmd_rest(argc, argv, 1, 1);

    (void)c;
    if (rc)
        return rc;
    buf_init(&out, OUT_MAX);
    if (strcmp(argv[1], "bash") == 0)
        put_bash(&out);
    else if (strcmp(argv[1], "zsh") == 0)
        put_zsh(&out);
    else if (strcmp(argv[1], "fish") == 0)
        put_fish(&out);
    else
        rc = term_usage("completion: bash, zsh or fish, not \"%s\"", argv[1]);
    if (out.len)
        term_out(buf_slice(&out));
    buf_free(&out);
    return rc;
}
