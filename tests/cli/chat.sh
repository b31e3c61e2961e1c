#!/bin/sh
# chat.sh - the prompt through a pipe: a conversation, a call, its outcome.
. "${0%/*}/lib/tap.sh"
logs='stand.log serve.log'

words="Book a table at Luigi's for 4 tomorrow at 7 pm"

# chat LINE...: a conversation of those lines; $rc, out and err as run leaves.
chat()
{
    rc=0
    printf '%s\n' "$@" | "$program" chat $now >out 2>err || rc=$?
}

ok "the stand-ins, of a line that is busy" stand busy
printf "name,number\nLuigi's,+15551230000\n" >mine.csv
export RESTAURANTS_FILE="$tmp/mine.csv"

# ---- with a server of its own ----

chat "Book a table for 4 tomorrow at 7 pm"
is "what is missing is asked for, and nothing begun: 0" "$rc" 0
ok "in words" grep -qi "restaurant" out
chat "$words" no quit
is "no: 0" "$rc" 0
ok "what would be done is shown before" has out \
    "Shall I call Luigi's" "Monday 23 November 2026, 19:00, 4 people"
chat quit "$words"
is "quit ends it" "$rc" 0
ok "and what stands behind it is not read" empty out
chat "<script>alert(1)</script>"
is "a refusal: 1" "$rc" 1
run calls
ok "nothing was dialled" empty out

chat "$words" yes
is "yes: nobody was reached, 2" "$rc" 2
ok "the call is followed" has err "-- ringing" "-- ended"
ok "and its outcome is the last word" has out "Nobody reached (busy): Luigi's"
ok "no escape goes through a pipe" not grep -q "$(printf '\033')" out err

# ---- with a server that runs ----

ok "a server" serve serve.log
rc=0
printf '%s\n' "Book a table at Luigi's for 2 on Friday at 8 pm" yes |
    "$program" $now >out 2>err || rc=$?
is "no command is the prompt, too: 2" "$rc" 2
ok "the call was the server's" has err "-- ringing"
run calls
is "it is in its list" "$(lines out)" 2
kill "$server"
ends "$server"
fails 64 "unknown option" chat --loud

# ---- a question in mid-call ----

kill "$stand"
ends "$stand"
ok "the stand-ins, of a call with a question" stand asked-answered
export RESTAURANTS_FILE="$tmp/mine.csv" CONCIERGE_DIR="$tmp/asked"
chat "$words" yes "Yes, 9 pm is fine."
is "a line waits until it is asked for: 0" "$rc" 0
ok "and is the answer" has err "?? They are full" "-- they are told" \
    "us: 9 pm is fine, thank you"
ok "the outcome" grep -q "^Booked with a change: Luigi's, .*21:00" out

kill "$stand"
ends "$stand"
ok "the stand-ins, of somebody who does not wait" stand asked-gone
export RESTAURANTS_FILE="$tmp/mine.csv" CONCIERGE_DIR="$tmp/gone"
chat "$words" yes
is "the end of the input ends no call: 1" "$rc" 1
ok "but nobody answers, and it says so" has err \
    "there is no more input: nobody answers" "-- ended"
ok "the outcome, all the same" grep -q "^Not booked, an alternative" out

# ---- nobody reads it ----

kill "$stand"
ends "$stand"
ok "the stand-ins, of a table" stand brief
export RESTAURANTS_FILE="$tmp/mine.csv" CONCIERGE_DIR="$tmp/unread"
mkfifo typed answers
"$program" chat $now <typed >answers 2>err &
chat=$!
pids="$pids $chat"
exec 6>typed 7<answers
printf '%s\n' "$words" >&6
ok "it answers" await 7 out.log 'Shall I call*'
exec 7<&-
printf 'yes\n' >&6
exec 6>&-
ends "$chat"
is "a reader that is gone ends no call: 1" "$rc" 1
ok "it comes to its end" has err "-- ended"
run calls --json
ok "and the journal has it" has out '"outcome":"declined"'
finish
