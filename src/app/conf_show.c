/* conf_show.c - the settings told: `concierge config`, and what is missing. */
#include "app/conf_impl.h"

#include <string.h>

#include "base/sys.h"
#include "call/price.h"
#include "codec/jsonw.h"

const char *conf_source(const struct conf *c, const char *name)
{
    int i = conf_find(slice_str(name));

    return i < 0 ? NULL : c->from_[i];
}

const char *conf_warning(const struct conf *c, size_t i)
{
    return i < c->warnings_ ? c->warning_[i] : NULL;
}

static void show_ladder(const int64_t ms[static CONF_RETRIES],
    struct buf *out)
{
    if (!ms[0])
        buf_adds(out, "off");
    for (size_t i = 0; i < CONF_RETRIES && ms[i]; i++)
        buf_addf(out, "%s%lld%s", i ? "," : "", (long long)(ms[i] / (ms[i]
            % 3600000 == 0 ? 3600000 : ms[i] % 60000 == 0 ? 60000 : 1000)),
            ms[i] % 3600000 == 0 ? "h" : ms[i] % 60000 == 0 ? "m" : "s");
}

/* The value as it would be written; false when it is not set. */
static bool show(const struct conf *c, const struct setting *s,
    struct buf *out)
{
    const char *field = (const char *)c + s->at;
    struct slice choices = slice_str(s->choices), word = {NULL, 0};
    int64_t amount;
    int n = 0;

    switch (s->kind) {
    case KIND_NUMBER: case KIND_CHOICE: case KIND_LEVEL:
        memcpy(&n, field, sizeof n);
        break;
    case KIND_SWITCH: case KIND_GIVEN:
        n = *(const bool *)(const void *)field;
        break;
    case KIND_SECRET:
        if (*field)
            buf_adds(out, "********");
        return *field;
    case KIND_HOURS:
        if (c->quiet_from < 0)
            buf_adds(out, "off");
        else
            buf_addf(out, "%02d:%02d-%02d:%02d", c->quiet_from / 60,
                c->quiet_from % 60, c->quiet_to / 60, c->quiet_to % 60);
        return true;
    case KIND_MONEY:
        memcpy(&amount, field, sizeof amount);
        if (amount)
            price_add(out, amount);
        return amount != 0;
    case KIND_LADDER:
        show_ladder(c->retry, out);
        return true;
    case KIND_TIME:
        if (c->now >= 0) {
            char stamp[SYS_STAMP_MAX];

            sys_stamp(stamp, c->now);
            buf_adds(out, stamp);
        }
        return c->now >= 0;
    case KIND_PUBLIC:
        buf_adds(out, c->public_auto && !*field ? "auto" : field);
        return *field || c->public_auto;
    case KIND_TEXT: case KIND_FILE: case KIND_WORD: case KIND_SID:
    case KIND_PHONE: case KIND_PHONES: case KIND_COUNTRIES:
    case KIND_BASE: case KIND_NEAR:
    case KIND_HOOK: case KIND_SOCKET: case KIND_HOST: case KIND_DNS:
    case KIND_NETS: case KIND_ORIGINS: case KIND_LANGUAGE: case KIND_ZONE:
        buf_adds(out, field);
        return *field;
    }
    if (s->kind == KIND_NUMBER) {
        buf_addi(out, n);
        return true;
    }
    if (s->kind == KIND_GIVEN)
        choices = SLICE("off|on");
    for (; n >= 0; n--)
        word = slice_cut(&choices, '|');
    buf_add(out, word);
    return true;
}

static void print_json(const struct conf *c, size_t i, struct slice value,
    bool set, struct buf *out)
{
    struct jsonw w;

    jsonw_begin(&w, out);
    jsonw_object(&w);
    jsonw_kcstr(&w, "name", conf_table[i].name);
    jsonw_kstr(&w, "value", set ? value : (struct slice){NULL, 0});
    jsonw_kcstr(&w, "source", c->from_[i]);
    jsonw_kbool(&w, "secret", conf_table[i].kind == KIND_SECRET);
    jsonw_end(&w);
    buf_addc(out, '\n');
}

void conf_print(const struct conf *c, bool json, struct buf *out)
{
    char text[CONF_LONG + 1];
    struct jsonw w;
    struct buf value;

    for (size_t i = 0; i < conf_count; i++) {
        bool set;

        buf_over(&value, text, sizeof text);
        set = show(c, &conf_table[i], &value);
        if (json)
            print_json(c, i, buf_slice(&value), set, out);
        else
            buf_addf(out, "%-24s %.*s  (%s)\n", conf_table[i].name,
                SLICE_ARG(set ? buf_slice(&value) : SLICE("-")),
                c->from_[i]);
    }
    for (size_t i = 0; i < c->warnings_; i++) {
        if (!json) {
            buf_addf(out, "warning: %s\n", c->warning_[i]);
            continue;
        }
        jsonw_begin(&w, out);
        jsonw_object(&w);
        jsonw_kcstr(&w, "warning", c->warning_[i]);
        jsonw_end(&w);
        buf_addc(out, '\n');
    }
}

/* The token is needed beside an API key too: what Twilio sends is signed with
 * it alone (twilio 4.1).  A voice server of one's own may want no key. */
const char *conf_missing(const struct conf *c, int wanted)
{
    if (wanted & CONF_TWILIO) {
        if (!c->twilio_account_sid[0])
            return "TWILIO_ACCOUNT_SID";
        if (!c->twilio_auth_token[0])
            return "TWILIO_AUTH_TOKEN";
        if (c->twilio_api_key[0] && !c->twilio_api_secret[0])
            return "TWILIO_API_SECRET";
        if (!c->twilio_phone_number[0])
            return "TWILIO_PHONE_NUMBER";
    }
    if ((wanted & CONF_MODEL) && !c->openai_api_key[0] && !c->realtime_url[0]
        && !c->openai_base_url[0])
        return "OPENAI_API_KEY";
    if ((wanted & CONF_PUBLIC) && !c->public_base[0] && !c->public_auto)
        return "PUBLIC_DOMAIN";
    return NULL;
}
