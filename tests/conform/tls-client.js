/* tls-client.js - what the program dials: certificates that are in order, and
 * those that are expired, self-signed, for another name, without their
 * intermediate: each taken or refused, and for the right reason; servers of
 * old protocols, of HTTP/2 alone, and of none.
 */
'use strict';

const {execFileSync} = require('child_process');
const fs = require('fs');
const https = require('https');
const net = require('net');
const path = require('path');
const tls = require('tls');
const {ok, is, note, finish, go, tmp} = require('./lib');

const DOCUMENT = '<?xml version="1.0" encoding="UTF-8"?><Response><Hangup/>'
    + '</Response>';

/* Runs in lib.sh's shell, for its certificates. */
function shell(script)
{
    const lib = path.join(__dirname, 'lib.sh');

    execFileSync('sh', ['-c', `
        . ${lib}
        cd '${tmp}'
        ${script}`, path.join(__dirname, 'tls-client')], {stdio: 'pipe',
        env: {...process.env}});
}

const file = (name) => fs.readFileSync(path.join(tmp, name));

function certificates()
{
    shell(`
    authority root && authority stranger &&
    signed middle root "$intermediate" &&
    signed late root "$intermediate" 20200101000000Z 20210101000000Z &&
    signed good middle "$(site DNS:localhost,IP:127.0.0.1)" &&
    signed direct root "$(site DNS:localhost)" &&
    signed star root "$(site 'DNS:*.example.com')" &&
    signed other middle "$(site DNS:other.example)" &&
    signed named middle "$(site DNS:other.example)" &&
    signed expired middle "$(site DNS:localhost)" 20240101000000Z \\
        20250101000000Z &&
    signed future middle "$(site DNS:localhost)" 20990101000000Z \\
        20991231000000Z &&
    signed foreign stranger "$(site DNS:localhost)" &&
    signed belated late "$(site DNS:localhost)" &&
    signed client middle "subjectAltName=DNS:localhost
extendedKeyUsage=clientAuth" &&
    signed leaf good "$(site DNS:localhost)" &&
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \\
        -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost \\
        -keyout self.key -out self.crt 2>ssl.log`);
}

/* ---- servers ---- */

let asked = 0;

/* Listens with a certificate and what is sent behind it. */
function listen(name, chain = ['middle'], options = {})
{
    const server = https.createServer({key: file(`${name}.key`), cert:
        Buffer.concat([`${name}.crt`, ...chain.map((c) => `${c}.crt`)]
            .map(file)), ...options}, (q, a) => {
        asked++;
        a.writeHead(200, {'Content-Type': 'text/xml'});
        a.end(DOCUMENT);
    });

    server.on('tlsClientError', () => {});
    server.on('upgrade', (q, socket) => {
        asked++;
        socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    });
    return new Promise((resolve) => server.listen(0, '127.0.0.1', () =>
        resolve({port: server.address().port, close: () => {
            server.close();
            server.closeAllConnections();
        }})));
}

function bare(onSocket)
{
    const server = net.createServer((s) => {
        s.on('error', () => {});
        onSocket(s);
    });

    return new Promise((resolve) => server.listen(0, '127.0.0.1', () =>
        resolve({port: server.address().port, close: () =>
            server.close()})));
}

const env = {SSL_CERT_FILE: path.join(tmp, 'root.crt')};

/* ---- verdicts ---- */

/* Over https as `lint` dials and over wss as `stream` does: two clients of the
 * program's, one verdict.  words: what both must say. */
async function refused(what, server, words, host = 'localhost')
{
    const before = asked;
    const urls = [['lint', `https://${host}:${server.port}/twiml`],
        ['stream', `wss://${host}:${server.port}/media-stream`]];

    for (const [command, url] of urls) {
        const r = await go([command, url], env);

        ok(r.status !== 0 && words.test(r.err + r.out),
            `${what}: ${command} refuses and says why`,
            [`status ${r.status}`, r.err + r.out, `wanted ${words}`]);
    }
    is(asked, before, `${what}: nothing was asked`);
    server.close();
}

async function taken(what, server, host = 'localhost')
{
    const before = asked;
    const r = await go(['lint', `https://${host}:${server.port}/twiml`], env);

    ok(r.status === 0, `${what}: taken`, r.err + r.out);
    is(asked, before + 1, `${what}: asked once`);
    const s = await go(['stream', `wss://${host}:${server.port}/media-stream`],
        env);

    ok(/403/.test(s.err + s.out), `${what}: the upgrade is asked for`,
        s.err + s.out);
    server.close();
}

async function certificatesOf()
{
    await taken('an intermediate', await listen('good'));
    await taken('an address in the certificate', await listen('good'),
        '127.0.0.1');
    await taken('signed by the root', await listen('direct', []));
    await taken('a root sent along', await listen('good', ['middle', 'root']));
    await taken('one too many sent along', await listen('good', ['middle',
        'stranger']));
    await taken('TLS 1.2 alone', await listen('good', ['middle'],
        {maxVersion: 'TLSv1.2'}));
    await taken('TLS 1.3 alone', await listen('good', ['middle'],
        {minVersion: 'TLSv1.3'}));
    await refused('without its intermediate', await listen('good', []),
        /unable to get local issuer|intermediate|incomplete/i);
    await refused('self-signed', await listen('self', []), /self.signed/i);
    await refused('signed by a stranger', await listen('foreign', []),
        /issuer/i);
    await refused('a stranger\'s root sent along', await listen('foreign',
        ['stranger']), /self.signed/i);
    await refused('expired', await listen('expired'), /expired/i);
    await refused('not yet valid', await listen('future'), /not yet valid/i);
    await refused('an expired intermediate', await listen('belated', ['late']),
        /expired/i);
    await refused('for another name', await listen('other'),
        /name|host/i);
    await refused('a star that covers other names', await listen('star', []),
        /name|host/i);
    await refused('a name where an address is dialled', await listen('direct',
        []), /address|name/i, '127.0.0.1');
    await refused('for clients', await listen('client'), /purpose|usage/i);
    await refused('signed by a site', await listen('leaf', ['good', 'middle']),
        /invalid CA|CA certificate|path|key usage|issuer|purpose/i);
}

async function protocols()
{
    await refused('TLS 1.1 alone', await listen('good', ['middle'],
        {minVersion: 'TLSv1', maxVersion: 'TLSv1.1',
            ciphers: 'ALL:@SECLEVEL=0'}), /version|protocol|handshake/i);
    const h2 = tls.createServer({key: file('good.key'), cert:
        Buffer.concat(['good.crt', 'middle.crt'].map(file)),
    ALPNProtocols: ['h2']}, (s) => s.on('error', () => {}));

    h2.on('tlsClientError', () => {});
    const port = await new Promise((r) => h2.listen(0, '127.0.0.1', () =>
        r(h2.address().port)));

    await refused('HTTP/2 alone', {port, close: () => h2.close()},
        /ALPN|application.protocol|handshake|HTTP\/2/i);
    await refused('plain HTTP on the port', await bare((s) => s.end(
        'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n')),
    /no TLS|wrong version|TLS/i);
    await refused('one that hangs up in the handshake', await bare((s) =>
        s.once('data', () => s.destroy())), /TLS|ended|closed|reset|hand/i);
    await refused('noise', await bare((s) => s.end(Buffer.alloc(500, 0x55))),
        /TLS|version|record|packet/i);
}

(async () => {
    certificates();
    await certificatesOf();
    await protocols();
    note(`Node's OpenSSL ${process.versions.openssl}`);
    finish();
})();
