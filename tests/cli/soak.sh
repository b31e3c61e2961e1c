#!/bin/sh
# soak.sh - a minute of mixed calls, fifty at once: every record true, memory
# and descriptors flat.
. "${0%/*}/lib/tap.sh"

run simulate --soak 60 --seed 3
is "a minute of calls, all as they should be: 0" "$rc" 0
ok "and says what it did" grep -qE '^60 s of calls asked, [0-9]+ s on the '\
'virtual clock, [0-9]+ ms real: [0-9]+ calls, up to [0-9]+ at once, 0 untrue; '\
'[0-9]+ blocks and [0-9]+ descriptors at first, [0-9]+ and [0-9]+ at last$' out
ok "over a hundred calls" test "$(sed 's/.* real: \([0-9]*\) calls.*/\1/' \
    out)" -gt 100
ok "up to fifty at once" test "$(sed 's/.* up to \([0-9]*\) at once.*/\1/' \
    out)" -ge 40
ok "four quiet moments" same "$(grep -c '^quiet: memory' err)" 4
ok "a line a minute" grep -q '^minute 1: ' err
ok "nothing untrue" not grep -q '^untrue' err
for go in 1 2; do
    run simulate --soak 4 --seed 4
    is "four seconds, run $go: 0" "$rc" 0
    sed 's/[0-9]* ms real//' out >"four$go"
done
ok "the same seed, the same calls" cmp four1 four2
fails 64 '--soak wants' simulate --soak 0
fails 64 '--soak wants' simulate --soak 60 booking

finish
