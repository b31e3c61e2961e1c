/* tls-node.js - WebSockets over our TLS against Node's ws, in both versions and
 * at every size of a record; and a peer that changes its keys, by s_client.
 */
'use strict';

const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const {spawn} = require('child_process');
const {ok, is, note, finish, need, serve, within, certificates, running, tmp}
    = require('./lib');
const WebSocket = need('ws');

const MAX = 16 << 20;
const RECORD = 16384;           /* RFC 8446 5.1 */
const ca = () => fs.readFileSync(path.join(tmp, 'root.crt'));

function next(ws, name)
{
    return within(20000, new Promise((resolve, reject) => {
        ws.once(name, resolve);
        if (name !== 'close')
            ws.once('close', (code) => reject(new Error(`closed ${code}`)));
        ws.once('error', reject);
    }), name);
}

async function echoes(server, version)
{
    const ws = new WebSocket(`wss://localhost:${server.port}/ws-echo`, {
        ca: ca(), perMessageDeflate: false, maxPayload: MAX,
        minVersion: version, maxVersion: version});

    ws.setMaxListeners(0);
    await next(ws, 'open');
    is(ws._socket.getProtocol(), version, `${version}: spoken`);
    for (const n of [0, 1, RECORD - 14, RECORD - 1, RECORD, RECORD + 1, 1 << 20,
        MAX]) {
        const data = crypto.randomBytes(n);
        const back = next(ws, 'message');

        ws.send(data);
        is(Buffer.compare(await back, data), 0, `${version}: ${n} bytes`);
    }
    const many = Array.from({length: 64}, () => crypto.randomBytes(1 << 18));
    const got = [];
    const all = within(30000, new Promise((resolve) => {
        ws.on('message', (m) => {
            if (got.push(m) === many.length)
                resolve();
        });
    }), '64 messages');

    many.forEach((m) => ws.send(m));
    await all;
    is(got.filter((m, i) => Buffer.compare(m, many[i]) === 0).length, 64,
        `${version}: 16 MiB in 64 messages, sent ahead of reading`);
    const end = next(ws, 'close');

    ws.close(4001);
    is(await end, 4001, `${version}: the close code`);
}

async function crowd(server, n)
{
    const all = await Promise.all(Array.from({length: n}, async () => {
        const ws = new WebSocket(`wss://localhost:${server.port}/ws-echo`,
            {ca: ca()});

        await next(ws, 'open');
        return ws;
    }));
    const heard = all.map((ws) => next(ws, 'message'));

    all.forEach((ws, i) => ws.send(`${i}`));
    is((await Promise.all(heard)).filter((m, i) => String(m) === `${i}`)
        .length, n, `${n} connections at once`);
    all.forEach((ws) => ws.terminate());
}

/* s_client takes a line that begins with K or k for an order: new keys, K also
 * for ours.  Each line is written when the one before has been answered. */
async function keys(server)
{
    const p = spawn('openssl', ['s_client', '-tls1_3', '-connect',
        `127.0.0.1:${server.port}`, '-CAfile', path.join(tmp, 'root.crt')],
    {stdio: ['pipe', 'pipe', 'pipe']});
    let said = '';
    let hear = () => {};

    running.add(p);
    p.on('exit', () => running.delete(p));
    for (const s of [p.stdout, p.stderr])
        s.on('data', (d) => {
            said += d;
            hear();
        });
    const until = (text) => within(10000, new Promise((resolve) => {
        hear = () => {
            const at = said.indexOf(text);

            if (at < 0)
                return;
            said = said.slice(at + text.length);
            resolve();
        };
        hear();
    }), text);
    const get = async () => {
        p.stdin.write('GET /health HTTP/1.1\r\nHost: h\r\n\r\n');
        await until('{"status":"ok"}');
    };

    await get();
    for (const order of ['k', 'K', 'K']) {
        p.stdin.write(`${order}\n`);
        await until('KEYUPDATE');
        await get();
        ok(true, `an answer behind new keys (${order})`);
    }
    p.kill();
}

(async () => {
    certificates();
    const server = await serve(['--echo', '--max-message', String(MAX),
        '--tls-cert', path.join(tmp, 'site.crt'),
        '--tls-key', path.join(tmp, 'site.key')]);

    for (const version of ['TLSv1.2', 'TLSv1.3'])
        await echoes(server, version);
    await crowd(server, 100);
    await keys(server);
    is((await server.stop()).code, 0, 'the server ends well');
    note(`Node's OpenSSL ${process.versions.openssl}`);
    finish();
})();
