#!/bin/sh
# kill.sh - kill -9 in every state of a call: it is not lost, not doubled,
# nobody is dialled twice, and it comes to its end.
. "${0%/*}/lib/killed.sh"
. "${0%/*}/lib/tap.sh"
logs='killed.log serve.log stand.log booked.log'

ok "the stand-ins, of a brief call" stand brief

# in_state NAME PATTERN: a call of its own, killed when an event like that has
# come; then a server again, ten minutes later.
minutes=0 calls=0
in_state()
{
    to=+1555123000$calls
    calls=$((calls + 1))
    : >booked.log
    ok "$1: a server" serve killed.log
    ok "$1: a call gets there" placed "$to" "$2"
    ok "$1: the server is killed" killed
    ends "$book"
    drain 5 booked.log
    cp data/journal before
    minutes=$((minutes + 1))
    now=--now=2026-11-22T12:${minutes}0:00+01:00
    [ $minutes -lt 6 ] || now=--now=2026-11-22T13:$((minutes - 6))0:00+01:00
    ok "$1: it starts again" serve serve.log
    id=$(the_call)
    run watch "$id"
    is "$1: the call comes to its end" "$rc" 0
    run show "$id" --json
    ok "$1: with an outcome, to that number" has out "\"to\":\"$to\"" \
        '"outcome":{"outcome":"' '"ended":"2'
    ok "$1: call.json is that object" cmp out "data/calls/$id/call.json"
    grep "\"call\":\"$id\"" before >old
    grep "\"call\":\"$id\"" data/journal | head -n "$(lines old)" >new
    ok "$1: what was on disk still is" cmp old new
    is "$1: one intent and one outcome" "$(grep "\"call\":\"$id\"" \
        data/journal | grep -cE '"rec":"(intent|outcome)"')" 2
    ok "$1: no record was damaged" not grep -q ev=journal_damaged serve.log
    run calls --json
    is "$1: no call was lost or doubled" "$(lines out)" "$calls"
    kill "$server"
    ends "$server"
}

in_state planned '*"state":"planned"*'
in_state dialling '*"state":"dialling"*'
in_state queued '*"state":"queued"*'
in_state ringing '*"state":"ringing"*'
in_state answered '*"state":"answered"*'
in_state talking '*"state":"talking"*'
in_state "in the talk" '*"who":"us"*'
in_state closing '*"state":"closing"*'
in_state ended '*"outcome":"*'
ok "an outcome that was saved stands" grep -q '"outcome":"declined"' \
    "data/calls/$id/call.json"

kill "$stand"
ends "$stand"
drain 4 stand.log
twice=
for number in 0 1 2 3 4 5 6 7 8; do
    [ "$(rung +1555123000$number)" -le 1 ] || twice="$twice $number"
done
is "nobody was dialled twice" "$twice" ""
is "each call is over for Twilio, too" \
    "$(grep -c 'twilio  *the call is over' stand.log)" $calls

finish
