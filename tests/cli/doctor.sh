#!/bin/sh
# doctor.sh - the command: its lines, its objects, its status; a server that
# runs, with doctor's settings and with others.
. "${0%/*}/lib/tap.sh"
logs=serve.log

# What nobody can mistake for a life: no name and no machine of anyone's.
export TWILIO_ACCOUNT_SID=AC5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e
export TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef
export TWILIO_PHONE_NUMBER=+15551230000 OPENAI_API_KEY=sk-nobody
export PUBLIC_DOMAIN=voice.example.com CONCIERGE_DIR=data
export TWILIO_API_BASE=http://127.0.0.1:9 REALTIME_URL=ws://127.0.0.1:9/
near='settings,twiml,upgrade,callbacks,disk,limits'

# probe NAME STATUS [TEXT...]: its line in out.
probe()
{
    name=$1 status=$2
    shift 2
    grep "^$status *$name " out >line || { echo "no $status $name" && cat out &&
        return 1; }
    grep -A 1 "^$status *$name " out >line
    has line "$@"
}

# ---- a server of its own ----

run doctor --offline --private --only "$near" --server-port 0
is "all is well: 0" "$rc" 0
ok "every probe says so" test "$(grep -c '^ok ' out)" = 6
ok "and what was measured" probe twiml ok "200 in" "403 for a wrong signature"
ok "the last line counts" has out "6 passed, 0 warned, 0 failed, 0 skipped"
ok "no colour in a file" not grep -q "$(printf '\033')" out
ok "the owner's folder is not touched" not test -e data

run doctor --offline --private --only "$near" --server-port 0 --json
is "as objects: 0" "$rc" 0
ok "one a line" objects out
is "a probe a line, and the verdict" "$(lines out)" 7
ok "as the issue has them" sh -c 'head -6 out | grep -c "^{\"probe\":\"[a-z]*\"\
,\"status\":\"ok\",\"twilio\":null,\"cause\":\"\",\"remedy\":\"\",\"ms\":[0-9.]\
*,\"seen\":{.*}}$" | grep -qx 6'
ok "the verdict is last" sh -c \
    'tail -1 out | grep -q "^{\"probe\":\"verdict\",\"status\":\"ok\","'

# ---- warnings and failures ----

run doctor --offline --only settings --public-domain voice.example.com:8443
is "a warning: 1" "$rc" 1
ok "the number, the cause, the remedy" probe settings warn "31910" \
    "names a port" "-> "
OPENAI_API_KEY='' run doctor --offline --only settings
is "a failure: 2" "$rc" 2
ok "it is told" probe settings fail "OPENAI_API_KEY is not set"
ok "and what to begin with" has out 'begin with "settings"'

TWILIO_ACCOUNT_SID=AC1 run doctor
is "settings that cannot be read: 2" "$rc" 2
ok "are a finding" probe settings fail 20003 "must be AC and 32 hex digits"
TWILIO_ACCOUNT_SID=AC1 run doctor --json
is "as objects too: 2" "$rc" 2
ok "two of them" objects out
ok "with the number" has out \
    '"probe":"settings","status":"fail","twilio":20003'

TWILIO_AUTH_TOKEN=" $TWILIO_AUTH_TOKEN" run doctor --offline --private \
    --only settings --server-port 0
is "blanks around a value are no fault" "$rc" 0
ok "and are told" probe settings ok "blanks around TWILIO_AUTH_TOKEN dropped"

fails 64 'there is no probe "dsn"' doctor --only dsn
fails 64 '--trust' doctor --trust
run doctor --only settings --trust nothing.pem
ok "a file of roots that is not there is named" has err nothing.pem
ok "and it is no success" not same "$rc" 0

# ---- in the middle of it ----

mkdir here
mkfifo told
TMPDIR=$tmp/here "$program" doctor --offline --private --only limits,stream \
    --server-port 0 >told 2>err </dev/null &
doctor=$!
pids="$pids $doctor"
exec 5<told
ok "limits are told before the stream is over" await 5 told.log 'ok *limits*'
kill -TERM "$doctor"
ends "$doctor"
is "a signal ends it: 130" "$rc" 130
drain 5 told.log
ok "without a verdict" not grep -q passed told.log
is "and nothing is left of its server" "$(ls here)" ""

# ---- a server that runs ----

ok "a server runs" serve serve.log --server-port 0
export SERVER_PORT="$port"
run doctor --offline --private --only "$near,stream"
is "it is used: 0" "$rc" 0
ok "with the owner's token" probe settings ok "with the server at"
ok "an upgrade is found in its ring" probe upgrade ok "101 in"
ok "a stream goes there and back" probe stream ok "there and back" "p99"

CONCIERGE_TOKEN=0123456789abcdef0123456789abcdef run doctor --offline \
    --only settings,twiml
is "another owner's: 2" "$rc" 2
ok "its token is refused" probe settings fail "does not take the token"
ok "the rest is skipped" probe twiml skip "no server to ask"

run doctor --offline --only twiml --public-domain other.example.com
is "with another address: 2" "$rc" 2
ok "which is told" probe twiml fail 11200 "believes its address to be" \
    "PUBLIC_DOMAIN=other.example.com"

TWILIO_AUTH_TOKEN=f123456789abcdef0123456789abcdef run doctor --offline \
    --only twiml,callbacks,upgrade
is "with another auth token: 2" "$rc" 2
ok "the signature is refused" probe twiml fail 11200 "right signature was" \
    TWILIO_AUTH_TOKEN
ok "callbacks too" probe callbacks fail 15003 "403"
ok "and the upgrade's is not found right" probe upgrade warn "signature"
kill "$server"
ends "$server"

# ---- Twilio, the model and the tunnel, stood in for ----

unset SERVER_PORT
services=twilio,errors,model
fails 64 'must be like +15551230000' doctor --to 030
fails 64 'nothing of an account is called "rich"' simulate --stand --account \
    rich
fails 64 '--account goes with --stand' simulate booking --account trial

ok "the stand-ins run" stand
run doctor --offline --private --only "$services" --to +493012345678
is "the account and the model are well: 0" "$rc" 0
ok "the account is told of" probe twilio ok "18.75 USD" "may call Germany"
ok "nothing was written down" probe errors ok "none in a week"
ok "the model speaks" probe model ok "audio/pcmu and our tools"
run doctor --offline --private --only "$services,chat" --json
ok "objects of them" objects out
ok "hold no secret" not grep -q "$TWILIO_AUTH_TOKEN\|$OPENAI_API_KEY" out
TWILIO_AUTH_TOKEN=f123456789abcdef0123456789abcdef run doctor --offline \
    --private --only twilio,errors
is "another token: 2" "$rc" 2
ok "is refused" probe twilio fail 20003 "refuses TWILIO_ACCOUNT_SID"
ok "and told once" probe errors skip 'needs "twilio"'
kill "$stand"
ends "$stand"

ok "an account with faults" stand --account history,low
# shellcheck disable=SC2086
run doctor $now --offline --private --only "$services"
is "is a warning: 1" "$rc" 1
ok "little money" probe twilio warn 10001 "0.42 USD"
ok "errors, explained" probe errors warn 31920 "3 times in 24 h"
ok "and the model is well" probe model ok "our tools"
kill "$stand"
ends "$stand"

finish
