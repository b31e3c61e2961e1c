#!/bin/sh
# style.sh - the rules of the house that a script can see.  Prints TAP.

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

# Functions without a bound, with hidden state, or that wait.
banned='strcpy|strncpy|strcat|strncat|sprintf|vsprintf|strtok|gets|atoi|atol'
banned="$banned|atof|gmtime|localtime|asctime|ctime|alloca|rand|srand"
banned="$banned|getaddrinfo|gethostbyname|sleep|usleep|nanosleep|system|popen"

find src tests fuzz -name '*.[ch]' | sort >"$tmp/files"
xargs env LC_ALL=C awk -v banned="(^|[^A-Za-z0-9_])($banned) *[(]" \
    -f tests/style.awk <"$tmp/files" >"$tmp/said" || exit 1

# rule NAME WHAT: one point for all files.
rule()
{
    point "$2" "$(sed -n "s/^$1 //p" "$tmp/said")"
}

point "there are files to look at" \
    "$([ "$(wc -l <"$tmp/files")" -gt 50 ] || echo 'too few')"
point "the top level holds what it should" "$(ls |
    grep -vxE 'src|tests|fuzz|build|Makefile|README\.md|LICENSE|concierge')"
rule title 'a file begins with its name and what it is'
rule long 'no file is longer than 800 lines'
rule blanks 'no tabs, no blanks at the end of a line'
rule width 'no line is wider than 80 columns'
rule slashes 'no // comments'
rule unfinished 'nothing is left for later'
rule banned 'no banned function is called'
rule typedef 'no typedef hides a struct'
rule return 'return takes no parentheses'
rule brace 'the brace of a function has its own line'

for f in src/*.sh tests/*.sh tests/cli/*.sh tests/cli/lib/*.sh fuzz/*.sh \
    tests/bench/*.sh tests/conform/*; do
    [ -f "$f" ] || continue
    case $f in
    *.sh) sh -n "$f" 2>&1 || echo "$f: sh cannot read it" ;;
    esac
    LC_ALL=C awk '/[ \t\r]$/ { print FILENAME ":" FNR ": blanks at the end" }
        { gsub(/[\200-\277]/, "") }
        length($0) > 80 { print FILENAME ":" FNR ": " length($0) " columns" }' \
        "$f"
done >"$tmp/scripts"
point "sh reads the scripts, and so can a person" "$(cat "$tmp/scripts")"

echo "1..$n"
[ $bad = 0 ]
