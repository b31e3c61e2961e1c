#!/bin/sh
# usage.sh - help, version, and what is said to those who mistype.
. "${0%/*}/lib/tap.sh"

# ---- help ----

run help
is "help exits 0" "$rc" 0
ok "help is on stdout alone" empty err
ok "help ends in examples" grep -q '^Examples:$' out
cp out help

# The commands, from the lines of help; those of one call share theirs.
commands=$(sed -n 's/^  \([a-z][a-z]*\)  .*/\1/p' help
    sed -n 's/^  calls .*for one of them: //p' help)
ok "help lists the commands" test "$(echo $commands | wc -w)" -ge 16

# screen FILE: 24 lines of 80 columns, and examples at the end.
screen()
{
    awk '
        length > 80 { print "wider than a screen: " $0; bad = 1 }
        examples && !/^  / { print "after the examples: " $0; bad = 1 }
        examples && /^  ( *|.* )concierge / { shown = 1 }
        /^Examples:$/ { examples = 1 }
        END {
            if (NR > 24)
                print "longer than a screen: " NR " lines"
            if (!shown)
                print "no example"
            exit bad || NR > 24 || !shown
        }' "$1"
}
ok "help fits a screen and ends in examples" screen help

for word in --help -h; do
    run "$word"
    ok "$word is help" cmp out help
done

# helped COMMAND: --help fits a screen and ends in examples of it.
helped()
{
    run "$1" --help
    same "$rc" 0 && empty err && has out "usage: concierge $1" &&
        screen out && grep -q "^  .*concierge $1" out
}

for command in $commands; do
    ok "$command --help fits a screen and ends in examples" helped "$command"
    mv out long
    run "$command" -h
    ok "$command -h is the same" cmp out long
    run help "$command"
    ok "help $command is the same" cmp out long
done

run help settings
is "help settings exits 0" "$rc" 0
ok "help settings names flags and defaults" has out \
    "--server-port N" "(8080)" "--openai-api-key-file FILE"
ok "no secret has a flag for itself" not grep -q -- '--openai-api-key ' out

# ---- version ----

run version
is "version exits 0" "$rc" 0
ok "version is one line: ours, and OpenSSL's" \
    grep -qx 'concierge [0-9.]* (OpenSSL .*)' out
cp out version
for word in --version -V; do
    run "$word"
    ok "$word is version" cmp out version
done

# ---- mistakes: 64, one line and where to look, nothing on stdout ----

fails 64 'there is no command "bogus"' bogus
ok "and where to look" has err "Try 'concierge help'"
fails 64 'there is no command "bogus"' help bogus
for command in serve book calls watch simulate plan config version; do
    fails 64 "unknown option, or one without its value: --bogus" \
        "$command" --bogus
done
fails 64 "--server-port wants a value" serve --server-port
fails 64 "--echo takes no value" serve --echo=yes
fails 78 "SERVER_PORT" serve --server-port nine
for command in show hangup forget plan outcome lint completion; do
    fails 64 "$command: something is missing" "$command"
done
fails 64 "book: what?" book
fails 64 "too many words: x" config x
fails 64 '"xyz" is no call' show xyz
fails 64 '"xyz" is no call' hangup xyz
fails 64 "--limit must be 1 to 1000" calls --limit 0
fails 64 "--limit must be 1 to 1000" calls --limit 1001
fails 64 '"abc" is no error number' explain abc
fails 64 "stream" stream
fails 65 "at byte 7 of" stream no.such

# ---- nobody answers: 69 for what needs a server ----

pick_port
export SERVER_PORT="$port"
for command in watch "hangup 0123456789abcdef01234567" \
    "forget 0123456789abcdef01234567"; do
    # shellcheck disable=SC2086 # two words
    fails 69 "no server answers at http://127.0.0.1:$port (SERVER_URL)" $command
done
run calls
is "calls without a server and a journal: 0" "$rc" 0
ok "and nothing to say" empty out
fails 65 "there is no call" show 0123456789abcdef01234567

finish
