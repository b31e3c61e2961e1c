#!/bin/sh
# tls-server.sh - TLS_CERT and TLS_KEY against openssl s_client, curl and Node:
# versions, ALPN, ciphers, resumption, the chain, a new certificate by HUP, and
# peers that speak no TLS at all.
. "${0%/*}/lib.sh"
has_command openssl curl node

authority root && signed middle root "$intermediate" &&
    signed localhost middle "$(site DNS:localhost,IP:127.0.0.1)" &&
    signed renewed middle "$(site DNS:localhost,IP:127.0.0.1)" ||
    { cat ssl.log && exit 1; }
cat localhost.crt middle.crt >chain.pem
cp localhost.key key.pem

# ---- starting ----

fails 78 'TLS_CERT is set and TLS_KEY is not' serve --server-port 0 \
    --tls-cert chain.pem
fails 78 'TLS_CERT' serve --server-port 0 --tls-cert chain.pem \
    --tls-key renewed.key
fails 78 'nothing.pem' serve --server-port 0 --tls-cert nothing.pem \
    --tls-key key.pem
serve serve.log --echo --tls-cert chain.pem --tls-key key.pem ||
    { cat serve.log && exit 1; }
logs=$PWD/serve.log
is "it says https" "${ready%:*}" "listening https://127.0.0.1"

# client OPTION...: a handshake; what s_client tells is in seen.
client()
{
    timeout 20 openssl s_client -connect "127.0.0.1:$port" -servername \
        localhost -CAfile root.crt -verify_return_error "$@" >seen 2>&1 \
        </dev/null
}

# ---- versions and chain ----

for version in 1_2 1_3; do
    ok "TLS $version" client -tls$version
    ok "TLS $version: the chain is whole" has seen 'Verify return code: 0 (ok)'
    ok "TLS $version: the name" client -tls$version -verify_hostname localhost
    ok "TLS $version: the address" client -tls$version -verify_ip 127.0.0.1
done
for version in 1 1_1; do
    ok "TLS $version is refused" not client -tls$version \
        -cipher ALL:@SECLEVEL=0
    ok "TLS $version is refused for its version" \
        grep -qiE 'alert (protocol version|number 70)|protocol version' seen
done
ok "two certificates are sent" client -showcerts
is "two certificates are sent" "$(grep -c 'BEGIN CERT' seen)" 2

# ---- ALPN ----

ok "http/1.1 out of h2 and http/1.1" client -alpn h2,http/1.1
ok "http/1.1 out of h2 and http/1.1" has seen 'ALPN protocol: http/1.1'
ok "h2 alone is refused" not client -alpn h2
ok "h2 alone: no_application_protocol" \
    grep -qiE 'no application protocol|alert number 120' seen
ok "no ALPN at all" client -tls1_2
ok "no ALPN at all" has seen 'No ALPN negotiated'

# ---- ciphers ----

accepted=
for cipher in $(openssl ciphers 'ALL:COMPLEMENTOFALL:@SECLEVEL=0' |
    tr : '\n' | grep -v '^TLS_'); do
    client -tls1_2 -cipher "$cipher:@SECLEVEL=0" && accepted="$accepted $cipher"
done
ok "ciphers of TLS 1.2 were tried" test -n "$accepted"
is "none without encryption, name or strength" \
    "$(echo "$accepted" | tr ' ' '\n' |
        grep -E 'NULL|ADH|AECDH|RC4|DES|EXP|MD5|PSK|SRP|IDEA|SEED')" ""
is "all of them with forward secrecy" \
    "$(echo "$accepted" | tr ' ' '\n' | grep -vE '^$|^ECDHE-|^DHE-')" ""
note "TLS 1.2:$accepted"

# ---- again ----

for version in 1_2 1_3; do
    # In 1.3 the ticket comes with the answer.
    printf 'GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n' |
        timeout 20 openssl s_client -connect "127.0.0.1:$port" -tls$version \
            -CAfile root.crt -sess_out session -ign_eof >seen 2>&1
    ok "TLS $version: an answer" has seen '{"status":"ok"}'
    ok "TLS $version: a session resumed" client -tls$version -sess_in session
    ok "TLS $version: a session resumed" grep -q '^Reused, TLSv' seen
done
{ echo R && cat; } <serve.log | timeout 20 openssl s_client -tls1_2 \
    -connect "127.0.0.1:$port" -CAfile root.crt >seen 2>&1
ok "no renegotiation" grep -qiE 'no.renegotiation|alert number 100' seen

# ---- HTTP over it ----

base=https://localhost:$port
for option in --tlsv1.3 '--tlsv1.2 --tls-max 1.2' --http2; do
    # shellcheck disable=SC2086 # a list
    is "curl $option" "$(curl -s -m 20 --cacert root.crt $option \
        "$base/health")" '{"status":"ok"}'
done
ok "curl without the root refuses" not curl -s -m 20 "$base/health"
head -c 1000000 /dev/urandom >big
ok "curl: a MB there" curl -s -m 20 --cacert root.crt --data-binary @big \
    -o back "$base/echo"
ok "and back" cmp big back
NODE_EXTRA_CA_CERTS=$PWD/root.crt node -e "
const all = Array.from({length: 200}, (_, i) => fetch('$base/echo', {method:
    'POST', body: String(i)}).then((r) => r.text()));
Promise.all(all).then((t) => console.log(t.filter((x, i) => x === String(i))
    .length));" >node.out 2>&1
is "Node: 200 at once" "$(cat node.out)" 200

# ---- peers that speak no TLS ----

ok "plain HTTP gets no answer and no wait" \
    not curl -s -m 10 "http://127.0.0.1:$port/health"
head -c 5000 /dev/urandom >noise
NODE_EXTRA_CA_CERTS=$PWD/root.crt node -e "
const net = require('net');
const noise = require('fs').readFileSync('noise');
let open = 0;
for (let i = 0; i < 50; i++) {
    const s = net.connect($port, '127.0.0.1', () => {
        if (i % 2)
            s.write(noise.subarray(i * 20));
        else if (++open === 25)
            fetch('$base/health').then((r) => {
                console.log(r.status);
                process.exit();
            });
    });
    s.on('error', () => {});
}" >node.out 2>&1
is "25 that say nothing and 25 that say noise keep nobody waiting" \
    "$(cat node.out)" 200

# ---- another certificate while it runs ----

serial()
{
    client && openssl x509 -noout -serial <seen
}
before=$(serial)
is "the certificate of the file" "$before" \
    "$(openssl x509 -noout -serial -in localhost.crt)"
cat renewed.crt middle.crt >chain.pem
cp renewed.key key.pem
kill -HUP "$server"
# The log says when it has been read.
tries=0
until grep -qi 'ev=.*reload' serve.log || [ $tries -gt 200 ]; do
    curl -s -m 5 --cacert root.crt "$base/health" >health
    tries=$((tries + 1))
done
is "HUP: the new one" "$(serial)" \
    "$(openssl x509 -noout -serial -in renewed.crt)"
printf x >chain.pem
kill -HUP "$server"
tries=0
until grep -qi 'level=error.*\(chain.pem\|TLS_CERT\)' serve.log ||
    [ $tries -gt 200 ]; do
    curl -s -m 5 --cacert root.crt "$base/health" >health
    tries=$((tries + 1))
done
is "HUP with a broken file: the old one stays" "$(serial)" \
    "$(openssl x509 -noout -serial -in renewed.crt)"
kill -TERM "$server"
ends "$server"
is "it ends well" "$rc" 0

# ---- our own commands, when the certificate names the public address ----

signed public middle "$(site DNS:voice.example.com)" ||
    { cat ssl.log && exit 1; }
cat public.crt middle.crt >chain.pem
cp public.key key.pem
TLS_CERT=$PWD/chain.pem TLS_KEY=$PWD/key.pem PUBLIC_DOMAIN=voice.example.com
export TLS_CERT TLS_KEY PUBLIC_DOMAIN
serve public.log --server-port "$port" || { cat public.log && exit 1; }
export SERVER_PORT="$port"
ok "curl does not know it by 127.0.0.1" not curl -s -m 20 --cacert root.crt \
    "https://127.0.0.1:$port/health"
run hangup 0123456789abcdef01234567
is "a command does: there is no such call" "$rc" 65
ok "a command does: there is no such call" has err 'no such call'
TLS_CERT=$PWD/renewed.crt run hangup 0123456789abcdef01234567
is "another of the same issuer is not ours" "$rc" 69
ok "and it says why" has err 'certificate of 127.0.0.1'
run doctor --offline --only upgrade
ok "doctor, straight to its port" grep -q '^ok *upgrade' out
kill -TERM "$server"
ends "$server"
run doctor --offline --only upgrade
ok "doctor, with a server of its own" grep -q '^ok *upgrade' out
finish
