#!/bin/sh
# bench.sh - how fast the server is, as ratios that another machine would show
# too: `make bench`, or
#
#   sh tests/bench/bench.sh [--help] [PART...]
#
# Parts, all of them by default:
#   frames    N calls through `serve` under callstorm and its fake model, by
#             turns with a relay that only reads and writes (--poll --pause-us
#             1000, --model-mode tapmark): CPU per 20 ms frame bridged both
#             ways, end to end ms, lost frames, memory; user CPU as the kernel's
#             ticks and, where there is perf, as a clock of its own samples it
#   count     instructions the program executes for a frame, under callgrind:
#             two runs of different length, the difference over the frames
#             between them, which no other load on the machine touches
#   idle      an idle server's memory, start to first answer, 5,000 WebSockets
#             on which nothing happens
#   echo      300 byte messages on /ws-echo, 100 connections
#   webhook   POST /twiml, signature checked, under wrk; by turns with nginx's
#             `return 200`
#   inner     ns for one message inside the program (tests/bench/inner.c)
#   size      the binary, stripped
#
# Environment:
#   BENCH=long   more calls, longer windows, RUNS=5, TLS to the model, the
#                static binary; under two minutes without
#   RUNS=N       every figure is the median of N runs (3)
#   BENCH_TOOLS  the load tools' sources (../shared/bench)
#
# The server has core 0, the tools core 1.  `us` of user CPU are the kernel's
# tick samples, which a server that wakes with the tick bends: `count` has the
# figure to trust.  p50 and p99 hold where lag99, the tool's own lateness, is
# small; it stands beside them.  Every line of every run stays in build/bench.

case ${1-} in
-h | --help)
    sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
    exit
    ;;
esac
parts=${*:-frames count idle echo webhook inner size}
here=$PWD
tools=${BENCH_TOOLS:-$here/../shared/bench}
build=$here/${B:-build}
out=$build/bench
mode=${BENCH:-short}
runs=${RUNS:-}
cc=${CC:-cc}
make=${MAKE:-make}
case $mode in
short) calls='100 200 400' seconds=1.5 : "${runs:=3}" ;;
long) calls='100 200 400 600' seconds=4 : "${runs:=5}" ;;
*) echo "BENCH is short or long, not $mode" >&2 && exit 64 ;;
esac
. "${0%/*}/../cli/lib/tap.sh"
: >"$out/results"

core0= core1=
if command -v taskset >/dev/null && taskset -c 0,1 true 2>/dev/null; then
    core0='taskset -c 0' core1='taskset -c 1'
else
    echo 'no taskset, or one core: server and tools share what there is'
fi

# wants WHAT COMMAND: or this part is skipped aloud.
wants()
{
    command -v "$2" >/dev/null 2>&1 && return
    echo "skipped: $1: no ${2##*/}"
    return 1
}

# ---- the load tools, built where the checkout may be written to ----

# tool NAME SOURCE...
tool()
{
    name=$1
    shift
    [ -f "$tools/$name.c" ] || return 1
    sources=
    for source; do
        sources="$sources $tools/$source"
    done
    # shellcheck disable=SC2086 # lists
    [ "$out/$name" -nt "$tools/$name.c" ] || $cc -O2 -w -o "$out/$name" \
        $sources -lssl -lcrypto
}

if tool callstorm callstorm.c model.c net.c && tool relay relay.c &&
    tool wsecho_load wsecho_load.c net.c; then
    storm=$out/callstorm relay=$out/relay wsecho=$out/wsecho_load
else
    echo "the load tools are not in $tools"
    storm=callstorm relay=relay wsecho=wsecho_load
fi

# ---- figures ----

# note KEY RESULT-LINE: keeps what a run said.
note()
{
    echo "$1 $2" >>"$out/results"
}

# median KEY EXPRESSION: of the fields of the lines kept under KEY, as awk has
# them in v: v["cpu"] / v["calls"].
median()
{
    awk -v key="$1" '$1 == key {
            for (i = 2; i <= NF; i++)
                if (split($i, a, "=") == 2)
                    v[a[1]] = a[2]
            print '"$2"'
        }' "$out/results" | sort -n | awk '{ x[NR] = $1 }
        END { m = x[int((NR + 1) / 2)]; print m == "" ? "-" : m }'
}

# row WHAT VALUE FLOOR GOAL [UNIT]: a line of the table; a GOAL of ">= 600" or
# "<= 1.15" is judged, of "-" not.
row()
{
    printf '%s\n' "$2" | awk -v what="$1" -v floor="$3" -v goal="$4" \
        -v unit="${5-}" '{
            verdict = ""
            split(goal, g, " ")
            if ($1 == "-")
                verdict = "not measured"
            else if (g[1] == "<=")
                verdict = $1 <= g[2] + 0 ? "reached" : "missed"
            else if (g[1] == ">=")
                verdict = $1 >= g[2] + 0 ? "reached" : "missed"
            shown = $1 == "-" ? "-" : $1 >= 1000 ? sprintf("%.0f", $1) \
                : sprintf("%.4g", $1)
            printf "%-46s %9s %-6s %8s %9s  %s\n", what, shown, unit, floor,
                goal == "-" ? "" : goal, verdict
        }'
}

title()
{
    printf '\n%-46s %9s %-6s %8s %9s\n' "$1" here '' floor goal
}

# ---- the server ----

export TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef
export TWILIO_ACCOUNT_SID=AC00000000000000000000000000000001
export TWILIO_PHONE_NUMBER=+15550000001 OPENAI_API_KEY=sk-bench
export PUBLIC_DOMAIN=voice.example.com
export CONCIERGE_TOKEN=bench-bench-bench-bench-bench-bench
export LOG_LEVEL=error RECORDING=off MAX_CALLS=1000 SERVER_PORT=0
export DISCLOSURE_BY=say CONCIERGE_DIR="$tmp/data"
now=
concierge=$program
program=$tmp/pinned

# pin WRAPPER...: the program as `serve` starts it.
pin()
{
    printf '#!/bin/sh\nexec %s "$@"\n' "$core0 $* $concierge" >"$tmp/pinned"
    chmod +x "$tmp/pinned"
}
pin

# stop: the server, unasked.
stop()
{
    kill -9 "$server"
    ends "$server"
    rm -rf "$CONCIERGE_DIR"
}

# free_port: $port is one that a server has just had.
free_port()
{
    serve free.log || { cat free.log && exit 1; }
    stop
}

# bridge KEY CALLS SECONDS [OPTION...]: calls through a server.
bridge()
{
    key=$1 n=$2 long=$3
    shift 3
    serve serve.log || { cat serve.log && exit 1; }
    $core1 "$storm" --twiml "http://127.0.0.1:$port/incoming-call" \
        --sign "$TWILIO_AUTH_TOKEN" --public "$PUBLIC_DOMAIN" \
        --model-port "$model_port" --calls "$n" --ramp 400 --warmup 0.5 \
        --seconds "$long" --pid "$server" "$@" >said 2>&1
    note "$key" "$(grep '^RESULT' said) $(grep '^model:' said)"
    stop
}

# relayed KEY CALLS SECONDS: the same through the relay.
relayed()
{
    $core0 "$relay" --listen "$relay_port" --to "$model_port" --poll \
        --pause-us 1000 2>relay.log &
    server=$!
    pids="$pids $server"
    $core1 "$out/first" "$relay_port"
    $core1 "$storm" --url "ws://127.0.0.1:$relay_port/" \
        --model-port "$model_port" --model-mode tapmark --calls "$2" \
        --ramp 400 --warmup 0.5 --seconds "$3" --pid "$server" >said 2>&1
    note "$1" "$(grep '^RESULT' said)"
    stop
}

# ---- the parts ----

frames()
{
    wants frames "$storm" || return
    title "frames, median of $runs"
    for n in $calls; do
        i=0
        while [ $i -lt "$runs" ]; do
            i=$((i + 1))
            relayed "relay$n" "$n" "$seconds"
            bridge "serve$n" "$n" "$seconds"
        done
        mine=$(median "serve$n" 'v["usf"]')
        floor=$(median "relay$n" 'v["usf"]')
        row "$n calls: total CPU per frame, ratio to relay" \
            "$(echo "$mine $floor" | awk '{ print $2 ? $1 / $2 : "-" }')" \
            1.0 '<= 1.15'
        row "$n calls: total CPU per frame" "$mine" "$floor" - us
        row "$n calls: user CPU per frame, sampled" "$(median "serve$n" \
            '!v["cpu"] ? "-" : v["usf"] * v["user"] / v["cpu"]')" \
            "$(median "relay$n" '!v["cpu"] ? "-" : sprintf("%.2f",
            v["usf"] * v["user"] / v["cpu"])')" '<= 2' us
        row "$n calls: lost" "$(median "serve$n" 'v["lost"]')" 0 '<= 0'
        row "$n calls: end to end p50" "$(median "serve$n" 'v["e50"]')" \
            "$(median "relay$n" 'v["e50"]')" "$([ "$n" = 200 ] &&
            echo '<= 2.5' || echo -)" ms
        row "$n calls: end to end p99" "$(median "serve$n" 'v["e99"]')" \
            "$(median "relay$n" 'v["e99"]')" "$([ "$n" = 200 ] &&
            echo '<= 5' || echo '<= 20')" ms
        row "$n calls: lag99 of the tool itself" \
            "$(median "serve$n" 'v["lag99"]')" - - ms
        row "$n calls: memory per call" "$(median "serve$n" \
            '(v["rss"] - v["rss0"]) / v["calls"]')" 3.3 '<= 16' kB
    done
    clocked
    [ "$mode" = long ] || return
    RECORDING=on
    bridge recorded 200 "$seconds"
    RECORDING=off
    row '200 calls, recorded: total CPU per frame' \
        "$(median recorded 'v["usf"]')" - - us
    REALTIME_URL=wss://localhost:$model_port/v1/realtime
    SSL_CERT_FILE=$tmp/cert.pem
    export SSL_CERT_FILE
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
        -keyout key.pem -out cert.pem 2>ssl.log
    i=0
    while [ $i -lt "$runs" ]; do
        i=$((i + 1))
        bridge tls400 400 "$seconds" --tls-cert cert.pem --tls-key key.pem
    done
    unset SSL_CERT_FILE
    REALTIME_URL=ws://127.0.0.1:$model_port/v1/realtime
    row "400 calls, TLS to the model: CPU per frame" \
        "$(median tls400 'v["usf"]')" - - us
    row "400 calls, TLS to the model: lost" "$(median tls400 'v["lost"]')" \
        0 '<= 0'
    row "400 calls, TLS to the model: memory per call" \
        "$(median tls400 '(v["rss"] - v["rss0"]) / v["calls"]')" - '<= 64' kB
}

# The kernel's ticks and a server that wakes with them do not meet at random;
# perf samples by a clock of its own.  The first 1.5 s are the calls' beginning.
clocked()
{
    wants "user CPU by perf's clock" perf || return 0
    serve serve.log || { cat serve.log && exit 1; }
    # shellcheck disable=SC2086 # lists
    if perf record -q -e cpu-clock -F 9973 -D 1500 -p "$server" -o perf.data \
        -- $core1 "$storm" --twiml "http://127.0.0.1:$port/incoming-call" \
        --sign "$TWILIO_AUTH_TOKEN" --public "$PUBLIC_DOMAIN" \
        --model-port "$model_port" --calls 200 --ramp 400 --warmup 1 \
        --seconds 3 --pid "$server" >said 2>perf.log; then
        note clocked "$(grep '^RESULT' said) ours=$(perf report --stdio \
            -i perf.data --sort dso 2>perf.log | awk '
            /^ *[0-9.]+%/ { all += $1; if (!/\[k/) ours += $1 }
            END { printf "%.3f", all ? ours / all : 0 }')"
        row "200 calls: user CPU per frame, by perf's clock" "$(median \
            clocked 'v["usf"] * v["ours"]')" 0.3 '<= 2' us
    else
        echo "skipped: user CPU by perf's clock: $(tail -n 1 perf.log)"
    fi
    stop
}

# counted SECONDS: instructions and frames of a run, "IR FRAMES".
counted()
{
    rm -f callgrind.*
    serve valgrind.log || { cat valgrind.log && exit 1; }
    $core1 "$storm" --twiml "http://127.0.0.1:$port/incoming-call" \
        --sign "$TWILIO_AUTH_TOKEN" --public "$PUBLIC_DOMAIN" \
        --model-port "$model_port" --calls 40 --ramp 40 --warmup 0.5 \
        --seconds "$1" >said 2>&1
    kill -TERM "$server"
    ends "$server"
    rm -rf "$CONCIERGE_DIR"
    awk '/^(summary|totals):/ { ir = $2 }
        /^model:/ { for (i = 2; i <= NF; i++)
            if (split($i, a, "=") == 2 && a[1] == "deltas") frames = a[2] }
        END { print ir, frames }' callgrind.out said
}

count()
{
    wants count "$storm" && wants count valgrind || return
    title 'instructions, 40 calls'
    pin valgrind --tool=callgrind --callgrind-out-file="$tmp/callgrind.out"
    long=$([ "$mode" = long ] && echo 12 || echo 5)
    short=$(counted 1)
    longer=$(counted "$long")
    pin
    note count "short=$short longer=$longer"
    row 'instructions of ours per frame' "$(echo "$short $longer" |
        awk '{ print ($4 > $2) ? ($3 - $1) / ($4 - $2) : "-" }')" - -
}

# cpu_of PID: us of all its threads so far, exact.
cpu_of()
{
    cat /proc/"$1"/task/*/schedstat | awk '{ s += $1 } END {
        printf "%.0f", s / 1000 }'
}

idle()
{
    title 'at rest'
    serve serve.log || { cat serve.log && exit 1; }
    if [ -r "/proc/$server/status" ]; then
        row 'idle process, resident' "$(awk '/^VmRSS/ { print $2 / 1024 }' \
            "/proc/$server/status")" 1.5 '<= 8' MB
        row '  of it anonymous' "$(awk '/^RssAnon/ { print $2 / 1024 }' \
            "/proc/$server/status")" - - MB
    else
        echo 'skipped: memory: no /proc'
    fi
    stop
    i=0
    while [ $i -lt "$runs" ]; do
        i=$((i + 1))
        note first "ms=$(SERVER_PORT=$relay_port $core1 "$out/first" \
            "$relay_port" "$program" serve 2>first.log)"
        rm -rf "$CONCIERGE_DIR"
    done
    row 'start to first answer' "$(median first 'v["ms"]')" - '<= 30' ms
    wants '5,000 idle streams' "$wsecho" || return
    serve serve.log --echo || { cat serve.log && exit 1; }
    $core1 "$wsecho" --url "ws://127.0.0.1:$port/ws-echo" --conns 5000 \
        --inflight 0 --warmup 1 --seconds "$([ "$mode" = long ] && echo 60 ||
        echo 4)" --pid "$server" >said 2>&1     # pings come after 30 s
    note idle5000 "$(grep '^RESULT' said)"
    stop
    row '5,000 idle streams, of a core' "$(median idle5000 'v["cpu"]')" - \
        '<= 5' %
}

echo_()
{
    wants echo "$wsecho" || return
    title "/ws-echo, 300 B, 100 connections, median of $runs"
    i=0
    while [ $i -lt "$runs" ]; do
        i=$((i + 1))
        serve serve.log --echo || { cat serve.log && exit 1; }
        $core1 "$wsecho" --url "ws://127.0.0.1:$port/ws-echo" --conns 100 \
            --size 300 --warmup 0.5 --seconds "$seconds" --pid "$server" \
            >said 2>&1
        note echo "$(grep '^RESULT' said)"
        stop
    done
    row 'CPU per message' "$(median echo 'v["us_msg"]')" 5.5 '<= 5.5' us
    row 'user CPU per message, sampled' "$(median echo 'v["user_us"]')" \
        0.45 '<= 0.5' us
    row 'messages a second' "$(median echo 'v["msgs_s"]')" - -
    row 'errors' "$(median echo 'v["errors"]')" 0 '<= 0'
}

# hit KEY URL PID [OPTION...]
hit()
{
    key=$1 url=$2 pid=$3
    shift 3
    $core1 wrk -t1 -c64 -d1s "$@" "$url" >said 2>&1
    from=$(cpu_of "$pid")
    $core1 wrk -t1 -c64 -d2s "$@" "$url" >said 2>&1
    till=$(cpu_of "$pid")
    note "$key" "$(awk -v us=$((till - from)) '
        /requests in/ { n = $1 } /Requests\/sec/ { rate = $2 }
        /Non-2xx|Socket errors/ { bad = 1 }
        END { printf "rate=%.0f us=%.3f bad=%d", rate, n ? us / n : 0,
            bad }' said)"
}

webhook()
{
    wants webhook wrk && wants webhook openssl && wants webhook curl || return
    title "TwiML webhook, signature checked, median of $runs"
    form='CallSid=CA00000000000000000000000000000001'
    nginx=$(command -v nginx || command -v /usr/sbin/nginx)
    [ -n "$nginx" ] || echo 'skipped: no nginx to compare with'
    mkdir -p nginx
    cat >nginx.conf <<END
worker_processes 1; daemon off; master_process off;
pid $tmp/nginx/pid; error_log /dev/null crit;
events { worker_connections 1024; }
http {
    access_log off; keepalive_requests 100000000;
    client_body_temp_path $tmp/nginx; proxy_temp_path $tmp/nginx;
    fastcgi_temp_path $tmp/nginx; uwsgi_temp_path $tmp/nginx;
    scgi_temp_path $tmp/nginx;
    server { listen 127.0.0.1:$relay_port; default_type text/xml;
        location / { return 200 "$(printf '%0300d' 0)"; } }
}
END
    i=0
    while [ $i -lt "$runs" ]; do
        i=$((i + 1))
        serve serve.log || { cat serve.log && exit 1; }
        ticket=$(curl -s -m 10 -X POST "http://127.0.0.1:$port/v1/tickets" \
            -H "Authorization: Bearer $CONCIERGE_TOKEN" |
            sed 's/.*"twiml_url":"\([^"]*\)".*/\1/')
        signature=$(printf '%s%s' "$ticket" "$(echo "$form" | tr -d =)" |
            openssl dgst -sha1 -hmac "$TWILIO_AUTH_TOKEN" -binary |
            openssl base64)
        cat >twiml.lua <<END
wrk.method = "POST"
wrk.body = "$form"
wrk.headers["Host"] = "$PUBLIC_DOMAIN"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.headers["X-Twilio-Signature"] = "$signature"
END
        hit twiml "http://127.0.0.1:$port/${ticket#https://*/}" "$server" \
            -s twiml.lua
        stop
        [ -n "$nginx" ] || continue
        $core0 "$nginx" -p "$tmp/nginx" -c "$tmp/nginx.conf" 2>nginx.log &
        server=$!
        pids="$pids $server"
        "$out/first" "$relay_port"
        hit nginx "http://127.0.0.1:$relay_port/" "$server" -s twiml.lua
        stop
    done
    row 'requests a second' "$(median twiml 'v["rate"]')" \
        "$(median nginx 'v["rate"]')" '>= 100000'
    row 'CPU per request' "$(median twiml 'v["us"]')" \
        "$(median nginx 'v["us"]')" - us
    row 'answers that were none' "$(median twiml 'v["bad"]')" 0 '<= 0'
}

inner()
{
    title 'one message, in the program'
    $core1 "$out/inner" >said || exit 1
    while read -r name ns; do
        note inner "$name=$ns"
        case $name in
        media) row 'scan and check a media message' "$ns" 26 '<= 100' ns ;;
        mark) row 'scan and check a mark' "$ns" - - ns ;;
        delta) row "scan and check a model's delta" "$ns" - - ns ;;
        unmask) row 'unmask 160 bytes' "$ns" 4 '<= 10' ns ;;
        esac
    done <said
}

# stripped FILE: its kB without symbols.
stripped()
{
    strip -o "$tmp/stripped" "$1" && wc -c <"$tmp/stripped" |
        awk '{ print $1 / 1024 }'
}

size()
{
    title 'binary, stripped'
    row 'with OpenSSL as a shared library' "$(stripped "$concierge")" - \
        '<= 400' kB
    [ "$mode" != long ] || (cd "$here" && $make -s static >/dev/null 2>&1)
    static=$build/static/concierge
    [ -x "$static" ] || { echo 'skipped: static: make static' && return; }
    row static "$(stripped "$static")" 5120 '<= 6144' kB
}

free_port
model_port=$port
export REALTIME_URL="ws://127.0.0.1:$model_port/v1/realtime"
while free_port && [ "$port" = "$model_port" ]; do :; done
relay_port=$port
for part in $parts; do
    case $part in
    echo) echo_ ;;
    frames | count | idle | webhook | inner | size) $part ;;
    *) echo "there is no part $part (--help)" >&2 && exit 64 ;;
    esac
done
exit 0      # what was skipped or missed is said, and no failure
