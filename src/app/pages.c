/* pages.c - GET / and /test, anybody's: what they show is asked of the owner's
 * doors, with the cookie.
 *
 * The policy lets a page load its own parts and talk to this server, nothing
 * else: no script in the text, no frame around it, no word to anybody.
 */
#include "app/server.h"
#include "base/text.h"
#include "web/pages.h"

#define POLICY_HEAD \
    "Content-Security-Policy: default-src 'none'; script-src 'self'; " \
    "style-src 'self'; img-src 'self' data:; media-src 'self' blob:; " \
    "connect-src 'self'"
#define POLICY_TAIL \
    "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n" \
    "Permissions-Policy: microphone=(self), camera=(), geolocation=()\r\n" \
    "Referrer-Policy: same-origin\r\n" \
    "Cross-Origin-Opener-Policy: same-origin\r\n" \
    "Cross-Origin-Resource-Policy: same-origin\r\n" \
    "X-Content-Type-Options: nosniff\r\n"

/* A host that can stand in a policy: no ";", no blank. */
static bool plain(struct slice host)
{
    for (size_t i = 0; i < host.len; i++) {
        uint8_t c = byte_lower(host.ptr[i]);

        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '.'
            && c != '-' && c != ':' && c != '[' && c != ']')
            return false;
    }
    return host.len > 0 && host.len <= 260;
}

/* In some browsers 'self' is no WebSocket to the same host (CSP 3, 6.7.2.8,
 * has made it one since): it is named beside it. */
static void answer_page(struct request *r, const struct page *p)
{
    char lines[1400];
    struct slice host = r->head.host;

    if (plain(host))
        text_fmt(lines, sizeof lines, POLICY_HEAD " ws://%.*s wss://%.*s"
            POLICY_TAIL, SLICE_ARG(host), SLICE_ARG(host));
    else
        text_fmt(lines, sizeof lines, POLICY_HEAD POLICY_TAIL);
    httpd_answer(r, 200, p->type, p->text, lines);
}

void door_page(struct request *r, void *arg)
{
    (void)arg;
    answer_page(r, page_find(slice_is(r->head.path, "/test")
        ? SLICE("test.html") : SLICE("index.html")));
}

void door_page_part(struct request *r, void *arg)
{
    const struct page *p = page_find(r->rest);

    (void)arg;
    if (p)
        answer_page(r, p);
    else
        api_error(r, 404, "not_found", NULL, "there is no such part of a "
            "page");
}
