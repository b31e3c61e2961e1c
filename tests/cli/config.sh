#!/bin/sh
# config.sh - settings: where they come from, what they are, what is refused.
. "${0%/*}/lib/tap.sh"

# shown NAME VALUE SOURCE: the line of `config` in the file out.
shown()
{
    printf '%-24s %s  (%s)\n' "$1" "$2" "$3" >line
    grep -qxFf line out || { cat line && grep "^$1 " out && false; }
}

# ---- value and source ----

run config
is "config exits 0" "$rc" 0
ok "and says nothing else" empty err
ok "a default" shown SERVER_PORT 8080 default
ok "what follows from another" shown SERVER_URL http://127.0.0.1:8080 default
ok "what is not set" shown PUBLIC_DOMAIN - default

cat >.env <<'END'
# as other tools write it
export SERVER_PORT="9000"   # quoted
CONCIERGE_NAME=Leo Example  # not quoted
END
run config
ok "from .env, with its line" shown SERVER_PORT 9000 ".env line 2"
ok "a value with a blank and a comment" \
    shown CONCIERGE_NAME "Leo Example" ".env line 3"
export SERVER_PORT=9001
run config
ok "the environment goes before .env" shown SERVER_PORT 9001 environment
run config --server-port 9002
ok "a flag goes before the environment" shown SERVER_PORT 9002 --server-port
run --server-port=9003 config
ok "a flag may stand in front, with =" shown SERVER_PORT 9003 --server-port
mv .env other.env
run config --env-file other.env
ok "another file than .env" shown CONCIERGE_NAME "Leo Example" \
    "other.env line 3"
unset SERVER_PORT
printf '\357\273\277SERVER_PORT = 9004\r\n' >.env
run config
ok "a BOM, blanks and CRLF are tolerated" \
    shown SERVER_PORT 9004 ".env line 1"
rm .env
export PUBLIC_URL=https://voice.example.com/
run config
ok "an alias, its scheme and slash" grep -qx \
    'PUBLIC_DOMAIN  *\(https://\)*voice\.example\.com  (environment.*)' out
unset PUBLIC_URL

# ---- secrets ----

export TWILIO_AUTH_TOKEN=feedfacefeedfacefeedfacefeedface
printf 'sk-topsecret\n' >key
export OPENAI_API_KEY_FILE=key
run config
ok "a secret is masked" shown TWILIO_AUTH_TOKEN '********' environment
ok "a secret may come from a file" \
    shown OPENAI_API_KEY '********' "environment, file key"
cat out err >all
run config --json
cat out err >>all
ok "and stands nowhere" not grep -qe feedface -e topsecret all
ok "--json: the mask, not the secret" has out \
    '{"name":"TWILIO_AUTH_TOKEN","value":"********","source":"environment",'
unset OPENAI_API_KEY_FILE TWILIO_AUTH_TOKEN
fails 78 "would show a secret to everyone" config --openai-api-key sk-topsecret
ok "which is not repeated" not grep -q topsecret err
export OPENAI_API_KEY_FILE=nowhere
fails 78 OPENAI_API_KEY config
unset OPENAI_API_KEY_FILE

# ---- --json ----

run config --json
ok "--json is one object a line" objects out
is "one for each setting of help settings" "$(lines out)" \
    "$("$program" help settings | grep -c '^  --')"
ok "a number is text as it would be written" has out \
    '{"name":"SERVER_PORT","value":"8080","source":"default","secret":false}'
ok "what is not set is null" has out '{"name":"PUBLIC_DOMAIN","value":null,'

# ---- warnings ----

export TWILIO_API_BASE=http://127.0.0.1:1
run config
is "a warning is told once" "$(cat out err | grep -c 'is not encrypted')" 1
run config --json
ok "and is an object too" has out '{"warning":"TWILIO_API_BASE is not encr'
export TWILIO_API_BASE=http://twilio.example.com
fails 78 "TWILIO_API_BASE (environment)" config
unset TWILIO_API_BASE

# ---- refusals name the setting and where it stood: 78 ----

export CONCIERGE_NAEM=Leo
fails 78 "CONCIERGE_NAEM" config
ok "an unknown CONCIERGE_ name: from the environment" has err environment
unset CONCIERGE_NAEM
echo CONCIERGE_NAEM=Leo >.env
fails 78 "CONCIERGE_NAEM" config
ok "an unknown CONCIERGE_ name: from a line" has err ".env line 1"
echo 'SERVER_PORT=70000' >.env
fails 78 'SERVER_PORT (.env line 1): "70000" is no number from 0 to 65535' \
    config
fails 78 "SERVER_PORT (.env line 1)" serve
printf 'LANGUAGE=en\nnonsense\n' >.env
fails 78 ".env line 2" config
rm .env
export SERVER_PORT=eighty
fails 78 'SERVER_PORT (environment): "eighty" is no number' config
unset SERVER_PORT
fails 78 'SERVER_PORT (--server-port): "-1" is no number' \
    config --server-port -1
fails 64 "--server-port wants a value" config --server-port
fails 78 "ZONE (--zone)" config --zone Atlantis/Poseidonis
fails 78 "QUIET_HOURS (--quiet-hours)" config --quiet-hours 25:00-08:00
fails 78 "CONCIERGE_PHONE (--concierge-phone)" config --concierge-phone 12
fails 78 "RECORDING (--recording)" config --recording maybe
fails 78 "NOW (--now)" plan "a table" --now yesterday

# Anything else in the environment is not ours.
export NAEM=Leo SERVERPORT=1
run config
is "other names are let alone" "$rc" 0

finish
