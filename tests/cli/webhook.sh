#!/bin/sh
# webhook.sh - the owner's server is told what became of a call: by a stranger's
# HTTP and openssl's HMAC, with a kill -9 before it was taken.
here=$(cd "${0%/*}" && pwd)
. "${0%/*}/lib/killed.sh"
. "${0%/*}/lib/tap.sh"
logs='serve.log again.log stand.log booked.log received.log'

for tool in python3 openssl; do
    command -v $tool >where || { echo "1..0 # SKIP no $tool" && exit 0; }
done

# receive PORT STATUS...: $receiver is its pid, $at its port.
receive()
{
    rm -f receive.fifo
    mkfifo receive.fifo
    wanted=$1
    shift
    python3 "$here/lib/receiver.py" "$wanted" "$tmp" "$@" >receive.fifo &
    receiver=$!
    pids="$pids $receiver"
    exec 7<receive.fifo
    IFS= read -r at <&7
}

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
    same "${sum%% *}" "$v1"
}

export WEBHOOK_URL=http://127.0.0.1:9/hook
fails 78 "WEBHOOK_SECRET" serve --server-port 0 --concierge-dir none
export WEBHOOK_SECRET=s3cret

ok "a receiver that is unwell" receive 0 500
export WEBHOOK_URL="http://127.0.0.1:$at/hook?of=mine"
ok "the stand-ins, of a brief call" stand brief
ok "a server" serve serve.log
ok "a call comes to its end" placed +15551230000 '*"outcome":"*'
ends "$book"
drain 5 booked.log
ok "its outcome is sent" await 7 received.log '1 500 outcome'
ok "and sent again" await 7 received.log '2 500 outcome'
first=$(value 1 X-Concierge-Delivery)
ok "under the same id" same "$(value 2 X-Concierge-Delivery)" "$first"
ok "the server is killed" killed
kill "$receiver"
ends "$receiver"
ok "the log says that it failed" grep -q \
    'ev=webhook_failed.*why="it answered 500"' serve.log

ok "the receiver is well again" receive "$at" 204
ok "the server starts again" serve again.log
ok "the outcome is sent" await 7 received.log '1 204 outcome'
ok "under the same id as before" same "$(value 1 X-Concierge-Delivery)" \
    "$first"
ok "signed, as openssl sees it" signed 1 s3cret
ok "and not with another secret" not signed 1 s3cres
run show "$(the_call)" --json
ok "the body is the whole call object" cmp out 1.body

# Drained first: whatever it still had to tell would be told by now.
kill "$server"
ends "$server"
ok "the journal has the end of it" has data/journal \
    "\"delivery\":\"$first\",\"how\":\"delivered\""
ok "a third start" serve third.log
ok "another call" placed +15551230001 '*"outcome":"*'
ends "$book"
drain 5 booked.log
ok "tells of that one alone" await 7 received.log '2 204 outcome'
ok "under an id of its own" not same "$(value 2 X-Concierge-Delivery)" \
    "$first"
ok "no secret is in a log" not grep -q s3cret serve.log again.log third.log
finish
