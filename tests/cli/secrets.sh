#!/bin/sh
# secrets.sh - a call in which every secret is said aloud, by them, by the model
# and by the owner: nothing that the program writes, tells or logs holds one.
. "${0%/*}/lib/tap.sh"

secrets='1111 1111|1111-1111|one one one|3704|0532|123-45|6789|sk-proj'
secrets="$secrets|double zero|times zero|the code is 737"

# clean FILE...
clean()
{
    ! grep -aEn -e "$secrets" "$@" /dev/null
}

LOG_LEVEL=debug run simulate secrets --verbose --json --out kept
is "the call goes as it should" "$rc" 0
# What the stand-ins do is no output of the program's.
ours='^[0-9:.]+ (callee|model|owner|twilio) '
grep -aEv "$ours" err >said.log
grep -aE "$ours" err >stand.log
ok "they were all said" has stand.log '4111 1111 1111 1111' '123-45-6789' \
    'DE89 3704 0044' 'sk-proj-' 'four one one one' 'double zero' \
    'the code is 737'
ok "the log at its loudest and the events hold none" clean said.log
ok "and tell that there was something" has said.log \
    'question_asked' '**** **** **** ****'
ok "the call object holds none" clean out
find kept -type f ! -name '*.wav' >files
ok "journal, transcript and object are there" test "$(lines files)" -ge 4
# shellcheck disable=SC2046 # no blanks in them
ok "none of the files holds one" clean $(cat files)
ok "the question and its answer stand in the journal, masked" \
    has kept/secrets/journal 'theirs is **** **** **** ****. Yours?' \
    'Take **** **** **** ****, the code is ***'
ok "what is no secret is kept" has kept/secrets/journal \
    'Your confirmation number is 4 7 1 1' '"number":"4711"'

CONCIERGE_DIR=$PWD/kept/secrets
export CONCIERGE_DIR
run calls --json
ok "calls: none" clean out err
id=$(sed -n 's/^{"id":"\([0-9a-f]*\)".*/\1/p' out)
for how in "show $id" "show $id --json"; do
    # shellcheck disable=SC2086 # words
    run $how
    ok "$how: none" clean out err
    is "and it is shown" "$rc" 0
done
finish
