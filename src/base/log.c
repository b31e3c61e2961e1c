/* log.c - one line an event, to stderr: logfmt or JSON, constant names. */
#include "base/log.h"

#include "base/buf.h"
#include "base/sys.h"

#define LOG_LINE_MAX 4096       /* longer lines are cut, and say so */

static struct {
    enum log_level least;
    bool json;
    bool no_time;               /* journald stamps the lines itself */
    void (*sink)(void *, struct slice);
    void *arg;
} conf = {LOG_INFO, false, false, NULL, NULL};

static const char *const names[] = {"error", "warn", "info", "debug"};

void log_setup(enum log_level least, bool json)
{
    conf.least = least;
    conf.json = json;
    conf.no_time = sys_getenv("JOURNAL_STREAM") != NULL;
}

bool log_on(enum log_level level)
{
    return level <= conf.least;
}

void log_sink(void (*sink)(void *arg, struct slice line), void *arg)
{
    conf.sink = sink;
    conf.arg = arg;
}

/* JSON and quoted logfmt share one escaping: RFC 8259 7. */
static void add_quoted(struct buf *b, struct slice s)
{
    buf_addc(b, '"');
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];

        if (c == '"' || c == '\\') {
            buf_addc(b, '\\');
            buf_addc(b, c);
        } else if (c == '\n') {
            buf_adds(b, "\\n");
        } else if (c < 0x20 || c == 0x7f) {
            buf_addf(b, "\\u%04x", c);
        } else {
            buf_addc(b, c);
        }
    }
    buf_addc(b, '"');
}

static bool plain(struct slice s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] <= 0x20 || s.ptr[i] == '"' || s.ptr[i] == '='
            || s.ptr[i] == '\\' || s.ptr[i] == 0x7f)
            return false;
    return s.len > 0;
}

static void add_field(struct buf *b, const struct log_field *f)
{
    if (conf.json) {
        buf_addf(b, "%s\"%s\":", b->len > 1 ? "," : "", f->key);
    } else {
        if (b->len)
            buf_addc(b, ' ');
        buf_adds(b, f->key);
        buf_addc(b, '=');
    }
    if (f->is_number)
        buf_addi(b, f->number);
    else if (conf.json || !plain(f->text))
        add_quoted(b, f->text);
    else
        buf_add(b, f->text);
}

void log_fields(enum log_level level, const char *name,
    const struct log_field *fields)
{
    char mem[LOG_LINE_MAX + 16], stamp[SYS_STAMP_MAX] = "";
    struct log_field first[] = {LS("time", stamp), LS("level", names[level]),
        LS("ev", name)};
    struct buf b;

    if (!log_on(level))
        return;
    buf_over(&b, mem, LOG_LINE_MAX);
    if (conf.json)
        buf_addc(&b, '{');
    if (!conf.no_time) {
        sys_stamp(stamp, sys_wall());
        first[0].text = slice_str(stamp);
        add_field(&b, &first[0]);
    }
    add_field(&b, &first[1]);
    add_field(&b, &first[2]);
    for (; fields->key; fields++)
        add_field(&b, fields);
    if (b.bad) {
        b.max = b.cap = sizeof mem;
        b.bad = false;
        buf_adds(&b, conf.json ? "\"" : "...");
    }
    buf_adds(&b, conf.json ? "}\n" : "\n");
    if (conf.sink)
        conf.sink(conf.arg, buf_slice(&b));
    else
        sys_write_all(2, buf_slice(&b));
}
