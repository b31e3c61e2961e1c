#!/bin/sh
# lint.sh - a TwiML document from a file, standard input or a server.
corpus=$PWD/tests/twilio/lint
. "${0%/*}/lib/tap.sh"
logs=serve.log

# ---- a file ----

cat >bad.xml <<'END'
<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Connect>
    <Stream url="wss://a.example/media?call=1" track="both_tracks"/>
  </Connect>
</Response>
END
run lint bad.xml
is "faults exit 65" "$rc" 65
cat >wanted <<END
bad.xml:4:18: error 31920: the query of a Stream's url is dropped before \
connecting: wss://a.example/media?call=1; put data into <Parameter> or into \
the path
bad.xml:4:55: error 31941: under <Connect> the track is inbound_track or \
nothing: both_tracks; leave track out
END
ok "line, column, number, cause, words, remedy" diff wanted out
run lint bad.xml --json
is "--json: 65 too" "$rc" 65
ok "--json is one object a line" objects out
cat >wanted <<END
{"number":31920,"level":"error","line":4,"column":18,"message":"the query of \
a Stream's url is dropped before connecting","remedy":"put data into \
<Parameter> or into the path","what":"wss://a.example/media?call=1"}
{"number":31941,"level":"error","line":4,"column":55,"message":"under \
<Connect> the track is inbound_track or nothing","remedy":"leave track out",\
"what":"both_tracks"}
END
ok "--json: its shape" diff wanted out
"$program" lint - <bad.xml >out 2>err
ok "-: standard input" grep -q '^-:4:' out

sed 's/?call=1//; s/ track="[^"]*"//' bad.xml >good.xml
run lint good.xml
is "a good document exits 0" "$rc" 0
ok "and stdout is empty" empty out
ok "and it is said on stderr" has err "nothing to complain about"
printf '<Response><Dance/></Response>' >odd.xml
run lint odd.xml
is "warnings alone exit 0" "$rc" 0
ok "and are printed" \
    has out "odd.xml:1:11: warning 12200: unknown element: Dance"
printf '<Response><Connect>' >half.xml
run lint half.xml
is "half a document exits 65" "$rc" 65
ok "at the byte where it ends" has out "half.xml:1:20: error 12100"
printf '<Response><Redirect>/next</Redirect></Response>' >inline.xml
run lint inline.xml
is "a relative URL is well" "$rc" 0
run lint --inline inline.xml
is "but not in a REST request" "$rc" 65
ok "which is 15004" has out "inline.xml:1:21: error 15004"
printf '<Response><Hangup>a\033[31mb</Hangup></Response>' >escape.xml
run lint escape.xml
ok "no control byte reaches the terminal" not grep -q "$(printf '\033')" out
fails 74 nowhere lint nowhere
fails 64 "something is missing" lint

# ---- what was planted: 108 documents, 96 faults ----

(cd "$corpus" && for file in *.xml; do
    said=$("$program" lint "$file" 2>/dev/null)
    status=$?
    if [ -z "$said" ]; then
        echo "$file: ok"
    else
        echo "$said" | sed 's/^\([^ ]* [a-z]*\( [0-9-]*\)\{0,1\}\):.*/\1/'
    fi
    case $said in
    *": error"*) [ $status = 65 ] || echo "$file exits $status" ;;
    *) [ $status = 0 ] || echo "$file exits $status" ;;
    esac
done) | sort >found
sort "$corpus/expected" >wanted
ok "each fault is found where it was planted, and no other" diff wanted found
ok "there are more than 90" test "$(grep -cv ': ok$' found)" -gt 90

# ---- a server ----

fails_at()
{
    want=$1 what=$2
    shift 2
    run lint "$@"
    ok "$what: exit $want" same "$rc" "$want"
}

export CONCIERGE_DIR=data TWILIO_AUTH_TOKEN=0123456789abcdef0123456789abcdef
export TWILIO_ACCOUNT_SID=AC0123456789abcdef0123456789abcdef
export PUBLIC_DOMAIN=voice.example.com OPENAI_API_KEY=sk-test
export TWILIO_PHONE_NUMBER=+15005550006
ok "a server" serve serve.log --server-port 0
url=http://127.0.0.1:$port
fails_at 0 "our own TwiML, asked for with its signature" \
    "$url/twiml?call_id=nobody"
ok "there is nothing to complain about" has err "nothing to complain about"
fails_at 69 "a wrong signature" "$url/twiml?call_id=nobody" \
    --public-domain other.example.com
ok "is answered 403" has out "error 11217: " "403 Forbidden"
fails_at 69 "no such path" "$url/nowhere"
ok "is answered 404" has out "error 11217: " "404 Not Found"
fails_at 69 "a path without POST" "$url/health"
ok "is answered 405" has out "405 Method Not Allowed"
fails_at 69 "no name" --json http://nobody.invalid/
ok "11210, with no line" has out '{"number":11210,"level":"error","line":null'
kill "$server"
ends "$server"
fails_at 69 "nobody there" "$url/twiml"
ok "11202" has out "$url/twiml: error 11202: "
fails_at 65 "no http" ftp://127.0.0.1/twiml
fails_at 65 "no URL" 'http://a b/'
finish
