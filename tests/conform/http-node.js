/* http-node.js - the HTTP server against Node: fetch, keep-alive agents, and
 * what only a bare socket can say: pipelines, splits, smuggling.
 */
'use strict';

const crypto = require('crypto');
const http = require('http');
const net = require('net');
const {ok, is, note, finish, serve, within} = require('./lib');

let server;
let base;

/* ---- fetch ---- */

async function fetches()
{
    const health = await fetch(`${base}/health`);

    is(health.status, 200, 'fetch /health');
    is((await health.json()).status, 'ok', 'its JSON');
    const head = await fetch(`${base}/health`, {method: 'HEAD'});

    is(`${head.status} ${head.headers.get('content-length')} ${
        (await head.text()).length}`, '200 15 0', 'HEAD: a length, no body');
    const data = crypto.randomBytes(1 << 20);
    const back = await fetch(`${base}/echo`, {method: 'POST', body: data});

    is(Buffer.compare(Buffer.from(await back.arrayBuffer()), data), 0,
        'a MiB comes back');
    const stream = new ReadableStream({
        start(c) {
            for (let i = 0; i < 100; i++)
                c.enqueue(data.subarray(i * 10000, (i + 1) * 10000));
            c.close();
        }});
    const chunked = await fetch(`${base}/echo`, {method: 'POST', body: stream,
        duplex: 'half'});

    is(Buffer.compare(Buffer.from(await chunked.arrayBuffer()),
        data.subarray(0, 1000000)), 0, 'a streamed body comes back');
    const many = await Promise.all(Array.from({length: 300}, (_, i) =>
        fetch(`${base}/echo`, {method: 'POST', body: `${i}`})
            .then((r) => r.text())));

    is(many.filter((t, i) => t === `${i}`).length, 300, '300 at once');
}

/* ---- http.Agent ---- */

function request(options, body)
{
    return within(10000, new Promise((resolve, reject) => {
        const q = http.request({host: '127.0.0.1', port: server.port,
            ...options}, (a) => {
            const parts = [];

            a.on('data', (d) => parts.push(d));
            a.on('end', () => resolve({status: a.statusCode,
                headers: a.headers, body: String(Buffer.concat(parts)),
                port: q.socket.localPort}));
        });

        q.on('error', reject);
        q.end(body);
    }), `${options.method || 'GET'} ${options.path}`);
}

async function agents()
{
    const agent = new http.Agent({keepAlive: true, maxSockets: 1});
    const ports = new Set();

    for (let i = 0; i < 100; i++) {
        const a = await request({path: i % 2 ? '/health' : '/nothing', agent});

        ports.add(a.port);
        if (a.status !== (i % 2 ? 200 : 404))
            ok(false, `status ${a.status}`);
    }
    is(ports.size, 1, '100 requests on one connection, refusals among them');
    agent.destroy();
    const q = http.request({host: '127.0.0.1', port: server.port, path:
        '/echo', method: 'POST', headers: {Expect: '100-continue',
        'Content-Length': 5}});
    const status = await within(10000, new Promise((resolve) => {
        let continued = false;

        q.on('continue', () => {
            continued = true;
            q.end('hello');
        });
        q.on('response', (a) => {
            a.resume();
            resolve(`${continued} ${a.statusCode}`);
        });
        q.flushHeaders();
    }), '100-continue');

    is(status, 'true 200', 'Expect: 100-continue');
}

/* ---- bare sockets ---- */

/* Writes the pieces, one after the other as they leave; what came back until
 * the server closed or said enough. */
function talk(pieces, enough = () => false)
{
    return within(15000, new Promise((resolve, reject) => {
        const s = net.connect(server.port, '127.0.0.1');
        let text = '';

        s.setNoDelay(true);
        s.setEncoding('latin1');
        s.on('data', (d) => {
            text += d;
            if (enough(text)) {
                s.destroy();
                resolve(text);
            }
        });
        s.on('error', (e) => e.code === 'ECONNRESET' || e.code === 'EPIPE'
            ? resolve(text) : reject(e));
        s.on('close', () => resolve(text));
        (async () => {
            for (const p of pieces)
                await new Promise((r) => s.write(p, 'latin1', r));
        })();
    }), JSON.stringify(pieces.join('').slice(0, 60)));
}

const statuses = (text) => (text.match(/HTTP\/1\.1 \d{3}/g) || [])
    .map((l) => l.slice(9)).join(' ');
const GET = 'GET /health HTTP/1.1\r\nHost: h\r\n\r\n';
const LAST = 'GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n';

async function pipelines()
{
    const text = await talk([GET.repeat(99) + LAST]);

    is(statuses(text), Array(100).fill('200').join(' '),
        '100 requests in one write, 100 answers');
    const posts = Array.from({length: 20}, (_, i) => 'POST /echo HTTP/1.1\r\n'
        + `Host: h\r\nContent-Length: ${String(i).length + 1}\r\n\r\n<${i}`);
    const echoed = await talk([posts.join('') + LAST]);

    is((echoed.match(/<\d+/g) || []).join(''), Array.from({length: 20},
        (_, i) => `<${i}`).join(''), 'pipelined bodies, in order');
    is(statuses(await talk(Array.from(GET + LAST))), '200 200',
        'a byte at a time');
    is(statuses(await talk([`\r\n${LAST}`])), '200', 'one line end before');
    const chunked = 'POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: '
        + 'chunked\r\n\r\n5;ext="x"\r\nhello\r\nA\r\n0123456789\r\n0\r\n'
        + 'Trailer: x\r\n\r\n';

    ok(/hello0123456789/.test(await talk([chunked + LAST])),
        'chunks with an extension and a trailer');
    ok(/hello0123456789/.test(await talk(Array.from(chunked + LAST))),
        'the same a byte at a time');
}

/* What makes two readers of one stream disagree: RFC 9112 6.3, 11.2. */
async function smuggling()
{
    const post = (fields, body = '') => `POST /echo HTTP/1.1\r\nHost: h\r\n${
        fields}\r\n\r\n${body}${GET}`;
    const cases = [
        ['two lengths', post('Content-Length: 3\r\nContent-Length: 4', 'abc')],
        ['a list of lengths', post('Content-Length: 5, 5', 'abcde')],
        ['a length and chunks', post('Content-Length: 3\r\n'
            + 'Transfer-Encoding: chunked', '0\r\n\r\n')],
        ['a length with a sign', post('Content-Length: +3', 'abc')],
        ['a length in hex', post('Content-Length: 0x3', 'abc')],
        ['a length beyond 64 bits', post(`Content-Length: ${'9'.repeat(20)}`)],
        ['a blank before the colon', post('Content-Length : 3', 'abc')],
        ['a folded line', post('X: a\r\n b')],
        ['a NUL in a value', post('X: a\0b')],
        ['a bare CR', post('X: a\rb')],
        ['no name', post(': x')],
        ['two hosts', post('Host: other')],
        ['a host with a blank', GET.replace('Host: h', 'Host: a b')],
        ['a chunk size that is no number', post('Transfer-Encoding: chunked',
            'x\r\n')],
        ['a chunk without its line end', post('Transfer-Encoding: chunked',
            '3\r\nabcd\r\n0\r\n\r\n')],
        ['a target with a blank', 'GET /a b HTTP/1.1\r\nHost: h\r\n\r\n'],
        ['a target with a NUL', 'GET /a\0 HTTP/1.1\r\nHost: h\r\n\r\n'],
        ['a lower-case version', GET.replace('HTTP/1.1', 'http/1.1')],
        ['no version', 'GET /health\r\n\r\n'],
        ['rubbish', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03\r\n\r\n'],
    ];

    for (const [what, text] of cases)
        is(statuses(await talk([text])), '400',
            `${what}: 400, and nothing behind it is read`);
    is(statuses(await talk([GET.replace('HTTP/1.1', 'HTTP/2.0')])), '505',
        'HTTP/2.0: 505');
    is(statuses(await talk([post('Transfer-Encoding: chunked, gzip')])),
        '400', 'chunks that are not last: 400');
}

async function ends()
{
    const s = net.connect(server.port, '127.0.0.1');
    const text = await within(10000, new Promise((resolve) => {
        let all = '';

        s.setEncoding('latin1');
        s.on('data', (d) => { all += d; });
        s.on('end', () => resolve(all));
        s.end(GET);             /* half closed: the answer still comes */
    }), 'an answer');

    is(statuses(text), '200', 'half closed: the answer still comes');
    const idle = Array.from({length: 300}, () => net.connect(server.port,
        '127.0.0.1'));

    await Promise.all(idle.map((c) => new Promise((r) => c.on('connect', r))));
    is((await fetch(`${base}/health`)).status, 200,
        '300 silent connections keep nobody waiting');
    idle.forEach((c) => c.destroy());
}

(async () => {
    server = await serve(['--echo', '--max-body', '2097152']);
    base = `http://127.0.0.1:${server.port}`;
    await fetches();
    await agents();
    await pipelines();
    await smuggling();
    await ends();
    is((await server.stop()).code, 0, 'the server ends well');
    note(`Node ${process.version}`);
    finish();
})();
