/* chat_cmd.c - the prompt: requests in words, calls followed as they go,
 * questions answered in place.
 *
 * At a terminal a line editor, the state of a running call standing before it;
 * through a pipe, and at a dumb terminal, plain lines, one after the other: the
 * next one is read when what the last one began is over, or when it is asked
 * for.  The server's own doors do the work; where none answers one runs in
 * here.
 */
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "app/chat_impl.h"
#include "app/cmd.h"
#include "app/history.h"
#include "base/log.h"
#include "base/sys.h"
#include "base/text.h"
#include "net/sigs.h"

#define ARMED_FOR 5000          /* ms in which a second ^C leaves */
#define ESCAPE_WITHIN 100       /* ms after which ESC is a key of its own */
#define LEAVE_WITHIN 5000       /* ms after ^C twice */
#define PART_WITHIN 20000       /* ms for a goodbye when the terminal is gone */

const char chat_help[] =
    "Say what you want: \"Book a table at Luigi's for 4 tomorrow at 7 pm\".\n"
    "Nothing rings before you said yes.\n\n"
    "  ^C    ends a running call politely, once more hangs up and leaves;\n"
    "        else it empties the line, or leaves when pressed twice\n"
    "  ^D    leaves; while a call runs, when that is over\n"
    "  quit  or exit, q: the same.  In quotes (\"quit\") it is no command but\n"
    "        the answer to what is asked in mid-call\n"
    "  ^R    looks for an earlier line: ^R an older one, Enter takes it,\n"
    "        ^G goes back; arrows and the usual keys edit\n\n"
    "Lines are remembered in CONCIERGE_DIR/history, unless they begin with a\n"
    "blank.  Through a pipe: one line a turn.\n\n"
    "Examples:\n  concierge chat\n"
    "  printf '%s\\n' \"Cancel my table at Luigi's\" yes | concierge chat\n";

/* ---- what is shown ---- */

void chat_say(struct chat *c, enum term_look look, const char *fmt, ...)
{
    char text[1024];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    screen_say(&c->screen, look, slice_str(text));
}

void chat_status(struct chat *c, int rc)
{
    if (!c->interrupted)
        c->rc = rc;
}

/* A dumb terminal has a prompt only where a line is read. */
void chat_draw(struct chat *c)
{
    char prompt[SCREEN_PROMPT] = "";
    bool full = c->screen.kind == SCREEN_FULL;

    if (c->over)
        return;
    if (chat_live(c, prompt, sizeof prompt)) {
        if (!full && (!c->question.open || c->question.sent || c->ended))
            prompt[0] = 0;
    } else if (c->busy) {
        text_copy(prompt, sizeof prompt, full ? SLICE("... ") : SLICE(""));
    } else if (!c->ended && !c->leaving) {
        text_copy(prompt, sizeof prompt, SLICE("> "));
    }
    screen_prompt(&c->screen, prompt);
}

static void on_log(void *arg, struct slice line)
{
    screen_say(arg, TERM_DIM, slice_trim_all(line));
}

/* ---- coming to an end ---- */

static bool under_way(const struct chat *c)
{
    return c->busy || c->id[0];
}

/* Leaves when nothing is under way and nobody says more. */
void chat_settle(struct chat *c)
{
    if (c->over)
        return;
    if (!under_way(c)) {
        c->ending = CHAT_GOES_ON;
        chat_take_lines(c);
        if ((c->ended || c->leaving) && !under_way(c))
            loop_stop(c->loop);
    }
    chat_draw(c);
}

/* Nothing more can be done from here: book.c says the same. */
static void give_up(void *arg)
{
    struct chat *c = arg;

    if (under_way(c) && c->own.server)
        chat_say(c, TERM_RED, "interrupted: it may still be ringing; the next "
            "start with this CONCIERGE_DIR hangs up");
    else if (under_way(c))
        chat_say(c, TERM_RED, "interrupted; the server goes on hanging up: "
            "concierge calls");
    c->leaving = true;
    loop_stop(c->loop);
}

static void leave_within(struct chat *c, int64_t ms, void (*then)(void *arg))
{
    c->leave = (struct timer){.fire = then, .arg = c};
    loop_in(c->loop, &c->leave, ms);
}

/* What is under way ends now, and then so do we. */
static void leave_now(void *arg)
{
    struct chat *c = arg;

    c->interrupted = c->leaving = true;
    c->rc = 130;
    if (!under_way(c)) {
        loop_stop(c->loop);
        return;
    }
    if (c->ending != CHAT_NOW) {
        chat_say(c, TERM_YELLOW, "leaving as soon as nothing rings any more");
        c->ending = CHAT_NOW;
        chat_hang_up(c);
    }
    leave_within(c, LEAVE_WITHIN, give_up);
}

static void end_politely(struct chat *c)
{
    c->ending = CHAT_POLITELY;
    if (c->id[0])
        chat_say(c, TERM_YELLOW, "ending the call (^C once more hangs up)");
    else
        chat_say(c, TERM_YELLOW, "what that calls is hung up (^C once more to "
            "leave)");
    chat_hang_up(c);
}

/* ^C while something is under way: once ends a call politely, twice at once,
 * three times waits for nothing. */
static void interrupt_work(struct chat *c)
{
    if (c->leaving) {
        give_up(c);
    } else if (c->ending != CHAT_GOES_ON) {
        leave_now(c);
    } else {
        end_politely(c);
        /* Whoever interrupts a script wants no more of it. */
        if (c->screen.kind == SCREEN_PIPE) {
            c->interrupted = c->ended = true;
            c->rc = 130;
            c->input_n = 0;
        }
    }
}

static void interrupt(struct chat *c)
{
    int64_t now = sys_now();
    bool typed = edit_text(&c->edit).len > 0;

    if (under_way(c)) {
        interrupt_work(c);
    } else if (c->screen.kind == SCREEN_PIPE
        || (!typed && c->armed && now - c->armed < ARMED_FOR)) {
        leave_now(c);
    } else if (!typed) {
        c->armed = now;
        chat_say(c, TERM_DIM, "^C once more, or ^D, leaves");
    }
    edit_begin(&c->edit);
    chat_draw(c);
}

/* No more is typed: ^D, quit, or the end of a pipe. */
static void end_input(struct chat *c)
{
    bool first = !c->ended;

    c->ended = true;
    if (!first || c->screen.kind == SCREEN_PIPE || !under_way(c))
        return;
    if (c->question.open && !c->question.sent)
        chat_say(c, TERM_DIM, "I leave when the call is over.  The question "
            "is still open; if that was your answer, put it in quotes");
    else
        chat_say(c, TERM_DIM, "the call goes on, and I leave when it is over "
            "(^C ends it)");
}

/* ---- what is typed ---- */

static bool is_command(struct slice word)
{
    return slice_iis(word, "quit") || slice_iis(word, "exit")
        || slice_iis(word, "q");
}

/* "quit" in quotes is a word like any other. */
static struct slice unquoted(struct slice line)
{
    struct slice inner = line;

    if (line.len > 2 && (line.ptr[0] == '"' || line.ptr[0] == '\'')
        && line.ptr[line.len - 1] == line.ptr[0])
        inner = slice_of(line.ptr + 1, line.len - 2);
    return is_command(inner) ? inner : line;
}

static void take_line(struct chat *c, struct slice line)
{
    struct chat_question *q = &c->question;

    line = slice_trim_all(line);
    if (line.len == 0)
        return;
    if (is_command(line)) {
        c->input_n = 0;
        end_input(c);
    } else if (q->open && !q->sent && !c->ending) {
        chat_answer(c, unquoted(line));
    } else if (q->lapsed) {
        q->lapsed = false;
        chat_say(c, TERM_YELLOW, "too late: the question is closed, they were "
            "not told that");
    } else if (under_way(c)) {
        chat_say(c, TERM_DIM, c->id[0] ? "one thing after the other: a call "
            "is running (^C ends it)" : "one thing after the other");
    } else {
        chat_ask(c, line);
    }
}

static bool reads_lines(const struct chat *c)
{
    return c->screen.kind != SCREEN_FULL && !c->leaving && (!under_way(c)
        || (c->question.open && !c->question.sent));
}

void chat_take_lines(struct chat *c)
{
    while (c->input_n && reads_lines(c)) {
        struct slice rest = slice_of(c->input, c->input_n), line;
        size_t end = slice_chr(rest, '\n');
        char mem[CHAT_INPUT];

        if (end == SLICE_NPOS && !c->ended && rest.len < sizeof c->input)
            return;
        line = slice_cut(&rest, '\n');
        memcpy(mem, line.ptr, line.len);
        line = slice_of(mem, line.len);
        memmove(c->input, rest.ptr, rest.len);
        c->input_n = rest.len;
        take_line(c, line);
        if (!c->ended)
            loop_want(c->loop, &c->in, LOOP_READ);
    }
}

/* ^Z.  A server that runs in here would stop, too, and its call fall
 * silent. */
static void suspend(struct chat *c)
{
    if (c->own.server && c->id[0]) {
        chat_say(c, TERM_YELLOW, "not now: the call is made in here and would "
            "fall silent (^C ends it)");
        return;
    }
    screen_leave(&c->screen);
    sys_suspend();
    screen_back(&c->screen);
    chat_draw(c);
}

static void on_line(struct chat *c)
{
    uint8_t mem[EDIT_LINE];
    struct slice line = edit_text(&c->edit);

    memcpy(mem, line.ptr, line.len);
    line = slice_of(mem, line.len);
    screen_enter(&c->screen);
    history_add(c->history, &c->edit, c->disk, line);
    edit_begin(&c->edit);
    take_line(c, line);
}

static void on_key(struct chat *c, uint8_t byte)
{
    enum edit_what what = edit_key(&c->edit, byte);

    if (what != EDIT_BREAK)
        c->armed = 0;
    switch (what) {
    case EDIT_DONE:
        on_line(c);
        break;
    case EDIT_END:
        end_input(c);
        break;
    case EDIT_BREAK:
        interrupt(c);
        break;
    case EDIT_SUSPEND:
        suspend(c);
        break;
    case EDIT_CLEAR:
        screen_clear(&c->screen);
        break;
    case EDIT_MORE:
        break;
    }
}

/* The terminal is gone, and whoever sat there: nobody waits for the call. */
static void hung_up_on(struct chat *c)
{
    if (c->leaving)
        return;
    c->interrupted = c->leaving = true;
    c->rc = 130;
    if (under_way(c) && c->ending == CHAT_GOES_ON)
        end_politely(c);
    leave_within(c, PART_WITHIN, leave_now);
    chat_settle(c);
}

static void on_escape(void *arg)
{
    struct chat *c = arg;

    edit_idle(&c->edit);
    chat_draw(c);
}

static void on_keys(struct chat *c)
{
    uint8_t keys[512];
    ssize_t n = sys_read(SYS_STDIN, keys, sizeof keys);

    if (n == SYS_AGAIN)
        return;
    if (n <= 0) {
        loop_unwatch(c->loop, &c->in);
        hung_up_on(c);
        return;
    }
    /* What is typed behind a ^D is for somebody else. */
    for (ssize_t i = 0; i < n && (under_way(c) || !(c->ended
        || c->leaving)); i++)
        on_key(c, keys[i]);
    if (edit_waits(&c->edit))
        loop_in(c->loop, &c->escape, ESCAPE_WITHIN);
    else
        loop_cancel(c->loop, &c->escape);
    chat_settle(c);
}

static void on_piece_of_lines(struct chat *c)
{
    ssize_t n;

    if (c->input_n < sizeof c->input) {
        n = sys_read(SYS_STDIN, c->input + c->input_n,
            sizeof c->input - c->input_n);
        if (n == SYS_AGAIN)
            return;
        if (n <= 0) {
            loop_unwatch(c->loop, &c->in);
            end_input(c);
        } else {
            screen_entered(&c->screen);
            c->input_n += (size_t)n;
        }
    }
    chat_take_lines(c);
    chat_settle(c);
    /* A pipe that runs ahead waits. */
    if (!c->ended && c->input_n == sizeof c->input)
        loop_want(c->loop, &c->in, 0);
}

static void on_input(void *arg, int events)
{
    struct chat *c = arg;

    (void)events;
    if (c->screen.kind == SCREEN_FULL)
        on_keys(c);
    else
        on_piece_of_lines(c);
}

static void on_signal(void *arg, int sig)
{
    struct chat *c = arg;

    if (c->over)
        return;
    if (sig == SIGINT) {
        screen_broken(&c->screen);
        interrupt(c);
    } else if (sig == SIGTERM && c->leaving)
        give_up(c);
    else if (sig == SIGTERM)
        leave_now(c);
    else if (sig == SIGHUP && c->screen.kind != SCREEN_PIPE)
        hung_up_on(c);
    else if (sig == SIGTSTP) {
        screen_leave(&c->screen);
        sys_suspend();
    } else if (sig == SIGCONT) {
        screen_back(&c->screen);
        chat_draw(c);
    }
#ifdef SIGWINCH
    else if (sig == SIGWINCH)
        screen_resize(&c->screen);
#endif
}

/* ---- all of it ---- */

static void remember(struct chat *c)
{
    sys_mkdir(c->conf->dir, 0700);
    text_fmt(c->history, sizeof c->history, "%s/history", c->conf->dir);
    history_load(c->history, &c->edit);
    c->disk = c->own.server ? c->own.server->disk : disk_new(c->loop, NULL);
}

static void converse(struct chat *c)
{
    struct err err = {0};

    c->in = (struct watch){.fd = SYS_STDIN, .ready = on_input, .arg = c};
    c->escape = (struct timer){.fire = on_escape, .arg = c};
    screen_open(&c->screen, &c->edit);
    if (c->screen.kind != SCREEN_PIPE) {
        log_sink(on_log, &c->screen);
        if (c->conf->log_level == LOG_INFO)     /* nobody asked for more */
            log_setup(LOG_ERROR, c->conf->log_json);
        chat_say(c, TERM_DIM, "What can I do for you?  quit ends it, ^C a "
            "call.");
    }
    if (c->screen.kind == SCREEN_FULL) {
        remember(c);
        if (sigs_terminal(c->loop, &err))
            chat_say(c, TERM_YELLOW, "%s", err.msg);
    }
    loop_watch(c->loop, &c->in, LOOP_READ);
    chat_draw(c);
    loop_run(c->loop);
    c->over = true;
    screen_close(&c->screen);
    log_sink(NULL, NULL);
}

int cmd_chat(const struct conf *conf, int argc, char **argv)
{
    struct chat c = {.conf = conf};
    struct err err = {0};
    int rc = cmd_rest(argc, argv, 0, 0);

    if (rc)
        return rc;
    c.loop = loop_new(&err);
    if (!c.loop)
        return term_fail(&err);
    edit_init(&c.edit);
    if (sigs_start(c.loop, on_signal, &c, &err) == 0
        && own_open(&c.own, &c.client, c.loop, conf, &err) == 0)
        converse(&c);
    else
        c.rc = term_fail(&err);
    c.over = true;
    loop_unwatch(c.loop, &c.in);
    loop_cancel(c.loop, &c.tick);
    loop_cancel(c.loop, &c.escape);
    loop_cancel(c.loop, &c.leave);
    loop_cancel(c.loop, &c.again);
    client_close(&c.client);
    if (c.disk && !c.own.server)
        disk_free(c.disk);
    if (under_way(&c))          /* what it left is for the next start */
        own_drop(&c.own);
    else
        own_close(&c.own, c.loop);
    sigs_stop(c.loop);
    loop_free(c.loop);
    edit_free(&c.edit);
    return c.rc == 0 && term_lost() ? err_exit(ERR_IO) : c.rc;
}
