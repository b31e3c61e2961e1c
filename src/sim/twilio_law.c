/* twilio_law.c - the stand-in's own law: what TwiML may say (twilio 2, 3).
 *
 * Shares nothing with the linter it is compared to.  Each element's law is a
 * line of text, in which an attribute is written
 *     [!]NAME=KIND[:NUMBER[:ARGUMENT]]
 * ! it must be there; NUMBER is Twilio's for a wrong value, 12200 when it is
 * not given.  KINDs: t text, b true or false, m method, n number LO-HI[,WORD],
 * w one word of the list, W several, c only these characters, u URL, a absolute
 * URL, s wss URL, v voice, x must not be there.
 */
#include "sim/twilio_own.h"

#define CALLBACK " statusCallback=a statusCallbackMethod=m"
#define RECORDED " recordingStatusCallback=u recordingStatusCallbackMethod=m" \
    " recordingStatusCallbackEvent=W::in-progress,completed,absent" \
    " recordingConfigurationId=t"
#define LEGS CALLBACK \
    " statusCallbackEvent=W::initiated,ringing,answered,completed" \
    " url=u method=m"
#define MACHINE " machineDetection=t machineDetectionTimeout=n::1-" \
    " machineDetectionSpeechThreshold=n::1-" \
    " machineDetectionSpeechEndThreshold=n::1-" \
    " machineDetectionSilenceTimeout=n::1-" \
    " amdStatusCallback=u amdStatusCallbackMethod=m"
#define THREE_TRACKS "inbound_track,outbound_track,both_tracks"
#define TRIM "trim-silence,do-not-trim"
#define TAPES "do-not-record,record-from-answer,record-from-ringing," \
    "record-from-answer-dual,record-from-ringing-dual"
#define CARDS "visa,mastercard,amex,maestro,discover,optima,jcb," \
    "diners-club,enroute"
#define STREAM CALLBACK " name=t audioFormat=t sampleRate=t" \
    " connectorName=x:31940"
#define SPOKEN "Say emphasis lang p phoneme prosody s say-as sub w " \
    "amazon:domain amazon:effect amazon:emotion amazon:auto-breaths"

static const struct tw_law laws[] = {
    {"Response", "", false, "version=w:12101:2010-04-01,2008-08-01"},
    {"Connect", "Response", false, "action=u method=m"},
    {"Start", "Response", false, "action=u method=m"},
    {"Stop", "Response", false, ""},
    {"Stream", "Connect", false, "!url=s:31923 track=w:31941:inbound_track"
        STREAM},
    {"Stream", "Start", false, "!url=s:31923 track=w:31941:" THREE_TRACKS
        STREAM},
    {"Stream", "Stop", false, "!name=t url=s track=w:31941:" THREE_TRACKS
        CALLBACK},
    {"Parameter", "Stream Siprec Transcription VirtualAgent MediaFilter "
        "Application Client Pay Hangup Reject ConversationRelay", false,
        "!name=t !value=t"},
    {"Say", "Response Gather Prompt", true,
        "voice=v:13511 language=t loop=n:13510:0-"},
    {"Play", "Response Gather Prompt", true,
        "loop=n:13410:0- digits=c:13430:0123456789*#w"},
    {"Pause", "Response Gather Prompt", false, "length=n:13910:1-"},
    {"Hangup", "Response", false, ""},
    {"Leave", "Response", false, ""},
    {"Reject", "Response", false, "reason=w::rejected,busy"},
    {"Redirect", "Response", true, "method=m:13710"},
    {"Gather", "Response", false, "action=u method=m:13310"
        " input=W:13310:dtmf,speech timeout=n:13310:0-,auto"
        " speechTimeout=n:13310:0-,auto maxSpeechTime=n:13310:1-"
        " profanityFilter=b finishOnKey=c:13310:0123456789*#"
        " numDigits=n:13310:1- partialResultCallback=u"
        " partialResultCallbackMethod=m:13310 language=t hints=t bargeIn=b"
        " debug=b actionOnEmptyResult=b speechModel=t enhanced=b"},
    {"Record", "Response", false, "action=u method=m:13610 timeout=n:13610:1-"
        " finishOnKey=c:13610:0123456789*# maxLength=n:13610:1-14400"
        " playBeep=b:13610 trim=w:13610:" TRIM " transcribe=b:13610"
        " transcribeCallback=u" RECORDED},
    {"Dial", "Response", true, "action=u method=m:13210 timeout=n:13210:5-600"
        " timeLimit=n:13210:1-86400 hangupOnStar=b:13210 callerId=t"
        " passports=t record=w:13210:" TAPES ",true,false trim=w:13210:" TRIM
        " answerOnBridge=b:13210 ringTone=w:13210:at,au,bg,br,be,ch,cl,cn,cz,"
        "de,dk,ee,es,fi,fr,gr,hu,il,in,it,lt,jp,mx,my,nl,no,nz,ph,pl,pt,ru,"
        "se,sg,th,uk,us,us-old,tw,ve,za"
        " recordingTrack=w:13210:both,inbound,outbound sequential=b:13210"
        " referUrl=u referMethod=m:13210 events=W:13210:call-progress-event"
        RECORDED},
    {"Number", "Dial", true, "byoc=t sendDigits=c:13210:0123456789*#wW" LEGS
        MACHINE},
    {"Sip", "Dial", true, "username=t password=t" LEGS MACHINE},
    {"Client", "Dial", true, LEGS},
    {"WhatsApp", "Dial", true, LEGS},
    {"Application", "Dial", true, "customerId=t copyParentTo=b" LEGS},
    {"Sim", "Dial", true, ""},
    {"Queue", "Dial Response", true,
        "url=u method=m reservationSid=t postWorkActivitySid=t"},
    {"Conference", "Dial", true, "muted=b startConferenceOnEnter=b"
        " endConferenceOnExit=b beep=w::true,false,onEnter,onExit waitUrl=t"
        " waitMethod=m maxParticipants=n::2-250"
        " record=w::do-not-record,record-from-start"
        " region=w::us1,us2,ie1,sg1,br1,au1,jp1,de1 coach=t"
        " participantLabel=t jitterBufferSize=w::large,medium,small,off"
        " trim=w::" TRIM " eventCallbackUrl=u statusCallbackEvent=W::start,"
        "end,join,leave,mute,hold,modify,speaker,announcement" CALLBACK
        RECORDED},
    {"Identity", "Client", true, ""},
    {"ApplicationSid", "Application", true, ""},
    {"Uri", "Sip", true, "priority=t weight=t username=t password=t"},
    {"Headers", "Sip", false, ""},
    {"Header", "Headers", false, "!name=t !value=t"},
    {"Refer", "Response", false, "action=u method=m"},
    {"Sip", "Refer", true, ""},
    {"Enqueue", "Response", true, "action=u method=m maxQueueSize=n::1-"
        " waitUrl=t waitUrlMethod=m workflowSid=t"},
    {"Task", "Enqueue", true, "priority=n::0- timeout=n::1-"},
    {"Echo", "Response", false, ""},
    {"Sms", "Response", true, "to=t from=t action=u method=m"
        " statusCallback=a"},
    {"Message", "Response", true, NULL},
    {"Pay", "Response", false, "action=u method=m input=w::dtmf"
        " bankAccountType=w::consumer-checking,consumer-savings,"
        "commercial-checking,commercial-savings timeout=n::1-"
        " maxAttempts=n::1- securityCode=b postalCode=t"
        " minPostalCodeLength=n::0- paymentConnector=t"
        " paymentMethod=w::ach-debit,credit-card"
        " tokenType=w::one-time,reusable,payment-method chargeAmount=t"
        " currency=t description=t language=t validCardTypes=W::" CARDS
        CALLBACK},
    {"Prompt", "Response Pay", false, "for=w::payment-card-number,"
        "expiration-date,security-code,postal-code,payment-processing,"
        "bank-account-number,bank-routing-number errorType=W::timeout,"
        "invalid-card-number,invalid-card-type,invalid-date,"
        "invalid-security-code,internal-error,input-matching-failed"
        " cardType=W::" CARDS " attempt=t requireMatchingInputs=b"},
    {"Siprec", "Start Stop", false, "name=t connectorName=t track=w::"
        THREE_TRACKS CALLBACK},
    {"MediaFilter", "Start Stop", false, "name=t filterType=w::noise model=t"
        " track=w::" THREE_TRACKS},
    {"Recording", "Start Stop", false, "channels=w::mono,dual"
        " track=w::inbound,outbound,both trim=w::" TRIM RECORDED},
    {"Transcription", "Start Stop", false, "name=t track=w::" THREE_TRACKS
        " statusCallbackUrl=a statusCallbackMethod=m inboundTrackLabel=t"
        " outboundTrackLabel=t partialResults=b languageCode=t"
        " transcriptionEngine=t profanityFilter=b speechModel=t hints=t"
        " enableAutomaticPunctuation=b intelligenceService=t"
        " conversationConfiguration=t conversationId=t"},
    {"Config", "Transcription VirtualAgent", false, "!name=t !value=t"},
    {"AiSession", "Connect", false, "aiConnector=t aiSessionConfiguration=t"},
    {"Assistant", "Connect", true, NULL},
    {"Autopilot", "Connect", true, ""},
    {"Conversation", "Connect", false, "url=u method=m serviceInstanceSid=t"
        " inboundAutocreation=b routingAssignmentTimeout=n::0-"
        " inboundTimeout=n::0- record=w::" TAPES ",true,false trim=w::" TRIM
        " statusCallbackEvent=W::call-initiated,call-ringing,call-answered,"
        "call-completed" CALLBACK RECORDED},
    {"ConversationRelay", "Connect", false, NULL},
    {"ConversationRelaySession", "Connect", false,
        "connector=t sessionConfiguration=t"},
    {"Room", "Connect", true, "participantIdentity=t"},
    {"VirtualAgent", "Connect", false, "connectorName=t language=t"
        " sentimentAnalysis=b" CALLBACK},
    {"break", SPOKEN, false, "strength=w::none,x-weak,weak,medium,strong,"
        "x-strong time=t"},
    {"emphasis", SPOKEN, true, "level=w::strong,moderate,reduced"},
    {"lang", SPOKEN, true, ""},
    {"p", SPOKEN, true, ""},
    {"s", SPOKEN, true, ""},
    {"phoneme", SPOKEN, true, "ph=t alphabet=w::ipa,x-sampa,"
        "x-amazon-jyutping,x-amazon-pinyin,x-amazon-pron-kana,"
        "x-amazon-yomigana"},
    {"prosody", SPOKEN, true, "volume=t rate=t pitch=t"},
    {"say-as", SPOKEN, true, "format=t role=t interpret-as=w::characters,"
        "spell-out,cardinal,number,ordinal,digits,fraction,unit,date,time,"
        "address,expletive,telephone"},
    {"sub", SPOKEN, true, "alias=t"},
    {"w", SPOKEN, true, "role=t"},
    {"mark", SPOKEN, false, NULL},
    {"audio", SPOKEN, true, NULL},
    {"amazon:domain", SPOKEN, true, NULL},
    {"amazon:effect", SPOKEN, true, NULL},
    {"amazon:emotion", SPOKEN, true, NULL},
    {"amazon:breath", SPOKEN, false, NULL},
    {"amazon:auto-breaths", SPOKEN, true, NULL},
};

#define LAWS (sizeof(laws) / sizeof(*laws))

const struct tw_law *tw_law_root(void)
{
    return &laws[0];
}

const struct tw_law *tw_law(struct slice name, const struct tw_law *parent)
{
    for (size_t i = 1; i < LAWS; i++) {
        struct slice in = slice_str(laws[i].in);

        if (!slice_is(name, laws[i].name))
            continue;
        while (in.ptr)
            if (slice_is(slice_cut(&in, ' '), parent->name))
                return &laws[i];
    }
    return NULL;
}
