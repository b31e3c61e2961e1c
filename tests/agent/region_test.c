/* region_test.c - where telephone numbers are. */
#include "agent/region.h"

#include <string.h>

#include "codec/tzif.h"
#include "tests/guard.h"
#include "tests/tap.h"

static const struct {
    const char *number, *country, *zone;    /* NULL country: nowhere */
} numbers[] = {
    {"+493012345", "DE", "Europe/Berlin"},
    {"+4312345", "AT", "Europe/Vienna"},
    {"+41441234567", "CH", "Europe/Zurich"},
    {"+4234567890", "LI", "Europe/Vaduz"},
    {"+442071234567", "GB", "Europe/London"},
    {"+441534123456", "JE", "Europe/London"},
    {"+390669812345", "VA", "Europe/Rome"},
    {"+39061234567", "IT", "Europe/Rome"},
    {"+34911234567", "ES", "Europe/Madrid"},
    {"+34922123456", "ES", "Atlantic/Canary"},
    {"+34612345678", "ES", NULL},
    {"+351211234567", "PT", "Europe/Lisbon"},
    {"+351912345678", "PT", NULL},
    {"+74951234567", "RU", "Europe/Moscow"},
    {"+73431234567", "RU", NULL},
    {"+77271234567", "KZ", NULL},
    {"+61261234567", "AU", "Australia/Sydney"},
    {"+61891234567", "AU", "Australia/Perth"},
    {"+61412345678", "AU", NULL},
    {"+12125551234", "US", "America/New_York"},
    {"+13125551234", "US", "America/Chicago"},
    {"+16025551234", "US", "America/Phoenix"},
    {"+13035551234", "US", "America/Denver"},
    {"+14155551234", "US", "America/Los_Angeles"},
    {"+18085551234", "US", "Pacific/Honolulu"},
    {"+19075551234", "US", NULL},
    {"+12085551234", "US", NULL},
    {"+15551230000", "US", NULL},
    {"+14165551234", "CA", "America/Toronto"},
    {"+16045551234", "CA", "America/Vancouver"},
    {"+12505551234", "CA", NULL},
    {"+18765551234", "JM", NULL},
    {"+18005551234", NULL, NULL},
    {"+18885551234", NULL, NULL},
    {"+97912345678", NULL, NULL},
    {"+99912345678", NULL, NULL},
    {"+", NULL, NULL}, {"", NULL, NULL}, {"493012345", NULL, NULL},
    {"+4", NULL, NULL}, {"+1", "US", NULL}, {"+49", "DE", "Europe/Berlin"},
};

int main(void)
{
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct region r = {"", NULL};
        struct slice at = guard_in(slice_str(numbers[i].number));
        bool found = region_of(at, &r);
        int offset;

        tap_ok(found == (numbers[i].country != NULL), "%s %s",
            numbers[i].number, found ? r.country : "nowhere");
        if (!found)
            continue;
        tap_is(slice_str(r.country), slice_str(numbers[i].country),
            "its country");
        tap_ok(!r.zone == !numbers[i].zone && (!r.zone || strcmp(r.zone,
            numbers[i].zone) == 0), "its zone: %s", r.zone ? r.zone
            : "not settled");
        tap_ok(!r.zone || tzif_offset_posix(tzif_builtin(slice_str(r.zone)),
            1795345200000, &offset) == 0, "whose clock we know");
    }
    tap_ok(region_is_country(SLICE("DE")) && region_is_country(SLICE("US"))
        && region_is_country(SLICE("JM")), "countries");
    tap_ok(!region_is_country(SLICE("XX")) && !region_is_country(SLICE(""))
        && !region_is_country(SLICE("D")), "no countries");
    return tap_done();
}
