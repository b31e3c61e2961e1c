#!/bin/sh
# install.sh - what `make dist` packs builds and passes where it is unpacked;
# install puts five files below PREFIX, uninstall takes just these away.
here=$PWD make=${MAKE:-make} cc=${CC:-cc} flavour=${B:-build}
. "${0%/*}/lib/tap.sh"

case $flavour in
*asan | *cover | *tiny)
    echo "1..0 # SKIP the same files as in the plain build"
    exit ;;
esac

# made ARGUMENT...: make in the unpacked tree, without a word.
made()
{
    (cd concierge && $make -j2 CC="$cc" CFLAGS=-O0 "$@") >made.log 2>&1 ||
        { tail -n 20 made.log && false; }
}

# ---- dist ----

if git -C "$here" rev-parse HEAD >/dev/null 2>&1; then
    ok "make dist" sh -c 'cd "$1" && $2 B="$3" dist' - "$here" "$make" \
        "$tmp/b"
    ok "what it packed can be unpacked" \
        sh -c 'gzip -dc b/concierge.tar.gz | tar xf -'
    is "nothing else is in it" "$(ls)" "$(printf '%s\n' b concierge err out \
        said | while read -r f; do [ ! -e "$f" ] || echo "$f"; done)"
    git -C "$here" ls-files | sort >listed
    (cd concierge && find . -type f | sed 's|^\./||') | sort >packed
    ok "it has what git has" cmp listed packed
else
    mkdir concierge
    (cd "$here" && cp -R src tests fuzz Makefile README.md LICENSE \
        "$tmp/concierge")
    ok "this is no checkout: a copy instead" test -f concierge/Makefile
fi
ok "it builds" made
for t in check/layers check/style codec/ws app/conf cli/usage; do
    ok "it passes $t" made build/results/$t.tap
    ok "and $t did not fail" grep -q '^# run [1-9][0-9]* 0 ' \
        concierge/build/results/$t.tap
done

# ---- install ----

cat >wanted <<'END'
./opt/it/bin/concierge
./opt/it/bin/other
./opt/it/share/bash-completion/completions/concierge
./opt/it/share/fish/vendor_completions.d/concierge.fish
./opt/it/share/man/man1/concierge.1
./opt/it/share/zsh/site-functions/_concierge
END
mkdir -p root/opt/it/bin
: >root/opt/it/bin/other
ok "make install" made install DESTDIR="$tmp/root" PREFIX=/opt/it
(cd root && find . -type f) | sort >found
ok "five files, below DESTDIR and PREFIX" cmp wanted found
it=root/opt/it
ok "the program runs" sh -c '"$1" version | grep -q ^concierge' - \
    $it/bin/concierge
ok "modes: rwxr-xr-x" mode_is $it/bin/concierge -rwxr-xr-x
ok "modes: rw-r--r--" mode_is $it/share/man/man1/concierge.1 -rw-r--r--
for shell in bash zsh fish; do
    $it/bin/concierge completion $shell >said.$shell
done
ok "bash's file" cmp said.bash \
    $it/share/bash-completion/completions/concierge
ok "zsh's file" cmp said.zsh $it/share/zsh/site-functions/_concierge
ok "fish's file" cmp said.fish \
    $it/share/fish/vendor_completions.d/concierge.fish

# ---- the manual page ----

page=$it/share/man/man1/concierge.1
for part in NAME SYNOPSIS DESCRIPTION COMMANDS SETTINGS SIGNALS ENVIRONMENT \
    FILES "EXIT STATUS" EXAMPLES; do
    ok "the manual has $part" grep -qx "\.Sh $part" "$page"
done
$it/bin/concierge config --json >settings
ok "it has every setting" sh -c '
    sed -n "s/^{\"name\":\"\([A-Z_]*\)\".*/\1/p" settings >names
    [ -s names ] && while read -r name; do
        flag=$(echo "$name" | tr A-Z_ a-z-)
        grep -q "^\.It Fl Fl $flag" "$1" || { echo "$name" && exit 1; }
    done <names' - "$page"
ok "it has every command" sh -c '
    "$2" help | sed -n "s/^  \([a-z]*\)  .*/\1/p" >names
    [ "$(wc -l <names)" -gt 10 ] && while read -r command; do
        grep -q "^\.It Ic $command" "$1" || { echo "$command" && exit 1; }
    done <names' - "$page" $it/bin/concierge
ok "no mark is left in it" not grep -q '@' "$page"
if command -v mandoc >/dev/null 2>&1; then
    ok "mandoc has nothing to say" sh -c '
        said=$(mandoc -Tlint -W warning "$1") || { echo "$said"; exit 1; }' - \
        "$page"
else
    points=$((points + 1))
    echo "ok $points - mandoc # SKIP there is no mandoc"
fi

# ---- uninstall ----

ok "make uninstall" made uninstall DESTDIR="$tmp/root" PREFIX=/opt/it
is "takes away what install put there, and nothing else" \
    "$(cd root && find . -type f)" ./opt/it/bin/other
ok "make clean" made clean
ok "leaves what was unpacked" sh -c '
    [ ! -e concierge/build ] && [ ! -e concierge/concierge ]'

finish
