#!/bin/sh
# serve.sh - how the server starts, refuses to start, and stops.
. "${0%/*}/lib/tap.sh"
logs=serve.log

# ---- start ----

export CONCIERGE_DIR=data
ok "serve says when it is ready" serve serve.log --server-port 0
is "where it listens" "${ready%:*}" "listening http://127.0.0.1"
ok "port 0 picks one" test "$port" -gt 0
ok "CONCIERGE_DIR is the owner's alone" mode_is data drwx------
ok "so is the token" mode_is data/token -rw-------
is "which is long" "$(wc -c <data/token | tr -d ' ')" 64
ok "and random" not grep -q '\(.\)\1\1\1\1\1' data/token
ok "the log names what is missing" has serve.log ev=listening \
    missing=TWILIO_ACCOUNT_SID
ok "the log has no token" not grep -qf data/token serve.log
export SERVER_PORT="$port"
run calls
is "it answers its owner" "$rc" 0
is "with no calls" "$(cat out)" ""
export CONCIERGE_TOKEN=0123456789abcdef0123456789abcdef
fails 77 "oken" calls
unset CONCIERGE_TOKEN

# unconfigured: it listens, and says which setting a call needs.
fails 78 TWILIO_ACCOUNT_SID book --yes --to +15551230000 \
    --restaurant "Luigi's" --party 4 --date 2026-11-23 --time 19:00
ok "and what was asked for" has err "Calling Luigi's at +1******0000"

# ---- a second one ----

fails 75 "data" serve --server-port 0
ok "which names the first" has err "another concierge is running"
fails 78 "SERVER_PORT (from environment)" serve --concierge-dir other
ok "a port in use" has err "$port" "in use"
mkdir there
fails 78 "SERVER_PORT (from --server-port)" serve --concierge-dir there \
    --server-port "$port"

# ---- signals ----

kill -USR1 "$server"
kill -HUP "$server"
run calls
is "USR1 and HUP do not end it" "$rc" 0
kill -TERM "$server"
ends "$server"
is "TERM ends it: 0" "$rc" 0
ok "USR1 reports" has serve.log ev=report
ok "TERM drains" has serve.log ev=draining ev=drained
drain 3 rest
ok "nothing but the ready line on stdout" not test -s rest

cp data/token before
ok "it starts again where it was" serve serve.log
ok "with the token it had" cmp data/token before
kill -INT "$server"
ends "$server"
is "INT ends it too: 0" "$rc" 0

# ---- the token ----

chmod 644 data/token
fails 78 "data/token is readable by others (mode 0644): chmod 600" serve
chmod 600 data/token
printf short >data/token
fails 78 "data/token: no token of 32" serve
rm data/token
export CONCIERGE_TOKEN=0123456789abcdef0123456789abcdef
ok "a token of one's own" serve serve.log
ok "is not written down" not test -e data/token
run calls
is "and let in" "$rc" 0
kill "$server"
ends "$server"
unset CONCIERGE_TOKEN

# ---- what else may be wrong: 78, naming the setting ----

printf x >file
fails 78 "CONCIERGE_DIR" serve --concierge-dir file/data
fails 78 "SERVER_HOST" serve --server-host 192.0.2.1
fails 78 "TLS_KEY" serve --tls-cert file
fails 78 "TLS_CERT" serve --tls-cert file --tls-key file
fails 78 "INBOUND_PROMPT_FILE" serve --inbound-prompt-file nowhere
printf "{\"sum\":\"torn" >>data/journal
ok "a torn last line of the journal is no obstacle" serve serve.log
ok "it is told" has serve.log "ev=journal_cut path=data/journal bytes=12"
ok "and cut off" not grep -q torn data/journal
kill "$server"
ends "$server"

finish
