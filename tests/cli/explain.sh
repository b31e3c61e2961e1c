#!/bin/sh
# explain.sh - Twilio's error numbers, offline.
here=$PWD
. "${0%/*}/lib/tap.sh"

run explain 31920
is "explain: 0" "$rc" 0
ok "number, level, meaning" has out \
    "31920 (error): media stream: the upgrade was not answered with 101"
ok "causes, the likeliest first" sh -c '
    sed -n "s/^  \([1-9]\)\. \([A-Za-z ]*\).*/\1\2/p" out >causes
    printf "%s\n" \
        "1A proxy or tunnel drops the Upgrade and Connection headers" \
        "2The path is wrong and got " \
        "3The request was refused before the upgrade" \
        "4The URL has a query" "5The edge speaks HTTP" | cmp causes -'
ok "remedy and probe" has out "remedy: Send the same handshake" \
    "doctor: concierge doctor --only upgrade"
run explain 31920 --json
ok "explain --json is one object" objects out
ok "explain --json: its shape" grep -qx \
    '{"number":31920,"level":"error","meaning":"..*","causes":\["A proxy.*",'\
'"The path.*"\],"remedy":"..*","probe":"upgrade"}' out
run explain 13226
ok "a number inside a run says so" has out "13226 (error): Dial" \
    "one of 13210 to 13227"
run explain 63006
ok "no probe for what no call gives" has out "doctor: no probe"
run explain 63006 --json
ok "in JSON that is null" has out '"probe":null'

# ---- all of them ----

run explain
cp out all
is "without a number: 0" "$rc" 0
ok "each has a line: number, level, probe, meaning" not grep -qvE \
    '^[0-9]{5,6}(-[0-9]{5})? +[EW] [a-z-]+ +[A-Za-z].+$' all
ok "more than 120" test "$(lines all)" -gt 120
run doctor --help
sed -n '/^Probes:/,/^$/p' out | tr -s ' .:' '\n' | sort >probes
ok "doctor has every probe that is named" sh -c '
    for probe in $(awk "{ print \$3 }" all | sort -u); do
        [ "$probe" = - ] || grep -qx "$probe" probes ||
            { echo "$probe" && exit 1; }
    done'
run explain --json
ok "one object each" test "$(lines out)" -eq "$(lines all)"
ok "and each is JSON" objects out
ok "every number of the list is found" sh -c '
    while read -r number rest; do
        "$1" explain "${number%-*}" | grep -q "^${number%-*} (" || exit 1
    done <all' - "$program"

run explain --markdown
ok "src/twilio/errors.md is what explain --markdown prints" \
    cmp out "$here/src/twilio/errors.md"
ok "and the README links it" grep -q 'src/twilio/errors.md' "$here/README.md"

# ---- mistakes ----

fails 65 "99999 is not known here" explain 99999
for number in 31932 31945; do
    fails 65 "$number is often named, but Twilio has no such error" \
        explain $number
done
fails 64 "is no error number" explain -- -5
fails 64 '"abc" is no error number' explain abc
fails 64 '"99999999999" is no error number' explain 99999999999
fails 64 "too many words" explain 31920 31921

finish
