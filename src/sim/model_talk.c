/* model_talk.c - talking: the rules of the script, and one response at a time
 * in the order of realtime 3.
 *
 * The audio of a response goes out faster than real time, in deltas of uneven
 * size, the way the service does: who plays it must join them and count.
 */
#include <string.h>

#include "base/text.h"
#include "sim/model_own.h"

#define BEAT 100            /* ms between two bursts of audio */
#define THINK 300
/* What the session of a call that was begun before is told. */
#define GOING_ON "already in progress"
#define TOOL_FIRST 500      /* ms from a tool to the words after it */
#define SLOW_TOOL 3000     /* ms from one half of the arguments to the other */
#define BURST 8
#define LIMIT_RESET 2.0    /* s */

/* Sizes of audio deltas: neither frames nor groups of base64. */
static const size_t piece[] = {1000, 4001, 3999, 2400};

struct model_item *model_new_item(struct session *s, const char *id)
{
    struct model_item *i;

    if (s->items == MODEL_ITEMS) {
        model_judge(s->m, false, "too_many_items", "no room for an item");
        memmove(s->item, s->item + 1, sizeof(s->item) - sizeof(*s->item));
        s->items--;
        if (s->resp.index)
            s->resp.index--;
    }
    i = &s->item[s->items++];
    memset(i, 0, sizeof(*i));
    text_copy(i->id, sizeof(i->id), slice_str(id));
    return i;
}

struct model_item *model_find_item(struct session *s, struct slice id)
{
    for (size_t i = 0; i < s->items; i++)
        if (!s->item[i].gone && slice_is(id, s->item[i].id))
            return &s->item[i];
    return NULL;
}

void model_add_previous(struct session *s, struct buf *b)
{
    if (s->last_item[0])
        buf_addf(b, ",\"previous_item_id\":\"%s\"", s->last_item);
    else
        buf_adds(b, ",\"previous_item_id\":null");
}

static bool contains(struct slice hay, struct slice needle)
{
    for (size_t i = 0; i + needle.len <= hay.len; i++)
        if (slice_ieq(slice_head(slice_from(hay, i), needle.len), needle))
            return true;
    return false;
}

/* ---- what is said ---- */

static const struct model_script *script_of(const struct session *s)
{
    const struct sim_model_conf *conf = &s->m->conf;

    return conf->pick ? conf->pick(conf->arg, buf_slice(
        &s->key[K_INSTRUCTIONS])) : conf->script;
}

static bool rule_fits(const struct session *s, const struct model_rule *r,
    size_t i, enum model_when when, struct slice in)
{
    if (r->when != when || (!(r->how & MODEL_AGAIN) && s->fired >> i & 1))
        return false;
    return !r->text || contains(in, slice_str(r->text));
}

static const struct model_rule *find_rule(struct session *s,
    enum model_when when, struct slice in)
{
    const struct model_script *script = script_of(s);

    for (size_t i = 0; script && i < script->rules && i < 64; i++)
        if (rule_fits(s, &script->rule[i], i, when, in)) {
            s->fired |= UINT64_C(1) << i;
            return &script->rule[i];
        }
    return NULL;
}

static void add_say(struct session *s, const char *say)
{
    static const char hole[] = "{disclosure}";
    struct slice rest = slice_str(say);
    size_t at;

    while ((at = slice_find(rest, SLICE("{disclosure}"))) != SLICE_NPOS) {
        buf_add(&s->resp.text, slice_head(rest, at));
        if (s->m->conf.disclosure)
            buf_adds(&s->resp.text, s->m->conf.disclosure);
        rest = slice_from(rest, at + sizeof(hole) - 1);
    }
    buf_add(&s->resp.text, rest);
    if (s->resp.text.len > MFSK_TEXT)
        s->resp.text.len = MFSK_TEXT;
}

static unsigned how(const struct session *s)
{
    return s->resp.rule ? s->resp.rule->how : 0;
}

static bool asks_disclosure(const struct session *s, struct slice instructions)
{
    return s->m->conf.disclosure && contains(instructions,
        slice_str(s->m->conf.disclosure));
}

/* What the first response is asked to be: the response's own instructions and
 * the session's. */
static const struct model_rule *find_first(struct session *s,
    struct slice instructions)
{
    const struct model_rule *r;
    struct buf all;

    buf_init(&all, 1 << 19);
    buf_add(&all, instructions);
    buf_adds(&all, "\n");
    buf_add(&all, buf_slice(&s->key[K_INSTRUCTIONS]));
    r = find_rule(s, MODEL_FIRST, buf_slice(&all));
    buf_free(&all);
    return r;
}

/* "Say exactly this ... and nothing else: \"...\"": a model does what it is
 * told, unless it is a bad one. */
static bool dictated(struct session *s, struct slice instructions)
{
    const struct model_script *script = script_of(s);
    struct slice mark = SLICE("and nothing else: \"");
    size_t at = slice_find(instructions, mark), end;

    if (at == SLICE_NPOS || (script
        && script->temper == MODEL_NEVER_DISCLOSES))
        return false;
    instructions = slice_from(instructions, at + mark.len);
    end = slice_find(instructions, SLICE("\""));
    buf_add(&s->resp.text, slice_head(instructions, end));
    return true;
}

static void choose(struct session *s, bool asked, struct slice instructions)
{
    const struct model_rule *r = NULL;
    const struct model_script *script = script_of(s);
    const char *usual = script ? script->otherwise : NULL;

    buf_clear(&s->resp.text);
    s->resp.rule = NULL;
    if (dictated(s, instructions)) {    /* what was heard still waits */
        buf_clear(&s->asked);
        s->asked_any = false;
        return;
    }
    if (asked && s->responses == 0)
        r = find_first(s, instructions);
    if (!r && asked)
        r = find_rule(s, MODEL_TOLD, instructions);
    if (!r && s->tool_answered)
        r = find_rule(s, MODEL_TOOL_ANSWER, buf_slice(&s->tool_output));
    if (!r && s->heard_any)
        r = find_rule(s, MODEL_HEARD, buf_slice(&s->heard));
    s->resp.rule = r;
    /* Told to begin with the sentence it does, unless it is a bad one. */
    if (r && r->say && r->when != MODEL_FIRST && asks_disclosure(s,
        instructions) && contains(instructions, SLICE("Begin with exactly "
        "this sentence")) && !contains(slice_str(r->say), SLICE(
        "{disclosure}")))
        add_say(s, "{disclosure} ");
    if (r && r->say)
        add_say(s, r->say);
    else if (!r && asks_disclosure(s, instructions) && !(script
        && script->temper == MODEL_NEVER_DISCLOSES))
        add_say(s, "{disclosure}");
    else if (!r && (s->heard_any || !s->tool_answered))
        add_say(s, usual ? usual : "Pardon?");
    s->asked_any = s->heard_any;
    buf_clear(&s->asked);
    buf_add(&s->asked, buf_slice(&s->heard));
    s->heard_any = s->tool_answered = false;
    buf_clear(&s->heard);
    buf_clear(&s->tool_output);
}

void model_unanswered(struct session *s)
{
    s->responses--;
    s->heard_any |= s->asked_any;
    if (s->asked.len && s->heard.len)
        buf_addc(&s->asked, ' ');
    buf_add(&s->asked, buf_slice(&s->heard));
    buf_clear(&s->heard);
    buf_add(&s->heard, buf_slice(&s->asked));
    buf_clear(&s->asked);
    s->asked_any = false;
}

/* All the audio of the response.  In a format that no phone plays it is
 * noise. */
static void make_audio(struct session *s)
{
    struct slice text = buf_slice(&s->resp.text);
    size_t n = mfsk_frames(text), size = s->pcmu_out ? MFSK_FRAME : 960;

    buf_clear(&s->resp.audio);
    for (size_t i = 0; i < n; i++) {
        uint8_t *p = buf_room(&s->resp.audio, size);

        if (!p)
            return;
        if (s->pcmu_out)
            mfsk_frame(text, i, p);
        else
            memset(p, 0x5a, size);
        buf_commit(&s->resp.audio, size);
    }
}

/* ---- the events of a response ---- */

static void add_where(struct session *s, struct buf *b, bool part)
{
    buf_addf(b, ",\"response_id\":\"%s\",\"item_id\":\"%s\","
        "\"output_index\":%d", s->resp.id, s->resp.item,
        (int)s->resp.outputs);
    if (part)
        buf_adds(b, ",\"content_index\":0");
}

static void add_usage(struct session *s, struct buf *b)
{
    int in_audio = (int)(s->appended / 800), out = (int)s->resp.text.len / 4;
    int out_audio = (int)(s->resp.sent / 400);

    buf_addf(b, ",\"usage\":{\"total_tokens\":%d,\"input_tokens\":%d,"
        "\"output_tokens\":%d,\"input_token_details\":{\"text_tokens\":%d,"
        "\"audio_tokens\":%d,\"image_tokens\":0,\"cached_tokens\":0,"
        "\"cached_tokens_details\":{\"text_tokens\":0,\"audio_tokens\":0,"
        "\"image_tokens\":0}},\"output_token_details\":{\"text_tokens\":%d,"
        "\"audio_tokens\":%d}}", 60 + in_audio + out + out_audio,
        60 + in_audio, out + out_audio, 60, in_audio, out, out_audio);
}

static void tell_response(struct session *s, const char *type,
    const char *status, const char *details)
{
    struct buf *b = model_begin(s, type);

    buf_addf(b, ",\"response\":{\"object\":\"realtime.response\","
        "\"id\":\"%s\",\"status\":\"%s\",\"status_details\":", s->resp.id,
        status);
    buf_adds(b, details ? details : "null");
    buf_adds(b, ",\"output\":[");
    buf_add(b, buf_slice(&s->resp.output));
    buf_addf(b, "],\"conversation_id\":\"conv_1\",%s,\"max_output_tokens\":"
        "\"inf\",\"metadata\":null", s->beta
        ? "\"modalities\":[\"text\",\"audio\"]"
        : "\"output_modalities\":[\"audio\"]");
    if (strcmp(type, "response.done") == 0)
        add_usage(s, b);
    else
        buf_adds(b, ",\"usage\":null");
    buf_adds(b, "}");
    model_end(s);
}

/* reset: seconds until there are tokens again; 0: there are. */
static void tell_limits(struct session *s, double reset)
{
    struct buf *b = model_begin(s, "rate_limits.updated");

    buf_addf(b, ",\"rate_limits\":[{\"name\":\"requests\",\"limit\":5000,"
        "\"remaining\":%d,\"reset_seconds\":0.012},{\"name\":\"tokens\","
        "\"limit\":800000,\"remaining\":%d,\"reset_seconds\":%.2f}]",
        4999 - (int)s->responses, reset > 0 ? 0 : 790000,
        reset > 0 ? reset : 0.75);
    model_end(s);
}

/* The spoken item; told in parentheses is what has been said of it. */
static void add_message(struct session *s, struct buf *b, const char *status,
    bool content, size_t told)
{
    buf_addf(b, "{\"id\":\"%s\",\"object\":\"realtime.item\",\"type\":"
        "\"message\",\"status\":\"%s\",\"role\":\"assistant\",\"content\":[",
        s->resp.item, status);
    if (content) {
        buf_addf(b, "{\"type\":\"%s\",\"transcript\":", s->beta ? "audio"
            : "output_audio");
        jread_quote(b, slice_head(buf_slice(&s->resp.text), told));
        buf_adds(b, "}");
    }
    buf_adds(b, "]}");
}

static struct slice first_half(const struct session *s)
{
    struct slice args = slice_str(s->resp.rule->arguments);

    return slice_head(args, args.len / 2);
}

static void add_call(struct session *s, struct buf *b, const char *status,
    struct slice arguments)
{
    buf_addf(b, "{\"id\":\"%s\",\"object\":\"realtime.item\",\"type\":"
        "\"function_call\",\"status\":\"%s\",\"name\":\"%s\",\"call_id\":"
        "\"%s\",\"arguments\":", s->resp.item, status, s->resp.rule->tool,
        s->resp.call);
    jread_quote(b, arguments);
    buf_adds(b, "}");
}

enum shape { SHAPE_MESSAGE, SHAPE_CALL };

static void add_shape(struct session *s, struct buf *b, enum shape shape,
    const char *status, bool over)
{
    if (shape == SHAPE_MESSAGE)
        add_message(s, b, status, over, s->resp.told);
    else
        add_call(s, b, status, !over ? slice_of(NULL, 0) : s->resp.cut_call
            ? first_half(s) : slice_str(s->resp.rule->arguments));
}

static void item_begins(struct session *s, enum shape shape)
{
    struct buf *b;

    model_new_id(s->m, "item", s->resp.item);
    b = model_begin(s, "response.output_item.added");
    buf_addf(b, ",\"response_id\":\"%s\",\"output_index\":%d,\"item\":",
        s->resp.id, (int)s->resp.outputs);
    add_shape(s, b, shape, "in_progress", false);
    model_end(s);
    b = model_begin(s, "conversation.item.added");
    model_add_previous(s, b);
    buf_adds(b, ",\"item\":");
    add_shape(s, b, shape, "in_progress", false);
    model_end(s);
}

static void item_ends(struct session *s, enum shape shape, const char *status)
{
    struct buf *b = model_begin(s, "conversation.item.done");

    model_add_previous(s, b);
    buf_adds(b, ",\"item\":");
    add_shape(s, b, shape, status, true);
    model_end(s);
    b = model_begin(s, "response.output_item.done");
    buf_addf(b, ",\"response_id\":\"%s\",\"output_index\":%d,\"item\":",
        s->resp.id, (int)s->resp.outputs);
    add_shape(s, b, shape, status, true);
    model_end(s);
    text_copy(s->last_item, sizeof(s->last_item), slice_str(s->resp.item));
    if (s->resp.output.len)
        buf_adds(&s->resp.output, ",");
    add_shape(s, &s->resp.output, shape, status, true);
    s->resp.outputs++;
}

static void speech_begins(struct session *s)
{
    struct model_item *i;
    struct buf *b;

    s->resp.stage = STAGE_SPEAKS;
    item_begins(s, SHAPE_MESSAGE);
    i = model_new_item(s, s->resp.item);
    i->assistant = i->audio = true;
    s->resp.index = s->items - 1;
    b = model_begin(s, "response.content_part.added");
    add_where(s, b, true);
    buf_adds(b, ",\"part\":{\"type\":\"audio\",\"transcript\":\"\"}");
    model_end(s);
    make_audio(s);
    model_note(s->m, "says", buf_cstr(&s->resp.text));
}

void model_speech_ends(struct session *s, const char *status)
{
    struct slice said = slice_head(buf_slice(&s->resp.text), s->resp.told);
    struct buf *b = model_begin(s, "response.output_audio.done");

    add_where(s, b, true);
    model_end(s);
    b = model_begin(s, "response.output_audio_transcript.done");
    add_where(s, b, true);
    buf_adds(b, ",\"transcript\":");
    jread_quote(b, said);
    model_end(s);
    b = model_begin(s, "response.content_part.done");
    add_where(s, b, true);
    buf_adds(b, ",\"part\":{\"type\":\"audio\",\"transcript\":");
    jread_quote(b, said);
    buf_adds(b, "}");
    model_end(s);
    item_ends(s, SHAPE_MESSAGE, status);
}

/* The transcript runs beside the audio, never inside a character. */
static void tell_words(struct session *s)
{
    size_t n = s->resp.text.len, to = s->resp.sent >= s->resp.audio.len ? n
        : n * s->resp.sent / s->resp.audio.len;
    struct buf *b;

    while (to < n && (s->resp.text.ptr[to] & 0xc0) == 0x80)
        to++;
    if (to <= s->resp.told)
        return;
    b = model_begin(s, "response.output_audio_transcript.delta");
    add_where(s, b, true);
    buf_adds(b, ",\"delta\":");
    jread_quote(b, slice_of(s->resp.text.ptr + s->resp.told,
        to - s->resp.told));
    model_end(s);
    s->resp.told = to;
}

static void tell_audio(struct session *s, size_t stop)
{
    size_t left = stop - s->resp.sent;
    size_t n = how(s) & MODEL_AT_ONCE ? left
        : piece[s->resp.turns++ % (sizeof(piece) / sizeof(*piece))];
    struct model_item *i = &s->item[s->resp.index];
    struct buf *b = model_begin(s, "response.output_audio.delta");

    n = n < left ? n : left;
    add_where(s, b, true);
    buf_adds(b, ",\"delta\":\"");
    wire_base64(b, slice_of(s->resp.audio.ptr + s->resp.sent, n));
    buf_adds(b, "\"");
    if (!i->bytes)
        i->first_at = loop_now(s->m->loop);
    i->bytes += n;
    s->resp.sent += n;
    s->m->counts.audio_ms = s->m->counts.audio_ms + n / 8;
    s->spoken = true;
    model_end(s);
    tell_words(s);
}

/* Where the audio stops for a mishap in its middle, else at its end. */
static size_t audio_stop(const struct session *s)
{
    size_t half = s->resp.audio.len / 2;

    return s->resp.mishap && how(s) & MODEL_HALFWAY
        && s->resp.mishap != MODEL_SLOW_TOOL ? half - half % MFSK_FRAME
        : s->resp.audio.len;
}

static bool offers(const struct session *s, const char *tool)
{
    for (size_t i = 0; i < s->tools; i++)
        if (strcmp(s->tool[i], tool) == 0)
            return true;
    return false;
}

static void tell_arguments(struct session *s, struct slice delta)
{
    struct buf *b = model_begin(s, "response.function_call_arguments.delta");

    add_where(s, b, false);
    buf_addf(b, ",\"call_id\":\"%s\",\"delta\":", s->resp.call);
    jread_quote(b, delta);
    model_end(s);
}

static bool call_begins(struct session *s)
{
    const struct model_rule *r = s->resp.rule;

    if ((!offers(s, r->tool) && !(r->how & MODEL_ANY_TOOL))
        || s->calls == MODEL_CALLS) {
        model_judge(s->m, false, "tool_not_offered",
            "the session offers no tool %s", r->tool);
        return false;
    }
    s->resp.stage = STAGE_CALLS;
    model_new_id(s->m, "call", s->resp.call);
    item_begins(s, SHAPE_CALL);
    model_new_item(s, s->resp.item);
    tell_arguments(s, first_half(s));
    return true;
}

/* realtime 5: .done comes for a call that was cut off too, with what there
 * was of its arguments. */
static void call_ends(struct session *s, bool whole)
{
    const struct model_rule *r = s->resp.rule;
    struct slice args = slice_str(r->arguments);
    struct buf *b;

    if (whole)
        tell_arguments(s, slice_from(args, first_half(s).len));
    s->resp.cut_call = !whole;
    b = model_begin(s, "response.function_call_arguments.done");
    add_where(s, b, false);
    buf_addf(b, ",\"call_id\":\"%s\",", s->resp.call);
    if (!s->beta)
        buf_addf(b, "\"name\":\"%s\",", r->tool);
    buf_adds(b, "\"arguments\":");
    jread_quote(b, whole ? args : first_half(s));
    model_end(s);
    item_ends(s, SHAPE_CALL, whole ? "completed" : "incomplete");
    if (!whole)
        return;
    text_copy(s->call[s->calls++], MODEL_ID, slice_str(s->resp.call));
    s->m->counts.tools++;
    model_note(s->m, "calls", r->tool);
}

/* The tools of the response, one row of the script each.  False: it takes a
 * while. */
static bool call_tools(struct session *s)
{
    for (;;) {
        unsigned and = how(s) & MODEL_AND;

        if (s->resp.stage != STAGE_CALLS && !call_begins(s))
            return true;
        if (s->resp.mishap == MODEL_SLOW_TOOL) {
            s->resp.mishap = 0;
            loop_in(s->m->loop, &s->timer, SLOW_TOOL);
            return false;
        }
        call_ends(s, true);
        if (!and)
            return true;
        s->resp.stage = STAGE_THINKS;
        s->resp.rule++;
        s->fired |= UINT64_C(1) << (s->resp.rule - script_of(s)->rule);
    }
}

void model_over(struct session *s, const char *status, const char *details)
{
    loop_cancel(s->m->loop, &s->timer);
    s->resp.active = false;
    tell_response(s, "response.done", status, details);
    buf_clear(&s->resp.output);
}

/* The next part of the active response is due. */
static void on_beat(void *arg)
{
    struct session *s = arg;
    const struct model_script *script = script_of(s);
    int burst = script && script->burst ? script->burst
        : s->m->conf.burst ? s->m->conf.burst : BURST;
    bool halfway = how(s) & MODEL_HALFWAY;
    size_t until, stop;

    if (s->resp.stage == STAGE_CALLS) {
        if (call_tools(s))
            model_over(s, "completed", NULL);
        return;
    }
    if (s->resp.stage == STAGE_THINKS && s->resp.mishap && !halfway
        && model_mishap(s))
        return;
    if (s->resp.stage == STAGE_THINKS && s->resp.mishap == MODEL_TOOL_FIRST) {
        call_tools(s);
        s->resp.stage = STAGE_THINKS;
        s->resp.mishap = 0;
        loop_in(s->m->loop, &s->timer, TOOL_FIRST);
        return;
    }
    if (s->resp.stage == STAGE_THINKS && s->resp.text.len)
        speech_begins(s);
    stop = audio_stop(s);
    if (s->resp.mishap && halfway && s->resp.sent >= stop && model_mishap(s))
        return;
    stop = audio_stop(s);
    until = s->resp.sent + (size_t)(burst * BEAT) * (s->pcmu_out ? 8 : 48);
    while (s->resp.stage == STAGE_SPEAKS && s->resp.sent < stop
        && s->resp.sent < until)
        tell_audio(s, burst < BURST && until < stop ? until : stop);
    if (s->resp.stage == STAGE_SPEAKS && s->resp.sent < s->resp.audio.len) {
        loop_in(s->m->loop, &s->timer, BEAT);
        return;
    }
    if (s->resp.stage == STAGE_SPEAKS)
        model_speech_ends(s, "completed");
    s->resp.stage = STAGE_THINKS;
    if (s->resp.rule && s->resp.rule->tool
        && how(s) / MODEL_MUTE * MODEL_MUTE != MODEL_TOOL_FIRST
        && !call_tools(s))
        return;
    model_over(s, "completed", NULL);
    if (s->resp.mishap == MODEL_QUITS) {
        model_leaves(s);
        model_hang_up(s, 1000, "that is all");
    }
}

static void judge_create(struct session *s, struct slice instructions)
{
    if (s->responses == 0 && s->m->conf.disclosure
        && !contains(buf_slice(&s->key[K_INSTRUCTIONS]), SLICE(GOING_ON))
        && !asks_disclosure(s, instructions))
        model_judge(s->m, false, "no_disclosure", "the first response was "
            "not asked to say the disclosure word for word");
    if (s->calls)
        model_judge(s->m, false, "tool_unanswered",
            "response.create while %zu tool calls have no output", s->calls);
}

void model_respond(struct session *s, const struct jnode *create)
{
    const struct jnode *r = jread_get(create, "response");
    struct slice instructions = jread_text(jread_get(r, "instructions"));
    const struct model_script *script = script_of(s);
    int64_t think = script && script->think_ms ? script->think_ms
        : s->m->conf.think_ms ? s->m->conf.think_ms : THINK;

    if (s->resp.active) {
        model_refuse(s, "conversation_already_has_active_response", NULL,
            "Conversation already has an active response in progress: %s. "
            "Wait until the response is finished before creating a new one.",
            s->resp.id);
        return;
    }
    if (loop_now(s->m->loop) < s->limited_until) {
        model_refuse(s, "rate_limit_exceeded", NULL,
            "Rate limit reached, and asked again before its time was over.");
        return;
    }
    if (create)
        judge_create(s, instructions);
    choose(s, create != NULL, instructions);
    s->responses++;
    s->resp.mishap = how(s) / MODEL_MUTE * MODEL_MUTE;
    if (s->resp.mishap == MODEL_MUTE) {
        model_note(s->m, "does not answer", NULL);
        model_unanswered(s);
        return;
    }
    if (s->resp.mishap == MODEL_LIMIT || s->resp.mishap == MODEL_FAILS_LIMIT)
        s->limited_until = loop_now(s->m->loop) + (int64_t)(LIMIT_RESET * 1000);
    if (s->resp.mishap == MODEL_LIMIT) {
        tell_limits(s, LIMIT_RESET);
        model_error_event(s, "rate_limit_error", "rate_limit_exceeded", NULL,
            "Rate limit reached for tokens per min. Please try again in 2s.");
        model_unanswered(s);
        return;
    }
    s->resp.active = true;
    s->resp.stage = STAGE_THINKS;
    s->resp.sent = s->resp.told = s->resp.turns = s->resp.outputs = 0;
    buf_clear(&s->resp.audio);
    buf_clear(&s->resp.output);
    model_new_id(s->m, "resp", s->resp.id);
    tell_response(s, "response.created", "in_progress", NULL);
    tell_limits(s, s->resp.mishap == MODEL_FAILS_LIMIT ? LIMIT_RESET
        : 0);
    s->m->counts.responses++;
    loop_in(s->m->loop, &s->timer, think);
}

void model_cancel(struct session *s, const char *reason)
{
    char details[80];

    s->m->counts.cancelled++;
    if (s->resp.stage != STAGE_THINKS)
        model_note(s->m, "is interrupted", NULL);
    if (s->resp.stage == STAGE_SPEAKS) {
        if (s->resp.sent < s->resp.audio.len)   /* it was on its way */
            tell_audio(s, s->resp.audio.len);
        model_speech_ends(s, "incomplete");
    } else if (s->resp.stage == STAGE_CALLS) {
        call_ends(s, false);
    }
    text_fmt(details, sizeof(details), "{\"type\":\"cancelled\",\"reason\":"
        "\"%s\"}", reason);
    model_over(s, "cancelled", details);
}

void model_talk_init(struct session *s)
{
    buf_init(&s->resp.text, MODEL_HEARD_MAX);
    buf_init(&s->resp.audio, (MFSK_TEXT * 2 + MFSK_OVERHEAD) * 960u);
    buf_init(&s->resp.output, 1 << 16);
    buf_init(&s->words, MODEL_HEARD_MAX);
    buf_init(&s->heard, 4 * MODEL_HEARD_MAX);
    buf_init(&s->asked, 8 * MODEL_HEARD_MAX);
    buf_init(&s->tool_output, 1 << 16);
    s->timer.fire = on_beat;
    s->timer.arg = s;
}

void model_talk_fini(struct session *s)
{
    loop_cancel(conn_loop(s->conn), &s->timer);
    buf_free(&s->resp.text);
    buf_free(&s->resp.audio);
    buf_free(&s->resp.output);
    buf_free(&s->words);
    buf_free(&s->heard);
    buf_free(&s->asked);
    buf_free(&s->tool_output);
}
