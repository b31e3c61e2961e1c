/* boxes.js - nginx and HAProxy between Twilio and us, as people set them up:
 * well, and in the ways that cost them a day.  TLS is ended by the box.  Each
 * is asked by `concierge doctor`; a whole call goes through each that is well
 * and through one of each kind that is not.  The table at the end: box,
 * configuration, doctor's line.
 */
'use strict';

const {execFileSync, spawn} = require('child_process');
const fs = require('fs');
const path = require('path');
const {ok, is, note, skip, finish, serve, go, within, freePort,
    certificates, running, tmp, environment, stand, tool, ACCOUNT, TOKEN}
    = require('./lib');

const PROBES = 'tcp,tls,tunnel,twiml,upgrade,stream,callbacks';
/* When the stand-ins' restaurant has a table. */
const NOW = '--now=2026-11-22T12:00:00+01:00';
const NOTHING = {};             /* every probe is well */

/* What has to be there: a probe, its number, words of its cause and of its
 * remedy. */
function fault(probe, number, cause, remedy)
{
    return {probe, number, cause, remedy};
}

/* ---- nginx ---- */

const KEEP = `
        proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $connection_upgrade;`;
const HOST = `
        proxy_set_header Host $http_host;`;
const SETTING = new RegExp('nginx: proxy_http_version 1\\.1; '
    + 'proxy_set_header Upgrade \\$http_upgrade; '
    + 'proxy_set_header Connection "upgrade"');

/* [what, location, wanted, more]: more.server stands beside the location,
 * more.pass replaces proxy_pass, more.hold idles the stream. */
const nginxSites = [
    ['well configured', KEEP + HOST, NOTHING],
    ['the Host rewritten', KEEP, NOTHING],
    ['no buffering', `${KEEP + HOST}
        proxy_buffering off; proxy_request_buffering off;`, NOTHING],
    ['an hour of patience', `${KEEP + HOST}
        proxy_read_timeout 1h; proxy_send_timeout 1h;`, NOTHING, {hold: 2}],
    ['proxy_pass alone', '', fault('upgrade', 31920,
        /HTTP\/1\.0 on the way and lost "upgrade", "connection"/, SETTING)],
    ['1.1, no upgrade headers', 'proxy_http_version 1.1;', fault('upgrade',
        31920, /lost "upgrade", "connection" on the way/, SETTING)],
    ['Upgrade without Connection', `proxy_http_version 1.1;
        proxy_set_header Upgrade $http_upgrade;`, fault('upgrade', 31920,
        /lost "connection" on the way/, SETTING)],
    ['Connection without Upgrade', `proxy_http_version 1.1;
        proxy_set_header Connection upgrade;`, fault('upgrade', 31920,
        /lost "upgrade" on the way/, SETTING)],
    ['headers over HTTP/1.0', `proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;`, fault('upgrade', 31920,
        /turned into HTTP\/1\.0 on the way/, SETTING)],
    ['proxy_read_timeout 1s', `${KEEP}
        proxy_read_timeout 1s;`, fault('stream', 31903,
        /broke off|closed/, /nginx: proxy_read_timeout/), {hold: 4}],
    ['client_max_body_size 64', KEEP, fault('twiml', 11217,
        /413 came from nginx/, /client_max_body_size/),
    {server: 'client_max_body_size 64;'}],
    ['a redirect to itself', 'return 301 https://$http_host$request_uri;',
        fault('upgrade', 31920, /redirect \(301\)/, /take the redirect away/)],
    ['a redirect to www', `return 301 https://www.$http_host$request_uri;`,
        fault('upgrade', 31920, /redirect \(301\) to https:\/\/www\.localhost/,
            /set PUBLIC_DOMAIN to where it leads/)],
    ['a password', `${KEEP}
        auth_basic "staff"; auth_basic_user_file ${tmp}/users;`,
    fault('upgrade', 31920, /nginx\S* refused the upgrade with 401/,
        /except \/media-stream from the password/)],
    ['nobody behind it', KEEP, fault('twiml', 11217,
        /nginx\S* found no server behind it: 502/, /lead to http/),
    {pass: 'http://127.0.0.1:1'}],
    ['a page for everything', `default_type text/html;
        return 200 "<html>hello</html>";`, fault('twiml', 12102,
        /a page \(HTML\) came instead of TwiML, from nginx/,
        /pass \/twiml on/)],
    ['Content-Type lost', `${KEEP}
        proxy_hide_header Content-Type;`, fault('twiml', 12300, /came as ""/,
        /keep the Content-Type/)],
    ['the query cut off', KEEP, fault('twiml', 11200,
        /query was cut off on the way/, /\$request_uri/),
    {cut: true}],
    ['the path changed', `${KEEP}
        rewrite ^/(.*)$ /app/$1 break;`, fault('upgrade', 31920,
        /path was changed on the way: \/app\/media-stream/,
        /leave the path as it is/)],
    ['the signature dropped', `${KEEP}
        proxy_set_header X-Twilio-Signature "";`, fault('twiml', 11200,
        /lost on the way/, /let the proxy pass X-Twilio-Signature/)],
    ['Sec-WebSocket-Key dropped', `${KEEP}
        proxy_set_header Sec-WebSocket-Key "";`, fault('upgrade', 31920,
        /lost "sec-websocket-key"/, /all Sec-WebSocket headers/)],
];

function nginxConfig(sites, plain, upstream)
{
    const block = (s) => `
    server {
        listen 127.0.0.1:${s.port} ssl;
        ssl_certificate ${tmp}/site.crt;
        ssl_certificate_key ${tmp}/site.key;
        ${s.more.server || ''}
        location / {
            ${/^return|\n *return/.test(s.config) ? '' : `proxy_pass ${
        s.more.cut ? `http://${upstream}$uri` : s.more.pass
            || `http://${upstream}`};`}
            ${s.config}
        }
    }`;

    return `
daemon off; master_process off; worker_processes 1;
pid ${tmp}/nginx.pid; error_log ${tmp}/nginx.log info;
events { worker_connections 1024; }
http {
    access_log off;
    ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((n) =>
        `${n}_temp_path ${tmp}/${n};`).join(' ')}
    map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
    ${sites.map(block).join('')}
    ${plain.map((p) => `
    server {
        listen 127.0.0.1:${p.port};
        location / { proxy_pass http://127.0.0.1:${p.to}; ${p.config} }
    }
    server {
        listen 127.0.0.1:${p.tls} ssl;
        ssl_certificate ${tmp}/site.crt;
        ssl_certificate_key ${tmp}/site.key;
        location / { proxy_pass http://127.0.0.1:${p.to}; ${p.config} }
    }`).join('')}
}`;
}

/* ---- HAProxy ---- */

const LOST = 'http-request del-header Upgrade\n'
    + '    http-request del-header Connection';
const DEL = new RegExp('haproxy: take out http-request del-header for Upgrade '
    + 'and Connection');

/* more.bind is added to the bind line, more.mode is not http, more.tls: false
 * passes the bytes as they are, more.timeouts stand beside the others. */
const haproxySites = [
    ['well configured', '', NOTHING, {hold: 2}],
    ['option http-server-close', 'option http-server-close', NOTHING],
    ['option httpclose', 'option httpclose', NOTHING],
    ['option forwardfor', 'option forwardfor', NOTHING],
    ['mode tcp, TLS ended', '', NOTHING, {mode: 'tcp'}],
    ['del-header Upgrade, Connection', LOST, fault('upgrade', 31920,
        /lost "upgrade"/, DEL)],
    ['del-header Upgrade', 'http-request del-header Upgrade',
        fault('upgrade', 31920, /lost "upgrade"/, DEL)],
    ['mode tcp, TLS not ended', '', fault('tls', 11220, /speaks no TLS/,
        /end TLS there/), {mode: 'tcp', tls: false}],
    ['timeout tunnel 1s', '', fault('stream', 31903, /broke off|closed/,
        /haproxy: timeout tunnel/), {timeouts: 'timeout tunnel 1s', hold: 4}],
    ['HTTP/2 alone', '', fault('upgrade', 31903,
        /closed instead of an answer/, /HTTP\/2 alone/), {bind: 'proto h2'}],
    ['deny /media-stream', 'http-request deny if { path /media-stream }',
        fault('upgrade', 31920, /refused the upgrade with 403/,
            /except \/media-stream/)],
    ['a redirect to https, again and again', 'http-request redirect scheme '
        + 'https unless { hdr(X-Forwarded-Proto) https }', fault('twiml',
        11215, /over 10 redirects/, /two rules of the proxy/)],
    ['nobody behind it', '', fault('twiml', 11217,
        /found no server behind it: 503/, /lead to http/), {to: 1}],
    ['the query cut off', 'http-request set-uri %[path]', fault('twiml', 11200,
        /query was cut off on the way/, /pass the query on/)],
    ['the path changed', 'http-request replace-path (.*) /app\\1',
        fault('upgrade', 31920, /path was changed on the way: \/app/,
            /leave the path as it is/)],
    ['the signature dropped', 'http-request del-header X-Twilio-Signature',
        fault('twiml', 11200, /lost on the way/,
            /let the proxy pass X-Twilio-Signature/)],
];

function haproxyConfig(sites, plain, upstream)
{
    const one = (name, s, bind, to) => `
frontend ${name}
    mode ${s.more.mode || 'http'}
    bind 127.0.0.1:${bind}
    ${s.config}
    default_backend b${name}
backend b${name}
    mode ${s.more.mode || 'http'}
    ${s.more.timeouts || 'timeout tunnel 1h'}
    server s 127.0.0.1:${to}
`;

    return `
global
    maxconn 1000
defaults
    timeout connect 2s
    timeout client 30s
    timeout server 30s
${sites.map((s, i) => one(`f${i}`, s, `${s.port}${s.more.tls === false ? ''
        : ` ssl crt ${tmp}/site.pem ${s.more.bind || ''}`}`,
    s.more.to || upstream.split(':')[1])).join('')}
${plain.map((p, i) => one(`p${i}`, {config: p.config, more: {}}, p.port, p.to)
        + one(`t${i}`, {config: p.config, more: {}},
            `${p.tls} ssl crt ${tmp}/site.pem`, p.to)).join('')}`;
}

/* ---- running them ---- */

const gone = [];

/* A box is ready when its port answers; it tells nobody otherwise. */
async function box(name, args, port, log)
{
    const p = spawn(tool(name), args, {stdio: ['ignore', 'ignore',
        fs.openSync(log, 'a')], env: environment()});
    const net = require('net');

    running.add(p);
    gone.push(() => new Promise((resolve) => {
        p.on('exit', () => {
            running.delete(p);
            resolve();
        });
        p.kill('SIGTERM');
    }));
    p.on('exit', () => running.delete(p));
    await within(15000, (async () => {
        for (;;) {
            const open = await new Promise((resolve) => {
                const s = net.connect(port, '127.0.0.1');

                s.on('connect', () => resolve(s.destroy() && true));
                s.on('error', () => resolve(false));
            });

            if (open)
                return;
            if (!running.has(p))
                throw new Error(fs.readFileSync(log, 'utf8'));
            await new Promise((r) => setImmediate(r));
        }
    })(), name);
}

/* ---- doctor ---- */

const table = [];

async function examine(name, site, settings)
{
    const args = ['doctor', '--private', '--offline', '--json', '--only',
        PROBES, '--trust', path.join(tmp, 'root.crt'), '--public-domain',
        `localhost:${site.port}`];

    if (site.more.hold)
        args.push('--hold', String(site.more.hold));
    const r = await go(args, settings);
    const lines = r.out.trim().split('\n').filter((l) => l[0] === '{')
        .map((l) => JSON.parse(l));
    const bad = lines.filter((l) => l.status === 'fail'
        || l.status === 'warn').filter((l) => l.probe !== 'verdict');
    const what = `${name}, ${site.what}`;
    const said = bad.map((l) => `${l.probe} ${l.twilio} ${l.cause} -> ${
        l.remedy}`);
    const want = site.wanted;

    if (!want.probe) {
        ok(r.status === 0 && lines.length === PROBES.split(',').length + 1,
            `${what}: all is well`, [...said, r.err]);
    } else {
        const hit = bad.find((l) => l.probe === want.probe);

        ok(r.status === 2 && hit && hit.status === 'fail'
            && hit.twilio === want.number && want.cause.test(hit.cause)
            && want.remedy.test(hit.remedy),
        `${what}: ${want.probe} fails with ${want.number}`, [...said, r.err]);
    }
    const first = bad.find((l) => l.probe === want.probe) || bad[0];

    table.push([name, site.what, first ? `${first.probe} ${first.twilio} ${
        first.cause} -> ${first.remedy}` : 'all is well']);
}

/* ---- a whole call ---- */

/* Booked by the stand-ins' Twilio, whose tunnel ends at the box; and somebody
 * who rings us over the box's TLS. */
async function calls(name, way, well)
{
    const env = {...way.stand.env, CONCIERGE_TOKEN: 'conform-owner-token-123',
        ZONE: 'Europe/Berlin', SERVER_URL: way.server.url};
    const booked = go(['book', '--to', '+15551230000', '--restaurant',
        'Luigi\'s', '--party', '4', '--date', '2026-11-23', '--time', '19:00',
        '--name', 'Leo', '--yes', '--json'], env);
    const rang = go(['stream', '--twiml',
        `https://localhost:${way.tls}/incoming-call`,
        `wss://localhost:${way.tls}`, '--tones', '440,880:500', '--seconds',
        '2', '--json'], {...env, SSL_CERT_FILE: path.join(tmp, 'root.crt')});
    const [b, r] = await Promise.all([booked, rang]);
    const call = b.out.trim() ? JSON.parse(b.out.trim().split('\n').pop())
        : {};
    const heard = r.out.trim()[0] === '{' ? JSON.parse(r.out) : {};
    const tail = (x) => x.err.split('\n').slice(-5).join('\n');

    if (well) {
        ok(b.status === 0 && call.status === 'completed'
            && call.transcript.length > 4, `${name}: a table is booked`,
        [b.out, tail(b)]);
        ok(r.status === 0 && heard.signed && heard.received.media > 0
            && heard.breaches.length === 0, `${name}: and who rings us hears `
            + 'the greeting, over TLS', [r.out, tail(r)]);
        return;
    }
    is(call.error && call.error.number, 31920, `${name}: no call, and Twilio's `
        + 'number is 31920');
    ok(r.status !== 0 && heard.error && heard.error.number === 31920
        && heard.error.status === 426, `${name}: nor for who rings us`,
    [r.out, tail(r)]);
    const why = await go(['why', call.id || 'none', '--json'], env);

    if (why.status === 64)
        skip(`${name}: why says so`, 'the program has no why');
    else
        ok(/31920/.test(why.out + why.err), `${name}: why says so`,
            [why.out, why.err]);
}

/* ---- all of it ---- */

async function place(list)
{
    const sites = [];

    for (const [what, config, wanted, more] of list)
        sites.push({what, config, wanted, more: more || {},
            port: await freePort()});
    return sites;
}

async function ways(kinds)
{
    const made = [];

    for (const config of kinds) {
        const way = {config, port: await freePort(),
            tls: await freePort()};

        way.stand = await stand(way.port, [NOW]);
        gone.push(way.stand.stop);
        way.server = await serve([NOW], {...way.stand.env,
            CONCIERGE_TOKEN: 'conform-owner-token-123', QUIET_HOURS: 'off'});
        way.to = way.server.port;
        made.push(way);
    }
    return made;
}

function version(command)
{
    return execFileSync('sh', ['-c', `${command} 2>&1 | head -n 1`],
        {encoding: 'utf8'}).trim();
}

(async () => {
    tool('nginx');
    tool('haproxy');
    certificates();
    fs.writeFileSync(path.join(tmp, 'site.pem'), fs.readFileSync(path.join(tmp,
        'site.crt'), 'utf8') + fs.readFileSync(path.join(tmp, 'site.key'),
        'utf8'));
    fs.writeFileSync(path.join(tmp, 'users'), 'a:{PLAIN}b\n');
    const upstream = await freePort();
    const kinds = {nginx: {sites: await place(nginxSites),
        ways: await ways([KEEP + HOST, 'proxy_http_version 1.1;'])},
    haproxy: {sites: await place(haproxySites),
        ways: await ways(['', LOST])}};

    fs.writeFileSync(path.join(tmp, 'nginx.conf'), nginxConfig(
        kinds.nginx.sites, kinds.nginx.ways, `127.0.0.1:${upstream}`));
    fs.writeFileSync(path.join(tmp, 'haproxy.cfg'), haproxyConfig(
        kinds.haproxy.sites, kinds.haproxy.ways, `127.0.0.1:${upstream}`));
    await box('nginx', ['-p', tmp, '-c', path.join(tmp, 'nginx.conf'), '-e',
        path.join(tmp, 'nginx.log')], kinds.nginx.sites[0].port,
    path.join(tmp, 'nginx.err'));
    await box('haproxy', ['-db', '-f', path.join(tmp, 'haproxy.cfg')],
        kinds.haproxy.sites[0].port, path.join(tmp, 'haproxy.log'));

    /* The calls take their time; doctor works meanwhile. */
    const ringing = Object.entries(kinds).flatMap(([name, k]) =>
        k.ways.map((way, i) => calls(`a call through ${name}, ${i
            ? 'the upgrade headers missing' : 'well configured'}`, way,
        i === 0)));
    const settings = {TWILIO_ACCOUNT_SID: ACCOUNT, TWILIO_AUTH_TOKEN: TOKEN,
        TWILIO_PHONE_NUMBER: '+15550001111', OPENAI_API_KEY: 'sk-conform',
        SERVER_PORT: String(upstream), CONCIERGE_DIR: path.join(tmp, 'doctor')};

    for (const [name, k] of Object.entries(kinds))
        for (const site of k.sites)
            await examine(name, site, settings);
    await Promise.all(ringing);
    note(version(`${tool('nginx')} -v`));
    note(version(`${tool('haproxy')} -v`));
    for (const row of table)
        note(row.join(' | '));
    for (const end of gone)
        await end();
    for (const k of Object.values(kinds))
        for (const way of k.ways)
            is((await way.server.stop()).code, 0, 'the server ends well');
    finish();
})();
