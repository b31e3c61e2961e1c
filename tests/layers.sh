#!/bin/sh
# layers.sh - a folder of src/ includes only folders below it, and each door
# to the outside is in one file.  Prints TAP.

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

# Every include as "file line name", local ones and system ones.
local=$(grep -nE '^[ \t]*# *include *"' src/*/*.[ch] /dev/null \
    | sed -E 's/^([^:]*):([0-9]+):[^"]*"([^"]*)".*/\1 \2 \3/')
system=$(grep -nE '^[ \t]*# *include *<' src/*/*.[ch] /dev/null \
    | sed -E 's/^([^:]*):([0-9]+):[^<]*<([^>]*)>.*/\1 \2 \3/')

# may LAYER FOLDER...: LAYER includes these folders and what its own files
# were turned into (src/agent/prompts/goal.txt is "agent/prompts/goal.txt.h").
may()
{
    layer=$1
    allowed=" $* "
    point "$layer includes$allowed" "$(printf '%s\n' "$local" \
        | while read -r file line name; do
            case $file in src/"$layer"/*) ;; *) continue ;; esac
            case $allowed in *" ${name%%/*} "*)
                [ -f "src/$name" ] || [ -f "src/${name%.h}" ] && continue ;;
            esac
            echo "$file:$line includes $name"
        done)"
}

may base
may codec base
may net base codec
may twilio base codec net
may model base codec net
may agent base codec
may call base codec net twilio model agent
may sim base codec net twilio model agent call
may web base codec net twilio model agent call sim
may app base codec net twilio model agent call sim web

strays=$(for d in src/*/; do
    d=${d#src/}
    case " base codec net twilio model agent call sim web app " in
    *" ${d%/} "*) ;;
    *) echo "src/$d" ;;
    esac
done)
point "src/ has no other folders" "$strays"

# only WHAT HEADERS FILES: a pattern of headers, a pattern of files.
only()
{
    point "only $1" "$(printf '%s\n' "$system" \
        | awk -v headers="^($2)$" -v files="^src/($3)$" \
            '$3 ~ headers && $1 !~ files { print $1 ":" $2 " has <" $3 ">" }')"
}

only 'net/tlsio.c includes OpenSSL' 'openssl/.*' 'net/tlsio\.c'
only 'base/sys.c includes what calls the kernel' \
    '(sys|net|arpa|netinet)/.*|unistd\.h|dirent\.h|netdb\.h|time\.h|spawn\.h' \
    'base/sys(_addr|_child)?\.[ch]'
only 'base/sys and net/loop know struct pollfd' 'poll\.h' \
    'base/sys(_child)?\.[ch]|net/loop\.c'
only 'base/sys, net/sigs and app know signals' 'signal\.h' \
    'base/sys(_child)?\.c|net/sigs\.c|app/.*'
only 'base/sys and app/term know terminals' 'termios\.h' \
    'base/sys\.[ch]|app/term\.c'
only 'net/disk.c has a thread' 'pthread\.h' 'net/disk\.c'
only 'ISO C and POSIX headers' \
    'alloca\.h|malloc\.h|values\.h|bits/.*|math\.h|threads\.h|wchar\.h' ''

[ -n "$local" ] && [ -n "$system" ]
point "includes were found at all" "$([ $? = 0 ] || echo none)"
echo "1..$n"
[ $bad = 0 ]
