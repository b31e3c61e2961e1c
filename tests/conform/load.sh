#!/bin/sh
# load.sh - /health and /twiml under wrk: how many a second, how long one takes,
# that none fails, and that the server's memory and descriptors are what they
# were.  Figures, not limits: machines differ.
. "${0%/*}/lib.sh"
has_command wrk curl openssl

SECONDS_EACH=${LOAD_SECONDS:-3}
export TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef
export TWILIO_ACCOUNT_SID=AC5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e
export PUBLIC_DOMAIN=voice.example.com
export CONCIERGE_TOKEN=conform-conform-conform-conform-conform
export LOG_LEVEL=error
serve serve.log || { cat serve.log && exit 1; }
logs=$PWD/serve.log
base=http://127.0.0.1:$port

# metric NAME: from /metrics.
metric()
{
    curl -s -m 10 -H "Authorization: Bearer $CONCIERGE_TOKEN" \
        "$base/metrics" | sed -n "s/^concierge_$1 //p"
}

memory()
{
    sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\).*/\1/p' "/proc/$server/status"
}

# figures FILE: what wrk said, in a line.
figures()
{
    awk '/Requests\/sec/ { rate = $2 }
        /^ *50%/ { half = $2 } /^ *99%/ { most = $2 }
        END { printf "%.0f a second, half of them in %s, 99 %% in %s", rate,
            half, most }' "$1"
}

# bad FILE: answers that were no answers.
bad()
{
    awk '/Non-2xx|Socket errors/ { print; found = 1 }
        END { exit !found }' "$1"
}

# load NAME ARGUMENT...
load()
{
    name=$1
    shift
    ok "$name: wrk runs" wrk -t 1 -c 64 -d "${SECONDS_EACH}s" --latency "$@"
    cp said "$name.wrk"
    ok "$name: there were answers" grep -q 'Requests/sec: *[1-9]' "$name.wrk"
    ok "$name: and no error among them" not bad "$name.wrk"
    note "$name: $(figures "$name.wrk")"
}

# The document of a ticket, whose signature curl's neighbour openssl makes.
ticket=$(curl -s -m 10 -X POST -H "Authorization: Bearer $CONCIERGE_TOKEN" \
    "$base/v1/tickets" | sed 's/.*"twiml_url":"\([^"]*\)".*/\1/')
path=${ticket#https://*/}
form=CallSid=CAabababababababababababababababab
signature=$(printf '%s%s' "$ticket" "$(echo $form | tr -d =)" |
    openssl dgst -sha1 -hmac "$TWILIO_AUTH_TOKEN" -binary | base64)
cat >twiml.lua <<EOF
wrk.method = "POST"
wrk.body = "$form"
wrk.headers["Host"] = "voice.example.com"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["X-Twilio-Signature"] = "$signature"
EOF
is "a signed request gets its document" "$(curl -s -m 10 -d "$form" -H \
    "X-Twilio-Signature: $signature" "$base/$path" |
    grep -c '<Connect><Stream url="wss://voice.example.com/media-stream"')" 1
is "one without a signature does not" "$(curl -s -m 10 -d "$form" -o /dev/null \
    -w '%{http_code}' "$base/$path")" 403

load warm "$base/health"
before=$(memory) open=$(metric descriptors)
load health "$base/health"
load twiml -s twiml.lua "$base/$path"
load closing -H 'Connection: close' "$base/health"
after=$(memory)
# A connection that was closed may linger for a second.
asked=0
until [ "$(metric descriptors)" = "$open" ] || [ $asked -gt 400 ]; do
    asked=$((asked + 1))
done
is "the descriptors are what they were" "$(metric descriptors)" "$open"
ok "so is the memory, within 2 MB ($before kB, then $after kB)" \
    test "$after" -le $((before + 2048))
kill -TERM "$server"
ends "$server"
is "the server ends well" "$rc" 0
finish
