# lib.sh - what the judges written in sh share, on top of tests/cli/lib/tap.sh:
# points, a server on a port of its own, and a certificate authority.
. "${0%/*}/../cli/lib/tap.sh"

# note TEXT: shown below the judge's line.
note()
{
    echo "# NOTE $*"
}

# has_command NAME...: or this judge skips aloud.
has_command()
{
    for tool; do
        command -v "$tool" >/dev/null 2>&1 && continue
        echo "1..0 # SKIP no $tool"
        exit 0
    done
}

# ---- certificates ----

# authority NAME: a root of its own, NAME.crt and NAME.key.
authority()
{
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -days 30 -subj "/CN=conform $1" -keyout "$1.key" -out "$1.crt" \
        -addext basicConstraints=critical,CA:TRUE \
        -addext keyUsage=critical,keyCertSign,cRLSign 2>ssl.log
}

# signed NAME ISSUER EXTENSIONS [OPTION...]: NAME.crt and NAME.key, signed by
# ISSUER; without -days or -not_after for thirty days.
signed()
{
    name=$1 issuer=$2
    printf '%s\n' "$3" >"$name.ext"
    shift 3
    [ $# -gt 0 ] || set -- -days 30
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -subj "/CN=$name" -keyout "$name.key" -out "$name.csr" 2>ssl.log &&
        openssl x509 -req -in "$name.csr" -CA "$issuer.crt" \
            -CAkey "$issuer.key" -CAcreateserial -extfile "$name.ext" \
            -out "$name.crt" "$@" 2>ssl.log
}
