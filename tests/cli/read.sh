#!/bin/sh
# read.sh - plan, outcome: what a text means, offline.
. "${0%/*}/lib/tap.sh"

export ZONE=Europe/Berlin

# prints WHAT WANTED ARGUMENT...: one point: exactly that on stdout, status 0,
# nothing on stderr.
prints()
{
    what=$1
    printf '%s\n' "$2" >wanted
    shift 2
    run "$@"
    ok "$what" printed
}

printed()
{
    same "$rc" 0 && empty err && diff wanted out
}

# ---- plan ----

head='{"intent":"reserve","restaurant":"Luigi'\''s","phone":null,"party":4,'
head="$head"'"date":"2026-11-23","weekday":"Monday","time":"19:00",'
asked="$head"'"time_to":null,"name":null,"wishes":[],"reference":null,'
asked="$asked"'"missing":[],"blocked":null,"understood_by":"grammar"}'
words="Book a table at Luigi's for 4 tomorrow at 7 pm"

prints "plan: the object, whole and in its order" "$asked" \
    plan "$words" $now
prints "plan --json is the same" "$asked" plan --json $now "$words"
prints "plan: a range and a wish" \
    "$head"'"time_to":"20:00","name":null,"wishes":["by the window"],'\
'"reference":null,"missing":[],"blocked":null,"understood_by":"grammar"}' \
    plan "A table for 4 at Luigi's between 7 and 8 tomorrow by the window" $now
prints "plan: --zone goes before the environment" \
    "$(printf '%s\n' "$asked" | sed 's/2026-11-23/2026-11-24/
        s/Monday/Tuesday/')" \
    plan "$words" --now 2026-11-23T23:30:00Z --zone America/New_York

run plan "Einen Tisch für zwei bei Chez Marie am Freitag um halb acht" $now
ok "plan: German" has out '"restaurant":"Chez Marie"' '"party":2,' \
    '"date":"2026-11-27","weekday":"Friday","time":"19:30"'
run plan "Cancel my reservation number 4711 at Luigi's on Friday"
ok "plan: cancel, with its number" has out '"intent":"cancel"' \
    '"reference":"4711"' '"missing":[]'
run plan "Table for 4"
ok "plan: what is missing" has out \
    '"missing":["restaurant","date","time"],"blocked":null'

# blocked WHY WORDS
blocked()
{
    run plan "$2"
    ok "plan: blocked, $1" has out "\"blocked\":\"$1\""
    is "plan: and yet it printed an object: 0" "$rc" 0
}

thousand=$(printf '%1000s' | tr ' ' x)
blocked empty ""
blocked markup "A table for two <b>now</b>"
blocked too_long "x$thousand"
blocked party_size "A table for 21 at Luigi's tomorrow at 7"
blocked policy "Call 911"
run plan "$thousand"
ok "plan: 1,000 characters are not too long" has out '"blocked":null'
run plan "A table for 21 at Luigi's tomorrow at 7" --party-max 21
ok "plan: PARTY_MAX moves the limit" has out '"party":21' '"blocked":null'

printf '%s\n\nTable for 4\r\nhello' "$words" >requests
run plan --file requests $now
is "plan --file: 0" "$rc" 0
is "plan --file: an object a line, also for an empty one" "$(lines out)" 4
ok "plan --file: they are objects" objects out
is "plan --file: the first is what plan prints" "$(head -n 1 out)" "$asked"
mv out filed
"$program" plan --file - $now <requests >out 2>err
ok "plan --file -: standard input" cmp filed out
fails 64 "plan: too many words" plan "$words" --file requests
fails 74 "nowhere" plan --file nowhere

# ---- outcome ----

printf '%s\n' "$asked" >asked.json
cat >call.txt <<'END'
00:00.600 them: Luigi's, good evening!
00:02.480 us: I would like a table for 4 people on Monday at 7 pm, please.
00:08.799 them: Monday the 23rd at 7 pm for 4 people, yes. Under what name?
00:12.619 us: The name is Leo. Do you have a confirmation number for me?
00:15.143 them: Your confirmation number is 4 7 1 1.
00:17.559 us: Number 4 7 1 1. Is that right?
00:22.119 them: Yes, that's right.
END
prints "outcome: the object, whole and in its order" \
    '{"outcome":"confirmed","fields":{'\
'"date":{"value":"2026-11-23","quote":"Monday the 23rd","speaker":"them",'\
'"at":"00:08.799","sure":0.90},'\
'"time":{"value":"19:00","quote":"7 pm","speaker":"them",'\
'"at":"00:08.799","sure":0.90},'\
'"party":{"value":4,"quote":"for 4 people","speaker":"them",'\
'"at":"00:08.799","sure":0.90},'\
'"name":{"value":"Leo","quote":"Leo","speaker":"us",'\
'"at":"00:12.619","sure":0.70},'\
'"number":{"value":"4711","quote":"4 7 1 1","speaker":"them",'\
'"at":"00:15.143","read_back":true,"sure":1.00}},"changed":[],"reason":null}' \
    outcome call.txt --asked asked.json
mv out first
run outcome --json --asked=asked.json call.txt
ok "outcome --json is the same" cmp first out
"$program" outcome - --asked asked.json <call.txt >out 2>err
ok "outcome -: standard input" cmp first out
tr '\n' '\r' <call.txt | sed 's/\r/\r\n/g' >crlf.txt
run outcome crlf.txt --asked asked.json
ok "outcome: CRLF" cmp first out

# quoted: every quote of the object in out stands in the transcript.
quoted()
{
    sed 's/"quote":"/\n&/g' out | sed -n 's/^"quote":"\([^"]*\)".*/\1/p' >quotes
    [ -s quotes ] || { echo "no quotes" && return 1; }
    while IFS= read -r quote; do
        grep -qF -e "$quote" "$1" || { echo "not said: $quote" && return 1; }
    done <quotes
}

sed 's/at 7 pm for 4 people, yes/we are full at 7 pm, but 8 pm is free/
    s/The name is Leo/8 pm is fine. The name is Leo/
    s/Your conf/Good, 8 pm for 4 people. Your conf/' call.txt >later.txt
run outcome later.txt --asked asked.json
ok "outcome: a change is modified, and named" has out \
    '"outcome":"modified"' '"time":{"value":"20:00"' '"changed":["time"]'
ok "outcome: quotes stand word for word in the transcript" quoted later.txt

printf '%s\n' '{"intent":"cancel","restaurant":"Luigi'\''s"}' >cancel.json
printf '%s\n' "00:01.000 us: It is about the table for Leo tomorrow at 7." \
    "00:05.000 them: Okay, it is cancelled." >cancelled.txt
run outcome cancelled.txt --asked cancel.json
ok "outcome: the intent of the plan counts" has out '"outcome":"cancelled"'

printf '%s\n' "00:01.000 them: Sorry, we are fully booked on Monday." >no.txt
run outcome no.txt --asked asked.json
ok "outcome: declined" has out '"outcome":"declined"'
is "outcome: and yet it printed an object: 0" "$rc" 0
: >empty.txt
prints "outcome: nothing said is unclear" \
    '{"outcome":"unclear","fields":{},"changed":[],"reason":null}' \
    outcome empty.txt

printf '00:01.000 them: Hello\nhello\n' >bad.txt
fails 65 'bad.txt line 2: not "mm:ss.mmm them: words"' outcome bad.txt
printf '00:01.000 him: Hello\n' >bad.txt
fails 65 'bad.txt line 1' outcome bad.txt
printf '{"a":' >bad.json
fails 65 "bad.json: the text ends too soon at byte 5" \
    outcome call.txt --asked bad.json
fails 74 nowhere outcome nowhere
fails 74 nowhere outcome call.txt --asked nowhere

finish
