#!/bin/sh
# crash.sh - kill -9 in the middle of a call: what was promised is not lost,
# and nobody is called twice.
. "${0%/*}/lib/killed.sh"
. "${0%/*}/lib/tap.sh"
logs='killed.log serve.log stand.log booked.log'

ok "the stand-ins" stand
ok "a server" serve killed.log

# ---- while they talk ----

ok "a call, and something was said" placed +15551230000 '*"who":"them"*'
# A line is told as it is written, not after: wait for the second.
mkfifo written
tail -n +1 -f data/journal >written &
tail=$!
pids="$pids $tail"
exec 6<written
ok "and written down" await 6 journal.log '*"who":"them"*'
kill "$tail"
ends "$tail"
ok "the server is killed" killed
ends "$book"
is "book says that it lost the server: 69" "$rc" 69
drain 5 booked.log
ok "in words" grep -q '^concierge: ' booked.log
ok "and no outcome" empty booked

# A minute later, or time would have gone back.
now=--now=2026-11-22T12:01:00+01:00
ok "it starts again" serve serve.log
id=$(the_call)
run watch "$id"
is "the call is brought to its end" "$rc" 0
run show "$id" --json
ok "it ended, and says why" has out "{\"id\":\"$id\",\"call_sid\":\"CA" \
    '"started":"2026-11-22T11:00:' '"ended":"2026-11-22T11:01:' \
    "the server stopped during the call"
ok "nothing was made up" grep -qE '"outcome":"(cut_off|unclear)"' out
ok "what had been said is kept" has out \
    '"who":"them","text":"Luigi'\''s, good evening!"'
ok "call.json is that object" cmp out "data/calls/$id/call.json"
ok "the journal had no damage" not grep -qE 'journal_(cut|damaged)' serve.log
ok "Twilio was told to end it" await 4 stand.log '*the call is over: *'
is "nobody was called twice" "$(rung +15551230000)" 1

# ---- while Twilio has not answered yet ----

# The stand-ins stand still: the request to dial lies in their socket, and
# nobody can know whether it will be read.
kill -STOP "$stand"
ok "another call, being dialled" placed +15551230001 '*"state":"dialling"*'
# By the time this is answered the request has left.
run calls
is "the server is not held up by it" "$rc" 0
ok "the server is killed, again" killed
ends "$book"
is "book: 69" "$rc" 69
kill -CONT "$stand"
ok "the number rings all the same" await 4 stand.log \
    '*twilio *rings +15551230001'
ok "and starts again" serve serve.log
id=$(the_call)
run watch "$id"
is "that call is brought to its end" "$rc" 0
ok "it was looked up" has serve.log ev=call_found
run show "$id" --json
ok "it has the SID Twilio gave" has out "{\"id\":\"$id\",\"call_sid\":\"CA" \
    '"to":"+15551230001"' '"ended":"2'
ok "Twilio was told to end this one, too" await 4 stand.log \
    '*the call is over: *'
is "it rang once" "$(rung +15551230001)" 1

# ---- while nothing has reached Twilio ----

kill "$server"
ends "$server"
# Somebody who listens, and hears nothing.
ok "a server that is not Twilio" serve hole.log --concierge-dir hole \
    --server-port 0
hole=$server
base=$TWILIO_API_BASE
TWILIO_API_BASE=http://127.0.0.1:$port
kill -STOP "$hole"
ok "a server that takes it for Twilio" serve killed.log
ok "a third call, being dialled" placed +15551230002 '*"state":"dialling"*'
ok "the server is killed once more" killed
ends "$book"
kill -9 "$hole"
ends "$hole"
TWILIO_API_BASE=$base
ok "it starts again, with the true one" serve serve.log
id=$(the_call)
run watch "$id"
is "this call, too, is brought to its end" "$rc" 0
run show "$id" --json
ok "it was never made" has out "{\"id\":\"$id\",\"call_sid\":null" \
    '"status":"failed"' '"outcome":"not_reached"' '"started":null'
ok "and no other call was taken for it" not has serve.log ev=call_found

# ---- afterwards nothing is left to do ----

kill "$server"
ends "$server"
is "the server ends: 0" "$rc" 0
ok "it starts once more" serve serve.log
run calls --json
is "the calls are there" "$(lines out)" 3
is "and ended" "$(grep -c '"ended":"2' out)" 3
ok "nothing was found unfinished" not grep -q ev=call_unfinished serve.log
kill "$server" "$stand"
ends "$server"
ends "$stand"
drain 4 stand.log
is "two calls rang, no more" "$(grep -c 'twilio  *rings' stand.log)" 2

finish
