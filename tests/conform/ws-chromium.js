/* ws-chromium.js - /ws-echo and /ws-test against a browser, from a page that a
 * server of another origin gave it.
 */
'use strict';

const http = require('http');
const {ok, is, note, finish, need, serve, within, chromium}
    = require('./lib');
const puppeteer = need('puppeteer-core');

const MAX = 16 << 20;

/* Runs in the page: everything in one go, as a page would do it. */
/* global WebSocket, TextEncoder, crypto */
async function inPage(url, small, greeting, max, crowd)
{
    const said = [];
    const point = (good, what, detail) =>
        said.push([Boolean(good), what, String(detail)]);
    const open = (to, protocols) => new Promise((resolve, reject) => {
        const ws = protocols ? new WebSocket(to, protocols)
            : new WebSocket(to);

        ws.binaryType = 'arraybuffer';
        ws.heard = [];
        ws.waiting = [];
        const give = (x) => ws.waiting.length ? ws.waiting.shift()(x)
            : ws.heard.push(x);

        ws.onmessage = (e) => give(e.data);
        ws.onclose = (e) => {
            give({code: e.code, clean: e.wasClean});
            reject(new Error(`closed ${e.code}`));
        };
        ws.onopen = () => resolve(ws);
        ws.next = () => ws.heard.length ? Promise.resolve(ws.heard.shift())
            : new Promise((r) => ws.waiting.push(r));
    });
    const same = (a, b) => {
        const x = new Uint8Array(a), y = new Uint8Array(b);

        return x.length === y.length && x.every((v, i) => v === y[i]);
    };
    const random = (n) => {
        const b = new Uint8Array(n);

        for (let i = 0; i < n; i += 65536)
            crypto.getRandomValues(b.subarray(i, Math.min(n, i + 65536)));
        return b;
    };
    const hello = await open(greeting);

    point(await hello.next() === 'hello from concierge', '/ws-test says hello');
    hello.close();
    const ws = await open(url);

    point(ws.extensions === '', 'permessage-deflate, always offered, is not '
        + 'taken', ws.extensions);
    for (const text of ['hello', '', 'grüße 𝄞'.repeat(10000)]) {
        ws.send(text);
        point(await ws.next() === text, `text of ${text.length}`);
    }
    for (const n of [0, 1, 126, 65536, 1 << 20, max]) {
        const b = random(n);

        ws.send(b);
        point(same(await ws.next(), b), `binary of ${n}`);
    }
    ws.close(1000, 'bye');
    const end = await ws.next();

    point(end.code === 1000 && end.clean, 'a clean close', end.code);
    for (const code of [3000, 4000, 4999]) {
        const w = await open(url);

        w.close(code);
        const c = await w.next();

        point(c.code === code && c.clean, `closed with ${code}`, c.code);
    }
    const over = await open(small);

    over.send(new Uint8Array(65537));
    const c = await over.next();

    point(c.code === 1009, 'over --max-message: 1009', c.code);
    const offered = await open(url, ['audio.twilio.com']).catch((e) => e);

    /* A browser gives up when no protocol of its list comes back. */
    point(offered instanceof Error, 'no subprotocol is taken');
    const all = await Promise.all(Array.from({length: crowd}, () => open(url)));

    all.forEach((w, i) => w.send(`${i}`));
    const got = await Promise.all(all.map((w) => w.next()));

    point(got.every((g, i) => g === `${i}`), `${crowd} connections at once`);
    all.forEach((w) => w.close());
    return said;
}

(async () => {
    const executablePath = chromium();
    const big = await serve(['--echo', '--max-message', String(MAX)]);
    const little = await serve(['--echo', '--max-message', '65536']);
    const page = http.createServer((q, a) => {
        a.setHeader('Content-Type', 'text/html');
        a.end('<!doctype html><title>page</title>');
    });

    await new Promise((resolve) => page.listen(0, '127.0.0.1', resolve));
    const browser = await puppeteer.launch({executablePath, headless: true,
        args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage']});

    try {
        note(await browser.version());
        const tab = await browser.newPage();

        await tab.goto(`http://127.0.0.1:${page.address().port}/`);
        const at = (s, path) => `ws://127.0.0.1:${s.port}${path}`;

        for (const [good, what, detail] of await within(60000,
            tab.evaluate(inPage, at(big, '/ws-echo'), at(little, '/ws-echo'),
                at(big, '/ws-test'), MAX, 200), 'the page'))
            ok(good, what, detail);
    } finally {
        await browser.close();
        page.close();
    }
    for (const s of [big, little])
        is((await s.stop()).code, 0, 'the server ends well');
    finish();
})();
