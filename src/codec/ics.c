/* ics.c - one event as an iCalendar object: RFC 5545. */
#include "codec/ics.h"

#include "codec/date.h"

#define OCTETS 75               /* of a line, without its CRLF: 3.1 */

/* A content line, folded where characters begin: 3.1. */
static void add_line(struct buf *out, struct slice line)
{
    size_t room = OCTETS;

    while (line.len > room) {
        size_t n = room;

        while (n > 1 && (line.ptr[n] & 0xc0) == 0x80)
            n--;
        buf_add(out, slice_head(line, n));
        buf_adds(out, "\r\n ");
        line = slice_from(line, n);
        room = OCTETS - 1;      /* the blank counts */
    }
    buf_add(out, line);
    buf_adds(out, "\r\n");
}

/* TEXT: 3.3.11.  Control bytes have no place in one. */
static void add_escaped(struct buf *out, struct slice s)
{
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.ptr[i];

        if (c == '\n')
            buf_adds(out, "\\n");
        else if (c == '\\' || c == ';' || c == ',')
            buf_addf(out, "\\%c", c);
        else if (c >= ' ' || c == '\t')
            buf_addc(out, c);
    }
}

static void add_text(struct buf *out, const char *name, struct slice value)
{
    uint8_t mem[8192];
    struct buf line;

    if (value.len == 0)
        return;
    buf_over(&line, mem, sizeof mem);
    buf_adds(&line, name);
    buf_addc(&line, ':');
    add_escaped(&line, value);
    if (!buf_ok(&line))
        out->bad = true;        /* too long for a calendar */
    add_line(out, buf_slice(&line));
}

/* "20261123T180000Z": 3.3.5, form 2. */
static void add_moment(struct buf *out, const char *name, int64_t wall)
{
    struct when w = date_civil(wall, 0);

    buf_addf(out, "%s:%04d%02d%02dT%02d%02d%02dZ\r\n", name, w.date.year,
        w.date.month, w.date.day, w.hour, w.minute, w.second);
}

void ics_write(struct buf *out, const struct ics_event *e)
{
    buf_adds(out, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
        "PRODID:-//concierge//concierge//EN\r\nCALSCALE:GREGORIAN\r\n");
    buf_addf(out, "METHOD:%s\r\nBEGIN:VEVENT\r\n",
        e->cancelled ? "CANCEL" : "PUBLISH");
    add_text(out, "UID", e->uid);
    add_moment(out, "DTSTAMP", e->stamp);
    add_moment(out, "DTSTART", e->from);
    add_moment(out, "DTEND", e->to);
    buf_addf(out, "SEQUENCE:%d\r\nSTATUS:%s\r\n", e->cancelled ? 1 : 0,
        e->cancelled ? "CANCELLED" : "CONFIRMED");
    add_text(out, "SUMMARY", e->summary);
    add_text(out, "LOCATION", e->location);
    add_text(out, "DESCRIPTION", e->description);
    if (e->tel.len)
        buf_addf(out, "URL:tel:%.*s\r\n", SLICE_ARG(e->tel));
    buf_adds(out, "END:VEVENT\r\nEND:VCALENDAR\r\n");
}
