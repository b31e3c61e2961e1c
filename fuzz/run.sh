#!/bin/sh
# run.sh - one fuzz target for SECONDS, from its seeds and what earlier runs
# found: fuzz/run.sh NAME PROGRAM FOLDER SECONDS.  Prints TAP, in the note how
# many executions there were, what they reached (edges of the program, features
# that libFuzzer tells apart), how large the corpus is and what was found.  The
# corpus stays in FOLDER/NAME, an input that fails in FOLDER/NAME-KIND-HASH.

name=$1
program=$2
folder=$3
seconds=$4
corpus=$folder/$name
log=$folder/$name.log
dict=
[ -f "fuzz/$name.dict" ] && dict=-dict=fuzz/$name.dict
mkdir -p "$corpus"

# shellcheck disable=SC2086 # $dict is an option or nothing
"$program" $dict -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -use_value_profile=1 -print_final_stats=1 -fork=0 \
    -artifact_prefix="$folder/$name-" \
    "$corpus" "fuzz/$name" >"$log" 2>&1
status=$?

# The last of libFuzzer's lines: "#9 DONE cov: 1 ft: 2 corp: 3/4b exec/s: 5".
number()
{
    sed -n "s/.* $1: *\([0-9]*\).*/\1/p" "$log" | tail -n 1
}

runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
edges=$(number cov)
found=$(sed -n 's/.*Test unit written to //p' "$log")
echo "# NOTE ${runs:-0} executions, ${edges:-0} edges, $(number ft) features," \
    "corpus $(find "$corpus" -type f | wc -l | tr -d ' ')," \
    "findings ${found:-none}"
if [ $status = 0 ] && [ "${runs:-0}" -gt 0 ] && [ "${edges:-0}" -gt 0 ]; then
    echo "ok 1 - $name survives"
else
    echo "not ok 1 - $name survives (status $status)"
    grep -vE '^(#[0-9]|[[:blank:]]*NEW_FUNC|INFO:)' "$log" \
        | tail -n 60 | sed 's/^/# /'
fi
echo 1..1
