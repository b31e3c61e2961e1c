/* pages.js - the pages in Chromium: logging in, the connection test with the
 * built-in voice and a microphone, the live page beside a call of the
 * stand-ins; axe-core judges what people without eyes or mice get of them.
 *
 * Pictures of each, a telephone's width and a desktop's, light and dark, stay
 * in build/conform.
 */
'use strict';

/* global document, window, axe, navigator */
const fs = require('fs');
const http = require('http');
const net = require('net');
const path = require('path');
const {ok, is, note, finish, need, serve, stand, within, freePort,
    certificates, chromium, tmp, OWNER} = require('./lib.js');
const puppeteer = need('puppeteer-core');
const axeSource = fs.readFileSync(require.resolve('axe-core/axe.min.js'),
    'utf8');

/* Not isMobile: changing that loads a page anew. */
const SIZES = {phone: {width: 360, height: 740, deviceScaleFactor: 2},
    desktop: {width: 1280, height: 900, deviceScaleFactor: 1}};
const MOUTH = ['--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream'];

function launch(more)
{
    return puppeteer.launch({executablePath: chromium(), headless: true,
        args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage',
            ...more]});
}

/* A tab that keeps what it asks for and complains about. */
async function tab(context, size = 'desktop')
{
    const page = await context.newPage();

    await page.setViewport(SIZES[size]);
    page.asked = [];
    page.complaints = [];
    page.on('request', (r) => page.asked.push(r.url()));
    page.on('pageerror', (e) => page.complaints.push(String(e)));
    page.on('console', (m) => {
        if (m.type() === 'error' && !/status of 40[19]/.test(m.text()))
            page.complaints.push(m.text());
    });
    return page;
}

/* Until fn, in the page, gives something true; what it gave. */
async function until(page, what, fn, ...args)
{
    const handle = await page.waitForFunction(fn, {timeout: 30000,
        polling: 'mutation'}, ...args).catch((e) => {
        throw new Error(`${what}: ${e.message}`);
    });

    return handle.jsonValue();
}

async function logIn(page, token)
{
    await page.waitForSelector('#login:not([hidden])');
    await page.type('#token', token);
    await page.click('#login button');
}

/* What axe-core finds, and whether it fits the width. */
async function look(page, name)
{
    for (const size of ['phone', 'desktop'])
        for (const scheme of ['light', 'dark']) {
            await page.setViewport(SIZES[size]);
            await page.emulateMediaFeatures([{name: 'prefers-color-scheme',
                value: scheme}]);
            const wide = await page.evaluate(() => document.scrollingElement
                .scrollWidth - window.innerWidth);

            ok(wide <= 0, `${name}, ${size}, ${scheme}: nothing sticks out`,
                wide);
            await page.evaluate(axeSource);
            const {violations, passes} = await page.evaluate(() => axe.run());

            ok(violations.length === 0 && passes.length > 10,
                `${name}, ${size}, ${scheme}: axe-core finds nothing`,
                violations.map((v) => `${v.id}: ${v.nodes[0].html}`));
            await page.screenshot({fullPage: true,
                path: `build/conform/${name}-${size}-${scheme}.png`});
        }
    await page.emulateMediaFeatures([]);
    await page.setViewport(SIZES.desktop);
}

/* ---- /test ---- */

/* Presses the button and waits for the verdict: {title, steps, facts}. */
async function runTest(page)
{
    await page.click('#run');
    await until(page, 'a verdict', () => !document.querySelector('#verdict')
        .hidden && !document.querySelector('#run').disabled);
    return page.evaluate(() => ({
        title: document.querySelector('#verdict-title').textContent,
        text: document.querySelector('#verdict-text').textContent,
        steps: Object.fromEntries(Array.from(document.querySelectorAll(
            '#steps li'), (li) => [li.querySelector('.what').firstChild.data,
            `${li.firstChild.title}: ${li.lastChild.textContent}`])),
        facts: Object.fromEntries(Array.from(document.querySelectorAll(
            '#facts div'), (d) => [d.firstChild.textContent,
            d.lastChild.textContent])),
        drawn: ['sent', 'heard'].map((id) => {
            const c = document.getElementById(id);
            const {data} = c.getContext('2d').getImageData(0, 0, c.width,
                c.height);
            let n = 0, top = c.height;

            for (let i = 3; i < data.length; i += 4)
                if (data[i]) {
                    n++;
                    top = Math.min(top, Math.floor(i / 4 / c.width));
                }
            return {n, top};
        }),
    }));
}

function passed(run, name)
{
    const said = run.steps[name] || 'no such step';

    return ok(said.startsWith('passed: '), `${name}: ${said}`);
}

function soundWent(run, what, frames)
{
    ok(Number(run.facts['Frames sent']) >= frames, `${what}: ${
        run.facts['Frames sent']} frames sent`);
    is(run.facts['Came back'], run.facts['Frames sent'], `${what}: all back`);
    is(run.facts['Changed on the way'], '0', `${what}: as they were`);
    is(run.facts['Marks played and sent back'], run.facts['Frames sent'],
        `${what}: each mark was played and sent back`);
    ok(run.drawn.every((d) => d.n > 2000 && d.top < 30), `${what}: both `
        + 'levels are drawn', JSON.stringify(run.drawn));
}

async function strangersTest(page, server)
{
    await page.goto(`${server.url}/test`);
    const run = await runTest(page);

    passed(run, 'Greeting');
    passed(run, 'Echo');
    ok(/^left out: log in/.test(run.steps['The media stream']),
        'without the owner no stream is opened', JSON.stringify(run.steps));
    ok(!('A ticket' in run.steps), 'nor a ticket asked for');
}

async function wrongToken(page)
{
    await logIn(page, 'x'.repeat(64));
    ok(/not the owner's token/.test(await until(page, 'a refusal', () =>
        document.querySelector('#login-error').textContent)),
    'a wrong token is told so');
    is((await page.cookies()).length, 0, 'and gives no cookie');
    await page.$eval('#token', (e) => { e.value = ''; });
}

async function rightToken(page)
{
    await logIn(page, OWNER);
    await until(page, 'in', () => document.querySelector('#login').hidden);
    const cookies = await page.cookies();
    const c = cookies[0] || {};

    is(cookies.length, 1, 'the right one gives one');
    ok(c.name === 'concierge' && c.httpOnly && c.sameSite === 'Strict'
        && c.path === '/' && !c.secure && c.expires > Date.now() / 1000 + 3600,
    'HttpOnly, SameSite=Strict, for hours', JSON.stringify(c));
    is(await page.evaluate(() => document.cookie), '',
        'which no script can read');
    ok(!c.value.includes(OWNER), 'and which is not the token');
}

async function ownersTest(page, server)
{
    const run = await runTest(page);

    for (const name of ['This page', 'GET /health', 'Upgrade on /ws-test',
        'Greeting', 'Echo', 'Close', 'A ticket', 'Upgrade on /media-stream',
        'Start', 'Sound both ways', 'Stop', 'What the server saw'])
        passed(run, name);
    ok(/^warning: 127\.0\.0\.1 .*\(Twilio 31904\)$/.test(
        run.steps['The address']), 'a loopback address is what Twilio cannot '
        + 'reach', run.steps['The address']);
    ok(/31904/.test(run.title), 'and is the verdict', run.title);
    soundWent(run, 'the voice', 200);
    ok(/; played$/.test(run.steps['Sound both ways']), 'it is heard');
    const lines = await page.$$eval('#lines tr', (rows) => rows.map((r) =>
        Array.from(r.children, (c) => c.textContent)));
    const line = (name) => lines.find((l) => l[0] === name) || [];

    is(line('request')[1], 'GET /media-stream HTTP/1.1',
        'the request as the server saw it');
    is(line('user-agent')[2], 'Twilio.TmeWs/1.0', 'beside Twilio\'s');
    is(line('user-agent')[3], 'differs', 'the difference is told');
    is(line('upgrade')[3], 'the same', 'as is what agrees');
    is(line('origin')[1], server.url, 'a browser has an origin');
    is(line('origin')[2], '\u2013', 'Twilio has none');
    is(line('x-twilio-signature')[1], '\u2013', 'a browser cannot sign');
    ok(!lines.some((l) => l[3].startsWith('!')), 'nothing is amiss');
    await page.click('#copy');
    await until(page, 'copied', () => document.querySelector('#copied')
        .textContent === 'copied');
    const text = await page.evaluate(() => navigator.clipboard.readText());

    ok(text.startsWith(`concierge connection test of ${server.url}/`)
        && /^passed +Sound both ways, .*: 2\d\d frames/m.test(text)
        && /^ {2}user-agent: .* \| Twilio\.TmeWs\/1\.0/m.test(text),
    'the report is in the clipboard', text);
    ok(!text.includes(OWNER), 'without the token');
    await look(page, 'test');
}

async function microphone(page)
{
    await page.click('[value=mic]');
    const run = await runTest(page);

    passed(run, 'Sound both ways');
    soundWent(run, 'the microphone', 300);
    ok(/of the microphone/.test(run.steps['Sound both ways']),
        'it was the microphone', run.steps['Sound both ways']);
}

async function noMicrophone(server)
{
    const deaf = await launch(['--deny-permission-prompts']);
    const page = await tab(deaf);

    await page.goto(`${server.url}/test`);
    await logIn(page, OWNER);
    await until(page, 'in', () => document.querySelector('#login').hidden);
    await page.click('[value=mic]');
    const run = await runTest(page);

    ok(/^left out: .*the built-in voice is sent/.test(run.steps.Microphone),
        'without leave to use the microphone the voice is sent',
        JSON.stringify(run.steps));
    passed(run, 'Sound both ways');
    await deaf.close();
}

/* ---- other origins ---- */

const status = (url, headers, method = 'GET') => fetch(url, {method, headers,
    redirect: 'manual'}).then((r) => ({status: r.status, headers: r.headers}));

/* A site that gives out our pages as its own, all but what the server does. */
function otherSite(of)
{
    return new Promise((resolve) => {
        const s = http.createServer(async (q, a) => {
            const r = await fetch(of + q.url.replace(/\?.*/, ''));

            a.writeHead(r.status, {'Content-Type':
                r.headers.get('content-type')});
            a.end(Buffer.from(await r.arrayBuffer()));
        }).listen(0, '127.0.0.1', () => {
            s.url = `http://127.0.0.1:${s.address().port}`;
            resolve(s);
        });
    });
}

async function fromElsewhere(context, server)
{
    const site = await otherSite(server.url);
    const friend = await serve(['--allow-origin', site.url]);
    const auth = {authorization: `Bearer ${OWNER}`};
    const inPage = (to, headers) => fetch(to, {headers}).then((r) => r.status,
        () => 'refused');

    for (const door of ['/v1/calls', '/v1/attempts', '/metrics',
        '/openapi.json'])
        is((await status(server.url + door, {...auth, origin: site.url}))
            .status, 403, `${door}: a foreign origin is refused`);
    for (const from of [server.url, server.url.replace('http', 'https')])
        is((await status(`${server.url}/v1/calls`, {...auth, origin: from}))
            .status, 200, `${from} is its own`);
    is((await status(`${server.url}/v1/calls`, {...auth, origin: 'null'}))
        .status, 403, 'null is nobody\'s');
    const pre = await status(`${friend.url}/v1/calls`, {origin: site.url,
        'access-control-request-method': 'POST'}, 'OPTIONS');

    ok(pre.status === 204 && pre.headers.get('access-control-allow-origin')
        === site.url && /authorization/i.test(pre.headers.get(
        'access-control-allow-headers')), 'a preflight of ALLOW_ORIGIN\'s');
    ok(!pre.headers.has('access-control-allow-credentials'),
        'no cookie crosses');
    const page = await tab(context);

    await page.goto(`${site.url}/test?at=${friend.url}`);
    is(await page.evaluate(inPage, `${server.url}/v1/calls`, auth), 'refused',
        'in a browser, too');
    is(await page.evaluate(inPage, `${friend.url}/v1/calls`, auth), 200,
        'ALLOW_ORIGIN\'s may ask');
    await logIn(page, OWNER);
    await until(page, 'in', () => document.querySelector('#login').hidden);
    const run = await runTest(page);

    passed(run, 'Greeting');
    passed(run, 'Sound both ways');
    passed(run, 'What the server saw');
    await page.close();
    site.close();
    await friend.stop();
}

/* A proxy of ours in front, with one fault: "eats" passes no upgrade on,
 * "host" writes its own Host, "cuts" a connection in mid-stream, "changes" one
 * frame's sound. */
function proxy(to, fault)
{
    const {port} = new URL(to);
    const rewritten = (q) => fault === 'host'
        ? {...q.headers, host: `localhost:${port}`} : q.headers;
    const s = http.createServer((q, a) => {
        const headers = {...rewritten(q)};

        if (fault === 'eats') {
            delete headers.upgrade;
            headers.connection = 'close';
        }
        q.pipe(http.request({port, host: '127.0.0.1', path: q.url, headers,
            method: q.method}, (r) => {
            a.writeHead(r.statusCode, r.headers);
            r.pipe(a);
        }));
    });

    if (fault !== 'eats')
        s.on('upgrade', (q, socket, first) => {
            const up = net.connect(port, '127.0.0.1', () => {
                up.write(`GET ${q.url} HTTP/1.1\r\n${Object.entries(
                    rewritten(q)).map(([k, v]) => `${k}: ${v}\r\n`).join('')
                }\r\n`);
                up.write(first);
            });
            let came = 0;

            socket.pipe(up);
            up.on('data', (d) => {
                came += d.length;
                if (fault === 'cuts' && came > 30000
                    && q.url === '/media-stream')
                    socket.destroy();
                else if (fault === 'changes')
                    socket.write(Buffer.from(d.toString('latin1').replace(
                        /"payload":"(.)/g, '"payload":"/'), 'latin1'));
                else
                    socket.write(d);
            });
            for (const x of [up, socket]) {
                x.on('error', () => {});
                x.on('close', () => {
                    up.destroy();
                    socket.destroy();
                });
            }
        });
    return new Promise((resolve) => s.listen(0, '127.0.0.1', () => {
        s.url = `http://127.0.0.1:${s.address().port}`;
        resolve(s);
    }));
}

async function faults(browser, server)
{
    const wanted = {
        eats: [/^A call would fail: error 31920$/,
            /^Upgrade on \/ws-test: the upgrade was not answered with 101/],
        host: [/^It works from here, but/, /31904|cannot get here/],
        cuts: [/^A call would fail: error 31903$/,
            /^Sound both ways: the stream ended after \d+ frames: 1006/],
        changes: [/^A call would fail: error 31951$/,
            /^Sound both ways: \d+ frames came back changed/]};

    for (const [fault, [title, text]] of Object.entries(wanted)) {
        const way = await proxy(server.url, fault);
        const context = await browser.createBrowserContext();
        const page = await tab(context);

        await page.goto(`${way.url}/test`);
        await logIn(page, OWNER);
        await until(page, 'in', () => document.querySelector('#login').hidden);
        const run = await runTest(page);

        ok(title.test(run.title) && text.test(run.text), `a proxy that ${
            fault}: ${run.title}`, [run.title, run.text]);
        if (fault === 'host')
            ok(await page.$eval('#lines tr.bad', (e) => e.textContent
                .startsWith('host') && e.textContent.includes('rewritten')),
            'and the Host line is marked');
        if (fault === 'eats')
            ok(/proxy_set_header Upgrade/.test(await page.$eval(
                '#verdict-remedy', (e) => e.textContent)),
            'and the settings that help are told');
        await context.close();
        way.close();
        way.closeAllConnections();
    }
}

async function overTls(context)
{
    certificates();
    const server = await serve(['--server-host', '127.0.0.1', '--tls-cert',
        path.join(tmp, 'site.crt'), '--tls-key', path.join(tmp, 'site.key')]);
    const page = await tab(context);

    await page.goto(`https://localhost:${server.port}/test`);
    await logIn(page, OWNER);
    await until(page, 'in', () => document.querySelector('#login').hidden);
    const [c] = await page.cookies();

    ok(c && c.secure && c.httpOnly && c.name === '__Host-concierge',
        'over https the cookie is Secure, and this host\'s alone',
        JSON.stringify(c));
    const run = await runTest(page);

    passed(run, 'Sound both ways');
    is(page.complaints.length, 0, 'no complaint', page.complaints);
    await page.click('#logout');
    await page.waitForSelector('#login:not([hidden])');
    is((await page.cookies()).length, 0, 'logging out takes it away');
    await page.close();
    await server.stop();
}

/* ---- the live page ---- */

/* Says it in the box; the reply. */
async function askFor(page, words, to)
{
    const had = (await page.$$('#talk .them')).length;

    await page.type('#words', words);
    await page.$eval('#to', (e, v) => { e.value = v; }, to);
    await page.click('#send');
    return until(page, 'a reply', (n) => {
        const them = document.querySelectorAll('#talk .them');

        return them.length > n && !document.querySelector('#send').disabled
            && them[n].textContent;
    }, had);
}

/* Asked whether it shall call, it is told to. */
async function order(page, words)
{
    const reply = await askFor(page, words, '+15551230000');

    if (/^Shall I/.test(reply))
        ok(/^Calling /.test(await askFor(page, 'yes', '')), reply);
}

async function livePage(context)
{
    const port = await freePort(), standing = await stand(port);
    const server = await serve(['--server-port', String(port),
        '--now', '2026-11-22T12:00:00+01:00'], {...standing.env,
        CONCIERGE_TOKEN: OWNER, QUIET_HOURS: 'off'});
    const page = await tab(context);

    await page.goto(`${server.url}/`);
    await page.waitForSelector('#login:not([hidden])');
    await look(page, 'login');
    await logIn(page, OWNER);
    await until(page, 'an empty list', () => /No calls so far/.test(document
        .querySelector('#no-calls').textContent));
    await look(page, 'empty');
    ok(/need the restaurant/.test(await askFor(page, 'book a table', '')),
        'what is missing is asked for');
    await order(page, 'Book a table at Luigi\'s for 4 tomorrow at 7 pm, name '
        + 'is Leo');
    await until(page, 'words', () => document.querySelectorAll('#said li')
        .length > 1 && !document.querySelector('#hangup').hidden);
    ok(true, 'words show while they are said');
    is(await page.$eval('#call-title', (e) => e.textContent), "Luigi's",
        'of the call that was asked for');
    await look(page, 'live');
    await until(page, 'an outcome', () => !document.querySelector('#outcome')
        .hidden && document.querySelector('#hangup').hidden);
    is(await page.$eval('#outcome-title', (e) => e.textContent), 'Confirmed',
        'it is confirmed');
    const quotes = await page.$$eval('#fields blockquote', (l) => l.length);
    const fields = await page.$$eval('#fields li', (l) => l.length);

    ok(fields > 2 && quotes === fields, `${fields} fields, each with its `
        + 'quote');
    await until(page, 'the list', () => /Confirmed/.test(document
        .querySelector('#calls').textContent));
    ok(await page.evaluate(async () => {
        const a = document.querySelector('#audio');

        a.muted = true;
        await a.play();
        a.pause();
        return a.duration > 5;
    }), 'its recording plays');
    await look(page, 'done');

    await order(page, 'Book a table at Luigi\'s for 5 tomorrow at 8 pm, name '
        + 'is Leo');
    await page.waitForSelector('#hangup:not([hidden])');
    await page.click('#hangup');
    is(await page.$eval('#hangup', (e) => e.textContent),
        'Press again to hang up', 'hanging up wants a second press');
    await page.click('#hangup');
    await until(page, 'the end', () => !document.querySelector('#outcome')
        .hidden && document.querySelector('#hangup').hidden);
    ok(true, 'then it ends the call');
    is((await page.$$('#calls li')).length, 2, 'two calls are listed');
    await page.click('#stop');
    ok(await page.$eval('#stopped', (e) => e.hidden), 'stopping all calls '
        + 'wants a second press, too');
    await page.click('#stop');
    await page.waitForSelector('#stopped:not([hidden])');
    await page.reload();
    await page.waitForSelector('#stopped:not([hidden])');
    ok(true, 'then no call begins, and the page says so after a reload');
    await page.click('#stop');
    await until(page, 'going on', () => document.querySelector('#stopped')
        .hidden && document.querySelector('#stop').textContent
        === 'Stop all calls');
    ok(true, 'one press lets them begin again');
    ok(page.asked.every((u) => u.startsWith(`${server.url}/`)
        || u.startsWith('data:')), 'nobody else was asked for anything',
    page.asked.filter((u) => !u.startsWith(server.url)));
    is(page.complaints.length, 0, 'no complaint', page.complaints);
    await page.close();
    is((await server.stop()).code, 0, 'the server ends well');
    standing.stop();
}

/* What a server of ours can be made to say only with patience: a question in
 * mid-call, lines out of order or with markup in them, a server that is gone.
 * The page's requests are answered here. */
async function scripted(browser, server)
{
    const context = await browser.createBrowserContext();
    const page = await tab(context), posted = [];
    const id = 'a'.repeat(24);
    const call = {id, call_sid: null, status: 'in_progress', direction:
        'outbound', asked: {to: '+15551230000', restaurant: '<b>Luigi</b>',
        party: 2, date: '2026-11-23', time: '19:00'}, outcome: null,
    transcript: [], created: '2026-11-22T11:00:00Z', started:
        new Date().toISOString(), ended: null, seconds: 3, error: null};
    const event = (n, type, data) => `id: ${n}\nevent: ${type}\n`
        + `data: ${JSON.stringify(data)}\n\n`;
    const events = event(1, 'transcript', {at: '00:05.000', who: 'them',
        text: '<img src=x onerror=alert(1)>'})
        + event(2, 'transcript', {at: '00:02.000', who: 'us', text: 'first'})
        + event(3, 'question', {id: 'q1', text: 'Is 8 pm well, too?',
            deadline: new Date(Date.now() + 30000).toISOString()});
    let gone = false, told = 0;

    await page.setRequestInterception(true);
    page.on('request', (r) => {
        const {pathname} = new URL(r.url());
        const say = (body, contentType = 'application/json') =>
            r.respond({status: 200, contentType, body: typeof body === 'string'
                ? body : JSON.stringify(body)});

        if (gone && pathname.startsWith('/v1/'))
            r.abort('connectionrefused');
        else if (pathname === '/v1/calls')
            say({calls: [call], next: null});
        else if (pathname === `/v1/calls/${id}`)
            say(call);
        else if (pathname === `/v1/calls/${id}/events`)
            say(told++ ? 'retry: 60000\n\n' : events, 'text/event-stream');
        else if (pathname === `/v1/calls/${id}/answer`) {
            posted.push(r.postData());
            say({});
        } else
            r.continue();
    });
    await page.goto(`${server.url}/`);
    await until(page, 'a question', () => !document.querySelector('#question')
        .hidden);
    is(await page.$eval('#question-text', (e) => e.textContent),
        'Is 8 pm well, too?', 'a question in mid-call is shown');
    ok(/^0:[23]\d left to answer$/.test(await page.$eval('#question-left',
        (e) => e.textContent)), 'with its countdown');
    is(await page.$$eval('#said li', (l) => l.map((e) => e.lastChild.data)
        .join('|')), 'first|<img src=x onerror=alert(1)>',
    'lines stand by their time, markup is text');
    is(await page.$eval('#call-title', (e) => e.textContent), '<b>Luigi</b>',
        'in a name, too');
    await look(page, 'question');
    await page.click('[data-says=yes]');
    await until(page, 'answered', () => document.querySelector('#question')
        .hidden);
    is(posted.join(), '{"question_id":"q1","text":"yes"}', 'it is answered '
        + 'with a press');
    gone = true;
    ok(/cannot be reached; it is tried again/.test(await until(page, 'trouble',
        () => document.querySelector('#trouble').hidden ? ''
            : document.querySelector('#trouble').textContent)),
    'a server that is gone is told of');
    await look(page, 'trouble');
    gone = false;
    await until(page, 'better', () => document.querySelector('#trouble')
        .hidden);
    ok(true, 'and found again');
    await context.close();
}

(async () => {
    const browser = await launch([...MOUTH, '--ignore-certificate-errors']);

    try {
        note(await browser.version());
        const server = await serve();
        const page = await tab(browser);

        await browser.defaultBrowserContext().overridePermissions(server.url,
            ['clipboard-read', 'clipboard-sanitized-write', 'microphone']);
        await strangersTest(page, server);
        await wrongToken(page);
        await rightToken(page);
        await ownersTest(page, server);
        await microphone(page);
        ok(page.asked.every((u) => u.startsWith(`${server.url}/`)
            || u.startsWith('data:')), '/test asks nobody else',
        page.asked);
        is(page.complaints.length, 0, 'no complaint', page.complaints);
        await noMicrophone(server);
        await fromElsewhere(browser, server);
        await scripted(browser, server);
        await faults(browser, server);
        is((await server.stop()).code, 0, 'the server ends well');
        await overTls(browser);
        await livePage(await browser.createBrowserContext());
    } finally {
        await within(10000, browser.close(), 'the browser\'s end');
    }
    finish();
})();
