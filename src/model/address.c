/* address.c - where the voice model is: realtime 1, URL and base URL. */
#include "model/voice.h"

#include "codec/form.h"
#include "codec/url.h"

#define OPENAI "wss://api.openai.com/v1/realtime"

static const char *scheme(struct slice s)
{
    if (slice_iis(s, "wss") || slice_iis(s, "https"))
        return "wss://";
    if (slice_iis(s, "ws") || slice_iis(s, "http"))
        return "ws://";
    return NULL;
}

static struct slice without_slash(struct slice path)
{
    while (slice_ends(path, "/"))
        path.len--;
    return path;
}

/* The paths a person writes for "the API lives here": LiveKit's list. */
static bool is_base(struct slice path)
{
    return !path.len || slice_is(path, "/v1") || slice_is(path, "/openai")
        || slice_is(path, "/openai/v1");
}

/* A REST base always has something added, a socket's address only when it
 * is plainly a base. */
static void add_path(struct buf *out, struct slice path, bool rest)
{
    struct slice bare = without_slash(path);

    if (is_base(bare) || (rest && !slice_ends(bare, "/realtime"))) {
        buf_add(out, bare);
        buf_adds(out, "/realtime");
    } else {
        buf_add(out, rest ? bare : path);
    }
}

/* Does the query say by itself which session is meant? */
static bool names_model(struct slice query)
{
    static const char *const keys[] = {"model", "deployment", "call_id"};
    struct slice name, value;

    while (form_next(&query, &name, &value))
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
            if (slice_is(name, keys[i]))
                return true;
    return false;
}

int voice_url(struct buf *out, struct slice realtime_url,
    struct slice openai_base, struct slice model, const char **why)
{
    bool rest = !realtime_url.len && openai_base.len;
    struct slice from = realtime_url.len ? realtime_url
        : openai_base.len ? openai_base : SLICE(OPENAI);
    const char *ws;
    struct url u;
    size_t at;

    if (url_parse(from, &u, &at, why))
        return -1;
    ws = scheme(u.scheme);
    if (!ws) {
        *why = "the scheme must be wss, ws, https or http";
        return -1;
    }
    if (u.userinfo.ptr) {
        *why = "a user name in the address is not sent; use OPENAI_API_KEY";
        return -1;
    }
    if (u.fragment.ptr) {
        *why = "a fragment (#) has no meaning here";
        return -1;
    }
    buf_adds(out, ws);
    url_authority(out, &u);
    add_path(out, u.path, rest);
    if (u.query.len || !names_model(u.query))
        buf_addc(out, '?');
    buf_add(out, u.query);
    if (!names_model(u.query))
        form_add(out, "model", model);
    if (buf_ok(out))
        return 0;
    *why = "the address is too long";
    return -1;
}

const char *voice_url_warning(struct slice url)
{
    size_t q = slice_chr(url, '?');
    struct slice query = slice_from(url, q == SLICE_NPOS ? url.len : q + 1);
    struct slice name, value;

    while (form_next(&query, &name, &value))
        if (slice_iis(name, "api-version"))
            return "api-version= in the address means Azure's preview, which "
                "opens and then refuses the session; use "
                "/openai/v1/realtime?model=DEPLOYMENT";
    return NULL;
}
