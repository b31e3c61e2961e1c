/* sign_test.c - the signatures of twilio 5.4, and what must not pass. */
#include "twilio/sign.h"

#include "../guard.h"
#include "../tap.h"
#include "codec/form.h"

#define TOKEN "12345"
#define HOST "https://mycompany.com"
#define PATH "/myapp.php"
#define Q PATH "?foo=1&bar=2"
#define P "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234" \
    "&From=%2B14158675309&To=%2B18005551212"
#define H "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
#define H2 "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
#define JSON "{\"property\": \"value\", \"boolean\": true}"
#define FORM "application/x-www-form-urlencoded"

static const struct vector {
    const char *base, *target;  /* the URL as signed */
    const char *type, *body;
    const char *signature;
    const char *came_base, *came_target;    /* as requested, if different */
    unsigned form;              /* how it then matches */
} vectors[] = {
    /* 1..5 */
    {HOST, Q, FORM, P, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", 0, 0, 0},
    {HOST, Q, FORM, "Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234"
        "&Digits=1234", "IK+Dwps556ElfBT0I3Rgjkr1wJU=", 0, 0, 0},
    {"http://mycompany.com:1234", Q, FORM, P,
        "Zmvh+3yNM1Phv2jhDCwEM3q5ebU=", 0, 0, 0},
    {HOST ":443", Q, FORM, P, "kvajT1Ptam85bY51eRf/AJRuM3w=", HOST, 0,
        SIGN_PORT},
    {"http://mycompany.com:80", Q, FORM, P, "0ZXoZLH/DfblKGATFgpif+LLRf4=",
        "http://mycompany.com", 0, SIGN_PORT},
    /* 6..8: JSON bodies */
    {HOST, Q "&bodySHA256=" H, "application/json", JSON,
        "a9nBmqA0ju/hNViExpshrM61xv4=", 0, 0, 0},
    {HOST, PATH "?bodySHA256=" H, "application/json", JSON,
        "y77kIzt2vzLz71DgmJGsen2scGs=", 0, 0, 0},
    {HOST ":443", Q "&bodySHA256=" H2, "application/json", "{}",
        "Ldidvp12m26NI7eqEvxnEpkd9Hc=", HOST, 0, SIGN_PORT},
    /* 9..11: userinfo */
    {"https://user:pass@mycompany.com", Q, FORM, P,
        "CukzLTc1tT5dXEDIHm/tKBanW10=", 0, 0, 0},
    {"https://user@mycompany.com", Q, FORM, P,
        "2YRLlVAflCqxaNicjMpJcSTgzSs=", 0, 0, 0},
    {"https://user:pass@mycompany.com:443", Q, FORM, P,
        "ZQFR1PTIZXF2MXB8ZnKCvnnA+rI=", "https://user:pass@mycompany.com", 0,
        SIGN_PORT},
    /* 12: the request shows a bare quote */
    {HOST, Q "&Body=It%27s+amazing", FORM, P,
        "TfZzewPq8wqrGlMfyAud8+/IvJ0=", 0, Q "&Body=It's+amazing",
        SIGN_QUOTE},
    /* 13..17 */
    {HOST, Q, FORM, "MessagingBinding.Address=%2B1415xxxxxxx"
        "&MessagingBinding.Address=%2B1325xxxxxxx",
        "83O6e2vORAoJHUNzJjDWN1jz+BA=", 0, 0, 0},
    {HOST, Q, FORM, P "&ReasonConferenceEnded=test&Reason=Participant",
        "vOEb5UThFn24KEfnOFLQY2AE5FY=", 0, 0, 0},
    {HOST, Q, FORM, "property=value&boolean=true",
        "NBdBDr/T/lgjI+tlgpXjKZQZs/k=", 0, 0, 0},
    {HOST, Q, NULL, "", "zYQTYrRWXE7LtzbG4PfP7/bkkGo=", 0, 0, 0},
    {HOST, PATH, FORM, P, "1xaxFBvyzXYvWplzNOSs28HWO94=", 0, 0, 0},
    /* 18..22 */
    {HOST, PATH "?foo=hello%20world&bar=test%2Bvalue", FORM, P,
        "er2tvAP1Wx+iuTTE2BPgvEaN1cs=", 0, 0, 0},
    {HOST, Q, FORM, "Message=Hello+%26+goodbye!+%40%23%24%25%5E*()"
        "&From=%2B1+(415)+867-5309&Special=unicode%3a%20%C3%B1%c3%a1%C3%A9"
        "%C3%AD%C3%B3%C3%BA", "dCPiR4WtQ6QFN6pJh81CtlCcWLQ=", 0, 0, 0},
    {HOST, Q, FORM, "Digits=&CallSid=CA1234567890ABCDE&EmptyParam",
        "9HHp/OqQMEwdrVebHDdA/+tqjX8=", 0, 0, 0},
    {HOST, Q, FORM, "callSid=lowercase&CallSid=uppercase&CALLSID=allcaps",
        "jDK7WKT8wiNrwggd4ceTv4e1MJ4=", 0, 0, 0},
    {HOST ":443", "//myapp.php?foo=1&bar=2", FORM, P,
        "A9lH3u16NjyiiM/+wylw5rirFUs=", HOST, 0, SIGN_PORT}
};

/* twilio 5.4: the WebSocket rule. */
static const struct {
    const char *url, *signature, *base, *target;
    unsigned form;
} sockets[] = {
    {"wss://example.com/media-stream", "XFfwGS2Ev7f9qAP9MmRoMS7C724=",
        "https://example.com", "/media-stream", 0},
    {"wss://example.com/media-stream/", "7J0iz81itFhCXVuZK8EmM4YZwLA=",
        "https://example.com", "/media-stream", SIGN_SLASH},
    {"wss://example.com/media-stream", "XFfwGS2Ev7f9qAP9MmRoMS7C724=",
        "wss://example.com/", "/media-stream/", SIGN_SLASH},
    {"wss://example.com:443/media-stream", "55OA2CdDEK8djZDRLLS9pHUR+JI=",
        "https://example.com", "/media-stream", SIGN_PORT},
    {"wss://example.com:443/media-stream", "55OA2CdDEK8djZDRLLS9pHUR+JI=",
        "https://example.com:443", "/media-stream", 0},
    {"wss://example.com", "WhInc32piEQH5iWNct/7FHs5ew8=",
        "https://example.com", "/", SIGN_SLASH},
    {"wss://example.com/", "hoaxtdkWNBxVYCmDLq7UdjDdXIg=",
        "https://example.com", "/", 0}
};

static struct sign_request request_of(const struct vector *v)
{
    return (struct sign_request){
        .token = SLICE(TOKEN), .signature = slice_str(v->signature),
        .method = v->type ? SLICE("POST") : SLICE("GET"),
        .target = slice_str(v->came_target ? v->came_target : v->target),
        .type = slice_str(v->type), .body = slice_str(v->body),
        .base = {slice_str(v->came_base ? v->came_base : v->base)},
        .bases = 1
    };
}

static struct slice url_of(char mem[static 400], const struct vector *v)
{
    snprintf(mem, 400, "%s%s", v->base, v->target);
    return slice_str(mem);
}

static void test_vectors(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const struct vector *v = &vectors[i];
        bool form = v->type && !strcmp(v->type, FORM);
        struct sign_request r = request_of(v);
        struct sign_match m = {9, 99};
        char out[SIGN_LEN + 1], url[400], what[80];

        snprintf(what, sizeof what, "vector %zu made", i + 1);
        tap_is_int(sign_make(SLICE(TOKEN), url_of(url, v),
            guard_in(form ? slice_str(v->body) : SLICE("")), out), 0, what);
        tap_is_str(slice_str(out), v->signature, what);
        r.body = guard_in(r.body);
        snprintf(what, sizeof what, "vector %zu checked", i + 1);
        tap_is_int(sign_check(&r, &m), SIGN_OK, what);
        tap_ok(m.base == 0 && m.form == v->form,
            "vector %zu matches as form %u", i + 1, m.form);
    }
}

/* "%c3" and "%C3" are one byte in two spellings. */
static bool same_decoded(struct slice a, struct slice b)
{
    char x[400], y[400];
    struct buf bx, by;

    buf_over(&bx, x, sizeof x);
    buf_over(&by, y, sizeof y);
    form_decode(&bx, a);
    form_decode(&by, b);
    return slice_eq(buf_slice(&bx), buf_slice(&by));
}

/* Any one bit of signature, token, URL or body changed, and it is refused. */
static void test_every_bit(void)
{
    int passed = 0, tried = 0;

    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct sign_request r = request_of(&vectors[i]);
        struct slice *part[] = {&r.signature, &r.token, &r.body, &r.target,
            &r.base[0]};

        for (size_t p = 0; p < 5; p++)
            for (size_t bit = 0; bit < part[p]->len * 8; bit++) {
                struct slice was = *part[p];
                struct mslice m = guard(was);

                m.ptr[bit / 8] ^= (uint8_t)(1 << bit % 8);
                *part[p] = slice_of(m.ptr, m.len);
                tried++;
                if (sign_check(&r, NULL) == SIGN_OK
                    && !(p == 2 && same_decoded(was, r.body)) && !passed++)
                    printf("#   vector %zu part %zu bit %zu\n", i + 1, p,
                        bit);
                *part[p] = was;
            }
    }
    tap_is_int(passed, 0, "no changed bit passes");
    tap_ok(tried > 20000, "of %d", tried);
}

static void test_negatives(void)
{
    struct sign_request r = request_of(&vectors[0]);
    struct sign_match m;

    r.target = SLICE(Q "&somethingUnexpected=true");
    tap_is_int(sign_check(&r, &m), SIGN_BAD, "row 1 with more in its query");
    r = request_of(&vectors[5]);
    r.target = slice_head(r.target, r.target.len - 1);
    tap_is_int(sign_check(&r, &m), SIGN_BAD, "row 6 with its hash cut");
    r = request_of(&vectors[13]);
    r.signature = SLICE("95+Bu0JVPi0r/SsESZCVf0dWAjw=");
    tap_is_int(sign_check(&r, &m), SIGN_BAD, "row 14 in the order of the "
        "joined text");
    r = request_of(&vectors[0]);
    r.signature = (struct slice){NULL, 0};
    tap_is_int(sign_check(&r, &m), SIGN_MISSING, "no signature");
    r.signature = SLICE("RSOYDt4T1cUTdK1PDd93/VVr8B8");
    tap_is_int(sign_check(&r, &m), SIGN_BAD, "a short one");
    r = request_of(&vectors[0]);
    r.bases = 0;
    tap_is_int(sign_check(&r, &m), SIGN_BAD, "no base");
    r = request_of(&vectors[0]);
    r.token = SLICE("");
    tap_is_int(sign_check(&r, &m), SIGN_BAD, "no token");
    r = request_of(&vectors[0]);
    r.base[0] = SLICE("mycompany.com");
    tap_is_int(sign_check(&r, &m), SIGN_BAD, "a base without scheme");
    r.base[0] = SLICE("ftp://mycompany.com");
    tap_is_int(sign_check(&r, &m), SIGN_BAD, "a base of another scheme");
    r = request_of(&vectors[15]);
    r.method = SLICE("POST");
    r.type = SLICE(FORM);
    tap_is_int(sign_check(&r, &m), SIGN_OK, "POST with an empty form");
}

/* What a body may not smuggle in behind a signed URL. */
static void test_bodies(void)
{
    struct sign_request r = request_of(&vectors[5]);
    struct sign_match m;

    r.body = SLICE(JSON " ");
    tap_is_int(sign_check(&r, &m), SIGN_BODY_HASH, "another JSON body");
    r = request_of(&vectors[15]);
    r.method = SLICE("POST");
    r.type = SLICE("text/plain");
    r.body = SLICE("x");
    tap_is_int(sign_check(&r, &m), SIGN_BODY_HASH, "a body nothing signs");
    r.type = (struct slice){NULL, 0};
    tap_is_int(sign_check(&r, &m), SIGN_BODY_HASH, "without a type");
    r.method = SLICE("GET");
    r.type = SLICE(FORM);
    tap_is_int(sign_check(&r, &m), SIGN_BODY_HASH, "a form behind GET");
    r = request_of(&vectors[0]);
    r.type = SLICE("Application/X-WWW-Form-Urlencoded ; charset=UTF-8");
    tap_is_int(sign_check(&r, &m), SIGN_OK, "a type with a parameter");
}

static void test_sockets(void)
{
    char out[SIGN_LEN + 1];
    struct sign_match m;

    for (size_t i = 0; i < sizeof sockets / sizeof *sockets; i++) {
        struct sign_request r = {
            .token = SLICE(TOKEN),
            .signature = slice_str(sockets[i].signature),
            .method = SLICE("GET"), .target = slice_str(sockets[i].target),
            .base = {slice_str(sockets[i].base)}, .bases = 1,
            .websocket = true
        };

        sign_make(SLICE(TOKEN), slice_str(sockets[i].url), SLICE(""), out);
        tap_is_str(slice_str(out), sockets[i].signature, sockets[i].url);
        tap_is_int(sign_check(&r, &m), SIGN_OK, "checked");
        tap_is_int(m.form, sockets[i].form, "as that form");
        r.signature = SLICE("+Nt/WUHH2g+0+t2rLN3k9fNhfEw=");
        tap_is_int(sign_check(&r, &m), SIGN_BAD, "https is another URL");
        r.websocket = false;
        r.signature = slice_str(sockets[i].signature);
        if (slice_starts(r.base[0], "https"))
            tap_is_int(sign_check(&r, &m), SIGN_BAD,
                "and wss none for a webhook");
    }
    sign_make(SLICE(TOKEN), SLICE("https://example.com/media-stream#x"),
        SLICE(""), out);
    tap_is_str(slice_str(out), "+Nt/WUHH2g+0+t2rLN3k9fNhfEw=",
        "a fragment is not signed");
}

static void test_more_forms(void)
{
    struct sign_request r = {
        .token = SLICE(TOKEN), .method = SLICE("GET"),
        .target = SLICE("/media-stream?b=2&a=1"),
        .base = {SLICE("http://10.0.0.1:8080"),
            SLICE("https://example.com/voice/")}, .bases = 2,
        .websocket = true
    };
    struct sign_match m = {9, 0};
    char out[SIGN_LEN + 1], mem[64];
    struct buf b;

    sign_make(SLICE(TOKEN), SLICE("wss://example.com/voice/media-stream"),
        SLICE("a=1&b=2"), out);
    r.signature = slice_str(out);
    tap_is_int(sign_check(&r, &m), SIGN_OK, "ws query as parameters");
    tap_ok(m.base == 1 && m.form == SIGN_QUERY, "of the second base");
    r.target = SLICE("http://10.0.0.1:8080/media-stream?b=2&a=1");
    tap_is_int(sign_check(&r, &m), SIGN_OK, "a target in absolute form");
    buf_over(&b, mem, sizeof mem);
    sign_base(&b, SLICE("https, http"), SLICE(" voice.example.com ,lb"));
    tap_is_str(buf_slice(&b), "https://voice.example.com",
        "a base from forwarded headers");
    buf_clear(&b);
    sign_add_form(&b, SIGN_PORT | SIGN_SLASH);
    tap_is_str(buf_slice(&b), "port+slash", "a form by name");
    buf_clear(&b);
    sign_add_form(&b, 0);
    tap_is_str(buf_slice(&b), "usual", "the usual one");
    tap_is_str(slice_str(sign_name(SIGN_BODY_HASH)), "body_hash", "result");
}

static void test_ceilings(void)
{
    static char form[SIGN_FORM_MAX + 2];
    struct sign_request r = request_of(&vectors[0]);
    char out[SIGN_LEN + 1], again[SIGN_LEN + 1];
    struct buf b;

    buf_over(&b, form, sizeof form);
    for (int i = SIGN_PAIRS; i > 0; i--)
        buf_addf(&b, "n%d=%d&n%d=%d&", i, i, i, i);
    tap_is_int(sign_make(SLICE(TOKEN), SLICE(HOST), buf_slice(&b), out), 0,
        "as many pairs as there is room for, twice each");
    buf_clear(&b);
    for (int i = 1; i <= SIGN_PAIRS; i++)
        buf_addf(&b, "&%%6e%d=%d", i, i);
    sign_make(SLICE(TOKEN), SLICE(HOST), buf_slice(&b), again);
    tap_is_str(slice_str(again), out, "and the order they come in is nothing");
    buf_adds(&b, "&more");
    tap_is_int(sign_make(SLICE(TOKEN), SLICE(HOST), buf_slice(&b), out), -1,
        "one more is refused");
    r.body = buf_slice(&b);
    tap_is_int(sign_check(&r, NULL), SIGN_BAD, "in a request too");
    memset(form, 'a', sizeof form);
    tap_is_int(sign_make(SLICE(TOKEN), SLICE(HOST), slice_of(form,
        SIGN_FORM_MAX), out), 0, "the longest form");
    tap_is_int(sign_make(SLICE(TOKEN), SLICE(HOST), slice_of(form,
        SIGN_FORM_MAX + 1), out), -1, "a longer one");
}

/* What was signed is found and named, when it is no URL of ours. */
static void test_near(void)
{
    static const struct {
        const char *signed_as;  /* the URL that is signed */
        const char *target, *body;
        bool websocket, no_body;
        const char *named;      /* NULL: it is not found */
    } rows[] = {
        {"http://voice.example/twiml?call_id=1", "/twiml?call_id=1", P,
            false, false, "http://voice.example/twiml"},
        {"https://voice.example:8443/twiml", "/twiml", P, false, false,
            "https://voice.example:8443/twiml"},
        {"https://other.example/twiml", "/twiml", P, false, false,
            "https://other.example/twiml"},
        {"https://other.example:443/twiml/", "/twiml", P, false, false,
            "https://other.example:443/twiml/"},
        {"https://voice.example/base/twiml", "/twiml", P, false, false,
            "https://voice.example/base/twiml"},
        {"https://other.example/twiml", "/twiml", P, false, true,
            "https://other.example/twiml"},
        {"https://other.example/media-stream", "/media-stream", "", true,
            false, "https://other.example/media-stream"},
        {"ws://other.example/media-stream", "/media-stream", "", true, false,
            "ws://other.example/media-stream"},
        {"https://third.example/twiml", "/twiml", P, false, false, NULL},
    };
    const struct slice host[] = {SLICE("voice.example"), SLICE(""),
        SLICE("voice.example:8443"), SLICE("voice.example/base"),
        SLICE("other.example")};

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char signature[SIGN_LEN + 1], text[128];
        struct sign_request q = {.token = SLICE(TOKEN),
            .method = slice_str(rows[i].websocket ? "GET" : "POST"),
            .target = slice_str(rows[i].target),
            .type = slice_str(rows[i].websocket ? NULL : FORM),
            .body = slice_str(rows[i].body), .websocket = rows[i].websocket};
        struct sign_near near;
        struct buf out;
        bool found;

        sign_make(SLICE(TOKEN), slice_str(rows[i].signed_as),
            rows[i].no_body ? SLICE("") : q.body, signature);
        q.signature = guard_in(slice_str(signature));
        found = sign_find(&q, host, sizeof host / sizeof *host, &near);
        tap_ok(found == (rows[i].named != NULL), "%s is %s",
            rows[i].signed_as, found ? "found" : "not found");
        if (!found || !rows[i].named)
            continue;
        buf_over(&out, text, sizeof text);
        sign_add_near(&out, &near, q.target);
        tap_is_str(buf_slice(&out), rows[i].named, "and named");
        tap_ok(near.no_body == rows[i].no_body, "with its form or without");
        q.token = SLICE("another");
        tap_ok(!sign_find(&q, host, sizeof host / sizeof *host, &near),
            "under another token it is not");
    }
}

int main(void)
{
    test_vectors();
    test_every_bit();
    test_negatives();
    test_bodies();
    test_sockets();
    test_more_forms();
    test_ceilings();
    test_near();
    return tap_done();
}
