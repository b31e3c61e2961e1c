/* stream.c - the command: what to play and where, then one run on a loop of
 * its own.
 */
#include "app/stream_impl.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "app/term.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/rand.h"
#include "base/text.h"
#include "codec/url.h"
#include "codec/wav.h"
#include "net/sigs.h"
#include "net/tlsio.h"

#define SECONDS_MAX 3600
#define INTERRUPTED 130

const char stream_help[] =
    "Plays audio, judges what comes back; signs over the URL of "
    "PUBLIC_DOMAIN.\n"
    "\n"
    "  URL            of the stream; with --twiml where a tunnel would end, "
    "as\n"
    "                 ws://HOST:PORT or http://HOST:PORT\n"
    "  --twiml URL    ask there for TwiML first, and open the stream it names\n"
    "  --wav FILE     any WAV; \"-\" is standard input, bare mu-law as it "
    "comes too\n"
    "  --tones LIST   \"440,880:500\", Hz and ms; \"350+440\" at once, 0 "
    "is a pause\n"
    "  --dtmf KEYS    keys pressed after that, told as Twilio does; w waits\n"
    "  --seconds N    silence behind it before hanging up (2)\n"
    "  --faults LIST  "
    "late,lost,doubled,jitter,binary,sid,garbage,slow,half-open,\n"
    "                 no-stop,1006; --seed N says which frames (1)\n"
    "  --save FILE, --sent FILE  what came back, as WAV; what went, bare "
    "mu-law\n"
    "  --param K=V    a <Parameter> of the stream; may be repeated\n"
    "  --from NUMBER, --to NUMBER, --outbound, --call-sid CA...  asking "
    "for TwiML\n"
    "  --json         the summary as one object\n"
    "\n"
    "Examples:\n"
    "  concierge stream ws://127.0.0.1:8080/media-stream --param token=abc\n"
    "  concierge stream --twiml http://127.0.0.1:8080/incoming-call --json\n"
    "  espeak-ng --stdout \"hello?\" | concierge stream "
    "ws://localhost:8080/ --wav -\n";

/* ---- argv ---- */

struct options {
    const char *url, *twiml, *wav, *save, *sent, *from, *to, *call;
    const char *tones, *keys;
    uint32_t ills;
    uint64_t seed;
    int64_t after;              /* ms */
    bool json, outbound, help;
    struct stream_param param[STREAM_PARAMS];
    size_t params;
};

/* The value of "--name=VALUE" or "--name VALUE"; NULL: another option.  A
 * value that is missing is "". */
static const char *value_of(const char *name, int argc, char **argv, int *i)
{
    size_t n = strlen(name);

    if (strncmp(argv[*i], name, n) != 0)
        return NULL;
    if (argv[*i][n] == '=')
        return argv[*i] + n + 1;
    if (argv[*i][n])
        return NULL;
    return *i + 1 < argc ? argv[++*i] : "";
}

static int take_param(struct options *o, const char *value)
{
    struct slice rest = slice_str(value), name;

    if (!strchr(value, '='))
        return term_usage("--param wants NAME=VALUE, not \"%s\"", value);
    name = slice_cut(&rest, '=');
    if (!name.len)
        return term_usage("--param wants a name before the =");
    if (!stream_set_param(o->param, &o->params, name, rest))
        return term_usage("more than %d parameters", STREAM_PARAMS);
    return 0;
}

static int take_seconds(struct options *o, const char *value)
{
    uint64_t n;

    if (text_u64(slice_str(value), 0, SECONDS_MAX, &n))
        return term_usage("--seconds wants a number from 0 to %d, not \"%s\"",
            SECONDS_MAX, value);
    o->after = (int64_t)n * 1000;
    return 0;
}

static int take_faults(struct options *o, const char *value)
{
    struct slice rest = slice_str(value);
    size_t i;

    while (rest.ptr) {
        struct slice name = slice_trim(slice_cut(&rest, ','));

        for (i = 0; i < STREAM_ILLS; i++)
            if (slice_is(name, stream_ill_names[i]))
                break;
        if (i == STREAM_ILLS)
            return term_usage("there is no fault \"%.*s\"",
                SLICE_ARG(slice_head(name, 40)));
        o->ills |= UINT32_C(1) << i;
    }
    return 0;
}

static int take_seed(struct options *o, const char *value)
{
    if (text_u64(slice_str(value), 0, UINT32_MAX, &o->seed))
        return term_usage("--seed wants a number from 0 to %lu, not \"%s\"",
            (unsigned long)UINT32_MAX, value);
    return 0;
}

static int take_option(struct options *o, int argc, char **argv, int *i)
{
    const struct {
        const char *name, **to;
    } texts[] = {{"--twiml", &o->twiml}, {"--wav", &o->wav},
        {"--save", &o->save}, {"--sent", &o->sent}, {"--from", &o->from},
        {"--to", &o->to}, {"--call-sid", &o->call}, {"--tones", &o->tones},
        {"--dtmf", &o->keys}};
    const struct {
        const char *name;
        bool *to;
    } flags[] = {{"--json", &o->json}, {"--outbound", &o->outbound},
        {"--help", &o->help}, {"-h", &o->help}};
    const char *arg = argv[*i], *value;

    for (size_t k = 0; k < sizeof flags / sizeof *flags; k++)
        if (strcmp(arg, flags[k].name) == 0) {
            *flags[k].to = true;
            return 0;
        }
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        value = value_of(texts[k].name, argc, argv, i);
        if (!value)
            continue;
        *texts[k].to = value;
        return value[0] ? 0 : term_usage("%s wants a value", texts[k].name);
    }
    if ((value = value_of("--param", argc, argv, i)) != NULL)
        return take_param(o, value);
    if ((value = value_of("--seconds", argc, argv, i)) != NULL)
        return take_seconds(o, value);
    if ((value = value_of("--faults", argc, argv, i)) != NULL)
        return take_faults(o, value);
    if ((value = value_of("--seed", argc, argv, i)) != NULL)
        return take_seed(o, value);
    return term_usage("stream has no option \"%s\"", arg);
}

static int read_options(struct options *o, int argc, char **argv)
{
    bool words = false;

    for (int i = 1; i < argc; i++) {
        int status = 0;

        if (!words && strcmp(argv[i], "--") == 0)
            words = true;
        else if (!words && argv[i][0] == '-' && argv[i][1])
            status = take_option(o, argc, argv, &i);
        else if (o->url)
            return term_usage("one URL, not also \"%s\"", argv[i]);
        else
            o->url = argv[i];
        if (status)
            return status;
    }
    if (o->wav && o->tones)
        return term_usage("--wav or --tones, not both");
    if (!o->help && !o->url && !o->twiml)
        return term_usage("stream wants a URL, or --twiml URL");
    return 0;
}

/* ---- what a run needs ---- */

struct work {
    const struct conf *conf;
    struct options o;
    struct loop *loop;
    struct resolver *resolver;
    struct tlsctx *tls;
    struct httpc *httpc;
    struct stream_plan plan;
    struct stream_script script;
    struct stream_run *run;
    char account[40], call[40];
    uint8_t url[LIMIT_HTTP_LINE], known[LIMIT_HTTP_LINE],
        asked[LIMIT_HTTP_LINE];
    struct buf audio, save, sent, doc;
    uint8_t sniff[4];           /* of standard input, and not yet played */
    size_t sniffed;
    int save_fd, sent_fd;
    bool over;                  /* what the loop ran for */
    int signals;
    struct err err;             /* of asking for TwiML */
};

/* ---- files ---- */

static int play_file(struct buf *audio, const struct buf *file,
    const char *name, struct err *err)
{
    char msg[sizeof err->msg];

    if (stream_wav(audio, buf_slice(file), err) == 0)
        return 0;
    text_copy(msg, sizeof msg, slice_str(err->msg));
    return fail(err, err->code, "%s: %s", name, msg);
}

static int load_wav(struct buf *audio, const char *path, struct err *err)
{
    struct buf file;
    int r;

    buf_init(&file, STREAM_AUDIO);
    r = sys_slurp(path, &file, err) || play_file(audio, &file, path, err);
    buf_free(&file);
    return r ? -1 : 0;
}

/* ---- standard input ---- */

/* What there is of bare mu-law: whoever makes it may be speaking now. */
static size_t pull(void *arg, uint8_t *out, size_t n, bool *end)
{
    struct work *w = arg;
    size_t got = w->sniffed < n ? w->sniffed : n;
    ssize_t r = SYS_AGAIN;

    memcpy(out, w->sniff, got);
    w->sniffed -= got;
    memmove(w->sniff, w->sniff + got, w->sniffed);
    while (got < n && (r = sys_read_when(SYS_STDIN, out + got,
        n - got, false)) > 0)
        got += (size_t)r;
    *end = r == SYS_EOF || r == -1;
    return got;
}

/* A WAV is read to its end first, bare mu-law as it comes; with keys behind it
 * that too, for they begin in a frame that must be known. */
static int load_stdin(struct work *w, struct err *err)
{
    struct buf file;
    ssize_t r = 1;
    int bad = 0;

    while (w->sniffed < sizeof w->sniff && (r > 0 || r == SYS_AGAIN)) {
        r = sys_read_when(SYS_STDIN, w->sniff + w->sniffed, sizeof w->sniff
            - w->sniffed, true);
        w->sniffed += r > 0 ? (size_t)r : 0;
    }
    if (r == -1)
        return fail_sys(err, ERR_IO, "read standard input");
    if (w->sniffed == 0)
        return fail(err, ERR_DATA, "standard input has no audio");
    if (memcmp(w->sniff, "RIFF", sizeof w->sniff) && !w->o.keys) {
        w->plan.pull = pull;
        w->plan.pull_arg = w;
        return 0;
    }
    buf_init(&file, STREAM_AUDIO);
    buf_add(&file, slice_of(w->sniff, w->sniffed));
    if (sys_slurp_stdin(&file, err))
        bad = -1;
    else if (slice_starts(buf_slice(&file), "RIFF"))
        bad = play_file(&w->audio, &file, "standard input", err);
    else
        buf_add(&w->audio, buf_slice(&file));
    buf_free(&file);
    return bad;
}

static int load_audio(struct work *w, struct err *err)
{
    const struct options *o = &w->o;
    const char *tones = o->tones ? o->tones : o->keys ? NULL : STREAM_TONES;

    if (o->wav && strcmp(o->wav, "-") == 0 ? load_stdin(w, err)
        : o->wav ? load_wav(&w->audio, o->wav, err)
        : tones && stream_tones(&w->audio, slice_str(tones), err))
        return -1;
    if (!o->keys)
        return 0;
    w->plan.keys = slice_str(o->keys);
    w->plan.keys_at = (w->audio.len + STREAM_FRAME - 1) / STREAM_FRAME
        * STREAM_FRAME;
    return stream_keys(&w->audio, w->plan.keys, err);
}

static int open_out(const char *path, int *fd, struct err *err)
{
    if (!path)
        return 0;
    *fd = sys_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    return *fd < 0 ? fail_sys(err, ERR_IO, "write %s", path) : 0;
}

static int write_out(const char *path, int fd, struct slice head,
    const struct buf *b, struct err *err)
{
    if (fd < 0)
        return 0;
    if (sys_write_all(fd, head) || sys_write_all(fd, buf_slice(b)))
        return fail_sys(err, ERR_IO, "write %s", path);
    return buf_ok(b) ? 0 : fail(err, ERR_LIMIT, "%s: only the first %u MB "
        "were kept", path, STREAM_AUDIO >> 20);
}

/* ---- the command at work ---- */

static void say(void *arg, const char *line)
{
    (void)arg;
    term_say(TERM_PLAIN, "%s", line);
}

/* The first one ends the stream in good order, the second at once. */
static void on_signal(void *arg, int sig)
{
    struct work *w = arg;

    if (sig != SIGINT && sig != SIGTERM)
        return;
    w->signals++;
    if (w->run && w->signals == 1)
        stream_stop(w->run);
    else
        loop_stop(w->loop);
}

static void on_twiml(void *arg, const struct httpc_answer *a,
    const struct err *from)
{
    struct work *w = arg;

    w->over = true;
    if (stream_answer(a, from, &w->err) == 0) {
        buf_add(&w->doc, a->body);
        if (!buf_ok(&w->doc))
            fail(&w->err, ERR_MEM, "no memory for the TwiML");
    }
    loop_stop(w->loop);
}

static void on_done(void *arg, struct stream_run *run)
{
    struct work *w = arg;

    (void)run;
    w->over = true;
    loop_stop(w->loop);
}

static int run_loop(struct work *w, struct err *err)
{
    w->over = false;
    while (!w->over && w->signals < 2) {
        if (loop_run(w->loop))
            return fail_sys(err, ERR_IO, "wait for the network");
        if (w->signals && !w->run)
            break;
    }
    return 0;
}

static int need_tls(struct work *w, struct slice url, struct err *err)
{
    struct url u;
    const char *why;
    size_t at;

    if (w->tls || url_parse(url, &u, &at, &why) || !u.tls)
        return 0;
    w->tls = tlsctx_client(NULL, NULL, err);
    return w->tls ? 0 : -1;
}

static int start(struct work *w, struct err *err)
{
    struct resolve_conf dns = {.server = w->conf->dns_server[0]
        ? w->conf->dns_server : NULL};
    struct httpc_conf http = {.user_agent = "TwilioProxy/1.1", .max_kept = 1,
        .keep_ms = 1000};

    w->loop = loop_new(err);
    if (!w->loop)
        return -1;
    w->resolver = resolver_new(w->loop, &dns, err);
    if (!w->resolver || sigs_start(w->loop, on_signal, w, err))
        return -1;
    if (!w->o.twiml)
        return 0;
    if (need_tls(w, slice_str(w->o.twiml), err))
        return -1;
    http.resolver = w->resolver;
    http.tls = w->tls;
    w->httpc = httpc_new(w->loop, &http, err);
    return w->httpc ? 0 : -1;
}

/* The caller's side of the call when none was given: numbers of nobody. */
static void numbers(const struct work *w, struct stream_ask *ask)
{
    const char *ours = w->conf->twilio_phone_number[0]
        ? w->conf->twilio_phone_number : "+15005550006";
    const char *theirs = "+15005550001";

    ask->outbound = w->o.outbound;
    ask->from = slice_str(w->o.from ? w->o.from : ask->outbound ? ours
        : theirs);
    ask->to = slice_str(w->o.to ? w->o.to : ask->outbound ? theirs : ours);
}

static int ask_twiml(struct work *w, struct err *err)
{
    struct stream_ask ask = {
        .url = slice_str(w->o.twiml), .token = w->plan.token,
        .account = w->plan.account, .call = w->plan.call,
    };
    struct buf known;

    buf_over(&known, w->asked, sizeof w->asked);
    if (stream_known(&known, w->conf->public_base, ask.url, false, err))
        return -1;
    ask.known = buf_slice(&known);
    numbers(w, &ask);
    if (!stream_ask(w->httpc, &ask, on_twiml, w, err) || run_loop(w, err))
        return -1;
    if (!w->over || w->signals)
        return 0;
    if (w->err.code) {
        *err = w->err;
        return -1;
    }
    return stream_script_read(&w->script, buf_slice(&w->doc), ask.known, say,
        NULL, err);
}

static int origin_only(const char *url, struct err *err)
{
    struct url u;
    const char *why;
    size_t at;

    if (url_parse(slice_str(url), &u, &at, &why) == 0
        && (u.path.len > 1 || u.query.ptr))
        return fail(err, ERR_DATA, "with --twiml, \"%s\" may say host and "
            "port only: the path is the TwiML's", url);
    return 0;
}

/* The stream that the TwiML names, and where it is reached. */
static int plan_script(struct work *w, struct buf *url, struct buf *known,
    struct err *err)
{
    const char *over = w->o.url ? w->o.url
        : stream_near(slice_str(w->o.twiml)) ? w->o.twiml : NULL;

    for (size_t i = 0; i < w->script.params; i++)
        stream_set_param(w->plan.param, &w->plan.params,
            w->script.param[i].name, w->script.param[i].value);
    if (stream_known(known, "", w->script.url, true, err))
        return -1;
    return stream_over(url, over ? slice_str(over) : w->script.url,
        w->script.url, err);
}

static int plan_url(struct work *w, struct err *err)
{
    struct slice given = slice_str(w->o.url);
    struct buf url, known;
    int r;

    buf_over(&url, w->url, sizeof w->url);
    buf_over(&known, w->known, sizeof w->known);
    if (w->o.twiml)
        r = plan_script(w, &url, &known, err);
    else
        r = stream_over(&url, given, given, err)
            || stream_known(&known, stream_near(given)
            ? w->conf->public_base : "", given, true, err);
    if (r)
        return -1;
    if (!w->o.twiml && slice_chr(given, '?') != SLICE_NPOS)
        say(NULL, "the query is left out, as Twilio does: use --param");
    for (size_t i = 0; i < w->o.params; i++)
        if (!stream_set_param(w->plan.param, &w->plan.params,
            w->o.param[i].name, w->o.param[i].value))
            return fail(err, ERR_DATA, "more than %d parameters",
                STREAM_PARAMS);
    w->plan.url = buf_slice(&url);
    w->plan.known = buf_slice(&known);
    return need_tls(w, w->plan.url, err);
}

static int prepare(struct work *w, struct err *err)
{
    const struct conf *c = w->conf;

    buf_init(&w->audio, STREAM_AUDIO);
    buf_init(&w->save, STREAM_AUDIO);
    buf_init(&w->sent, STREAM_AUDIO);
    buf_init(&w->doc, LIMIT_TWIML);
    if (w->o.twiml && w->o.url && origin_only(w->o.url, err))
        return -1;
    if (load_audio(w, err)
        || open_out(w->o.save, &w->save_fd, err)
        || open_out(w->o.sent, &w->sent_fd, err))
        return -1;
    memcpy(w->account, "AC", 2);
    rand_hex(w->account + 2, 32);
    memcpy(w->call, "CA", 2);
    rand_hex(w->call + 2, 32);
    w->plan.account = slice_str(c->twilio_account_sid[0]
        ? c->twilio_account_sid : w->account);
    w->plan.call = slice_str(w->o.call ? w->o.call : w->call);
    w->plan.token = slice_str(c->twilio_auth_token);
    w->plan.audio = buf_slice(&w->audio);
    w->plan.after = w->o.after;
    w->plan.ills = w->o.ills;
    w->plan.seed = w->o.seed;
    w->plan.save = w->save_fd >= 0 ? &w->save : NULL;
    w->plan.sent = w->sent_fd >= 0 ? &w->sent : NULL;
    w->plan.say = say;
    if (!w->plan.token.len)
        say(NULL, "TWILIO_AUTH_TOKEN is not set: nothing is signed");
    return 0;
}

static int finish(struct work *w, struct err *err)
{
    const struct stream_facts *f = stream_facts(w->run);
    uint8_t head[WAV_HEAD];
    struct buf out;
    int status = w->signals ? INTERRUPTED : stream_exit(f);

    wav_head(head, 1, (uint32_t)w->save.len);
    if (f->handshake < 0 && f->err.code) {
        term_fail(&f->err);
        if (f->body[0])
            term_say(TERM_PLAIN, "%s", f->body);
    }
    buf_init(&out, 65536);
    if (w->o.json)
        stream_tell_json(&out, &w->plan, f);
    else
        stream_tell(&out, &w->plan, f);
    term_out(buf_slice(&out));
    buf_free(&out);
    if (write_out(w->o.save, w->save_fd, slice_of(head, sizeof head),
        &w->save, err)
        || write_out(w->o.sent, w->sent_fd, SLICE(""), &w->sent, err))
        return -1;
    return status;
}

/* Exit status, or -1 and *err. */
static int work(struct work *w, struct err *err)
{
    if (prepare(w, err) || start(w, err) || (w->o.twiml && ask_twiml(w, err)))
        return -1;
    if (w->signals)
        return INTERRUPTED;
    if (plan_url(w, err))
        return -1;
    w->run = stream_open(w->loop, w->resolver, w->tls, &w->plan, on_done, w,
        err);
    if (!w->run || run_loop(w, err))
        return -1;
    return w->over ? finish(w, err) : INTERRUPTED;
}

static void nothing(void *arg)
{
    (void)arg;
}

/* Rounds until the last conn has gone: a closing one has its own deadline.
 * The timer keeps a round from waiting for what never comes. */
static void drain(struct loop *l)
{
    struct timer t = {.fire = nothing};

    do {
        loop_in(l, &t, 10);
        loop_round(l);
    } while (loop_counts(l).watches > 0);
    loop_cancel(l, &t);
}

static void clean_up(struct work *w)
{
    stream_free(w->run);
    if (w->httpc)
        httpc_free(w->httpc);
    if (w->resolver)
        resolver_free(w->resolver);
    if (w->loop) {
        sigs_stop(w->loop);
        drain(w->loop);
        loop_free(w->loop);
    }
    tlsctx_free(w->tls);
    stream_script_free(&w->script);
    buf_free(&w->audio);
    buf_free(&w->save);
    buf_free(&w->sent);
    buf_free(&w->doc);
    if (w->save_fd >= 0)
        sys_close(w->save_fd);
    if (w->sent_fd >= 0)
        sys_close(w->sent_fd);
    mem_drop(w);
}

int cmd_stream(const struct conf *conf, int argc, char **argv)
{
    struct work *w = mem_new(sizeof *w);
    struct err err = {0};
    int status;

    if (!w) {
        fail(&err, ERR_MEM, "no memory for a stream");
        return term_fail(&err);
    }
    w->conf = conf;
    w->save_fd = w->sent_fd = -1;
    w->o.after = 2000;
    w->o.seed = 1;
    status = read_options(&w->o, argc, argv);
    if (status == 0 && w->o.help) {
        term_out(slice_str(stream_help));
    } else if (status == 0) {
        status = work(w, &err);
        if (status < 0)
            status = term_fail(&err);
    }
    clean_up(w);
    return status;
}
