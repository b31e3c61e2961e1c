/* nginx.js - nginx as proxy in front, as people have it: requests over one
 * upstream connection or many, upgrades, TLS ended there, and the configuration
 * everybody has first, which eats the upgrade.
 */
'use strict';

const {execFileSync, spawn} = require('child_process');
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const {ok, is, note, finish, need, serve, go, within, freePort,
    certificates, running, tool, tmp, ACCOUNT, TOKEN, OWNER} = require('./lib');
const WebSocket = need('ws');
const twilio = need('twilio');

const HOST = 'voice.example.com';
const owner = {Authorization: `Bearer ${OWNER}`};

const UPGRADES = `
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-Host $http_host;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;`;

/* One server block. */
function site(listen, upstream, more, extra = '')
{
    return `
    server {
        listen 127.0.0.1:${listen};
        client_max_body_size 20m;${extra}
        location / {
            proxy_pass http://${upstream};${more}
        }
    }`;
}

async function nginx(sites)
{
    const file = path.join(tmp, 'nginx.conf');
    const log = path.join(tmp, 'nginx.log');

    fs.writeFileSync(file, `
daemon off; master_process off; worker_processes 1;
pid ${tmp}/nginx.pid; error_log ${log} info;
events { worker_connections 1024; }
http {
    access_log off;
    ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((n) =>
        `${n}_temp_path ${tmp}/${n};`).join(' ')}
    map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
    ${sites}
}`);
    const p = spawn(tool('nginx'), ['-p', tmp, '-c', file, '-e', log],
        {stdio: 'ignore'});

    running.add(p);
    const gone = new Promise((resolve) => p.on('exit', () => {
        running.delete(p);
        resolve();
    }));

    /* It tells nobody that it listens but by listening. */
    await within(10000, (async () => {
        const port = Number(/listen 127.0.0.1:(\d+)/.exec(sites)[1]);

        while (running.has(p))
            try {
                await fetch(`http://127.0.0.1:${port}/health`);
                return;
            } catch (e) {
                await new Promise((r) => setImmediate(r));
            }
        throw new Error(fs.readFileSync(log, 'utf8'));
    })(), 'nginx');
    return {stop: () => {
        p.kill('SIGTERM');
        return gone;
    }, log};
}

/* ---- what goes through ---- */

async function requests(base, what)
{
    const a = await fetch(`${base}/health`);

    is(`${a.status} ${await a.text()}`, '200 {"status":"ok"}',
        `${what}: /health`);
    const all = await Promise.all(Array.from({length: 200}, (_, i) =>
        fetch(`${base}/echo`, {method: 'POST', body: `${i}`})
            .then((r) => r.text())));

    is(all.filter((t, i) => t === `${i}`).length, 200,
        `${what}: 200 requests at once`);
    const data = crypto.randomBytes(1 << 20);
    const back = await fetch(`${base}/echo`, {method: 'POST', body: data});

    is(Buffer.compare(Buffer.from(await back.arrayBuffer()), data), 0,
        `${what}: a MiB there and back`);
    const stream = new ReadableStream({start(c) {
        for (let at = 0; at < data.length; at += 50000)
            c.enqueue(data.subarray(at, at + 50000));
        c.close();
    }});
    const streamed = await fetch(`${base}/echo`, {method: 'POST', body: stream,
        duplex: 'half'});

    is(Buffer.compare(Buffer.from(await streamed.arrayBuffer()), data), 0,
        `${what}: the same in chunks`);
    is((await fetch(`${base}/health`, {method: 'HEAD'})).headers
        .get('content-length'), '15', `${what}: HEAD`);
    is((await fetch(`${base}/nothing`)).status, 404, `${what}: 404`);
    is((await fetch(`${base}/echo`, {method: 'POST', body: Buffer.alloc(
        3 << 20)})).status, 413, `${what}: 413`);
}

function open(url, options)
{
    const ws = new WebSocket(url, options);

    return within(10000, new Promise((resolve, reject) => {
        ws.on('open', () => resolve(ws));
        ws.on('error', reject);
        ws.on('unexpected-response', (q, a) => {
            let text = '';

            a.on('data', (d) => { text += d; });
            a.on('end', () => reject(Object.assign(new Error('refused'),
                {status: a.statusCode, text})));
        });
    }), 'an open socket');
}

async function sockets(url, what, options)
{
    const ws = await open(url, options);
    const next = (name) => within(10000, new Promise((resolve) =>
        ws.once(name, (...a) => resolve(a))), name);

    for (const data of [Buffer.from('hello'), crypto.randomBytes(1 << 20)]) {
        const came = next('message');

        ws.send(data);
        is(Buffer.compare((await came)[0], data), 0,
            `${what}: ${data.length} bytes come back`);
    }
    const pong = next('pong');

    ws.ping('x');
    is(String((await pong)[0]), 'x', `${what}: a ping`);
    const end = next('close');

    ws.close(4321, 'bye');
    is((await end)[0], 4321, `${what}: the close code`);
}

/* Twilio's way in through the proxy: the signed webhook, the document, the
 * upgrade with its token, and audio there and back. */
async function call(server, base, what, env)
{
    const ticket = await (await fetch(`${server.url}/v1/tickets`,
        {method: 'POST', headers: owner})).json();
    const {pathname, search} = new URL(ticket.twiml_url);
    const r = await go(['stream', '--twiml', `${base}${pathname}${search}`,
        '--seconds', '1', '--json'], {TWILIO_ACCOUNT_SID: ACCOUNT,
        TWILIO_AUTH_TOKEN: TOKEN, ...env});
    const said = r.out.trim().split('\n').pop();
    const got = said[0] === '{' ? JSON.parse(said) : {};

    ok(r.status === 0 && got.signed && got.received.media > 50
        && got.breaches.length === 0, `${what}: a signed call and its echo`,
    r.err.split('\n').slice(-6).join('\n'));
    const a = await (await fetch(`${server.url}/v1/attempts`,
        {headers: owner})).json();
    const kinds = a.attempts.slice(-2).map((x) => `${x.kind} ${x.status} ${
        x.why}`);

    is(kinds.join('; '), 'webhook 200 signature ok; upgrade 101 '
        + 'signature ok; let in by a ticket: echo',
    `${what}: as the server saw it`);
}

async function forms(base, url, what)
{
    const params = {CallSid: 'CA' + 'ab'.repeat(16), AccountSid: ACCOUNT,
        CallStatus: 'completed', SpeechResult: 'a + b = 100% & "more"'};
    const sign = (u) => twilio.getExpectedTwilioSignature(TOKEN, u, params);
    const post = (signature) => fetch(`${base}/twilio-status?a=%20b`, {method:
        'POST', body: new URLSearchParams(params), headers:
        {'X-Twilio-Signature': signature}}).then((r) => r.status);

    is(await post(sign(`${url}/twilio-status?a=%20b`)), 204,
        `${what}: a signed form`);
    is(await post(sign(`${url}/twilio-status?a=b`)), 403,
        `${what}: a form signed for another URL`);
}

(async () => {
    certificates();
    const server = await serve(['--echo', '--max-body', '2097152'],
        {PUBLIC_DOMAIN: HOST});
    const secure = await freePort();
    const [plain, kept, eats, trusts] = await Promise.all([freePort(),
        freePort(), freePort(), freePort()]);
    const ended = await serve(['--echo'],
        {PUBLIC_DOMAIN: `localhost:${secure}`});
    const trusting = await serve([], {TRUSTED_PROXIES: '127.0.0.1'});
    const up = (s) => `127.0.0.1:${s.port}`;
    const proxy = await nginx(`
    upstream kept { server ${up(server)}; keepalive 4; }`
        + site(plain, up(server), `${UPGRADES} proxy_buffering off;
            proxy_request_buffering off;`)
        + site(kept, 'kept', UPGRADES) + site(eats, up(server), '')
        + site(trusts, up(trusting), UPGRADES)
        + site(`${secure} ssl`, up(ended), UPGRADES, `
        ssl_certificate ${tmp}/site.crt;
        ssl_certificate_key ${tmp}/site.key;`));
    const at = (port) => `http://127.0.0.1:${port}`;

    await requests(at(plain), 'unbuffered');
    await requests(at(kept), 'kept connections');
    await sockets(`ws://127.0.0.1:${plain}/ws-echo`, 'unbuffered');
    await sockets(`ws://127.0.0.1:${kept}/ws-echo`, 'kept connections');
    await forms(at(kept), `https://${HOST}`, 'kept connections');
    await call(server, at(kept), 'kept connections', {PUBLIC_DOMAIN: HOST});

    /* TLS ended by the proxy, everything under its one public name. */
    const trust = {ca: fs.readFileSync(path.join(tmp, 'root.crt'))};

    await sockets(`wss://localhost:${secure}/ws-echo`, 'TLS', trust);
    await call(ended, `https://localhost:${secure}`, 'TLS', {PUBLIC_DOMAIN:
        `localhost:${secure}`, SSL_CERT_FILE: path.join(tmp, 'root.crt')});

    /* No PUBLIC_DOMAIN: what a trusted proxy says of itself counts. */
    await forms(at(trusts), `http://127.0.0.1:${trusts}`, 'a trusted proxy');

    /* proxy_pass alone: HTTP/1.0 upstream, no Upgrade. */
    await requests(at(eats), 'proxy_pass alone');
    const refused = await open(`ws://127.0.0.1:${eats}/ws-echo`)
        .catch((e) => e);

    is(refused.status, 426, 'proxy_pass alone: an upgrade gets 426');
    ok(/upgrade/i.test(refused.text), 'and a hint', refused.text);
    await open(`ws://127.0.0.1:${eats}/media-stream`).catch((e) => e);
    const {attempts} = await (await fetch(`${server.url}/v1/attempts`,
        {headers: owner})).json();

    ok(/proxy|upgrade/i.test(attempts.pop().why), 'the record says what '
        + 'became of it', JSON.stringify(attempts.slice(-1)));
    await proxy.stop();
    for (const s of [server, ended, trusting])
        is((await s.stop()).code, 0, 'the server ends well');
    note(execFileSync('sh', ['-c', `${tool('nginx')} -v 2>&1`],
        {encoding: 'utf8'}).trim());
    finish();
})();
