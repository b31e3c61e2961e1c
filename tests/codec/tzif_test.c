/* tzif_test.c - zones against libc's reading of the system's zone files, and
 * against files made by hand. */
#include "codec/tzif.h"

#include <time.h>

#include "../guard.h"
#include "../tap.h"
#include "codec/date.h"

#define ZONEINFO "/usr/share/zoneinfo/"

static uint8_t file_mem[1 << 16];

/* A zone file of the system; empty when it has none. */
static struct slice read_zone(const char *name)
{
    char path[200];
    size_t n = 0;
    FILE *f;

    snprintf(path, sizeof path, "%s%s", ZONEINFO, name);
    f = fopen(path, "rb");
    if (f) {
        n = fread(file_mem, 1, sizeof file_mem, f);
        fclose(f);
    }
    return slice_of(file_mem, n);
}

static int64_t utc(const char *text)
{
    int64_t ms = 0;
    int offset;

    if (date_parse_rfc3339(slice_str(text), &ms, &offset))
        abort();
    return ms;
}

/* What libc makes of the zone in TZ. */
static int libc_offset(int64_t s)
{
    time_t t = (time_t)s;
    struct tm tm;
    struct when w = {.offset = 0};

    localtime_r(&t, &tm);
    w.date = (struct date){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday};
    w.hour = tm.tm_hour;
    w.minute = tm.tm_min;
    w.second = tm.tm_sec;
    return (int)(date_wall(&w) / 1000 - s);
}

static const char *const zones[] = {
    "Europe/Berlin", "Europe/London", "Europe/Dublin", "Europe/Istanbul",
    "Europe/Lisbon", "America/New_York", "America/Los_Angeles",
    "America/Sao_Paulo", "America/St_Johns", "America/Santiago",
    "America/Caracas", "America/Nuuk", "Asia/Kolkata", "Asia/Tehran",
    "Asia/Gaza", "Asia/Jerusalem", "Asia/Pyongyang", "Asia/Kathmandu",
    "Australia/Sydney", "Australia/Lord_Howe", "Pacific/Apia",
    "Pacific/Chatham", "Africa/Cairo", "Africa/Casablanca",
    "Africa/Monrovia", "Antarctica/Troll", "Etc/GMT+12", "UTC"
};

/* Every 39 hours and 7 s of 200 years, which meets each side of each change;
 * the change itself is looked for by halving. */
static int compare_zone(const char *name, struct slice file)
{
    int64_t step = 39 * 3600 + 7, last = INT64_C(4102444800);
    int before = 0, wrong = 0;
    const char *why;

    setenv("TZ", name, 1);
    tzset();
    for (int64_t s = INT64_C(-2208988800); s < last; s += step) {
        int want = libc_offset(s), got;

        if ((tzif_offset(file, s * 1000, &got, &why) || got != want)
            && !wrong++)
            printf("#   %s at %lld: want %d\n", name, (long long)s, want);
        if (want != before) {
            int64_t lo = s - step, hi = s;

            while (hi - lo > 1) {
                int64_t mid = (lo + hi) / 2;

                if (libc_offset(mid) == want)
                    hi = mid;
                else
                    lo = mid;
            }
            if ((tzif_offset(file, hi * 1000, &got, &why) || got != want
                || tzif_offset(file, hi * 1000 - 1, &got, &why)
                || got != libc_offset(hi - 1)) && !wrong++)
                printf("#   %s changes at %lld\n", name, (long long)hi);
        }
        before = want;
    }
    return wrong;
}

static void test_system(void)
{
    int wrong = 0, seen = 0;

    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        struct slice file = read_zone(zones[i]);

        if (file.len == 0)
            continue;
        seen++;
        wrong += compare_zone(zones[i], guard_in(file));
    }
    if (!seen) {
        tap_skip("no zone files on this machine");
        return;
    }
    tap_is_int(wrong, 0, "as libc says, 1900 to 2100, to the second");
    printf("#   %d zones\n", seen);
}

static const char *const common[] = {
    "Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/Paris",
    "Europe/London", "Europe/Dublin", "Europe/Madrid", "Europe/Lisbon",
    "Europe/Rome", "Europe/Athens", "Europe/Warsaw", "Europe/Stockholm",
    "Europe/Helsinki", "Europe/Kyiv", "Europe/Istanbul", "Europe/Moscow",
    "America/New_York", "America/Chicago", "America/Denver",
    "America/Phoenix", "America/Los_Angeles", "America/Anchorage",
    "America/Toronto", "America/Halifax", "America/St_Johns",
    "America/Mexico_City", "America/Sao_Paulo", "America/Santiago",
    "America/Argentina/Buenos_Aires", "America/Bogota", "Asia/Tokyo",
    "Asia/Shanghai", "Asia/Kolkata", "Asia/Dubai", "Asia/Singapore",
    "Asia/Jerusalem", "Asia/Manila", "Australia/Sydney", "Australia/Perth",
    "Australia/Adelaide", "Pacific/Auckland", "Pacific/Honolulu",
    "Africa/Johannesburg", "Africa/Cairo", "UTC", "Etc/UTC"
};

static void test_builtin(void)
{
    int wrong = 0, compared = 0;
    const char *why;

    for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
        struct slice tz = tzif_builtin(slice_str(common[i])), file;
        int a = 0, b = 0;

        if (!tz.len && !wrong++)
            printf("#   not built in: %s\n", common[i]);
        file = read_zone(common[i]);
        for (int64_t s = 1767225600; s < 2145916800; s += 7 * 3600)
            if ((tzif_offset_posix(tz, s * 1000, &a) || (file.len
                && (tzif_offset(file, s * 1000, &b, &why) || a != b)))
                && !wrong++)
                printf("#   %s: %d, file %d\n", common[i], a, b);
        compared += file.len > 0;
    }
    tap_is_int(wrong, 0, "the built-in zones are the system's, 2026 to 2037");
    printf("#   %d compared\n", compared);
    tap_ok(!tzif_builtin(SLICE("Europe/Entenhausen")).ptr, "no such zone");
    tap_ok(!tzif_builtin(SLICE("europe/berlin")).ptr, "case counts");
    tap_ok(!tzif_builtin(SLICE("")).ptr, "nor the empty name");
}

/* ---- all of them, against the system's own list ---- */

static const char by_the_moon[] = "|Africa/Casablanca|Africa/El_Aaiun"
    "|Asia/Gaza|Asia/Hebron|";

static bool same_as_file(const char *name, struct slice tz)
{
    struct slice file = read_zone(name);
    const char *why;
    int a, b;

    for (int64_t s = 1767225600; file.len && s < 1830297600; s += 37 * 3600)
        if (tzif_offset_posix(tz, s * 1000, &a)
            || tzif_offset(file, s * 1000, &b, &why) || a != b)
            return false;
    return true;
}

static void test_all(void)
{
    static char all[300000];
    struct slice list, line;
    int names = 0, unknown = 0, other = 0;
    bool ours;
    FILE *f = fopen("/usr/share/zoneinfo/tzdata.zi", "r");

    if (!f) {
        tap_skip("all zones: no tzdata.zi on this machine");
        return;
    }
    list = slice_of(all, fread(all, 1, sizeof all, f));
    fclose(f);
    ours = slice_starts(list, "# version 2025b");
    while (list.len) {
        char name[80], key[84];
        struct slice tz;

        line = slice_cut(&list, '\n');
        if (!slice_starts(line, "Z ") && !slice_starts(line, "L "))
            continue;
        if (line.ptr[0] == 'L') {
            line = slice_from(line, 2);
            slice_cut(&line, ' ');
        } else {
            line = slice_from(line, 2);
        }
        line = slice_cut(&line, ' ');
        snprintf(name, sizeof name, "%.*s", SLICE_ARG(line));
        snprintf(key, sizeof key, "|%s|", name);
        if (strcmp(name, "Factory") == 0 || strstr(by_the_moon, key))
            continue;
        names++;
        tz = tzif_builtin(slice_str(name));
        if (!tz.ptr && !unknown++)
            printf("#   not built in: %s\n", name);
        else if (tz.ptr && !same_as_file(name, tz) && !other++)
            printf("#   not as on this machine: %s\n", name);
    }
    printf("#   %d names\n", names);
    /* Another year's tzdata may know what we cannot. */
    tap_ok(names > 400 && (!ours || unknown == 0), "every zone is built in");
    tap_ok(!ours || other == 0, "with its rule of 2025b");
    for (size_t i = 1; i < sizeof by_the_moon - 1; i++) {
        struct slice left = slice_str(by_the_moon + i);

        left = slice_cut(&left, '|');
        tap_ok(!tzif_builtin(left).ptr, "but %.*s", SLICE_ARG(left));
        i += left.len;
    }
}

/* Changes as the governments published them. */
static const struct {
    const char *zone, *at;
    int before, after;
} edges[] = {
    {"Europe/Berlin", "2026-03-29T01:00:00Z", 3600, 7200},
    {"Europe/Berlin", "2026-10-25T01:00:00Z", 7200, 3600},
    {"Europe/London", "2026-03-29T01:00:00Z", 0, 3600},
    {"Europe/Dublin", "2026-10-25T01:00:00Z", 3600, 0},
    {"America/New_York", "2026-03-08T07:00:00Z", -18000, -14400},
    {"America/New_York", "2026-11-01T06:00:00Z", -14400, -18000},
    {"America/St_Johns", "2026-03-08T05:30:00Z", -12600, -9000},
    {"Australia/Sydney", "2026-04-04T16:00:00Z", 39600, 36000},
    {"Australia/Sydney", "2026-10-03T16:00:00Z", 36000, 39600},
    {"Pacific/Auckland", "2027-04-03T14:00:00Z", 46800, 43200}
};

static void test_edges(void)
{
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        struct slice tz = tzif_builtin(slice_str(edges[i].zone));
        int64_t at = utc(edges[i].at);
        int a = 0, b = 0;

        tap_ok(tzif_offset_posix(tz, at - 1, &a) == 0
            && tzif_offset_posix(tz, at, &b) == 0 && a == edges[i].before
            && b == edges[i].after, "%s at %s", edges[i].zone, edges[i].at);
    }
}

static const struct {
    const char *tz, *at;
    int offset;
} strings[] = {
    {"UTC0", "2026-07-01T00:00:00Z", 0},
    {"<+0330>-3:30", "2026-07-01T00:00:00Z", 12600},
    {"<-0145>+1:45:30", "2026-07-01T00:00:00Z", -6330},
    {"EST5EDT", "2026-03-08T07:00:00Z", -14400},
    {"EST5EDT", "2026-03-08T06:59:59Z", -18000},
    {"AAA-1BBB-3,J60/0,J300", "2024-02-29T22:59:59Z", 3600},
    {"AAA-1BBB-3,J60/0,J300", "2024-02-29T23:00:00Z", 10800},
    {"AAA-1BBB,59/0,299", "2024-02-28T23:00:00Z", 7200},
    {"AAA-1BBB,59/0,299", "2024-02-28T22:59:59Z", 3600},
    /* RFC 8536's own: all year daylight time, and hours beyond a day. */
    {"EST5EDT,0/0,J365/25", "2026-01-01T05:00:00Z", -14400},
    {"EST5EDT,0/0,J365/25", "2026-07-01T00:00:00Z", -14400},
    {"<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "2026-03-29T01:00:00Z", -7200},
    {"<-03>3<-02>,M3.5.0/-2,M10.5.0/-1", "2026-03-29T00:59:59Z", -10800},
    {"IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-27T00:00:00Z", 10800},
    {"IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-26T23:59:59Z", 7200}
};

static void test_strings(void)
{
    static const char *const bad[] = {"", "C", "CE-1", "CET", "CET-25",
        "CET-1CEST,", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0",
        "CET-1CEST,M3.0.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J365",
        "CET-1CEST,J1,J366", "CET-1CEST,0,366", "CET-1CEST,M3.5.0/168,J1",
        "CET-1CEST,M3.5.0,M10.5.0x", "<+01-1", "<>-1", "C1T-1", "CET-1:60",
        "CET-1CEST,M3.5.0,M10.5.0/"};
    int wrong = 0, got = 0;

    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        if ((tzif_offset_posix(guard_in(slice_str(strings[i].tz)),
            utc(strings[i].at), &got) || got != strings[i].offset)
            && !wrong++)
            printf("#   %s at %s: %d\n", strings[i].tz, strings[i].at, got);
    tap_is_int(wrong, 0, "TZ strings");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!tzif_offset_posix(guard_in(slice_str(bad[i])), 0, &got)
            && !wrong++)
            printf("#   taken: %s\n", bad[i]);
    tap_is_int(wrong, 0, "what is no TZ string is refused");
}

#define Z15 "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define C(n) "\0\0\0" n
/* isut isstd leap time type char */
#define HEAD_(v, a, b, c, d, e, f) "TZif" v Z15 C(a) C(b) C(c) C(d) C(e) C(f)
#define LMT "\0\0\x0c\xd8\0\0"          /* 3288 s */
#define CET "\0\0\x0e\x10\0\4"
#define CEST "\0\0\x1c\x20\1\x08"
#define NAMES "LMT\0CET\0CEST\0"

/* Two changes, at 1000 and 2000 s; then what the footer says. */
static const char v1[] = HEAD_("\0", "\0", "\0", "\0", "\2", "\3", "\x0d")
    "\0\0\x03\xe8\0\0\x07\xd0" "\1\2" LMT CET CEST NAMES;
static const char v2[] = HEAD_("2", "\0", "\0", "\0", "\0", "\1", "\1")
    "\0\0\0\0\0\0" "\0"
    HEAD_("2", "\3", "\3", "\0", "\2", "\3", "\x0d")
    "\0\0\0\0\0\0\x03\xe8\0\0\0\0\0\0\x07\xd0" "\1\2" LMT CET CEST NAMES
    "\0\0\0\0\0\0" "\nXXX-5\n";
/* "right": one leap second at 1500, so the second change is at 1999. */
static const char leap[] = HEAD_("\0", "\0", "\0", "\1", "\2", "\3", "\x0d")
    "\0\0\x03\xe8\0\0\x07\xd0" "\1\2" LMT CET CEST NAMES
    "\0\0\x05\xdc\0\0\0\1";

#define FILE_OF(a) slice_of(a, sizeof a - 1)

static void test_files(void)
{
    const char *why = NULL;
    int off = 0;

    tap_ok(!tzif_offset(FILE_OF(v1), 999999, &off, &why) && off == 3288,
        "version 1, before the first change");
    tap_ok(!tzif_offset(FILE_OF(v1), 1000000, &off, &why) && off == 3600,
        "at it");
    tap_ok(!tzif_offset(FILE_OF(v1), 2000000, &off, &why) && off == 7200,
        "at the second");
    tap_ok(!tzif_offset(FILE_OF(v2), 1999999, &off, &why) && off == 3600,
        "version 2, between the changes");
    tap_ok(!tzif_offset(FILE_OF(v2), 2000000, &off, &why) && off == 18000,
        "from the last one on the footer holds");
    tap_ok(!tzif_offset(FILE_OF(v2), -1, &off, &why) && off == 3288,
        "before the epoch");
    tap_ok(!tzif_offset(FILE_OF(leap), 1998999, &off, &why) && off == 3600,
        "leap seconds are counted");
    tap_ok(!tzif_offset(FILE_OF(leap), 1999000, &off, &why) && off == 7200,
        "and move a change");
}

/* One byte of v2 changed, and the reason that follows. */
static const struct {
    size_t at;
    uint8_t to;
    const char *why;
} broken[] = {
    {0, 'X', "no TZif head"},
    {4, '5', "unknown TZif version"},
    {32, 0x7f, "data block longer than the file"},
    {51 + 0, 'X', "no TZif head"},
    {51 + 44 + 6, 0x08, "transitions out of order"},
    {51 + 44 + 17, 3, "transition to a type that is not there"},
    {51 + 44 + 18 + 4, 2, "local time type out of range"},
    {51 + 44 + 18 + 5, 13, "local time type out of range"},
    {51 + 44 + 18, 0x7f, "local time type out of range"},
    {sizeof v2 - 2, 'x', "no footer"},
    {sizeof v2 - 8, 'x', "no footer"},
    {sizeof v2 - 7, '!', "footer is no TZ string"}
};

/* Two indicators for three types; no type at all. */
static const char two_of_three[] = HEAD_("\0", "\0", "\2", "\0", "\2", "\3",
    "\x0d") "\0\0\x03\xe8\0\0\x07\xd0" "\1\2" LMT CET CEST NAMES "\0\0";
static const char no_type[] = HEAD_("\0", "\0", "\0", "\0", "\0", "\0", "\0");

static void test_broken(void)
{
    int taken = 0, off;
    const char *why;

    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        struct mslice m = guard(FILE_OF(v2));

        m.ptr[broken[i].at] = broken[i].to;
        why = NULL;
        if (!tzif_offset(slice_of(m.ptr, m.len), 2000000, &off, &why))
            why = "taken";
        tap_is_str(slice_str(why), broken[i].why, "refused");
    }
    why = NULL;
    tzif_offset(FILE_OF(two_of_three), 0, &off, &why);
    tap_is_str(slice_str(why), "indicator counts do not fit the types",
        "refused");
    tzif_offset(FILE_OF(no_type), 0, &off, &why);
    tap_is_str(slice_str(why), "no local time type", "refused");
    tap_ok(!tzif_offset_posix(SLICE("CET-1CEST,M3.5.0,M10.5.0/3"), INT64_MIN,
        &off) && (off == 3600 || off == 7200), "the first moment there is");
    tap_ok(!tzif_offset_posix(SLICE("CET-1CEST,M3.5.0,M10.5.0/3"), INT64_MAX,
        &off) && (off == 3600 || off == 7200), "and the last");
    for (size_t n = 0; n < sizeof v2 - 1; n++)
        taken += !tzif_offset(guard_in(slice_of(v2, n)), 0, &off, &why);
    for (size_t n = 0; n < sizeof v1 - 1; n++)
        taken += !tzif_offset(guard_in(slice_of(v1, n)), 0, &off, &why);
    tap_is_int(taken, 0, "no prefix of a file is taken");
    tap_is_int(tzif_offset(slice_of(v1, sizeof v1), 0, &off, &why), -1,
        "nor one with a byte behind it");
}

static void test_names(void)
{
    static const char *const ok[] = {"UTC", "Europe/Berlin", "Etc/GMT+12",
        "America/Argentina/Buenos_Aires", "GMT-0", "EST5EDT"};
    static const char *const bad[] = {"", "/etc/passwd", "../x", "Europe/",
        "Europe//Berlin", "Europe/../x", "a.b", "Europe/Berl in", "-x",
        "a\\b", "a/_b", "Europe/.", "M\xc3\xbcnchen",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
    int wrong = 0;

    for (size_t i = 0; i < sizeof ok / sizeof *ok; i++)
        wrong += !tzif_name_ok(slice_str(ok[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        wrong += tzif_name_ok(slice_str(bad[i]));
    tap_is_int(wrong, 0, "names that a zone file may have");
}

int main(void)
{
    test_system();
    test_builtin();
    test_all();
    test_edges();
    test_strings();
    test_files();
    test_broken();
    test_names();
    return tap_done();
}
