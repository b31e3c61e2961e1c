#!/bin/sh
# leave.sh - who goes first: a second ^C leaves nothing ringing, and a server
# that is told to end still hands out the object of the call it ended with.
. "${0%/*}/lib/tap.sh"
logs='stand.log booked.log serve.log'

words="Book a table at Luigi's for 4 tomorrow at 7 pm"

# book_live: one in the background; what it says comes on descriptor 5.
book_live()
{
    rm -f events
    mkfifo events
    "$program" book "$words" --to +15551230000 $now --yes >booked 2>events \
        </dev/null &
    book=$!
    pids="$pids $book"
    exec 5<events
}

stand_ends()
{
    kill "$stand"
    ends "$stand"
}

# ---- ^C, and once more at once ----

ok "the stand-ins, of somebody who lets it ring" stand hangup-ringing
book_live
ok "it rings" await 5 booked.log '-- ringing'
kill -INT "$book"
ok "^C hangs up" await 5 booked.log 'hanging up*'
kill -INT "$book"
ends "$book"
is "a second one: 130" "$rc" 130
ok "and the telephone has stopped ringing" \
    await 4 stand.log '*the call is over: canceled'
stand_ends
run calls
ok "the journal has it" grep -q "Nobody reached (no answer).*owner's wish" out

# ---- Twilio does not answer the hang-up ----

ok "the stand-ins, whose API does not listen" stand hangup-deaf
book_live
ok "it rings again" await 5 booked.log '-- ringing'
kill -INT "$book"
ok "^C tries to hang up" await 5 booked.log 'hanging up*'
kill -INT "$book"
ok "a second one waits" await 5 booked.log 'leaving as soon as*'
ok "no longer than it takes to be sure" \
    await 5 booked.log 'interrupted: it may still be ringing*'
ends "$book"
is "and leaves: 130" "$rc" 130
stand_ends

# A third one waits for nothing.
ok "the stand-ins once more" stand hangup-deaf
export CONCIERGE_DIR="$tmp/third"
book_live
ok "it rings once more" await 5 booked.log '-- ringing'
kill -INT "$book"
await 5 booked.log 'hanging up*'
kill -INT "$book"
await 5 booked.log 'leaving as soon as*'
kill -INT "$book"
ok "a third one leaves at once" \
    await 5 booked.log 'interrupted: it may still be ringing*'
ends "$book"
is "with 130" "$rc" 130
stand_ends

# ---- a server that ends with the call ----

ok "the stand-ins, of a line that is busy" stand busy
ok "a server" serve serve.log --concierge-dir "$tmp/other"
export CONCIERGE_DIR="$tmp/other"
book_live
ok "it rings there" await 5 booked.log '-- ringing'
kill "$server"
ends "$book"
is "book has the outcome of a server that was told to end: 2" "$rc" 2
ok "in words" grep -qx "Nobody reached (busy): Luigi's, .*" booked
ends "$server"
is "and the server ends: 0" "$rc" 0
ok "drained" grep -q ev=drained serve.log
stand_ends

finish
