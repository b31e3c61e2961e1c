/* ws-node.js - /ws-echo against Node's ws: both of its senders and both of its
 * receivers, options a browser does not have, 200 connections at once.
 */
'use strict';

const crypto = require('crypto');
const {ok, is, note, finish, need, serve, within} = require('./lib');
const WebSocket = need('ws');

const MAX = 16 << 20;
const WITHIN = 20000;

/* An open socket; what it hears waits in order in heard. */
function open(url, options = {}, protocols = [])
{
    const ws = new WebSocket(url, protocols, Object.assign({
        perMessageDeflate: false, maxPayload: MAX}, options));
    const heard = [];
    const waiting = [];

    const give = (what) => {
        if (waiting.length)
            waiting.shift()(what);
        else
            heard.push(what);
    };
    ws.on('message', (data, binary) => give({data, binary}));
    ws.on('pong', (data) => give({pong: data}));
    ws.on('close', (code, reason) => give({code, reason: String(reason)}));
    ws.on('error', () => {});
    ws.next = () => within(WITHIN, heard.length
        ? Promise.resolve(heard.shift())
        : new Promise((resolve) => waiting.push(resolve)), 'a message');
    return within(WITHIN, new Promise((resolve, reject) => {
        ws.on('open', () => resolve(ws));
        ws.on('error', reject);
    }), 'an open socket');
}

async function echoed(ws, what, data, binary)
{
    ws.send(data, {binary});
    const got = await ws.next();

    ok(got.binary === binary && Buffer.compare(Buffer.from(got.data),
        Buffer.from(data)) === 0, what, `got ${JSON.stringify(got)
            .slice(0, 200)}`);
}

async function messages(url)
{
    const ws = await open(url);

    await echoed(ws, 'text', 'hello', false);
    await echoed(ws, 'text of four bytes a character', '𝄞'.repeat(1000),
        false);
    await echoed(ws, 'empty text', '', false);
    await echoed(ws, 'empty binary', Buffer.alloc(0), true);
    for (const n of [1, 125, 126, 65535, 65536, 1 << 20])
        await echoed(ws, `binary of ${n}`, crypto.randomBytes(n), true);
    const began = process.hrtime.bigint();

    await echoed(ws, 'binary of 16 MiB', crypto.randomBytes(MAX), true);
    note(`16 MiB there and back in ${
        Number((process.hrtime.bigint() - began) / 1000000n)} ms`);
    ws.ping('are you there?');
    is(String((await ws.next()).pong), 'are you there?', 'a ping');
    ws.close(1000, 'bye');
    const end = await ws.next();

    is(end.code, 1000, 'closed with 1000');
}

async function fragments(url)
{
    const ws = await open(url);

    ws.send('frag', {fin: false});
    ws.ping('between');
    ws.send('', {fin: false});
    ws.send('ment', {fin: true});
    is(String((await ws.next()).pong), 'between', 'a ping between fragments');
    is(String((await ws.next()).data), 'fragment', 'fragments are one message');
    ws.terminate();
}

async function closes(url)
{
    for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011,
        1012, 1013, 1014, 3000, 4999]) {
        const ws = await open(url);

        ws.close(code, 'x'.repeat(123));
        is((await ws.next()).code, code, `closed with ${code}`);
    }
    const ws = await open(url);

    ws.close();
    is((await ws.next()).code, 1005, 'closed without a code');
}

async function refusals(url, small)
{
    const over = await open(small);

    over.send(Buffer.alloc(65537));
    is((await over.next()).code, 1009, 'over --max-message: 1009');
    const bad = await open(url);

    bad.send(Buffer.from([0x61, 0xed, 0xa0, 0x80]), {binary: false});
    is((await bad.next()).code, 1007, 'invalid UTF-8: 1007');
    const raw = await open(url);

    raw._socket.write(Buffer.from([0xc1, 0x80, 0, 0, 0, 0]));
    is((await raw.next()).code, 1002, 'a reserved bit: 1002');
    const half = await open(url);

    half.send('last words');
    half._socket.end();
    is(String((await half.next()).data), 'last words',
        'half closed: the answer still comes');
    half.terminate();
}

async function offers(url)
{
    const ws = await open(url, {perMessageDeflate: true},
        ['audio.twilio.com', 'chat']).catch((e) => e);

    /* ws itself gives up when none of its protocols is taken: RFC 6455 4.1
     * lets a client do so.  What must not be is that one is made up. */
    ok(ws instanceof Error && /no subprotocol/.test(ws.message),
        'no subprotocol is taken', String(ws));
    const deflate = await open(url, {perMessageDeflate: true});

    is(deflate.extensions, '', 'permessage-deflate is not taken');
    await echoed(deflate, 'and what is sent is plain', 'x'.repeat(5000),
        false);
    deflate.terminate();
}

async function crowd(url, n)
{
    const all = await Promise.all(Array.from({length: n}, () => open(url)));
    const texts = all.map((_, i) => `${i}:${'y'.repeat(i * 40)}`);

    all.forEach((ws, i) => ws.send(texts[i]));
    const got = await Promise.all(all.map((ws) => ws.next()));

    is(got.filter((m, i) => String(m.data) === texts[i]).length, n,
        `${n} connections at once`);
    all.forEach((ws) => ws.close(1000));
    is((await Promise.all(all.map((ws) => ws.next())))
        .filter((m) => m.code === 1000).length, n, 'and their goodbyes');
}

async function greeting(server)
{
    const ws = new WebSocket(`ws://127.0.0.1:${server.port}/ws-test`);
    const first = await within(WITHIN, new Promise((resolve, reject) => {
        ws.on('message', (m) => resolve(String(m)));
        ws.on('error', reject);
    }), 'the greeting');

    is(first, 'hello from concierge', '/ws-test says hello');
    ws.terminate();
}

(async () => {
    const big = await serve(['--echo', '--max-message', String(MAX)]);
    const little = await serve(['--echo', '--max-message', '65536']);
    const url = `ws://127.0.0.1:${big.port}/ws-echo`;

    await messages(url);
    await fragments(url);
    await closes(url);
    await refusals(url, `ws://127.0.0.1:${little.port}/ws-echo`);
    await offers(url);
    await crowd(url, 200);
    await greeting(big);
    for (const s of [big, little])
        is((await s.stop()).code, 0, 'the server ends well');
    finish();
})();
