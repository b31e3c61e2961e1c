/* lint_rules.c - what can be wrong with a document: Twilio's number, the
 * cause, what to do.
 *
 * Where Twilio has a run of numbers for the attributes of a verb (twilio 3.3)
 * the first one stands for it: which of them a value gets is not documented.
 * A level is the one of twilio/errors, but where a document alone cannot know
 * that the call fails.
 */
#include "twilio/lint_impl.h"

const struct lint_text lint_text[LINT_RULES] = {
    [R_EMPTY] = {11770, 'E', "the body is empty",
        "return a document; <Response/> is the shortest"},
    [R_LONG] = {11750, 'E', "longer than 64 kB",
        "send what the call needs now, and <Redirect> to the rest"},
    [R_INLINE_LONG] = {32018, 'E', "over 4,000 characters, all that the Twiml "
        "parameter takes", "serve the document and give its Url"},
    [R_BLANK] = {12100, 'E', "a blank before the document",
        "let the first byte be its <"},
    [R_XML] = {12100, 'E', NULL,    /* xml.why */
        "escape & < > in text and values, quote values, close elements"},
    [R_HTML] = {12102, 'E', "a web page, not TwiML",
        "find which route or proxy answered, and return TwiML"},
    [R_ROOT] = {12102, 'E', "the root is not <Response>",
        "put all verbs into one <Response>"},
    [R_ROOT_CASE] = {12102, 'E', "the root is <Response>, in this case",
        "write Response"},
    [R_VERSION] = {12101, 'E', "no such version of TwiML",
        "leave version out"},

    [R_ELEMENT] = {12200, 'W', "unknown element",
        "it is passed over with all in it: correct the name"},
    [R_ELEMENT_CASE] = {12200, 'W', "element in the wrong case",
        "names are case-sensitive: write it as Twilio does"},
    [R_PLACE] = {12200, 'W', "this element cannot stand here",
        "it is passed over with all in it: move it"},
    [R_ATTR] = {12200, 'W', "unknown attribute",
        "it is passed over: correct the name or remove it"},
    [R_ATTR_CASE] = {12200, 'W', "attribute in the wrong case",
        "names are case-sensitive: write it as Twilio does"},
    [R_NEEDED] = {12200, 'W', "an attribute is missing that it cannot do "
        "without", "add the attribute"},
    [R_TEXT] = {12200, 'W', "text where none is read",
        "put it into <Say>, or remove it"},
    [R_NO_TEXT] = {12200, 'W', "an element without its text",
        "write the text between its tags"},
    [R_BOOL] = {12200, 'W', "neither true nor false",
        "write true or false"},
    [R_INT] = {12200, 'W', "no whole number of the range it takes",
        "write a number in digits, of its range"},
    [R_WORD] = {12200, 'W', "none of the words it takes",
        "write one of Twilio's words, in their case"},
    [R_METHOD] = {12200, 'W', "a method is GET or POST",
        "write GET or POST"},
    [R_NO_NOUN] = {12200, 'W', "nothing in it to start, stop or connect to",
        "put a <Stream> or another noun into it"},
    [R_TWO_NOUNS] = {12200, 'W', "a <Connect> takes one noun, a call one "
        "two-way stream", "keep one, and connect the next one afterwards"},

    [R_STREAM_SCHEME] = {31922, 'E', "the url of a Stream must be wss://",
        "write wss://"},
    [R_STREAM_NONE] = {31923, 'E', "a Stream without url",
        "give it url=\"wss://...\""},
    [R_STREAM_URL] = {31923, 'E', NULL,     /* the parser's why */
        "write wss://HOST/PATH, without blanks, odd characters escaped by %"},
    [R_STREAM_USER] = {31923, 'E', "user info in the url of a Stream",
        "put the secret into <Parameter>"},
    [R_STREAM_FRAGMENT] = {31923, 'E', "a fragment in the url of a Stream",
        "put data into <Parameter> or into the path"},
    [R_STREAM_QUERY] = {31920, 'E', "the query of a Stream's url is dropped "
        "before connecting", "put data into <Parameter> or into the path"},
    [R_STREAM_PRIVATE] = {31904, 'W', "a Stream to an address that Twilio "
        "cannot reach", "use a public name; a tunnel gives one"},
    [R_STREAM_PORT] = {0, 'W', "a Stream to another port than 443",
        "Twilio promises 443 only: put a proxy or tunnel there"},
    [R_TRACK_CONNECT] = {31941, 'E', "under <Connect> the track is "
        "inbound_track or nothing", "leave track out"},
    [R_TRACK] = {31941, 'E', "no such track",
        "write inbound_track, outbound_track or both_tracks"},
    [R_CONNECTOR] = {31940, 'E', "connectorName is for virtual agents only",
        "remove it and give a url"},
    [R_PARAM_LONG] = {0, 'E', "name and value of a Parameter must be under "
        "500 characters together", "keep the data, and pass a key to it"},
    [R_PARAM_TWICE] = {0, 'W', "a Parameter of a name that was there before",
        "only one of them arrives: give each its name"},

    [R_URL] = {11100, 'E', NULL,            /* the parser's why */
        "write a full http or https URL"},
    [R_URL_SCHEME] = {11100, 'E', "not an http or https URL",
        "write https://"},
    [R_URL_ABSOLUTE] = {11100, 'E', "this URL must be absolute",
        "write https://HOST/PATH"},
    [R_URL_UNDERSCORE] = {11100, 'E', "an underscore in the host",
        "use a host name of letters, digits and -"},
    [R_URL_PRIVATE] = {11205, 'W', "an address that Twilio cannot reach",
        "use a public name; a tunnel gives one"},
    [R_URL_NONE] = {11100, 'E', "an element without its URL",
        "write the URL between its tags"},
    [R_URL_INLINE] = {15004, 'E', "a relative URL, and nothing that it could "
        "be relative to", "write it in full"},
    [R_EDGE] = {11240, 'E', "no edge has such a name",
        "name an edge as in #e=dublin, or remove the part"},
    [R_RETRY] = {11243, 'E', "no such retry policy",
        "rp takes 4xx, 5xx, ct, rt and all; rc takes 0 to 5"},
    [R_OVERRIDE] = {0, 'W', "a connection override that Twilio has not",
        "ct is 100 to 10000, rt and tt 100 to 15000, sni y or n"},

    [R_DIAL] = {13210, 'E', "a value that Dial, or what stands in it, does "
        "not take", "correct the value"},
    [R_DIAL_NUMBER] = {13223, 'W', "no telephone number",
        "write + and the country code"},
    [R_DIAL_NONE] = {13210, 'E', "a Dial with nobody to dial",
        "put a <Number>, or a number, into it"},
    [R_GATHER] = {13310, 'E', "a value that Gather does not take",
        "correct the value"},
    [R_RECORD] = {13610, 'E', "a value that Record does not take",
        "correct the value"},
    [R_PLAY_LOOP] = {13410, 'E', "loop is a number from 0 on",
        "write a whole number; 0 plays until the call ends"},
    [R_PLAY_DIGITS] = {13430, 'E', "digits are 0-9 * # and w",
        "write the keys alone; w waits half a second"},
    [R_SAY_LOOP] = {13510, 'E', "loop is a number from 0 on",
        "write a whole number; 0 says it until the call ends"},
    [R_SAY_VOICE] = {13511, 'E', "no such voice",
        "man, woman, alice, or the name of a Polly., Google. or ElevenLabs. "
        "voice"},
    [R_SAY_EMPTY] = {13520, 'E', "nothing to say",
        "write the text between its tags"},
    [R_SAY_LONG] = {13521, 'E', "over 4096 characters, all that a basic voice "
        "takes", "split it into two <Say>"},
    [R_SAY_POLLY] = {13521, 'E', "over 3000 characters, all that a Polly "
        "voice takes", "split it into two <Say>"},
    [R_SAY_GOOGLE] = {13521, 'E', "over 5000 characters, all that a Google "
        "voice takes", "split it into two <Say>"},
    [R_REDIRECT] = {13710, 'E', "a method is GET or POST",
        "write GET or POST"},
    [R_PAUSE] = {13910, 'E', "length is a number of seconds from 1 on",
        "write a whole number"},

    [R_UNREACHED] = {0, 'W', "never reached: the verb before it ends this "
        "document", "move it before, or remove it"},
    [R_START_LAST] = {0, 'W', "a Start as the last verb: the call ends at "
        "once", "let a verb follow, such as <Pause length=\"60\"/>"},
    [R_REJECT_LATE] = {0, 'W', "a Reject that is not the first verb: the call "
        "has been answered by then", "put it first, or hang up"},
};
