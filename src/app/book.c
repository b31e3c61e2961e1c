/* book.c - concierge book: one request, followed live to its outcome.
 *
 * Talks to the server at SERVER_URL; when none answers there it runs one
 * inside itself for the call.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "agent/phrase.h"
#include "app/client.h"
#include "app/cmd.h"
#include "app/directory.h"
#include "app/own.h"
#include "app/tell.h"
#include "app/term.h"
#include "app/understand.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/date.h"
#include "net/sigs.h"

#define ANSWER_MAX (8u << 20)
#define TICK 1000               /* ms between updates of the status line */
#define LEAVE_WITHIN 5000       /* ms after a second ^C */

struct booking {
    const struct conf *conf;
    bool json, yes, offline;
    struct asked asked;
    struct plan plan;
    enum tongue tongue;         /* of the words */
    struct loop *loop;
    struct client client;
    struct own own;
    char id[CALL_ID + 1];
    char state[24];
    int64_t state_at;
    int interrupts;
    bool placing;               /* asked for, and no id yet */
    struct timer leave;
    struct timer tick;
    char question[32];          /* that waits for an answer; "": none */
    int64_t question_until;     /* ms */
    struct watch in;            /* stdin, while it is */
    char typed[512];
    size_t typed_n;
};

/* ---- what is asked for ---- */

static int take_options(struct booking *b, int *argc, char **argv,
    struct err *err)
{
    static const char *const names[] = {"--to", "--restaurant", "--party",
        "--date", "--time", "--name", "--wish", "--note"};
    struct asked *a = &b->asked;
    uint64_t party;
    const char *v;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        bool fits = true;

        while ((v = cmd_option(argc, argv, names[i])) != NULL && fits) {
            struct slice s = slice_str(v);

            switch (i) {
            case 0:
                fits = text_copy(a->to, sizeof a->to, s);
                break;
            case 1:
                fits = text_copy(a->restaurant, sizeof a->restaurant, s);
                break;
            case 2:
                fits = text_u64(s, 1, 1000, &party) == 0;
                a->party = fits ? (int)party : 0;
                break;
            case 3:
                fits = text_copy(a->date, sizeof a->date, s);
                break;
            case 4:
                fits = text_copy(a->time, sizeof a->time, s);
                break;
            case 5:
                fits = text_copy(a->name, sizeof a->name, s);
                break;
            case 6:
                fits = a->wishes < ASKED_WISHES && text_copy(
                    a->wish[a->wishes++], sizeof a->wish[0], s);
                break;
            default:
                fits = text_copy(a->note, sizeof a->note, s);
                break;
            }
        }
        if (!fits)
            return fail(err, ERR_DATA, "%s: \"%s\" cannot be used", names[i],
                v);
    }
    return 0;
}

/* What the words said, under what the options said. */
static int read_words(struct booking *b, const char *words,
    const struct directory *places, struct err *err)
{
    struct asked said, *a = &b->asked;
    struct understand u = {.conf = NULL};
    struct zone zone;

    if (zone_load(&zone, b->conf->zone, err))
        return -1;
    understand_open(&u, b->conf, &zone, places, b->offline);
    understand_read(&u, slice_str(words), &b->plan);
    b->tongue = tongue_of_text(slice_str(words));
    understand_close(&u);
    zone_free(&zone);
    understand_asked(&said, &b->plan);
    if (!a->to[0])
        memcpy(a->to, said.to, sizeof a->to);
    if (!a->restaurant[0])
        memcpy(a->restaurant, said.restaurant, sizeof a->restaurant);
    if (!a->party)
        a->party = said.party;
    if (!a->date[0])
        memcpy(a->date, said.date, sizeof a->date);
    if (!a->time[0]) {
        memcpy(a->time, said.time, sizeof a->time);
        memcpy(a->time_to, said.time_to, sizeof a->time_to);
    }
    if (!a->name[0])
        memcpy(a->name, said.name, sizeof a->name);
    for (size_t i = 0; i < said.wishes && a->wishes < ASKED_WISHES; i++)
        memcpy(a->wish[a->wishes++], said.wish[i], sizeof a->wish[0]);
    return 0;
}

/* Whom the directory knows by that name. */
static int find_number(struct booking *b, struct directory *places,
    struct err *err)
{
    uint8_t mem[512];
    struct buf question;
    const struct place *p;

    if (b->asked.to[0] || b->plan.blocked != PLAN_FINE)
        return 0;
    buf_over(&question, mem, sizeof mem);
    text_copy(b->plan.restaurant, sizeof b->plan.restaurant,
        slice_str(b->asked.restaurant));
    if (directory_widen(places, b->conf, slice_str(b->plan.restaurant), err))
        return -1;
    p = directory_fill(places, &b->plan, b->tongue, &question);
    if (p) {
        text_copy(b->asked.to, sizeof b->asked.to, p->number);
        text_copy(b->asked.restaurant, sizeof b->asked.restaurant, p->name);
    }
    return question.len ? fail(err, ERR_DATA, "%.*s",
        SLICE_ARG(buf_slice(&question))) : 0;
}

static int understood(struct booking *b, const char *words, struct err *err)
{
    struct directory places;
    int r;

    if (directory_load(&places, b->conf, directory_log, NULL, err))
        return -1;
    r = words ? read_words(b, words, &places, err) : 0;
    if (r == 0)
        r = find_number(b, &places, err);
    directory_free(&places);
    return r;
}

/* "It may cost up to USD 1.23 (an estimate)." */
static int add_ceiling(const struct booking *b, struct buf *out,
    struct err *err)
{
    static struct prices prices;        /* large, and wanted once */

    if (server_prices(b->conf, &prices, err))
        return -1;
    clerk_cost(out, b->conf, &prices, slice_str(b->asked.to), b->tongue);
    return 0;
}

/* Shows the plan; 0 when it may be dialled. */
static int agree(struct booking *b, struct err *err)
{
    uint8_t mem[1024];
    struct buf reply;
    int yes = 1;

    if (b->plan.intent == PLAN_NONE && b->plan.blocked == PLAN_FINE
        && b->asked.restaurant[0])
        b->plan.intent = PLAN_RESERVE;  /* all of it came in options */
    if (!b->asked.name[0])      /* as it would be anyway */
        text_copy(b->asked.name, sizeof b->asked.name,
            slice_str(b->conf->name));
    buf_over(&reply, mem, sizeof mem);
    if (!understand_reply(&b->plan, &b->asked, b->tongue, &reply))
        return fail(err, ERR_DATA, "%.*s", SLICE_ARG(buf_slice(&reply)));
    if (add_ceiling(b, &reply, err))
        return -1;
    term_say(TERM_BOLD, "%.*s", SLICE_ARG(buf_slice(&reply)));
    if (!b->yes) {
        buf_clear(&reply);
        phrase_add(&reply, b->tongue, PHRASE_CALL_NOW, NULL);
        yes = term_ask(buf_cstr(&reply), b->tongue == TONGUE_GERMAN ? 'j'
            : 'y');
    }
    if (yes < 0)
        return fail(err, ERR_USAGE, "nobody is there to say yes: give --yes");
    return yes ? 0 : fail(err, ERR_POLICY, "not called");
}

/* ---- following ---- */

static void show_status(void *arg)
{
    struct booking *b = arg;
    int64_t s = (sys_now() - b->state_at) / 1000;
    int64_t left = (b->question_until - sys_now()) / 1000;

    if (!b->json && b->question[0])
        term_status("%s %d:%02d, answer within %d s: %.*s", b->state,
            (int)(s / 60), (int)(s % 60), (int)(left < 0 ? 0 : left),
            (int)b->typed_n, b->typed);
    else if (!b->json)
        term_status("%s %d:%02d", b->state, (int)(s / 60), (int)(s % 60));
    loop_in(b->loop, &b->tick, TICK);
}

/* ---- a question in mid-call ---- */

static void close_question(struct booking *b)
{
    b->question[0] = 0;
    b->typed_n = 0;
    loop_unwatch(b->loop, &b->in);
}

static void on_answered(void *arg, const struct httpc_answer *a,
    const struct err *err)
{
    struct err why = {0};

    (void)arg;
    if (!err && a->head->status < 300)
        return;
    if (!err)
        client_refusal(a->head->status, a->body, &why);
    term_say(TERM_RED, "not answered: %s", err ? err->msg : why.msg);
}

static void send_answer(struct booking *b, struct slice text)
{
    uint8_t mem[2048];
    struct buf body;
    struct jsonw w;
    struct err err = {0};
    char path[80];

    buf_over(&body, mem, sizeof mem);
    jsonw_begin(&w, &body);
    jsonw_object(&w);
    jsonw_kcstr(&w, "question_id", b->question);
    jsonw_kstr(&w, "text", text);
    jsonw_end(&w);
    text_fmt(path, sizeof path, "/v1/calls/%s/answer", b->id);
    if (client_start(&b->client, "POST", path, buf_slice(&body), on_answered,
        b, &err))
        term_say(TERM_RED, "not answered: %s", err.msg);
}

/* A line on stdin is the answer; its end means that nobody is there. */
static void on_typed(void *arg, int events)
{
    struct booking *b = arg;
    ssize_t n = sys_read(b->in.fd, b->typed + b->typed_n,
        sizeof b->typed - b->typed_n);
    struct slice line, rest;

    (void)events;
    if (n == SYS_AGAIN)
        return;
    if (n <= 0) {
        loop_unwatch(b->loop, &b->in);
        return;
    }
    b->typed_n += (size_t)n;
    rest = slice_of(b->typed, b->typed_n);
    while (slice_find(rest, SLICE("\n")) != SLICE_NPOS
        || rest.len == sizeof b->typed) {
        line = slice_trim_all(slice_cut(&rest, '\n'));
        if (line.len && b->question[0])
            send_answer(b, line);
    }
    memmove(b->typed, rest.ptr, rest.len);
    b->typed_n = rest.len;
}

static void open_question(struct booking *b, struct json question)
{
    char text[SYS_STAMP_MAX];
    int64_t until;
    int offset;

    close_question(b);
    json_copy(json_get(question, "id"), b->question, sizeof b->question);
    json_copy(json_get(question, "deadline"), text, sizeof text);
    if (date_parse_rfc3339(slice_str(text), &until, &offset))
        until = sys_wall();
    b->question_until = sys_now() + until - sys_wall();
    b->in = (struct watch){.fd = 0, .ready = on_typed, .arg = b};
    loop_watch(b->loop, &b->in, LOOP_READ);
}

static bool on_event(void *arg, struct slice type, struct slice data)
{
    struct booking *b = arg;
    struct json j;
    struct buf line;
    char state[sizeof b->state];

    if (json_parse(data, &j, NULL))
        return true;
    if (slice_is(type, "question"))
        open_question(b, j);
    if (slice_is(type, "status")) {
        bool open = json_get(j, "question").type != JSON_ABSENT;
        bool about = open || b->question[0];

        json_copy(json_get(j, "state"), state, sizeof state);
        if (!open)
            close_question(b);
        if (strcmp(state, b->state) != 0)
            b->state_at = sys_now();
        else if (about && !b->json)
            return true;        /* of the question alone */
        memcpy(b->state, state, sizeof b->state);
    }
    buf_init(&line, 64u << 10);
    if (b->json)
        buf_addf(&line, "{\"event\":\"%.*s\",\"data\":%.*s}",
            SLICE_ARG(type), SLICE_ARG(data));
    else
        tell_event(&line, type, j);
    if (line.len)
        term_say(slice_is(type, "transcript") ? TERM_PLAIN : TERM_DIM, "%s",
            buf_cstr(&line));
    buf_free(&line);
    return true;
}

static void hang_up(struct booking *b)
{
    struct call *c = b->own.server ? calls_find(b->own.server->calls,
        slice_str(b->id)) : NULL;
    char path[80];

    if (c) {
        call_hangup(c);
    } else if (!b->own.server) {
        text_fmt(path, sizeof path, "/v1/calls/%s/hangup", b->id);
        client_send(&b->client, "POST", path);
    }
}

/* Nothing more can be done from here.  A server goes on by itself; one of our
 * own left its intent in the journal, and the next one hangs up. */
static void leave(void *arg)
{
    const struct booking *b = arg;

    term_status("%s", "");
    if (b->placing || (b->own.server && calls_running(b->own.server->calls)))
        term_say(TERM_RED, "interrupted: it may still be ringing; the next "
            "start with this CONCIERGE_DIR hangs up");
    else
        term_say(TERM_RED, "interrupted");
    exit(130);
}

/* ^C once hangs up and waits for the end, twice for Twilio to have heard of it
 * and no longer than it takes to be sure, three times for nothing. */
static void on_signal(void *arg, int sig)
{
    struct booking *b = arg;

    if (sig == SIGHUP || sig == SIGUSR1)
        return;
    b->interrupts++;
    if (b->interrupts > 2 || (!b->id[0] && !b->placing)) {
        leave(b);               /* or nothing has been asked for yet */
    } else if (b->interrupts == 2) {
        term_say(TERM_YELLOW, "leaving as soon as nothing rings any more");
        b->leave = (struct timer){.fire = leave, .arg = b};
        loop_in(b->loop, &b->leave, LEAVE_WITHIN);
    } else {
        term_say(TERM_YELLOW, "hanging up (once more to leave at once)");
        if (b->id[0])           /* else when its id is known */
            hang_up(b);
    }
}

static int place(struct booking *b, struct err *err)
{
    struct buf body, answer;
    struct json call;
    struct jsonw w;
    int status = 0, rc = -1;

    buf_init(&body, 64u << 10);
    buf_init(&answer, ANSWER_MAX);
    jsonw_begin(&w, &body);
    asked_write(&w, &b->asked);
    b->placing = true;
    if (client_call(&b->client, "POST", "/v1/calls", buf_slice(&body),
        &status, &answer, err))
        goto out;
    b->placing = false;
    if (status >= 300) {
        client_refusal(status, buf_slice(&answer), err);
        goto out;
    }
    if (json_parse(buf_slice(&answer), &call, NULL)
        || !json_copy(json_get(call, "id"), b->id, sizeof b->id)) {
        fail(err, ERR_PROTO, "the server's answer has no id");
        goto out;
    }
    if (status == 200)
        term_say(TERM_YELLOW, "this was asked for before; it came to an end "
            "then, and nobody is called again");
    if (b->interrupts)
        hang_up(b);
    rc = 0;
out:
    b->placing = false;
    buf_free(&body);
    buf_free(&answer);
    return rc;
}

static int result(struct booking *b, struct err *err)
{
    struct buf answer, words;
    struct json call;
    char path[80];
    int status = 0, rc = -1;

    buf_init(&answer, ANSWER_MAX);
    buf_init(&words, 64u << 10);
    text_fmt(path, sizeof path, "/v1/calls/%s", b->id);
    if (client_call(&b->client, "GET", path, slice_str(NULL), &status,
        &answer, err))
        goto out;
    if (status != 200 || json_parse(buf_slice(&answer), &call, NULL)) {
        client_refusal(status, buf_slice(&answer), err);
        goto out;
    }
    if (b->json)
        buf_add(&words, slice_trim_all(buf_slice(&answer)));
    else
        tell_outcome(&words, b->tongue, call);
    buf_addc(&words, '\n');
    term_out(buf_slice(&words));
    rc = b->interrupts ? 130 : tell_exit(call);
out:
    buf_free(&answer);
    buf_free(&words);
    return rc;
}

/* ---- all of it ---- */

static int run(struct booking *b, struct err *err)
{
    int rc = -1;

    b->loop = loop_new(err);
    if (!b->loop)
        return -1;
    b->tick = (struct timer){.fire = show_status, .arg = b};
    b->state_at = sys_now();
    text_copy(b->state, sizeof b->state, SLICE("planned"));
    if (sigs_start(b->loop, on_signal, b, err) == 0
        && own_open(&b->own, &b->client, b->loop, b->conf, err) == 0
        && place(b, err) == 0) {
        show_status(b);
        if (client_events(&b->client, b->id, on_event, b, err) == 0)
            rc = result(b, err);
        loop_cancel(b->loop, &b->tick);
        close_question(b);
        term_status("%s", "");
    }
    client_close(&b->client);
    own_close(&b->own, b->loop);
    loop_unwatch(b->loop, &b->in);
    loop_cancel(b->loop, &b->leave);
    sigs_stop(b->loop);
    loop_free(b->loop);
    return rc;
}

int cmd_book(const struct conf *c, int argc, char **argv)
{
    struct booking b = {.conf = c};
    struct err err = {0};
    int rc;

    b.yes = cmd_flag(&argc, argv, "--yes");
    b.json = cmd_flag(&argc, argv, "--json");
    b.offline = cmd_flag(&argc, argv, "--offline");
    plan_clear(&b.plan);
    if (take_options(&b, &argc, argv, &err))
        return term_fail(&err);
    rc = cmd_rest(argc, argv, 0, 1);
    if (rc)
        return rc;
    if (argc < 2 && !b.asked.restaurant[0])
        return term_usage("book: what? concierge book \"a table at ... for 4 "
            "tomorrow at 7 pm\"");
    if (understood(&b, argc > 1 ? argv[1] : NULL, &err))
        return term_fail(&err);
    if (agree(&b, &err))
        return term_fail(&err);
    rc = run(&b, &err);
    return rc < 0 ? term_fail(&err) : rc;
}
