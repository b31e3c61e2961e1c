#!/bin/sh
# places.sh - whom we know: import, list, find, and what comes of it.
. "${0%/*}/lib/tap.sh"

export ZONE=Europe/Berlin CONCIERGE_DIR="$tmp/data"

cat >one.csv <<'END'
Name;Phone;City;Zone;Cuisine;Opening_Hours;Notes
Luigi's;+1 (555) 123-0000;Berlin;Europe/Berlin;italian;Mo-Su 12:00-23:00;
"Zum ""Goldenen"" Löwen";0049 30 777777;Berlin;Europe/Berlin;german;;beer garden
END
cat >two.json <<'END'
[{"name": "Luigi's", "phone": "+15551230099", "city": "Hamburg"},
 {"name": "Chez Marie", "phone": "+33142345679", "cuisine": "french"}]
END

# ---- nobody is known ----

run places list
is "an empty list: 0" "$rc" 0
ok "and how to fill it" has err "concierge places import FILE"
run places find Luigi
is "nothing is found: 1" "$rc" 1
fails 65 "telephone number of Luigi's" book --yes $now \
    "Book a table at Luigi's for 4 tomorrow at 7 pm"

# ---- importing ----

run places import one.csv
is "a table with semicolons: 0" "$rc" 0
ok "how many there are" has err "2 places are known, 2 of them new"
ok "for the owner's eyes alone" mode_is data/places.csv -rw-------
run places list --json
ok "one object a line" objects out
ok "numbers as they are dialled" has out '"number":"+15551230000"' \
    '"number":"+4930777777"' '"name":"Zum \"Goldenen\" Löwen"'
cp data/places.csv before
run places import one.csv
ok "again: none is new" has err "2 places are known, 0 of them new"
ok "and nothing changes" cmp before data/places.csv

printf 'name,number,hours\nD,+15551230009,sunrise\n' >odd.csv
run places import odd.csv --concierge-dir odd
is "hours that are not understood are kept: 0" "$rc" 0
ok "and said to be unknown" has err "hours of D: byte 0: not understood"

printf 'name,number,zone\nA,+15551230001,\nB,12,\nC,+15551230002,Mars/Sea\n' \
    >bad.csv
fails 65 "bad.csv: 2 faults; nothing was imported" places import bad.csv
ok "each with its line and column" has err \
    "bad.csv:3:3: number is no number with +" 'zone of C: '
ok "what was there stays" cmp before data/places.csv
run places import --keep-going bad.csv
ok "or the good ones are taken" has err "4 places are known, 2 of them new"
fails 74 "open none.csv" places import none.csv
printf 'a,b\n' >no.csv
fails 65 "no.csv:1:1: name is no column" places import no.csv
fails 64 "import FILE, list, or find TEXT" places swim fast
fails 64 "import FILE, list, or find TEXT" places find

# ---- finding ----

run places import two.json
is "JSON, too: 0" "$rc" 0
run places find "luigis hamburg"
ok "a name and a city" has out "+15551230099"
run places find "beer garden"
ok "a note" has out "+4930777777"
run plan "A table at chez mary for 2 on Friday at 8" $now
ok "a name that is not sure stays as said" has out '"restaurant":"chez mary"' \
    '"phone":null'
run plan "A table at CHEZ MARIE for 2 on Friday at 8" $now
ok "a name that is becomes the directory's, with its number" has out \
    '"restaurant":"Chez Marie","phone":"+33142345679"'
run plan "A table at Luigi's for 2 on Friday at 8" $now
ok "two of that name: none is chosen" has out '"phone":null'
fails 65 "Which one: Luigi's in Berlin or Luigi's in Hamburg?" book --yes \
    $now "A table at Luigi's for 2 on Friday at 8"
fails 65 "Welches: Luigi's in Berlin oder Luigi's in Hamburg?" book --yes \
    $now "Einen Tisch bei Luigi's am Freitag um acht zu zweit"
run plan "A table at Luigi's for 2 on Friday at 8" $now \
    --restaurants-file two.json
ok "RESTAURANTS_FILE goes first, it hides none" has out '"phone":null'
printf 'name,number\nLuigino,+33142345679\n' >three.csv
run places find marie --restaurants-file three.csv
is "its row of a number hides the imported one" "$rc" 1
fails 78 "RESTAURANTS_FILE (from --restaurants-file): open gone" serve \
    --server-port 0 --restaurants-file gone

# ---- a call of it ----

ok "the stand-ins" stand busy
printf "name,number\nLuigi's,+15551230000\n" >mine.csv
export RESTAURANTS_FILE="$tmp/mine.csv" CONCIERGE_DIR="$tmp/fresh"
run book --yes $now "Book a table at Luigis for 4 tomorrow at 7 pm"
is "the sentence is enough to ring: busy, 2" "$rc" 2
ok "and it says whom" has err "Calling Luigi's at +1******0000"
run book --yes $now \
    "Reserviere morgen um 20 Uhr einen Tisch bei Luigis zu dritt"
is "in German, too" "$rc" 2
ok "and it is answered in German" has err \
    "Ich rufe an: Luigi's unter +1******0000: 3 Personen, " ", 20:00 Uhr"
ok "also how it ended" has out "Niemand erreicht (besetzt): Luigi's, "

# ---- whose tomorrow ----

# Half past eleven in Berlin is seven the next morning in Tokyo, and two in the
# morning eight the evening before in New York.
printf 'name,number,city,zone\nKyo,+15551230002,Tokyo,Asia/Tokyo\n' >mine.csv
late=--now=2026-11-22T23:30:00+01:00 zone=--zone=Europe/Berlin
run plan "A table at Kyo for 2 tonight at 8" $late $zone
ok "the restaurant's: its tonight has not passed" has out \
    '"date":"2026-11-23","weekday":"Monday","time":"20:00"' '"blocked":null'
run plan "A table at Luigi for 2 tomorrow at 8" $late $zone
ok "else the owner's" has out '"date":"2026-11-23"'
night=--now=2026-11-22T02:00:00+01:00
run plan "A table for 2 at Bar Foo, +1 212 555 0199, tomorrow at 8" $night $zone
ok "or its number's" has out '"date":"2026-11-22","weekday":"Sunday"'
printf '%s\n' "A table for 2 at Kyo" "tonight at 8" no |
    "$program" chat $late $zone >out 2>err
ok "in a conversation, once it is known" has out "Monday 23 November 2026"

# ---- read again ----

mkfifo said.fifo
exec 5<>said.fifo
ok "a server" serve said.fifo --server-port 0
printf "name,number\nA,+15551230000\nB,+15551230001\nC,1\n" >mine.csv
kill -HUP "$server"
ok "HUP reads them again" await 5 heard '*ev=reloaded what=places places=2*'
ok "and names the row it cannot use" has heard 'ev=place_refused' 'line=4'
kill "$server"
ends "$server"
finish
