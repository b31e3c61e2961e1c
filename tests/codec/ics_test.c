/* ics_test.c - RFC 5545: lines, texts, moments. */
#include "codec/ics.h"

#include "tests/guard.h"
#include "tests/tap.h"

static struct slice written(const struct ics_event *e, struct buf *out)
{
    buf_clear(out);
    ics_write(out, e);
    return buf_slice(out);
}

static void whole(struct buf *out)
{
    struct ics_event e = {.uid = SLICE("4711@concierge"),
        .stamp = INT64_C(1795345200000), .from = INT64_C(1795456800000),
        .to = INT64_C(1795464000000), .summary = SLICE("Luigi's, 4 people"),
        .location = SLICE("Luigi's; Main St. 1, Berlin"),
        .description = SLICE("Confirmation number 4711\nby the \\window\x01"),
        .tel = SLICE("+15551230000")};

    tap_is_str(written(&e, out), "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
        "PRODID:-//concierge//concierge//EN\r\nCALSCALE:GREGORIAN\r\n"
        "METHOD:PUBLISH\r\nBEGIN:VEVENT\r\nUID:4711@concierge\r\n"
        "DTSTAMP:20261122T110000Z\r\nDTSTART:20261123T180000Z\r\n"
        "DTEND:20261123T200000Z\r\nSEQUENCE:0\r\nSTATUS:CONFIRMED\r\n"
        "SUMMARY:Luigi's\\, 4 people\r\n"
        "LOCATION:Luigi's\\; Main St. 1\\, Berlin\r\n"
        "DESCRIPTION:Confirmation number 4711\\nby the \\\\window\r\n"
        "URL:tel:+15551230000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", "all of it");
    e.cancelled = true;
    e.location = e.description = e.tel = SLICE("");
    written(&e, out);
    tap_ok(slice_find(buf_slice(out), SLICE("METHOD:CANCEL\r\n")) != SLICE_NPOS
        && slice_find(buf_slice(out), SLICE("SEQUENCE:1\r\nSTATUS:CANCELLED"))
        != SLICE_NPOS, "cancelled");
    tap_ok(slice_find(buf_slice(out), SLICE("LOCATION")) == SLICE_NPOS
        && slice_find(buf_slice(out), SLICE("URL")) == SLICE_NPOS,
        "what is not known is left out");
}

/* No line is over 75 octets, none is cut in a character, and unfolded the
 * text is there. */
static void folding(struct buf *out)
{
    uint8_t mem[400];
    struct buf text, unfolded;
    struct ics_event e = {.uid = SLICE("1")};
    int bad = 0;

    buf_init(&unfolded, 1u << 16);
    for (size_t n = 0; n < 120; n++) {
        struct slice rest;

        buf_over(&text, mem, sizeof mem);
        for (size_t i = 0; i < n; i++)
            buf_adds(&text, i % 3 ? "a" : "\xe2\x82\xac");
        e.summary = guard_in(buf_slice(&text));
        rest = written(&e, out);
        buf_clear(&unfolded);
        while (rest.len) {
            struct slice line = slice_cut(&rest, '\r');

            rest = slice_from(rest, 1);
            bad += line.len > 75 || (line.len > 1 && line.ptr[0] == ' '
                && (line.ptr[1] & 0xc0) == 0x80);
            if (line.len && line.ptr[0] == ' ')
                buf_add(&unfolded, slice_from(line, 1));
            else
                buf_add(&unfolded, line);
        }
        bad += n && slice_find(buf_slice(&unfolded), buf_slice(&text))
            == SLICE_NPOS;
    }
    tap_is_int(bad, 0, "lines are folded between characters");
    buf_free(&unfolded);
}

static void ceilings(struct buf *out)
{
    static uint8_t big[9000];
    struct ics_event e = {.uid = SLICE("1"), .summary = {big, sizeof big}};
    uint8_t mem[100];
    struct buf small;

    memset(big, 'a', sizeof big);
    written(&e, out);
    tap_ok(!buf_ok(out), "a text too long is no calendar");
    buf_over(&small, mem, sizeof mem);
    ics_write(&small, &(struct ics_event){.uid = SLICE("1")});
    tap_ok(!buf_ok(&small) && small.len <= sizeof mem, "no room");
}

int main(void)
{
    struct buf out;

    buf_init(&out, 1u << 16);
    whole(&out);
    folding(&out);
    ceilings(&out);
    buf_free(&out);
    return tap_done();
}
