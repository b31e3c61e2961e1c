/* goal.c - what the voice model is told to do in one call. */
#include "agent/goal.h"

#include "agent/spoken.h"
#include "codec/date.h"
#include "agent/prompts/errand.txt.h"
#include "agent/prompts/goal.txt.h"

static const struct {
    const char *code, *name;
} languages[] = {
    {"en", "English"}, {"de", "German"}, {"fr", "French"}, {"it", "Italian"},
    {"es", "Spanish"}, {"nl", "Dutch"}, {"pt", "Portuguese"},
    {"pl", "Polish"}, {"sv", "Swedish"}, {"da", "Danish"},
};

static void add_language(struct buf *out, struct slice code)
{
    for (size_t i = 0; i < sizeof languages / sizeof languages[0]; i++)
        if (slice_iis(slice_head(code, 2), languages[i].code)) {
            buf_adds(out, languages[i].name);
            return;
        }
    if (code.len == 0)
        buf_adds(out, "their language");
    else
        buf_addf(out, "the language with the code %.*s", SLICE_ARG(code));
}

struct slice goal_prose(enum goal_errand errand)
{
    if (errand == GOAL_CALL)
        return slice_of(errand_txt_bytes, sizeof errand_txt_bytes);
    return slice_of(goal_txt_bytes, sizeof goal_txt_bytes);
}

/* The prose, with {language} replaced. */
static void add_prose(struct buf *out, enum goal_errand errand,
    struct slice language)
{
    struct slice text = goal_prose(errand);
    struct slice mark = SLICE("{language}");
    size_t at = slice_find(text, mark);

    buf_add(out, slice_head(text, at));
    if (at == SLICE_NPOS)
        return;
    add_language(out, language);
    buf_add(out, slice_from(text, at + mark.len));
}

/* A text of the owner's in quotes, its own quotes and line ends taken away. */
static void add_quoted(struct buf *out, const char *label, struct slice text)
{
    if (text.len == 0)
        return;
    buf_addf(out, "- %s: \"", label);
    for (size_t i = 0; i < text.len; i++)
        buf_addc(out, text.ptr[i] == '"' ? '\'' : text.ptr[i] < 0x20 ? ' '
            : text.ptr[i]);
    buf_adds(out, "\"\n");
}

static void add_moment(struct buf *out, const struct goal *g)
{
    struct date d;

    if (date_parse(g->date, &d) == 0) {
        buf_adds(out, "- day: ");
        date_add_words(out, d);
        buf_addc(out, '\n');
    }
    if (g->time.len == 0)
        return;
    buf_addf(out, "- time: %.*s", SLICE_ARG(g->time));
    if (g->time_to.len)
        buf_addf(out, ", or any time until %.*s", SLICE_ARG(g->time_to));
    buf_adds(out, " (24-hour clock)\n");
}

/* The very words of the read-back: what is said the same way every time can be
 * looked for in the transcript. */
static void add_read_back(struct buf *out, const struct goal *g)
{
    uint8_t mem[256];
    struct buf words;

    buf_over(&words, mem, sizeof mem);
    if (g->date.len && spoken_booking(&words, g->language, g->date, g->time,
        g->party, g->name) && buf_ok(&words))
        add_quoted(out, "read it back with these words", buf_slice(&words));
}

/* What is other about this call than the prose says. */
static void add_errand(struct buf *out, enum goal_errand errand)
{
    if (errand == GOAL_CANCEL)
        buf_adds(out, "\nThis call books nothing. The booking below exists: "
            "ask them to cancel it, read back\nwhich one it is, and wait for "
            "their word that it is cancelled. Do not call\n"
            "note_confirmation unless they give a number for the "
            "cancellation.\n");
    else if (errand == GOAL_CHANGE)
        buf_adds(out, "\nThis call changes a booking that exists; the note "
            "says how it stands so far. Ask\nthem to change it to what is "
            "listed below. If that is not possible, let the old\nbooking "
            "stand and say so.\n");
}

/* Of another errand the words are all there is. */
static void write_call(struct buf *out, const struct goal *g)
{
    buf_adds(out, "\nThe errand:\n");
    add_quoted(out, "who is called", g->restaurant);
    add_quoted(out, "on behalf of", g->name);
    add_quoted(out, "what they wrote to you", g->note);
    if (g->disclosure.len)
        add_quoted(out, "your first sentence, word for word", g->disclosure);
}

void goal_write(struct buf *out, const struct goal *g)
{
    add_prose(out, g->errand, g->language);
    add_errand(out, g->errand);
    if (g->errand == GOAL_CALL) {
        write_call(out, g);
        return;
    }
    buf_adds(out, "\nThe booking:\n");
    add_quoted(out, "restaurant", g->restaurant);
    if (g->party > 0)
        buf_addf(out, "- people: %d\n", g->party);
    add_moment(out, g);
    add_quoted(out, "in the name of", g->name);
    add_read_back(out, g);
    add_quoted(out, "its confirmation number", g->reference);
    for (size_t i = 0; i < g->wishes; i++)
        add_quoted(out, "wish", slice_str(g->wish[i]));
    add_quoted(out, "note", g->note);
    if (g->disclosure.len)
        add_quoted(out, "your first sentence, word for word", g->disclosure);
}
