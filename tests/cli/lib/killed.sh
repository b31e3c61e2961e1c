# killed.sh - calls that are placed, and servers that are killed amid them;
# sourced before tap.sh, which changes the folder.

# placed NUMBER STATE: a booking whose event with that pattern has come; $book
# is its pid.
placed()
{
    rm -f events
    mkfifo events
    "$program" book --to "$1" --restaurant "Luigi's" --party 4 \
        --date 2026-11-23 --time 19:00 --name Leo --yes --json \
        >booked 2>events </dev/null &
    book=$!
    pids="$pids $book"
    exec 5<events
    await 5 booked.log "$2"
}

# killed: without a chance to say or write anything.
killed()
{
    kill -9 "$server"
    ends "$server"
    same "$rc" 137
}

# rung NUMBER: how often the stand-in for Twilio was told to ring it.
rung()
{
    grep -c "twilio  *rings $1$" stand.log
}

# the_call: its id, the newest.
the_call()
{
    "$program" calls --limit 1 --json | sed 's/^{"id":"\([0-9a-f]*\)".*/\1/'
}
