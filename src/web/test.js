/* test.js - the connection test: is Twilio, as far as a browser can be.
 *
 * A browser does not tell why a handshake failed, nor may it leave its own
 * headers away; the server's ring of attempts (GET /v1/attempts) says what
 * arrived.  A fault names the error that Twilio would log for it.
 */
import {$, ask, away, base, el, logins, plainly} from './owner.js';
import {FRAME, Microphone, Player, fromBase64, level, toBase64, voice}
    from './sound.js';

const SECONDS = 8;              /* of microphone */
const EVERY = 20;               /* ms */
const WITHIN = 10000;           /* ms for one answer */
const NGINX = 'On the proxy: HTTP/1.1 to this server, and the lines Upgrade '
    + 'and Connection passed on (nginx: proxy_http_version 1.1; '
    + 'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection '
    + '"upgrade").';
const MARK = {ok: '\u2713', warn: '!', bad: '\u2717', skip: '\u2013',
    run: '\u2026'};
const WORD = {ok: 'passed', warn: 'warning', bad: 'failed', skip: 'left out',
    run: 'running'};
const CLASS = {ok: 'good', warn: 'warn', bad: 'bad'};

let owner = false, running = false, stopped = false;
let worst = null;               /* the fault that is the verdict */
let report = [], tail = [];     /* lines; tail follows the steps */

/* A fault, and what Twilio would call it: number 0 when it would not. */
class Fault extends Error {
    constructor(number, message, remedy, soft)
    {
        super(message);
        Object.assign(this, {number, remedy, soft});
    }
}

const sid = (kind) => kind + Array.from(crypto.getRandomValues(
    new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('');
const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
const ms = (n) => `${n < 10 ? n.toFixed(1) : Math.round(n)} ms`;
const socketUrl = (path) => new URL(path, base).href.replace(/^http/, 'ws');

function part(list, p)
{
    const s = [...list].sort((a, b) => a - b);

    return s.length ? s[Math.min(s.length - 1, Math.floor(p * s.length))] : 0;
}

/* ---- steps ---- */

function show(row, state, took, said)
{
    row.replaceChildren(
        el('span', {className: CLASS[state] || 'soft', title: WORD[state]},
            MARK[state]),
        el('span', {className: 'what'}, row.name,
            el('span', {className: 'skip'}, `: ${WORD[state]}`)),
        el('span', {className: 'num'}, took === null ? '' : ms(took)),
        el('span', {className: 'said'}, said));
    if (state !== 'run')
        report.push(`${WORD[state].padEnd(9)}${row.name}`
            + `${took === null ? '' : `, ${ms(took)}`}: ${said}`);
}

/* Runs one step: fn gives what there is to say, or throws.  What it gave, or
 * undefined. */
async function step(name, fn)
{
    const row = $('steps').appendChild(el('li'));
    const began = performance.now();

    row.name = name;
    show(row, 'run', null, '');
    try {
        const got = await fn();

        show(row, 'ok', got.ms ?? performance.now() - began, got.said);
        return got;
    } catch (e) {
        const f = e instanceof Fault ? e : new Fault(0, plainly(e), '');

        show(row, f.soft ? 'warn' : 'bad', performance.now() - began,
            f.message + (f.number ? ` (Twilio ${f.number})` : ''));
        if (!worst || (worst.soft && !f.soft))
            worst = Object.assign(f, {step: name});
        return undefined;
    }
}

function leaveOut(name, why)
{
    const row = $('steps').appendChild(el('li'));

    row.name = name;
    show(row, 'skip', null, why);
}

/* ---- a socket that is read with await ---- */

function socket(path)
{
    const w = new WebSocket(socketUrl(path));
    const heard = [], waiting = [];
    const give = (x) => waiting.length ? waiting.shift()(x) : heard.push(x);

    w.binaryType = 'arraybuffer';
    w.onmessage = (e) => w.take ? w.take(e.data) : give({data: e.data});
    w.ended = new Promise((resolve) => {
        w.onclose = (e) => {
            give({end: e});
            resolve(e);
        };
    });
    w.next = () => Promise.race([heard.length ? heard.shift()
        : new Promise((r) => waiting.push(r)),
    sleep(WITHIN).then(() => ({late: true}))]);
    w.opened = new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
            reject(new Fault(31901, 'no answer to the upgrade in '
                + `${WITHIN / 1000} s`, NGINX));
            w.close();
        }, WITHIN);

        w.onopen = () => {
            clearTimeout(timer);
            resolve(w);
        };
        w.onerror = () => {
            clearTimeout(timer);
            reject(new Fault(31920, 'the upgrade was not answered with 101',
                NGINX));
        };
    });
    return w;
}

async function message(w, what)
{
    const m = await w.next();

    if (m.end)
        throw new Fault(m.end.code === 1006 ? 31903 : 31921, `${what}: closed `
            + `with ${m.end.code} ${m.end.reason}`, m.end.code === 1006
            ? 'Something on the way cuts connections: look at its timeouts.'
            : 'The server says why: see its log.');
    if (m.late)
        throw new Fault(0, `${what}: nothing came in ${WITHIN / 1000} s`,
            'Something on the way holds frames back: turn its buffering off.');
    return m.data;
}

/* ---- the way here ---- */

function pageTiming()
{
    const n = performance.getEntriesByType('navigation')[0];

    if (!n || !n.responseStart)
        throw new Fault(0, 'this browser keeps no times', '', true);
    const fresh = n.connectEnd > n.connectStart;
    const tls = n.secureConnectionStart;

    return {ms: n.responseEnd - n.startTime, said: (fresh
        ? `DNS ${ms(n.domainLookupEnd - n.domainLookupStart)}, TCP `
            + `${ms((tls || n.connectEnd) - n.connectStart)}`
            + `${tls ? `, TLS ${ms(n.connectEnd - tls)}` : ', no TLS'}, `
        : 'on a connection that stood already (no DNS, TCP or TLS to see), ')
        + `first byte after ${ms(n.responseStart - n.requestStart)}`
        + `${n.nextHopProtocol ? `, over ${n.nextHopProtocol}` : ''}; a `
        + 'browser does not tell these of WebSockets'};
}

const PRIVATE = new RegExp('^(localhost|.*\\.(local|localhost|internal|lan)'
    + '|127\\..*|10\\..*|192\\.168\\..*|169\\.254\\..*|172\\.(1[6-9]|2\\d'
    + '|3[01])\\..*|100\\.(6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])\\..*'
    + '|\\[(::1|f[cde][0-9a-f:]*)\\])$');

function reachable()
{
    if (PRIVATE.test(base.hostname))
        throw new Fault(31904, `${base.hostname} is an address of this `
            + 'network: Twilio cannot get here', 'Open this page under the '
            + 'public address (PUBLIC_DOMAIN) to test the way Twilio takes.',
        true);
    if (base.protocol !== 'https:')
        throw new Fault(31910, 'this page came without TLS: Twilio opens '
            + 'wss:// only', 'Put TLS in front, or set TLS_CERT and TLS_KEY.',
        true);
    if (base.port)
        throw new Fault(0, `port ${base.port}: Twilio promises 443 only`,
            'Serve the public address on port 443.', true);
    return {said: `wss://${base.host}: a public name, TLS, port 443`};
}

async function health()
{
    const json = await ask('GET', 'health');

    if (!json || json.status !== 'ok')
        throw new Fault(0, 'somebody else answers there', 'A tunnel\'s '
            + 'warning page, or another program on that port?');
    return {said: 'answers {"status":"ok"}'};
}

/* ---- /ws-test ---- */

async function greeting(w)
{
    const text = await message(w, 'instead of a greeting');

    if (text !== 'hello from concierge')
        throw new Fault(0, `"${String(text).slice(0, 60)}" is not our `
            + 'greeting', 'Another program answers under this address.');
    return {said: `"${text}"`};
}

async function echoes(w)
{
    const took = [], big = crypto.getRandomValues(new Uint8Array(20000));

    for (let i = 0; i < 20; i++) {
        const text = `${i} gr\u00fc\u00dfe `.repeat(1 + i * 5);
        const at = performance.now();

        w.send(text);
        if (await message(w, 'in the echo') !== text)
            throw new Fault(31951, 'a text came back changed', 'Something on '
                + 'the way rewrites WebSocket messages.');
        took.push(performance.now() - at);
    }
    w.send(big);
    const back = new Uint8Array(await message(w, 'in the echo'));

    if (back.length !== big.length || back.some((b, i) => b !== big[i]))
        throw new Fault(31950, 'bytes came back changed', 'Something on the '
            + 'way rewrites WebSocket messages.');
    return {ms: part(took, .5), said: `20 texts and ${big.length} bytes came `
        + `back whole; round trip ${ms(part(took, .5))} in the middle, `
        + `${ms(Math.max(...took))} at most`};
}

async function closing(w, code)
{
    const e = await Promise.race([w.ended, sleep(WITHIN)]);

    if (!e)
        throw new Fault(0, 'the close was not answered', 'Something on the '
            + 'way eats close frames.', true);
    if (e.code !== code)
        throw new Fault(e.code === 1006 ? 31903 : 31921, `closed with ${e.code}`
            + ` ${e.reason}, not ${code}`, '', true);
    return {said: `${e.code}, clean`};
}

async function wsTest(nonce)
{
    const w = socket(`ws-test?test=${nonce}`);

    if (!await step('Upgrade on /ws-test', async () => {
        await w.opened;
        return {said: `101${w.extensions ? `, ${w.extensions}` : ''} (with `
            + 'DNS, TCP and TLS where they were needed)'};
    }))
        return false;
    const well = await step('Greeting', () => greeting(w))
        && await step('Echo', () => echoes(w));

    w.close(1000);
    await step('Close', () => closing(w, 1000));
    return Boolean(well);
}

/* ---- levels ---- */

const meters = ['sent', 'heard'].map((id) => ({id, canvas: $(id), list: []}));

function meter(which, dB)
{
    meters[which].list.push(dB);
    if (meters[which].list.length > 200)
        meters[which].list.shift();
}

function draw()
{
    const style = getComputedStyle(document.documentElement);

    for (const {id, canvas, list} of meters) {
        const g = canvas.getContext('2d'), {width, height} = canvas;

        g.clearRect(0, 0, width, height);
        g.fillStyle = style.getPropertyValue(`--${id}`);
        list.forEach((dB, i) => {
            const h = Math.max(2, (dB + 60) / 60 * height);

            g.fillRect(width - (list.length - i) * 2, (height - h) / 2, 1.5,
                h);
        });
        if (list.length)
            $(`${id}-level`).textContent = `${Math.round(list.at(-1))} dB`;
    }
    if (running)
        requestAnimationFrame(draw);
}

/* ---- the media stream ---- */

const KEYS = {media: {event: 0, streamSid: 0, media: {payload: 0}},
    mark: {event: 0, streamSid: 0, mark: {name: 0}},
    clear: {event: 0, streamSid: 0}};

function sameKeys(object, keys)
{
    const has = Object.keys(object || {});

    return has.length === Object.keys(keys).length && has.every((k) =>
        k in keys && (keys[k] === 0 ? typeof object[k] === 'string'
            : sameKeys(object[k], keys[k])));
}

/* Twilio's side of one stream (twilio 1.3, 1.4). */
class Stream {
    constructor(w, ticket, player)
    {
        Object.assign(this, {w, ticket, player, sequence: 1, frames: 0,
            back: 0, marks: 0, wrong: 0, marksDue: [], sentAt: new Map(),
            payload: [], took: [], breach: null});
        this.streamSid = sid('MZ');
        this.callSid = sid('CA');
        this.accountSid = sid('AC');
        w.take = (data) => this.take(data);
    }

    say(event, more)
    {
        const sequenceNumber = String(this.sequence++);

        this.w.send(JSON.stringify({event, sequenceNumber, ...more,
            streamSid: this.streamSid}));
        return sequenceNumber;
    }

    start()
    {
        this.w.send('{"event":"connected","protocol":"Call",'
            + '"version":"1.0.0"}');
        this.say('start', {start: {accountSid: this.accountSid,
            streamSid: this.streamSid, callSid: this.callSid,
            tracks: ['inbound'], mediaFormat: {encoding: 'audio/x-mulaw',
                sampleRate: 8000, channels: 1},
            customParameters: {call_id: this.ticket.call_id,
                token: this.ticket.token}}});
        this.began = performance.now();
    }

    send(frame)
    {
        const payload = toBase64(frame);

        this.payload.push(payload);
        this.sentAt.set(this.say('media', {media: {track: 'inbound',
            chunk: String(++this.frames), timestamp: String(Math.round(
                performance.now() - this.began)), payload}}),
        performance.now());
        meter(0, level(frame));
    }

    take(data)
    {
        let m;

        try {
            m = typeof data === 'string' ? JSON.parse(data) : null;
        } catch (e) {
            m = undefined;
        }
        if (!m || !KEYS[m.event] || !sameKeys(m, KEYS[m.event])
            || m.streamSid !== this.streamSid) {
            this.breach = this.breach || new Fault(m === null ? 31950 : 31951,
                m === null ? 'a binary message from the server'
                    : 'a message that is none of Twilio\'s: '
                    + String(data).slice(0, 80), '');
            return;
        }
        if (m.event === 'media')
            this.heard(m.media.payload);
        else if (m.event === 'mark')
            this.mark(m.mark.name);
        else
            this.marksDue.forEach((k) => { k.at = 0; });
    }

    heard(payload)
    {
        const bytes = fromBase64(payload);

        this.wrong += payload !== this.payload[this.back++];
        this.player.push(bytes);
        meter(1, level(bytes));
    }

    /* The echo names its marks after the frame before them: "echo.17". */
    mark(name)
    {
        const at = this.sentAt.get(name.replace('echo.', ''));

        if (at)
            this.took.push(performance.now() - at);
        this.marksDue.push({name, at: this.player.end});
    }

    /* Twilio sends a mark back when what is before it has been played. */
    played()
    {
        while (this.marksDue.length
            && this.marksDue[0].at <= this.player.now()) {
            this.say('mark', {mark: {name: this.marksDue.shift().name}});
            this.marks++;
        }
    }

    facts()
    {
        return [['Frames sent', this.frames], ['Came back', this.back],
            ['Changed on the way', this.wrong],
            ['Marks played and sent back', this.marks],
            ['Round trip, half', ms(part(this.took, .5))],
            ['Round trip, 95 %', ms(part(this.took, .95))],
            ['Gaps in playing', this.player.gaps]];
    }
}

function showFacts(list)
{
    $('facts').replaceChildren(...list.map(([k, v]) => el('div', {},
        el('dt', {}, k), el('dd', {className: 'num'}, String(v)))));
}

/* Frames as time goes by, until they are out, stopped, or the socket is. */
async function pour(s, next, total)
{
    while (s.frames < total && !stopped && s.w.readyState === 1) {
        const due = Math.min(total, (performance.now() - s.began) / EVERY);
        let frame;

        while (s.frames < due && (frame = next()))
            s.send(frame);
        s.played();
        showFacts(s.facts());
        await sleep(EVERY);
    }
    for (let i = 0; i < 100 && s.w.readyState === 1
        && (s.back < s.frames || s.marksDue.length); i++) {
        s.played();
        await sleep(EVERY);
    }
    showFacts(s.facts());
}

/* What is sent: {next, total, said, close}. */
async function source()
{
    if (document.querySelector('[name=sound]:checked').value === 'mic') {
        const mic = new Microphone();

        try {
            await mic.open(new URL('mic.js', import.meta.url));
            return {next: () => mic.take(), total: SECONDS * 50,
                said: 'the microphone', close: () => mic.close()};
        } catch (e) {
            mic.close();
            leaveOut('Microphone', `${e.message}: the built-in voice is sent`);
        }
    }
    const sample = voice(), total = 3 * Math.floor(sample.length / FRAME);
    let at = 0;

    return {total, said: 'the built-in voice, three times', close: () => {},
        next: () => {
            const i = at++ % (total / 3) * FRAME;

            return sample.subarray(i, i + FRAME);
        }};
}

function judge(s, end, said)
{
    if (s.breach)
        throw s.breach;
    if (end)
        throw new Fault(end.code === 1006 ? 31903 : 31921, 'the stream ended '
            + `after ${s.frames} frames: ${end.code} ${end.reason}`,
        end.code === 1006 ? 'Something on the way cuts connections, or the '
            + 'server went.' : 'The server says why in the reason.');
    if (s.frames === 0)
        throw new Fault(0, 'no sound was sent', 'Is the microphone muted?',
            true);
    if (s.back < s.frames)
        throw new Fault(0, `${s.frames - s.back} of ${s.frames} frames did `
            + 'not come back in 2 s', 'Something on the way loses or holds '
            + 'back messages: turn its buffering off.');
    if (s.wrong)
        throw new Fault(31951, `${s.wrong} frames came back changed`,
            'Something on the way rewrites WebSocket messages.');
    const slow = part(s.took, .95);

    if (slow > 400)
        throw new Fault(0, `95 % within ${ms(slow)}: people will talk over `
            + 'each other', 'Move the server closer, or take another tunnel.',
        true);
    return {ms: part(s.took, .5), said: `${s.frames} frames of ${said}, all `
        + `back as they were; round trip ${ms(part(s.took, .5))}, 95 % within `
        + `${ms(slow)}; ${s.marks} marks; ${s.player.gaps} gaps; `
        + `${s.player.context ? 'played' : 'this browser plays nothing'}`};
}

async function stream(ticket, player, from)
{
    const w = socket('media-stream');
    const s = new Stream(w, ticket, player);
    let end = null;

    if (!await step('Upgrade on /media-stream', async () => {
        await w.opened;
        return {said: '101'};
    }))
        return;
    w.ended.then((e) => { end = e; });
    await step('Start', async () => {
        s.start();
        return {said: `connected and start with its parameters, as ${
            s.streamSid.slice(0, 6)}\u2026`};
    });
    $('stop').hidden = false;
    await pour(s, from.next, from.total);
    $('stop').hidden = true;
    await step('Sound both ways', async () => judge(s, end, from.said));
    if (end)
        return;
    await step('Stop', async () => {
        s.say('stop', {stop: {accountSid: s.accountSid, callSid: s.callSid}});
        return closing(w, 1000);
    });
    tail.push('', ...s.facts().map(([k, v]) => `${k}: ${v}`));
}

/* ---- what the server saw ---- */

/* Twilio's request (twilio 1.6), beside what each line of ours is for. */
const TWILIO = {'host': base.host, 'user-agent': 'Twilio.TmeWs/1.0',
    'connection': 'Upgrade', 'upgrade': 'websocket',
    'sec-websocket-version': '13', 'sec-websocket-key': '24 characters',
    'x-twilio-signature': '28 characters'};
const MUST = ['connection', 'upgrade', 'sec-websocket-version'];

function compare(name, here, there)
{
    if (!here)
        return name === 'x-twilio-signature' ? ['', 'only Twilio can sign']
            : ['!', 'was taken away on the way'];
    if (!there)
        return /^(x-forwarded|x-real|via|forwarded|cf-|cdn-|true-client|ngrok)/
            .test(name) ? ['', 'added on the way'] : ['', 'the browser\'s own'];
    if (here.toLowerCase() === there.toLowerCase())
        return ['', 'the same'];
    if (MUST.includes(name) && !(name === 'connection'
        && /\bupgrade\b/i.test(here)))
        return ['!', 'must be as Twilio\'s'];
    if (name === 'host')
        return ['!', 'the host was rewritten on the way: signatures are made '
            + 'over the public one'];
    return ['', name.endsWith('key') ? 'new each time' : 'differs'];
}

function showHead(head)
{
    const [first, ...rest] = head.split(/\r?\n/).filter(Boolean);
    const here = new Map(rest.map((l) => [l.slice(0, l.indexOf(':'))
        .toLowerCase(), l.slice(l.indexOf(':') + 1).trim()]));
    const names = new Set([...Object.keys(TWILIO), ...here.keys()]);
    const rows = [['request', first, 'GET /media-stream HTTP/1.1',
        first === 'GET /media-stream HTTP/1.1' ? ['', 'the same']
            : ['!', 'was rewritten on the way']]];

    for (const n of names)
        rows.push([n, here.get(n) || '', TWILIO[n] || '',
            compare(n, here.get(n), TWILIO[n])]);
    $('lines').replaceChildren(...rows.map(([name, a, b, [bad, so]]) =>
        el('tr', {className: bad ? 'bad' : ''},
            el('th', {scope: 'row'}, el('code', {}, name)),
            cell('here', a), cell('Twilio', b),
            el('td', {className: 'note'}, bad ? el('b', {}, '! ') : '',
                so))));
    $('heads').hidden = false;
    tail.push('', 'As the server saw it | Twilio', ...rows.map(
        ([name, a, b, [bad, so]]) => `${bad || ' '} ${name}: ${a || '-'} | `
            + `${b || '-'} (${so})`));
    return rows.find((r) => r[3][0]);
}

function cell(of, text)
{
    const td = el('td', {className: text ? '' : 'none'},
        el('code', {}, text || '\u2013'));

    td.dataset.of = of;
    return td;
}

async function seen(nonce, ticket)
{
    const {attempts} = await ask('GET', 'v1/attempts');
    const mine = attempts.filter((a) => a.kind === 'upgrade');
    const media = mine.findLast((a) => a.call === ticket.call_id);
    const test = mine.findLast((a) => a.head.includes(nonce));

    if (!media)
        throw new Fault(0, 'the upgrade is not among the server\'s attempts',
            'It did not reach this server, or many others came since.', true);
    const bad = showHead(media.head);

    if (bad)
        throw new Fault(bad[0] === 'host' ? 11200 : 0, `${bad[0]}: `
            + bad[3][1], 'Let the proxy pass the Host header on, or set '
            + 'PUBLIC_DOMAIN to the address Twilio is given.', true);
    return {said: `${test ? `/ws-test ${test.status} from ${test.peer}, `
        : ''}/media-stream ${media.status}: ${media.why || 'taken'}`};
}

/* ---- one run ---- */

function verdict()
{
    const box = $('verdict'), f = worst;

    box.hidden = false;
    box.className = `card verdict ${!f ? 'good' : f.soft ? 'warn' : 'bad'}`;
    $('verdict-title').textContent = !f ? 'All well: a call would connect'
        : `${f.soft ? 'It works from here, but' : 'A call would fail'}${
            f.number ? `${f.soft ? ' for Twilio' : ''}: error ${f.number}`
                : f.soft ? ' look at this' : ''}`;
    $('verdict-text').textContent = f ? `${f.step}: ${f.message}` : owner
        ? 'Upgrade, messages and sound survive the way here and back.'
        : 'Upgrade and messages survive the way here. Log in to send sound.';
    if (!f && !owner)
        $('verdict-title').textContent = 'The way here is open';
    $('verdict-remedy').textContent = f ? f.remedy : '';
    report.unshift(`concierge connection test of ${base.href}`,
        new Date().toISOString(), navigator.userAgent, '',
        $('verdict-title').textContent, $('verdict-text').textContent,
        $('verdict-remedy').textContent, '');
    $('report').textContent = [...report, ...tail].join('\n');
    $('report').className = '';
    $('copy').disabled = false;
}

async function sound(nonce, player)
{
    let ticket;

    await step('A ticket', async () => {
        ticket = await ask('POST', 'v1/tickets');
        return {said: 'one stream to an echo, for a minute'};
    });
    if (!ticket)
        return;
    const from = await source();

    try {
        await stream(ticket, player, from);
    } finally {
        from.close();
    }
    await step('What the server saw', () => seen(nonce, ticket));
}

async function run()
{
    const nonce = sid('').slice(0, 12), player = new Player();

    running = true;
    stopped = false;
    worst = null;
    report = [];
    tail = [];
    $('run').disabled = true;
    $('verdict').hidden = $('heads').hidden = $('no-steps').hidden = true;
    $('steps').replaceChildren();
    $('facts').replaceChildren();
    $('copied').textContent = '';
    meters.forEach((m) => { m.list = []; });
    requestAnimationFrame(draw);
    await player.open();
    if (!away)
        await step('This page', async () => pageTiming());
    await step('The address', async () => reachable());
    await step('GET /health', health);
    if (await wsTest(nonce) && owner)
        await sound(nonce, player);
    else
        leaveOut('The media stream', owner ? 'the way here is not open'
            : 'log in to test it');
    player.close();
    running = false;
    draw();
    verdict();
    $('run').disabled = false;
}

async function copy()
{
    const text = $('report').textContent;
    let done = true;

    try {
        await navigator.clipboard.writeText(text);
    } catch (e) {           /* not over https, or not allowed */
        getSelection().selectAllChildren($('report'));
        done = document.execCommand('copy');
    }
    $('copied').textContent = done ? 'copied' : 'marked: copy it by hand';
}

$('run').addEventListener('click', () => run());
$('stop').addEventListener('click', () => { stopped = true; });
$('copy').addEventListener('click', () => copy());
const door = logins((is) => { owner = is; });

if (away)
    door.out();
else
    ask('GET', 'v1/calls?limit=1').then(door.in, door.out);
