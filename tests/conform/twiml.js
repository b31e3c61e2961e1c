/* twiml.js - TwiML and signatures against Twilio's own package for Node.
 *
 * Our documents, built again with its VoiceResponse, must say the same; what
 * that builds, our lint must judge alike.  Its validator must take what the
 * stand-in signs, and the server what the package signs, wherever Twilio may
 * put a port, a quote or a key twice; and refuse all else.
 */
'use strict';

const http = require('http');
const {ok, is, note, finish, need, run, serve, within, ACCOUNT, TOKEN, OWNER}
    = require('./lib');
const {record, head} = require('./tape');
const twilio = need('twilio');
const {DOMParser} = need('@xmldom/xmldom');
const {VoiceResponse} = twilio.twiml;

const HOST = 'voice.example.com';
const CALL = 'CA' + 'ab'.repeat(16);

/* ---- documents ---- */

function tree(text)
{
    const strict = new DOMParser({errorHandler: (level, message) => {
        throw new Error(message);
    }});

    return node(strict.parseFromString(text, 'text/xml').documentElement);
}

/* An element as plain data: what two documents that say the same share. */
function node(e)
{
    const children = Array.from(e.childNodes);
    const attributes = Array.from(e.attributes).map((a) => [a.name, a.value]);

    return {name: e.tagName, attributes: attributes.sort(),
        text: children.filter((c) => c.nodeType !== 1)
            .map((c) => c.nodeValue).join('').trim(),
        children: children.filter((c) => c.nodeType === 1).map(node)};
}

/* The same with the package's builder: <Connect> is connect({...}). */
function rebuild(from, builder)
{
    for (const child of from.children) {
        const method = child.name[0].toLowerCase() + child.name.slice(1);
        const attributes = Object.fromEntries(child.attributes);
        const inner = child.text ? builder[method](attributes, child.text)
            : builder[method](attributes);

        rebuild(child, inner);
    }
}

function rebuilt(text)
{
    const response = new VoiceResponse();

    rebuild(tree(text), response);
    return response.toString();
}

let lintFaults = 0;

/* The numbers that lint gives a document. */
function lint(document)
{
    const r = run(['lint', '-', '--json'], {input: document});

    if (r.status !== 0 && r.status !== 65)
        lintFaults++;
    return r.out.split('\n').filter(Boolean).map((l) => JSON.parse(l).number);
}

function judgeDocuments(documents)
{
    const seen = new Set(documents);
    let same = 0;
    let clean = 0;
    let why;

    for (const document of seen)
        try {
            const again = rebuilt(document);

            if (JSON.stringify(tree(again)) === JSON.stringify(tree(document)))
                same++;
            else
                why = [document, again];
            if (!lint(again).length && !lint(document).length)
                clean++;
            else
                why = [document, String(lint(document))];
        } catch (e) {
            why = [document, e.message];
        }
    ok(seen.size >= 4, 'there are documents to judge', String(seen.size));
    is(same, seen.size, `${seen.size} documents, built again, say the same`);
    is(clean, seen.size, `lint finds nothing in the package's ${seen.size}`);
    if (why)
        ok(false, 'a document that differs', why);
}

/* Documents that the package builds and Twilio refuses. */
function judgeLint()
{
    const good = new VoiceResponse();
    const stream = good.connect().stream({url: `wss://${HOST}/s?`
        .replace('?', ''), name: 'a & b < "c"'});

    stream.parameter({name: 'order', value: '<42> & \'more\''});
    good.say({voice: 'alice', language: 'de-DE', loop: 2}, 'Grüße & <Küsse>');
    good.pause({length: 3});
    good.play({digits: 'ww12#'});
    good.redirect({method: 'POST'}, `https://${HOST}/next?a=1&b=2`);
    is(String(lint(good.toString())), '', 'a document with everything in it');
    const cases = [
        [31941, (r) => r.connect().stream({url: `wss://${HOST}/`,
            track: 'inbound_track outbound_track'})],
        [31941, (r) => r.connect().stream({url: `wss://${HOST}/`,
            track: 'both_tracks'})],
        [31922, (r) => r.connect().stream({url: `https://${HOST}/`})],
        [12200, (r) => r.say({voise: 'alice'}, 'x')],
        [12200, (r) => r.addChild('Connnect', {})],
        [13910, (r) => r.pause({length: 'long'})],
        [13710, (r) => r.redirect({method: 'PUT'}, '/x')],
    ];

    for (const [number, build] of cases) {
        const r = new VoiceResponse();

        build(r);
        ok(lint(r.toString()).includes(number),
            `lint finds ${number} in ${r.toString().slice(48, 110)}`,
            String(lint(r.toString())));
    }
    is(lintFaults, 0, 'lint ends as it should, always');
}

/* ---- what the stand-in signs ---- */

function judgeStandIn(tape)
{
    let hooks = 0;
    let upgrades = 0;
    let wrong;

    for (const m of tape.filter((x) => !x.ours)) {
        const {first, fields} = m.wire === 'hook' || m.wire === 'stream'
            ? head(m.head) : {};
        const signature = fields && fields['x-twilio-signature'];

        if (!signature)
            continue;
        const [method, target] = first.split(' ');
        const hook = m.wire === 'hook';
        const url = `${hook ? 'https' : 'wss'}://${fields.host}${target}`;
        const form = hook && method === 'POST' ? Object.fromEntries(
            new URLSearchParams(m.body)) : {};

        if (twilio.validateRequest(TOKEN, signature, url, form))
            hooks += hook, upgrades += !hook;
        else
            wrong = [m.scenario, url, signature];
    }
    ok(hooks > 20 && upgrades >= 4 && !wrong, `the package takes ${hooks} `
        + `webhooks and ${upgrades} upgrades of the stand-in`, wrong);
}

/* ---- what the package signs ---- */

let server;

/* One request as Twilio's; the answer's status and body. */
function ask(to, {method, url, type, body, signature, headers = {}})
{
    const {pathname, search, host} = new URL(url);
    const raw = url.slice(url.indexOf('/', 8)).split('#')[0];

    return within(10000, new Promise((resolve, reject) => {
        const all = {Host: host, ...headers};

        if (signature !== undefined)
            all['X-Twilio-Signature'] = signature;
        if (body !== undefined) {
            all['Content-Type'] = type;
            all['Content-Length'] = Buffer.byteLength(body);
        }
        const q = http.request({host: '127.0.0.1', port: to.port, method,
            path: raw || pathname + search, headers: all, agent: false},
        (a) => {
            let text = '';

            a.setEncoding('utf8');
            a.on('data', (d) => { text += d; });
            a.on('end', () => resolve({status: a.statusCode, text,
                type: a.headers['content-type']}));
        });

        q.on('error', reject);
        q.end(body);
    }), `${method} ${url}`);
}

/* Node writes a form as URLSearchParams does: blanks as +. */
function form(params)
{
    const f = new URLSearchParams();

    for (const [name, value] of Object.entries(params))
        for (const v of [value].flat())
            f.append(name, v);
    return f.toString();
}

function post(to, url, params, edit = (x) => x, signed = url)
{
    return ask(to, edit({method: 'POST', url, type:
        'application/x-www-form-urlencoded; charset=UTF-8',
    body: form(params), signature: twilio.getExpectedTwilioSignature(TOKEN,
        signed, params)}));
}

function get(to, url, signature)
{
    return ask(to, {method: 'GET', url, signature: signature
        || twilio.getExpectedTwilioSignature(TOKEN, url, {})});
}

const standard = {AccountSid: ACCOUNT, CallSid: CALL, From: '+15551230000',
    To: '+15550001111', CallStatus: 'ringing', Direction: 'inbound',
    ApiVersion: '2010-04-01', FromCity: '', FromZip: ''};

const odd = {
    'plain': {},
    'empty values': {Digits: '', Empty: ''},
    'a key twice': {Digits: ['5678', '1234', '1234']},
    'keys that differ in case': {callsid: 'a', CALLSID: 'b'},
    'blanks, pluses, percents': {SpeechResult: 'a + b = 100% & more; ok?'},
    'line ends and tabs': {SpeechResult: 'one\r\ntwo\tthree'},
    'quotes': {SpeechResult: 'It\'s "quoted"'},
    'accents': {CallerName: 'José Núñez', FromCity: 'Zürich'},
    'beyond 16 bits': {SpeechResult: '𝄞 🍝'},
    'brackets': {'MessagingBinding.Address[]': 'x', 'a[b]': 'c'},
    'one that begins with another': {ReasonConferenceEnded: 'test',
        Reason: 'Participant'},
};

async function judgeForms()
{
    const url = `https://${HOST}/twilio-status?call_id=0123456789abcdef`;

    for (const [what, more] of Object.entries(odd)) {
        const params = {...standard, ...more};

        is((await post(server, url, params)).status, 204, `POST, ${what}: 204`);
        is((await post(server, url, params, (r) => ({...r,
            body: `${r.body}&Extra=1`}))).status, 403,
        `POST, ${what}, and a parameter more: 403`);
        const asked = `https://${HOST}/stream-status?`
            + form({...params, own: 'first'});

        is((await get(server, asked)).status, 204, `GET, ${what}: 204`);
        is((await get(server, `${asked}&x=`, twilio.getExpectedTwilioSignature(
            TOKEN, asked, {}))).status, 403, `GET, ${what}, edited: 403`);
    }
}

/* A thousand bytes of anything in names and values, by a fixed seed. */
async function judgeAnything()
{
    const alphabet = 'abcXYZ019 +%&=;,/?#[]@!$\'()*-._~"<>\\^`{|}äß€𝄞\n';
    const letters = Array.from(alphabet);
    let seed = 20261122;
    const next = (n) => {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        return Math.floor(seed / 65536) % n;
    };
    const word = (n) => Array.from({length: next(n)}, () =>
        letters[next(letters.length)]).join('');
    let good = 0;
    let refused = 0;
    let why;
    const rounds = 300;

    for (let i = 0; i < rounds; i++) {
        const params = {};

        for (let k = next(12) + 1; k > 0; k--)
            params[`k${word(6)}`] = next(5) ? word(30)
                : [word(8), word(8), word(8)];
        const url = `https://${HOST}/amd-status?q=${
            encodeURIComponent(word(20))}`;
        const right = await post(server, url, params);
        const wrong = await post(server, url, params, (r) => ({...r,
            signature: r.signature.replace(/^./, (c) => c === 'A' ? 'B'
                : 'A')}));

        good += right.status === 204;
        refused += wrong.status === 403;
        if (right.status !== 204)
            why = JSON.stringify(params);
    }
    is(good, rounds, `${rounds} forms of any characters are taken`);
    is(refused, rounds, `and ${rounds} with a wrong signature refused`);
    if (why)
        ok(false, 'one that was not taken', why);
}

async function judgeUrls(ported)
{
    const sign = (url, params) => twilio.getExpectedTwilioSignature(TOKEN, url,
        params);
    const path = '/twilio-status?call_id=0123456789abcdef01234567';
    const plain = `https://${HOST}${path}`;

    is((await post(server, plain, standard, (x) => x,
        `https://${HOST}:443${path}`)).status, 204, 'signed with :443');
    is((await post(server, plain, standard, (x) => x,
        `http://${HOST}${path}`)).status, 403, 'signed as http: 403');
    is((await post(server, plain, standard, (x) => x,
        `https://other.example${path}`)).status, 403,
    'signed for another host: 403');
    is((await post(ported, `https://${HOST}:8443${path}`, standard)).status,
        204, 'a public port, signed with it');
    is((await post(ported, `https://${HOST}:8443${path}`, standard, (x) => x,
        plain)).status, 204, 'a public port, signed without');
    is((await post(ported, `https://${HOST}:8443${path}`, standard, (x) => x,
        `https://${HOST}:9443${path}`)).status, 403,
    'a public port, signed with another: 403');
    const quote = `${plain}&Body=It's+here`;

    is((await post(server, quote, standard)).status, 204,
        'a quote in the query, signed as it is');
    is((await post(server, quote.replace('\'', '%27'), standard, (x) => x,
        quote)).status, 204, 'a quote in the query that a proxy has coded');
    is((await post(server, `${plain}#rc=2`, standard, (x) => x, plain))
        .status, 204, 'connection overrides are not signed');
    is((await ask(server, {method: 'POST', url: plain, type:
        'application/x-www-form-urlencoded', body: form(standard)})).status,
    403, 'no signature: 403');
    is((await ask(server, {method: 'POST', url: plain, signature:
        `${sign(plain, standard)} `.repeat(2), type:
        'application/x-www-form-urlencoded', body: form(standard)})).status,
    403, 'two signatures in one: 403');
}

async function judgeBodies()
{
    const body = '{"property": "value", "boolean": true, "ü": "𝄞"}';
    const hash = twilio.getExpectedBodyHash(body);
    const url = `https://${HOST}/twilio-status?call_id=0123456789abcdef01234567`
        + `&bodySHA256=${hash}`;
    const signature = twilio.getExpectedTwilioSignature(TOKEN, url, {});
    const request = {method: 'POST', url, type: 'application/json', body,
        signature};

    ok(twilio.validateRequestWithBody(TOKEN, signature, url, body),
        'the package takes its own JSON');
    ok((await ask(server, request)).status < 300, 'so do we');
    is((await ask(server, {...request, body: `${body} `})).status, 403,
        'another body: 403');
    is((await ask(server, {...request, url: url.replace(hash,
        hash.replace(/^./, '0'))})).status, 403, 'another hash: 403');
    const bare = url.replace(/&bodySHA256=.*/, '');

    is((await ask(server, {...request, url: bare, signature: twilio
        .getExpectedTwilioSignature(TOKEN, bare, {})})).status, 403,
    'JSON without bodySHA256: 403');
}

/* ---- the upgrade: always 101, its verdict recorded ---- */

function upgrade(url, signature)
{
    return within(10000, new Promise((resolve, reject) => {
        const q = http.request({host: '127.0.0.1', port: server.port, path:
            new URL(url).pathname, agent: false, headers: {Host: HOST,
            'Connection': 'Upgrade', 'Upgrade': 'websocket',
            'User-Agent': 'Twilio.TmeWs/1.0', 'Sec-WebSocket-Version': '13',
            'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
            ...(signature ? {'X-Twilio-Signature': signature} : {})}});

        q.on('upgrade', (a, socket) => {
            socket.destroy();
            resolve(a.statusCode);
        });
        q.on('response', (a) => resolve(a.statusCode));
        q.on('error', reject);
        q.end();
    }), 'an upgrade');
}

async function lastVerdict()
{
    const a = await within(10000, fetch(
        `http://127.0.0.1:${server.port}/v1/attempts`,
        {headers: {Authorization: `Bearer ${OWNER}`}}), 'attempts');
    const {attempts} = await a.json();

    return attempts.filter((x) => x.kind === 'upgrade').pop().why;
}

async function judgeUpgrades()
{
    const url = `wss://${HOST}/media-stream`;
    const sign = (u) => twilio.getExpectedTwilioSignature(TOKEN, u, {});
    const cases = [
        [url, sign(url), true, 'the wss URL'],
        [url, sign(`${url}/`), true, 'the same with a final slash'],
        [url, sign(`wss://${HOST}:443/media-stream`), true, 'with :443'],
        [url, sign(`https://${HOST}/media-stream`), false, 'https instead'],
        [url, sign(`wss://${HOST}/other`), false, 'another path'],
        [url, undefined, false, 'nothing'],
    ];

    for (const [u, signature, good, what] of cases) {
        is(await upgrade(u, signature), 101, `upgrade, signed ${what}: 101`);
        const verdict = await lastVerdict();

        is(/signature ok/.test(verdict), good,
            `upgrade, signed ${what}: ${good ? 'good' : 'bad'} in the record`);
    }
}

/* ---- our documents for calls that come in, by settings ---- */

async function documents(tape)
{
    const all = tape.filter((m) => m.wire === 'hook' && m.ours
        && /\r\ncontent-type: text\/xml/i.test(m.head)).map((m) => m.body);
    const says = await serve([], {PUBLIC_DOMAIN: HOST, DISCLOSURE_BY: 'say',
        DISCLOSURE: 'Guten Tag, hier ist "Leo" & <Co>, ein Automat.',
        LANGUAGE: 'de'});
    const incoming = `https://${HOST}/incoming-call`;

    for (const to of [server, says]) {
        const a = await post(to, incoming, standard);

        is(a.status, 200, 'a call that comes in is answered');
        ok(/^text\/xml/.test(a.type), 'with XML', a.type);
        all.push(a.text);
    }
    const unknown = await get(server, `https://${HOST}/twiml?call_id=0`);

    is(unknown.status, 200, 'an unknown call is answered');
    all.push(unknown.text);
    const ticket = await within(10000, fetch(
        `http://127.0.0.1:${server.port}/v1/tickets`, {method: 'POST',
            headers: {Authorization: `Bearer ${OWNER}`}}), 'a ticket');
    const told = await ticket.json();

    ok(told.twiml_url, 'a ticket names its document', JSON.stringify(told));
    const url = new URL(told.twiml_url);
    const echo = await post(server, `https://${HOST}${url.pathname}${
        url.search}`, standard);

    ok(echo.text.includes(told.token), 'which holds its token', echo.text);
    all.push(echo.text);
    await says.stop();
    return all;
}

(async () => {
    const tape = record();

    server = await serve([], {PUBLIC_DOMAIN: HOST});
    const ported = await serve([], {PUBLIC_DOMAIN: `${HOST}:8443`});

    judgeStandIn(tape);
    judgeDocuments(await documents(tape));
    judgeLint();
    await judgeForms();
    await judgeAnything();
    await judgeUrls(ported);
    await judgeBodies();
    await judgeUpgrades();
    for (const s of [server, ported])
        is((await s.stop()).code, 0, 'the server ends well');
    note(`twilio ${require('twilio/package.json').version}`);
    finish();
})();
