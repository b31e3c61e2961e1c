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

# authority NAME: a root, NAME.crt and NAME.key.
authority()
{
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -days 30 -subj "/CN=conform $1" -keyout "$1.key" -out "$1.crt" \
        -addext basicConstraints=critical,CA:TRUE \
        -addext keyUsage=critical,keyCertSign,cRLSign 2>ssl.log
}

# signed NAME ISSUER EXTENSIONS [FROM UNTIL]: NAME.crt and NAME.key, signed by
# ISSUER; by default from yesterday on for thirty days.  Moments are
# YYYYMMDDHHMMSSZ: `openssl ca` alone takes any.
signed()
{
    printf '%s\n' "$3" >"$1.ext"
    : >index.txt
    cat >ca.cnf <<EOF
[ca]
default_ca = d
[d]
database = index.txt
new_certs_dir = .
default_md = sha256
policy = p
rand_serial = yes
unique_subject = no
[p]
commonName = supplied
EOF
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -subj "/CN=$1" -keyout "$1.key" -out "$1.csr" 2>ssl.log &&
        openssl ca -batch -notext -config ca.cnf -cert "$2.crt" \
            -keyfile "$2.key" -extfile "$1.ext" -in "$1.csr" -out "$1.crt" \
            -startdate "${4:-$(date -u -d yesterday +%Y%m%d000000Z)}" \
            -enddate "${5:-$(date -u -d '30 days' +%Y%m%d000000Z)}" 2>ssl.log
}

# An intermediate's extensions, and a site's for a name.
intermediate='basicConstraints=critical,CA:TRUE
keyUsage=critical,keyCertSign,cRLSign'

site()
{
    printf 'basicConstraints=CA:FALSE\nsubjectAltName=%s\n' "$1"
    printf 'extendedKeyUsage=serverAuth\n'
}
