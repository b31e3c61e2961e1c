/* date.h - civil dates without libc's time zone: proleptic Gregorian. */
#ifndef CODEC_DATE_H
#define CODEC_DATE_H

#include "base/buf.h"
#include "base/slice.h"

struct date {
    int year, month, day;       /* month 1..12 */
};

struct when {                   /* a civil moment */
    struct date date;
    int hour, minute, second;
    int offset;                 /* seconds east of UTC */
};

int64_t date_days(struct date d);               /* since 1970-01-01 */
struct date date_from_days(int64_t days);
bool date_valid(struct date d);
int date_weekday(struct date d);                /* 0 Monday .. 6 Sunday */
const char *date_weekday_name(int weekday);     /* "Monday" */
const char *date_month_name(int month);         /* "January" */

/* ms since the epoch <-> civil moment at an offset. */
int64_t date_wall(const struct when *w);
struct when date_civil(int64_t wall_ms, int offset);

int date_parse(struct slice s, struct date *d);         /* YYYY-MM-DD */
int date_parse_time(struct slice s, int *hour, int *minute);    /* HH:MM */
int date_parse_rfc3339(struct slice s, int64_t *wall_ms, int *offset);
int date_parse_rfc2822(struct slice s, int64_t *wall_ms);
void date_add(struct buf *out, struct date d);          /* YYYY-MM-DD */
void date_add_rfc3339(struct buf *out, int64_t wall_ms, int offset);
void date_add_rfc2822(struct buf *out, int64_t wall_ms);        /* GMT */

/* "Monday 23 November 2026". */
void date_add_words(struct buf *out, struct date d);

#endif
