#!/bin/sh
# cover.sh - gcov's talk on stdin, one line a source file and the sum.

awk '
    /^File / {
        file = $2
        gsub(/\047/, "", file)
    }
    /^Lines executed:/ && file ~ /^src\/.*[.]c$/ {
        split($0, part, /[:% ]+/)       # Lines executed 97.50 of 40
        lines[file] = part[5]
        hit[file] = part[3] * part[5] / 100
        file = ""
    }
    END {
        for (f in lines) {
            printf "%6.1f%% of %5d  %s\n", \
                lines[f] ? 100 * hit[f] / lines[f] : 100, lines[f], f
            all += lines[f]
            reached += hit[f]
        }
        if (all)
            printf "%6.1f%% of %5d  total\n", 100 * reached / all, all
    }' | sort -k 4
