#!/bin/sh
# why.sh - calls that break, each explained: number, cause, remedy; by the
# server with what Twilio wrote down, and from the files when it has gone.
# In real time: half a minute, most of it telephones that ring.
. "${0%/*}/lib/tap.sh"
logs='serve.log stand.log out'

words="Book a table at Luigi's for 4 tomorrow at 7 pm"

# place SCENARIO [SETTING=VALUE...]: a call between the stand-ins and a server;
# $id is its id, told.json and told what the server says of it.
place()
{
    scenario=$1
    shift
    rm -rf data
    stand "$scenario" || return 1
    for setting; do
        export "${setting?}"
    done
    serve serve.log || return 1
    run book "$words" --to +15551230000 $now --yes --json
    id=$(sed -n '$s/^{"id":"\([0-9a-f]*\)".*/\1/p' out)
    [ ${#id} = 24 ] || { cat err && return 1; }
    run why "$id" --json
    cp out told.json
    run why "$id"
    cp out told
    return "$rc"
}

# leave: the server and the stand-ins are gone; what the files say is in left.
leave()
{
    kill "$server" "$stand"
    ends "$server"
    ends "$stand"
    run why "$id"
    cp out left
    run why "$id" --json
    return "$rc"
}

number_is()
{
    has told.json "\"number\":$1,\"sip\":$2," && objects told.json
}

# broken SCENARIO NUMBER SIP CAUSE REMEDY [SETTING=VALUE...]
broken()
{
    name=$1 number=$2 sip=$3 cause=$4 remedy=$5
    shift 5
    ok "$name: a call is placed and explained" place "$name" "$@"
    ok "$name: number $number, SIP $sip" number_is "$number" "$sip"
    ok "$name: cause" grep -q "^Cause:  .*$cause" told
    ok "$name: remedy" grep -q "^Remedy: .*$remedy" told
    ok "$name: no number of a phone is told" not grep -q 5551230000 told \
        told.json
    ok "$name: explained without the server" leave
    ok "$name: the same cause or its likelier ones" has left "Cause:  " \
        "Remedy: " "Twilio was not asked what it wrote down: no server runs"
}

fails 64 "no call's id" why 0123
fails 64 "something is missing" why
fails 65 "there is no ended call" why 0123456789abcdef01234567

broken wrong-track 31941 null "inbound_track or nothing" "track"
ok "wrong-track: what Twilio wrote down" grep -q \
    '31941 error: .*' told
ok "wrong-track: the story begins with the request" has told \
    "Luigi's at +1******0000: 4 people" "policy lets that number" \
    "Twilio took the call: CA" "Twilio fetched the TwiML" "Twilio: completed"
ok "wrong-track: without Twilio, what it may have been, in order" has left \
    "Twilio fetched the TwiML at " "UTC and no upgrade reached this server" \
    "  31920  " "  31941  "

broken handshake-403 31920 null "proxy or tunnel" "."
broken no-token 31921 null "carried no call_id and token" "Parameter\|/twiml"
ok "no-token: the refusal is in the story" has told \
    "an upgrade came from 127.0.0.1" "the stream was not to be: no token"
broken create-401 20003 null "SID and token" "TWILIO_AUTH_TOKEN"
ok "create-401: Twilio's words" has told "HTTP 401" "[20003]"
broken model-401 null null "does not know the key (401)" "OPENAI_API_KEY"
broken busy null 486 "line was busy" "Call again"

# The auth token is wrong, the key's secret is not: Twilio takes the call, and
# this server does not believe what Twilio sends.
broken twiml-twice 11200 null "403: /twiml was refused: signature bad" \
    "TWILIO_AUTH_TOKEN" TWILIO_AUTH_TOKEN=ffffffffffffffffffffffffffffffff \
    TWILIO_API_KEY=SK5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e \
    TWILIO_API_SECRET=simulated-secret
ok "a signature that does not fit is one line of the log" grep -q \
    'ev=webhook_refused path=/twiml signature=bad why="signature bad under' \
    serve.log
ok "and the log has no token" not grep -q 'fffffffffffffffff' serve.log
unset TWILIO_API_KEY TWILIO_API_SECRET

# ---- while it runs, after it, after a restart ----

rm -rf data
stand booking
serve serve.log
mkfifo events
"$program" book "$words" --to +15551230000 $now --yes --json >booked \
    2>events </dev/null &
book=$!
pids="$pids $book"
exec 5<events
ok "booking: they talk" await 5 booked.log '*"state":"talking"*'
run calls --json
id=$(sed -n '1s/^{"id":"\([0-9a-f]*\)".*/\1/p' out)
run why "$id"
ok "booking: in mid-call nothing has gone wrong so far" has out \
    ": in_progress" "was let in by its token" "Twilio wrote down nothing" \
    "Cause:  Nothing has gone wrong so far."
drain 5 booked.log
ends "$book"
run why "$id"
cp out told
ok "booking: explained" has told "Cause:  Nothing went wrong" \
    "the disclosure was said word for word" "the model called end_call" \
    "their first audio came" "our first audio went to them" \
    "marks came back" "Twilio: stream-started" \
    "Twilio wrote down nothing about it"
ok "booking: no remedy is owed" not grep -q '^Remedy' told
ok "the upgrade is one line of the log" grep -q 'ev=upgrade id=[0-9]* '\
'call="" path=/media-stream peer=127.0.0.1 forwarded_for=[^ ]* '\
'user_agent=[^ ]* query="" protocol="" extensions="" '\
'signature="signature ok" result=101 ms=[0-9]*$' serve.log
kill "$server"
ends "$server"
serve serve.log
run why "$id"
ok "after a restart the same is told" same "$(cat out)" "$(cat told)"

finish
