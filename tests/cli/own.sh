#!/bin/sh
# own.sh - book without a server runs one inside itself, for that call.
. "${0%/*}/lib/tap.sh"
logs='stand.log booked.log'

words="Book a table at Luigi's for 4 tomorrow at 7 pm"

# book ARGUMENT...: run, of that request.
book()
{
    run book "$words" --to +15551230000 $now "$@"
}

# refuses STATUS TEXT ARGUMENT...
refuses()
{
    want=$1 text=$2
    shift 2
    book "$@"
    ok "exit $want: book $*" refused
}

ok "the stand-ins, of a line that is busy" stand busy

# ---- nothing is dialled without need ----

refuses 64 "nobody is there to say yes: give --yes"
refuses 77 "is not in ALLOWED_NUMBERS" --yes --allowed-numbers '+49*'
refuses 65 'cannot be used' --yes --party none
fails 65 "I still need" book "Book a table for 4" --yes --to +15551230000
fails 65 "telephone number of Luigi's" book "$words" $now --yes
fails 65 "I cannot do that" book "Call 911" --yes
is "no call was made" "$("$program" calls | wc -l | tr -d ' ')" 0

# ---- a call of its own ----

book --yes --json
is "busy: nobody reached, 2" "$rc" 2
cp out booked
ok "the call object on stdout" objects booked
ok "not reached, because busy" has booked '"status":"failed"' \
    '"outcome":{"outcome":"not_reached","fields":{},"changed":[],'\
'"reason":"busy"}' '"call_sid":"CA'
ok "events on stderr" has err '"state":"ringing"' '"state":"ended"'
id=$(sed 's/^{"id":"\([0-9a-f]*\)".*/\1/' booked)
ok "call.json is that object" cmp booked "data/calls/$id/call.json"
run show "$id" --json
ok "show finds it afterwards" cmp booked out
book --yes
is "in words: 2" "$rc" 2
ok "one line on stdout" grep -qx "Nobody reached (busy): Luigi's, .*" out
ok "what happens on stderr" has err "Calling Luigi's at +1******0000" \
    "-- ringing" "-- ended"
ok "no log between" not grep -q level=info err
run calls
is "calls reads both from the journal" "$(lines out)" 2

# ---- the directory is another's ----

ok "a server elsewhere, with the same CONCIERGE_DIR" serve serve.log \
    --server-port 0
refuses 75 "another concierge is running" --yes
kill "$server"
ends "$server"
kill "$stand"
ends "$stand"

# ---- ^C ----

ok "the stand-ins, of somebody who picks up" stand
mkfifo events
"$program" book "$words" --to +15551230000 $now --yes >booked 2>events \
    </dev/null &
book=$!
pids="$pids $book"
exec 5<events
ok "they talk" await 5 booked.log '-- talking'
kill -INT "$book"
ok "^C hangs up" await 5 booked.log 'hanging up*'
ok "and tells the end" await 5 booked.log '-- ended'
ends "$book"
is "130" "$rc" 130
ok "Twilio knows" await 4 stand.log '*the call is over: completed'
kill "$stand"
ends "$stand"
is "the stand-ins end: 0" "$rc" 0
run calls --json
ok "the journal has it, hung up" has out '"status":"completed"' \
    '"ended":"2' "+15551230000"
is "all three" "$(lines out)" 3

finish
