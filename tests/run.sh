#!/bin/sh
# run.sh - runs test programs and counts their TAP points.
#
#   tests/run.sh FILE.tap PROGRAM [ARGUMENT...]   run one, keep what it says
#   tests/run.sh --sum FILE.tap...                add them up; 1 if any failed
#
# A run ends in one line; failed points are shown in full, passed ones are not.
# A program that dies, hangs for TEST_SECONDS, or does not print the plan it
# keeps, has failed by that alone: its last words are shown.

if [ "$1" = --sum ]; then
    shift
    cat -- "$@" | awk -v files=$# '
        /^# run / { passed += $3; failed += $4; skipped += $5; runs++ }
        END {
            failed += files - runs       # a file that counts nothing
            printf "%d passed, %d failed", passed, failed
            if (skipped)
                printf ", %d skipped", skipped
            print ""
            exit failed > 0 || passed == 0
        }'
    exit
fi

tap=$1
shift
name=${tap##*results/}
name=${name%.tap}
mkdir -p "${tap%/*}"
limit=
if command -v timeout >/dev/null 2>&1; then
    limit="timeout -k 5 ${TEST_SECONDS:-300}"
fi
# Heard only by programs built with the sanitizers.
: "${ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1}"
: "${UBSAN_OPTIONS=print_stacktrace=1}"
export ASAN_OPTIONS UBSAN_OPTIONS
$limit "$@" >"$tap" 2>&1 </dev/null
status=$?

# The file gets its count as last line, the person one line and what failed,
# in a single write so that programs side by side do not mix.
said=$(LC_ALL=C awk -v name="$name" -v status="$status" '
    /^ok / {
        if (/# SKIP/) {
            skipped++
            notes = notes "    skipped: " substr($0, index($0, "# SKIP") + 7) \
                "\n"
        } else
            passed++
    }
    /^1\.\.[0-9]+/ {
        plan = substr($1, 4) + 0
        planned++
        if (plan == 0 && /# SKIP/) {        # all of it is skipped
            skipped++
            whole = 1
            notes = notes "    skipped: " substr($0, index($0, "# SKIP") + 7) \
                "\n"
        }
    }
    /^# NOTE / { notes = notes "    " substr($0, 8) "\n" }
    /^not ok / { failed++ }
    /^(ok |1\.\.)/ { show = 0 }
    /^not ok / || show { show = 1; shown = shown "    " $0 "\n" }
    !/^ok / { last[talk++ % 80] = $0 }
    END {
        points = passed + failed + (whole ? 0 : skipped)
        if (planned != 1)
            why = "printed " planned + 0 " plans"
        else if (plan != points)
            why = "planned " plan " points and made " points
        else if (status != 0 && failed == 0)
            why = "all points passed, and yet it failed"
        if (status == 124)
            why = "did not end in time"
        else if (status > 128)
            why = "died by signal " status - 128
        if (why != "") {
            failed++
            shown = "    " why " (status " status ")\n"
            for (i = talk > 80 ? talk - 80 : 0; i < talk; i++)
                shown = shown "    " last[i % 80] "\n"
        }
        printf "%-26s %6d ok %4d not ok\n%s%s", name, passed, failed, notes, \
            shown
        printf "# run %d %d %d\n", passed, failed, skipped
    }' "$tap")
printf '%s\n' "$said" | tail -n 1 >>"$tap"
printf '%s\n' "$said" | sed '$d'
exit 0
