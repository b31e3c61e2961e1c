/* lines.c - the transcript of one call, in the order it was heard. */
#include <string.h>

#include "agent/redact.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "call/call_impl.h"

#define CONTEXT_MAX 16384       /* bytes for a new session of the model: some
                                   ten minutes of talk */
#define HELD_FOR 4000           /* ms; who reads a number out goes on sooner */
#define WORDS_MAX ((size_t)LIMIT_TRANSCRIPT * 256)      /* bytes, all lines */

void call_stamp(char out[static 12], int64_t at)
{
    if (at < 0)
        at = 0;
    text_fmt(out, 12, "%02d:%02d.%03d", (int)(at / 60000 % 100),
        (int)(at / 1000 % 60), (int)(at % 1000));
}

struct slice call_line_text(const struct call *c, const struct call_line *l)
{
    return slice_of(c->words.ptr + l->from, l->len);
}

static int room_for_line(struct call *c)
{
    size_t cap = c->lines_cap ? c->lines_cap * 2
        : TINY_OR(1, 16);
    void *p;

    if (c->lines >= LIMIT_TRANSCRIPT)
        return -1;
    if (c->lines < c->lines_cap)
        return 0;
    p = mem_resize(c->line, cap * sizeof *c->line);
    if (!p)
        return -1;
    c->line = p;
    c->lines_cap = cap;
    return 0;
}

void call_add_stored_line(struct call *c, bool them, int64_t at,
    struct slice text)
{
    struct call_line l = {.at = at, .them = them,
        .from = (uint32_t)c->words.len};
    size_t i;

    if (room_for_line(c))
        return;
    if (!c->words.max)
        buf_init(&c->words, WORDS_MAX);
    buf_add(&c->words, text);
    if (!buf_ok(&c->words)) {
        c->words.bad = false;   /* what fitted stays */
        return;
    }
    l.len = (uint32_t)text.len;
    /* A transcription can come after later words of ours. */
    for (i = c->lines++; i && c->line[i - 1].at > at; i--)
        c->line[i] = c->line[i - 1];
    c->line[i] = l;
}

static void store(struct call *c, bool them, int64_t at, struct slice text)
{
    char stamp[12];
    struct buf json;
    struct jsonw *w, w2;

    call_add_stored_line(c, them, at, text);
    call_stamp(stamp, at);

    w = journal_begin(c->calls->journal, JOURNAL_LINE, slice_str(c->id));
    jsonw_kint(w, "ms", at);
    jsonw_kcstr(w, "who", them ? "them" : "us");
    jsonw_kstr(w, "text", text);
    journal_end(c->calls->journal, false, NULL, NULL);

    buf_init(&json, LIMIT_RECORD);
    jsonw_begin(&w2, &json);
    jsonw_object(&w2);
    jsonw_kcstr(&w2, "at", stamp);
    jsonw_kcstr(&w2, "who", them ? "them" : "us");
    jsonw_kstr(&w2, "text", text);
    jsonw_end(&w2);
    call_tell(c, "transcript", buf_slice(&json));
    buf_free(&json);
}

/* ---- numbers that are read out in pieces ---- */

/* A pause ends a line, not the number that is read out: a line that ends in
 * digits waits for the next one of the same speaker, and what they say
 * together is redacted as one. */

static void release(struct call *c, bool them)
{
    struct call_held *h = &c->held[them];
    size_t from = 0;

    if (h->n)
        redact_line((struct mslice){h->text.ptr, h->text.len});
    for (size_t i = 0; i < h->n; i++) {
        store(c, them, h->line[i].at, slice_of(h->text.ptr + from,
            h->line[i].len));
        from += h->line[i].len + 1;
    }
    h->n = 0;
    buf_free(&h->text);
}

void call_release_lines(struct call *c)
{
    for (int them = 0; them < 2; them++)
        if (c->held[them].n)
            release(c, them);
    loop_cancel(c->calls->conf.loop, &c->held_timer);
}

static void on_held_timer(void *arg)
{
    call_release_lines(arg);
}

static bool hold(struct call *c, bool them, int64_t at, struct slice text)
{
    struct call_held *h = &c->held[them];

    if (h->n == 0)
        buf_init(&h->text, CALL_HELD_MAX);
    if (h->n == CALL_HELD || !buf_room(&h->text, text.len + 1))
        return false;
    if (h->n)
        buf_addc(&h->text, ' ');
    buf_add(&h->text, text);
    h->line[h->n].at = at;
    h->line[h->n++].len = text.len;
    return true;
}

void call_add_line(struct call *c, bool them, int64_t at, struct slice text)
{
    char mem[LIMIT_LINE + 1];

    text_copy(mem, sizeof mem, text);
    text = slice_str(mem);
    for (size_t i = 0; i < text.len; i++)       /* one line is one line */
        if ((uint8_t)mem[i] < 0x20)
            mem[i] = ' ';
    if (!c->held[them].n && !redact_goes_on(text)) {
        redact_line((struct mslice){(uint8_t *)mem, text.len});
        store(c, them, at, text);
        return;
    }
    if (!hold(c, them, at, text)) {
        release(c, them);
        if (!hold(c, them, at, text))
            return;             /* longer than any line is, or no memory */
    }
    if (!redact_goes_on(text)) {
        release(c, them);
        return;
    }
    c->held_timer.fire = on_held_timer;
    c->held_timer.arg = c;
    loop_in(c->calls->conf.loop, &c->held_timer, HELD_FOR);
}

void call_write_context(const struct call *c, struct buf *out)
{
    static const char *const who[] = {"us: ", "them: "};
    size_t first = c->lines, left = CONTEXT_MAX;

    /* What was agreed last counts: the oldest lines are left out. */
    while (first) {
        const struct call_line *l = &c->line[first - 1];
        size_t size = strlen(who[l->them]) + l->len + 1;

        if (size > left)
            break;
        left -= size;
        first--;
    }
    if (first)
        buf_adds(out, "(earlier lines are left out)\n");
    for (size_t i = first; i < c->lines; i++) {
        buf_adds(out, who[c->line[i].them]);
        buf_add(out, call_line_text(c, &c->line[i]));
        buf_addc(out, '\n');
    }
}
