/* region.c - where a telephone number is. */
#include "agent/region.h"

#include <string.h>

/* ITU-T E.164's country codes; the longest prefix that fits counts. */
static const struct {
    const char *prefix, *country, *zone;
} codes[] = {
    {"20", "EG", "Africa/Cairo"}, {"211", "SS", NULL}, {"212", "MA", NULL},
    {"213", "DZ", NULL}, {"216", "TN", NULL}, {"218", "LY", NULL},
    {"220", "GM", NULL}, {"221", "SN", NULL}, {"222", "MR", NULL},
    {"223", "ML", NULL}, {"224", "GN", NULL}, {"225", "CI", NULL},
    {"226", "BF", NULL}, {"227", "NE", NULL}, {"228", "TG", NULL},
    {"229", "BJ", NULL}, {"230", "MU", NULL}, {"231", "LR", NULL},
    {"232", "SL", NULL}, {"233", "GH", NULL}, {"234", "NG", "Africa/Lagos"},
    {"235", "TD", NULL}, {"236", "CF", NULL}, {"237", "CM", NULL},
    {"238", "CV", NULL}, {"239", "ST", NULL}, {"240", "GQ", NULL},
    {"241", "GA", NULL}, {"242", "CG", NULL}, {"243", "CD", NULL},
    {"244", "AO", NULL}, {"245", "GW", NULL}, {"246", "IO", NULL},
    {"248", "SC", NULL}, {"249", "SD", NULL}, {"250", "RW", NULL},
    {"251", "ET", NULL}, {"252", "SO", NULL}, {"253", "DJ", NULL},
    {"254", "KE", "Africa/Nairobi"}, {"255", "TZ", "Africa/Nairobi"},
    {"256", "UG", "Africa/Nairobi"}, {"257", "BI", NULL}, {"258", "MZ", NULL},
    {"260", "ZM", NULL}, {"261", "MG", NULL}, {"262", "RE", NULL},
    {"263", "ZW", NULL}, {"264", "NA", NULL}, {"265", "MW", NULL},
    {"266", "LS", NULL}, {"267", "BW", NULL}, {"268", "SZ", NULL},
    {"269", "KM", NULL}, {"27", "ZA", "Africa/Johannesburg"},
    {"290", "SH", NULL}, {"291", "ER", NULL}, {"297", "AW", NULL},
    {"298", "FO", NULL}, {"299", "GL", NULL}, {"30", "GR", "Europe/Athens"},
    {"31", "NL", "Europe/Amsterdam"}, {"32", "BE", "Europe/Brussels"},
    {"33", "FR", "Europe/Paris"}, {"34", "ES", NULL},
    {"34922", "ES", "Atlantic/Canary"}, {"34928", "ES", "Atlantic/Canary"},
    {"3491", "ES", "Europe/Madrid"}, {"3493", "ES", "Europe/Madrid"},
    {"3494", "ES", "Europe/Madrid"}, {"3495", "ES", "Europe/Madrid"},
    {"3496", "ES", "Europe/Madrid"}, {"3497", "ES", "Europe/Madrid"},
    {"3498", "ES", "Europe/Madrid"}, {"350", "GI", NULL}, {"351", "PT", NULL},
    {"35121", "PT", "Europe/Lisbon"}, {"35122", "PT", "Europe/Lisbon"},
    {"351289", "PT", "Europe/Lisbon"}, {"351296", "PT", "Atlantic/Azores"},
    {"351295", "PT", "Atlantic/Azores"}, {"351292", "PT", "Atlantic/Azores"},
    {"352", "LU", "Europe/Luxembourg"}, {"353", "IE", "Europe/Dublin"},
    {"354", "IS", "Atlantic/Reykjavik"}, {"355", "AL", NULL},
    {"356", "MT", "Europe/Malta"}, {"357", "CY", "Europe/Athens"},
    {"358", "FI", "Europe/Helsinki"}, {"359", "BG", "Europe/Sofia"},
    {"36", "HU", "Europe/Budapest"}, {"370", "LT", "Europe/Vilnius"},
    {"371", "LV", "Europe/Riga"}, {"372", "EE", "Europe/Tallinn"},
    {"373", "MD", NULL}, {"374", "AM", NULL}, {"375", "BY", NULL},
    {"376", "AD", "Europe/Andorra"}, {"377", "MC", "Europe/Monaco"},
    {"378", "SM", "Europe/Rome"}, {"380", "UA", "Europe/Kyiv"},
    {"381", "RS", "Europe/Belgrade"}, {"382", "ME", "Europe/Belgrade"},
    {"383", "XK", "Europe/Belgrade"}, {"385", "HR", "Europe/Zagreb"},
    {"386", "SI", "Europe/Ljubljana"}, {"387", "BA", "Europe/Belgrade"},
    {"389", "MK", "Europe/Belgrade"}, {"39", "IT", "Europe/Rome"},
    {"3906698", "VA", "Europe/Rome"}, {"40", "RO", "Europe/Bucharest"},
    {"41", "CH", "Europe/Zurich"}, {"420", "CZ", "Europe/Prague"},
    {"421", "SK", "Europe/Bratislava"}, {"423", "LI", "Europe/Vaduz"},
    {"43", "AT", "Europe/Vienna"}, {"44", "GB", "Europe/London"},
    {"441481", "GG", "Europe/London"}, {"441534", "JE", "Europe/London"},
    {"441624", "IM", "Europe/London"}, {"45", "DK", "Europe/Copenhagen"},
    {"46", "SE", "Europe/Stockholm"}, {"47", "NO", "Europe/Oslo"},
    {"48", "PL", "Europe/Warsaw"}, {"49", "DE", "Europe/Berlin"},
    {"500", "FK", NULL}, {"501", "BZ", NULL}, {"502", "GT", NULL},
    {"503", "SV", NULL}, {"504", "HN", NULL}, {"505", "NI", NULL},
    {"506", "CR", NULL}, {"507", "PA", NULL}, {"508", "PM", NULL},
    {"509", "HT", NULL}, {"51", "PE", "America/Lima"}, {"52", "MX", NULL},
    {"5255", "MX", "America/Mexico_City"},
    {"5256", "MX", "America/Mexico_City"},
    {"5233", "MX", "America/Mexico_City"},
    {"5281", "MX", "America/Mexico_City"}, {"53", "CU", NULL},
    {"54", "AR", "America/Argentina/Buenos_Aires"}, {"55", "BR", NULL},
    {"5511", "BR", "America/Sao_Paulo"}, {"5521", "BR", "America/Sao_Paulo"},
    {"5531", "BR", "America/Sao_Paulo"}, {"5541", "BR", "America/Sao_Paulo"},
    {"5551", "BR", "America/Sao_Paulo"}, {"5561", "BR", "America/Sao_Paulo"},
    {"5571", "BR", "America/Sao_Paulo"}, {"56", "CL", NULL},
    {"562", "CL", "America/Santiago"}, {"57", "CO", "America/Bogota"},
    {"58", "VE", NULL}, {"590", "GP", NULL}, {"591", "BO", NULL},
    {"592", "GY", NULL}, {"593", "EC", NULL}, {"594", "GF", NULL},
    {"595", "PY", NULL}, {"596", "MQ", NULL}, {"597", "SR", NULL},
    {"598", "UY", NULL}, {"599", "CW", NULL},
    {"60", "MY", "Asia/Kuala_Lumpur"}, {"61", "AU", NULL},
    {"612", "AU", "Australia/Sydney"}, {"613", "AU", NULL},
    {"6173", "AU", "Australia/Brisbane"}, {"6174", "AU", "Australia/Brisbane"},
    {"6175", "AU", "Australia/Brisbane"}, {"6177", "AU", "Australia/Brisbane"},
    {"6139", "AU", "Australia/Melbourne"},
    {"6138", "AU", "Australia/Melbourne"}, {"6136", "AU", "Australia/Hobart"},
    {"6188", "AU", "Australia/Adelaide"}, {"6189", "AU", "Australia/Perth"},
    {"62", "ID", NULL}, {"6221", "ID", "Asia/Jakarta"},
    {"63", "PH", "Asia/Manila"}, {"64", "NZ", "Pacific/Auckland"},
    {"65", "SG", "Asia/Singapore"}, {"66", "TH", "Asia/Bangkok"},
    {"670", "TL", NULL}, {"673", "BN", NULL}, {"675", "PG", NULL},
    {"676", "TO", NULL}, {"677", "SB", NULL}, {"678", "VU", NULL},
    {"679", "FJ", NULL}, {"680", "PW", NULL}, {"685", "WS", NULL},
    {"687", "NC", NULL}, {"689", "PF", NULL}, {"7", "RU", NULL},
    {"7495", "RU", "Europe/Moscow"}, {"7499", "RU", "Europe/Moscow"},
    {"7812", "RU", "Europe/Moscow"}, {"76", "KZ", NULL}, {"77", "KZ", NULL},
    {"81", "JP", "Asia/Tokyo"}, {"82", "KR", "Asia/Seoul"},
    {"84", "VN", "Asia/Bangkok"}, {"852", "HK", "Asia/Hong_Kong"},
    {"853", "MO", "Asia/Shanghai"}, {"855", "KH", "Asia/Bangkok"},
    {"856", "LA", "Asia/Bangkok"}, {"86", "CN", "Asia/Shanghai"},
    {"880", "BD", NULL}, {"886", "TW", "Asia/Taipei"},
    {"90", "TR", "Europe/Istanbul"}, {"91", "IN", "Asia/Kolkata"},
    {"92", "PK", "Asia/Karachi"}, {"93", "AF", NULL},
    {"94", "LK", "Asia/Kolkata"}, {"95", "MM", NULL}, {"960", "MV", NULL},
    {"961", "LB", NULL}, {"962", "JO", NULL}, {"963", "SY", NULL},
    {"964", "IQ", NULL}, {"965", "KW", "Asia/Riyadh"},
    {"966", "SA", "Asia/Riyadh"}, {"967", "YE", "Asia/Riyadh"},
    {"968", "OM", "Asia/Dubai"}, {"970", "PS", NULL},
    {"971", "AE", "Asia/Dubai"}, {"972", "IL", "Asia/Jerusalem"},
    {"973", "BH", "Asia/Riyadh"}, {"974", "QA", "Asia/Riyadh"},
    {"975", "BT", NULL}, {"976", "MN", NULL}, {"977", "NP", NULL},
    {"98", "IR", "Asia/Tehran"}, {"992", "TJ", NULL}, {"993", "TM", NULL},
    {"994", "AZ", NULL}, {"995", "GE", NULL}, {"996", "KG", NULL},
    {"998", "UZ", NULL},
};

/* The area codes of +1.  Those of a state with two zones have none, unless all
 * towns of note are in one; what is not here is the United States'. */
static const struct {
    const char *country, *zone, *areas;
} nanp[] = {
    {"US", "America/New_York",
        "201 202 203 207 212 215 216 220 223 227 229 234 239 240 248 252 "
        "267 272 276 283 301 302 304 305 313 315 321 324 326 329 330 332 "
        "336 339 347 351 352 363 380 386 401 404 407 410 412 413 419 434 "
        "440 443 445 448 470 472 475 478 484 508 513 516 517 518 540 551 "
        "561 567 570 571 582 585 586 603 607 609 610 614 616 617 624 631 "
        "640 645 646 656 667 678 679 680 681 689 703 704 706 716 717 718 "
        "724 727 728 732 734 740 743 754 757 762 770 771 772 774 781 786 "
        "802 803 804 810 813 814 821 826 828 835 838 839 843 845 848 854 "
        "856 857 859 860 861 862 863 864 865 878 904 908 910 912 914 917 "
        "919 929 934 937 941 943 947 948 954 959 973 978 980 984 989"},
    {"US", "America/Chicago",
        "205 210 214 217 218 224 225 228 251 254 256 262 274 281 309 312 "
        "314 316 318 319 320 325 331 334 337 346 353 361 402 405 409 414 "
        "417 430 447 464 469 479 501 504 507 512 515 531 534 539 557 563 "
        "572 573 580 601 608 612 615 618 629 630 636 641 651 659 660 662 "
        "682 708 712 713 715 726 730 731 737 763 769 773 779 815 816 817 "
        "830 832 847 870 872 901 903 913 918 920 931 936 938 940 945 952 "
        "956 972 975 979 985"},
    {"US", "America/Denver",
        "303 307 385 406 435 505 575 719 720 801 970 983"},
    {"US", "America/Phoenix",
        "480 520 602 623"},
    {"US", "America/Los_Angeles",
        "206 209 213 253 279 310 323 341 350 360 369 408 415 424 425 442 "
        "503 509 510 530 559 562 564 619 626 628 650 657 661 669 702 707 "
        "714 725 747 760 805 818 820 831 837 840 858 909 916 925 949 951 "
        "971"},
    {"US", "Pacific/Honolulu",
        "808"},
    {"CA", "America/Toronto",
        "226 249 263 289 343 354 365 382 416 437 438 450 468 514 519 548 "
        "579 613 647 683 705 742 753 905"},
    {"CA", "America/Vancouver",
        "604"},
    {"CA", "America/Halifax",
        "428 506 782 902"},
    {"CA", NULL,
        "204 236 250 257 306 367 368 403 418 431 460 474 481 568 581 584 "
        "587 639 672 709 778 780 807 819 825 867 873 879 942"},
    {"BS", NULL, "242"},
    {"BB", NULL, "246"},
    {"AI", NULL, "264"},
    {"AG", NULL, "268"},
    {"VG", NULL, "284"},
    {"VI", NULL, "340"},
    {"KY", NULL, "345"},
    {"BM", NULL, "441"},
    {"GD", NULL, "473"},
    {"TC", NULL, "649"},
    {"JM", NULL, "658 876"},
    {"MS", NULL, "664"},
    {"MP", NULL, "670"},
    {"GU", NULL, "671"},
    {"AS", NULL, "684"},
    {"SX", NULL, "721"},
    {"LC", NULL, "758"},
    {"DM", NULL, "767"},
    {"VC", NULL, "784"},
    {"PR", NULL, "787 939"},
    {"DO", NULL, "809 829 849"},
    {"TT", NULL, "868"},
    {"KN", NULL, "869"},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void set(struct region *out, const char *country, const char *zone)
{
    memcpy(out->country, country, sizeof out->country);
    out->zone = zone;
}

/* Toll-free and other codes that are nowhere have no country. */
static bool is_nowhere(struct slice area)
{
    return area.len == 3 && (area.ptr[0] == '8' || area.ptr[0] == '5')
        && area.ptr[1] == area.ptr[2] && area.ptr[1] != '5';
}

static bool of_area(struct slice area, struct region *out)
{
    if (is_nowhere(area))
        return false;
    set(out, "US", NULL);
    for (size_t i = 0; i < COUNT(nanp); i++) {
        struct slice rest = slice_str(nanp[i].areas);

        while (rest.len)
            if (slice_eq(slice_cut(&rest, ' '), area)) {
                set(out, nanp[i].country, nanp[i].zone);
                return true;
            }
    }
    return true;
}

bool region_of(struct slice e164, struct region *out)
{
    struct slice digits = slice_from(e164, 1);
    size_t best = 0;

    if (e164.len < 2 || e164.ptr[0] != '+')
        return false;
    if (digits.ptr[0] == '1')
        return of_area(slice_head(slice_from(digits, 1), 3), out);
    for (size_t i = 0; i < COUNT(codes); i++)
        if (strlen(codes[i].prefix) > best
            && slice_starts(digits, codes[i].prefix)) {
            best = strlen(codes[i].prefix);
            set(out, codes[i].country, codes[i].zone);
        }
    return best > 0;
}

bool region_is_country(struct slice code)
{
    for (size_t i = 0; i < COUNT(codes); i++)
        if (slice_is(code, codes[i].country))
            return true;
    for (size_t i = 0; i < COUNT(nanp); i++)
        if (slice_is(code, nanp[i].country))
            return true;
    return false;
}
