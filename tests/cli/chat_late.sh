#!/bin/sh
# chat_late.sh - answers to a question in mid-call that do not arrive: too late,
# or with the server gone.  Nothing is lost without a word.
if ! command -v tmux >/dev/null; then
    echo '1..0 # SKIP there is no tmux'
    exit
fi
lib=${0%/*}/lib
case $lib in
/*) ;;
*) lib=$PWD/$lib ;;
esac
. "$lib/tap.sh"
. "$lib/mux.sh"
logs='A.raw B.raw serve.log screen'

# ---- nobody answers in time ----

ok "stand-ins" stands A asked-ignored
ok "a terminal" opens A shows
exec 7<&4
ok "it greets" sees A 'What can I do for you'
line A "$words"
ok "what is understood" sees A 'Shall I call'
line A yes
ok "it rings" sees A '^ringing 0:0'

# ---- meanwhile: the server is gone ----

ok "other stand-ins" stands B asked-answered
ok "a server" serve serve.log
ok "a terminal" opens B shows
exec 8<&4
ok "it greets" sees B 'What can I do for you'
line B "$words"
ok "what is understood" sees B 'Shall I call'
line B yes
ok "the owner is asked" sees B '^answer within 4'
kill -9 "$server"
ends "$server"
line B '9 pm is fine'
ok "an answer that does not arrive is not lost without a word" \
    sees B '^not answered: '
ok "and the way to the server is tried again" sees B 'trying again'
ok "until it is given up" sees B '^how the call ended is not known'
line B quit
ok "unclear: 3" sees B '^status=3$'

# ---- and the one that is still asked ----

ok "what stands is told when the time is over" sees A '^no answer came in time'
line A 'Yes, take it'
ok "too late is not lost without a word, either" sees A '^too late: '
keys A C-c C-c
ok "it is left" sees A '^status=130$'
finish
