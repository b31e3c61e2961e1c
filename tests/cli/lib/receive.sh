# receive.sh - a receiver of webhooks, beside a server; sourced before tap.sh,
# which changes the folder.
receiver_py=$(cd "${0%/*}" && cd "${receiver_in:-.}/lib" && pwd)/receiver.py

# receive PORT FOLDER STATUS...: $receiver is its pid, $at its port.  What it is
# told comes on descriptor 7, see receiver.py.
receive()
{
    rm -f receive.fifo
    mkfifo receive.fifo
    wanted=$1 folder=$2
    shift 2
    mkdir -p "$folder"
    python3 "$receiver_py" "$wanted" "$folder" "$@" >receive.fifo &
    receiver=$!
    pids="$pids $receiver"
    exec 7<receive.fifo
    IFS= read -r at <&7
}
