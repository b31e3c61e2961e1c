/* date.c - civil dates without libc's time zone: proleptic Gregorian.
 *
 * Days are counted in eras of 400 years that begin on 1 March, so that the
 * leap day is the last of its year and month lengths follow a straight line.
 */
#include "codec/date.h"

#include "base/text.h"

#define DAY_MS INT64_C(86400000)
#define ERA_DAYS 146097         /* days in 400 years */
#define EPOCH_DAYS 719468       /* from 0000-03-01 to 1970-01-01 */

static const char *const weekdays[7] = {
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    "Sunday"
};

static const char *const months[12] = {
    "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December"
};

/* Division that rounds down, for the years before the epoch. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

static int month_days(int year, int month)
{
    static const int8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31,
        30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

/* n decimal digits off the front of *s, in lo..hi. */
static int digits(struct slice *s, size_t n, int lo, int hi, int *v)
{
    uint64_t u;

    if (s->len < n || text_u64(slice_head(*s, n), (uint64_t)lo, (uint64_t)hi,
        &u))
        return -1;
    *s = slice_from(*s, n);
    *v = (int)u;
    return 0;
}

/* A byte off the front, case ignored. */
static int byte(struct slice *s, uint8_t c)
{
    if (s->len == 0 || byte_lower(s->ptr[0]) != c)
        return -1;
    *s = slice_from(*s, 1);
    return 0;
}

static int cut_date(struct slice *s, struct date *d)
{
    struct date r;

    if (digits(s, 4, 1, 9999, &r.year) || byte(s, '-')
        || digits(s, 2, 1, 12, &r.month) || byte(s, '-')
        || digits(s, 2, 1, 31, &r.day) || !date_valid(r))
        return -1;
    *d = r;
    return 0;
}

/* "+01:00", or "+0100" when there is no colon. */
static int cut_offset(struct slice *s, bool colon, int *offset)
{
    int sign = s->len && s->ptr[0] == '-' ? -1 : 1, h, m;

    if (byte(s, sign < 0 ? '-' : '+') || digits(s, 2, 0, 23, &h)
        || (colon && byte(s, ':')) || digits(s, 2, 0, 59, &m))
        return -1;
    *offset = sign * (h * 3600 + m * 60);
    return 0;
}

/* ".123": at least one digit, milliseconds kept, the rest cut. */
static int cut_fraction(struct slice *s, int *ms)
{
    int scale = 100;
    size_t n = 0;

    *ms = 0;
    if (byte(s, '.'))
        return 0;
    for (; n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9'; n++) {
        *ms += (s->ptr[n] - '0') * scale;
        scale /= 10;
    }
    if (n == 0)
        return -1;
    *s = slice_from(*s, n);
    return 0;
}

/* A leap second is the last of a UTC day; we count it as the next one. */
static bool leap_second_ok(const struct when *w)
{
    struct when utc;

    if (w->second < 60)
        return true;
    utc = date_civil(date_wall(w) - 1000, 0);
    return utc.hour == 23 && utc.minute == 59;
}

static void add_padded(struct buf *out, int n, int width)
{
    for (int least = width == 4 ? 1000 : width == 3 ? 100 : 10;
        least > 1 && n < least; least /= 10)
        buf_addc(out, '0');
    buf_addi(out, n);
}

static void add_clock(struct buf *out, const struct when *w)
{
    add_padded(out, w->hour, 2);
    buf_addc(out, ':');
    add_padded(out, w->minute, 2);
    buf_addc(out, ':');
    add_padded(out, w->second, 2);
}

int64_t date_days(struct date d)
{
    int64_t y = (int64_t)d.year - (d.month <= 2);
    int64_t era = floor_div(y, 400), of_era = y - era * 400;
    int64_t of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5
        + d.day - 1;

    return era * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100
        + of_year - EPOCH_DAYS;
}

struct date date_from_days(int64_t days)
{
    int64_t z = days + EPOCH_DAYS, era = floor_div(z, ERA_DAYS);
    int64_t of_era = z - era * ERA_DAYS;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096)
        / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / 153;
    struct date d;

    d.day = (int)(of_year - (153 * m + 2) / 5 + 1);
    d.month = (int)(m < 10 ? m + 3 : m - 9);
    d.year = (int)(y + era * 400 + (d.month <= 2));
    return d;
}

bool date_valid(struct date d)
{
    return d.year >= 1 && d.year <= 9999 && d.month >= 1 && d.month <= 12
        && d.day >= 1 && d.day <= month_days(d.year, d.month);
}

int date_weekday(struct date d)
{
    int64_t days = date_days(d) + 3;        /* 1970-01-01 was a Thursday */

    return (int)(days - 7 * floor_div(days, 7));
}

const char *date_weekday_name(int weekday)
{
    return weekday >= 0 && weekday < 7 ? weekdays[weekday] : "";
}

const char *date_month_name(int month)
{
    return month >= 1 && month <= 12 ? months[month - 1] : "";
}

int64_t date_wall(const struct when *w)
{
    return date_days(w->date) * DAY_MS + w->hour * INT64_C(3600000)
        + w->minute * INT64_C(60000)
        + ((int64_t)w->second - w->offset) * 1000;
}

struct when date_civil(int64_t wall_ms, int offset)
{
    int64_t local = floor_div(wall_ms, 1000) + offset;
    int64_t days = floor_div(local, 86400);
    int second = (int)(local - days * 86400);

    return (struct when){date_from_days(days), second / 3600,
        second / 60 % 60, second % 60, offset};
}

int date_parse(struct slice s, struct date *d)
{
    struct date r;

    if (cut_date(&s, &r) || s.len)
        return -1;
    *d = r;
    return 0;
}

int date_parse_time(struct slice s, int *hour, int *minute)
{
    int h, m;

    if (digits(&s, 2, 0, 23, &h) || byte(&s, ':') || digits(&s, 2, 0, 59, &m)
        || s.len)
        return -1;
    *hour = h;
    *minute = m;
    return 0;
}

/* RFC 3339 5.6 */
int date_parse_rfc3339(struct slice s, int64_t *wall_ms, int *offset)
{
    struct when w = {.offset = 0};
    int ms;

    if (cut_date(&s, &w.date) || byte(&s, 't')
        || digits(&s, 2, 0, 23, &w.hour) || byte(&s, ':')
        || digits(&s, 2, 0, 59, &w.minute) || byte(&s, ':')
        || digits(&s, 2, 0, 60, &w.second) || cut_fraction(&s, &ms))
        return -1;
    if (byte(&s, 'z') && cut_offset(&s, true, &w.offset))
        return -1;
    if (s.len || !leap_second_ok(&w))
        return -1;
    *wall_ms = date_wall(&w) + ms;
    *offset = w.offset;
    return 0;
}

/* RFC 5322 3.2.2: blanks, and comments that may nest and escape. */
static void skip_blank(struct slice *s)
{
    int depth = 0;

    while (s->len) {
        uint8_t c = s->ptr[0];

        if (c == '(')
            depth++;
        else if (depth && c == ')')
            depth--;
        else if (depth && c == '\\')
            *s = slice_from(*s, 1);
        else if (!depth && c != ' ' && c != '\t' && c != '\r' && c != '\n')
            return;
        *s = slice_from(*s, 1);
    }
}

/* The three letters of a weekday or month; its index, or -1. */
static int cut_name(struct slice *s, const char *const *names, int n)
{
    for (int i = 0; i < n; i++)
        if (s->len >= 3 && slice_ieq(slice_head(*s, 3),
            slice_of(names[i], 3))) {
            *s = slice_from(*s, 3);
            return i;
        }
    return -1;
}

/* One to n digits off the front; how many there were. */
static size_t cut_number(struct slice *s, size_t n, int *v)
{
    size_t len = 0;

    *v = 0;
    while (len < n && len < s->len && s->ptr[len] >= '0'
        && s->ptr[len] <= '9')
        *v = *v * 10 + (s->ptr[len++] - '0');
    *s = slice_from(*s, len);
    return len;
}

/* RFC 5322 4.3: names of zones; those not known count as "-0000". */
static int cut_zone(struct slice *s, int *offset)
{
    static const struct {
        const char *name;
        int hours;
    } zones[] = {
        {"GMT", 0}, {"UT", 0}, {"UTC", 0}, {"EST", -5}, {"EDT", -4},
        {"CST", -6}, {"CDT", -5}, {"MST", -7}, {"MDT", -6}, {"PST", -8},
        {"PDT", -7}
    };
    struct slice name = {s->ptr, 0};

    if (s->len && (s->ptr[0] == '+' || s->ptr[0] == '-'))
        return cut_offset(s, false, offset);
    while (name.len < s->len && byte_lower(s->ptr[name.len]) >= 'a'
        && byte_lower(s->ptr[name.len]) <= 'z')
        name.len++;
    if (name.len == 0)
        return -1;
    *offset = 0;
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (slice_iis(name, zones[i].name))
            *offset = zones[i].hours * 3600;
    *s = slice_from(*s, name.len);
    return 0;
}

/* "22 Nov 2026", with RFC 5322 4.3's years of two and three digits. */
static int cut_mail_date(struct slice *s, struct date *d)
{
    size_t n;

    if (cut_number(s, 2, &d->day) == 0)
        return -1;
    skip_blank(s);
    d->month = cut_name(s, months, 12) + 1;
    if (d->month == 0)
        return -1;
    skip_blank(s);
    n = cut_number(s, 4, &d->year);
    if (n < 2)
        return -1;
    if (n == 2)
        d->year += d->year < 50 ? 2000 : 1900;
    else if (n == 3)
        d->year += 1900;
    return date_valid(*d) ? 0 : -1;
}

/* "12:00:05" or "12:00", blanks allowed between. */
static int cut_mail_time(struct slice *s, struct when *w)
{
    w->second = 0;
    if (digits(s, 2, 0, 23, &w->hour))
        return -1;
    skip_blank(s);
    if (byte(s, ':'))
        return -1;
    skip_blank(s);
    if (digits(s, 2, 0, 59, &w->minute))
        return -1;
    skip_blank(s);
    if (byte(s, ':') == 0) {
        skip_blank(s);
        if (digits(s, 2, 0, 60, &w->second))
            return -1;
        skip_blank(s);
    }
    return 0;
}

/* RFC 5322 3.3 and 4.3 */
int date_parse_rfc2822(struct slice s, int64_t *wall_ms)
{
    struct when w = {.offset = 0};
    int weekday;

    skip_blank(&s);
    weekday = cut_name(&s, weekdays, 7);
    skip_blank(&s);
    if (weekday >= 0 && byte(&s, ','))
        return -1;
    skip_blank(&s);
    if (cut_mail_date(&s, &w.date))
        return -1;
    if (weekday >= 0 && weekday != date_weekday(w.date))
        return -1;
    skip_blank(&s);
    if (cut_mail_time(&s, &w) || cut_zone(&s, &w.offset))
        return -1;
    skip_blank(&s);
    if (s.len || !leap_second_ok(&w))
        return -1;
    *wall_ms = date_wall(&w);
    return 0;
}

void date_add(struct buf *out, struct date d)
{
    add_padded(out, d.year, 4);
    buf_addc(out, '-');
    add_padded(out, d.month, 2);
    buf_addc(out, '-');
    add_padded(out, d.day, 2);
}

/* Milliseconds are printed when there are any. */
void date_add_rfc3339(struct buf *out, int64_t wall_ms, int offset)
{
    struct when w = date_civil(wall_ms, offset);
    int ms = (int)(wall_ms - floor_div(wall_ms, 1000) * 1000);
    int away = offset < 0 ? -offset : offset;

    date_add(out, w.date);
    buf_addc(out, 'T');
    add_clock(out, &w);
    if (ms) {
        buf_addc(out, '.');
        add_padded(out, ms, 3);
    }
    if (offset == 0) {
        buf_addc(out, 'Z');
        return;
    }
    buf_addc(out, offset < 0 ? '-' : '+');
    add_padded(out, away / 3600, 2);
    buf_addc(out, ':');
    add_padded(out, away / 60 % 60, 2);
}

/* RFC 9110 5.6.7: IMF-fixdate. */
void date_add_rfc2822(struct buf *out, int64_t wall_ms)
{
    struct when w = date_civil(wall_ms, 0);

    buf_add(out, slice_of(weekdays[date_weekday(w.date)], 3));
    buf_adds(out, ", ");
    add_padded(out, w.date.day, 2);
    buf_addc(out, ' ');
    buf_add(out, slice_of(months[w.date.month - 1], 3));
    buf_addc(out, ' ');
    add_padded(out, w.date.year, 4);
    buf_addc(out, ' ');
    add_clock(out, &w);
    buf_adds(out, " GMT");
}

void date_add_words(struct buf *out, struct date d)
{
    buf_adds(out, weekdays[date_weekday(d)]);
    buf_addc(out, ' ');
    buf_addi(out, d.day);
    buf_addc(out, ' ');
    buf_adds(out, date_month_name(d.month));
    buf_addc(out, ' ');
    buf_addi(out, d.year);
}
