#!/bin/sh
# run.sh - one fuzz target for SECONDS, from its seeds and what earlier runs
# found: fuzz/run.sh NAME PROGRAM FOLDER SECONDS.  Prints TAP; what was found
# stays in FOLDER/NAME, an input that fails in FOLDER/NAME-*.

name=$1
program=$2
folder=$3
seconds=$4
corpus=$folder/$name
log=$folder/$name.log
dict=
[ -f "fuzz/$name.dict" ] && dict=-dict=fuzz/$name.dict
mkdir -p "$corpus"

"$program" $dict -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -use_value_profile=1 -print_final_stats=1 \
    -artifact_prefix="$folder/$name-" \
    "$corpus" "fuzz/$name" >"$log" 2>&1
status=$?
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
cov=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
echo "# NOTE ${runs:-no} executions, coverage ${cov:-none}"
if [ $status = 0 ] && [ "${runs:-0}" -gt 0 ] && [ "${cov:-0}" -gt 0 ]; then
    echo "ok 1 - $name survives"
else
    echo "not ok 1 - $name survives (status $status)"
    grep -vE '^(#[0-9]|[[:blank:]]*NEW_FUNC|INFO:)' "$log" \
        | tail -n 60 | sed 's/^/# /'
fi
echo 1..1
