# mux.sh - terminals, which are tmux's, for the prompt; sourced after tap.sh.
# Whoever waits for a screen is woken by what is written to it.

words="Book a table at Luigi's for 4 tomorrow at 7 pm"
printf "name,number\nLuigi's,+15551230000\n" >mine.csv

# mux ARGUMENT...: a server of our own, which knows no settings of anybody's.
mux()
{
    tmux -u -L "concierge$$" -f /dev/null "$@"
}
trap 'mux kill-server >/dev/null 2>&1; clean_up' EXIT

# opens NAME COMMAND [SETTING]: a terminal of that name, in which a shell runs
# a command; "shows" is the prompt.  What it shows goes to NAME.raw, and into a
# pipe, so that whoever waits wakes up.
opens()
{
    mkfifo "$1.pipe"
    export -p >"$1.env"
    cat >"$1.sh" <<END
trap : INT
read -r go
. ./$1.env
${3:-}
shows()
{
    sh -c 'echo "\$\$" >$1.pid; exec "$program" chat $now'
    echo "status=\$?"
}
$2
stty -a >$1.stty
echo restored
cat
END
    mux new-session -d -s "$1" -x 80 -y 24 "exec sh $1.sh" &&
        mux pipe-pane -t "$1" "exec tee $1.raw 1<>$1.pipe" &&
        mux send-keys -t "$1" Enter
}

# look NAME: its screen, as it is now.
look()
{
    mux capture-pane -p -t "$1" >screen
}

# sees NAME PATTERN: its screen comes to hold that, as grep has it.
sees()
{
    exec 9<>"$1.pipe"
    until look "$1" && grep -q -e "$2" screen; do
        timeout 20 dd bs=65536 count=1 <&9 >/dev/null 2>&1 ||
            { look "$1" && grep -q -e "$2" screen && return
            grep . screen | tail -n 8 && return 1; }
    done
}

# keys NAME KEY...: as tmux calls them.
keys()
{
    name=$1
    shift
    mux send-keys -t "$name" "$@"
}

# line NAME TEXT: typed, and Enter.
line()
{
    mux send-keys -t "$1" -l "$2"
    mux send-keys -t "$1" Enter
}

# stands NAME SCENARIO: stand-ins whose log is NAME.log, on descriptor 4, and
# settings for the next terminal.
stands()
{
    stand "$2" && export RESTAURANTS_FILE="$tmp/mine.csv" \
        CONCIERGE_DIR="$tmp/$1.data" TERM=screen
}

# restored NAME: the terminal is as it was before.
restored()
{
    sees "$1" '^restored' && has "$1.stty" ' icanon' ' echo '
}
