#!/bin/sh
# doctor_table.sh - writes the README's tables of what doctor finds anew, from
# what its tests make it say.
#
#   make && sh tests/doctor_table.sh

cd "${0%/*}/.." || exit 1
B=${B:-build}
tmp=$(mktemp) || exit 1
trap 'rm -f "$tmp" "$tmp.new"' EXIT

# section NAME TEST: the README with what TEST says between the marks of NAME.
section()
{
    make -s "$B/tests/app/$2_test" &&
        DOCTOR_TABLE=$tmp "$B/tests/app/$2_test" >"$tmp.log" ||
        { grep '^not ok' "$tmp.log"; rm -f "$tmp.log"; exit 1; }
    rm -f "$tmp.log"
    awk -v name="$1" -v rows="$tmp" '
        $0 == "<!-- end of " name " -->" { skip = 0 }
        !skip { print }
        $0 == "<!-- doctor " name " -->" {
            skip = 1
            while ((getline line <rows) > 0)
                print line
        }' README.md >"$tmp.new" && cat "$tmp.new" >README.md
}

section way doctor
section ends doctor_ends
section services doctor_services
