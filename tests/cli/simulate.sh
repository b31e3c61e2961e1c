#!/bin/sh
# simulate.sh - whole calls, and that the same seed makes the same words.
. "${0%/*}/lib/tap.sh"

# well_formed FILE: some reader of XML finds nothing wrong.
well_formed()
{
    if command -v xmllint >/dev/null; then
        xmllint --noout "$1"
    elif command -v python3 >/dev/null; then
        python3 -c 'import sys, xml.dom.minidom as m; m.parse(sys.argv[1])' \
            "$1"
    else
        echo "# SKIP no reader of XML here"
    fi
}

# ---- what there is ----

run simulate --list
is "--list exits 0" "$rc" 0
ok "--list: a name and what it is, a line" \
    not grep -qvE '^[a-z0-9-]+  *[A-Za-z0-9]' out
names=$(sed 's/ .*//' out)
count=$(lines out)
ok "--list: the scenarios of the issue" has out booking other-time declined \
    busy interrupt wrong-track handshake-403 no-token inbound
run simulate --list --json
ok "--list --json is one object a line" objects out
is "--list --json: the same names" \
    "$(sed 's/^{"name":"\([^"]*\)","about":".*"}$/\1/' out)" "$names"

fails 64 'there is no scenario "nonesuch"' simulate nonesuch
fails 64 'there is no scenario "nonesuch"' simulate booking nonesuch
fails 64 '--seed must be a whole number, not "x"' simulate --seed x
fails 64 '--heard goes with --stand' simulate busy --heard file

# ---- all of them, twice ----

# The real time they took may differ, and the ports that were free.
for go in 1 2; do
    run simulate --json --seed 7
    sed 's/"ms":[0-9]*,/"ms":0,/; s/127\.0\.0\.1:[0-9]*/here/g' out \
        >"seven$go"
    is "all as expected, run $go: 0" "$rc" 0
done
ok "--json is one object a scenario" objects seven1
is "--json: every scenario, in the order of the list" \
    "$(sed 's/^{"scenario":"\([^"]*\)","ok":true,"ms":0,"faults":\[\],.*/\1/' \
        seven1)" "$names"
ok "the same seed, the same objects" cmp seven1 seven2
grep '^{"scenario":"booking"' seven1 >booking
ok "a call object of the shape everything else reads" grep -qE \
    '"call":\{"id":"[0-9a-f]{24}","call_sid":"CA[0-9a-f]{32}",'\
'"status":"completed","direction":"outbound","asked":\{' booking
ok "with its outcome and the number spelled back" has booking \
    '"outcome":{"outcome":"confirmed","fields":{' \
    '"number":{"value":"4711","quote":"4 7 1 1","speaker":"them"' \
    '"read_back":true' '"error":null}'
run simulate booking --json --seed 8
sed 's/"ms":[0-9]*,/"ms":0,/' out >eight
ok "another seed, other ids" not cmp -s booking eight

# said FILE: the words of a call, without ids and times.
said()
{
    sed 's/"who":/\n&/g' "$1" | sed -n 's/^"who":\([^}]*"\)}.*/\1/p'
}
is "and the same words" "$(said eight)" "$(said booking)"
ok "which are there" test "$(said booking | wc -l)" -ge 8

# objects_head N FILE: its first lines, and its last, are objects.
objects_head()
{
    { head -n "$1" "$2" && tail -n 1 "$2"; } >some && objects some
}

# What a call leaves on disk is the same too: transcripts and objects.
for go in 1 2; do
    run simulate booking hangup-talking create-reset-done twenty-at-once \
        --seed 9 --out "left$go"
    is "--out, run $go: 0" "$rc" 0
done
left()
{
    (cd "$1" && find . \( -name call.json -o -name transcript.txt \) \
        -exec cksum {} + | sort)
}
is "the same seed, the same files" "$(left left1)" "$(left left2)"
is "a transcript and an object for each call" "$(left left1 | wc -l | tr -d \
    ' ')" 46

# ---- for people ----

run simulate
is "all of them: 0" "$rc" 0
ok "the last line counts them" \
    same "$(tail -n 1 err | sed 's/ in [0-9]*\.[0-9] s$//')" \
        "$count passed, 0 failed"
seconds=$(sed -n '$s/.* in \([0-9]*\)\.[0-9] s$/\1/p' err)
ok "and how long they took" test "$seconds" -ge 0
is "a line for each" "$(grep -c '^ok      ' err)" "$count"
ok "stdout stays empty" empty out

run simulate booking --verbose
is "one alone, every line of it: 0" "$rc" 0
ok "--verbose: who says and hears what" has err \
    'callee   says "Luigi' "callee   hears" "heard    00:" "== booking"
ok "--verbose: the outcome on stdout" \
    grep -q '^Confirmed: .*confirmation number 4711$' out
ok "no colour without a terminal" not grep -q "$(printf '\033')" out err

# ---- for a CI ----

run simulate booking busy --junit results.xml
is "--junit: 0" "$rc" 0
ok "--junit: a document with a testcase for each" same \
    "$(sed -n 's/^ *<testcase classname="concierge.simulate" name="//p' \
        results.xml | sed 's/" time="[0-9]*\.[0-9]\{3\}"\/>$//' |
        tr '\n' ' ')" \
    "booking busy "
ok "--junit: with its counts, twice" same \
    "$(grep -c 'name="concierge.simulate" tests="2" failures="0" errors="0"' \
        results.xml)" 2
ok "--junit: XML that a reader accepts" well_formed results.xml
run simulate busy --junit -
ok "--junit -: on stdout" same "$(sed -n '1p' out) $(tail -n 1 out)" \
    '<?xml version="1.0" encoding="UTF-8"?> </testsuites>'
printf x >file
run simulate busy --out file --junit bad.xml
is "--junit: a scenario that fails: 1" "$rc" 1
ok "--junit: is a failure with its message" has bad.xml \
    'failures="1"' '<failure type="expectation" message="CONCIERGE_DIR' \
    '</failure>'
ok "--junit: and that is XML too" well_formed bad.xml
fails 74 'make nowhere/results.xml' simulate busy --junit nowhere/results.xml
fails 64 '--junit - and --json both want stdout' simulate busy --junit - --json
fails 64 '--junit goes with scenarios' simulate --list --junit file.xml
run help simulate
ok "help names --junit and --json" has out '--junit FILE' '--json'

# ---- --out keeps what a call leaves ----

run simulate booking busy --out kept
is "--out: 0" "$rc" 0
folder=$(echo kept/booking/calls/*)
ok "--out: a call object" objects "$folder/call.json"
ok "--out: its transcript, as outcome reads it" \
    "$program" outcome "$folder/transcript.txt"
"$program" outcome "$folder/transcript.txt" >out 2>err
ok "--out: and finds the number in it" has out '"number":{"value":"4711"'
ok "--out: a WAV file of mu-law, stereo, 8000 Hz" same \
    "$(od -An -tx1 -N4 "$folder/recording.wav" | tr -d ' ') $(od -An -tx1 -j20 \
        -N8 "$folder/recording.wav" | tr -d ' ')" "52494646 07000200401f0000"
ok "--out: as long as its head says" same \
    "$(($(od -An -tu4 -j4 -N4 "$folder/recording.wav") + 8))" \
    "$(wc -c <"$folder/recording.wav" | tr -d ' ')"
ok "--out: the folder is the owner's alone" mode_is kept drwx------
ok "--out: no recording of a call nobody answered" \
    not test -e kept/busy/calls/*/recording.wav
printf x >file
run simulate busy --out file
is "--out where no folder can be: 1" "$rc" 1
ok "and it says so" has err "not ok  busy" file

# ---- --wire writes down what crosses the wires ----

run simulate booking inbound --wire tape
is "--wire: 0" "$rc" 0
for wire in model stream rest hook; do
    ok "--wire: $wire.jsonl is one object a line" \
        objects_head 20 "tape/booking/$wire.jsonl"
done
ok "--wire: the owner's alone" mode_is tape/booking/rest.jsonl -rw-------
ok "--wire: what we said to the model" \
    grep -qE '"ours":true,"head":"text","body":"\{\\"type\\":\\"session.upd' \
    tape/booking/model.jsonl
ok "--wire: and what it said" \
    grep -qE '"ours":false,"head":"text","body":"\{\\"type\\":\\"session.cr' \
    tape/booking/model.jsonl
is "--wire: a clear or media a line, and as many marks as came back" \
    "$(grep -c '"ours":true.*\\"event\\":\\"mark\\"' \
        tape/booking/stream.jsonl)" \
    "$(grep -c '"ours":false.*\\"event\\":\\"mark\\"' \
        tape/booking/stream.jsonl)"
ok "--wire: the order of the call" \
    grep -q '"ours":true,"head":"POST .*"body":"To=%2B15551230000&From=' \
    tape/booking/rest.jsonl
ok "--wire: the document Twilio fetched" \
    grep -q '"ours":true,"head":"HTTP.*<Connect><Stream url=' \
    tape/booking/hook.jsonl
ok "--wire: no REST where the call came in" empty tape/inbound/rest.jsonl
run simulate busy --wire file
is "--wire where no folder can be: 1" "$rc" 1
ok "and it says so too" has err "not ok  busy" file
fails 64 '--wire goes with scenarios' simulate --stand --wire tape

finish
