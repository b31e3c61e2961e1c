#!/bin/sh
# calls.sh - a server and the stand-ins as two processes, calls between them.
# In real time: half a minute, most of it spent listening.
. "${0%/*}/lib/tap.sh"
logs='serve.log stand.log booked.log'

ok "the stand-ins say what points a server at them" stand
ok "as lines of settings" not grep -qvE '^[A-Z][A-Z_]*=[^ ]+$' settings
ok "a server takes them" serve serve.log
ok "and misses nothing" has serve.log 'missing=""'

# ---- a call is placed, and a second beside it ----

words="Book a table at Luigi's for 4 tomorrow at 7 pm"
mkfifo events other
"$program" book "$words" --to +15551230000 $now --yes --json \
    >booked 2>events </dev/null &
book=$!
pids="$pids $book"
exec 5<events
ok "book --json tells events" await 5 booked.log '{"event":"status",*'
ok "the plan stands before them" has booked.log \
    "Calling Luigi's at +1******0000: 4 people, Monday 23 November 2026, 19:00"
ok "it rings" await 5 booked.log '*"state":"ringing"*'
ok "they talk" await 5 booked.log '*"state":"talking"*'

run calls --json
is "calls --json: 0" "$rc" 0
ok "calls --json is one object a line" objects out
id=$(sed -n 's/^{"id":"\([0-9a-f]*\)".*"status":"in_progress".*/\1/p' out)
is "it names the call" "${#id}" 24
run calls
ok "calls: its line, the number masked" grep -q \
    "^$id  20[0-9T:-]*  +1\*\*\*\*\*\*0000  *in_progress " out
ok "calls: no number whole" not grep -q 5551230000 out
run show "$id"
is "show: 0" "$rc" 0
ok "show: not finished yet" has out "Not finished: Luigi's" "call $id, CA"
run show "$id" --json
ok "show --json is the object" has out "{\"id\":\"$id\",\"call_sid\":\"CA" \
    '"outcome":null' '"ended":null' '"to":"+15551230000"'
fails 65 "no" show 0123456789abcdef01234567
fails 65 "no" hangup 0123456789abcdef01234567

# The same intent while it runs is that call, not another one.
fails 75 "$id" book "$words" --to +15551230000 $now --yes

"$program" book "$words" --to +15551230001 $now --yes >ended 2>other \
    </dev/null &
second=$!
pids="$pids $second"
exec 6<other
ok "another number is another call" await 6 second.log '-- talking'
run calls --limit 1 --json
other=$(sed 's/^{"id":"\([0-9a-f]*\)".*/\1/' out)
ok "calls --limit 1: the newest" not same "$other" "$id"
run hangup "$other"
is "hangup: 0" "$rc" 0
ok "hangup says so" has err "hanging up"
ends "$second"
drain 6 second.log
is "its book ends: cut off, 3" "$rc" 3
ok "in words" grep -q '^[A-Z].*: Luigi.*' ended
run watch "$other"
is "watch of an ended call: 0" "$rc" 0
ok "watch: how it ended" grep -q "^Unclear: Luigi" out
fails 75 "this call is over" hangup "$other"

# ---- following the first ----

"$program" watch --json >watched 2>watch.err </dev/null &
watch=$!
pids="$pids $watch"
ok "they talk on" await 5 booked.log '*"who":"them"*4 7 1 1*'
ends "$watch"
is "watch without an id follows the running call to its end: 0" "$rc" 0
ok "watch --json is one object a line" objects watched
drain 5 booked.log
ends "$book"
is "book: confirmed, 0" "$rc" 0
sed '/^Calling/d' booked.log >told
ok "its events are one object a line" objects told
ok "watch saw the same" cmp told watched
ok "the call object is the last word, on stdout" objects booked
is "and the only one" "$(lines booked)" 1
ok "confirmed" has booked "{\"id\":\"$id\",\"call_sid\":\"CA" \
    '"status":"completed","direction":"outbound"' \
    '"outcome":{"outcome":"confirmed","fields":{' '"error":null}'
ok "what was asked" has booked '"asked":{"to":"+15551230000",'\
'"restaurant":"Luigi'\''s","party":4,"date":"2026-11-23","time":"19:00"'
ok "number 4711, in their words, read back" grep -qE \
    '"number":\{"value":"4711","quote":"4 7 1 1","speaker":"them",'\
'"at":"[0-9]{2}:[0-9]{2}\.[0-9]{3}","read_back":true,"sure":1\.00\}' booked

# ---- afterwards ----

run show "$id" --json
ok "show --json: the object book ended with" cmp booked out
run show "$id"
ok "show: outcome, quotes, transcript" has out \
    "Confirmed: Luigi's, Monday 23 November 2026, 19:00, 4 people" \
    "confirmation number 4711" '"4 7 1 1" (them, ' "read back" \
    "them: Your confirmation number is 4 7 1 1."
mv out shown
run show "$id" --ics
is "show --ics: 0" "$rc" 0
tr -d '\r' <out >lines
ok "the table, for a calendar, its hour in UTC" has lines \
    "UID:$id@concierge" "DTSTART:20261123T180000Z" "STATUS:CONFIRMED" \
    "SUMMARY:Luigi's\\, 4 people" "confirmation number 4711"
fails 65 "nothing was booked" show "$other" --ics

# sifted WANTED ARGUMENT...: so many calls, with and without a server.
sifted()
{
    wanted=$1
    shift
    run calls "$@"
    is "calls $*" "$(lines out)" "$wanted"
}

sifting()
{
    sifted 1 --outcome confirmed
    sifted 0 --outcome declined
    sifted 2 --status completed
    sifted 0 --status failed
    sifted 1 --to 0001
    sifted 2 --to +1555
    sifted 2 --since 2026-11-22 --until 2026-11-22
    sifted 0 --since 2026-11-23
    sifted 0 --until 2026-11-21
    sifted 1 --outcome confirmed --to +15551230000 --limit 5
}

sifting
fails 64 "neither a day" calls --since yesterday
ok "call.json is that object" cmp booked "data/calls/$id/call.json"
ok "the owner's alone" mode_is "data/calls/$id" drwx------
ok "there is a recording" test -s "data/calls/$id/recording.wav"

kill "$server"
ends "$server"
is "the server ends: 0" "$rc" 0
run show "$id" --json
is "show without a server: 0" "$rc" 0
ok "show without a server: the same" cmp booked out
run show "$id"
ok "also in words" cmp shown out
run calls --json
is "calls without a server: both" "$(lines out)" 2
sifting
ok "the newest first" grep -q . out
fails 69 "no server answers" hangup "$id"

ok "it starts again" serve serve.log
run calls
is "and knows both" "$(lines out)" 2
run forget "$id"
is "forget: 0" "$rc" 0
fails 65 "no" show "$id"
run calls
is "and the call" "$(lines out)" 1
fails 65 "no call is running" watch
kill "$server"
ends "$server"
ok "transcript and recording are gone" not test -e "data/calls/$id"
ok "it starts once more" serve serve.log
run calls
is "and still knows one" "$(lines out)" 1
ok "of the other no word is left" not grep -rq "confirmation number" data
kill "$server"
ends "$server"
ok "secrets stand in no log" not grep -rqF \
    -e "$TWILIO_AUTH_TOKEN" -e "$(cat data/token)" -e "$OPENAI_API_KEY" \
    serve.log data/calls data/journal
ok "nor do whole numbers" not grep -qF -e 5551230000 -e 5551230001 serve.log
kill "$stand"
ends "$stand"
is "the stand-ins end: 0" "$rc" 0
drain 4 stand.log
ok "the callee heard the number spelled back" grep -q \
    "callee  *hears \".*number 4 7 1 1. Is that right?\"" stand.log
ok "nothing was judged wrong" not grep -qE "(error|warning) [0-9]|judges," \
    stand.log

finish
