#!/bin/sh
# log.sh - the log: every event that the sources name is in the one table, and
# every line of a call is JSON when that is wanted.
. "${0%/*}/lib/tap.sh"
logs='serve.log'

here=$OLDPWD/${0%/*}
case $0 in
/*) here=${0%/*} ;;
esac

run explain --log
is "explain --log: 0" "$rc" 0
cut -d' ' -f1 out >table
ok "the table is in the order of its names" sort -cu table
ok "each has a meaning" not grep -vq '^[a-z_]*  *[^ ]' out
find "$here/../../src" -name '*.c' -exec awk -f "$here/lib/events.awk" {} + \
    >used
ok "events are found in the sources" same "$(grep -c . used | sed \
    's/^[0-9][0-9]*$/many/')" many
cut -d' ' -f1 used | sort -u >names
ok "every event is in src/base/log_events.c" same \
    "$(comm -13 table names)" ""
ok "and the table has no other" same "$(comm -23 table names)" ""

run explain webhook_refused
ok "explain EVENT" has out "webhook_refused  " "signature"
run explain upgrade --json
ok "explain EVENT --json" has out '{"event":"upgrade","meaning":"'
fails 64 "no event of the log" explain no_such_event

# A call, its log as JSON at debug.
stand booking
serve serve.log --log-format json --log-level debug
run book "Book a table at Luigi's for 4 tomorrow at 7 pm" --to +15551230000 \
    $now --yes --json
is "a call: 0" "$rc" 0
kill "$server"
ends "$server"
ok "each line is one JSON object" objects serve.log
ok "at debug the head of the upgrade is there" has serve.log \
    '"ev":"upgrade_head"' 'GET /media-stream HTTP/1.1\nhost: '
ok "an upgrade is one line with all of it" grep -q '"ev":"upgrade","id":[0-9]*'\
',"call":"","path":"/media-stream","peer":"[^"]*","forwarded_for":"[^"]*",'\
'"user_agent":"[^"]*","query":"","protocol":"","extensions":"",'\
'"signature":"signature ok","result":101,"ms":[0-9]*}$' serve.log
ok "no secret and no whole number is in it" not grep -qE \
    "$TWILIO_AUTH_TOKEN|$OPENAI_API_KEY|$(cat data/token)|5551230000" serve.log
sed -n 's/.*"ev":"\([a-z_]*\)".*/\1/p' serve.log | sort -u >seen
ok "and no event that is not in the table" same "$(comm -13 table seen)" ""

finish
