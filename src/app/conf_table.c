/* conf_table.c - all settings, in the order people meet them.
 *
 * Adding one is a line here and a field in conf.h: flags, environment, .env,
 * help, the manual's list, `config` and the error texts follow from it.
 */
#include "app/conf_impl.h"

#include "base/limits.h"
#include "base/text.h"

#define FIELD(f) offsetof(struct conf, f), sizeof(((struct conf *)0)->f)
#define SET(NAME, kind, f, otherwise, arg, help) \
    {NAME, {0}, kind, false, FIELD(f), 0, 0, 0, otherwise, arg, help}
#define RANGE(NAME, f, lo, hi, otherwise, help) \
    {NAME, {0}, KIND_NUMBER, false, FIELD(f), lo, hi, 0, otherwise, "N", help}
#define PICK(NAME, kind, f, choices, otherwise, help) \
    {NAME, {0}, kind, false, FIELD(f), 0, 0, choices, otherwise, choices, help}
#define OPTION(NAME, kind, f, lo, hi, otherwise, arg, help) \
    {NAME, {0}, kind, true, FIELD(f), lo, hi, 0, otherwise, arg, help}

const struct setting conf_table[] = {
    {"TWILIO_ACCOUNT_SID", {0}, KIND_SID, false, FIELD(twilio_account_sid),
        0, 0, "AC", NULL, "AC...", "the Twilio account"},
    SET("TWILIO_AUTH_TOKEN", KIND_SECRET, twilio_auth_token, NULL, "TOKEN",
        "its token: signs what Twilio sends us"),
    {"TWILIO_API_KEY", {0}, KIND_SID, false, FIELD(twilio_api_key), 0, 0,
        "SK", NULL, "SK...", "an API key to make calls with"},
    SET("TWILIO_API_SECRET", KIND_SECRET, twilio_api_secret, NULL, "SECRET",
        "that key's secret"),
    SET("TWILIO_PHONE_NUMBER", KIND_PHONE, twilio_phone_number, NULL,
        "+NUMBER", "the number calls come from"),
    SET("TWILIO_API_BASE", KIND_BASE, twilio_api_base,
        "https://api.twilio.com", "URL", "Twilio's REST interface"),
    SET("TWILIO_VOICE_BASE", KIND_BASE, twilio_voice_base,
        "https://voice.twilio.com", "URL", "its voice settings (doctor)"),
    SET("TWILIO_MONITOR_BASE", KIND_BASE, twilio_monitor_base,
        "https://monitor.twilio.com", "URL", "its alerts (doctor, why)"),

    SET("OPENAI_API_KEY", KIND_SECRET, openai_api_key, NULL, "KEY",
        "key of the models"),
    SET("OPENAI_BASE_URL", KIND_NEAR, openai_base_url, NULL, "URL",
        "another server of that interface"),
    SET("REALTIME_URL", KIND_SOCKET, realtime_url, NULL, "URL",
        "another server of voice models"),
    SET("REALTIME_MODEL", KIND_TEXT, realtime_model, "gpt-realtime-2.1",
        "NAME", "the voice model"),
    SET("REALTIME_VOICE", KIND_TEXT, realtime_voice, "marin", "NAME",
        "its voice"),
    SET("REALTIME_TRANSCRIPTION", KIND_TEXT, realtime_transcription,
        "gpt-transcribe", "NAME", "the model that writes down what it hears"),
    PICK("REALTIME_DIALECT", KIND_WORD, realtime_dialect, "ga|beta", "ga",
        "the protocol it speaks"),
    SET("AGENT_MODEL", KIND_TEXT, agent_model, NULL, "NAME",
        "a chat model that helps to understand; without it the grammar does"),

    {"PUBLIC_DOMAIN", {"PUBLIC_URL", "PUBLIC_BASE_URL"}, KIND_PUBLIC, false,
        FIELD(public_base), 0, 0, 0, NULL, "HOST",
        "where Twilio reaches us; auto asks ngrok on this machine"},
    SET("NGROK_API", KIND_NEAR, ngrok_api, "http://127.0.0.1:4040", "URL",
        "where ngrok's agent tells of its tunnels"),
    SET("SERVER_HOST", KIND_HOST, server_host, "127.0.0.1", "ADDRESS",
        "address to listen on"),
    RANGE("SERVER_PORT", server_port, 0, 65535, "8080",
        "port to listen on; 0 picks one"),
    SET("SERVER_URL", KIND_NEAR, server_url, NULL, "URL",
        "where commands find the server; by default host and port"),
    SET("TLS_CERT", KIND_FILE, tls_cert, NULL, "FILE",
        "certificate chain to serve https with"),
    SET("TLS_KEY", KIND_FILE, tls_key, NULL, "FILE", "its private key"),
    SET("ALLOW_ORIGIN", KIND_ORIGINS, allow_origin, NULL, "ORIGIN,...",
        "pages elsewhere that may use the API"),
    SET("TRUSTED_PROXIES", KIND_NETS, trusted_proxies, NULL, "NET,...",
        "proxies whose X-Forwarded headers count"),
    SET("DNS_SERVER", KIND_DNS, dns_server, NULL, "IP[:PORT]",
        "instead of those in /etc/resolv.conf"),
    PICK("LOG_LEVEL", KIND_LEVEL, log_level, "error|warn|info|debug", "info",
        "what is logged"),
    PICK("LOG_FORMAT", KIND_SWITCH, log_json, "logfmt|json", "logfmt",
        "how it is logged"),

    SET("CONCIERGE_NAME", KIND_TEXT, name, NULL, "NAME",
        "on whose behalf calls are made"),
    SET("CONCIERGE_PHONE", KIND_PHONE, phone, NULL, "+NUMBER",
        "the number a restaurant may call back"),
    SET("CONCIERGE_TOKEN", KIND_SECRET, token, NULL, "TOKEN",
        "the owner's token; one is made at first start"),
    SET("CONCIERGE_DIR", KIND_FILE, dir, "./concierge-data", "DIR",
        "journal, transcripts, recordings"),
    SET("LANGUAGE", KIND_LANGUAGE, language, "en", "CODE",
        "language of the calls: en, de, ..."),
    SET("ZONE", KIND_ZONE, zone, NULL, "ZONE",
        "time zone, Europe/Berlin; by default this machine's"),
    SET("DISCLOSURE", KIND_TEXT, disclosure, NULL, "TEXT",
        "the first sentence of every call; {name} is CONCIERGE_NAME"),
    PICK("DISCLOSURE_BY", KIND_CHOICE, disclosure_by, "model|say", "model",
        "who says it: the voice model, or Twilio before it"),
    SET("INBOUND_PROMPT_FILE", KIND_FILE, inbound_prompt_file, NULL, "FILE",
        "instructions for calls that come in"),
    SET("PRICES_FILE", KIND_FILE, prices_file, NULL, "FILE",
        "what minutes and tokens cost"),
    SET("RESTAURANTS_FILE", KIND_FILE, restaurants_file, NULL, "FILE",
        "known places and their numbers"),
    SET("OVERPASS_URL", KIND_NEAR, overpass_url, NULL, "URL",
        "asks OpenStreetMap there for places not known"),
    SET("OVERPASS_AREA", KIND_TEXT, overpass_area, NULL, "CITY",
        "the city it looks in"),
    SET("COUNTRY_CODE", KIND_TEXT, country_code, NULL, "+CODE",
        "what its numbers without one begin with"),
    SET("WEBHOOK_URL", KIND_HOOK, webhook_url, NULL, "URL",
        "is told every outcome and question, by POST"),
    SET("WEBHOOK_SECRET", KIND_SECRET, webhook_secret, NULL, "SECRET",
        "signs what WEBHOOK_URL is told, which wants one"),
    SET("WEBHOOK_SECRET_OLD", KIND_SECRET, webhook_secret_old, NULL,
        "SECRET", "signs it too, while a new one is taken up"),

    SET("ALLOWED_NUMBERS", KIND_PHONES, allowed_numbers, NULL,
        "+NUMBER,+49*", "the only numbers that may be called"),
    SET("ALLOWED_COUNTRIES", KIND_COUNTRIES, allowed_countries, NULL,
        "DE,AT,...", "the only countries that may be called"),
    RANGE("MAX_CALLS", max_calls, 1, LIMIT_CALLS, "10", "calls at a time"),
    RANGE("MAX_CALL_SECONDS", max_call_seconds, 30, 3600, "600",
        "longest call"),
    RANGE("CALLS_PER_DAY", calls_per_day, 0, 1000000, "200",
        "attempts a day; 0: any number"),
    RANGE("CALLS_PER_NUMBER", calls_per_number, 0, 1000000, "10",
        "attempts a day to the same number; 0: any"),
    RANGE("SECONDS_PER_DAY", seconds_per_day, 0, 1000000, "0",
        "talk of a day; 0: any"),
    SET("COST_PER_CALL", KIND_MONEY, cost_per_call, NULL, "AMOUNT",
        "a call that comes to that says goodbye"),
    SET("COST_PER_DAY", KIND_MONEY, cost_per_day, NULL, "AMOUNT",
        "no more calls that day"),
    RANGE("CPS", calls_per_second, 1, 100, "1",
        "calls a second that the Twilio account may begin"),
    SET("RETRY", KIND_LADDER, retry, "5m,15m", "5m,1h,...",
        "pauses before the next attempts when it is busy; off"),
    SET("QUIET_HOURS", KIND_HOURS, quiet_from, "21:00-08:00", "HH:MM-HH:MM",
        "when nobody is called, by the clock there; off"),
    RANGE("PARTY_MAX", party_max, 1, 1000, "12", "largest party booked"),
    PICK("RECORDING", KIND_CHOICE, recording, "off|on", "on",
        "keep the sound of calls"),
    RANGE("KEEP_DAYS", keep_days, 0, 3650, "30",
        "transcripts and recordings are deleted after that"),

    OPTION("MAX_MESSAGE", KIND_NUMBER, max_message, 1024, LIMIT_WS_MODEL,
        "1048576", "BYTES", "longest WebSocket message taken"),
    OPTION("MAX_BODY", KIND_NUMBER, max_body, 1024, LIMIT_WS_MODEL,
        "1048576", "BYTES", "longest request body taken"),
    OPTION("ECHO", KIND_GIVEN, echo, 0, 0, NULL, NULL,
        "serve /echo and /ws-echo"),
    OPTION("NOW", KIND_TIME, now, 0, 0, NULL, "TIME",
        "begin at that time: 2026-11-22T12:00:00+01:00"),
    OPTION("ENV_FILE", KIND_FILE, env_file, 0, 0, ".env", "FILE",
        "settings are read from it"),
};

const size_t conf_count = sizeof conf_table / sizeof *conf_table;

_Static_assert(sizeof conf_table / sizeof *conf_table <= CONF_SETTINGS,
    "struct conf has room for every setting's source");
_Static_assert(LIMIT_HTTP_BODY == 1048576 && LIMIT_WS_MESSAGE == 1048576,
    "the defaults of MAX_BODY and MAX_MESSAGE stand here as text");

void conf_flag(const struct setting *s, char out[static CONF_FLAG])
{
    size_t n = 2;

    out[0] = out[1] = '-';
    for (const char *p = s->name; *p && n < CONF_FLAG - 1; p++)
        out[n++] = *p == '_' ? '-' : (char)byte_lower((uint8_t)*p);
    out[n] = 0;
}

int conf_find(struct slice name)
{
    for (size_t i = 0; i < conf_count; i++) {
        if (slice_is(name, conf_table[i].name))
            return (int)i;
        for (size_t k = 0; k < 2 && conf_table[i].alias[k]; k++)
            if (slice_is(name, conf_table[i].alias[k]))
                return (int)i;
    }
    return -1;
}

/* "--server-port N", or for a secret "--openai-api-key-file FILE". */
static void usage(const struct setting *s, char *out, size_t cap)
{
    char flag[CONF_FLAG];

    conf_flag(s, flag);
    if (s->kind == KIND_SECRET)
        text_fmt(out, cap, "%s-file FILE", flag);
    else
        text_fmt(out, cap, "%s%s%s", flag, s->arg ? " " : "",
            s->arg ? s->arg : "");
}

bool conf_option_at(size_t i, struct conf_option *out)
{
    const struct setting *s = &conf_table[i];
    char flag[CONF_FLAG];
    bool secret;

    if (i >= conf_count)
        return false;
    secret = s->kind == KIND_SECRET;
    conf_flag(s, flag);
    *out = (struct conf_option){.arg = s->arg, .help = s->help,
        .path = secret || s->kind == KIND_FILE};
    text_fmt(out->flag, sizeof out->flag, "%s%s", flag,
        secret ? "-file" : "");
    if (s->choices && s->kind != KIND_SID)
        out->choices = s->choices;
    return true;
}

void conf_help(struct buf *out)
{
    char left[96];

    for (size_t i = 0; i < conf_count; i++) {
        const struct setting *s = &conf_table[i];

        usage(s, left, sizeof left);
        buf_addf(out, "  %-36s %s%s%s%s\n", left, s->help,
            s->otherwise ? " (" : "", s->otherwise ? s->otherwise : "",
            s->otherwise ? ")" : "");
    }
}

/* One .It of mdoc's list: the flag, the names, what it is. */
void conf_manual(struct buf *out)
{
    for (size_t i = 0; i < conf_count; i++) {
        const struct setting *s = &conf_table[i];
        char flag[CONF_FLAG];

        conf_flag(s, flag);
        buf_addf(out, ".It Fl Fl %s%s", flag + 2,
            s->kind == KIND_SECRET ? "-file Ar file" : "");
        if (s->arg && s->kind != KIND_SECRET)
            buf_addf(out, " Ar %s", s->arg);
        if (!s->option)
            buf_addf(out, " , Ev %s", s->name);
        for (size_t k = 0; k < 2 && s->alias[k]; k++)
            buf_addf(out, " , Ev %s", s->alias[k]);
        buf_addf(out, "\n%c%s.\n", s->help[0] >= 'a' && s->help[0] <= 'z'
            ? s->help[0] - 32 : s->help[0], s->help + 1);
        if (s->otherwise)
            buf_addf(out, "The default is\n.Ql %s .\n", s->otherwise);
    }
}
