/* tzif.c - time zones from TZif files: RFC 8536.
 *
 * A file holds the moments at which the offset changed, and behind the last
 * one a POSIX TZ string for all the time to come.  Version 1 has 32-bit
 * moments; later ones repeat everything with 64 bits behind the first block,
 * which is then skipped.
 */
#include "codec/tzif.h"

#include "codec/date.h"

#define HEAD 44
#define ZONE_NAME 64
#define HOUR 3600
#define DAY 86400

/* ---- POSIX TZ strings: RFC 8536 3.3.1, POSIX 8.3 ---- */

struct rule {               /* when in a year the clock is changed */
    enum { RULE_MONTH, RULE_JULIAN, RULE_DAY } kind;
    int month, week, day;
    int time;               /* seconds after midnight, may be negative */
};

struct posix {
    int standard, daylight; /* seconds east */
    bool has_daylight;
    struct rule start, end;
};

static bool take(struct slice *s, uint8_t c)
{
    if (s->len == 0 || s->ptr[0] != c)
        return false;
    *s = slice_from(*s, 1);
    return true;
}

static int number(struct slice *s, int lo, int hi, int *v)
{
    int n = 0;
    size_t len = 0;

    while (len < s->len && len < 3 && s->ptr[len] >= '0'
        && s->ptr[len] <= '9')
        n = n * 10 + (s->ptr[len++] - '0');
    if (len == 0 || n < lo || n > hi)
        return -1;
    *s = slice_from(*s, len);
    *v = n;
    return 0;
}

/* "CET" or "<+0330>": at least three characters. */
static int abbreviation(struct slice *s)
{
    bool quoted = take(s, '<');
    size_t n = 0;

    for (; n < s->len; n++) {
        uint8_t c = s->ptr[n], lower = byte_lower(c);
        bool letter = lower >= 'a' && lower <= 'z';

        if (!letter && (!quoted || !((c >= '0' && c <= '9') || c == '+'
            || c == '-')))
            break;
    }
    if (n < 3)
        return -1;
    *s = slice_from(*s, n);
    return quoted && !take(s, '>') ? -1 : 0;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static int clock_time(struct slice *s, int most_hours, int *seconds)
{
    bool minus = take(s, '-');
    int h, m = 0, sec = 0;

    if (!minus)
        take(s, '+');
    if (number(s, 0, most_hours, &h) || (take(s, ':')
        && (number(s, 0, 59, &m) || (take(s, ':')
        && number(s, 0, 59, &sec)))))
        return -1;
    *seconds = (h * HOUR + m * 60 + sec) * (minus ? -1 : 1);
    return 0;
}

/* "M3.5.0/2", "J60", "59"; hours to 167 as RFC 8536 3.3.1 allows. */
static int rule(struct slice *s, struct rule *r)
{
    *r = (struct rule){.time = 2 * HOUR};
    if (take(s, 'M')) {
        r->kind = RULE_MONTH;
        if (number(s, 1, 12, &r->month) || !take(s, '.')
            || number(s, 1, 5, &r->week) || !take(s, '.')
            || number(s, 0, 6, &r->day))
            return -1;
    } else if (take(s, 'J')) {
        r->kind = RULE_JULIAN;
        if (number(s, 1, 365, &r->day))
            return -1;
    } else {
        r->kind = RULE_DAY;
        if (number(s, 0, 365, &r->day))
            return -1;
    }
    return take(s, '/') ? clock_time(s, 167, &r->time) : 0;
}

static int posix_parse(struct slice s, struct posix *p)
{
    int west;

    *p = (struct posix){.has_daylight = false};
    if (abbreviation(&s) || clock_time(&s, 24, &west))
        return -1;
    p->standard = -west;
    if (s.len == 0)
        return 0;
    p->has_daylight = true;
    p->daylight = p->standard + HOUR;
    if (abbreviation(&s))
        return -1;
    if (s.len && s.ptr[0] != ',') {
        if (clock_time(&s, 24, &west))
            return -1;
        p->daylight = -west;
    }
    if (s.len == 0)             /* POSIX leaves the rule to us: the US one */
        s = SLICE(",M3.2.0,M11.1.0");
    return !take(&s, ',') || rule(&s, &p->start) || !take(&s, ',')
        || rule(&s, &p->end) || s.len ? -1 : 0;
}

/* Seconds since the epoch, in the clock before the change. */
static int64_t rule_moment(const struct rule *r, int year)
{
    int64_t first = date_days((struct date){year, 1, 1}), day = 0;
    bool leap = date_days((struct date){year + 1, 1, 1}) - first == 366;

    switch (r->kind) {
    case RULE_MONTH: {
        int next = r->month % 12 + 1, of = year + (r->month == 12);
        struct date d = {year, r->month, 1};
        int weekday = (date_weekday(d) + 1) % 7;    /* 0 is Sunday here */

        day = date_days(d) + (r->day - weekday + 7) % 7 + 7 * (r->week - 1);
        while (day >= date_days((struct date){of, next, 1}))
            day -= 7;           /* week 5 is the last one */
        break;
    }
    case RULE_JULIAN:           /* 29 February is never counted */
        day = first + r->day - 1 + (leap && r->day >= 60);
        break;
    case RULE_DAY:
        day = first + r->day;
        break;
    }
    return day * DAY + r->time;
}

/* The last change at or before the moment decides; changes of the years
 * around count too, for an hour of a rule may lie days away (and the year may
 * be one too late, for the division rounds up before the epoch). */
static int posix_offset(const struct posix *p, int64_t at)
{
    int year = date_from_days((at + p->standard) / DAY).year;
    int64_t latest = INT64_MIN;
    int offset = p->standard;

    if (!p->has_daylight)
        return p->standard;
    for (int y = year - 1; y <= year + 1; y++) {
        int64_t end = rule_moment(&p->end, y) - p->daylight;
        int64_t start = rule_moment(&p->start, y) - p->standard;

        if (end <= at && end >= latest) {
            latest = end;
            offset = p->standard;
        }
        /* On a tie it is daylight time all year round. */
        if (start <= at && start >= latest) {
            latest = start;
            offset = p->daylight;
        }
    }
    return offset;
}

/* ---- files ---- */

struct block {              /* the parts of one data block: RFC 8536 3.2 */
    size_t width;           /* bytes of a moment: 4 or 8 */
    size_t times, types, chars, leaps, isstd, isut;     /* counts */
    const uint8_t *time, *index, *type, *leap;
};

static uint32_t get32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16
        | (uint32_t)p[2] << 8 | p[3];
}

static int32_t signed32(const uint8_t *p)
{
    uint32_t n = get32(p);

    return n & 0x80000000u ? -(int32_t)(~n) - 1 : (int32_t)n;
}

static int64_t moment(const uint8_t *p, size_t width)
{
    if (width == 4)
        return signed32(p);
    return (int64_t)signed32(p) * INT64_C(0x100000000) + get32(p + 4);
}

/* Cuts head and data block off *file. */
static int cut_block(struct slice *file, size_t width, struct block *b,
    const char **why)
{
    const uint8_t *p = file->ptr;
    size_t n;

    if (file->len < HEAD || !slice_eq(slice_head(*file, 4), SLICE("TZif"))) {
        *why = "no TZif head";
        return -1;
    }
    b->width = width;
    b->isut = get32(p + 20);
    b->isstd = get32(p + 24);
    b->leaps = get32(p + 28);
    b->times = get32(p + 32);
    b->types = get32(p + 36);
    b->chars = get32(p + 40);
    *file = slice_from(*file, HEAD);
    p += HEAD;
    /* No count may pass the file, so that their sum cannot wrap. */
    n = file->len;
    if (b->isut > n || b->isstd > n || b->leaps > n || b->times > n
        || b->types > n || b->chars > n || b->times * (width + 1)
        + b->types * 6 + b->chars + b->leaps * (width + 4) + b->isstd
        + b->isut > n) {
        *why = "data block longer than the file";
        return -1;
    }
    b->time = p;
    b->index = b->time + b->times * width;
    b->type = b->index + b->times;
    b->leap = b->type + b->types * 6 + b->chars;
    *file = slice_from(*file, b->times * (width + 1) + b->types * 6
        + b->chars + b->leaps * (width + 4) + b->isstd + b->isut);
    return 0;
}

/* What RFC 8536 3.1 and 3.2 demand of the block in use. */
static const char *block_fault(const struct block *b)
{
    if (b->types == 0 || b->types > 256 || b->chars == 0)
        return "no local time type";
    if ((b->isut && b->isut != b->types) || (b->isstd
        && b->isstd != b->types))
        return "indicator counts do not fit the types";
    for (size_t i = 0; i < b->times; i++) {
        if (b->index[i] >= b->types)
            return "transition to a type that is not there";
        if (i && moment(b->time + i * b->width, b->width)
            <= moment(b->time + (i - 1) * b->width, b->width))
            return "transitions out of order";
    }
    for (size_t i = 0; i < b->types; i++) {
        const uint8_t *t = b->type + i * 6;
        int32_t off = signed32(t);

        if (off < -DAY * 7 || off > DAY * 7 || t[4] > 1 || t[5] >= b->chars)
            return "local time type out of range";
    }
    return NULL;
}

/* A "right/" file counts leap seconds in its moments: RFC 8536 3.2. */
static int64_t with_leaps(const struct block *b, int64_t at)
{
    int64_t counted = at;

    for (size_t i = 0; i < b->leaps; i++) {
        const uint8_t *p = b->leap + i * (b->width + 4);
        int32_t correction = signed32(p + b->width);

        if (at + correction < moment(p, b->width))
            break;
        counted = at + correction;
    }
    return counted;
}

/* The TZ string between the two line ends behind the block. */
static int footer(struct slice rest, struct slice *tz)
{
    size_t end;

    if (!take(&rest, '\n'))
        return -1;
    end = slice_chr(rest, '\n');
    *tz = slice_head(rest, end);
    return end == SLICE_NPOS ? -1 : 0;
}

static int look_up(const struct block *b, int64_t at, struct slice tz,
    int *offset, const char **why)
{
    int64_t counted = with_leaps(b, at);
    size_t lo = 0, hi = b->times;

    while (lo < hi) {           /* how many transitions have happened */
        size_t mid = (lo + hi) / 2;

        if (moment(b->time + mid * b->width, b->width) <= counted)
            lo = mid + 1;
        else
            hi = mid;
    }
    if (lo == b->times && tz.len) {
        struct posix p;

        if (posix_parse(tz, &p)) {
            *why = "footer is no TZ string";
            return -1;
        }
        *offset = posix_offset(&p, at);
        return 0;
    }
    /* Before the first transition type 0 holds. */
    *offset = signed32(b->type + (lo ? b->index[lo - 1] : 0) * 6);
    return 0;
}

static int64_t seconds(int64_t wall_ms)
{
    return wall_ms / 1000 - (wall_ms % 1000 < 0);
}

int tzif_offset(struct slice file, int64_t wall_ms, int *offset,
    const char **why)
{
    struct slice tz = {NULL, 0};
    struct block b;
    uint8_t version = file.len > 4 ? file.ptr[4] : 0;

    if (cut_block(&file, 4, &b, why))
        return -1;
    if (version && (version < '2' || version > '4')) {
        *why = "unknown TZif version";
        return -1;
    }
    if (version) {
        if (cut_block(&file, 8, &b, why))
            return -1;
        if (footer(file, &tz)) {
            *why = "no footer";
            return -1;
        }
    } else if (file.len) {
        *why = "bytes behind the data block";
        return -1;
    }
    *why = block_fault(&b);
    if (*why)
        return -1;
    return look_up(&b, seconds(wall_ms), tz, offset, why);
}

int tzif_offset_posix(struct slice tz, int64_t wall_ms, int *offset)
{
    struct posix p;

    if (posix_parse(tz, &p))
        return -1;
    *offset = posix_offset(&p, seconds(wall_ms));
    return 0;
}

bool tzif_name_ok(struct slice zone)
{
    uint8_t before = '/';

    if (zone.len == 0 || zone.len > ZONE_NAME)
        return false;
    for (size_t i = 0; i < zone.len; i++) {
        uint8_t c = zone.ptr[i], lower = byte_lower(c);
        bool plain = (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9')
            || c == '_' || c == '+' || c == '-';

        /* Each part begins with a letter or digit: no "//", no "..". */
        if (!plain && (c != '/' || before == '/'))
            return false;
        if (before == '/' && (c == '+' || c == '-' || c == '_'))
            return false;
        before = c;
    }
    return before != '/';
}
