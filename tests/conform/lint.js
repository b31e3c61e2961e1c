/* lint.js - what Twilio's own builder makes passes lint, every element and
 * attribute of it, and lint knows no element that the builder has not.
 *
 *   CONCIERGE=... NODE_PATH=... node tests/conform/lint.js
 *
 * Beside documents written as people write them, one is made for each
 * attribute that the package's types tell, with a value of that type.
 */
'use strict';
const { spawnSync } = require('child_process');
const fs = require('fs');
const path = require('path');

let twilio;
try {
    twilio = require('twilio');
} catch {
    console.log('1..0 # SKIP the npm package twilio is not installed');
    process.exit(0);
}
const { VoiceResponse } = twilio.twiml;

let count = 0, failed = 0;

function point(good, what, said) {
    count++;
    console.log(`${good ? 'ok' : 'not ok'} ${count} - ${what}`);
    if (!good) {
        failed++;
        console.log(String(said).replace(/^/gm, '#   '));
    }
}

function lint(xml) {
    const run = spawnSync(process.env.CONCIERGE || './concierge',
        ['lint', '-', '--json'], { input: xml, encoding: 'utf8' });
    if (run.status !== 0 && run.status !== 65)
        throw new Error(`lint exits ${run.status}: ${run.stderr}`);
    return { status: run.status, found: run.stdout.split('\n')
        .filter(Boolean).map(line => JSON.parse(line)) };
}

/* No finding at all, but those named. */
function passes(what, xml, ...but) {
    const { status, found } = lint(xml);
    const rest = found.filter(f => !but.includes(f.message));
    point(status === 0 && rest.length === 0, what,
        xml + '\n' + JSON.stringify(rest, null, 1));
}

/* ---- as people write them ---- */

const url = 'wss://voice.example.com/media-stream';

let r = new VoiceResponse();
r.say({ voice: 'Polly.Vicki', language: 'de-DE' }, 'Grüß Gott & hallo');
const stream = r.connect({ action: '/after' }).stream({ url, name: 'call',
    track: 'inbound_track', statusCallback: 'https://voice.example.com/s',
    statusCallbackMethod: 'POST' });
stream.parameter({ name: 'call_id', value: 'a"b<c>' });
stream.parameter({ name: 'token', value: 'x'.repeat(100) });
r.hangup();
passes('a two-way stream', r.toString());

r = new VoiceResponse();
r.start().stream({ url, track: 'both_tracks' });
r.pause({ length: 60 });
r.stop().stream({ name: 'tap' });
passes('a one-way stream', r.toString());

r = new VoiceResponse();
const gather = r.gather({ input: ['dtmf', 'speech'], timeout: 3, numDigits: 1,
    action: '/keys', method: 'POST', language: 'en-GB', hints: 'yes, no' });
gather.say('Press one');
gather.pause({ length: 1 });
gather.play({ loop: 2 }, 'https://voice.example.com/a.mp3');
r.redirect({ method: 'GET' }, '/again');
passes('a menu', r.toString());

r = new VoiceResponse();
const dial = r.dial({ callerId: '+15551230000', timeout: 20,
    record: 'record-from-answer', recordingStatusCallbackEvent: ['completed'],
    action: '/done' });
dial.number({ sendDigits: 'ww1', statusCallback: 'https://a.example/s',
    statusCallbackEvent: ['initiated', 'answered'] }, '+15551230001');
dial.client('leo');
dial.sip('sip:leo@a.example');
dial.conference({ beep: 'onExit', startConferenceOnEnter: true }, 'room');
dial.queue('support');
passes('a dial', r.toString());

r = new VoiceResponse();
r.record({ maxLength: 30, playBeep: true, trim: 'trim-silence',
    transcribe: false });
r.enqueue({ waitUrl: '/music' }, 'support');
r.sms({ to: '+15551230000', from: '+15551230001' }, 'Hello');
passes('other verbs', r.toString());

r = new VoiceResponse();
const say = r.say('Now ');
say.break({ strength: 'x-weak', time: '100ms' });
say.emphasis({ level: 'moderate' }, 'listen');
say.lang({ 'xml:lang': 'fr-FR' }, 'bonjour');
say.p('a paragraph');
say.phoneme({ alphabet: 'ipa', ph: 'x' }, 'y');
say.prosody({ pitch: '-10%', rate: '85%', volume: '-6dB' }, 'low');
say.s('a sentence');
say.sayAs({ 'interpret-as': 'telephone' }, '5551230000');
say.sub({ alias: 'alias' }, 'a.');
say.w({ role: 'x' }, 'w');
passes('speech marks', r.toString());

r = new VoiceResponse();
r.reject({ reason: 'busy' });
passes('a refusal', r.toString());

/* ---- each attribute that the types tell ---- */

const types = fs.readFileSync(path.join(path.dirname(
    require.resolve('twilio/package.json')), 'lib/twiml',
    'VoiceResponse.d.ts'), 'utf8');
const words = {};
for (const m of types.matchAll(/type (\w+) = ([^;]+);/g))
    words[m[1]] = [...m[2].matchAll(/"([^"]*)"/g)].map(w => w[1]);
const attributes = {};
for (const m of types.matchAll(/interface (\w+)Attributes \{([^}]*)\}/g))
    attributes[m[1]] = [...m[2].matchAll(
        /\n\s+(?:"([^"]+)"|(\w+))\?: ([^;]+);/g)]
        .map(a => [a[1] || a[2], a[3]]);

/* Values of that type, all the words of a list. */
function values(name, type) {
    const list = words[type.replace('[]', '')];
    if (list)
        return type.endsWith('[]') ? [list.join(' ')] : list;
    if (type === 'boolean')
        return ['true', 'false'];
    if (type === 'number' || type === 'number[]')
        return [name === 'maxLength' || name === 'timeout' ? '20' : '2'];
    if (/method$/i.test(name))
        return ['GET', 'POST'];
    if (name === 'url')
        return [null];                  /* by the element */
    if (/(url|callback|action)$/i.test(name))
        return ['https://voice.example.com/x'];
    if (name === 'finishOnKey')
        return ['#'];
    if (/digits$/i.test(name))
        return ['1w2'];
    if (name === 'speechTimeout')
        return ['auto', '3'];
    return ['x'];
}

/* Where an element stands, @ its attributes; and what it cannot do without. */
const connect = '<Connect>@</Connect>', start = '<Start>@</Start><Pause/>';
const places = {
    Connect: '<Connect @><Stream url="/x"/></Connect>',
    Start: '<Start @><Stream url="/x"/></Start><Pause/>',
    Dial: '<Dial @>+15551230000</Dial>', Enqueue: '<Enqueue @/>',
    Gather: '<Gather @/>', Pause: '<Pause @/>',
    Play: '<Play @>/a.mp3</Play>', Queue: '<Dial><Queue @>q</Queue></Dial>',
    Record: '<Record @/>', Redirect: '<Redirect @>/x</Redirect>',
    Reject: '<Reject @/>', Say: '<Say @>x</Say>', Sms: '<Sms @>x</Sms>',
    Pay: '<Pay @/>', Prompt: '<Pay><Prompt @/></Pay>', Refer: '<Refer @/>',
    Siprec: start.replace('@', '<Siprec @/>'),
    Transcription: start.replace('@', '<Transcription @/>'),
    MediaFilter: start.replace('@', '<MediaFilter @/>'),
    Recording: start.replace('@', '<Recording @/>'),
    Task: '<Enqueue><Task @>{}</Task></Enqueue>',
    Client: '<Dial><Client @>leo</Client></Dial>',
    Conference: '<Dial><Conference @>x</Conference></Dial>',
    Number: '<Dial><Number @>+15551230000</Number></Dial>',
    Sip: '<Dial><Sip @>sip:a@b.example</Sip></Dial>',
    SipUri: '<Dial><Sip><Uri @>sip:a@b.example</Uri></Sip></Dial>',
    Application: '<Dial><Application @>AP1</Application></Dial>',
    WhatsApp: '<Dial><WhatsApp @>+15551230000</WhatsApp></Dial>',
    Room: connect.replace('@', '<Room @>x</Room>'),
    VirtualAgent: connect.replace('@', '<VirtualAgent @/>'),
    Conversation: connect.replace('@', '<Conversation @/>'),
    ConversationRelay: connect.replace('@', '<ConversationRelay @/>'),
    AiSession: connect.replace('@', '<AiSession @/>'),
    ConversationRelaySession: connect.replace('@',
        '<ConversationRelaySession @/>'),
    SsmlBreak: '<Say>x<break @/></Say>',
    SsmlEmphasis: '<Say><emphasis @>x</emphasis></Say>',
    SsmlLang: '<Say><lang @>x</lang></Say>',
    SsmlPhoneme: '<Say><phoneme @>x</phoneme></Say>',
    SsmlProsody: '<Say><prosody @>x</prosody></Say>',
    SsmlSayAs: '<Say><say-as @>x</say-as></Say>',
    SsmlSub: '<Say><sub @>x</sub></Say>', SsmlW: '<Say><w @>x</w></Say>',
};

/* Judged by hand above, or a part of another one. */
const elsewhere = ['Stream', 'Parameter', 'Config', 'Header', 'Language'];

for (const [element, list] of Object.entries(attributes)) {
    if (elsewhere.includes(element))
        continue;
    if (!places[element]) {
        point(false, `<${element}> has its place here`, 'it has not');
        continue;
    }
    const said = [];
    let made = 0;
    for (const [name, type] of list)
        for (let value of values(name, type)) {
            value ??= element === 'ConversationRelay' ? url : '/x';
            const { found } = lint('<Response>' + places[element].replace('@',
                `${name}="${value}"`) + '</Response>');
            made++;
            for (const f of found)
                said.push(`${name}="${value}": ${f.message}`);
            if (made > 60)
                break;                  /* languages and voices */
        }
    point(said.length === 0, `<${element}>: ${list.length} attributes, ` +
        `${made} values`, said.join('\n'));
}

/* ---- and the reverse ---- */

for (const [element, place] of Object.entries(places)) {
    const { found } = lint('<Response>' + place.replace('@', 'nobodys="x"')
        + '</Response>');
    if (element !== 'ConversationRelay')
        point(found.some(f => f.number === 12200 && f.what === 'nobodys'),
            `<${element}> takes no other attribute`, JSON.stringify(found));
}

console.log(`1..${count}`);
process.exit(failed ? 1 : 0);
