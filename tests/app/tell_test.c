/* tell_test.c - a call in the words of the one who asked for it. */
#include "app/tell.h"

#include "../tap.h"

static void check(enum tongue tongue, const char *call, const char *want)
{
    char mem[512];
    struct buf out;
    struct json j;

    buf_over(&out, mem, sizeof mem);
    if (!tap_ok(json_parse(slice_str(call), &j, NULL) == 0, "it is JSON"))
        return;
    tell_outcome(&out, tongue, j);
    tap_is_str(buf_slice(&out), want, want);
}

#define ASKED "\"asked\":{\"restaurant\":\"Luigi's\",\"party\":1," \
    "\"date\":\"2026-11-23\",\"time\":\"19:00\"}"
#define AGREED "{\"outcome\":{\"outcome\":\"confirmed\",\"fields\":{" \
    "\"party\":{\"value\":4},\"number\":{\"value\":\"4711\"}}}," ASKED "}"
#define BUSY "{\"outcome\":{\"outcome\":\"not_reached\",\"reason\":" \
    "\"no_answer\"}," ASKED "}"

int main(void)
{
    check(TONGUE_ENGLISH, AGREED, "Confirmed: Luigi's, Monday 23 November "
        "2026, 19:00, 4 people, confirmation number 4711");
    check(TONGUE_GERMAN, AGREED, "Best\xc3\xa4tigt: Luigi's, Montag, "
        "23. November 2026, 19:00 Uhr, 4 Personen, Best\xc3\xa4tigungsnummer "
        "4711");
    check(TONGUE_ANY, BUSY, "Nobody reached (no answer): Luigi's, Monday 23 "
        "November 2026, 19:00, 1 person");
    check(TONGUE_GERMAN, BUSY, "Niemand erreicht (niemand nahm ab): Luigi's, "
        "Montag, 23. November 2026, 19:00 Uhr, 1 Person");
    check(TONGUE_GERMAN, "{\"outcome\":null,\"error\":{\"source\":"
        "\"twilio\",\"number\":31920,\"message\":\"gone\"}}",
        "Nicht beendet: ein Anruf, der hereinkam; gone (Twilio-Fehler "
        "31920)");
    return tap_done();
}
