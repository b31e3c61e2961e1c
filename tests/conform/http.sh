#!/bin/sh
# http.sh - the HTTP server against curl: what clients do, and what they should
# not.
. "${0%/*}/lib.sh"
has_command curl

serve serve.log --echo --max-body 2097152 || { cat serve.log && exit 1; }
logs=$PWD/serve.log
base=http://127.0.0.1:$port
token=$(cat concierge-data/token)

# answers STATUS CURL-ARGUMENT...: that status; the head in head, the body in
# body.
answers()
{
    want=$1
    shift
    : >body
    got=$(curl -s -m 20 -D head -o body -w '%{http_code}' "$@") ||
        { echo "curl failed with $?, status $got" && return 1; }
    same "$got" "$want"
}

# field NAME: its value in the last head.
field()
{
    tr -d '\r' <head | sed -n "s/^$1: //Ip" | tail -n 1
}

# ---- answers ----

ok "GET /health: 200" answers 200 "$base/health"
is "its body" "$(cat body)" '{"status":"ok"}'
is "its type" "$(field content-type)" application/json
is "its length" "$(field content-length)" 15
ok "a Date" test -n "$(field date)"
ok "HEAD /health: 200" answers 200 -I "$base/health"
is "the same length" "$(field content-length)" 15
ok "and no body" cmp head body
ok "HTTP/1.0" answers 200 -0 "$base/health"
ok "an absolute target, as to a proxy" answers 200 -x "$base" "$base/health"
ok "a query is no path" answers 200 "$base/health?x=1"
ok "404" answers 404 "$base/nothing"
ok "404 in the shape of every error" has body '{"error":{"code":"not_found"'
ok "405" answers 405 -X DELETE "$base/health"
ok "405 with Allow" test -n "$(field allow)"
ok "OPTIONS on a path" answers 204 -X OPTIONS "$base/health"
ok "a method nobody knows: 501 or 405" \
    sh -c 'case $(curl -s -m 20 -o /dev/null -w "%{http_code}" -X BREW "$0") in
    501 | 405) ;; *) false ;; esac' "$base/health"
ok "426 where an upgrade is wanted" answers 426 "$base/ws-test"
is "426 names what" "$(field upgrade)" websocket
ok "401 on the owner's doors" answers 401 "$base/v1/calls"
ok "401 with WWW-Authenticate" test -n "$(field www-authenticate)"
ok "200 with the token" answers 200 -H "Authorization: Bearer $token" \
    "$base/v1/calls"
ok "401 with another" answers 401 -H "Authorization: Bearer x$token" \
    "$base/v1/calls"
ok "400 names the field" answers 400 -H "Authorization: Bearer $token" \
    -H 'Content-Type: application/json' -d '{"to":"+15551230000"}' \
    "$base/v1/calls"
ok "in the shape of every error" has body '"error":{"code":"' '"field":"'

# ---- bodies ----

head -c 1500000 /dev/urandom >big
printf 'x' >small
: >none
for file in small none big; do
    ok "POST /echo, $file, with a length" answers 200 --data-binary @$file \
        "$base/echo"
    ok "comes back byte for byte" cmp $file body
    ok "POST /echo, $file, in chunks" answers 200 --data-binary @$file \
        -H 'Transfer-Encoding: chunked' "$base/echo"
    ok "comes back byte for byte" cmp $file body
done
ok "Expect: 100-continue" answers 200 -H 'Expect: 100-continue' \
    --expect100-timeout 15 --data-binary @big "$base/echo"
ok "is answered with 100 before" grep -q '^HTTP/1.1 100' head
ok "and the body comes back" cmp big body
head -c 2097153 /dev/zero >over
ok "a byte over --max-body: 413" answers 413 --data-binary @over "$base/echo"
ok "before it was sent, with Expect" answers 413 -H 'Expect: 100-continue' \
    --expect100-timeout 15 --data-binary @over "$base/echo"
ok "no 100 before it" not grep -q '^HTTP/1.1 100' head
ok "a byte over it in chunks: 413" answers 413 --data-binary @over \
    -H 'Transfer-Encoding: chunked' "$base/echo"
ok "Expect of another kind: 417" answers 417 -H 'Expect: wonders' \
    --data-binary @small "$base/echo"
ok "an encoding nobody knows: 501" answers 501 --data-binary @small \
    -H 'Transfer-Encoding: gzip, chunked' "$base/echo"

# ---- heads ----

long=$(head -c 20000 /dev/zero | tr '\0' a)
ok "a field of 20 kB: 431" answers 431 -H "X-Long: $long" "$base/health"
ok "a target of 9 kB: 414" answers 414 "$base/$(echo "$long" | cut -c 1-9000)"
i=0 many=
while [ $i -lt 400 ]; do
    many="$many -H X-$i:y"
    i=$((i + 1))
done
# shellcheck disable=SC2086 # a list
ok "400 fields: 431" answers 431 $many "$base/health"
ok "no Host: 400" answers 400 -H 'Host:' "$base/health"
ok "it still answers" answers 200 "$base/health"

# ---- one connection, many requests ----

# urls N: N times a path, with bodies dropped.
urls()
{
    i=0
    while [ $i -lt "$1" ]; do
        printf 'url = "%s/health"\noutput = /dev/null\n' "$base"
        i=$((i + 1))
    done
}
urls 200 >config
curl -s -m 20 -K config -w '%{num_connects} %{http_code}\n' >counts
is "200 requests, all answered" "$(grep -c ' 200$' counts)" 200
is "on one connection" "$(grep -c '^1 ' counts)" 1
ok "Connection: close is kept to" answers 200 -H 'Connection: close' \
    "$base/health"
is "and said" "$(field connection)" close

finish
