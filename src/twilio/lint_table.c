/* lint_table.c - what may stand where, and what its attributes take.
 *
 * Elements, attributes and words are those of Twilio's own TwiML builders
 * (their npm package, version 6), ranges those of twilio 2.3.
 */
#include "twilio/lint_impl.h"

#define INT_MAX_ 0x7fffffffu

/* Words that come up more than once. */
#define TRACKS "inbound_track outbound_track both_tracks"
#define TRIMS "trim-silence do-not-trim"
#define RECORDINGS "in-progress completed absent"
#define PROGRESS "initiated ringing answered completed"
#define RECORDS "do-not-record record-from-answer record-from-ringing " \
    "record-from-answer-dual record-from-ringing-dual"
#define CARDS "visa mastercard amex maestro discover optima jcb " \
    "diners-club enroute"

/* Attributes that come up more than once. */
#define ACTION {"action", .type = V_URL}, {"method", .type = V_METHOD}
#define URL {"url", .type = V_URL}, {"method", .type = V_METHOD}
#define STATUS {"statusCallback", .type = V_CALLBACK}, \
    {"statusCallbackMethod", .type = V_METHOD}
#define STATUS_OF(words_) STATUS, \
    {"statusCallbackEvent", .type = V_WORDS, .words = (words_)}
#define RECORDING_STATUS {"recordingStatusCallback", .type = V_URL}, \
    {"recordingStatusCallbackMethod", .type = V_METHOD}, \
    {"recordingStatusCallbackEvent", .type = V_WORDS, .words = RECORDINGS}, \
    {"recordingConfigurationId", .type = V_TEXT}
#define FROM(lo_, hi_) .type = V_INT, .lo = (lo_), .hi = (hi_)
#define END {NULL, .type = V_TEXT}

static const struct lint_attr none[] = {END};

static const struct lint_attr response[] = {
    {"version", .type = V_WORD, .words = "2010-04-01 2008-08-01",
        .rule = R_VERSION}, END};

static const struct lint_attr action[] = {ACTION, END};

/* The same at three places, but for what is needed and the tracks. */
#define STREAM {"name", .type = V_TEXT}, STATUS, \
    {"audioFormat", .type = V_TEXT}, {"sampleRate", .type = V_TEXT}, \
    {"connectorName", .type = V_NEVER, .rule = R_CONNECTOR}

static const struct lint_attr stream_connect[] = {STREAM,
    {"url", .type = V_SOCKET, .rule = R_STREAM_NONE, .needed = true},
    {"track", .type = V_WORD, .words = "inbound_track",
        .rule = R_TRACK_CONNECT}, END};
static const struct lint_attr stream_start[] = {STREAM,
    {"url", .type = V_SOCKET, .rule = R_STREAM_NONE, .needed = true},
    {"track", .type = V_WORD, .words = TRACKS, .rule = R_TRACK}, END};
static const struct lint_attr stream_stop[] = {STATUS,
    {"name", .type = V_TEXT, .needed = true},
    {"url", .type = V_SOCKET},
    {"track", .type = V_WORD, .words = TRACKS, .rule = R_TRACK}, END};

static const struct lint_attr parameter[] = {
    {"name", .type = V_TEXT, .needed = true},
    {"value", .type = V_TEXT, .needed = true}, END};

static const struct lint_attr say[] = {
    {"voice", .type = V_VOICE}, {"language", .type = V_TEXT},
    {"loop", FROM(0, INT_MAX_), .rule = R_SAY_LOOP}, END};
static const struct lint_attr play[] = {
    {"loop", FROM(0, INT_MAX_), .rule = R_PLAY_LOOP},
    {"digits", .type = V_CHARS, .words = "0123456789*#w",
        .rule = R_PLAY_DIGITS}, END};
static const struct lint_attr length[] = {
    {"length", FROM(1, INT_MAX_), .rule = R_PAUSE}, END};
static const struct lint_attr redirect[] = {
    {"method", .type = V_METHOD, .rule = R_REDIRECT}, END};
static const struct lint_attr reject[] = {
    {"reason", .type = V_WORD, .words = "rejected busy"}, END};

static const struct lint_attr gather[] = {
    {"action", .type = V_URL},
    {"method", .type = V_METHOD, .rule = R_GATHER},
    {"input", .type = V_WORDS, .words = "dtmf speech", .rule = R_GATHER},
    {"timeout", FROM(0, INT_MAX_), .words = "auto", .rule = R_GATHER},
    {"speechTimeout", FROM(0, INT_MAX_), .words = "auto", .rule = R_GATHER},
    {"maxSpeechTime", FROM(1, INT_MAX_), .rule = R_GATHER},
    {"profanityFilter", .type = V_BOOL},
    {"finishOnKey", .type = V_CHARS, .words = "0123456789*#",
        .rule = R_GATHER},
    {"numDigits", FROM(1, INT_MAX_), .rule = R_GATHER},
    {"partialResultCallback", .type = V_URL},
    {"partialResultCallbackMethod", .type = V_METHOD, .rule = R_GATHER},
    {"language", .type = V_TEXT}, {"hints", .type = V_TEXT},
    {"bargeIn", .type = V_BOOL}, {"debug", .type = V_BOOL},
    {"actionOnEmptyResult", .type = V_BOOL},
    {"speechModel", .type = V_TEXT}, {"enhanced", .type = V_BOOL}, END};

static const struct lint_attr record[] = {RECORDING_STATUS,
    {"action", .type = V_URL},
    {"method", .type = V_METHOD, .rule = R_RECORD},
    {"timeout", FROM(1, INT_MAX_), .rule = R_RECORD},
    {"finishOnKey", .type = V_CHARS, .words = "0123456789*#",
        .rule = R_RECORD},
    {"maxLength", FROM(1, 14400), .rule = R_RECORD},
    {"playBeep", .type = V_BOOL, .rule = R_RECORD},
    {"trim", .type = V_WORD, .words = TRIMS, .rule = R_RECORD},
    {"transcribe", .type = V_BOOL, .rule = R_RECORD},
    {"transcribeCallback", .type = V_URL}, END};

static const struct lint_attr dial[] = {RECORDING_STATUS,
    {"action", .type = V_URL},
    {"method", .type = V_METHOD, .rule = R_DIAL},
    {"timeout", FROM(5, 600), .rule = R_DIAL},
    {"timeLimit", FROM(1, 86400), .rule = R_DIAL},
    {"hangupOnStar", .type = V_BOOL, .rule = R_DIAL},
    {"callerId", .type = V_TEXT}, {"passports", .type = V_TEXT},
    {"record", .type = V_WORD, .words = RECORDS " true false",
        .rule = R_DIAL},
    {"trim", .type = V_WORD, .words = TRIMS, .rule = R_DIAL},
    {"answerOnBridge", .type = V_BOOL, .rule = R_DIAL},
    {"ringTone", .type = V_WORD, .words = "at au bg br be ch cl cn cz de dk "
        "ee es fi fr gr hu il in it lt jp mx my nl no nz ph pl pt ru se sg "
        "th uk us us-old tw ve za", .rule = R_DIAL},
    {"recordingTrack", .type = V_WORD, .words = "both inbound outbound",
        .rule = R_DIAL},
    {"sequential", .type = V_BOOL, .rule = R_DIAL},
    {"referUrl", .type = V_URL},
    {"referMethod", .type = V_METHOD, .rule = R_DIAL},
    {"events", .type = V_WORDS, .words = "call-progress-event",
        .rule = R_DIAL}, END};

#define MACHINE {"machineDetection", .type = V_TEXT}, \
    {"machineDetectionTimeout", FROM(1, INT_MAX_)}, \
    {"machineDetectionSpeechThreshold", FROM(1, INT_MAX_)}, \
    {"machineDetectionSpeechEndThreshold", FROM(1, INT_MAX_)}, \
    {"machineDetectionSilenceTimeout", FROM(1, INT_MAX_)}, \
    {"amdStatusCallback", .type = V_URL}, \
    {"amdStatusCallbackMethod", .type = V_METHOD}

static const struct lint_attr number[] = {URL, STATUS_OF(PROGRESS), MACHINE,
    {"sendDigits", .type = V_CHARS, .words = "0123456789*#wW",
        .rule = R_DIAL},
    {"byoc", .type = V_TEXT}, END};
static const struct lint_attr sip[] = {URL, STATUS_OF(PROGRESS), MACHINE,
    {"username", .type = V_TEXT}, {"password", .type = V_TEXT}, END};
static const struct lint_attr client[] = {URL, STATUS_OF(PROGRESS), END};
static const struct lint_attr application[] = {URL, STATUS_OF(PROGRESS),
    {"customerId", .type = V_TEXT}, {"copyParentTo", .type = V_BOOL}, END};
static const struct lint_attr queue[] = {URL,
    {"reservationSid", .type = V_TEXT},
    {"postWorkActivitySid", .type = V_TEXT}, END};
static const struct lint_attr conference[] = {RECORDING_STATUS,
    STATUS_OF("start end join leave mute hold modify speaker announcement"),
    {"muted", .type = V_BOOL}, {"startConferenceOnEnter", .type = V_BOOL},
    {"endConferenceOnExit", .type = V_BOOL},
    {"beep", .type = V_WORD, .words = "true false onEnter onExit"},
    {"waitUrl", .type = V_TEXT}, {"waitMethod", .type = V_METHOD},
    {"maxParticipants", FROM(2, 250)},
    {"record", .type = V_WORD, .words = "do-not-record record-from-start"},
    {"region", .type = V_WORD, .words = "us1 us2 ie1 sg1 br1 au1 jp1 de1"},
    {"coach", .type = V_TEXT}, {"participantLabel", .type = V_TEXT},
    {"jitterBufferSize", .type = V_WORD, .words = "large medium small off"},
    {"trim", .type = V_WORD, .words = TRIMS},
    {"eventCallbackUrl", .type = V_URL}, END};
static const struct lint_attr uri[] = {{"priority", .type = V_TEXT},
    {"weight", .type = V_TEXT}, {"username", .type = V_TEXT},
    {"password", .type = V_TEXT}, END};

static const struct lint_attr enqueue[] = {ACTION,
    {"maxQueueSize", FROM(1, INT_MAX_)}, {"waitUrl", .type = V_TEXT},
    {"waitUrlMethod", .type = V_METHOD}, {"workflowSid", .type = V_TEXT},
    END};
static const struct lint_attr task[] = {{"priority", FROM(0, INT_MAX_)},
    {"timeout", FROM(1, INT_MAX_)}, END};
static const struct lint_attr sms[] = {ACTION, {"to", .type = V_TEXT},
    {"from", .type = V_TEXT}, {"statusCallback", .type = V_CALLBACK}, END};

static const struct lint_attr pay[] = {{"action", .type = V_URL}, STATUS,
    {"method", .type = V_METHOD},
    {"input", .type = V_WORD, .words = "dtmf"},
    {"bankAccountType", .type = V_WORD, .words = "consumer-checking "
        "consumer-savings commercial-checking commercial-savings"},
    {"timeout", FROM(1, INT_MAX_)}, {"maxAttempts", FROM(1, INT_MAX_)},
    {"securityCode", .type = V_BOOL}, {"postalCode", .type = V_TEXT},
    {"minPostalCodeLength", FROM(0, INT_MAX_)},
    {"paymentConnector", .type = V_TEXT},
    {"paymentMethod", .type = V_WORD, .words = "ach-debit credit-card"},
    {"tokenType", .type = V_WORD, .words = "one-time reusable "
        "payment-method"},
    {"chargeAmount", .type = V_TEXT}, {"currency", .type = V_TEXT},
    {"description", .type = V_TEXT}, {"language", .type = V_TEXT},
    {"validCardTypes", .type = V_WORDS, .words = CARDS}, END};
static const struct lint_attr prompt[] = {
    {"for", .type = V_WORD, .words = "payment-card-number expiration-date "
        "security-code postal-code payment-processing bank-account-number "
        "bank-routing-number"},
    {"errorType", .type = V_WORDS, .words = "timeout invalid-card-number "
        "invalid-card-type invalid-date invalid-security-code "
        "internal-error input-matching-failed"},
    {"cardType", .type = V_WORDS, .words = CARDS},
    {"attempt", .type = V_TEXT}, {"requireMatchingInputs", .type = V_BOOL},
    END};

static const struct lint_attr siprec[] = {STATUS, {"name", .type = V_TEXT},
    {"connectorName", .type = V_TEXT},
    {"track", .type = V_WORD, .words = TRACKS}, END};
static const struct lint_attr filter[] = {{"name", .type = V_TEXT},
    {"filterType", .type = V_WORD, .words = "noise"},
    {"model", .type = V_TEXT},
    {"track", .type = V_WORD, .words = TRACKS}, END};
static const struct lint_attr recording[] = {RECORDING_STATUS,
    {"channels", .type = V_WORD, .words = "mono dual"},
    {"track", .type = V_WORD, .words = "inbound outbound both"},
    {"trim", .type = V_WORD, .words = TRIMS}, END};
static const struct lint_attr transcription[] = {{"name", .type = V_TEXT},
    {"track", .type = V_WORD, .words = TRACKS},
    {"statusCallbackUrl", .type = V_CALLBACK},
    {"statusCallbackMethod", .type = V_METHOD},
    {"inboundTrackLabel", .type = V_TEXT},
    {"outboundTrackLabel", .type = V_TEXT}, {"partialResults", .type = V_BOOL},
    {"languageCode", .type = V_TEXT}, {"transcriptionEngine", .type = V_TEXT},
    {"profanityFilter", .type = V_BOOL}, {"speechModel", .type = V_TEXT},
    {"hints", .type = V_TEXT}, {"enableAutomaticPunctuation", .type = V_BOOL},
    {"intelligenceService", .type = V_TEXT},
    {"conversationConfiguration", .type = V_TEXT},
    {"conversationId", .type = V_TEXT}, END};

static const struct lint_attr session[] = {{"aiConnector", .type = V_TEXT},
    {"aiSessionConfiguration", .type = V_TEXT}, END};
static const struct lint_attr room[] = {
    {"participantIdentity", .type = V_TEXT}, END};
static const struct lint_attr virtual_agent[] = {STATUS,
    {"connectorName", .type = V_TEXT}, {"language", .type = V_TEXT},
    {"sentimentAnalysis", .type = V_BOOL}, END};
static const struct lint_attr conversation[] = {URL, RECORDING_STATUS,
    STATUS_OF("call-initiated call-ringing call-answered call-completed"),
    {"serviceInstanceSid", .type = V_TEXT},
    {"inboundAutocreation", .type = V_BOOL},
    {"routingAssignmentTimeout", FROM(0, INT_MAX_)},
    {"inboundTimeout", FROM(0, INT_MAX_)},
    {"record", .type = V_WORD, .words = RECORDS " true false"},
    {"trim", .type = V_WORD, .words = TRIMS}, END};
static const struct lint_attr relay_session[] = {
    {"connector", .type = V_TEXT}, {"sessionConfiguration", .type = V_TEXT},
    END};

/* Speech marks that <Say> hands to the voice (SSML). */
static const struct lint_attr ssml_break[] = {{"strength", .type = V_WORD,
    .words = "none x-weak weak medium strong x-strong"},
    {"time", .type = V_TEXT}, END};
static const struct lint_attr ssml_emphasis[] = {{"level", .type = V_WORD,
    .words = "strong moderate reduced"}, END};
static const struct lint_attr ssml_phoneme[] = {{"alphabet", .type = V_WORD,
    .words = "ipa x-sampa x-amazon-jyutping x-amazon-pinyin "
    "x-amazon-pron-kana x-amazon-yomigana"}, {"ph", .type = V_TEXT}, END};
static const struct lint_attr ssml_prosody[] = {{"volume", .type = V_TEXT},
    {"rate", .type = V_TEXT}, {"pitch", .type = V_TEXT}, END};
static const struct lint_attr ssml_say_as[] = {
    {"interpret-as", .type = V_WORD, .words = "characters spell-out cardinal "
        "number ordinal digits fraction unit date time address expletive "
        "telephone"},
    {"format", .type = V_TEXT}, {"role", .type = V_TEXT}, END};
static const struct lint_attr ssml_sub[] = {{"alias", .type = V_TEXT}, END};
static const struct lint_attr ssml_w[] = {{"role", .type = V_TEXT}, END};

#define SPEECH "Say emphasis lang p phoneme prosody s say-as sub w " \
    "amazon:domain amazon:effect amazon:emotion amazon:auto-breaths"

const struct lint_element lint_response =
    {"Response", "", K_RESPONSE, false, response};

static const struct lint_element elements[] = {
    {"Connect", "Response", K_CONNECT, false, action},
    {"Start", "Response", K_START, false, action},
    {"Stop", "Response", K_STOP, false, none},
    {"Stream", "Connect", K_STREAM, false, stream_connect},
    {"Stream", "Start", K_STREAM, false, stream_start},
    {"Stream", "Stop", K_STREAM, false, stream_stop},
    {"Parameter", "Stream", K_PARAMETER, false, parameter},
    {"Parameter", "Siprec Transcription VirtualAgent ConversationRelay "
        "MediaFilter Application Client Pay Hangup Reject", K_PLAIN, false,
        parameter},
    {"Say", "Response Gather Prompt", K_SAY, true, say},
    {"Play", "Response Gather Prompt", K_PLAY, true, play},
    {"Pause", "Response Gather Prompt", K_PLAIN, false, length},
    {"Hangup", "Response", K_ENDS, false, none},
    {"Leave", "Response", K_ENDS, false, none},
    {"Reject", "Response", K_REJECT, false, reject},
    {"Redirect", "Response", K_REDIRECT, true, redirect},
    {"Gather", "Response", K_PLAIN, false, gather},
    {"Record", "Response", K_PLAIN, false, record},
    {"Dial", "Response", K_DIAL, true, dial},
    {"Number", "Dial", K_NUMBER, true, number},
    {"Sip", "Dial", K_PLAIN, true, sip},
    {"Client", "Dial", K_PLAIN, true, client},
    {"Application", "Dial", K_PLAIN, true, application},
    {"WhatsApp", "Dial", K_PLAIN, true, client},
    {"Sim", "Dial", K_PLAIN, true, none},
    {"Queue", "Dial Response", K_PLAIN, true, queue},
    {"Conference", "Dial", K_PLAIN, true, conference},
    {"Identity", "Client", K_PLAIN, true, none},
    {"ApplicationSid", "Application", K_PLAIN, true, none},
    {"Uri", "Sip", K_PLAIN, true, uri},
    {"Headers", "Sip", K_PLAIN, false, none},
    {"Header", "Headers", K_PLAIN, false, parameter},
    {"Refer", "Response", K_PLAIN, false, action},
    {"Sip", "Refer", K_PLAIN, true, none},
    {"Enqueue", "Response", K_PLAIN, true, enqueue},
    {"Task", "Enqueue", K_PLAIN, true, task},
    {"Echo", "Response", K_PLAIN, false, none},
    {"Sms", "Response", K_PLAIN, true, sms},
    {"Message", "Response", K_PLAIN, true, NULL},
    {"Pay", "Response", K_PLAIN, false, pay},
    {"Prompt", "Response Pay", K_PLAIN, false, prompt},
    {"Siprec", "Start Stop", K_PLAIN, false, siprec},
    {"MediaFilter", "Start Stop", K_PLAIN, false, filter},
    {"Recording", "Start Stop", K_PLAIN, false, recording},
    {"Transcription", "Start Stop", K_PLAIN, false, transcription},
    {"Config", "Transcription VirtualAgent", K_PLAIN, false, parameter},
    {"AiSession", "Connect", K_PLAIN, false, session},
    {"Assistant", "Connect", K_PLAIN, true, NULL},
    {"Autopilot", "Connect", K_PLAIN, true, none},
    {"Conversation", "Connect", K_PLAIN, false, conversation},
    {"ConversationRelay", "Connect", K_PLAIN, false, NULL},
    {"ConversationRelaySession", "Connect", K_PLAIN, false, relay_session},
    {"Room", "Connect", K_PLAIN, true, room},
    {"VirtualAgent", "Connect", K_PLAIN, false, virtual_agent},
    {"break", SPEECH, K_SPEECH, false, ssml_break},
    {"emphasis", SPEECH, K_SPEECH, true, ssml_emphasis},
    {"lang", SPEECH, K_SPEECH, true, none},
    {"p", SPEECH, K_SPEECH, true, none},
    {"s", SPEECH, K_SPEECH, true, none},
    {"phoneme", SPEECH, K_SPEECH, true, ssml_phoneme},
    {"prosody", SPEECH, K_SPEECH, true, ssml_prosody},
    {"say-as", SPEECH, K_SPEECH, true, ssml_say_as},
    {"sub", SPEECH, K_SPEECH, true, ssml_sub},
    {"w", SPEECH, K_SPEECH, true, ssml_w},
    {"mark", SPEECH, K_SPEECH, false, NULL},
    {"audio", SPEECH, K_SPEECH, true, NULL},
    {"amazon:domain", SPEECH, K_SPEECH, true, NULL},
    {"amazon:effect", SPEECH, K_SPEECH, true, NULL},
    {"amazon:emotion", SPEECH, K_SPEECH, true, NULL},
    {"amazon:breath", SPEECH, K_SPEECH, false, NULL},
    {"amazon:auto-breaths", SPEECH, K_SPEECH, true, NULL},
    {NULL, NULL, K_PLAIN, false, NULL},
};

bool lint_listed(const char *list, struct slice word, bool any_case)
{
    struct slice rest = slice_str(list);

    while (rest.len) {
        struct slice one = slice_cut(&rest, ' ');

        if (any_case ? slice_ieq(one, word) : slice_eq(one, word))
            return true;
    }
    return false;
}

const struct lint_element *lint_element(struct slice name,
    const struct lint_element *parent, bool *known, bool *cased)
{
    const struct lint_element *e;

    *known = *cased = false;
    for (e = elements; e->name; e++) {
        *cased |= slice_iis(name, e->name);
        if (!slice_is(name, e->name))
            continue;
        *known = true;
        if (lint_listed(e->in, slice_str(parent->name), false))
            return e;
    }
    return NULL;
}
