#!/bin/sh
# tiny.sh [NAME...] - whole simulated calls by a program whose buffers begin
# with 16 bytes and whose sockets are read by 16 bytes.  Prints TAP.

n=0
bad=0
if ! "${CONCIERGE:?}" simulate "$@" >"$CONCIERGE.said" 2>&1; then
    bad=1
fi
while read -r how name rest; do
    case $how in
    ok) n=$((n + 1)); echo "ok $n - $name" ;;
    not) n=$((n + 1)); bad=1; echo "not ok $n - $name $rest" ;;
    esac
done <"$CONCIERGE.said"
n=$((n + 1))
if [ $bad = 0 ] && [ $n -gt 1 ]; then
    echo "ok $n - every call as expected"
else
    echo "not ok $n - every call as expected"
    sed 's/^/#   /' "$CONCIERGE.said"
fi
echo "1..$n"
[ $bad = 0 ]
