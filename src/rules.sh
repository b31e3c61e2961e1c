#!/bin/sh
# rules.sh - the tree, said in make's words: which objects, tests and fuzz
# targets there are and how each is made.  GNU and BSD make agree on plain rules
# and on little else, so the Makefile has these written out, a file a rule.
#
#   CC=cc B=build LAYERS='base codec' CHECKS='layers pure' sh src/rules.sh
#
# writes $B/rules.mk, touched only when the tree has changed, and $B/deps.mk,
# what the compiler said each object was read from; makes the folders they need;
# prints both names, for the Makefile to include.
#
# A file is in the build by being there: src/LAYER/NAME.c in the library,
# tests/LAYER/NAME_test.c, fuzz/NAME_fuzz.c, tests/cli/NAME.sh.  Text under
# src/LAYER/ becomes an array of bytes: prompts/goal.txt is goal_txt_bytes, by
# #include "agent/prompts/goal.txt.h".

set -e
gen=$B/gen
objs='' tests='' fuzz='' checks='' taps='' replays=''

# list NAME WORD...: a variable, a word a line.
list()
{
    printf '%s =' "$1"
    shift
    [ $# = 0 ] || printf ' \\\n\t%s' "$@"
    printf '\n\n'
}

# rule TARGET SOURCES COMMAND
rule()
{
    printf '%s: %s\n\t%s\n' "$1" "$2" "$3"
}

# compiled SOURCE: its object.
compiled()
{
    rule "$B/${1%.c}.o" "$1$headers" \
        "\$(Q)\$(SAY) cc $1 && \$(COMPILE) $1"
}

# judged NAME WHAT COMMAND: a run that leaves its TAP; it is always run again.
judged()
{
    rule "$B/results/$1.tap" "$2 FORCE" "@\$(RUN) $B/results/$1.tap $3"
}

mkdir -p "$B/fuzz" "$B/fuzzer" "$B/replay" "$B/results"

# A compiler that cannot say what it read (-MMD) costs that any header makes
# all objects again.  Asked once for each CC.
if [ "$(sed -n 1p "$B/depends" 2>/dev/null)" != "$CC" ]; then
    echo 'int x;' >"$B/depends.c"
    flags='-MMD -MP'
    $CC $flags -c -o "$B/depends.o" "$B/depends.c" >"$B/depends.log" 2>&1 &&
        [ -s "$B/depends.d" ] || flags=
    printf '%s\n' "$CC" "$flags" >"$B/depends"
fi
flags=$(sed -n 2p "$B/depends")

# A pointer in a table wants a relocation: 24 bytes in the file, or a bit where
# linker and loader know them packed (DT_RELR).  That a program built so runs is
# the proof; elsewhere they stay as they are.
if [ "$(sed -n 1p "$B/packs" 2>/dev/null)" != "$CC" ]; then
    cat >"$B/packs.c" <<'END'
static const char *const word[] = {"0", "1"};
int main(int argc, char **argv) { return argv[0] && *word[argc - 1] != '0'; }
END
    pack=-Wl,-z,pack-relative-relocs
    { $CC $pack -o "$B/packs.out" "$B/packs.c" && "$B/packs.out"; } \
        >"$B/packs.log" 2>&1 && [ ! -s "$B/packs.log" ] || pack=
    printf '%s\n' "$CC" "$pack" >"$B/packs"
fi
pack=$(sed -n 2p "$B/packs")
headers=
[ -n "$flags" ] ||
    headers=" $(echo src/*/*.h tests/*.h tests/*/*.h)"

rules()
{
    echo "DEPEND = $flags"
    echo "PACK = $pack"
    for layer in $LAYERS; do
        [ -d "src/$layer" ] || continue
        mkdir -p "$B/src/$layer"
        for f in $(find "src/$layer" -type f ! -name '*.[ch1]' \
            ! -name '*.md' | LC_ALL=C sort); do
            to=$gen/${f#src/}.h
            name=$(printf '%s' "${f##*/}" | tr -c 'A-Za-z0-9' _)_bytes
            mkdir -p "${to%/*}"
            rule "$to" "$f $B/embed" "\$(Q)$B/embed $name $f > $to"
        done
        for f in "src/$layer"/*.c; do
            case $f in
            src/base/embed.c | "src/$layer/*.c") continue ;;
            src/app/main.c) ;;
            *) objs="$objs $B/${f%.c}.o" ;;
            esac
            compiled "$f"
        done
        for f in "tests/$layer"/*_test.c; do
            [ -f "$f" ] || continue
            t=${f%_test.c}
            t=${t#tests/}
            mkdir -p "$B/tests/$layer"
            tests="$tests $B/tests/${t}_test"
            taps="$taps $B/results/$t.tap"
            compiled "$f"
            rule "$B/tests/${t}_test" "$B/tests/${t}_test.o \$(LIB)" \
                "\$(Q)\$(LINK) $B/tests/${t}_test.o \$(LIBS)"
            judged "$t" "$B/tests/${t}_test" "$B/tests/${t}_test"
        done
    done
    compiled fuzz/replay.c
    for f in fuzz/*_fuzz.c; do
        t=${f#fuzz/}
        t=${t%_fuzz.c}
        fuzz="$fuzz $B/results/$t.tap"
        replays="$replays $B/replay/$t"
        taps="$taps $B/results/fuzz/$t.tap"
        compiled "$f"
        rule "$B/replay/$t" "$B/fuzz/${t}_fuzz.o $B/fuzz/replay.o \$(LIB)" \
            "\$(Q)\$(LINK) $B/fuzz/${t}_fuzz.o $B/fuzz/replay.o \$(LIBS)"
        judged "fuzz/$t" "$B/replay/$t" "$B/replay/$t fuzz/$t"
        rule "$B/fuzzer/$t" "$B/fuzz/${t}_fuzz.o \$(LIB)" \
            "\$(Q)\$(LINK) -fsanitize=fuzzer $B/fuzz/${t}_fuzz.o \$(LIBS)"
        judged "$t" "$B/fuzzer/$t" \
            "sh fuzz/run.sh $t $B/fuzzer/$t build/fuzz \$(FUZZ_SECONDS)"
    done
    for f in tests/cli/*.sh; do
        t=${f#tests/}
        t=${t%.sh}
        taps="$taps $B/results/$t.tap"
        judged "$t" "$f \$(MADE)" "sh $f"
    done
    for t in $CHECKS; do
        checks="$checks $B/results/check/$t.tap"
        judged "check/$t" "tests/$t.sh \$(MAIN) \$(LIB)" "sh tests/$t.sh"
    done
    # Before anything was compiled, who includes such a text is read here.
    grep '^#include "[a-z][^"]*[.][^"]*[.]h"' src/*/*.c tests/*/*.c /dev/null |
        sed "s|^\(.*\)[.]c:#include \"\(.*\)\".*|$B/\1.o: $gen/\2|"
    list OBJS $objs
    list TEST_BINS $tests
    list FUZZ_BINS $replays
    list FUZZ_TAPS $fuzz
    list RESULTS $checks $taps
}

# put FILE: $tmp, if it is not that already; two makes may do it at once.
tmp=$B/rules.$$
trap 'rm -f "$tmp"' EXIT
put()
{
    cmp -s "$tmp" "$1" || mv -f "$tmp" "$1"
}

rules >"$tmp"
put "$B/rules.mk"
for f in "$B"/src/*/*.o; do             # what has lost its source
    t=${f#"$B/"}
    [ -f "${t%.o}.c" ] || rm -f "$f" "${f%.o}.d"
done
for f in "$B"/src/*/*.d "$B"/tests/*/*.d "$B"/fuzz/*.d; do
    [ ! -f "${f%.d}.o" ] || [ ! -f "$f" ] || cat "$f"
done >"$tmp"
put "$B/deps.mk"
echo "$B/rules.mk $B/deps.mk"
