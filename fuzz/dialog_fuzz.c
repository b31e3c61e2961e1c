/* dialog_fuzz.c - a conversation of any words and any tool calls: nothing is
 * dialled that was not shown in the reply before, the party and the number
 * stay in their bounds, and what is remembered is read back.
 *
 * A line is what the owner says; one that begins with "!" is a tool call of
 * the model ("!set_slots {...}"), with "?" its words.
 */
#include <stdlib.h>
#include <string.h>

#include "agent/dialog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct dialog_booking booked[] = {
    {"c2", "Roma", "+15551230003", 2, "2026-11-27", "20:00", "Leo", "R7",
        true},
    {"c1", "Luigi's", "+15551230000", 4, "2026-11-23", "19:00", "Leo", "4711",
        true},
};

static const struct place luigi = {.name = SLICE_INIT("Luigi's"),
    .number = SLICE_INIT("+15551230000"), .key = SLICE_INIT("luigi")};

static bool is_same(const struct plan *a, const struct plan *b)
{
    return a->intent == b->intent && a->party == b->party
        && !strcmp(a->restaurant, b->restaurant) && !strcmp(a->phone, b->phone)
        && !strcmp(a->date, b->date) && !strcmp(a->time, b->time);
}

static void read_back(const struct dialog *d)
{
    static char mem[65536];
    static struct dialog back;
    struct buf b;
    struct jsonw w;
    struct json v;

    buf_over(&b, mem, sizeof mem);
    jsonw_begin(&w, &b);
    jsonw_object(&w);
    dialog_write(&w, d);
    jsonw_end(&w);
    if (!buf_ok(&b) || json_parse(buf_slice(&b), &v, NULL))
        abort();
    dialog_read(v, &back);
    if (back.stage != d->stage || back.agent != d->agent
        || back.pasts != d->pasts || back.choices != d->choices)
        abort();
}

/* What the model answers: the next line, if it is one of its. */
static enum dialog_do answer(struct dialog_turn *t, struct slice *rest)
{
    struct slice line = {NULL, 0}, name;
    struct dialog_tool tool;

    if (rest->len && (rest->ptr[0] == '!' || rest->ptr[0] == '?'))
        line = slice_cut(rest, '\n');
    if (line.len == 0)
        return dialog_unanswered(t);
    if (line.ptr[0] == '?')
        return dialog_answered(t, slice_from(line, 1), NULL, 0);
    line = slice_from(line, 1);
    name = slice_cut(&line, ' ');
    tool = (struct dialog_tool){name, line};
    return dialog_answered(t, slice_of("", 0), &tool, 1);
}

static void turn(struct dialog *d, struct slice words, struct slice *rest,
    bool model)
{
    static uint8_t room[DIALOG_REPLY_MAX];
    static char mem[65536];
    struct dialog_world world = {{INT64_C(1795345200000), 3600, 20}, booked, 2,
        model, false};
    struct dialog_message said[DIALOG_MESSAGES];
    struct dialog_turn t;
    struct plan shown = d->plan;
    bool asked = d->stage == DIALOG_CONFIRM;
    struct buf reply, b;
    enum dialog_do what;

    buf_over(&reply, room, sizeof room);
    what = dialog_begin(&t, d, words, slice_of("", 0), &world, &reply);
    for (int steps = 0; what != DIALOG_REPLY && what != DIALOG_CALL; steps++) {
        if (steps > 20)
            abort();            /* every turn comes to its end */
        if (what == DIALOG_ASK) {
            buf_over(&b, mem, sizeof mem);
            if (dialog_messages(&t, &b, said) > DIALOG_MESSAGES
                || !buf_ok(&b))
                abort();
            what = answer(&t, rest);
        } else if (what == DIALOG_FIND) {
            what = dialog_found(&t, strncmp(d->plan.restaurant, "L", 1) ? NULL
                : &luigi, slice_of("", 0), slice_of("", 0));
        } else {
            what = dialog_listed(&t, &(struct place_hit){&luigi, 90}, 1);
        }
    }
    dialog_end(&t);
    if (what == DIALOG_CALL && (!asked || !is_same(&shown, &d->plan)
        || d->plan.phone[0] != '+' || d->plan.party > 20))
        abort();
    if (reply.len == 0)
        abort();                /* nobody is left without an answer */
    read_back(d);
    if (what == DIALOG_CALL)
        dialog_called(d, "c9");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dialog d;
    struct slice rest = {data, size};
    bool model = size && data[0] == '+';

    dialog_init(&d);
    if (model)
        rest = slice_from(rest, 1);
    for (int i = 0; i < 40 && rest.len; i++) {
        struct slice words = slice_cut(&rest, '\n');

        turn(&d, words, &rest, model);
    }
    return 0;
}
