#!/bin/sh
# completion.sh - shells finish commands, flags, values, ids and scenarios.
. "${0%/*}/lib/tap.sh"

fails 64 "something is missing" completion
fails 64 'bash, zsh or fish, not "csh"' completion csh
for shell in bash zsh fish; do
    run completion $shell
    is "completion $shell: 0" "$rc" 0
    cp out "completion.$shell"
done

# skip WHAT WHY
skip()
{
    points=$((points + 1))
    echo "ok $points - $1 # SKIP $2"
}

# A call that ended, for ids.
mkdir bin
cat >bin/concierge <<END
#!/bin/sh
exec "$program" "\$@" --concierge-dir "$tmp/data"
END
chmod +x bin/concierge
PATH=$tmp/bin:$PATH
export PATH
run simulate booking --out kept
ok "a call was made" test -d kept/booking
cp -r kept/booking data
id=$(ls data/calls)
is "it has an id" "${#id}" 24

# ---- bash: the function itself, then readline at a terminal ----

# finished WORD...: what bash offers for the last word, a line each.
finished()
{
    bash --norc -c '. ./completion.bash
        compopt() { :; }                # there is no readline around it
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _concierge
        printf "%s\n" "${COMPREPLY[@]}"' - "$@" >offered 2>&1
}

# offers WHAT WANTED WORD...: exactly that, in any order.
offers()
{
    what=$1
    printf '%s\n' $2 | sort >wanted
    shift 2
    finished "$@"
    sort -u -o offered offered
    ok "bash: $what" cmp offered wanted
}

# names WHAT WANTED WORD...: that among others.
names()
{
    what=$1 wanted=$2
    shift 2
    finished "$@"
    ok "bash: $what" grep -qx -e "$wanted" offered
}

if command -v bash >/dev/null 2>&1; then
    offers "a command" "simulate" concierge sim
    finished concierge ""
    ok "bash: every command of help" sh -c '
        "$1" help | sed -n "s/^  \([a-z]*\)  .*/\1/p" |
            while read -r command; do
                grep -qx "$command" offered || exit 1
            done' - "$program"
    offers "a flag of the command" "--heard" concierge simulate --hea
    ok "bash: no flag of another" not grep -q restaurant offered
    offers "a setting's flag" "--server-host --server-port --server-url" \
        concierge serve --server-
    offers "a choice" "error" concierge serve --log-level e
    offers "a choice behind =" "warn" concierge serve --log-level = w
    offers "a choice right behind =" "error warn info debug" \
        concierge serve --log-level =
    names "a scenario, dash and all" "other-time" concierge simulate ""
    offers "a call's id" "$id" concierge show ""
    offers "an error number" "31920 31921 31922 31923 31924" \
        concierge explain 3192
    offers "a command to help with" "forget" concierge help forg
    offers "a shell" "bash" concierge completion b
    : >"a file.xml"
    finished concierge lint "a f"
    ok "bash: a file with a blank in its name" grep -qx 'a file.xml' offered
    offers "nothing where anything may stand" "" concierge serve --max-calls ""
    offers "a command behind a setting" "version" \
        concierge --echo vers
else
    skip "bash completes" "no bash"
fi

# typed SHELL...: keys go to a terminal of its own, what it shows to shown.
typed()
{
    keys=$1
    shift
    # shellcheck disable=SC2059 # the keys are escapes
    printf "$keys" | TERM=dumb script -qec "$*" /dev/null >shown 2>&1
}

if command -v script >/dev/null 2>&1 && command -v bash >/dev/null 2>&1; then
    printf '. ./completion.bash\n' >rc
    typed 'concierge vers\t\rexit\r' bash --rcfile rc -i
    ok "bash at a terminal: version was completed and ran" \
        grep -q '^concierge [0-9].*OpenSSL' shown
    typed 'concierge explain --js\t 31920\rexit\r' bash --rcfile rc -i
    ok "bash at a terminal: a flag" grep -q '"number":31920' shown
else
    skip "bash completes at a terminal" "no bash or no script"
fi

# ---- zsh, fish ----

if command -v zsh >/dev/null 2>&1; then
    ok "zsh reads it" zsh -n completion.zsh
    if command -v script >/dev/null 2>&1; then
        mkdir zdot
        printf 'autoload -Uz compinit\ncompinit -D -u\n. ./completion.zsh\n' \
            >zdot/.zshrc
        typed 'concierge vers\t\rexit\r' env ZDOTDIR=zdot zsh -i
        ok "zsh at a terminal: version was completed and ran" \
            grep -q 'concierge [0-9].*OpenSSL' shown
        typed 'concierge explain --js\t31920\rexit\r' env ZDOTDIR=zdot zsh -i
        ok "zsh at a terminal: a flag" grep -q '"number":31920' shown
    fi
else
    skip "zsh completes" "no zsh"
fi

# fished LINE WANTED
fished()
{
    fish --no-config -c ". completion.fish; complete -C '$1'" |
        cut -f 1 >offered 2>&1
    ok "fish: $1" grep -qx -e "$2" offered
}

if command -v fish >/dev/null 2>&1; then
    fished "concierge sim" simulate
    fished "concierge simulate --realti" --realtime
    fished "concierge serve --server-p" --server-port
    fished "concierge serve --log-level " error
    fished "concierge simulate other" other-time
    fished "concierge show " "$id"
    fished "concierge explain 3192" 31924
    fished "concierge help forg" forget
else
    skip "fish completes" "no fish"
fi

finish
