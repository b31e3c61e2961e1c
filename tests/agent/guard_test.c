/* guard_test.c - numbers that are not called, and those that are not kept. */
#include "agent/guard.h"

#include "../guard.h"
#include "../tap.h"

static const char *const forbidden[] = {
    "911", "112", "999", "110", "000", "111", "+1911", "+49112", "+44999",
    "+49 110", "0049112", "+112", "+1112", " 911 ", "9-1-1", "+19005551234",
    "19005551234", "900-555-1234", "+12129760000", "+4990012345",
    "+49137123456", "0900123456", "+449061234567", "+448712345678",
    "+33899123456", "+41901123456", "+43900123456", "+31909123456",
    "+39899123456", "+34806123456", "+611900123456", "+9791234567", "116117"
};

static const char *const fine[] = {
    "+15551230000", "+12125551234", "+493012345678", "+4989123456",
    "+442079460000", "+33142278000", "+390892123456", "+41442345678",
    "+4312345678", "+541143210000", "+81312345678", "+61298765432",
    "030123456", "5551230000", "+911123456789", "+19115551234",
    "+4911012345678", ""
};

static void test_numbers(void)
{
    int bad = 0;

    for (size_t i = 0; i < sizeof forbidden / sizeof *forbidden; i++)
        if (!guard_number_forbidden(guard_in(slice_str(forbidden[i])))
            && ++bad)
            printf("#   allowed: %s\n", forbidden[i]);
    tap_is_int(bad, 0, "emergency and premium numbers are not called");
    for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
        if (guard_number_forbidden(guard_in(slice_str(fine[i]))) && ++bad)
            printf("#   forbidden: %s\n", fine[i]);
    tap_is_int(bad, 0, "restaurants' are");
}

/* Card numbers are the test numbers that the brands publish. */
static void test_text(void)
{
    tap_is_int(guard_text(SLICE("Table for 4")), PLAN_FINE, "a text");
    tap_is_int(guard_text(SLICE("")), PLAN_EMPTY, "none");
    tap_is_int(guard_text(SLICE("\r\n\t ")), PLAN_EMPTY, "blanks");
    tap_is_int(guard_text(SLICE("a <script>")), PLAN_MARKUP, "a tag");
    tap_is_int(guard_text(SLICE("</b>")), PLAN_MARKUP, "its end");
    tap_is_int(guard_text(SLICE("<!-- x")), PLAN_MARKUP, "a comment");
    tap_is_int(guard_text(SLICE("<?xml")), PLAN_MARKUP, "a declaration");
    tap_is_int(guard_text(SLICE("a < b, I <3 it <")), PLAN_FINE,
        "angles that open nothing");
}

int main(void)
{
    test_numbers();
    test_text();
    return tap_done();
}
