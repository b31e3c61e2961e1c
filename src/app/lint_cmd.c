/* lint_cmd.c - lint: a document from a file, standard input or a URL, judged
 * and printed as a compiler would.
 */
#include <string.h>

#include "app/cmd.h"
#include "app/fetch.h"
#include "app/term.h"
#include "base/rand.h"
#include "base/sys.h"
#include "base/text.h"
#include "codec/jsonw.h"
#include "codec/url.h"
#include "net/tlsio.h"
#include "twilio/lint.h"

#define FILE_MAX (4u << 20)     /* bytes of a file that is read */
#define FINDINGS_MAX 200
#define WHAT_MAX 80             /* bytes shown of what it is about */

const char lint_help[] =
    "  FILE, or - for standard input, or the URL of a server: that is asked "
    "as\n  Twilio asks, by POST, signed when TWILIO_AUTH_TOKEN is set; "
    "redirects,\n  content type, size and time are judged too.\n\n"
    "  --inline            judge it as the Twiml parameter of a REST request\n"
    "  --json              one object a finding\n\n"
    "Exit status: 0 well or only warnings, 65 errors, 69 no document "
    "came.\n\n"
    "Examples:\n"
    "  concierge lint answer.xml\n"
    "  concierge lint https://voice.example.com/twiml --json\n"
    "  curl -s https://voice.example.com/twiml | concierge lint -\n";

/* ---- printing ---- */

static void print_number(struct jsonw *w, int number)
{
    if (number)
        jsonw_kint(w, "number", number);
    else
        jsonw_knull(w, "number");
}

static const char *level_word(char level)
{
    return level == 'E' ? "error" : "warning";
}

static void print_json(const struct lint_finding *f)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, 64u << 10);
    jsonw_begin(&w, &b);
    jsonw_object(&w);
    print_number(&w, f->number);
    jsonw_kcstr(&w, "level", level_word(f->level));
    jsonw_kint(&w, "line", f->line);
    jsonw_kint(&w, "column", f->column);
    jsonw_kcstr(&w, "message", f->message);
    jsonw_kcstr(&w, "remedy", f->remedy);
    jsonw_kstr(&w, "what", slice_head(f->what, 1000));
    jsonw_end(&w);
    buf_addc(&b, '\n');
    term_out(buf_slice(&b));
    buf_free(&b);
}

/* Behind the cause, so without the capital and the full stop of a sentence. */
static void add_remedy(struct buf *b, const char *remedy)
{
    struct slice s = slice_str(remedy);
    bool word = s.len > 1 && s.ptr[0] >= 'A' && s.ptr[0] <= 'Z'
        && s.ptr[1] >= 'a' && s.ptr[1] <= 'z';

    buf_adds(b, "; ");
    if (word)
        buf_addc(b, byte_lower(s.ptr[0]));
    buf_add(b, slice_head(slice_from(s, word), s.len - word
        - slice_ends(s, ".")));
    buf_addc(b, '\n');
}

static void print_text(const char *path, const struct lint_finding *f)
{
    struct buf b;

    buf_init(&b, 8u << 10);
    buf_addf(&b, "%s:%u:%u: %s", path, f->line, f->column,
        level_word(f->level));
    if (f->number)
        buf_addf(&b, " %d", f->number);
    if (f->last)
        buf_addf(&b, "-%d", f->last);
    buf_addf(&b, ": %s", f->message);
    if (f->what.len)
        buf_adds(&b, ": ");
    for (size_t i = 0; i < f->what.len; i++) {
        if (i >= WHAT_MAX && (f->what.ptr[i] & 0xc0) != 0x80)
            break;
        buf_addc(&b, f->what.ptr[i] < ' ' ? ' ' : f->what.ptr[i]);
    }
    add_remedy(&b, f->remedy);
    term_out(buf_slice(&b));
    buf_free(&b);
}

/* The exit status that the document deserves. */
static int judge(const char *path, struct slice doc, bool sent, bool json,
    bool noted)
{
    static struct lint_finding found[FINDINGS_MAX];
    size_t n = sent ? lint_inline(doc, found, FINDINGS_MAX)
        : lint_twiml(doc, found, FINDINGS_MAX);
    int rc = 0;

    for (size_t i = 0; i < n && i < FINDINGS_MAX; i++) {
        if (json)
            print_json(&found[i]);
        else
            print_text(path, &found[i]);
        if (found[i].level == 'E')
            rc = err_exit(ERR_DATA);
    }
    if (n > FINDINGS_MAX)
        term_say(TERM_YELLOW, "%s: and %zu more", path, n - FINDINGS_MAX);
    if (n == 0 && !noted && !json)
        term_say(TERM_GREEN, "%s: nothing to complain about", path);
    return rc;
}

/* ---- a URL ---- */

struct work {
    struct loop *loop;
    struct resolver *resolver;
    struct tlsctx *tls;
    struct httpc *http;
    struct fetch fetch;
    struct fetch_plan plan;
    bool over;
};

static void on_done(void *arg)
{
    struct work *w = arg;

    w->over = true;
}

static int connect_up(struct work *w, const struct conf *c, struct err *err)
{
    struct resolve_conf dns = {.server = c->dns_server[0] ? c->dns_server
        : NULL};
    struct httpc_conf http = {.user_agent = "TwilioProxy/1.1", .max_kept = 1,
        .keep_ms = 1000};

    w->loop = loop_new(err);
    if (!w->loop)
        return -1;
    w->resolver = resolver_new(w->loop, &dns, err);
    /* A redirect may lead to https. */
    w->tls = w->resolver ? tlsctx_client(NULL, NULL, err) : NULL;
    if (!w->tls)
        return -1;
    http.resolver = w->resolver;
    http.tls = w->tls;
    w->http = httpc_new(w->loop, &http, err);
    return w->http ? 0 : -1;
}

static int run(struct work *w, const struct conf *c, const char *url,
    struct err *err)
{
    char call[40];
    uint8_t bytes[16];

    rand_bytes(bytes, sizeof bytes);
    memcpy(call, "CA", 2);
    text_hex(call + 2, slice_of(bytes, sizeof bytes));
    w->plan = (struct fetch_plan){
        .url = slice_str(url), .public_base = c->public_base,
        .token = slice_str(c->twilio_auth_token),
        .account = slice_str(c->twilio_account_sid),
        .call = slice_str(call), .from = SLICE("+15005550001"),
        .to = slice_str(c->twilio_phone_number[0] ? c->twilio_phone_number
            : "+15005550006"),
    };
    if (connect_up(w, c, err) || fetch_start(&w->fetch, w->http, &w->plan,
        on_done, w, err))
        return -1;
    while (!w->over)
        if (loop_round(w->loop))
            return fail_sys(err, ERR_IO, "wait for the network");
    return 0;
}

static void tear_down(struct work *w)
{
    if (w->http)
        httpc_free(w->http);
    if (w->resolver)
        resolver_free(w->resolver);
    if (w->loop) {
        loop_tidy(w->loop);
        loop_free(w->loop);
    }
    tlsctx_free(w->tls);
    fetch_free(&w->fetch);
}

static void print_note(const char *url, const struct fetch_note *n, bool json)
{
    struct buf b;
    struct jsonw w;

    buf_init(&b, 8u << 10);
    if (json) {
        jsonw_begin(&w, &b);
        jsonw_object(&w);
        print_number(&w, n->number);
        jsonw_kcstr(&w, "level", level_word(n->level));
        jsonw_knull(&w, "line");
        jsonw_knull(&w, "column");
        jsonw_kcstr(&w, "message", n->text);
        jsonw_kcstr(&w, "remedy", n->remedy);
        jsonw_kcstr(&w, "what", url);
        jsonw_end(&w);
        buf_addc(&b, '\n');
    } else {
        buf_addf(&b, "%s: %s", url, level_word(n->level));
        if (n->number)
            buf_addf(&b, " %d", n->number);
        buf_addf(&b, ": %s", n->text);
        add_remedy(&b, n->remedy);
    }
    term_out(buf_slice(&b));
    buf_free(&b);
}

/* Nothing came to be judged: what the answer was, or that there was none. */
static int no_document(const struct fetch *f)
{
    return err_exit(f->err.sys == 12300 || f->err.sys == 11750
        || f->err.code == ERR_DATA ? ERR_DATA : f->err.code == ERR_MEM
        ? ERR_MEM : ERR_REMOTE);
}

static int lint_url(const struct conf *c, const char *url, bool json)
{
    struct work *w = &(struct work){.over = false};
    struct fetch *f = &w->fetch;
    struct err err = {0};
    int rc;

    if (run(w, c, url, &err)) {
        tear_down(w);
        return term_fail(&err);
    }
    if (f->redirects)
        term_say(TERM_DIM, "%s: redirected to %s", url, f->url);
    for (size_t i = 0; i < f->notes; i++)
        print_note(url, &f->note[i], json);
    rc = f->err.code ? no_document(f)
        : judge(url, buf_slice(&f->doc), false, json, f->notes > 0);
    tear_down(w);
    return rc;
}

/* ---- the command ---- */

static bool is_url(const char *s)
{
    struct slice u = slice_str(s);

    return slice_find(u, SLICE("://")) != SLICE_NPOS
        && !slice_starts(u, "/") && !slice_starts(u, ".");
}

int cmd_lint(const struct conf *c, int argc, char **argv)
{
    bool json = cmd_flag(&argc, argv, "--json");
    bool sent = cmd_flag(&argc, argv, "--inline");
    struct err err = {0};
    struct buf doc;
    int rc = cmd_rest(argc, argv, 1, 1);

    if (rc)
        return rc;
    if (is_url(argv[1]))
        return lint_url(c, argv[1], json);
    buf_init(&doc, FILE_MAX);
    if ((strcmp(argv[1], "-") == 0 ? sys_slurp_stdin(&doc, &err)
        : sys_slurp(argv[1], &doc, &err)) == 0)
        rc = judge(argv[1], buf_slice(&doc), sent, json, false);
    buf_free(&doc);
    return err.code ? term_fail(&err) : rc;
}
