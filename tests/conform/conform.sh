#!/bin/sh
# conform.sh - strangers judge what the program does on the wire.
#
#   tests/conform/conform.sh [JUDGE...]       all of them without a name
#   tests/conform/conform.sh -JUDGE...        all but those
#
# Installs what a judge needs where that can be done (Debian's packages as
# root, npm's into build/conform), runs the judges one after the other and adds
# up their points.  A judge whose tools are not to be had skips and says why.

cd "${0%/*}/../.." || exit 1
B=${B:-build}
CONCIERGE=${CONCIERGE:-$PWD/$B/concierge}
NODE_PATH=$PWD/build/conform/node_modules
SPECS=${SPECS:-../shared/specs}
export CONCIERGE NODE_PATH SPECS B
[ -x "$CONCIERGE" ] || { echo "there is no $CONCIERGE: make first" && exit 1; }

judges='wire account twiml lint ws-cases ws-node ws-python ws-chromium http
http-node nginx boxes tls-server tls-node tls-client load openapi chat pages'
case ${1:--} in
-*)
    but=" $* "
    set --
    for judge in $judges; do
        case $but in *" -$judge "*) ;; *) set -- "$@" "$judge" ;; esac
    done ;;
esac

# needs JUDGE: "command:debian-package" and "npm:package@version".
needs()
{
    case $1 in
    wire | account) echo node:nodejs npm:npm npm:ajv@8 npm:ajv-formats@3 ;;
    twiml) echo node:nodejs npm:npm npm:twilio@6 npm:@xmldom/xmldom@0.8 ;;
    lint) echo node:nodejs npm:npm npm:twilio@6 ;;
    ws-cases) echo python3:python3 ;;
    ws-node) echo node:nodejs npm:npm npm:ws@8 ;;
    ws-python) echo python3:python3 py:python3-websockets ;;
    ws-chromium) echo node:nodejs npm:npm npm:puppeteer-core@24 \
        chromium:chromium ;;
    http) echo curl:curl ;;
    http-node) echo node:nodejs ;;
    nginx) echo nginx:nginx-light node:nodejs npm:npm npm:ws@8 npm:twilio@6 ;;
    boxes) echo nginx:nginx-light haproxy:haproxy node:nodejs openssl:openssl ;;
    tls-server | tls-client) echo openssl:openssl curl:curl node:nodejs ;;
    chat) echo node:nodejs npm:npm npm:ajv@8 npm:ajv-formats@3 ;;
    openapi) echo node:nodejs npm:npm npm:ajv@8 npm:ajv-formats@3 \
        npm:@apidevtools/swagger-parser@13 \
        npm:@seriousme/openapi-schema-validator@2 ;;
    pages) echo node:nodejs npm:npm npm:puppeteer-core@24 npm:axe-core@4 \
        chromium:chromium openssl:openssl ;;
    tls-node) echo openssl:openssl node:nodejs npm:npm npm:ws@8 ;;
    load) echo wrk:wrk curl:curl openssl:openssl ;;
    *) return 1 ;;
    esac
}

# ---- installing ----

debs= nodes=
for judge; do
    needs "$judge" >/dev/null || { echo "no judge \"$judge\" (${judges})" &&
        exit 64; }
    for need in $(needs "$judge"); do
        name=${need#*:}
        case $need in
        npm:npm)
            command -v npm >/dev/null 2>&1 || debs="$debs npm" ;;
        npm:*)
            [ -d "$NODE_PATH/${name%@*}" ] || nodes="$nodes $name" ;;
        py:*)
            /usr/bin/python3 -c 'import websockets' 2>/dev/null ||
                debs="$debs $name" ;;
        *)
            command -v "${need%%:*}" >/dev/null 2>&1 || debs="$debs $name" ;;
        esac
    done
done

# What is not to be had costs its own judge only.
said=build/conform/install.log
mkdir -p build/conform
: >"$said"
if [ -n "$debs" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    debs=$(printf '%s\n' $debs | sort -u)
    echo "installing" $debs
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    timeout 300 apt-get install -q -y --no-install-recommends $debs \
        >>"$said" 2>&1 || { timeout 60 apt-get update -q &&
        for deb in $debs; do
            timeout 300 apt-get install -q -y --no-install-recommends "$deb"
        done; } >>"$said" 2>&1
fi
if [ -n "$nodes" ] && command -v npm >/dev/null; then
    nodes=$(printf '%s\n' $nodes | sort -u)
    echo "installing" $nodes
    # shellcheck disable=SC2086
    timeout 120 npm install --prefix build/conform --no-audit \
        --fetch-retries=1 --fetch-retry-mintimeout=1000 \
        --no-fund --loglevel=error $nodes >>"$said" 2>&1 ||
        echo "npm could not: $(grep 'npm error' "$said" | head -n 1)"
fi

# ---- judging ----

# A judge is a script for the tool whose name its file ends in.
interpreter()
{
    case $1 in
    *.js) echo node ;;
    *.py) echo /usr/bin/python3 ;;
    *) echo sh ;;
    esac
}

: "${TEST_SECONDS:=240}"
export TEST_SECONDS
taps=
for judge; do
    tap=build/results/conform/$judge.tap
    taps="$taps $tap"
    for file in "tests/conform/$judge".*; do
        tool=$(interpreter "$file")
        if ! command -v "$tool" >/dev/null 2>&1; then
            tests/run.sh "$tap" echo "1..0 # SKIP no ${tool##*/}"
        else
            tests/run.sh "$tap" "$tool" "$file"
        fi
    done
done
# shellcheck disable=SC2086
exec tests/run.sh --sum $taps
