/* dialogs_test.c - conversations as people have them, turn by turn.
 *
 * The grammar alone answers: dialogs.txt says what each turn must leave in the
 * plan, what the reply must say, and whether it dials.
 */
#include "agent/dialog.h"

#include "../tap.h"
#include "base/text.h"
#include "agent/places.h"
#include "corpus.h"

#define LEAST 95.0              /* per cent of what is checked */

static const struct request_now noon = {
    .wall = INT64_C(1795345200000), .offset = 3600, .party_max = 12
};

static struct place place[8];
static uint32_t slots[32];
static char text[4096];
static struct places places = {.at = place, .max = 8, .slot = slots,
    .slots = 32};

static const struct dialog_booking booked[] = {
    {"c3", "Roma", "+15551230002", 2, "2026-11-27", "20:00", "Leo", "R7",
        true},
    {"c2", "Luigi's", "+15551230000", 4, "2026-11-23", "19:00", "Leo", "4711",
        true},
    {"c1", "Luigi's", "+15551230000", 4, "2026-11-20", "19:00", "Leo", "",
        true},
};

static uint8_t room[DIALOG_REPLY_MAX];
static struct buf reply;
static struct dialog dialog;
static struct dialog_world world;
static struct score score;
static const char *title = "";
static char titles[CORPUS_LINE], said[CORPUS_LINE];

static void read_places(void)
{
    buf_over(&places.text, text, sizeof text);
    tap_is_int((int64_t)places_read(&places, SLICE("name,number,city,cuisine\n"
        "Luigi's,+15551230000,Berlin,italian\n"
        "Chez Marie,+15551230001,Berlin,french\n"
        "Roma,+15551230002,Berlin,italian\n"
        "Sakura,+15551230003,Berlin,japanese\n"
        "Zum Anker,+15551230004,Hamburg,german\n"), NULL, NULL), 0,
        "the places are read");
}

/* What app/directory does, in short. */
static enum dialog_do find(struct dialog_turn *t)
{
    struct place_hit hit[4];
    size_t n = place_find(places.at, places.n,
        slice_str(t->d->plan.restaurant), PLACE_BY_NAME, hit, 4);

    if (n && place_clear(hit, n))
        return dialog_found(t, hit[0].place, slice_str(NULL),
            slice_str(NULL));
    return dialog_found(t, NULL, n == 1 ? SLICE("Did you mean that?")
        : n ? SLICE("Which one?") : slice_str(NULL), n == 1
        ? hit[0].place->name : slice_str(NULL));
}

static bool say(const char *words)
{
    struct dialog_turn t;
    struct place_hit hit[4];
    enum dialog_do what;

    buf_over(&reply, room, sizeof room - 1);
    what = dialog_begin(&t, &dialog, slice_str(words), slice_str(NULL),
        &world, &reply);
    for (int steps = 0; steps < 10 && (what == DIALOG_FIND
        || what == DIALOG_LIST); steps++)
        what = what == DIALOG_FIND ? find(&t) : dialog_listed(&t, hit,
            place_find(places.at, places.n, slice_str(words), PLACE_BY_ALL,
            hit, 4));
    dialog_end(&t);
    if (what == DIALOG_CALL)
        dialog_called(&dialog, "c9");
    return what == DIALOG_CALL;
}

static void judge(bool right, const char *want)
{
    score.slots++;
    score.right += right;
    if (!right)
        printf("#   %s: after \"%s\": %s\n#     it said: %s\n", title, said,
            want, buf_cstr(&reply));
}

static bool slot_is(const char *slot, const char *value)
{
    static const char *const intents[] = {"none", "reserve", "cancel",
        "change", "search", "call"};
    const struct plan *p = &dialog.plan;
    char party[12];

    text_fmt(party, sizeof party, "%d", p->party);
    return !strcmp(slot, "intent") ? !strcmp(intents[p->intent], value)
        : !strcmp(slot, "at") ? !strcmp(p->restaurant, value)
        : !strcmp(slot, "party") ? !strcmp(party, value)
        : !strcmp(slot, "date") ? !strcmp(p->date, value)
        : !strcmp(slot, "time") ? !strcmp(p->time, value)
        : !strcmp(slot, "to") ? !strcmp(p->time_to, value)
        : !strcmp(slot, "name") ? !strcmp(p->name, value)
        : !strcmp(slot, "tel") ? !strcmp(p->phone, value)
        : !strcmp(slot, "wish") && p->wishes
            && strstr(p->wish[p->wishes - 1], value) != NULL;
}

/* "at=Roma | party=2" */
static void judge_slots(char *list)
{
    for (char *one = list, *next; one; one = next) {
        char *value = strchr(one, '=');

        next = strstr(one, " | ");
        if (next) {
            *next = 0;
            next += 3;
        }
        if (!value) {
            tap_ok(false, "a slot: %s", one);
            return;
        }
        *value++ = 0;
        judge(slot_is(one, value), one);
    }
}

int main(void)
{
    char line[CORPUS_LINE];
    bool dialled = false, wanted = false;
    FILE *f = corpus_open("tests/agent/dialogs.txt");
    size_t turns = 0;

    read_places();
    world.now = noon;
    while (f && corpus_line(f, line)) {
        if ((line[0] == '>' || line[0] == '=') && dialled != wanted)
            judge(false, "nothing is dialled");
        if (line[0] == '>' || line[0] == '=')
            dialled = wanted = false;
        if (line[0] == '=') {
            text_copy(titles, sizeof titles, slice_str(line + 2));
            title = titles;
            score.cases++;
            dialog_init(&dialog);
            world.bookings = 0;
        } else if (line[0] == '+') {
            world.booking = booked;
            world.bookings = sizeof booked / sizeof *booked;
        } else if (line[0] == '>') {
            text_copy(said, sizeof said, slice_str(line + 2));
            dialled = say(said);
            turns++;
        } else if (line[0] == '?') {
            judge(strstr(buf_cstr(&reply), line + 2) != NULL, line + 2);
        } else if (line[0] == '!') {
            judge(strstr(buf_cstr(&reply), line + 2) == NULL, line);
        } else if (line[0] == '^') {
            judge(dialled, "it is dialled");
            wanted = dialled;
        } else {
            judge_slots(line);
        }
    }
    if (f)
        fclose(f);
    tap_ok(score.cases >= 60 && turns >= 180, "%zu conversations, %zu turns",
        score.cases, turns);
    printf("# NOTE conversations: %ld of %ld right (%.1f %%)\n", score.right,
        score.slots, score_rate(&score));
    tap_ok(score_rate(&score) >= LEAST, "at least %.0f %% of what they leave",
        LEAST);
    return tap_done();
}
