/* conf.h - every setting: flag, then environment, then .env, then default.
 *
 * One table (conf_table.c) makes the flags, the names, the help, the manual's
 * list, `concierge config` and the errors, which name the setting and where
 * it came from.  An empty value counts as not set.  Secrets have no flag, but
 * each can stand in a file named by NAME_FILE; they are never printed.
 */
#ifndef APP_CONF_H
#define APP_CONF_H

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"

#define CONF_TEXT   256         /* bytes of most texts, with the NUL */
#define CONF_LONG   1024
#define CONF_SETTINGS 96        /* room for the table */
#define CONF_WARNINGS 12
#define CONF_RETRIES 8          /* attempts after the first */
#define CONF_FROM   96          /* bytes of the name of a source */

enum conf_recording { CONF_RECORDING_OFF, CONF_RECORDING_ON };
enum conf_disclosure { CONF_BY_MODEL, CONF_BY_SAY };

struct conf {
    /* Twilio; account by auth token, or by key and secret. */
    char twilio_account_sid[40], twilio_auth_token[128];
    char twilio_api_key[40], twilio_api_secret[128];
    char twilio_phone_number[24];
    char twilio_api_base[CONF_TEXT], twilio_voice_base[CONF_TEXT],
        twilio_monitor_base[CONF_TEXT];     /* without a slash at the end */

    /* The models. */
    char openai_api_key[CONF_TEXT];
    char openai_base_url[CONF_TEXT];        /* "" is OpenAI's */
    char realtime_url[CONF_TEXT];           /* "": from openai_base_url */
    char realtime_model[128], realtime_voice[64], realtime_transcription[128];
    char realtime_dialect[16];              /* ga, beta */
    char agent_model[128];                  /* "": the grammar alone */

    /* The server. */
    char public_base[CONF_TEXT];            /* "https://host[:port][/path]" or
                                               "" */
    bool public_auto;                       /* ask ngrok's agent (app/ngrok) */
    char ngrok_api[CONF_TEXT];
    char server_host[64];                   /* an address */
    int server_port;                        /* 0 picks one */
    char server_url[CONF_TEXT];             /* where commands find it */
    char tls_cert[CONF_TEXT], tls_key[CONF_TEXT];
    char allow_origin[CONF_LONG], trusted_proxies[CONF_LONG];
    char dns_server[64];
    int log_level;                          /* enum log_level */
    bool log_json;

    /* Who calls, for whom, and how. */
    char name[128], phone[24];              /* CONCIERGE_NAME, _PHONE */
    char token[128];                        /* CONCIERGE_TOKEN; "": made at
                                               first start */
    char dir[CONF_TEXT];
    char language[8], zone[64];
    char disclosure[512];                   /* {name} is replaced */
    enum conf_disclosure disclosure_by;
    char inbound_prompt_file[CONF_TEXT], prices_file[CONF_TEXT],
        restaurants_file[CONF_TEXT], overpass_url[CONF_TEXT],
        overpass_area[CONF_TEXT], country_code[CONF_TEXT];
    char webhook_url[CONF_TEXT], webhook_secret[128], webhook_secret_old[128];

    /* Policy. */
    char allowed_numbers[CONF_LONG];        /* "+4930*, +15551230000"; "": any
                                               that no rule forbids */
    char allowed_countries[CONF_TEXT];      /* "DE,AT"; "": any */
    int max_calls, max_call_seconds, keep_days, party_max;
    int calls_per_day, calls_per_number;    /* attempts; 0: no cap */
    int seconds_per_day;                    /* likewise */
    int64_t cost_per_call, cost_per_day;    /* millionths; 0: no cap */
    int calls_per_second;                   /* CPS */
    int64_t retry[CONF_RETRIES];             /* ms; 0 ends */
    int quiet_from, quiet_to;               /* minutes of the day; -1: off */
    enum conf_recording recording;

    /* Options without an environment name. */
    int max_message, max_body;              /* bytes */
    bool echo;                              /* serve /ws-echo and /echo */
    int64_t now;                            /* --now, wall ms; -1: not given */
    int now_offset;                         /* its seconds east of UTC */
    char env_file[CONF_TEXT];               /* --env-file, ".env" */

    /* Private: where each came from, and what deserves a word. */
    char from_[CONF_SETTINGS][CONF_FROM];
    unsigned char tidied_[CONF_SETTINGS];
    char warning_[CONF_WARNINGS][200];
    size_t warnings_;
    const char *flag_[CONF_SETTINGS];       /* from argv, which lives on */
    bool flag_file_[CONF_SETTINGS];
};

/* Reads everything.  Options it knows are taken out of argv (argv[0] stays,
 * "--" ends them and stays); the rest moves up and *argc tells how much.  0,
 * or -1 and *err: ERR_CONF (exit 78), with the name and the source; ERR_USAGE
 * (64) for a flag without its value. */
int conf_load(struct conf *c, int *argc, char **argv, struct err *err);

/* Everything once more, with the flags that was had: environment, files and
 * what follows from them as they are now.  As conf_load. */
int conf_again(struct conf *c, const struct conf *was, struct err *err);

/* The defaults alone: neither flags nor environment nor files are looked at.
 * For simulations, where nobody's keys have any business. */
int conf_defaults(struct conf *c, struct err *err);

/* One more, by its name, as a flag would.  0, or -1 and *err. */
int conf_set(struct conf *c, const char *name, struct slice value,
    struct err *err);

/* Where a setting came from: "--server-port", "environment", ".env line 3",
 * "default", ...  NULL when there is no such name. */
const char *conf_source(const struct conf *c, const char *name);

/* What deserves a warning, one after the other; NULL at the end. */
const char *conf_warning(const struct conf *c, size_t i);

/* What was silently taken away around the value of setting i: "a BOM",
 * "blanks", or NULL in *what.  Returns its name; NULL past the last. */
const char *conf_tidied(const struct conf *c, size_t i, const char **what);

/* Every setting with its value and source, secrets masked: lines for people,
 * or one JSON object a line. */
void conf_print(const struct conf *c, bool json, struct buf *out);

/* The options as they stand in help; with mdoc as the manual's list. */
void conf_help(struct buf *out);
void conf_manual(struct buf *out);

/* Flag i of the table, for shells that complete it; false at the end. */
struct conf_option {
    char flag[48];              /* "--log-level"; a secret's "-file" */
    const char *arg;            /* NULL: takes none */
    const char *choices;        /* "error|warn"; NULL: anything */
    const char *help;
    bool path;                  /* the value is a file or folder */
};
bool conf_option_at(size_t i, struct conf_option *out);

/* The name of the first setting that is missing for what is wanted, or NULL:
 * the 503 of the owner's API and doctor name it. */
enum { CONF_TWILIO = 1, CONF_MODEL = 2, CONF_PUBLIC = 4 };
const char *conf_missing(const struct conf *c, int wanted);

/* Where a server of these settings that listens on port is found from this
 * machine: "http://127.0.0.1:8080", also when it listens on every address. */
void conf_own_url(const struct conf *c, int port, char *out, size_t cap);

/* PUBLIC_DOMAIN in any of its forms to "https://host[:port][/path]".  0, or -1
 * and *why (constant). */
int conf_public_base(struct slice text, char *out, size_t cap,
    const char **why);

#endif
