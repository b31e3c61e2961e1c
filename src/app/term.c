/* term.c - what the person sees: results on stdout, talk on stderr. */
#include "app/term.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/sys.h"

#define LINE 2048

static bool status_shown;
static bool lost;               /* stdout could not be written to */

bool term_dumb(void)
{
    const char *term = sys_getenv("TERM");

    return !term || !term[0] || strcmp(term, "dumb") == 0;
}

static bool colours(void)
{
    static int known = -1;

    if (known < 0) {
        const char *no = sys_getenv("NO_COLOR");

        known = sys_isatty(2) && !term_dumb() && !(no && no[0]);
    }
    return known;
}

static const char *look_code(enum term_look look)
{
    switch (look) {
    case TERM_PLAIN:
        break;
    case TERM_BOLD:
        return "\033[1m";
    case TERM_DIM:
        return "\033[2m";
    case TERM_GREEN:
        return "\033[32m";
    case TERM_RED:
        return "\033[31m";
    case TERM_YELLOW:
        return "\033[33m";
    case TERM_BLUE:
        return "\033[34m";
    }
    return "";
}

static void clear_status(void)
{
    if (status_shown)
        sys_write_all(2, SLICE("\r\033[K"));
    status_shown = false;
}

/* vsnprintf's length as what fits. */
static size_t fitted(int n, size_t cap)
{
    if (n < 0)
        return 0;
    return (size_t)n < cap ? (size_t)n : cap - 1;
}

void term_out(struct slice s)
{
    clear_status();
    lost = sys_write_all(1, s) != 0 || lost;
}

bool term_lost(void)
{
    return lost;
}

void term_outf(const char *fmt, ...)
{
    char line[LINE];
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    term_out(slice_of(line, fitted(n, sizeof line)));
}

void term_line(enum term_look look, struct slice text)
{
    bool dressed = look != TERM_PLAIN && colours();
    struct buf b;

    clear_status();
    buf_init(&b, text.len + 32);
    if (dressed)
        buf_adds(&b, look_code(look));
    buf_add(&b, text);
    buf_adds(&b, dressed ? "\033[0m\n" : "\n");
    if (buf_ok(&b))
        sys_write_all(2, buf_slice(&b));
    buf_free(&b);
}

void term_say(enum term_look look, const char *fmt, ...)
{
    char text[LINE];
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    term_line(look, slice_of(text, fitted(n, sizeof text)));
}

void term_status(const char *fmt, ...)
{
    char text[256];
    va_list ap;
    int n;

    if (!sys_isatty(2) || term_dumb())
        return;
    va_start(ap, fmt);
    n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    clear_status();
    if (n <= 0)
        return;
    sys_write_all(2, slice_of(text, fitted(n, sizeof text)));
    status_shown = true;
}

int term_fail(const struct err *err)
{
    term_say(TERM_RED, "concierge: %s", err->msg);
    return err_exit(err->code);
}

int term_usage(const char *fmt, ...)
{
    char text[512];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    term_say(TERM_PLAIN, "concierge: %s\nTry 'concierge help'.", text);
    return 64;
}

int term_ask(const char *question, char yes)
{
    char answer[16], keys[] = {' ', '[', yes, '/', 'N', ']', ' '};
    ssize_t n;

    if (!sys_isatty(0))
        return -1;
    clear_status();
    sys_write_all(2, slice_str(question));
    sys_write_all(2, slice_of(keys, sizeof keys));
    n = sys_read(0, answer, sizeof answer);
    if (n > 0)
        answer[0] = (char)byte_lower((uint8_t)answer[0]);
    return n > 0 && (answer[0] == 'y' || answer[0] == yes);
}
