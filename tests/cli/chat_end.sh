#!/bin/sh
# chat_end.sh - ^C at the prompt, through a pipe: whenever it comes, the call
# has ended before the program has, nothing is dialled twice, and it is 130.
. "${0%/*}/lib/tap.sh"
logs='stand.log chat.log serve.log'

words="Book a table at Luigi's for 4 tomorrow at 7 pm"
printf "name,number\nLuigi's,+15551230000\n" >mine.csv

# chat_live LINE...: a prompt that stays open; what is typed goes to descriptor
# 6, what it says comes on 5, and its answers on 7.
chat_live()
{
    rm -f typed told heard chat.log out.log
    mkfifo typed told heard
    "$program" chat $now <typed >heard 2>told &
    chat=$!
    pids="$pids $chat"
    exec 6>typed 7<heard 5<told
    printf '%s\n' "$@" >&6
}

chat_ends()
{
    drain 5 chat.log
    drain 7 out.log
    ends "$chat"
    exec 6>&-
}

# stands SCENARIO: new stand-ins, an empty folder.
stands()
{
    [ -z "${stand:-}" ] || { kill "$stand" && ends "$stand"; }
    rm -rf data
    : >stand.log
    stand "$1"
    export RESTAURANTS_FILE="$tmp/mine.csv"
}

# over HOW: what Twilio says of it, and that it rang no more than once.
over()
{
    await 4 stand.log "*the call is over: $1" &&
        [ "$(grep -c 'twilio  *rings' stand.log)" -le 1 ]
}

# cut_at EVENT HOW: twice ^C when that is told.
cut_at()
{
    chat_live "$words" yes
    ok "$1: it comes to that" await 5 chat.log "$1*"
    kill -INT "$chat"
    ok "$1: ^C ends the call" await 5 chat.log 'ending the call*'
    kill -INT "$chat"
    chat_ends
    is "$1: ^C twice is 130" "$rc" 130
    ok "$1: and the call is over" over "$2"
    run calls --json
    ok "$1: the journal has its end" grep -q '"ended":"2' out
    is "$1: of one call" "$(lines out)" 1
}

# ---- with a server of its own ----

ok "the stand-ins, of somebody who lets it ring" stands hangup-ringing
chat_live "$words" yes
ok "it rings" await 5 chat.log '-- ringing'
kill -INT "$chat"
kill -INT "$chat"
chat_ends
is "both at once: 130" "$rc" 130
ok "and nothing rings any more" over canceled
ok "the outcome is told" grep -q "^Nobody reached (no answer).*wish" out.log

ok "a new one" stands hangup-ringing
cut_at '-- ringing' canceled
ok "a new one" stands hangup-ringing
cut_at '-- queued' canceled
ok "one that talks" stands asked-answered
cut_at '-- talking' completed
ok "and again" stands asked-answered
cut_at '?? They are full' completed

# ---- when there is no call ----

ok "a line that is busy" stands busy
chat_live "$words"
ok "the question is out" await 7 out.log 'Shall I call*'
kill -INT "$chat"
chat_ends
is "before yes: 130" "$rc" 130
run calls
ok "nothing was dialled" empty out
chat_live "$words" yes
ok "a call that ends by itself" await 7 out.log 'Nobody reached (busy)*'
kill -INT "$chat"
chat_ends
is "after its end: 130" "$rc" 130

# ---- Twilio has not answered yet ----

ok "stand-ins" stands hangup-ringing
chat_live "$words"
ok "the question is out" await 7 out.log 'Shall I call*'
kill -STOP "$stand"
printf 'yes\n' >&6
ok "it is being dialled" await 5 chat.log '-- dialling'
kill -INT "$chat"
ok "^C" await 5 chat.log 'ending the call*'
kill -INT "$chat"
ok "twice" await 5 chat.log 'leaving as soon as*'
kill -CONT "$stand"
chat_ends
is "while it is dialled: 130" "$rc" 130
ok "and it is over" over canceled

ok "stand-ins that never answer a hang-up" stands hangup-deaf
chat_live "$words" yes
ok "it rings" await 5 chat.log '-- ringing'
kill -INT "$chat"
ok "^C tries" await 5 chat.log 'ending the call*'
kill -INT "$chat"
ok "twice waits no longer than it takes to be sure" \
    await 5 chat.log 'interrupted: it may still be ringing*'
chat_ends
is "and leaves: 130" "$rc" 130

# ---- the server has not answered yet ----

ok "stand-ins" stands hangup-ringing
ok "a server" serve serve.log
chat_live "$words"
ok "the question is out" await 7 out.log 'Shall I call*'
kill -STOP "$server"
printf 'yes\n' >&6
kill -INT "$chat"
ok "^C before there is an id" await 5 chat.log 'what that calls is hung up*'
kill -INT "$chat"
ok "twice" await 5 chat.log 'leaving as soon as*'
kill -CONT "$server"
chat_ends
is "before its id: 130" "$rc" 130
run calls --json
ok "what was dialled is over" grep -q '"ended":"2' out
is "once" "$(lines out)" 1
kill "$server"
ends "$server"

# ---- TERM ----

ok "stand-ins" stands hangup-ringing
chat_live "$words" yes
ok "it rings" await 5 chat.log '-- ringing'
kill "$chat"
chat_ends
is "TERM is ^C twice: 130" "$rc" 130
ok "and the call is over" over canceled
finish
