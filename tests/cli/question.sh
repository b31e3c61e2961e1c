#!/bin/sh
# question.sh - the question in mid-call, answered where it is asked: book reads
# the answer from its input.
. "${0%/*}/lib/tap.sh"
logs='stand.log book.log'

ok "the stand-ins, of a call with a question" stand asked-answered

# Somebody sits at the keyboard: the pipe stays open.
mkfifo typed told
"$program" book "Book a table at Luigi's for 4 tomorrow at 7 pm" $now \
    --to +15551230000 --yes <typed >booked 2>told &
book=$!
pids="$pids $book"
exec 6>typed 5<told
ok "it is asked, with what stands without an answer" await 5 book.log \
    '?? They are full at 7 pm and offer 9 pm *keep 7 pm.)'
printf '\n  Yes, 9 pm is fine.\n' >&6
exec 6>&-
drain 5 book.log
ends "$book"
is "booked, with the change: 0" "$rc" 0
ok "the outcome" grep -q "^Booked with a change: Luigi's, .*21:00" booked
ok "the callee heard the answer" has book.log 'I am checking with the guest' \
    '9 pm is fine, thank you'
ok "nothing was refused" not grep -q 'not answered' book.log
ok "the journal holds the question and its answer" has data/journal \
    '"rec":"question"' '"how":"answered","text":"Yes, 9 pm is fine."'
finish
