/* stream_tell.c - what a stream showed: for people, and as one object. */
#include "app/stream_impl.h"

#include "base/text.h"
#include "codec/g711.h"
#include "codec/jsonw.h"

static struct slice ms_text(char mem[static 32], uint32_t us)
{
    text_fmt(mem, 32, "%u.%03u", us / 1000, us % 1000);
    return slice_str(mem);
}

static const char *ended_by(const struct stream_facts *f)
{
    return f->stopped ? "us" : f->code == 1006 || f->err.code ? "nobody"
        : "server";
}

/* ---- for people ---- */

static void tell_trip(struct buf *out, const char *label, const char *what,
    const struct stream_trip *t)
{
    char a[32], b[32];

    if (t->count)
        buf_addf(out, "%s  p50 %.*s ms, p99 %.*s ms, %zu %s\n", label,
            SLICE_ARG(ms_text(a, t->p50)), SLICE_ARG(ms_text(b, t->p99)),
            t->count, what);
}

static void tell_audio(struct buf *out, const struct stream_facts *f)
{
    buf_addf(out, "sent        %llu frames, %llu bytes",
        (unsigned long long)f->frames_out, (unsigned long long)f->bytes_out);
    if (f->dropped)
        buf_addf(out, "; %llu dropped, the server does not read (31930)",
            (unsigned long long)f->dropped);
    buf_addf(out, "\ncame back   %llu media, %llu bytes = %llu ms",
        (unsigned long long)f->frames_in, (unsigned long long)f->bytes_in,
        (unsigned long long)(f->bytes_in / G711_MS));
    if (f->first_audio >= 0)
        buf_addf(out, ", the first after %lld ms", (long long)f->first_audio);
    buf_addf(out, "\nmarks       %llu, %llu returned\n",
        (unsigned long long)f->marks, (unsigned long long)f->returned);
    buf_addf(out, "clears      %llu, %llu ms of audio not played\n",
        (unsigned long long)f->clears,
        (unsigned long long)(f->cleared / G711_MS));
    if (f->keys)
        buf_addf(out, "keys        %llu\n", (unsigned long long)f->keys);
    if (f->gaps)
        buf_addf(out, "gaps        %llu, %llu ms of silence, the longest %llu "
            "ms: the audio came too late\n", (unsigned long long)f->gaps,
            (unsigned long long)f->gap_ms,
            (unsigned long long)f->gap_longest);
    else
        buf_adds(out, "gaps        none\n");
    tell_trip(out, "round trip", "frames came back as they went", &f->echo);
    tell_trip(out, "to a mark ", "marks behind them", &f->mark);
}

static void tell_breaches(struct buf *out, const struct stream_facts *f)
{
    bool any = false;

    for (size_t i = 0; i < STREAM_FAULTS; i++) {
        const struct stream_breach *b = &f->breach[i];
        int number = stream_fault_number((enum stream_fault)i);

        if (!b->count)
            continue;
        buf_adds(out, any ? "            " : "breaches    ");
        any = true;
        if (number)
            buf_addf(out, "%d: ", number);
        buf_addf(out, "%s", b->first);
        if (b->count > 1)
            buf_addf(out, " (%llu times)", (unsigned long long)b->count);
        buf_addc(out, '\n');
    }
    if (!any)
        buf_adds(out, "breaches    none\n");
}

static void tell_ills(struct buf *out, const struct stream_plan *plan,
    const struct stream_facts *f)
{
    const char *sep = "faults      ";

    for (size_t i = 0; i < STREAM_ILLS; i++)
        if (plan->ills >> i & 1) {
            buf_addf(out, "%s%s %llu", sep, stream_ill_names[i],
                (unsigned long long)f->ill[i]);
            sep = ", ";
        }
    if (plan->ills)
        buf_addf(out, "; seed %llu\n", (unsigned long long)plan->seed);
}

static void tell_end(struct buf *out, const struct stream_facts *f)
{
    buf_addf(out, "closed      by %s, %u", ended_by(f), (unsigned)f->code);
    if (f->reason[0])
        buf_addf(out, " \"%s\"", f->reason);
    buf_addf(out, ", after %lld ms", (long long)f->lasted);
    if (f->number)
        buf_addf(out, "; Twilio would report %d", f->number);
    buf_addc(out, '\n');
    if (f->err.code)
        buf_addf(out, "error       %s\n", f->err.msg);
}

void stream_tell(struct buf *out, const struct stream_plan *plan,
    const struct stream_facts *f)
{
    buf_addf(out, "stream      %.*s\n", SLICE_ARG(plan->url));
    if (!slice_eq(plan->url, plan->known))
        buf_addf(out, "known as    %.*s\n", SLICE_ARG(plan->known));
    if (f->handshake < 0) {
        buf_addf(out, "handshake   failed: %s\n", f->err.code ? f->err.msg
            : "interrupted");
        if (f->number && f->err.code != ERR_REMOTE)
            buf_addf(out, "            Twilio would report %d\n", f->number);
        if (f->body[0])
            buf_addf(out, "            %s\n", f->body);
        return;
    }
    buf_addf(out, "handshake   %lld ms\n", (long long)f->handshake);
    tell_audio(out, f);
    tell_ills(out, plan, f);
    tell_breaches(out, f);
    tell_end(out, f);
}

/* ---- as one object ---- */

static void put_trip(struct jsonw *w, const char *key,
    const struct stream_trip *t)
{
    char mem[32];

    if (!t->count) {
        jsonw_knull(w, key);
        return;
    }
    jsonw_kobject(w, key);
    jsonw_kint(w, "count", (int64_t)t->count);
    jsonw_kraw(w, "p50", ms_text(mem, t->p50));
    jsonw_kraw(w, "p99", ms_text(mem, t->p99));
    jsonw_end(w);
}

static void put_number(struct jsonw *w, int number)
{
    if (number)
        jsonw_kint(w, "number", number);
    else
        jsonw_knull(w, "number");
}

static void put_audio(struct jsonw *w, const struct stream_facts *f)
{
    jsonw_kobject(w, "sent");
    jsonw_kint(w, "frames", (int64_t)f->frames_out);
    jsonw_kint(w, "bytes", (int64_t)f->bytes_out);
    jsonw_kint(w, "dropped", (int64_t)f->dropped);
    jsonw_end(w);
    jsonw_kobject(w, "received");
    jsonw_kint(w, "media", (int64_t)f->frames_in);
    jsonw_kint(w, "bytes", (int64_t)f->bytes_in);
    if (f->first_audio < 0)
        jsonw_knull(w, "first_ms");
    else
        jsonw_kint(w, "first_ms", f->first_audio);
    jsonw_end(w);
    jsonw_kint(w, "marks", (int64_t)f->marks);
    jsonw_kint(w, "marks_returned", (int64_t)f->returned);
    jsonw_kint(w, "clears", (int64_t)f->clears);
    jsonw_kint(w, "cleared_ms", (int64_t)(f->cleared / G711_MS));
    jsonw_kint(w, "keys", (int64_t)f->keys);
    jsonw_kobject(w, "gaps");
    jsonw_kint(w, "count", (int64_t)f->gaps);
    jsonw_kint(w, "ms", (int64_t)f->gap_ms);
    jsonw_kint(w, "longest_ms", (int64_t)f->gap_longest);
    jsonw_end(w);
    put_trip(w, "round_trip_ms", &f->echo);
    put_trip(w, "to_mark_ms", &f->mark);
}

static void put_ills(struct jsonw *w, const struct stream_plan *plan,
    const struct stream_facts *f)
{
    jsonw_kobject(w, "faults");
    if (plan->ills)
        jsonw_kint(w, "seed", (int64_t)plan->seed);
    for (size_t i = 0; i < STREAM_ILLS; i++)
        if (plan->ills >> i & 1)
            jsonw_kint(w, stream_ill_names[i], (int64_t)f->ill[i]);
    jsonw_end(w);
}

static void put_breaches(struct jsonw *w, const struct stream_facts *f)
{
    jsonw_karray(w, "breaches");
    for (size_t i = 0; i < STREAM_FAULTS; i++) {
        const struct stream_breach *b = &f->breach[i];

        if (!b->count)
            continue;
        jsonw_object(w);
        put_number(w, stream_fault_number((enum stream_fault)i));
        jsonw_kint(w, "count", (int64_t)b->count);
        jsonw_kcstr(w, "message", b->first);
        jsonw_end(w);
    }
    jsonw_end(w);
}

static void put_end(struct jsonw *w, const struct stream_facts *f)
{
    if (f->handshake < 0) {
        jsonw_knull(w, "close");
    } else {
        jsonw_kobject(w, "close");
        jsonw_kcstr(w, "by", ended_by(f));
        jsonw_kint(w, "code", f->code);
        jsonw_kcstr(w, "reason", f->reason);
        put_number(w, f->number);
        jsonw_end(w);
    }
    if (f->err.code == ERR_NONE) {
        jsonw_knull(w, "error");
        return;
    }
    jsonw_kobject(w, "error");
    put_number(w, f->number);
    jsonw_kcstr(w, "message", f->err.msg);
    if (f->status) {
        jsonw_kint(w, "status", f->status);
        jsonw_kcstr(w, "body", f->body);
    }
    jsonw_end(w);
}

void stream_tell_json(struct buf *out, const struct stream_plan *plan,
    const struct stream_facts *f)
{
    struct jsonw w;

    jsonw_begin(&w, out);
    jsonw_object(&w);
    jsonw_kstr(&w, "url", plan->url);
    jsonw_kstr(&w, "known_as", plan->known);
    jsonw_kbool(&w, "signed", plan->token.len != 0);
    if (f->handshake < 0)
        jsonw_knull(&w, "handshake_ms");
    else
        jsonw_kint(&w, "handshake_ms", f->handshake);
    jsonw_kint(&w, "lasted_ms", f->lasted);
    put_audio(&w, f);
    put_ills(&w, plan, f);
    put_breaches(&w, f);
    put_end(&w, f);
    jsonw_end(&w);
    buf_addc(out, '\n');
}
