/* lib.js - what the judges written for Node share: TAP points, the program in
 * an environment of our own, processes that are waited for by what they say.
 *
 * Packages come from NODE_PATH (conform.sh puts them into build/conform); a
 * judge without one of them skips aloud.
 */
'use strict';

const child = require('child_process');
const fs = require('fs');
const net = require('net');
const os = require('os');
const path = require('path');

const program = path.resolve(process.env.CONCIERGE || './concierge');
const tmp = fs.mkdtempSync(path.join(os.tmpdir(), 'conform-'));
const running = new Set();
let points = 0;
let failures = 0;

process.on('exit', () => {
    for (const p of running)
        p.kill('SIGKILL');
    fs.rmSync(tmp, {recursive: true, force: true});
});
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'])
    process.on(signal, () => process.exit(1));
process.on('unhandledRejection', (e) => {
    console.log(`# died: ${e && e.stack}`);
    process.exit(1);
});

/* ---- points ---- */

/* detail: what is shown when it fails, text or lines. */
function ok(good, what, detail)
{
    points++;
    console.log(`${good ? 'ok' : 'not ok'} ${points} - ${what}`);
    if (good)
        return true;
    failures++;
    for (const line of [detail === undefined ? [] : detail].flat())
        for (const l of String(line).split('\n').slice(0, 6))
            console.log(`#   ${l.slice(0, 300)}`);
    return false;
}

function is(got, wanted, what)
{
    return ok(got === wanted, what, [`got:    ${JSON.stringify(got)}`,
        `wanted: ${JSON.stringify(wanted)}`]);
}

function note(text)
{
    console.log(`# NOTE ${text}`);
}

function skip(what, why)
{
    points++;
    console.log(`ok ${points} - ${what} # SKIP ${why}`);
}

function skipAll(why)
{
    console.log(`1..0 # SKIP ${why}`);
    process.exit(0);
}

function finish()
{
    console.log(`1..${points}`);
    process.exit(failures ? 1 : 0);
}

/* A package, or the end of this judge. */
function need(name)
{
    try {
        return require(name);
    } catch (e) {
        if (e.code !== 'MODULE_NOT_FOUND')
            throw e;
        return skipAll(`no npm package ${name}`);
    }
}

/* ---- the program ---- */

/* Only what a program needs to run: no setting of the person at the
 * keyboard. */
function environment(more)
{
    const env = {};

    for (const name of ['PATH', 'HOME', 'TMPDIR', 'ASAN_OPTIONS',
        'UBSAN_OPTIONS'])
        if (process.env[name] !== undefined)
            env[name] = process.env[name];
    return Object.assign(env, {LC_ALL: 'C'}, more);
}

/* Runs it to its end: {status, out, err}. */
function run(args, options = {})
{
    const r = child.spawnSync(program, args, {cwd: tmp,
        env: environment(options.env), input: options.input || '',
        encoding: 'utf8', maxBuffer: 1 << 26, timeout: 100000});

    return {status: r.status, out: r.stdout || '', err: r.stderr || ''};
}

/* The same beside a server in this process. */
function go(args, env)
{
    const p = child.spawn(program, args, {cwd: tmp, env: environment(env),
        stdio: ['ignore', 'pipe', 'pipe']});
    const r = {out: '', err: ''};

    running.add(p);
    p.stdout.on('data', (d) => { r.out += d; });
    p.stderr.on('data', (d) => { r.err += d; });
    return new Promise((resolve) => p.on('close', (status) => {
        running.delete(p);
        resolve({...r, status});
    }));
}

const ACCOUNT = 'AC5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e';
const TOKEN = '0123456789abcdef0123456789abcdef';
const OWNER = 'conform-conform-conform-conform-conform';

/* A server on a port of its own choice: {port, url, stop(), log}. */
function serve(args = [], env = {})
{
    const dir = fs.mkdtempSync(path.join(tmp, 'data-'));
    const p = child.spawn(program, ['serve', '--server-port', '0',
        '--concierge-dir', dir, ...args], {cwd: tmp, stdio: ['ignore', 'pipe',
        'pipe'], env: environment(Object.assign({
            TWILIO_ACCOUNT_SID: ACCOUNT, TWILIO_AUTH_TOKEN: TOKEN,
            TWILIO_PHONE_NUMBER: '+15550001111', CONCIERGE_TOKEN: OWNER,
            OPENAI_API_KEY: 'sk-conform', CONCIERGE_NAME: 'Leo',
            ZONE: 'Europe/Berlin'}, env))});
    const server = {process: p, log: ''};

    running.add(p);
    server.ended = new Promise((resolve) => p.on('exit', (code, signal) => {
        running.delete(p);
        resolve({code, signal});
    }));
    p.stderr.on('data', (d) => { server.log += d; });
    server.stop = () => {
        p.kill('SIGTERM');
        return server.ended;
    };
    return new Promise((resolve, reject) => {
        let out = '';

        p.stdout.on('data', (d) => {
            const m = /listening (https?):\/\/(\S+):(\d+)/.exec(out += d);

            if (m && !server.port) {
                server.port = Number(m[3]);
                server.url = `${m[1]}://${m[2]}:${m[3]}`;
                resolve(server);
            }
        });
        server.ended.then(() => reject(new Error(`no server: ${server.log}`)));
    });
}

/* A TCP port of loopback that was free just now, for programs that cannot pick
 * one and say it. */
function freePort()
{
    return new Promise((resolve, reject) => {
        const s = net.createServer();

        s.on('error', reject);
        s.listen(0, '127.0.0.1', () => {
            const {port} = s.address();

            s.close(() => resolve(port));
        });
    });
}

/* The stand-ins for a server on that port: the environment they print. */
function stand(port, args = [])
{
    const p = child.spawn(program, ['simulate', '--stand', ...args], {cwd: tmp,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: environment({SERVER_PORT: String(port), QUIET_HOURS: 'off'})});
    let out = '', err = '';

    running.add(p);
    p.on('exit', () => running.delete(p));
    p.stdout.on('data', (d) => { out += d; });
    return within(10000, new Promise((resolve, reject) => {
        p.stdout.on('end', () => resolve());
        p.stderr.on('data', (d) => {
            if (/standing in for /.test(err += d))
                resolve();
        });
        p.on('error', reject);
    }), 'the stand-ins').then(() => ({stop: () => p.kill('SIGTERM'),
        env: Object.fromEntries(out.trim().split('\n').map((l) =>
            [l.slice(0, l.indexOf('=')), l.slice(l.indexOf('=') + 1)]))}));
}

/* A root and a certificate for localhost: root.crt, site.crt and site.key in
 * tmp; or the end of this judge. */
function certificates()
{
    const openssl = (...args) => child.execFileSync('openssl', args,
        {cwd: tmp, stdio: 'ignore'});
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
        '-nodes'];

    try {
        openssl('version');
    } catch (e) {
        skipAll('no openssl');
    }
    openssl('req', '-x509', ...key, '-days', '30', '-subj',
        '/CN=conform root', '-keyout', 'root.key', '-out', 'root.crt');
    openssl('req', '-new', ...key, '-subj', '/CN=localhost', '-keyout',
        'site.key', '-out', 'site.csr');
    fs.writeFileSync(path.join(tmp, 'san'), 'subjectAltName=DNS:localhost\n');
    openssl('x509', '-req', '-in', 'site.csr', '-CA', 'root.crt', '-CAkey',
        'root.key', '-CAcreateserial', '-extfile', 'san', '-days', '30',
        '-out', 'site.crt');
}

/* Where Chromium is, or the end of this judge. */
function chromium()
{
    for (const name of ['chromium', 'chromium-browser', 'google-chrome',
        'chromium-headless-shell'])
        try {
            return child.execFileSync('sh', ['-c', `command -v ${name}`],
                {encoding: 'utf8'}).trim();
        } catch (e) {
            continue;
        }
    return skipAll('no chromium');
}

/* A command that may lie where only root looks; or the end of this judge. */
function tool(name)
{
    try {
        return child.execFileSync('sh', ['-c', `command -v ${name}`], {env:
            {PATH: `${process.env.PATH}:/usr/sbin:/sbin`},
        encoding: 'utf8'}).trim();
    } catch (e) {
        return skipAll(`no ${name}`);
    }
}

/* A promise that fails, and says of what, after that many ms. */
function within(ms, promise, what)
{
    let timer;

    return Promise.race([promise, new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${what}: not in ${ms} ms`)),
            ms);
    })]).finally(() => clearTimeout(timer));
}

module.exports = {program, tmp, ok, is, note, skip, skipAll, finish, need,
    environment, run, go, serve, stand, within,
    freePort, certificates, chromium, running, tool, ACCOUNT, TOKEN, OWNER};
