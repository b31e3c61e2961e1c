/* conf_test.c - every setting from every source, and who wins. */
#include "app/conf.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "codec/json.h"
#include "tests/tap.h"

static struct conf c;
static struct err err;
static char dir[] = "/tmp/conf_testXXXXXX";
static char env_path[64];

/* Names the person running the tests may have set. */
static const char *const names[] = {"TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN",
    "TWILIO_AUTH_TOKEN_FILE", "TWILIO_API_KEY", "TWILIO_API_SECRET",
    "TWILIO_PHONE_NUMBER", "TWILIO_API_BASE", "TWILIO_VOICE_BASE",
    "TWILIO_MONITOR_BASE", "OPENAI_API_KEY", "OPENAI_API_KEY_FILE",
    "OPENAI_BASE_URL", "REALTIME_URL", "REALTIME_MODEL", "REALTIME_VOICE",
    "REALTIME_TRANSCRIPTION", "REALTIME_DIALECT", "AGENT_MODEL",
    "PUBLIC_DOMAIN", "PUBLIC_URL", "PUBLIC_BASE_URL", "SERVER_HOST",
    "SERVER_PORT", "SERVER_URL", "LOG_LEVEL", "LOG_FORMAT", "CONCIERGE_NAME",
    "CONCIERGE_PHONE", "CONCIERGE_TOKEN", "CONCIERGE_DIR", "CONCIERGE_TYPO",
    "ALLOWED_NUMBERS", "DISCLOSURE", "DISCLOSURE_BY", "INBOUND_PROMPT_FILE",
    "LANGUAGE", "ZONE", "TZ", "TLS_CERT", "TLS_KEY", "MAX_CALLS",
    "MAX_CALL_SECONDS", "RECORDING", "KEEP_DAYS", "QUIET_HOURS", "PARTY_MAX",
    "PRICES_FILE", "RESTAURANTS_FILE", "WEBHOOK_URL", "WEBHOOK_SECRET",
    "WEBHOOK_SECRET_OLD", "WEBHOOK_SECRET_FILE",
    "ALLOW_ORIGIN", "TRUSTED_PROXIES", "DNS_SERVER"};

static void clean(void)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
}

static void file(const char *name, const char *text, mode_t mode)
{
    FILE *f;

    text_fmt(env_path, sizeof env_path, "%s/%s", dir, name);
    f = fopen(env_path, "w");
    if (!f)
        abort();
    fputs(text, f);
    fclose(f);
    chmod(env_path, mode);
}

/* Loads with these arguments, blanks between, after the file env_path. */
static int load(const char *args)
{
    static char text[600];
    char *argv[64] = {(char *)(uintptr_t)"concierge"};
    int argc = 1;

    text_copy(text, sizeof text, slice_str(args));
    for (char *s = text; *s; ) {
        argv[argc++] = s;
        while (*s && *s != ' ')
            s++;
        if (*s)
            *s++ = 0;
    }
    err = (struct err){ERR_NONE, 0, ""};
    return conf_load(&c, &argc, argv, &err);
}

static int load_env(const char *env, const char *args)
{
    char all[600];

    file("env", env, 0600);
    text_fmt(all, sizeof all, "--env-file %s%s%s", env_path, *args ? " " : "",
        args);
    return load(all);
}

static void is(const char *got, const char *want, const char *what)
{
    tap_is_str(slice_str(got), want, what);
}

static void test_defaults(void)
{
    tap_is_int(load(""), 0, "nothing set is fine");
    is(c.server_host, "127.0.0.1", "SERVER_HOST");
    tap_is_int(c.server_port, 8080, "SERVER_PORT");
    is(c.server_url, "http://127.0.0.1:8080", "SERVER_URL");
    is(c.realtime_model, "gpt-realtime-2.1", "REALTIME_MODEL");
    is(c.realtime_voice, "marin", "REALTIME_VOICE");
    is(c.realtime_transcription, "gpt-transcribe", "REALTIME_TRANSCRIPTION");
    is(c.realtime_dialect, "ga", "REALTIME_DIALECT");
    is(c.twilio_api_base, "https://api.twilio.com", "TWILIO_API_BASE");
    tap_is_int(c.max_calls, 10, "MAX_CALLS");
    tap_is_int(c.max_call_seconds, 600, "MAX_CALL_SECONDS");
    tap_is_int(c.quiet_from, 21 * 60, "QUIET_HOURS from");
    tap_is_int(c.quiet_to, 8 * 60, "QUIET_HOURS to");
    tap_is_int(c.recording, CONF_RECORDING_ON, "RECORDING");
    tap_is_int(c.disclosure_by, CONF_BY_MODEL, "DISCLOSURE_BY");
    tap_is_int(c.log_level, LOG_INFO, "LOG_LEVEL");
    is(c.disclosure, "Hello, this is an automated assistant calling on behalf "
        "of {name}.", "DISCLOSURE");
    is(c.dir, "./concierge-data", "CONCIERGE_DIR");
    is(conf_source(&c, "SERVER_PORT"), "default", "and where from");
    tap_ok(!conf_source(&c, "SERVER_PORTS"), "an unknown name has no source");
    tap_ok(c.zone[0] != 0, "some zone is there");
    tap_ok(!c.echo && c.now == -1, "no echo, no --now");
    tap_is_int(c.max_body, 1 << 20, "--max-body");
    tap_ok(!conf_warning(&c, 0), "no warning");
}

static void test_order(void)
{
    load_env("MAX_CALLS=3\n", "");
    tap_is_int(c.max_calls, 3, ".env beats the default");
    tap_ok(slice_ends(slice_str(conf_source(&c, "MAX_CALLS")), " line 1"),
        "and says its line");
    setenv("MAX_CALLS", "4", 1);
    load_env("MAX_CALLS=3\n", "");
    tap_is_int(c.max_calls, 4, "the environment beats .env");
    is(conf_source(&c, "MAX_CALLS"), "environment", "and says so");
    load_env("MAX_CALLS=3\n", "--max-calls 5");
    tap_is_int(c.max_calls, 5, "a flag beats both");
    is(conf_source(&c, "MAX_CALLS"), "--max-calls", "and says so");
    load_env("MAX_CALLS=3\n", "--max-calls=6");
    tap_is_int(c.max_calls, 6, "with = too");
    setenv("MAX_CALLS", "", 1);
    load_env("MAX_CALLS=3\n", "");
    tap_is_int(c.max_calls, 3, "an empty value is not set");
    load_env("MAX_CALLS=\n", "");
    tap_is_int(c.max_calls, 10, "in .env too");
    load_env("MAX_CALLS=1\nMAX_CALLS=2\n", "");
    tap_is_int(c.max_calls, 2, "the last of equal lines wins");
    clean();
}

static void test_argv(void)
{
    static char a0[] = "concierge", a1[] = "plan", a2[] = "--json",
        a3[] = "--server-port", a4[] = "0", a5[] = "text", a6[] = "--echo",
        a7[] = "--", a8[] = "--max-calls";
    char *argv[] = {a0, a1, a2, a3, a4, a5, a6, a7, a8, NULL};
    int argc = 9;

    tap_is_int(conf_load(&c, &argc, argv, &err), 0, "options are taken out");
    tap_is_int(argc, 6, "the rest stays");
    tap_ok(argv[1] == a1 && argv[2] == a2 && argv[3] == a5 && argv[4] == a7
        && argv[5] == a8 && !argv[6], "in order, from -- on untouched");
    tap_is_int(c.server_port, 0, "a flag's value");
    is(c.server_url, "", "port 0: nobody knows where");
    tap_ok(c.echo, "a flag without a value");
    tap_is_int(load("--echo=1"), -1, "which takes none");
    tap_is_int(load("--max-calls"), -1, "a flag without its value");
    is(err.msg, "--max-calls wants a value", "says so");
    tap_is_int(load("--openai-api-key sk-1"), -1, "a secret has no flag");
    tap_ok(!strstr(err.msg, "sk-1"), "and is not repeated");
    tap_is_int(load("--now 2026-11-22T12:00:00+01:00"), 0, "--now");
    tap_is_int(c.now, INT64_C(1795345200000), "its moment");
    tap_is_int(c.now_offset, 3600, "its offset");
    tap_is_int(load("--now noon"), -1, "--now noon");
    is(conf_source(&c, "NOW"), "--now", "an option has a source too");
    setenv("MAX_BODY", "2048", 1);
    load("");
    tap_is_int(c.max_body, 1 << 20, "an option is no environment name");
    unsetenv("MAX_BODY");
}

static void test_env_file(void)
{
    tap_is_int(load_env("\xef\xbb\xbf# settings\r\n\r\n"
        "  export CONCIERGE_NAME = \"Leo \\\"the\\\" L\\u00\"  # me\r\n"
        "REALTIME_VOICE=cedar # nice\r\n"
        "REALTIME_MODEL='a # b'\r\n"
        "AGENT_MODEL=a#b\r\n"
        "OTHER_PROGRAMS=1\r\n"
        "CONCIERGE_PHONE=\"+49 (30) 123-4567\"", ""), 0, "a file as others "
        "write it");
    is(c.name, "Leo \"the\" Lu00", "double quotes");
    is(c.realtime_voice, "cedar", "a comment behind");
    is(c.realtime_model, "a # b", "single quotes");
    is(c.agent_model, "a#b", "# inside a word");
    is(c.phone, "+49301234567", "a number as people write it");

    tap_is_int(load_env("A=1\nCONCIERGE_TYPO=1\n", ""), -1,
        "an unknown CONCIERGE_ name");
    tap_ok(strstr(err.msg, "line 2: there is no setting CONCIERGE_TYPO")
        != NULL, "is named, with its line");
    tap_is_int(err_exit(err.code), 78, "exit 78");
    tap_is_int(load_env("A\n", ""), -1, "a name without =");
    tap_ok(strstr(err.msg, "line 1: a name without =") != NULL, "says so");
    tap_is_int(load_env("\n=x\n", ""), -1, "= without a name");
    tap_is_int(load_env("A=\"x\n", ""), -1, "an open quote");
    tap_is_int(load_env("A='x' y\n", ""), -1, "something after a quote");
    tap_is_int(load_env("CONCIERGE_TOKEN_FILE=\n", ""), 0,
        "NAME_FILE of a secret is known");
    tap_is_int(load_env("CONCIERGE_NAME_FILE=x\n", ""), -1,
        "of another setting not");
    tap_is_int(load("--env-file /nonexistent/env"), -1,
        "a named file must be there");
    setenv("CONCIERGE_TYPO", "1", 1);
    tap_is_int(load(""), -1, "an unknown name in the environment");
    is(err.msg, "environment: there is no setting CONCIERGE_TYPO", "is named");
    clean();
}

static void test_secrets(void)
{
    char env[200], path[64];

    file("key", "  sk-file \r\n", 0600);
    text_copy(path, sizeof path, slice_str(env_path));
    setenv("OPENAI_API_KEY_FILE", path, 1);
    tap_is_int(load(""), 0, "NAME_FILE");
    is(c.openai_api_key, "sk-file", "is read and trimmed");
    setenv("OPENAI_API_KEY", "sk-env", 1);
    load("");
    is(c.openai_api_key, "sk-env", "NAME comes first");
    clean();
    text_fmt(env, sizeof env, "OPENAI_API_KEY_FILE=%s\n", path);
    load_env(env, "");
    is(c.openai_api_key, "sk-file", "NAME_FILE in .env");
    text_fmt(env, sizeof env, "--openai-api-key-file %s", path);
    load(env);
    is(c.openai_api_key, "sk-file", "and as a flag");
    tap_ok(strstr(conf_source(&c, "OPENAI_API_KEY"), path) != NULL,
        "the source names the file");
    setenv("OPENAI_API_KEY_FILE", "/nonexistent/key", 1);
    tap_is_int(load(""), -1, "a missing file is an error");
    tap_ok(strstr(err.msg, "OPENAI_API_KEY") != NULL, "naming the setting");
    file("empty", " \n", 0600);
    setenv("OPENAI_API_KEY_FILE", env_path, 1);
    tap_is_int(load(""), -1, "so is an empty one");
    clean();
    setenv("OPENAI_API_KEY", "sk one", 1);
    tap_is_int(load(""), -1, "a blank inside a secret");
    tap_ok(!strstr(err.msg, "sk one"), "is refused without showing it");
    clean();
    tap_is_int(load_env("OPENAI_API_KEY=sk-1\n", ""), 0, "mode 0600");
    tap_ok(!conf_warning(&c, 0), "is fine");
    chmod(env_path, 0644);
    text_fmt(env, sizeof env, "--env-file %s", env_path);
    load(env);
    tap_ok(conf_warning(&c, 0) && strstr(conf_warning(&c, 0), "chmod 600"),
        "0644 with a secret inside is warned about");
    load_env("MAX_CALLS=2\n", "");
    chmod(env_path, 0644);
    load(env);
    tap_ok(!conf_warning(&c, 0), "without one it is not");
}

/* Name, value, and what the field is then; NULL: refused. */
static void test_values(void)
{
    static const struct {
        const char *name, *value, *want;
        size_t at;
    } rows[] = {
#define ROW(n, v, w, f) {n, v, w, offsetof(struct conf, f)}
        ROW("TWILIO_ACCOUNT_SID", "AC0123456789abcdef0123456789ABCDEF",
            "AC0123456789abcdef0123456789ABCDEF", twilio_account_sid),
        ROW("TWILIO_ACCOUNT_SID", "SK0123456789abcdef0123456789abcdef", NULL,
            twilio_account_sid),
        ROW("TWILIO_ACCOUNT_SID", "AC0123", NULL, twilio_account_sid),
        ROW("TWILIO_API_KEY", "SK0123456789abcdef0123456789abcdef",
            "SK0123456789abcdef0123456789abcdef", twilio_api_key),
        ROW("TWILIO_PHONE_NUMBER", "+1 (555) 123-0000", "+15551230000",
            twilio_phone_number),
        ROW("TWILIO_PHONE_NUMBER", "15551230000", NULL, twilio_phone_number),
        ROW("TWILIO_PHONE_NUMBER", "+0551230000", NULL, twilio_phone_number),
        ROW("TWILIO_PHONE_NUMBER", "+123456", NULL, twilio_phone_number),
        ROW("TWILIO_PHONE_NUMBER", "+1234567890123456", NULL,
            twilio_phone_number),
        ROW("TWILIO_PHONE_NUMBER", "+1555123000x", NULL, twilio_phone_number),
        ROW("TWILIO_API_BASE", "https://api.dublin.ie1.twilio.com/",
            "https://api.dublin.ie1.twilio.com", twilio_api_base),
        ROW("TWILIO_API_BASE", "http://127.0.0.1:9", "http://127.0.0.1:9",
            twilio_api_base),
        ROW("TWILIO_API_BASE", "http://localhost:9", "http://localhost:9",
            twilio_api_base),
        ROW("TWILIO_API_BASE", "http://[::1]:9", "http://[::1]:9",
            twilio_api_base),
        ROW("TWILIO_API_BASE", "http://10.0.0.1", NULL, twilio_api_base),
        ROW("TWILIO_API_BASE", "http://localhost.evil.com", NULL,
            twilio_api_base),
        ROW("TWILIO_API_BASE", "http://api.twilio.com", NULL,
            twilio_api_base),
        ROW("TWILIO_API_BASE", "wss://api.twilio.com", NULL, twilio_api_base),
        ROW("TWILIO_API_BASE", "https://a:b@api.twilio.com", NULL,
            twilio_api_base),
        ROW("TWILIO_API_BASE", "https://api.twilio.com/?x", NULL,
            twilio_api_base),
        ROW("OPENAI_BASE_URL", "http://192.168.1.5:11434/v1/",
            "http://192.168.1.5:11434/v1", openai_base_url),
        ROW("OPENAI_BASE_URL", "http://ollama:11434/v1",
            "http://ollama:11434/v1", openai_base_url),
        ROW("OPENAI_BASE_URL", "http://8.8.8.8/v1", NULL, openai_base_url),
        ROW("OPENAI_BASE_URL", "http://example.com/v1", NULL,
            openai_base_url),
        ROW("REALTIME_URL", "ws://127.0.0.1:9/v1/realtime?model=x",
            "ws://127.0.0.1:9/v1/realtime?model=x", realtime_url),
        ROW("REALTIME_URL", "ws://10.0.0.1/", NULL, realtime_url),
        ROW("REALTIME_URL", "wss://h/v1#x", NULL, realtime_url),
        ROW("REALTIME_DIALECT", "BETA", "beta", realtime_dialect),
        ROW("REALTIME_DIALECT", "gamma", NULL, realtime_dialect),
        ROW("SERVER_HOST", "localhost", "127.0.0.1", server_host),
        ROW("SERVER_HOST", "::", "::", server_host),
        ROW("SERVER_HOST", "example.com", NULL, server_host),
        ROW("DNS_SERVER", "9.9.9.9", "9.9.9.9", dns_server),
        ROW("DNS_SERVER", "127.0.0.1:5353", "127.0.0.1:5353", dns_server),
        ROW("DNS_SERVER", "[::1]:5353", "[::1]:5353", dns_server),
        ROW("DNS_SERVER", "dns.example.com", NULL, dns_server),
        ROW("DNS_SERVER", "9.9.9.9:0", NULL, dns_server),
        ROW("TRUSTED_PROXIES", "10.0.0.0/8, ::1 192.168.1.1",
            "10.0.0.0/8,::1,192.168.1.1", trusted_proxies),
        ROW("TRUSTED_PROXIES", "10.0.0.0/33", NULL, trusted_proxies),
        ROW("TRUSTED_PROXIES", "proxy", NULL, trusted_proxies),
        ROW("ALLOW_ORIGIN", "https://a.example/,http://localhost:3000",
            "https://a.example,http://localhost:3000", allow_origin),
        ROW("ALLOW_ORIGIN", "https://a.example/path", NULL, allow_origin),
        ROW("ALLOW_ORIGIN", "*", NULL, allow_origin),
        ROW("ALLOWED_NUMBERS", "+49 30*; +1 555 123 0000,",
            "+4930*,+15551230000", allowed_numbers),
        ROW("ALLOWED_NUMBERS", "*", "*", allowed_numbers),
        ROW("ALLOWED_NUMBERS", "030*", NULL, allowed_numbers),
        ROW("ALLOWED_NUMBERS", "+49*30", NULL, allowed_numbers),
        ROW("LANGUAGE", "de", "de", language),
        ROW("LANGUAGE", "DE-at", "de", language),
        ROW("LANGUAGE", "en_US:en", "en", language),
        ROW("LANGUAGE", "C", "en", language),
        ROW("LANGUAGE", "german", NULL, language),
        ROW("ZONE", "Europe/Berlin", "Europe/Berlin", zone),
        ROW("ZONE", "Europe/Atlantis", NULL, zone),
        ROW("ZONE", "../etc/passwd", NULL, zone),
        ROW("WEBHOOK_URL", "https://a.example/hook?x=1",
            "https://a.example/hook?x=1", webhook_url),
        ROW("WEBHOOK_URL", "http://a.example/hook", NULL, webhook_url),
        ROW("WEBHOOK_URL", "https://u:p@a.example/hook", NULL, webhook_url),
        ROW("REALTIME_VOICE", "a\tb", NULL, realtime_voice),
        ROW("REALTIME_VOICE", "a\xff", NULL, realtime_voice),
#undef ROW
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int r;

        setenv("WEBHOOK_SECRET", "s3cret", 1);  /* WEBHOOK_URL wants one */
        setenv(rows[i].name, rows[i].value, 1);
        r = load("");
        if (rows[i].want)
            tap_ok(r == 0 && strcmp((char *)&c + rows[i].at, rows[i].want)
                == 0, "%s=%s gives %s", rows[i].name, rows[i].value,
                rows[i].want);
        else
            tap_ok(r == -1 && err.code == ERR_CONF
                && strncmp(err.msg, rows[i].name, strlen(rows[i].name)) == 0
                && strstr(err.msg, "(environment): "), "%s=%s is refused: %s",
                rows[i].name, rows[i].value, err.msg);
        clean();
    }
}

static void test_webhook(void)
{
    tap_is_int(load_env("\nWEBHOOK_URL=https://a.example/hook\n", ""), -1,
        "a webhook that signs nothing is none");
    tap_ok(err.code == ERR_CONF && slice_starts(slice_str(err.msg),
        "WEBHOOK_URL (") && strstr(err.msg, "line 2): WEBHOOK_SECRET, which")
        != NULL, "it says where it is from and what is missing");
    tap_is_int(load_env("WEBHOOK_SECRET=s3cret\n", ""), 0,
        "a secret alone harms nobody");
}

/* HUP: flags and environment as they were, files as they are. */
static void test_again(void)
{
    static struct conf fresh;
    char args[300], secret[200];

    file("secret", "0ld", 0600);
    text_copy(secret, sizeof secret, slice_str(env_path));
    text_fmt(args, sizeof args, "--max-calls 5 --webhook-secret-file %s",
        secret);
    setenv("KEEP_DAYS", "7", 1);
    tap_is_int(load_env("WEBHOOK_URL=https://a.example/\nPARTY_MAX=3\n", args),
        0, "settings from everywhere");
    file("secret", "n3w", 0600);
    file("env", "WEBHOOK_URL=https://b.example/\nMAX_CALLS=9\n", 0600);
    tap_is_int(conf_again(&fresh, &c, &err), 0, "read again");
    is(fresh.webhook_url, "https://b.example/", "the file as it is");
    is(fresh.webhook_secret, "n3w", "a secret's file, too");
    tap_is_int(fresh.max_calls, 5, "a flag stays");
    tap_is_int(fresh.keep_days, 7, "and the environment");
    tap_is_int(fresh.party_max, 12, "what went has its default");
    is(c.webhook_url, "https://a.example/", "the first ones are untouched");
    file("env", "CONCIERGE_TYPO=1\n", 0600);
    tap_is_int(conf_again(&fresh, &c, &err), -1, "a bad file is refused");
    unlink(env_path);
    unlink(secret);
    clean();
}

static void test_public(void)
{
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"voice.example.com", "https://voice.example.com"},
        {"https://voice.example.com/", "https://voice.example.com"},
        {"http://Voice.Example.com", "https://voice.example.com"},
        {"wss://voice.example.com//", "https://voice.example.com"},
        {"  voice.example.com \r\n", "https://voice.example.com"},
        {"\xef\xbb\xbfvoice.example.com", "https://voice.example.com"},
        {"voice.example.com:8443", "https://voice.example.com:8443"},
        {"https://voice.example.com/Phone/",
            "https://voice.example.com/Phone"},
        {"voice_x.example.com", NULL}, {"https://", NULL}, {"a b", NULL},
        {"voice.example.com?x", NULL}, {"u@voice.example.com", NULL},
        {"ftp://voice.example.com", NULL}, {"", NULL},
    };
    char out[CONF_TEXT];
    const char *why;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int r = conf_public_base(slice_str(rows[i].text), out, sizeof out,
            &why);

        if (rows[i].want)
            is(r ? why : out, rows[i].want, rows[i].text);
        else
            tap_ok(r == -1, "\"%s\" is refused", rows[i].text);
    }
    setenv("PUBLIC_BASE_URL", "https://c.example", 1);
    load("");
    is(c.public_base, "https://c.example", "the second alias");
    is(conf_source(&c, "PUBLIC_URL"), "environment PUBLIC_BASE_URL",
        "and its source");
    setenv("PUBLIC_URL", "https://b.example/", 1);
    load("");
    is(c.public_base, "https://b.example", "the first alias wins over it");
    setenv("PUBLIC_DOMAIN", "a.example", 1);
    load("");
    is(c.public_base, "https://a.example", "the name wins over both");
    setenv("PUBLIC_DOMAIN", "AUTO", 1);
    load("");
    tap_ok(c.public_auto && !c.public_base[0], "auto");
    clean();
    load_env("PUBLIC_DOMAIN=a.example\nPUBLIC_URL=b.example\n", "");
    is(c.public_base, "https://a.example", "the same in .env");
}

static void test_ranges(void)
{
    tap_is_int(load("--server-port 70000"), -1, "a port too high");
    is(err.msg, "SERVER_PORT (--server-port): \"70000\" is no number from 0 "
        "to 65535", "setting, source and range");
    tap_is_int(load("--max-calls 0"), -1, "MAX_CALLS 0");
    tap_is_int(load("--max-calls 1001"), -1, "MAX_CALLS 1001");
    tap_is_int(load("--max-call-seconds 3601"), -1, "MAX_CALL_SECONDS 3601");
    tap_is_int(load("--keep-days 0"), 0, "KEEP_DAYS 0");
    tap_is_int(load("--keep-days -1"), -1, "KEEP_DAYS -1");
    tap_is_int(load("--keep-days 1x"), -1, "KEEP_DAYS 1x");
    tap_is_int(load("--max-message 10"), -1, "--max-message 10");
    load("--recording off --log-format json --log-level DEBUG "
        "--disclosure-by say --quiet-hours off --language de");
    tap_is_int(c.recording, CONF_RECORDING_OFF, "--recording off");
    tap_ok(c.log_json, "--log-format json");
    tap_is_int(c.log_level, LOG_DEBUG, "--log-level DEBUG");
    tap_is_int(c.disclosure_by, CONF_BY_SAY, "--disclosure-by say");
    tap_is_int(c.quiet_from, -1, "--quiet-hours off");
    tap_ok(slice_starts(slice_str(c.disclosure), "Guten Tag"),
        "a German disclosure for German calls");
    load("--recording no");
    tap_is_int(c.recording, CONF_RECORDING_OFF, "--recording no");
    tap_is_int(load("--recording maybe"), -1, "--recording maybe");
    load("--quiet-hours 22:30-06:15");
    tap_ok(c.quiet_from == 1350 && c.quiet_to == 375, "--quiet-hours");
    tap_is_int(load("--quiet-hours 22-06"), -1, "--quiet-hours 22-06");
    tap_is_int(load("--quiet-hours 08:00-08:00"), -1, "an empty span");
    load("--server-host :: --server-port 99");
    is(c.server_url, "http://[::1]:99", "commands reach :: by ::1");
    load("--server-host 0.0.0.0 --tls-cert a --tls-key b");
    is(c.server_url, "https://127.0.0.1:8080", "and https with TLS");
    tap_is_int(load("--tls-cert a"), -1, "a certificate without a key");
    setenv("TZ", ":Europe/Berlin", 1);
    load("");
    is(c.zone, "Europe/Berlin", "TZ is this machine's zone");
    is(conf_source(&c, "ZONE"), "TZ", "and the source");
    clean();
    load("--twilio-api-base http://localhost:1 --realtime-url "
        "wss://h/openai/realtime?api-version=1");
    tap_ok(conf_warning(&c, 0) && strstr(conf_warning(&c, 0),
        "TWILIO_API_BASE"), "an unencrypted base is warned about");
    tap_ok(conf_warning(&c, 1) && strstr(conf_warning(&c, 1), "api-version"),
        "and so is Azure's preview");
}

static void test_print(void)
{
    struct slice rest, line;
    struct json v;
    struct buf out;
    size_t lines = 0, bad = 0, secrets = 0;

    setenv("OPENAI_API_KEY", "sk-very-secret", 1);
    load("--concierge-name Leo --quiet-hours 22:30-06:15");
    buf_init(&out, 1 << 20);
    conf_print(&c, true, &out);
    for (rest = buf_slice(&out); rest.len; lines++) {
        line = slice_cut(&rest, '\n');
        if (json_parse(line, &v, NULL)
            || json_get(v, "name").type != JSON_STRING
            || json_get(v, "source").type != JSON_STRING)
            bad++;
        secrets += json_true(json_get(v, "secret"));
        if (json_is(json_get(v, "name"), "CONCIERGE_NAME"))
            tap_ok(json_is(json_get(v, "value"), "Leo")
                && json_is(json_get(v, "source"), "--concierge-name"),
                "a value and its source");
        if (json_is(json_get(v, "name"), "QUIET_HOURS"))
            tap_ok(json_is(json_get(v, "value"), "22:30-06:15"), "hours");
        if (json_is(json_get(v, "name"), "OPENAI_BASE_URL"))
            tap_ok(json_get(v, "value").type == JSON_NULL, "not set is null");
        if (json_is(json_get(v, "name"), "RECORDING"))
            tap_ok(json_is(json_get(v, "value"), "on"), "a choice by name");
    }
    tap_is_int((int64_t)bad, 0, "every line is an object");
    tap_ok(lines > 50, "all settings are printed");
    tap_is_int((int64_t)secrets, 6, "six of them secrets");
    tap_ok(slice_find(buf_slice(&out), SLICE("very-secret")) == SLICE_NPOS,
        "never shown");
    buf_clear(&out);
    conf_print(&c, false, &out);
    tap_ok(slice_find(buf_slice(&out), SLICE("very-secret")) == SLICE_NPOS
        && slice_find(buf_slice(&out), SLICE("********")) != SLICE_NPOS,
        "nor to people");
    buf_clear(&out);
    conf_help(&out);
    tap_ok(slice_find(buf_slice(&out), SLICE("--server-port N"))
        != SLICE_NPOS, "help names the flags");
    tap_ok(slice_find(buf_slice(&out), SLICE("--openai-api-key-file FILE"))
        != SLICE_NPOS, "and the files of secrets");
    buf_clear(&out);
    conf_manual(&out);
    tap_ok(slice_find(buf_slice(&out), SLICE(".It Fl Fl server-port Ar N , "
        "Ev SERVER_PORT\n")) != SLICE_NPOS, "so does the manual");
    buf_free(&out);
    clean();
}

static void test_missing(void)
{
    static const char *const order[] = {"TWILIO_ACCOUNT_SID",
        "TWILIO_AUTH_TOKEN", "TWILIO_PHONE_NUMBER", "OPENAI_API_KEY",
        "PUBLIC_DOMAIN"};
    static const char *const value[] = {"AC0123456789abcdef0123456789abcdef",
        "token", "+15551230000", "sk-1", "a.example"};
    const char *got;

    for (size_t i = 0; i < 5; i++) {
        load("");
        got = conf_missing(&c, CONF_TWILIO | CONF_MODEL | CONF_PUBLIC);
        is(got ? got : "nothing", order[i], "what is missing next");
        setenv(order[i], value[i], 1);
    }
    load("");
    tap_ok(!conf_missing(&c, CONF_TWILIO | CONF_MODEL | CONF_PUBLIC),
        "nothing is missing");
    setenv("TWILIO_API_KEY", "SK0123456789abcdef0123456789abcdef", 1);
    load("");
    got = conf_missing(&c, CONF_TWILIO);
    is(got ? got : "nothing", "TWILIO_API_SECRET", "a key wants its secret");
    clean();
}

static void test_own_url(void)
{
    static const struct {
        const char *host, *cert, *url;
    } rows[] = {
        {"127.0.0.1", "", "http://127.0.0.1:8080"},
        {"0.0.0.0", "", "http://127.0.0.1:8080"},
        {"::", "", "http://[::1]:8080"},
        {"::1", "c.pem", "https://[::1]:8080"},
        {"192.168.1.5", "c.pem", "https://192.168.1.5:8080"}
    };
    static struct conf own;

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char url[CONF_TEXT];

        text_copy(own.server_host, sizeof own.server_host,
            slice_str(rows[i].host));
        text_copy(own.tls_cert, sizeof own.tls_cert, slice_str(rows[i].cert));
        conf_own_url(&own, 8080, url, sizeof url);
        tap_is_str(slice_str(url), rows[i].url, "found from here");
    }
}

int main(void)
{
    if (!mkdtemp(dir) || chdir(dir))
        abort();
    clean();
    test_defaults();
    test_order();
    test_argv();
    test_env_file();
    test_secrets();
    test_values();
    test_webhook();
    test_again();
    test_public();
    test_ranges();
    test_print();
    test_missing();
    for (size_t i = 0; i < 3; i++) {
        static const char *const made[] = {"env", "key", "empty"};

        unlink(made[i]);
    }
    if (chdir("/") == 0)
        rmdir(dir);
    test_own_url();
    return tap_done();
}
