#!/bin/sh
# stream.sh - Twilio's side as a tool: what it plays, what it says of a server,
# and what it does wrong on purpose to one that must not mind.
. "${0%/*}/lib/tap.sh"
logs='serve.log stand.log'

fails 64 "wants a URL" stream
fails 64 'there is no fault "sand"' stream ws://127.0.0.1:1 --faults lost,sand
fails 64 "is no tone" stream ws://127.0.0.1:1 --tones 9000
fails 64 "is no key" stream ws://127.0.0.1:1 --dtmf 12x
fails 64 "not both" stream ws://127.0.0.1:1 --wav a.wav --tones 440
fails 65 "no RIFF WAVE head" stream ws://127.0.0.1:1 --wav "$program"
fails 65 "standard input has no audio" stream ws://127.0.0.1:1 --wav -
fails 74 "nothing.wav" stream ws://127.0.0.1:1 --wav nothing.wav

pick_port
run stream "ws://127.0.0.1:$port/media-stream" --json
is "nobody listens: 69" "$rc" 69
ok "as an object" objects out
ok "Twilio would report 31902" has out '"number":31902' '"handshake_ms":null'

ok "the stand-ins, of an inbound call" stand inbound
ok "a server" serve serve.log
at="--twiml http://127.0.0.1:$port/incoming-call"

# ---- what it plays ----

# told KEY: a number of the summary.
told()
{
    sed -n "s/.*\"$1\":\([0-9.]*\).*/\1/p" out
}

# shellcheck disable=SC2086 # two words
call()
{
    run stream $at --seconds 0 --sent sent.ul --json "$@"
}

number()
{
    for shift in 0 8 16 24; do
        printf "\\$(printf %o $(($1 >> shift & 255)))"
    done
}

# wave FORMAT CHANNELS RATE BITS BYTES SIZE: a WAV of zeros whose head says SIZE
# in the data chunk, behind one that nobody knows.
wave()
{
    printf RIFF && number "$6" && printf 'WAVEjunk' && number 3 &&
        printf 'abc\0' && printf 'fmt ' && number 16
    printf "\\$(printf %o "$1")\0\\$(printf %o "$2")\0"
    number "$3"
    number $(($3 * $2 * $4 / 8))
    printf "\\$(printf %o $(($2 * $4 / 8)))\0\\$(printf %o "$4")\0data"
    number "$6"
    awk "BEGIN { for (i = 0; i < $5; i++) printf \"%c\", 0 }"
}

call --tones 440,880:100
is "tones: 0" "$rc" 0
ok "as an object" objects out
is "their length" "$(wc -c <sent.ul | tr -d ' ')" 1600
ok "a handshake was timed" has out '"handshake_ms":' '"breaches":[]' \
    '"gaps":{"count":'
call --tones 440:20 --dtmf '5w#'
is "keys are told" "$(told keys)" 2
is "and heard" "$(wc -c <sent.ul | tr -d ' ')" $((160 + 1600 + 4000 + 1600))

for kind in "1 1 22050 16" "1 2 44100 24" "1 6 48000 32" "3 2 96000 32" \
    "3 1 16000 64" "1 1 11025 16"; do
    set -- $kind
    wave "$1" "$2" "$3" "$4" $(($3 * $2 * $4 / 8 / 5)) \
        $(($3 * $2 * $4 / 8 / 5)) >zeros.wav
    call --wav zeros.wav
    is "format $1, $2 channels, $3 Hz, $4 bits: 200 ms" \
        "$rc $(wc -c <sent.ul | tr -d ' ')" "0 1600"
done
wave 1 1 22050 16 8820 4294967295 >streamed.wav
call --wav streamed.wav
is "a WAV that does not know how long it is" \
    "$rc $(wc -c <sent.ul | tr -d ' ')" "0 1600"

awk 'BEGIN { for (i = 0; i < 320; i++) printf "%c", i % 120 + 1 }' >bare.ul
# shellcheck disable=SC2086
"$program" stream $at --seconds 0 --sent sent.ul --json --wav - >out 2>err \
    <bare.ul
is "bare mu-law on standard input: 0" "$?" 0
ok "goes as it stands" cmp bare.ul sent.ul
# Somebody who speaks while the stream is open: what he says first has left
# before he goes on.
mkfifo spoken told
# shellcheck disable=SC2086
"$program" stream $at --seconds 0 --sent sent.ul --json --wav - <spoken \
    >out 2>told &
stream=$!
pids="$pids $stream"
exec 6>spoken 7<told
cat bare.ul >&6
ok "the server answers while he speaks" await 7 told.log '* media *'
cat bare.ul >&6
exec 6>&-
drain 7 told.log
ends "$stream"
is "live mu-law on standard input: 0" "$rc" 0
ok "there was silence in between" test "$(told frames)" -gt 5
cat bare.ul bare.ul >twice.ul
tr -d '\377' <sent.ul >spoken.ul
ok "and every byte of his" cmp twice.ul spoken.ul
# shellcheck disable=SC2086
"$program" stream $at --seconds 0 --sent sent.ul --json --wav - >out 2>err \
    <streamed.wav
is "and a WAV there" "$? $(wc -c <sent.ul | tr -d ' ')" "0 1600"

if command -v espeak-ng >espeak.log 2>&1; then
    # shellcheck disable=SC2086
    espeak-ng --stdout "a table for two" | "$program" stream $at --seconds 0 \
        --sent sent.ul --json --wav - >out 2>err
    is "espeak-ng, piped in: 0" "$?" 0
    ok "over half a second of it" test "$(wc -c <sent.ul | tr -d ' ')" -gt 4000
    ok "and not silent" test "$(tr -d '\377\177' <sent.ul | wc -c)" -gt 2000
else
    points=$((points + 1))
    echo "ok $points - espeak-ng, piped in # SKIP no espeak-ng"
fi

# shellcheck disable=SC2086
run stream $at --seconds 1 --save back.wav
is "for people: 0" "$rc" 0
ok "line by line" has out "handshake " " ms" "sent " "came back" "marks " \
    "gaps " "breaches    none" "closed      by us, 1000"
ok "what came back is a WAV" sh -c 'head -c 4 back.wav | grep -q RIFF'

# ---- what it does wrong ----

for ill in late lost doubled jitter binary sid garbage slow half-open no-stop \
    1006; do
    call --tones 440,880:500 --faults "$ill" --seed 7
    ok "$ill: the server bears it, or closes with a code" sh -c "
        grep -q '\"faults\":{\"seed\":7,\"$ill\":[1-9]' out &&
        grep -q '\"breaches\":\[\]' out && case $rc in
        0 | 76 | 77) ;;
        *) false ;;
        esac"
done
# shellcheck disable=SC2086
run stream $at --seconds 0 --tones 440:300 --faults lost,doubled --seed 3
ok "and is told so" has out "faults      lost " ", doubled " "; seed 3"
call --tones 440:200
is "a good stream after all that: 0" "$rc" 0
ok "the server has not noticed" not grep -q 'level=fatal' serve.log
kill "$server"
ends "$server"
is "and ends well" "$rc" 0
ok "what it was told amiss stands in its log" has serve.log why=binary \
    "why=\"streamSid: another stream's\"" 'why="not a value"' \
    "ended with 1006 and no stop message"

finish
