/* lines_test.c - lines in the order they were heard, and the same words in
 * other clothes.
 */
#include <unistd.h>

#include "base/mem.h"
#include "base/sys.h"
#include "base/text.h"
#include "call/call_impl.h"
#include "tests/guard.h"
#include "tests/tap.h"

/* ---- the same words ---- */

#define SENTENCE "Hello, I'm an automated assistant."

static const struct {
    const char *said, *sentence;
    bool same;
} words[] = {
    {SENTENCE, SENTENCE, true},
    {"hello i'm an automated assistant", SENTENCE, true},
    {"HELLO -- I'm an   automated\tassistant!", SENTENCE, true},
    {"Hello, Im an automated assistant", SENTENCE, true},
    {"Hello, I\xe2\x80\x99m an automated assistant.", SENTENCE, true},
    {"\xe2\x80\x9cHello\xe2\x80\x9d, I'm an automated assistant\xe2\x80\xa6",
        SENTENCE, true},
    {"Hello\xe2\x80\x94I'm an automated assistant.", SENTENCE, true},
    {"Hello,\xc2\xa0I'm an automated assistant.", SENTENCE, true},
    {"Good evening! " SENTENCE " I'm calling for Leo.", SENTENCE, true},
    {"well, hello. I'm an automated assistant, you know", SENTENCE, true},
    {"Hello, I am an automated assistant.", SENTENCE, false},
    {"Hello, I'm an automated assistants.", SENTENCE, false},
    {"Othello, I'm an automated assistant.", SENTENCE, false},
    {"Hello, I'm an auto mated assistant.", SENTENCE, false},
    {"Hello, I'm an automated", SENTENCE, false},
    {"I'm an automated assistant.", SENTENCE, false},
    {"Hello, I'm not an automated assistant.", SENTENCE, false},
    {"Hello, an automated assistant I'm.", SENTENCE, false},
    {"", SENTENCE, false},
    {"...", SENTENCE, false},
    {"a b c", "b", true},
    {"abc", "b", false},
    {"a bc", "b", false},
    {"ab c", "b", false},
    {"version 2 of it", "version 2", true},
    {"version 21 of it", "version 2", false},
    {"an e-mail", "email", true},
    {"an email", "an e-mail", true},
    {"an AI based assistant", "an AI-based assistant", true},
    {"an AI-based assistant", "an AI based assistant", true},
    {"an AIbased assistant", "an AI-based assistant", true},
    {"an AI\xe2\x80\x91" "based assistant", "an AI based assistant", true},
    {"an AI - based assistant", "an AI-based assistant", true},
    {"an AI-biased assistant", "an AI-based assistant", false},
    {"an AI-based", "an AI-based assistant", false},
    {"AI-", "AI-based", false},
    {"a-b-c", "b", true},
    {"Gr\xc3\xbc\xc3\x9f Gott, \xc3\x84rzte", "gr\xc3\xbc\xc3\x9f gott "
        "\xc3\xa4rzte", true},
    {"Guten Tag, hier spricht ein KI-Assistent.",
        "Guten Tag. Hier spricht ein KI-Assistent!", true},
    {"\xe3\x81\x93\xe3\x82\x93\xe3\x81\xab", "\xe3\x81\x93\xe3\x82\x93\xe3"
        "\x81\xab", true},
    {"\xe3\x81\x93\xe3\x82\x93\xe3\x81\xab", "\xe3\x81\x93", false},
    {"\xff\xfe b", "b", true},
    {"\xe2\x80", "b", false},
};

static void run_words(void)
{
    static char big[4 * LIMIT_LINE];

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        bool same = talk_same_words(guard_in(slice_str(words[i].said)),
            slice_str(words[i].sentence));

        tap_ok(same == words[i].same, "\"%s\" %s \"%s\"", words[i].said,
            words[i].same ? "holds" : "does not hold", words[i].sentence);
    }
    memset(big, 'x', sizeof big - 1);
    memcpy(big, "hello there ", 12);
    tap_ok(talk_same_words(slice_str(big), SLICE("Hello there")),
        "words at the start of more than can be looked at");
    tap_ok(!talk_same_words(slice_str(big), slice_str(big)),
        "a sentence longer than any line is never said");
}

/* ---- the clock ---- */

static void run_stamps(void)
{
    static const struct {
        int64_t at;
        const char *text;
    } stamps[] = {
        {0, "00:00.000"}, {3120, "00:03.120"}, {59999, "00:59.999"},
        {60000, "01:00.000"}, {754321, "12:34.321"}, {-5, "00:00.000"},
        {5999999, "99:59.999"}, {INT64_MAX, NULL},
    };

    for (size_t i = 0; i < sizeof stamps / sizeof stamps[0]; i++) {
        char out[12];

        memset(out, 'x', sizeof out);
        call_stamp(out, stamps[i].at);
        if (stamps[i].text)
            tap_is_str(slice_str(out), stamps[i].text, "the stamp");
        else
            tap_is_int((int64_t)strlen(out), 9, "any time has a stamp");
    }
}

/* ---- lines ---- */

static struct call call;

static void add(bool them, int64_t at, const char *text)
{
    call_add_stored_line(&call, them, at, slice_str(text));
}

static struct slice all(struct buf *b)
{
    buf_clear(b);
    for (size_t i = 0; i < call.lines; i++)
        buf_addf(b, "%d%s%.*s ", (int)call.line[i].at, call.line[i].them
            ? "<" : ">", SLICE_ARG(call_line_text(&call, &call.line[i])));
    return buf_slice(b);
}

static void drop_lines(void)
{
    buf_free(&call.words);
    mem_drop(call.line);
    memset(&call, 0, sizeof call);
}

static void run_lines(void)
{
    char text[LIMIT_LINE + 1];
    size_t bad = 0;
    struct buf b;

    buf_init(&b, 1 << 20);
    add(false, 100, "hello");
    add(true, 300, "yes?");
    add(false, 500, "a table");
    add(true, 400, "late");     /* its transcription took longer */
    add(true, 50, "first");
    add(false, 400, "second");  /* the same moment: as it came */
    add(false, 600, "");
    tap_is_str(all(&b), "50<first 100>hello 300<yes? 400<late 400>second "
        "500>a table 600> ", "in the order they were heard");
    drop_lines();

    for (int i = 0; i < LIMIT_TRANSCRIPT + 10; i++)
        add(i % 2, i, "word");
    for (size_t i = 0; i < call.lines; i++)
        bad += call.line[i].at != (int64_t)i
            || !slice_is(call_line_text(&call, &call.line[i]), "word");
    tap_ok(call.lines == LIMIT_TRANSCRIPT && !bad, "no more than %d",
        LIMIT_TRANSCRIPT);
    drop_lines();

    memset(text, 'x', LIMIT_LINE - 1);
    text[LIMIT_LINE - 1] = 0;
    for (int i = 0; i < LIMIT_TRANSCRIPT; i++)
        add(true, i, text);
    bad = call.words.len > (size_t)LIMIT_TRANSCRIPT * 256;
    for (size_t i = 0; i < call.lines; i++)
        bad += !slice_is(call_line_text(&call, &call.line[i]), text);
    add(true, 9999, "short");
    tap_ok(!bad && call.lines > 200 && call.lines < LIMIT_TRANSCRIPT
        && slice_is(call_line_text(&call, &call.line[call.lines - 1]),
        "short"), "nor more bytes than there is room for: %zu long lines",
        call.lines);
    drop_lines();

    for (uint64_t n = 1; n < 8; n++) {
        mem_fail_at(n, 1);
        for (int i = 0; i < 100; i++)
            add(true, i, "word");
        mem_fail_at(0, 0);
        for (size_t i = 0; i < call.lines; i++)
            bad += !slice_is(call_line_text(&call, &call.line[i]), "word");
        drop_lines();
    }
    tap_is_int((int64_t)bad, 0, "without memory the lines that are stay");
    buf_free(&b);
}

/* ---- what is stored ---- */

static char seen[4096];

static void see(void *arg, struct slice type, struct json rec)
{
    size_t n = strlen(seen);
    int64_t ms = -1;

    (void)arg;
    json_i64(json_get(rec, "ms"), 0, INT32_MAX, &ms);
    snprintf(seen + n, sizeof seen - n, "%.*s %.*s %d %.*s: %.*s\n",
        SLICE_ARG(type), SLICE_ARG(json_get(rec, "call").text), (int)ms,
        SLICE_ARG(json_get(rec, "who").text),
        SLICE_ARG(json_get(rec, "text").text));
}

/* A secret that is read out with a pause between any two of its words, while we
 * say "yes" between them: no piece of it is stored or told, and what was said
 * before and after it is. */
static void read_in_pieces(void)
{
    static const char *const secrets[] = {
        "my card is 4111 1111 1111 1111",
        "it is four one one one one one one one one one one one one one one "
            "one",
        "die Karte vier dreimal die eins eins eins eins eins eins eins eins "
            "eins eins eins eins eins",
        "my social security number is one two three four five six seven eight "
            "nine",
        "IBAN DE89 3704 0044 0532 0130 00",
    };
    static const char *const leaks[] = {"1111", "one one", "eins eins",
        "two three", "3704", "0532"};
    int leaked = 0, lost = 0, splits = 0;
    int64_t at = 0;

    for (size_t k = 0; k < sizeof secrets / sizeof *secrets; k++)
        for (const char *cut = strchr(secrets[k], ' '); cut;
            cut = strchr(cut + 1, ' ')) {
            size_t from = call.lines;
            bool before = false, after = false;

            call.events.len = 0;
            splits++;
            at += 10000;
            call_add_line(&call, true, at + 2000, SLICE("Good evening."));
            call_add_line(&call, true, at + 3000, slice_of(secrets[k],
                (size_t)(cut - secrets[k])));
            call_add_line(&call, false, at + 3500, SLICE("Yes."));
            call_add_line(&call, true, at + 4000, slice_str(cut + 1));
            call_add_line(&call, true, at + 5000, SLICE("Did you get that?"));
            call_release_lines(&call);
            for (size_t i = from; i < call.lines; i++) {
                struct slice text = call_line_text(&call, &call.line[i]);

                before |= slice_is(text, "Good evening.");
                after |= slice_is(text, "Did you get that?");
                for (size_t l = 0; l < sizeof leaks / sizeof *leaks; l++)
                    if (slice_find(text, slice_str(leaks[l])) != SLICE_NPOS
                        && leaked++ < 3)
                        printf("# %.*s\n", SLICE_ARG(text));
            }
            for (size_t l = 0; l < sizeof leaks / sizeof *leaks; l++)
                leaked += slice_find(buf_slice(&call.events),
                    slice_str(leaks[l])) != SLICE_NPOS;
            lost += !before || !after || call.lines - from != 5;
        }
    tap_ok(splits > 50 && leaked == 0, "secrets read out in two pieces, %d "
        "ways: %d leak", splits, leaked);
    tap_is_int(lost, 0, "and no line is lost");
}

static void run_stored(void)
{
    char dir[] = "/tmp/linestestXXXXXX", name[64], longer[LIMIT_LINE + 100];
    struct loop *loop;
    struct disk *disk;
    struct calls calls;
    struct err err;

    sys_mkdtemp(dir);
    loop = loop_new(&err);
    disk = disk_new(loop, &err);
    memset(&calls, 0, sizeof calls);
    calls.conf.loop = loop;
    calls.journal = journal_open(disk, dir, NULL, NULL, &err);
    call.calls = &calls;
    memcpy(call.id, "c1", 3);
    list_init(&call.watches);
    buf_init(&call.events, CALL_EVENTS_MAX);
    call_add_line(&call, true, 1500, SLICE("my card is 4111 1111 1111 1111,"
        "\nexpires soon"));
    tap_is_str(call_line_text(&call, &call.line[0]), "my card is **** **** "
        "**** ****, expires soon", "redacted, and one line");
    memset(longer, 'y', sizeof longer);
    call_add_line(&call, false, 1600, slice_of(longer, sizeof longer));
    tap_is_int((int64_t)call_line_text(&call, &call.line[1]).len,
        LIMIT_LINE, "as long as a line may be");
    tap_ok(slice_find(buf_slice(&call.events), SLICE("4111")) == SLICE_NPOS
        && slice_find(buf_slice(&call.events), SLICE("{\"at\":\"00:01.500\","
        "\"who\":\"them\",\"text\":\"my card is ****")) != SLICE_NPOS,
        "so it is told");
    read_in_pieces();
    while (!disk_idle(disk))
        loop_round(loop);
    tap_is_int(journal_read(dir, see, NULL, &err), 0, "the journal");
    tap_ok(slice_starts(slice_str(seen), "line c1 1500 them: my card is **** "
        "**** **** ****, expires soon\nline c1 1600 us: yyyy"),
        "holds the same");
    journal_close(calls.journal);
    disk_free(disk);
    loop_free(loop);
    buf_free(&call.events);
    drop_lines();
    snprintf(name, sizeof name, "%s/journal", dir);
    sys_unlink(name);
    snprintf(name, sizeof name, "%s/lock", dir);
    sys_unlink(name);
    tap_ok(rmdir(dir) == 0, "no other file is left");
}

/* A new session of the model is told the newest lines, whole ones. */
static void run_context(void)
{
    static const struct call none;
    struct call *c = mem_new(sizeof *c);
    struct buf out;
    char line[1001];

    buf_init(&out, 1u << 20);
    *c = none;
    call_add_stored_line(c, true, 0, SLICE("Hello?"));
    call_add_stored_line(c, false, 10, SLICE("A table."));
    call_write_context(c, &out);
    tap_is_str(buf_slice(&out), "them: Hello?\nus: A table.\n",
        "a short talk whole");
    memset(line, 'x', 1000);
    line[1000] = 0;
    for (int i = 0; i < 30; i++) {
        text_fmt(line, 4, "%03d", i);
        line[3] = ' ';
        call_add_stored_line(c, i % 2, 100 + i, slice_of(line, 1000));
    }
    call_add_stored_line(c, true, 900, SLICE("The number is 4711."));
    buf_clear(&out);
    call_write_context(c, &out);
    tap_ok(out.len < 17000, "of a long one not more than 16 kB: %zu",
        out.len);
    tap_ok(slice_starts(buf_slice(&out), "(earlier lines are left out)\n"
        "us: 014 x"), "its oldest lines are left out");
    tap_ok(slice_ends(buf_slice(&out), "x\nthem: The number is 4711.\n"),
        "the newest stands last");
    buf_free(&out);
    buf_free(&c->words);
    mem_drop(c->line);
    mem_drop(c);
}

int main(void)
{
    run_words();
    run_stamps();
    run_lines();
    run_stored();
    run_context();
    return tap_done();
}
