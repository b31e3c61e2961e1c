/* sse.c - server-sent events: WHATWG HTML 9.2.6. */
#include "codec/sse.h"

#include "base/text.h"

void sse_init(struct sse *s, size_t max)
{
    *s = (struct sse){.retry = -1};
    buf_init(&s->line_, max);
    buf_init(&s->data_, max);
}

void sse_free(struct sse *s)
{
    buf_free(&s->line_);
    buf_free(&s->data_);
}

/* A field and its value; one blank after the colon is not part of it. */
static void take_field(struct sse *s, struct slice name, struct slice value)
{
    uint64_t ms;

    if (slice_starts(value, " "))
        value = slice_from(value, 1);
    if (slice_is(name, "data")) {
        if (s->has_data_)
            buf_addc(&s->data_, '\n');
        buf_add(&s->data_, value);
        s->has_data_ = true;
    } else if (slice_is(name, "event")) {
        text_copy(s->type_, sizeof s->type_, value);
    } else if (slice_is(name, "id")) {
        if (slice_chr(value, 0) == SLICE_NPOS)
            text_copy(s->id, sizeof s->id, value);
    } else if (slice_is(name, "retry")) {
        if (text_u64(value, 0, INT32_MAX, &ms) == 0)
            s->retry = (int64_t)ms;
    }
}

/* An empty line ends an event; one without data is none. */
static bool end_event(struct sse *s,
    bool (*event)(void *arg, struct slice type, struct slice data), void *arg)
{
    bool on = true;

    if (s->has_data_)
        on = event(arg, s->type_[0] ? slice_str(s->type_) : SLICE("message"),
            buf_slice(&s->data_));
    buf_clear(&s->data_);
    s->has_data_ = false;
    s->type_[0] = 0;
    return on;
}

static bool end_line(struct sse *s,
    bool (*event)(void *arg, struct slice type, struct slice data), void *arg)
{
    struct slice line = buf_slice(&s->line_), name;
    bool on = true;

    if (!s->begun_ && slice_starts(line, "\xef\xbb\xbf"))
        line = slice_from(line, 3);
    s->begun_ = true;
    if (line.len == 0) {
        on = end_event(s, event, arg);
    } else if (line.ptr[0] != ':') {
        name = slice_cut(&line, ':');
        take_field(s, name, line.ptr ? line : SLICE(""));
    }
    buf_clear(&s->line_);
    return on;
}

/* Up to the next end of a line, or all of it. */
static size_t line_length(struct slice s)
{
    size_t n = 0;

    while (n < s.len && s.ptr[n] != '\n' && s.ptr[n] != '\r')
        n++;
    return n;
}

bool sse_feed(struct sse *s, struct slice piece,
    bool (*event)(void *arg, struct slice type, struct slice data),
    void *arg)
{
    while (piece.len && !s->bad) {
        size_t n = line_length(piece);

        if (s->cr_ && piece.ptr[0] == '\n') {
            s->cr_ = false;     /* the second half of CRLF */
            piece = slice_from(piece, 1);
            continue;
        }
        s->cr_ = false;
        buf_add(&s->line_, slice_head(piece, n));
        piece = slice_from(piece, n);
        if (piece.len && buf_ok(&s->line_)) {
            s->cr_ = piece.ptr[0] == '\r';
            piece = slice_from(piece, 1);
            if (!end_line(s, event, arg))
                return false;
        }
        s->bad = !buf_ok(&s->line_) || !buf_ok(&s->data_);
    }
    return !s->bad;
}
