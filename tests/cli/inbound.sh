#!/bin/sh
# inbound.sh - somebody rings us, and concierge stream is the one who rings.
. "${0%/*}/lib/tap.sh"
logs='serve.log stand.log'

ok "the stand-ins, of an inbound call" stand inbound --heard heard.ul
ok "a server" serve serve.log

# ---- concierge stream: every byte reaches the model ----

# number N: four bytes, the lowest first.
number()
{
    for shift in 0 8 16 24; do
        printf "\\$(printf %o $(($1 >> shift & 255)))"
    done
}

# wav FILE: a head for bare mu-law of 8000 Hz (RFC 2361's tag 7).
wav()
{
    size=$(wc -c <"$1")
    printf RIFF
    number $((size + 50))
    printf 'WAVEfmt '
    number 18
    printf '\7\0\1\0'
    number 8000
    number 8000
    printf '\1\0\10\0\0\0fact'
    number 4
    number "$size"
    printf data
    number "$size"
    cat "$1"
}

# Three seconds of silence, in which the model greets; one in which every byte
# but the silent one comes in no order that could be guessed.
awk 'BEGIN {
    for (i = 0; i < 24000; i++)
        printf "%c", 255
    for (i = 0; i < 8000; i++) {
        s = (s * 1103 + 12345) % 65521
        printf "%c", s % 254 + 1
    }
}' >spoken.ul
is "three seconds of silence, one of noise" "$(wc -c <spoken.ul | tr -d ' ')" \
    32000
wav spoken.ul >spoken.wav

run stream --twiml "http://127.0.0.1:$port/incoming-call" --wav spoken.wav \
    --sent sent.ul --save back.wav --seconds 1 --from +15557654321 --json
is "stream: 0" "$rc" 0
cp out summary
ok "its summary is one object" objects summary
ok "what was sent is the WAV's sound, then silence" cmp -n 32000 \
    spoken.ul sent.ul
is "to the end of the second behind it" "$(wc -c <sent.ul | tr -d ' ')" 40000
ok "signed, and nothing judged wrong" has summary '"signed":true' \
    '"breaches":[]' '"error":null' '"dropped":0'
run calls --json
ok "an inbound call, from that number" has out '"direction":"inbound"' \
    '"from":"+15557654321"'
id=$(sed -n 's/^{"id":"\([0-9a-f]*\)".*/\1/p' out)

# What comes before the model's session is set up is not passed on, on
# purpose: what the model heard is sent.ul from some frame on, without a gap.
heard=$(wc -c <heard.ul)
skip=$(($(wc -c <sent.ul) - heard))
ok "the model was there within half a second" test "$skip" -ge 0 -a \
    "$skip" -le 4000
tail -c "$heard" sent.ul >tail.ul
ok "the model heard what was sent, byte for byte" cmp tail.ul heard.ul
ok "the noise with it" test "$skip" -lt 24000

# And back: what the model said is in the WAV that came back.
ok "what came back is a mu-law WAV" same "$(od -An -tx1 -j20 -N2 back.wav |
    tr -d ' ')" 0700
ok "with over two seconds in it" test "$(wc -c <back.wav)" -gt 16000
run show "$id"
ok "it was the greeting" has out \
    "us: Hello, this is an automated assistant. How can I help you?"
recording=data/calls/$id/recording.wav
ok "a recording was kept" test -s "$recording"

# The left channel is theirs: the noise stands in it.
od -An -v -tu1 -w2 -j58 "$recording" | awk '{ printf "%c", $1 }' >left.ul
tail -c 8000 spoken.ul >noise.ul
ok "the noise is in its left channel" same "$(od -An -v -tx1 left.ul |
    tr -d ' \n' | grep -c "$(od -An -v -tx1 -N 400 noise.ul | tr -d ' \n')")" 1

# ---- a stranger's stream ----

run stream "ws://127.0.0.1:$port/media-stream" --param token=guessed --json
ok "a stream without its token is closed with 1008" has out '"code":1008'
ok "and the stream's status says so" test "$rc" -ne 0
key=$TWILIO_AUTH_TOKEN
TWILIO_AUTH_TOKEN=ffffffffffffffffffffffffffffffff
run stream --twiml "http://127.0.0.1:$port/incoming-call"
ok "a wrong signature gets no TwiML" test "$rc" -ne 0
ok "but 403" has err 403
run calls
is "neither made a call" "$(lines out)" 1

# ---- USR1: somebody rings ----

kill -USR1 "$stand"
ok "the caller is heard" await 4 stand.log '*caller *says*'
run calls --limit 1 --json
ok "the call is running" has out '"direction":"inbound"' '"asked":null' \
    '"from":"+15551230000"' '"status":"in_progress"' '"ended":null'
other=$(sed 's/^{"id":"\([0-9a-f]*\)".*/\1/' out)
run watch
is "watch follows it to its end" "$rc" 0
ok "word for word" has out "-- talking" \
    "us: Hello, this is an automated assistant. How can I help you?" \
    "them: This is Luigi's. Please tell Leo that his table is ready." \
    "us: I will tell him." "-- ended"
run show "$other" --json
ok "it is completed" has out '"status":"completed"' '"error":null'
ok "call.json is that object" cmp out "data/calls/$other/call.json"
run calls
ok "calls: two lines, a call that came in" grep -q \
    "^$other .*a call that came in" out
ok "the number masked" not grep -q 5551230000 out

# ---- while the server drains ----

kill -USR1 "$stand"
ok "another caller is heard" await 4 stand.log '*caller *says*'
kill "$server"
run stream "ws://127.0.0.1:$port/media-stream" --param token=guessed --json
ok "a stream that comes while it drains is closed with 1013" has out \
    '"code":1013'
ok "the caller still gets the answer" await 4 stand.log \
    '*caller *hears "I will tell him*'
ends "$server"
is "the server ends: 0" "$rc" 0
ok "the call was over" await 4 stand.log '*the call is over: completed'

# ---- no model to be had ----

TWILIO_AUTH_TOKEN=$key
REALTIME_URL=ws://127.0.0.1:9/v1/realtime
ok "a server without a model" serve serve.log
kill -USR1 "$stand"
ok "a caller is told so, in words" await 4 stand.log \
    "*caller *hears Twilio's voice say \"[SI]*orry, *"
ok "and the call ends" await 4 stand.log '*the call is over: completed'
run watch
run calls --limit 1 --json
ok "the model is to blame" has out '"status":"failed"' '"source":"model"'
kill "$server" "$stand"
ends "$server"
is "the server ends: 0" "$rc" 0
ends "$stand"
is "the stand-ins end: 0" "$rc" 0
drain 4 stand.log
is "each caller heard the answer" \
    "$(grep -c 'caller  *hears "I will tell him' stand.log)" 2

finish
