#!/bin/sh
# show.sh - a call that is over, as a person reads it: from its file alone,
# without a server.
. "${0%/*}/lib/tap.sh"
export CONCIERGE_DIR="$tmp/data" ZONE=Europe/Berlin SERVER_PORT=1

# call ID OUTCOME: a call's file, as the server writes it.
call()
{
    mkdir -p "data/calls/$1" || exit 1
    cat >"data/calls/$1/call.json" <<END
{"id":"$1","call_sid":"CA00000000000000000000000000000001",
"status":"completed","direction":"outbound",
"asked":{"to":"+15551230000","restaurant":"Luigi's","party":4,
"date":"2026-11-23","time":"19:00","time_to":"19:30","name":"Leo",
"wishes":["by the window"],"note":""},
"outcome":$2,
"transcript":[{"at":"00:03.120","who":"them","text":"Tuesday at 8:30."}],
"created":"2026-11-22T11:00:00Z","started":"2026-11-22T11:00:01Z",
"ended":"2026-11-22T11:00:43Z","seconds":42.1,"error":null}
END
}

# field NAME VALUE QUOTE SURE [MORE]
field()
{
    printf '"%s":{"value":%s,"quote":"%s","speaker":"them","at":"00:03.120"' \
        "$1" "$2" "$3"
    printf '%s,"sure":%s}' "${5:-}" "$4"
}

# shown TEXT...: each is a whole line of out.
shown()
{
    for line in "$@"; do
        grep -qxF -- "$line" out || { echo "#   no line: $line"; return 1; }
    done
}

one=00000000000000000000000a
call $one '{"outcome":"modified","fields":{'"$(
    field date '"2026-11-24"' Tuesday 0.90),$(
    field time '"20:30"' 8:30 0.70),$(
    field party 5 'for five' 0.90),$(
    field number '"4711"' '4 7 1 1' 1.00 ',"read_back":true')"'},
"changed":["date","time","party"],"reason":null}'
run show $one
is "a booking with a change: 0" "$rc" 0
ok "says so first, with what was agreed" has out "Booked with a change: \
Luigi's, Tuesday 24 November 2026, 20:30, 5 people, confirmation number 4711"
ok "what was asked for, all of it" shown "asked for: Monday 23 November 2026, \
19:00 to 19:30, 4 people, for Leo, by the window"
ok "each change, both sides in full" shown \
    "changed: date: Monday 23 November 2026 was asked for, Tuesday 24 \
November 2026 was agreed" \
    "changed: time: 19:00 to 19:30 was asked for, 20:30 was agreed" \
    "changed: party: 4 people was asked for, 5 people was agreed"
ok "what nobody said" shown "nobody said: name"
ok "each field: value, how sure, whose words, when" shown \
    '  date     Tuesday 24 November 2026    90 % sure  "Tuesday" (them, '\
'00:03.120)' \
    '  time     20:30                       70 % sure  "8:30" (them, '\
'00:03.120)' \
    '  party    5 people                    90 % sure  "for five" (them, '\
'00:03.120)' \
    '  number   4711                       100 % sure  "4 7 1 1" (them, '\
'00:03.120), read back'
ok "and the transcript" shown "  00:03.120 them: Tuesday at 8:30."

two=00000000000000000000000b
call $two '{"outcome":"alternative_offered","fields":{'"$(
    field time '"20:30"' 8:30 0.90)"'},"changed":["time"],"reason":null}'
run show $two
ok "an offer is an offer, and was not agreed" shown \
    "changed: time: 19:00 to 19:30 was asked for, 20:30 was offered"
ok "and nothing is missed in what is no booking" not has out "nobody said"

three=00000000000000000000000c
call $three '{"outcome":"confirmed","fields":{'"$(
    field date '"2026-11-23"' Monday 0.90),$(
    field time '"19:00"' seven 0.90),$(field party 4 four 0.90),$(
    field name '"Leo"' Leo 0.90)"'},"changed":[],"reason":null}'
run show $three
ok "as asked: nothing changed, nothing left out" not grep -qE \
    '^(changed|nobody said)' out
run show $three --ics
ok "--ics: a calendar's" has out "SUMMARY:Luigi's\\, 4 people"
run show $three --json
ok "--json: the file" cmp out "data/calls/$three/call.json"
finish
