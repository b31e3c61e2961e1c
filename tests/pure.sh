#!/bin/sh
# pure.sh - what the objects in $B/src call, by what they leave undefined.
#
# The pure files call memcpy's kind, slice_ buf_ text_, fail (which fills the
# caller's struct err) and each other: no I/O, no malloc, no clock, no log,
# nothing that changes between calls.  The others reach the kernel through
# base/sys and memory through base/mem only.

B=${B:-build}
cd "$B/src" || exit 1

pure=$(ls codec/*.o agent/*.o model/*.o 2>/dev/null
    for f in twilio/sign twilio/twiml twilio/lint twilio/lint_rules \
        twilio/lint_table twilio/lint_value twilio/media twilio/errors \
        twilio/rest_read call/machine call/played call/asked; do
        [ -f $f.o ] && echo $f.o
    done)

{
    # "pure FILE", "def FILE NAME", "und FILE NAME", "data FILE NAME"
    for f in $pure; do
        echo "pure $f"
        objdump -t "$f" | awk -v f="$f" \
            '$0 ~ /[ \t]([.](data|bss|tdata|tbss)|[*]COM[*])[ \t]/ \
                && $NF !~ /^[.]/ && $NF !~ /^__/ { print "data", f, $NF }'
    done
    nm -A -P -- */*.o 2>/dev/null | awk '
        { sub(/:$/, "", $1) }
        $3 ~ /^[Uwv]$/ { print "und", $1, $2; next }
        $3 ~ /^[A-Z]$/ { print "def", $1, $2 }'
} | awk '
    function point(what, list) {
        printf "%sok %d - %s\n%s", list == "" ? "" : "not ", ++n, what, list
        bad += list != ""
    }
    function calls(file, name) { return "#   " file " calls " name "\n" }
    $1 == "pure" { pure[$2] = 1; layer[$2] = $2; sub(/\/.*/, "", layer[$2]) }
    $1 == "def" { def[$3] = $2 }
    $1 == "und" { und[++unds] = $2 " " $3 }
    $1 == "data" { data = data "#   " $2 " changes " $3 "\n" }
    END {
        runtime = "^(__stack_chk_fail|__assert_fail|_GLOBAL_OFFSET_TABLE_|" \
            "__(mem|str|v?snprintf|vfprintf|fdelt|read|recv|poll)[a-z]*_chk" \
            "|__errno_location)$"
        memlike = "^(mem(cpy|move|set|cmp|chr)|" \
            "str(len|cmp|ncmp|chr|rchr|spn|cspn|str))$"
        text = "^(v?snprintf|strerror|strerror_r|qsort|bsearch)$"
        stdio = "^(f?printf|vf?printf|fputs|puts|fputc|putchar|fwrite|" \
            "fflush|setvbuf|stdout|stderr|getenv|environ|exit|abort)$"
        threads = "^(pthread_|sig(action|emptyset|fillset|addset)|raise$)"
        for (i = 1; i <= unds; i++) {
            split(und[i], u, " ")
            f = u[1]
            s = u[2]
            if (s ~ runtime)
                continue
            if (pure[f]) {
                if (s !~ memlike && s !~ /^((slice|buf|text)_|fail$)/ \
                    && !pure[def[s]])
                    impure[layer[f]] = impure[layer[f]] calls(f, s)
                continue
            }
            if (s in def || s ~ memlike || s ~ text)
                continue
            if (f == "base/mem.o" && s ~ /^(m|c|re)alloc$|^free$/)
                continue
            if (f == "net/tlsio.o" && s ~ /^([A-Z][A-Za-z0-9]*|d2i)_/)
                continue
            if (f ~ /^net\/(disk|sigs)[.]o$/ && s ~ threads)
                continue
            if (f ~ /^base\/sys(_addr|_child)?[.]o$/)
                continue
            if (f ~ /^(app\/|base\/log[.]o)/ && s ~ stdio)
                continue
            doors = doors calls(f, s)
        }
        for (f in pure)
            count[layer[f]]++
        split("codec twilio model agent call", names, " ")
        for (i = 1; i in names; i++)
            point(count[names[i]] + 0 " files of " names[i] " are pure", \
                count[names[i]] ? impure[names[i]] : "#   found none\n")
        point("pure files hold nothing that changes", data)
        point("the kernel is called by base/sys, memory by base/mem", doors)
        printf "1..%d\n", n
        exit bad > 0
    }'
