/* log.c - one line an event, to stderr: logfmt or JSON, constant names. */
#include "base/log.h"

#include <string.h>

#include "base/buf.h"
#include "base/sys.h"
#include "base/text.h"

#define LOG_LINE_MAX 4096       /* longer lines are cut, and say so */
#define LOG_ESCAPE_MAX 6        /* a byte at its longest: \u001b */
#define LOG_TAIL_MAX 32         /* kept free for the end of a cut line */

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

/* Bytes of the UTF-8 character s begins with; 0: it begins with none.  RFC
 * 3629 4. */
static size_t utf8_len(struct slice s)
{
    uint8_t a = s.ptr[0], low = 0x80, high = 0xbf;
    size_t n = a < 0x80 ? 1 : a < 0xc2 ? 0 : a < 0xe0 ? 2 : a < 0xf0 ? 3
        : a < 0xf5 ? 4 : 0;

    if (n > s.len)
        return 0;
    if (a == 0xe0 || a == 0xf0)
        low = a == 0xe0 ? 0xa0 : 0x90;
    else if (a == 0xed || a == 0xf4)
        high = a == 0xed ? 0x9f : 0x8f;
    for (size_t i = 1; i < n; i++) {
        if (s.ptr[i] < low || s.ptr[i] > high)
            return 0;
        low = 0x80;
        high = 0xbf;
    }
    return n;
}

/* JSON and quoted logfmt share one escaping: RFC 8259 7.  A byte that is no
 * UTF-8 is written like the character of its number.  Returns false when the
 * line is full: what is there ends with a whole character. */
static bool add_escaped(struct buf *b, struct slice s)
{
    while (s.len) {
        uint8_t c = s.ptr[0];
        size_t n = utf8_len(s);

        if (b->len + LOG_ESCAPE_MAX > LOG_LINE_MAX)
            return false;
        if (c == '"' || c == '\\') {
            buf_addc(b, '\\');
            buf_addc(b, c);
        } else if (c == '\n') {
            buf_adds(b, "\\n");
        } else if (c < 0x20 || c == 0x7f || n == 0) {
            buf_addf(b, "\\u%04x", c);
        } else {
            buf_add(b, slice_of(s.ptr, n));
        }
        s = slice_from(s, n ? n : 1);
    }
    return true;
}

static bool plain(struct slice s)
{
    struct slice rest = s;

    while (rest.len) {
        size_t n = utf8_len(rest);

        if (rest.ptr[0] <= 0x20 || rest.ptr[0] == '"' || rest.ptr[0] == '='
            || rest.ptr[0] == '\\' || rest.ptr[0] == 0x7f || n == 0)
            return false;
        rest = slice_from(rest, n);
    }
    return s.len > 0;
}

/* False when the line is full: the field is cut, or left out. */
static bool add_field(struct buf *b, const struct log_field *f)
{
    bool quoted = !f->is_number && (conf.json || !plain(f->text)), all = true;

    if (b->len + strlen(f->key) + TEXT_U64_MAX + 8 > LOG_LINE_MAX)
        return false;
    if (conf.json) {
        buf_addf(b, "%s\"%s\":", b->len > 1 ? "," : "", f->key);
    } else {
        if (b->len)
            buf_addc(b, ' ');
        buf_adds(b, f->key);
        buf_addc(b, '=');
    }
    if (quoted)
        buf_addc(b, '"');
    if (f->is_number)
        buf_addi(b, f->number);
    else
        all = add_escaped(b, f->text);
    if (quoted)
        buf_addc(b, '"');
    return all;
}

void log_fields(enum log_level level, const char *name,
    const struct log_field *fields)
{
    char mem[LOG_LINE_MAX + LOG_TAIL_MAX], stamp[SYS_STAMP_MAX] = "";
    struct log_field first[] = {LS("time", stamp), LS("level", names[level]),
        LS("ev", name)};
    struct buf b;

    if (!log_on(level))
        return;
    buf_over(&b, mem, sizeof mem);
    if (conf.json)
        buf_addc(&b, '{');
    if (!conf.no_time) {
        sys_stamp(stamp, sys_wall());
        first[0].text = slice_str(stamp);
        add_field(&b, &first[0]);
    }
    add_field(&b, &first[1]);
    add_field(&b, &first[2]);
    while (fields->key && add_field(&b, fields))
        fields++;
    if (fields->key)
        buf_adds(&b, conf.json ? ",\"cut\":true" : " cut=true");
    buf_adds(&b, conf.json ? "}\n" : "\n");
    if (conf.sink)
        conf.sink(conf.arg, buf_slice(&b));
    else
        sys_write_all(2, buf_slice(&b));
}
