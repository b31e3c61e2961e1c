#!/bin/sh
# symbols.sh - the names in $B/libconcierge.a: none that OpenSSL or libc has
# (in a static binary that is a link error or, worse, silence), and none made
# public that no other file and no test uses.  Prints TAP.

LC_ALL=C
export LC_ALL
B=${B:-build}
CC=${CC:-cc}
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
n=0
bad=0

# point WHAT OFFENDERS: passes when there are none.
point()
{
    n=$((n + 1))
    if [ -z "$2" ]; then
        echo "ok $n - $1"
        return
    fi
    bad=$((bad + 1))
    echo "not ok $n - $1"
    printf '%s\n' "$2" | sed 's/^/#   /'
}

# "NAME LETTER FILE" of every symbol of ours, the program's own file with them.
(cd "$B/src" && nm -A -P -g -- */*.o) \
    | awk '{ sub(/:$/, "", $1); print $2, $3, $1 }' >"$tmp/all"
awk '$2 ~ /^[TDBRCWV]$/ { print $1, $3 }' "$tmp/all" | sort >"$tmp/ours"
awk '{ print $1 }' "$tmp/ours" >"$tmp/names"
point "our objects have names" \
    "$([ "$(wc -l <"$tmp/names")" -gt 100 ] || echo 'too few')"
point "no name is defined twice" "$(uniq -d "$tmp/names")"

for lib in libssl libcrypto libc; do
    archive=$($CC -print-file-name=$lib.a)
    if [ ! -f "$archive" ]; then
        n=$((n + 1))
        echo "ok $n - # SKIP no $lib.a here to compare names with"
        continue
    fi
    nm -P -g "$archive" 2>/dev/null \
        | awk 'NF > 1 && $2 ~ /^[TDBRCWVi]$/ { print $1 }' \
        | sort -u >"$tmp/theirs"
    point "$lib.a has names" "$([ -s "$tmp/theirs" ] || echo none)"
    point "$lib.a has none of our names" \
        "$(sort -u "$tmp/names" | comm -12 - "$tmp/theirs" | sed '/^main$/d')"
done

# Used: undefined in another object, or a word of a test or a fuzz target.
awk '$2 == "U" { print $1 }' "$tmp/all" | sort -u >"$tmp/used"
find tests fuzz -name '*.[ch]' -exec cat {} + | tr -cs 'A-Za-z0-9_' '\n' \
    | sort -u >>"$tmp/used"
echo main >>"$tmp/used"
sort -u "$tmp/used" >"$tmp/uses"
point "every public name is used by another file" \
    "$(join -v 1 "$tmp/ours" "$tmp/uses" | sed 's/\(.*\) \(.*\)/\2: \1/')"

# DNS is ours: a static binary must not need the libc's.
point "nothing asks libc for names or addresses" \
    "$(grep -E '^(getaddrinfo|gethostby[a-z_]*|getnameinfo|res_[a-z]+) U ' \
        "$tmp/all")"

echo "1..$n"
[ $bad = 0 ]
