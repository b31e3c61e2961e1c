/* lint.c - a TwiML document judged as Twilio would judge it.
 *
 * One table says which element may stand in which and what attributes it
 * takes (twilio 2.3); an element that is not allowed is reported and passed
 * over with all that is in it, as Twilio does.
 */
#include "twilio/lint.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"
#include "codec/url.h"
#include "codec/xml.h"

enum {
    RESPONSE, CONNECT, START, STOP, STREAM, PARAMETER, SAY, PLAY, PAUSE,
    HANGUP, REDIRECT, GATHER, DIAL, OTHER
};

#define IN(parent) (1u << (parent))

struct element {
    const char *name;
    unsigned in;            /* the elements it may stand in */
    int kind;
    bool text;              /* may hold text */
    const char *attrs;      /* blanks between; NULL: not judged, nor what is
                               in it */
};

static const struct element elements[] = {
    {"Connect", IN(RESPONSE), CONNECT, false, "action method"},
    {"Start", IN(RESPONSE), START, false, "action method"},
    {"Stop", IN(RESPONSE), STOP, false, ""},
    {"Stream", IN(CONNECT) | IN(START) | IN(STOP), STREAM, false,
        "url name track statusCallback statusCallbackMethod connectorName"},
    {"Parameter", IN(STREAM), PARAMETER, false, "name value"},
    {"Say", IN(RESPONSE) | IN(GATHER), SAY, true, "voice language loop"},
    {"Play", IN(RESPONSE) | IN(GATHER), PLAY, true, "loop digits"},
    {"Pause", IN(RESPONSE) | IN(GATHER), PAUSE, false, "length"},
    {"Hangup", IN(RESPONSE), HANGUP, false, ""},
    {"Redirect", IN(RESPONSE), REDIRECT, true, "method"},
    {"Gather", IN(RESPONSE), GATHER, false,
        "input action method timeout speechTimeout maxSpeechTime "
        "profanityFilter finishOnKey numDigits partialResultCallback "
        "partialResultCallbackMethod language hints bargeIn debug "
        "actionOnEmptyResult speechModel enhanced"},
    {"Dial", IN(RESPONSE), DIAL, true,
        "action method timeout hangupOnStar timeLimit callerId record trim "
        "recordingStatusCallback recordingStatusCallbackMethod "
        "recordingStatusCallbackEvent answerOnBridge ringTone recordingTrack "
        "sequential referUrl referMethod events"},
    /* Known by name. */
    {"Echo", IN(RESPONSE), OTHER, true, NULL},
    {"Enqueue", IN(RESPONSE), OTHER, true, NULL},
    {"Leave", IN(RESPONSE), OTHER, true, NULL},
    {"Message", IN(RESPONSE), OTHER, true, NULL},
    {"Pay", IN(RESPONSE), OTHER, true, NULL},
    {"Prompt", IN(RESPONSE), OTHER, true, NULL},
    {"Queue", IN(RESPONSE) | IN(DIAL), OTHER, true, NULL},
    {"Record", IN(RESPONSE), OTHER, true, NULL},
    {"Refer", IN(RESPONSE), OTHER, true, NULL},
    {"Reject", IN(RESPONSE), OTHER, true, NULL},
    {"Sms", IN(RESPONSE), OTHER, true, NULL},
    {"AiSession", IN(CONNECT), OTHER, true, NULL},
    {"Assistant", IN(CONNECT), OTHER, true, NULL},
    {"Autopilot", IN(CONNECT), OTHER, true, NULL},
    {"Conversation", IN(CONNECT), OTHER, true, NULL},
    {"ConversationRelay", IN(CONNECT), OTHER, true, NULL},
    {"ConversationRelaySession", IN(CONNECT), OTHER, true, NULL},
    {"Room", IN(CONNECT), OTHER, true, NULL},
    {"VirtualAgent", IN(CONNECT), OTHER, true, NULL},
    {"Recording", IN(START) | IN(STOP), OTHER, true, NULL},
    {"Siprec", IN(START) | IN(STOP), OTHER, true, NULL},
    {"Transcription", IN(START) | IN(STOP), OTHER, true, NULL},
    {"Application", IN(DIAL), OTHER, true, NULL},
    {"Client", IN(DIAL), OTHER, true, NULL},
    {"Conference", IN(DIAL), OTHER, true, NULL},
    {"Number", IN(DIAL), OTHER, true, NULL},
    {"Sim", IN(DIAL), OTHER, true, NULL},
    {"Sip", IN(DIAL), OTHER, true, NULL},
    {"WhatsApp", IN(DIAL), OTHER, true, NULL},
};

#define ELEMENTS (sizeof elements / sizeof *elements)

static const struct element response = {"Response", 0, RESPONSE, false,
    "version"};

/* Speech marks that <Say> hands to the voice; their text is spoken too. */
static const char speech[] = "amazon:auto-breaths amazon:breath "
    "amazon:domain amazon:effect amazon:emotion audio break desc emphasis "
    "lang mark p par phoneme prosody s say-as seq speak sub voice w";

struct lint {
    struct xml x;
    struct lint_finding *out;
    size_t max, found;
    const struct element *open[XML_DEPTH];  /* what is judged */
    size_t depth;
    size_t skipped;         /* levels below that are not judged */
    size_t said, say_max;   /* characters of the <Say> so far */
    size_t say_at;
    struct slice say;
    size_t streams;         /* in the Connect or Start that is open */
    size_t last_at;         /* where the last verb is, and what */
    struct slice last;
    int last_kind;
    bool over;              /* no verb after this one is reached */
};

/* Keeps findings in the document's order, the first max of them. */
static void find(struct lint *l, int number, char level, size_t at,
    struct slice what, const char *message)
{
    struct lint_finding f = {.number = number, .level = level, .at = at,
        .message = message, .what = what};
    size_t i = l->found < l->max ? l->found : l->max;

    l->found++;
    while (i > 0 && l->out[i - 1].at > at) {
        if (i < l->max)
            l->out[i] = l->out[i - 1];
        i--;
    }
    if (i == l->max)
        return;
    xml_where(l->x.doc, at, &f.line, &f.column);
    l->out[i] = f;
}

static void find_value(struct lint *l, struct slice value, int number,
    char level, const char *message)
{
    find(l, number, level, (size_t)(value.ptr - l->x.doc.ptr), value,
        message);
}

static void find_element(struct lint *l, int number, char level,
    const char *message)
{
    find(l, number, level, l->x.at, l->x.name, message);
}

static bool listed(const char *list, struct slice word, bool any_case)
{
    struct slice rest = slice_str(list);

    while (rest.len) {
        struct slice one = slice_cut(&rest, ' ');

        if (any_case ? slice_ieq(one, word) : slice_eq(one, word))
            return true;
    }
    return false;
}

/* Characters of raw text: a reference is one, and so is CR LF. */
static size_t characters(struct slice raw, bool cdata)
{
    size_t n = 0, semicolon;

    for (size_t i = 0; i < raw.len; i++) {
        if ((raw.ptr[i] & 0xc0) == 0x80 || (raw.ptr[i] == '\r'
            && i + 1 < raw.len && raw.ptr[i + 1] == '\n'))
            continue;
        n++;
        if (raw.ptr[i] == '&' && !cdata) {
            semicolon = slice_chr(slice_from(raw, i), ';');
            i += semicolon == SLICE_NPOS ? 0 : semicolon;
        }
    }
    return n;
}

/* A number of decimal digits from lo on? */
static bool is_number(struct slice s, uint64_t lo)
{
    uint64_t n;

    return text_u64(slice_trim_all(s), lo, INT32_MAX, &n) == 0;
}

/* ---- URLs ---- */

/* Does it begin with "scheme:"?  Then scheme is set. */
static bool has_scheme(struct slice s, struct slice *scheme)
{
    size_t colon = slice_chr(s, ':');

    if (colon == SLICE_NPOS || colon == 0)
        return false;
    *scheme = slice_head(s, colon);
    for (size_t i = 0; i < colon; i++) {
        uint8_t c = byte_lower(s.ptr[i]);

        if ((c < 'a' || c > 'z') && (i == 0 || ((c < '0' || c > '9')
            && c != '+' && c != '-' && c != '.')))
            return false;
    }
    return true;
}

/* Takes the URL apart, a relative one as if it stood on some host.  NULL when
 * it is well, else why not. */
static const char *parse(struct slice value, const char *usual, struct buf *b,
    struct url *u)
{
    struct slice scheme;
    const char *why;
    size_t at;

    if (value.len == 0)
        return "an empty URL";
    if (!has_scheme(value, &scheme)) {
        buf_adds(b, usual);
        buf_adds(b, slice_starts(value, "//") ? ":"
            : slice_starts(value, "/") ? "://h" : "://h/");
    }
    if (xml_text(value, b) || !buf_ok(b))
        return "too long for a URL";
    return url_parse(buf_slice(b), u, &at, &why) ? why : NULL;
}

/* twilio 1.6, 2.3: wss or relative, and no data in it but in the path. */
static void stream_url(struct lint *l, struct slice value)
{
    uint8_t mem[LIMIT_HTTP_LINE];
    struct buf b;
    struct url u;
    struct slice scheme;
    const char *why;

    if (has_scheme(value, &scheme) && !slice_iis(scheme, "wss")) {
        find_value(l, value, 31922, 'E', "the url of a Stream must be wss://");
        return;
    }
    buf_over(&b, mem, sizeof mem);
    why = parse(value, "wss", &b, &u);
    if (why) {
        find_value(l, value, 31923, 'E', why);
        return;
    }
    if (u.userinfo.ptr)
        find_value(l, value, 31923, 'E', "user info in the url of a Stream");
    if (u.fragment.ptr)
        find_value(l, value, 31923, 'E', "a fragment in the url of a Stream");
    if (u.query.ptr)
        find_value(l, value, 31920, 'E', "the query of a Stream's url is "
            "dropped before connecting; put data into <Parameter>");
}

/* Callbacks: absolute, or (action) also relative. */
static void http_url(struct lint *l, struct slice value, bool absolute)
{
    uint8_t mem[LIMIT_HTTP_LINE];
    struct buf b;
    struct url u;
    struct slice scheme;
    const char *why;

    if (!has_scheme(value, &scheme) && absolute) {
        find_value(l, value, 11100, 'E', "this URL must be absolute");
        return;
    }
    buf_over(&b, mem, sizeof mem);
    why = parse(value, "https", &b, &u);
    if (!why && !slice_iis(u.scheme, "http") && !slice_iis(u.scheme, "https"))
        why = "not an http or https URL";
    if (!why && absolute && slice_chr(u.host, '_') != SLICE_NPOS)
        why = "an underscore in the host";
    if (why)
        find_value(l, value, 11100, 'E', why);
}

/* ---- elements ---- */

static void stream(struct lint *l, const struct element *parent)
{
    struct slice url = xml_attr(&l->x, "url");
    struct slice track = xml_attr(&l->x, "track");
    struct slice callback = xml_attr(&l->x, "statusCallback");
    struct slice connector = xml_attr(&l->x, "connectorName");

    l->streams++;
    if (parent->kind == CONNECT && l->streams > 1)
        find_element(l, 12200, 'W', "a call has one <Connect><Stream>");
    if (url.ptr)
        stream_url(l, url);
    else if (parent->kind != STOP)
        find_element(l, 31923, 'E', "a Stream without url");
    if (track.ptr && !slice_is(track, "inbound_track")
        && (parent->kind == CONNECT
        || (!slice_is(track, "outbound_track")
        && !slice_is(track, "both_tracks"))))
        find_value(l, track, 31941, 'E', parent->kind == CONNECT
            ? "under <Connect> the track is inbound_track or nothing"
            : "no such track");
    if (callback.ptr)
        http_url(l, callback, true);
    if (connector.ptr)
        find_value(l, connector, 31940, 'E',
            "connectorName is for virtual agents only");
}

static void parameter(struct lint *l)
{
    struct slice name = xml_attr(&l->x, "name");
    struct slice value = xml_attr(&l->x, "value");

    if (name.len == 0)
        find_element(l, 12200, 'W', "a Parameter without name");
    if (characters(name, false) + characters(value, false) > LIMIT_PARAMETER)
        find_element(l, 0, 'E', "name and value of a Parameter must be under "
            "500 characters together");
}

static void say(struct lint *l)
{
    struct slice voice = xml_attr(&l->x, "voice");
    struct slice loop = xml_attr(&l->x, "loop");

    l->said = 0;
    l->say_at = l->x.at;
    l->say = l->x.name;
    l->say_max = slice_starts(voice, "Polly.") ? 3000
        : slice_starts(voice, "Google.") ? 5000 : 4096;
    if (loop.ptr && !is_number(loop, 0))
        find_value(l, loop, 13510, 'W', "loop is a number from 0 on");
}

static void play(struct lint *l)
{
    struct slice loop = xml_attr(&l->x, "loop");
    struct slice digits = xml_attr(&l->x, "digits");

    if (loop.ptr && !is_number(loop, 0))
        find_value(l, loop, 13410, 'W', "loop is a number from 0 on");
    for (size_t i = 0; i < digits.len; i++)
        if (digits.ptr[i] == 0 || !strchr("0123456789*#w", digits.ptr[i])) {
            find_value(l, digits, 13430, 'W', "digits are 0-9 * # and w");
            break;
        }
}

/* twilio 2.3: GET or POST, wherever there is a method. */
static void methods(struct lint *l, const struct element *e)
{
    for (size_t i = 0; i < l->x.attrs; i++) {
        const struct xml_attr *a = &l->x.attr[i];

        if (!slice_is(a->name, "method") && !slice_ends(a->name, "Method"))
            continue;
        if (!slice_iis(a->value, "GET") && !slice_iis(a->value, "POST"))
            find_value(l, a->value, e->kind == REDIRECT ? 13710 : 12200, 'W',
                "a method is GET or POST");
    }
}

static void attributes(struct lint *l, const struct element *e)
{
    struct slice action = xml_attr(&l->x, "action");

    for (size_t i = 0; i < l->x.attrs; i++) {
        const struct xml_attr *a = &l->x.attr[i];

        if (listed(e->attrs, a->name, false) || slice_starts(a->name, "xml")
            || slice_starts(a->name, "xsi:"))
            continue;
        find(l, 12200, 'W', a->at, a->name, listed(e->attrs, a->name, true)
            ? "attribute in the wrong case" : "unknown attribute");
    }
    methods(l, e);
    if (action.ptr && listed(e->attrs, SLICE("action"), false))
        http_url(l, action, false);
}

static const struct element *element(struct slice name, bool any_case)
{
    for (size_t i = 0; i < ELEMENTS; i++)
        if (any_case ? slice_iis(name, elements[i].name)
            : slice_is(name, elements[i].name))
            return &elements[i];
    return NULL;
}

static void verb(struct lint *l, const struct element *e)
{
    if (l->over) {
        find_element(l, 0, 'W', "never reached: the verb before it ends this "
            "document");
        l->over = false;        /* said once */
    }
    if (e->kind == HANGUP || e->kind == REDIRECT
        || strcmp(e->name, "Reject") == 0)
        l->over = true;
    l->last_at = l->x.at;
    l->last = l->x.name;
    l->last_kind = e->kind;
    if (e->kind == CONNECT || e->kind == START || e->kind == STOP)
        l->streams = 0;
}

static void root(struct lint *l)
{
    struct slice version = xml_attr(&l->x, "version");

    if (!slice_is(l->x.name, "Response")) {
        find_element(l, 12102, 'E', slice_iis(l->x.name, "Response")
            ? "the root is <Response>, in this case"
            : "the root is not <Response>");
        l->skipped = 1;
        return;
    }
    attributes(l, &response);
    if (version.ptr && !slice_is(version, "2010-04-01")
        && !slice_is(version, "2008-08-01"))
        find_value(l, version, 12101, 'E', "no such version of TwiML");
    l->open[l->depth++] = &response;
}

static void opened(struct lint *l)
{
    const struct element *parent, *e;

    if (l->skipped) {
        l->skipped++;
        return;
    }
    if (l->depth == 0) {
        root(l);
        return;
    }
    parent = l->open[l->depth - 1];
    e = element(l->x.name, false);
    if (parent->kind == SAY && listed(speech, l->x.name, false)) {
        l->open[l->depth++] = parent;       /* its text is said too */
        return;
    }
    if (!e || !(e->in & IN(parent->kind))) {
        find_element(l, 12200, 'W', e ? "this element cannot stand here"
            : element(l->x.name, true) ? "element in the wrong case"
            : "unknown element");
        l->skipped = 1;
        return;
    }
    if (parent->kind == RESPONSE)
        verb(l, e);
    if (parent->kind == CONNECT && e->kind == OTHER)
        l->streams++;                       /* something to connect to */
    if (!e->attrs) {
        l->skipped = 1;
        return;
    }
    attributes(l, e);
    if (e->kind == STREAM)
        stream(l, parent);
    else if (e->kind == PARAMETER)
        parameter(l);
    else if (e->kind == SAY)
        say(l);
    else if (e->kind == PLAY)
        play(l);
    else if (e->kind == PAUSE && xml_attr(&l->x, "length").ptr
        && !is_number(xml_attr(&l->x, "length"), 1))
        find_value(l, xml_attr(&l->x, "length"), 13910, 'W',
            "length is a number of seconds from 1 on");
    l->open[l->depth++] = e;
}

static void text(struct lint *l)
{
    const struct element *e;
    struct slice shown = slice_trim_all(l->x.text);

    if (l->skipped || l->depth == 0)
        return;
    e = l->open[l->depth - 1];
    if (e->kind == SAY)
        l->said += characters(l->x.text, l->x.cdata);
    if (!e->text && shown.len)
        find_value(l, shown, 12200, 'W', "text where none is read");
}

static void closed(struct lint *l)
{
    const struct element *e;

    if (l->skipped) {
        l->skipped--;
        return;
    }
    e = l->open[--l->depth];
    if (e->kind == SAY && (l->depth == 0 || l->open[l->depth - 1] != e)) {
        if (l->said == 0)
            find(l, 13520, 'W', l->say_at, l->say, "nothing to say");
        if (l->said > l->say_max)
            find(l, 13521, 'E', l->say_at, l->say, l->say_max == 3000
                ? "over 3000 characters, all that a Polly voice takes"
                : l->say_max == 5000
                ? "over 5000 characters, all that a Google voice takes"
                : "over 4096 characters, all that a basic voice takes");
    }
    if (e->kind == CONNECT && l->streams == 0)
        find(l, 12200, 'W', l->last_at, l->last, "nothing to connect to");
    /* twilio 1.1: it does not block, so the call would be over. */
    if (e->kind == RESPONSE && l->last_kind == START && l->streams)
        find(l, 0, 'W', l->last_at, l->last, "a Start as the last verb: the "
            "call ends at once");
}

size_t lint_twiml(struct slice doc, struct lint_finding *out, size_t max)
{
    struct lint l = {.x.doc = doc, .out = out, .max = max, .last_kind = OTHER};
    struct slice none = {NULL, 0};
    bool html;

    if (doc.len == 0) {
        find(&l, 11770, 'E', 0, none, "the body is empty");
        return l.found;
    }
    if (doc.len > LIMIT_TWIML)
        find(&l, 11750, 'E', LIMIT_TWIML, none, "longer than 64 kB");
    for (;;) {
        switch (xml_next(&l.x)) {
        case XML_OPEN:
            opened(&l);
            break;
        case XML_CLOSE:
            closed(&l);
            break;
        case XML_TEXT:
            text(&l);
            break;
        case XML_DONE:
            return l.found;
        case XML_BAD:
            html = slice_iis(slice_head(slice_from(doc, l.x.at), 14),
                "<!DOCTYPE html");
            find(&l, html ? 12102 : 12100, 'E', l.x.at, none,
                html ? "a web page, not TwiML" : l.x.why);
            return l.found;
        }
    }
}
