/* http_words.c - what HTTP is made of: bytes, fields, reasons, dates.
 *
 * The part of codec/http.h that needs no head under way.
 */
#include "codec/http.h"

#include <string.h>

#include "base/text.h"
#include "codec/date.h"

#define DATE_LAST INT64_C(253402300799000)  /* 9999-12-31T23:59:59Z, ms */
#define DATE_FIRST INT64_C(-62135596800000) /* 0001-01-01T00:00:00Z, ms */

/* Bits: 1 token, 2 target ("%" apart: two digits must follow), 4 field value,
 * 8 host name, 16 hex digit.  The target takes what browsers leave bare
 * (brackets, braces, bar, caret, grave), but neither quote, backslash, angle
 * bracket nor "#": those some reader repairs.  The host takes no comma. */
const uint8_t http_class[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    4, 15, 4, 5, 15, 5, 15, 15, 14, 14, 15, 15, 6, 15, 15, 6,
    31, 31, 31, 31, 31, 31, 31, 31, 31, 31, 6, 14, 4, 14, 4, 6,
    6, 31, 31, 31, 31, 31, 31, 15, 15, 15, 15, 15, 15, 15, 15, 15,
    15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 6, 4, 6, 7, 15,
    7, 31, 31, 31, 31, 31, 31, 15, 15, 15, 15, 15, 15, 15, 15, 15,
    15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 6, 7, 6, 15, 0,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
    4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4
};

struct slice http_get(const struct http *h, const char *name)
{
    struct slice want = slice_str(name);

    for (size_t i = 0; i < h->headers; i++)
        if (slice_ieq(h->header[i].name, want))
            return h->header[i].value;
    return (struct slice){NULL, 0};
}

size_t http_count(const struct http *h, const char *name)
{
    struct slice want = slice_str(name);
    size_t n = 0;

    for (size_t i = 0; i < h->headers; i++)
        n += slice_ieq(h->header[i].name, want);
    return n;
}

/* Cuts the next element off a list: a comma in a quoted string is none. */
static struct slice next_item(struct slice *s)
{
    struct slice all = *s;
    bool quoted = false;
    size_t i = 0;

    for (; i < all.len && (quoted || all.ptr[i] != ','); i++) {
        if (all.ptr[i] == '"')
            quoted = !quoted;
        else if (quoted && all.ptr[i] == '\\' && i + 1 < all.len)
            i++;
    }
    *s = i < all.len ? slice_from(all, i + 1) : (struct slice){NULL, 0};
    return slice_trim(slice_head(all, i));
}

bool http_has_token(const struct http *h, const char *name,
    const char *token)
{
    struct slice want = slice_str(name), item = slice_str(token);

    for (size_t i = 0; i < h->headers; i++) {
        struct slice rest = h->header[i].value;

        if (!slice_ieq(h->header[i].name, want))
            continue;
        while (rest.ptr)
            if (slice_ieq(next_item(&rest), item))
                return true;
    }
    return false;
}

const char *http_reason(int status)
{
    /* RFC 9110 15 and the other entries of the IANA registry. */
    static const struct {
        int status;
        const char *reason;
    } table[] = {
        {100, "Continue"}, {101, "Switching Protocols"}, {102, "Processing"},
        {103, "Early Hints"}, {200, "OK"}, {201, "Created"},
        {202, "Accepted"}, {203, "Non-Authoritative Information"},
        {204, "No Content"}, {205, "Reset Content"},
        {206, "Partial Content"}, {207, "Multi-Status"},
        {208, "Already Reported"}, {226, "IM Used"},
        {300, "Multiple Choices"}, {301, "Moved Permanently"},
        {302, "Found"}, {303, "See Other"}, {304, "Not Modified"},
        {305, "Use Proxy"}, {307, "Temporary Redirect"},
        {308, "Permanent Redirect"}, {400, "Bad Request"},
        {401, "Unauthorized"}, {402, "Payment Required"},
        {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"},
        {406, "Not Acceptable"}, {407, "Proxy Authentication Required"},
        {408, "Request Timeout"}, {409, "Conflict"}, {410, "Gone"},
        {411, "Length Required"}, {412, "Precondition Failed"},
        {413, "Content Too Large"}, {414, "URI Too Long"},
        {415, "Unsupported Media Type"}, {416, "Range Not Satisfiable"},
        {417, "Expectation Failed"}, {421, "Misdirected Request"},
        {422, "Unprocessable Content"}, {423, "Locked"},
        {424, "Failed Dependency"}, {425, "Too Early"},
        {426, "Upgrade Required"}, {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {451, "Unavailable For Legal Reasons"},
        {500, "Internal Server Error"}, {501, "Not Implemented"},
        {502, "Bad Gateway"}, {503, "Service Unavailable"},
        {504, "Gateway Timeout"}, {505, "HTTP Version Not Supported"},
        {506, "Variant Also Negotiates"}, {507, "Insufficient Storage"},
        {508, "Loop Detected"}, {511, "Network Authentication Required"}
    };

    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].status == status)
            return table[i].reason;
    return "Unknown";
}

void http_date(char out[static HTTP_DATE_MAX], int64_t wall_ms)
{
    struct when w;

    if (wall_ms > DATE_LAST)
        wall_ms = DATE_LAST;
    if (wall_ms < DATE_FIRST)
        wall_ms = DATE_FIRST;
    w = date_civil(wall_ms, 0);
    text_fmt(out, HTTP_DATE_MAX, "%.3s, %02d %.3s %04d %02d:%02d:%02d GMT",
        date_weekday_name(date_weekday(w.date)), w.date.day,
        date_month_name(w.date.month), w.date.year, w.hour, w.minute,
        w.second);
}

/* The number written in n digits at s[at], or -1. */
static int digits(struct slice s, size_t at, size_t n)
{
    uint64_t v;

    return text_u64(slice_head(slice_from(s, at), n), 0, 9999, &v) ? -1
        : (int)v;
}

int http_date_parse(struct slice s, int64_t *wall_ms)
{
    static const char form[] = "---, -- --- ---- --:--:-- GMT";
    struct when w = {0};

    if (s.len != sizeof form - 1)
        return -1;
    for (size_t i = 0; i < s.len; i++)
        if (form[i] != '-' && s.ptr[i] != (uint8_t)form[i])
            return -1;
    for (int m = 1; m <= 12; m++)
        if (memcmp(s.ptr + 8, date_month_name(m), 3) == 0)
            w.date.month = m;
    w.date.day = digits(s, 5, 2);
    w.date.year = digits(s, 12, 4);
    w.hour = digits(s, 17, 2);
    w.minute = digits(s, 20, 2);
    w.second = digits(s, 23, 2);
    if (w.date.year < 0 || w.date.month == 0 || !date_valid(w.date)
        || w.hour < 0 || w.hour > 23 || w.minute < 0 || w.minute > 59
        || w.second < 0 || w.second > 60)
        return -1;
    if (memcmp(s.ptr, date_weekday_name(date_weekday(w.date)), 3) != 0)
        return -1;
    *wall_ms = date_wall(&w);
    return 0;
}
