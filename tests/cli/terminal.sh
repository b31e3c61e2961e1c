#!/bin/sh
# terminal.sh - the prompt at a terminal, which is tmux's: keys, the live line,
# questions in place, ^C, history, paste, resizing, a dumb one.
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
logs='A.log B.log C.log D.log screen'

# ---- a whole booking, and a question in place ----

ok "stand-ins, of a call with a question" stands A asked-answered
ok "a terminal" opens A shows
exec 7<&4
ok "it greets" sees A 'What can I do for you'
line A "$words"
ok "what is understood is shown" sees A 'Shall I call'
line A yes
ok "it rings, and the time is told" sees A '^ringing 0:0[0-9]>'

# ---- meanwhile: one in the way of nobody, without colours ----

ok "stand-ins, of a short call" stands B brief
ok "a terminal under NO_COLOR" opens B 'shows
shows' 'export NO_COLOR=1'
exec 8<&4
ok "it greets" sees B 'What can I do for you'
line B "$words"
ok "what is understood" sees B 'Shall I call'
line B yes
ok "they talk, and for how long" sees B '^talking 0:0[1-9]>'
keys B -l 'half a line'
ok "what is typed meanwhile stands behind it" sees B '^talking 0:0[1-9]> half'
ok "while what is said appears above" sees B '^00:0.*them: We are full'
ok "the outcome is told" sees B '^Declined: Luigi'
ok "and the line is still there" sees B '^> half a line'
ok "no live line is left behind" not grep -q '^talking' screen
keys B C-c
ok "^C empties the line, as in a shell" sees B '^>$'
keys B C-c
ok "at rest once more it says how to leave" sees B '^^C once more, or ^D'

# ---- and one on hold ----

ok "stand-ins, of hold music" stands C hold
ok "a terminal" opens C shows
exec 6<&4
ok "it greets" sees C 'What can I do for you'
line C "$words"
ok "what is understood" sees C 'Shall I call'
line C yes

# ---- keys ----

keys B -l 'tabel for two'
keys B C-a M-f BSpace BSpace
keys B -l 'le'
keys B C-e C-w
keys B -l '3'
ok "the usual keys" sees B '^> table for 3$'
keys B C-a C-k
keys B -l 'M'
keys B -l "$(printf '\303\274\346\227\245e\314\201x')"
keys B Left BSpace BSpace
keys B -l 'o'
ok "characters of two columns and of none" sees B "$(printf '^> M\303\274ox$')"
keys B C-e C-u
mux set-buffer "$(printf 'book a table\nfor two\n')"
mux paste-buffer -p -t B
ok "pasted lines are one, and nothing is sent" sees B '^> book a table for two'
keys B C-e C-u Up
ok "the line before" sees B '^> yes$'
keys B Down C-r
keys B -l 'TABLE AT'
ok "^R finds one" sees B "^(find \"TABLE AT\") Book a table at Luigi's"
keys B C-r
ok "an older one there is not" sees B '^(not found: "TABLE AT")'
keys B C-g
ok "^G goes back" sees B '^>$'
keys B C-r
keys B -l "s for 4"
keys B Escape Right
keys B -l 'x'
ok "Esc takes it, at that place" sees B "^> Book a table at Luigi'sx for 4"
keys B C-e C-u
mux resize-window -t B -x 40 -y 24
keys B -l '0123456789 0123456789 0123456789 0123456789'
ok "in a narrow window a long line scrolls" \
    sees B '^> 6789 0123456789 0123456789 0123456789$'
mux resize-window -t B -x 80 -y 24
ok "and comes back in a wide one" \
    sees B '^> 0123456789 0123456789 0123456789 0123456789$'
keys B C-e C-u
line B ' a line that begins with a blank'
ok "it is answered" sees B 'Shall I book a table'
line B 'my card is 4111 1111 1111 1111'
ok "this, too" sees B 'card is 4111'
line B quit
ok "the status is the call's" sees B '^status=1$'
ok "another prompt" sees B '^>$'
keys B Up Up
ok "knows what was said, but for secrets" \
    sees B '^> my card is [*][*][*][*] [*][*][*][*]'
keys B Up
ok "and not what began with a blank" sees B '^> yes$'
keys B C-e C-u
keys B C-d
ok "^D leaves" sees B '^status=0$'
ok "the terminal is as it was" restored B
mode=$(ls -l B.data/history | cut -c 1-10)
is "the history is the owner's" "$mode" -rw-------
ok "no colour under NO_COLOR" \
    not grep -q "$(printf '\033')\\[[0-9;]*m" B.raw

# ---- the question ----

ok "the owner is asked, with a countdown" sees A '^answer within 4[2-5] s>'
line A quit
ok "quit is no answer" sees A 'The question is still open'
ok "and time goes by" sees A '^answer within 4[01] s>'
line A '9 pm is fine'
ok "an answer is" sees A '^-- they are told'
ok "it is passed on" sees A ' us: 9 pm is fine, thank you'

# ---- ^C ----

keys A C-c
ok "^C ends a call politely" sees A '^ending the call'
ok "and says that it does" sees A '^ending 0:0[0-9]>'
keys A C-c
ok "twice leaves: 130" sees A '^status=130$'
ok "the terminal is as it was" restored A
ok "that call is over" await 7 A.log '*the call is over: completed'

ok "on hold, and for how long" sees C '^on hold 0:[0-9][0-9]>'
keys C C-c
ok "on hold there is nobody to be polite to" sees C '^A machine answered'
ok "that call is over" await 6 C.log '*the call is over: completed'
ok "and the prompt is there" sees C '^>$'
pid=$(mux list-panes -t C -F '#{pane_pid}')
mux resize-window -t C -x 20 -y 6
ok "a tiny window" sees C '^>$'

# ---- the terminal goes away ----

ok "stand-ins, of somebody who lets it ring" stands D hangup-ringing
ok "a terminal" opens D 'shows
shows'
ok "it greets" sees D 'What can I do for you'
line D "$words"
ok "what is understood" sees D 'Shall I call'
line D yes
ok "it rings" sees D '^ringing 0:0'
keys D C-c C-c
ok "^C twice, both at once: 130" sees D '^status=130$'
ok "nothing rings any more" await 4 D.log '*the call is over: canceled'
line D "Book a table at Luigi's for 2 on Friday at 8 pm"
ok "another one" sees D 'Shall I call.*Friday'
line D yes
ok "it rings" sees D '^ringing 0:0'
mux kill-session -t D
ok "a terminal that is closed ends the call" \
    await 4 D.log '*the call is over: canceled'

# ---- it is stopped, and goes on ----

ok "a shell with jobs" opens F 'set -m
shows
read -r go
fg
echo "status=$?"'
ok "it greets" sees F 'What can I do for you'
keys F -l 'half a line'
keys F C-z
ok "^Z stops it" sees F '^status=1[0-9][0-9]$'
keys F Enter
ok "and it goes on with what was typed" sees F '^> half a line'
keys F C-u
line F quit
ok "it ends" sees F '^status=0$'
ok "the terminal is as it was" restored F

ok "one that is told to end" opens G shows
ok "it greets" sees G 'What can I do for you'
line G 'a line that is remembered'
ok "it answers" sees G 'Shall I book'
kill "$(cat G.pid)"
ok "TERM: 130" sees G '^status=130$'
ok "the terminal is as it was" restored G
ok "the line was written when it was entered" \
    has D.data/history 'a line that is remembered'

# ---- a dumb one ----

ok "a dumb terminal" opens E shows 'export TERM=dumb'
ok "it has a prompt" sees E '^>'
line E "Book a table for 4 tomorrow at 7 pm"
ok "it answers" sees E 'At which restaurant'
keys E C-c
ok "^C says how to leave, in a row of its own" sees E '^^C once more, or ^D'
keys E C-d
ok "^D leaves" sees E '^status=0$'
ok "no escape went there" not grep -q "$(printf '\033')" E.raw
finish
