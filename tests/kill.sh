#!/bin/sh
# kill.sh - kill -9 at random moments, twenty calls at once: no record lost,
# none doubled, nobody dialled twice, every call at its true end.
#
#   tests/kill.sh [N [SEED]]      N kills (200)
#
# The moments are counted in what the server tells: the same seed kills behind
# the same number of lines.  A round is one server with its stand-ins; every
# second round is killed again while it recovers.  What is true afterwards the
# stand-in for Twilio says, who counts the called; and a receiver of webhooks,
# unwell now and then, which is told of each outcome and of nothing else.
receiver_in=cli
. "${0%/*}/cli/lib/receive.sh"
. "${0%/*}/cli/lib/tap.sh"
kills=${1:-200} seed=${2:-1}
calls=20
for tool in curl python3; do
    command -v $tool >/dev/null || { echo "1..0 # SKIP no $tool" && exit 0; }
done

# random MOST: 1..MOST into $number.
random()
{
    seed=$(((seed * 1103 + 12345) % 1048573))
    number=$((seed % $1 + 1))
}

# requests: what posts twenty calls to numbers of their own.
requests()
{
    i=0 rest='"restaurant":"Luigi'"'s"'","party":4,"date":"2026-11-23",'
    rest=$(printf '%s' "$rest\"time\":\"19:00\",\"name\":\"Leo\"" |
        sed 's/"/\\"/g')
    while [ $i -lt $calls ]; do
        [ $i -eq 0 ] || echo next
        to=$(printf '+1555%03d%04d' $round $i)
        cat <<-end
	url = "http://127.0.0.1:$port/v1/calls"
	header = "Authorization: Bearer $(cat data/token)"
	header = "Idempotency-Key: key-$round-$i"
	data = "{\"to\":\"$to\",$rest}"
	write-out = "\n"
	silent
	end
        i=$((i + 1))
    done
}

# killed_behind LINES: kill -9 when the server has told so many lines of calls,
# or the end of every one.
killed_behind()
{
    told=0 ended=0
    while [ $told -lt "$1" ] && [ $ended -lt "$left" ] &&
        IFS= read -r line <&6; do
        case $line in
        *ev=call_ended*) ended=$((ended + 1)) told=$((told + 1)) ;;
        *call=*) told=$((told + 1)) ;;
        *ev=draining*) break ;;
        esac
        printf '%s\n' "$line" >>told.log
    done
    kill -9 "$server"
    ends "$server"
    [ "$rc" = 137 ]
}

# on_air LOG: a server whose log is read line by line on descriptor 6.
on_air()
{
    rm -f air.fifo
    mkfifo air.fifo
    exec 6<>air.fifo
    serve air.fifo --max-calls 100
}

# The objects: id, SID, status, number, end, a line each.
facts()
{
    "$program" calls --limit 1000 --json | awk '
        function get(name,  at, rest) {
            at = index($0, "\"" name "\":")
            rest = substr($0, at + length(name) + 3)
            sub(/^"/, "", rest)
            sub(/[",}].*/, "", rest)
            return at ? rest : "absent"
        }
        { print get("id"), get("call_sid"), get("status"), get("to"),
            get("ended") }'
}

# What Twilio knows of: SID, number and status, a line each.
truth()
{
    curl -s -u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" "$TWILIO_API_BASE/$(
        )2010-04-01/Accounts/$TWILIO_ACCOUNT_SID/Calls.json?PageSize=1000" |
        tr -d '\n' | sed 's/{"sid" *: *"CA/\
&/g; s/}/&\
/g' | awk '
        function get(name,  at, rest) {
            at = index($0, "\"" name "\":")
            rest = substr($0, at + length(name) + 3)
            sub(/^ *"/, "", rest)
            sub(/".*/, "", rest)
            return rest
        }
        /"sid" *: *"CA/ { print get("sid"), get("to"), get("status") }'
}

# Both say the same: each call of Twilio's is one of ours with its SID, over;
# each of ours is one of Twilio's, or was never made.
same_story()
{
    awk '
        FILENAME == "truth" {
            if ($2 in sid) { print "called twice: " $2; bad = 1 }
            sid[$2] = $1
            if ($3 !~ /^(completed|busy|no-answer|failed|canceled)$/) {
                print "not over: " $0; bad = 1
            }
            next
        }
        FILENAME == "accepted" { promised[$1] = 1; next }
        {
            if ($1 in seen || $4 in number) { print "doubled: " $0; bad = 1 }
            seen[$1] = number[$4] = 1
            if ($5 == "null") { print "no end: " $0; bad = 1 }
            if ($2 == "null" && $4 in sid) {
                print "made, and not known: " $0; bad = 1
            }
            if ($2 != "null" && sid[$4] != $2) {
                print "another SID: " $0 " " sid[$4]; bad = 1
            }
        }
        END {
            for (id in promised)
                if (!(id in seen)) { print "lost: " id; bad = 1 }
            for (n in sid)
                if (!(n in number)) { print "unknown: " n; bad = 1 }
            exit bad
        }' truth accepted facts
}

# What was told of a call is on disk as it was told.
files_agree()
{
    while read -r id rest; do
        "$program" show "$id" --json >object || return 1
        cmp object "data/calls/$id/call.json" || return 1
    done <facts
}

# Until a 2xx stands behind each call that has ended.
all_told()
{
    awk '$5 != "null" { print $1 }' facts | sort >owed
    until awk '$2 == 204 { print $4 }' received | sort -u |
        comm -23 owed - >untold && empty untold; do
        IFS= read -r line <&7 || { cat untold && return 1; }
        printf '%s\n' "$line" >>received
    done
}

# Each event is of a call there is, under one delivery however often, and says
# what stands on disk.
rightly_told()
{
    cat <&7 >>received
    awk '
        FILENAME == "facts" { known[$1] = 1; next }
        !($4 in known) { print "told of nothing: " $0; bad = 1 }
        $3 != "outcome" { print "no outcome: " $0; bad = 1 }
        ($4 in id) && id[$4] != $5 { print "told anew: " $0; bad = 1 }
        { id[$4] = $5 }
        END { exit bad }' facts received || return 1
    while read -r n status event id rest; do
        sed 's/^{"delivery":"[0-9a-f]*","event":"outcome",/{/' \
            "told/$n.body" >object
        cmp object "data/calls/$id/call.json" || return 1
    done <received
}

# What was answered with 202 is a promise.
promises()
{
    sed -n 's/^{"id":"\([0-9a-f]*\)".*/\1/p' answers >accepted
}

recovered()
{
    serve after.log --max-calls 100 || return 1
    # Each to its end; watch ends with the call.
    facts >facts
    while read -r id sid status to ended; do
        [ "$ended" != null ] || "$program" watch "$id" >watched 2>&1 ||
            return 1
    done <facts
    facts >facts
    truth >truth
}

round=0 done=0
while [ $done -lt "$kills" ]; do
    round=$((round + 1)) left=$calls
    rm -rf data told told.log answers
    receive 0 told 500 204 500 204 500 204 500 204 || exit 1
    export WEBHOOK_URL="http://127.0.0.1:$at/" WEBHOOK_SECRET=s3cret
    : >received
    stand brief >/dev/null 2>&1 || exit 1
    exec 8<&4               # nobody waits for what the stand-ins tell
    cat <&8 >stand.log &
    listener=$!
    on_air || exit 1
    requests >posts
    curl -K posts >answers 2>/dev/null </dev/null &
    poster=$!
    random $((calls * 9))
    first=$number second=
    killed_behind "$first"
    wait "$poster"
    promises
    done=$((done + 1))
    if [ $((round % 2)) = 0 ] && [ $done -lt "$kills" ]; then
        random 30
        second=$number
        on_air || exit 1
        facts >facts
        left=$(awk '$5 == "null"' facts | wc -l)
        killed_behind "$second"
        done=$((done + 1))
    fi
    exec 6<&-
    when="round $round, killed behind $first lines${second:+ and $second}"
    ok "$when: every call came to its end" recovered
    ok "$when: $(lines accepted) promised, $(lines facts) kept, $(lines truth
        ) made; none lost, doubled or called twice" same_story
    ok "$when: and stands on disk" files_agree
    ok "$when: the webhook is told of each" all_told
    ok "$when: no record was damaged" not grep -q ev=journal_damaged after.log
    kill "$server" "$stand"
    ends "$server"
    kill "$receiver"
    ends "$receiver"
    ok "$when: and of nothing else, $(lines received) times" rightly_told
    ends "$stand"
    wait "$listener"
done
echo "1..$points"
echo "# $done kills in $round rounds of $calls calls, seed ${2:-1}"
echo "$((points - failures)) passed, $failures failed"
exit $((failures > 0))
