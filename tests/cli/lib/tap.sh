# tap.sh - what the scripts beside this folder share; they source it.
#
# TAP points, the program in an environment of our own, and processes that are
# waited for by what they say: nothing here looks at a clock.  Every script
# works in a folder that goes away with it, as do the processes it started.

LC_ALL=C
export LC_ALL
program=${CONCIERGE:-./concierge}
case $program in
/*) ;;
*) program=$PWD/$program ;;
esac
[ -x "$program" ] || { echo "there is no $program" && exit 1; }

# No setting of the person at the keyboard may reach what is tested.
for name in $(env | sed -n 's/^\([A-Z][A-Z0-9_]*\)=.*/\1/p'); do
    case $name in
    PATH | HOME | TMPDIR | LC_ALL | ASAN_OPTIONS | UBSAN_OPTIONS | PWD) ;;
    *) unset "$name" ;;
    esac
done

# The moment the scenarios play at.
now=--now=2026-11-22T12:00:00+01:00

tmp=$(mktemp -d) || exit 1
points=0 failures=0 pids=

clean_up()
{
    for pid in $pids; do
        kill -9 "$pid"
    done 2>/dev/null
    wait
    rm -rf "$tmp"
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM
cd "$tmp" || exit 1

# ---- points ----

# ok WHAT COMMAND...: passes when the command succeeds.  When it does not, what
# it said and the last run left is shown.
ok()
{
    what=$1
    shift
    points=$((points + 1))
    if "$@" >said 2>&1; then
        echo "ok $points - $what"
        return
    fi
    failures=$((failures + 1))
    echo "not ok $points - $what"
    echo "#   failed: $*"
    show 12 said out err
}

# show LINES FILE...
show()
{
    most=$1
    shift
    for file; do
        [ ! -f "$file" ] || [ ! -s "$file" ] || { echo "#   $file:" &&
            tail -n "$most" "$file" | cut -c 1-600 | sed "s/^/#     /"; }
    done
}

not()
{
    ! "$@"
}

# is WHAT GOT WANTED
is()
{
    ok "$1" same "$2" "$3"
}

same()
{
    [ "$1" = "$2" ] || { echo "got: $1" && echo "wanted: $2" && false; }
}

# has FILE TEXT...: every text stands in it.
has()
{
    file=$1
    shift
    for text; do
        grep -qF -e "$text" "$file" ||
            { echo "$file lacks: $text" && return 1; }
    done
}

empty()
{
    [ ! -s "$1" ]
}

lines()
{
    wc -l <"$1" | tr -d ' '
}

# objects FILE: it holds lines, and each is one JSON object.  Whether it is
# one the program judges: `outcome --asked` reads objects.
objects()
{
    [ -s "$1" ] || { echo "$1 is empty" && return 1; }
    : >nobody.txt
    while IFS= read -r line; do
        printf '%s\n' "$line" >object
        case $line in
        "{"*"}") "$program" outcome nobody.txt --asked object || return 1 ;;
        *) echo "no object: $line" && return 1 ;;
        esac
    done <"$1"
}

# mode_is FILE MODE: as ls shows it, -rw-------.
mode_is()
{
    same "$(ls -ld "$1" | cut -c 1-10)" "$2"
}

# The last line of every script; $logs are shown when a point failed.
finish()
{
    # shellcheck disable=SC2086 # a list
    [ $failures = 0 ] || show 80 ${logs:-}
    echo "1..$points"
    exit $((failures > 0))
}

# ---- the program ----

# run ARGUMENT...: its status in $rc, its words in the files out and err.
run()
{
    rc=0
    "$program" "$@" >out 2>err </dev/null || rc=$?
}

# fails STATUS TEXT ARGUMENT...: one point: nothing on stdout, the text on
# stderr, and that status.
fails()
{
    want=$1 text=$2
    shift 2
    run "$@"
    ok "exit $want: $*" refused
}

refused()
{
    same "$rc" "$want" && has err "$text" && empty out
}

# ---- processes that say when they are ready ----

# await FD LOG PATTERN: reads lines until one fits, keeping them in the log.
# Fails when they end before.
await()
{
    while IFS= read -r line <&"$1"; do
        printf '%s\n' "$line" >>"$2"
        case $line in
        $3) return 0 ;;
        esac
    done
    return 1
}

# drain FD LOG: the rest, until the other side is gone.
drain()
{
    cat <&"$1" >>"$2"
}

# ends PID: waits for it; its status in $rc.
ends()
{
    rc=0
    { wait "$1" || rc=$?; } 2>/dev/null
    kept=
    for pid in $pids; do
        [ "$pid" = "$1" ] || kept="$kept $pid"
    done
    pids=$kept
}

# serve LOG ARGUMENT...: a server; $server is its pid, $ready its first line,
# $port its port.  Fails when it ends instead; $rc says how.
serve()
{
    log=$1
    shift
    rm -f serve.fifo
    mkfifo serve.fifo
    "$program" serve $now "$@" >serve.fifo 2>"$log" </dev/null &
    server=$!
    pids="$pids $server"
    exec 3<serve.fifo
    if IFS= read -r ready <&3; then
        port=${ready##*:}
        return 0
    fi
    ends "$server"
    return 1
}

# pick_port: a port nobody listens on and no outgoing connection is given.
# One that a server has just had is free.
pick_port()
{
    port=$((10000 + $$ * 7 % 20000))
    until serve picked.log --server-port "$port" --concierge-dir picked; do
        grep -q SERVER_PORT picked.log || { cat picked.log && exit 1; }
        port=$((port + 1))
    done
    kill "$server"
    ends "$server"
}

# stand ARGUMENT...: Twilio, the tunnel and the model; $stand is their pid.
# What they tell comes on descriptor 4.  The settings that point a server at
# them are exported.
stand()
{
    pick_port
    export SERVER_PORT="$port"
    export QUIET_HOURS=off ZONE=Europe/Berlin CONCIERGE_DIR="$tmp/data"
    rm -f stand.fifo
    mkfifo stand.fifo
    "$program" simulate --stand $now "$@" >settings 2>stand.fifo </dev/null &
    stand=$!
    pids="$pids $stand"
    exec 4<stand.fifo
    await 4 stand.log 'standing in for *' || return 1
    while IFS= read -r line; do
        export "${line?}"
    done <settings
}
