#!/bin/sh
# bench.sh - concierge bench: what it says has the promised shape, nothing was
# lost on the way, the figures are figures, and nothing is left behind.
. "${0%/*}/lib/tap.sh"

export TMPDIR="$tmp"

# value NAME: a number of the one object on stdout, or of its first step.
value()
{
    sed -n "s/.*\"$1\":\(-\{0,1\}[0-9.]*\)[,}].*/\1/p" out | head -n 1
}

# holds EXPRESSION: awk's, over numbers of the shell.
holds()
{
    awk "BEGIN { exit !($1) }" || { echo "not so: $1" && return 1; }
}

folders()
{
    ls -d "$tmp"/concierge-* 2>/dev/null | wc -l | tr -d ' '
}

# What the machine is busy with else may hold a frame up, and no point here is
# about that: a second is not late.
run bench --calls 10 --seconds 1 --late 1000 --json
ok "one object, and ten calls are no trouble" same "$rc $(lines out)" "0 1"
ok "it is JSON" objects out
ok "no limit is claimed after one step" has out '"calls_per_core":null,' \
    '"limited_by":null,"late_ms":1000,"recording":true,"steps":[{'
ok "the step says it held, and lost nothing" has out '"holds":true' \
    '"failed":0' '"why":null' '"lost":0' '"altered":0'
ok "frames: fifty a second of each call" \
    holds "$(value frames) >= 450 && $(value frames) <= 700"
ok "so long as was asked" \
    holds "$(value seconds) > 0.9 && $(value seconds) < 2"
ok "CPU of the server for a frame" \
    holds "$(value cpu_us_per_frame) > 0 && $(value cpu_us_per_frame) < 5000"
ok "... is its CPU of that time over the frames" holds \
    "$(value cpu_us_per_frame) * $(value frames) / $(value seconds) / 10000 \
    - $(value cpu_percent) < 0.2 && $(value cpu_percent) > 0"
ok "p50 is under p99, and that under the most" \
    holds "$(value p50_ms) > 0 && $(value p50_ms) <= $(value p99_ms) \
    && $(value p99_ms) <= $(value max_ms)"
ok "a frame costs the server no allocation" \
    holds "$(value allocations_per_frame) < 1"
if [ -r /proc/self/status ]; then
    ok "memory for a call" holds "$(value bytes_per_call) > 1000"
else
    ok "memory is not known here" has out '"bytes_per_call":null'
fi
ok "the stand-ins' CPU is told apart" \
    holds "$(value stand_ins_cpu_percent) > 0"

run bench --calls 3 --seconds 1 --late 1000 --recording off
is "a table for people" "$rc $(lines out)" "0 2"
ok "with its head and the step" has out 'calls   frames  lost' '    3 '

MAX_CALLS=20
export MAX_CALLS
run bench --seconds 1 --late 1000 --json
ok "it rises as far as MAX_CALLS" \
    has out '"calls_per_core":20,"limited_by":"max_calls"'
fails 78 '21 calls are more than MAX_CALLS allows: 20 (environment)' \
    bench --calls 21
unset MAX_CALLS
fails 78 '1001 calls are more than MAX_CALLS allows: 1000' bench --calls 1001
rc=0
(ulimit -n 100 && exec "$program" bench --calls 30) >out 2>err || rc=$?
want=78 text='30 calls want 124 descriptors and 100 are allowed'
ok "too few descriptors are named" refused
fails 64 '--calls must be a number' bench --calls many
fails 64 '--seconds must be 1 to 60' bench --calls 1 --seconds 0
fails 64 '--late must be 1 to 1000 ms' bench --late soon
fails 64 'unknown option' bench --fast

run bench --server nothing 1
is "the server's process wants a port" "$rc" 64

# Whoever ends it, the server's process ends with it: it holds its stdout.
mkfifo end.fifo
"$program" bench --calls 5 --seconds 60 >out 2>err 4>end.fifo &
bench=$!
pids="$pids $bench"
exec 4<end.fifo
until [ "$(folders)" = 1 ]; do :; done
kill -9 "$bench"
ends "$bench"
ok "after kill -9 the server's process ends" drain 4 rest
exec 4<&-
ok "... and its folder goes with it" same "$(folders)" 0
run bench --calls 2 --seconds 1
is "a run leaves none either" "$(folders)" 0
finish
