#!/bin/sh
# webhook.sh - the owner's server is told what became of a call: by a stranger's
# HTTP and HMAC, with a kill -9 before it was taken, a secret that is replaced,
# and a receiver that says nothing at the end.
here=$(cd "${0%/*}" && pwd)
. "${0%/*}/lib/killed.sh"
. "${0%/*}/lib/receive.sh"
. "${0%/*}/lib/tap.sh"
logs='serve.log again.log third.log stand.log booked.log received.log'

for tool in python3 openssl; do
    command -v $tool >where || { echo "1..0 # SKIP no $tool" && exit 0; }
done

# value N NAME: a header of the Nth POST.
value()
{
    sed -n "s/^$2: //p" "$1.head"
}

# signed N SECRET: by the recipe of concierge(1).
signed()
{
    signature=$(value "$1" X-Concierge-Signature)
    t=${signature%%,*} t=${t#t=} v1=${signature#*,v1=}
    sum=$({ printf '%s.' "$t" && cat "$1.body"; } |
        openssl dgst -sha256 -hmac "$2" -r)
    same "${sum%% *}" "${v1%%,*}"
}

# The README's recipe, as it stands there.
sed -n '/^<!-- verify -->/,/^<!-- end of verify -->/p' "$here/../../README.md" |
    sed '/^<!--/d; /^```/d' >verify.py

# genuine HEADER BODY SECRET [NOW]: by that recipe.
genuine()
{
    python3 -c 'import sys
from verify import genuine
sys.exit(not genuine(sys.argv[1], open(sys.argv[2], "rb").read(),
    sys.argv[3].encode(), int(sys.argv[4])))' "$1" "$2" "$3" "$4"
}

# refuses HEADER: without falling over it.
refuses()
{
    rc=0
    genuine "$1" 0.body s3cret 1795345200 2>trace || rc=$?
    same "$rc" 1 && empty trace
}

# The vector of the manual, by both recipes.
printf '%s' '{"delivery":"a0000000000000000000000000000000","event":"outcome",'\
'"id":"01ab","outcome":{"outcome":"confirmed"}}' >0.body
vsum=d58145d46f044b4f6ff28531e504361556ee6c8e9915cbd8c0a948ef20a0430a
echo "X-Concierge-Signature: t=1795345200,v1=$vsum" >0.head
vector="t=1795345200,v1=$vsum"
ok "the manual has the vector" has "$here/../../src/app/concierge.1" \
    "$(cat 0.body)" "$vsum"
ok "openssl agrees" signed 0 s3cret
ok "the README's recipe takes it" genuine "$vector" 0.body s3cret 1795345499
ok "also as the second of two" genuine "t=1795345200,v1=00,v1=$vsum" 0.body \
    s3cret 1795345200
ok "but not five minutes later" not genuine "$vector" 0.body s3cret 1795345500
ok "nor with another secret" not genuine "$vector" 0.body s3cres 1795345200
ok "nor under another name" not genuine "t=1795345200,v0=$vsum" 0.body s3cret \
    1795345200
for header in "" t v1 "t=,v1=" "t=x,v1=$vsum" "v1=$vsum" "t=1795345200" \
    "t=1795345200,v1" "t=1795345200,v1=é" ",,=,=="; do
    ok "nor a header like \"$header\"" refuses "$header"
done
echo >>0.body
ok "nor with another body" not genuine "$vector" 0.body s3cret 1795345200

export WEBHOOK_URL=http://127.0.0.1:9/hook
fails 78 "WEBHOOK_URL (environment): WEBHOOK_SECRET" \
    serve --server-port 0 --concierge-dir none
printf s3cret >secret
chmod 600 secret
export WEBHOOK_SECRET_FILE=secret

ok "a receiver that is unwell" receive 0 . 500
export WEBHOOK_URL="http://127.0.0.1:$at/hook?of=mine"
ok "the stand-ins, of a brief call" stand brief
ok "a server" serve serve.log
ok "a call comes to its end" placed +15551230000 '*"outcome":"*'
ends "$book"
drain 5 booked.log
ok "its outcome is sent" await 7 received.log '1 500 outcome *'
ok "and sent again" await 7 received.log '2 500 outcome *'
first=$(value 1 X-Concierge-Delivery)
ok "under the same id" same "$(value 2 X-Concierge-Delivery)" "$first"
ok "the server is killed" killed
kill "$receiver"
ends "$receiver"
ok "the log says that it failed" grep -q \
    'ev=webhook_failed.*why="it answered 500"' serve.log

ok "the receiver is well again" receive "$at" . 204
mkfifo again.fifo
exec 8<>again.fifo
ok "the server starts again" serve again.fifo
ok "the outcome is sent" await 7 received.log '1 204 outcome *'
ok "under the same id as before" same "$(value 1 X-Concierge-Delivery)" \
    "$first"
ok "signed, as openssl sees it" signed 1 s3cret
ok "and not with another secret" not signed 1 s3cres
ok "and as the README's recipe sees it" genuine \
    "$(value 1 X-Concierge-Signature)" 1.body s3cret \
    "$(value 1 X-Concierge-Signature | sed 's/t=//; s/,.*//')"
run show "$(the_call)" --json
printf '{"delivery":"%s","event":"outcome",%s\n' "$first" \
    "$(sed 's/^{//' out)" >wanted.body
ok "the body is the whole call object" cmp wanted.body 1.body

# Another secret, the old one beside it, while the server runs.
printf n3w >secret
printf 'WEBHOOK_SECRET_OLD=s3cret\n' >.env
chmod 600 .env
kill -HUP "$server"
ok "HUP: the server reads its secrets again" await 8 again.log \
    '*ev=reloaded what=WEBHOOK_URL state=on*'
ok "another call" placed +15551230001 '*"outcome":"*'
ends "$book"
drain 5 booked.log
ok "is told" await 7 received.log '2 204 outcome *'
ok "signed with the new secret" signed 2 n3w
ok "and with the old one, for a receiver that has that still" genuine \
    "$(value 2 X-Concierge-Signature)" 2.body s3cret \
    "$(value 2 X-Concierge-Signature | sed 's/t=//; s/,.*//')"
ok "under an id of its own" not same "$(value 2 X-Concierge-Delivery)" \
    "$first"
rm .env

# Drained first: whatever it still had to tell would be told by now.
kill "$server"
ends "$server"
await 8 again.log '*ev=drained*'
ok "the journal has the end of it" has data/journal \
    "\"delivery\":\"$first\",\"how\":\"delivered\""
kill "$receiver"
ends "$receiver"

ok "a receiver that says nothing" receive "$at" . 0
ok "a third start" serve third.log
ok "a call does not wait for it" placed +15551230002 '*"outcome":"*'
ends "$book"
drain 5 booked.log
ok "it tells of that one alone" await 7 received.log '1 0 outcome *'
kill "$server"
ends "$server"
ok "nor does the exit" same "$rc" 0
ok "which keeps the rest" not has data/journal "\"delivery\":\"$(value 1 \
    X-Concierge-Delivery)\",\"how\""
kill "$receiver"
ends "$receiver"

ok "the receiver is well again" receive "$at" . 204
ok "book without a server" placed +15551230003 '*"outcome":"*'
drain 5 booked.log
ends "$book"
ok "tells what was kept" await 7 received.log '1 204 outcome *'
ok "and its own" await 7 received.log '2 204 outcome *'
ok "of two calls" not same "$(sed 's/.*"id":"//; s/".*//' 1.body)" \
    "$(sed 's/.*"id":"//; s/".*//' 2.body)"
ok "each has its end" same "$(grep -c '"rec":"told"' data/journal)" 4
ok "no secret is in a log" not grep -qE 's3cret|n3w' serve.log again.log \
    third.log
finish
