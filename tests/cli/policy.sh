#!/bin/sh
# policy.sh - the kill switch, what is said before dialling, prices from a
# file, and a ladder of attempts that outlives its server.
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

watch_live()
{
    rm -f events
    mkfifo events
    "$program" watch >events 2>watched </dev/null &
    watch=$!
    pids="$pids $watch"
    exec 5<events
}


# ---- a switch without a server ----

ok "the stand-ins, of somebody who lets it ring" stand hangup-ringing
run stop
is "stop without a server: exit 0" "$rc" 0
ok "it says how to go on" has err "concierge resume" "no server is running"
ok "a file says so, for the owner alone" mode_is data/STOP -rw-------
before=$(grep -c '"rec":"intent"' data/journal 2>/dev/null)
fails 77 "all calls are stopped" book "$words" --to +15551230000 "$now" --yes
is "nothing was intended" "$(grep -c '"rec":"intent"' data/journal)" \
    "${before:-0}"
run resume
is "resume: exit 0" "$rc" 0
ok "the file is gone" not test -e data/STOP
run resume
is "resume twice: exit 0" "$rc" 0

# ---- a switch of a server ----

ok "a server" serve serve.log
book_live
ok "it rings" await 5 booked.log '-- ringing'
run stop
is "stop: exit 0" "$rc" 0
drain 5 booked.log
ends "$book"
is "the call was hung up: 2" "$rc" 2
ok "and says why" has booked "all calls were stopped"
ok "the telephone has stopped ringing" \
    await 4 stand.log '*the call is over: canceled'
fails 77 "all calls are stopped" book "$words" --to +15551230000 "$now" --yes
kill -9 "$server"
ends "$server"
ok "a server after kill -9" serve serve.log
fails 77 "all calls are stopped" book "$words" --to +15551230000 "$now" --yes
run resume
is "resume: exit 0" "$rc" 0
ok "the file is gone again" not test -e data/STOP
book_live
ok "it rings again" await 5 booked.log '-- ringing'
kill -INT "$book"
drain 5 booked.log
ends "$book"
kill "$server"
ends "$server"
kill "$stand"
ends "$stand"

# ---- what is said before dialling ----

printf 'currency EUR\nminute + 0.25\n' >prices
fails 64 "It may cost up to EUR 2.50 (an estimate)." book "$words" \
    --to +15551230000 "$now" --prices-file prices
fails 64 "up to EUR 0.40 (" book "$words" --to +15551230000 "$now" \
    --prices-file prices --cost-per-call 0.40
ok "with the number masked, the day, its date and the name" has err \
    "+1******0000" \
    "Monday 23 November 2026" "19:00" "4 people" "for Leo."
printf 'currency EUR\nminute + 0,25\n' >prices
fails 78 "prices, line 2: no amount like 0.05" book "$words" \
    --to +15551230000 "$now" --prices-file prices
fails 78 "ALLOWED_COUNTRIES" config --allowed-countries DE,XX
fails 78 "RETRY" config --retry 5m,soon
fails 78 "COST_PER_DAY" config --cost-per-day 1,50
run config --retry 90s,15m,2h --allowed-countries de,at --cost-per-day 12.5
ok "settings are told as they are written" has out "90s,15m,2h" "DE,AT" \
    "12.50"

# ---- one intent is one call ----

ok "the stand-ins, of a place that takes the booking" stand booking
ok "a server" serve serve.log --concierge-dir "$tmp/once"
export CONCIERGE_DIR="$tmp/once"
run book "$words" --to +15551230000 "$now" --yes
is "a table: exit 0" "$rc" 0
run book "$words" --to +15551230000 "$now" --yes
is "asked for again: exit 0" "$rc" 0
ok "the same table is told" has out "Confirmed" "4711"
ok "and that nobody was called" has err "asked for before"
ok "the telephone rang once" \
    await 4 stand.log '*the call is over: completed'
run calls
is "there was one call" "$(lines out)" 1
ok "with what it cost" grep -q 'about [0-9.]* USD' out
kill "$server"
ends "$server"
kill "$stand"
ends "$stand"
drain 4 stand.log

# ---- a ladder that outlives its server ----

ok "the stand-ins, of a line that is busy" stand busy
export RETRY=1h,1h CONCIERGE_DIR="$tmp/ladder"
ok "a server at noon" serve serve.log
book_live
ok "busy: the next attempt is an hour away" \
    await 5 booked.log '-- waiting for attempt 2 at 2026-11-22T12:0*'
kill -9 "$server"
ends "$server"
drain 5 booked.log
ends "$book"
now=--now=2026-11-22T13:30:00+01:00
ok "half past one, after kill -9: a server" serve serve.log
watch_live
ok "busy again, and one more hour" \
    await 5 booked.log '-- waiting for attempt 3 at 2026-11-22T13:3*'
kill "$server"
ends "$server"
is "a server that is told to end does not wait for that" "$rc" 0
drain 5 booked.log
ends "$watch"
now=--now=2026-11-22T15:00:00+01:00
ok "three o'clock: a server" serve serve.log
watch_live
drain 5 booked.log
ends "$watch"
kill "$server"
ends "$server"
run calls
ok "the ladder is over" has out "Nobody reached (busy)"
is "it was one call" "$(lines out)" 1
id=$(cut -c 1-24 out)
run show "$id"
ok "with three attempts" has out "attempt 1 at 2026-11-22T11:00" \
    "attempt 2 at 2026-11-22T12:30" "attempt 3 at 2026-11-22T14:00"
is "one intent" "$(grep -c '"rec":"intent"' ladder/journal)" 1
kill "$stand"
ends "$stand"
drain 4 stand.log
is "and the telephone rang three times" \
    "$(grep -c 'the call is over: busy' stand.log)" 3

finish
