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
finish
