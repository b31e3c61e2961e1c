/* openapi.js - GET /openapi.json: two validators accept it, and what the real
 * server answers is what it says.
 *
 * Every owner's door is asked without the token and every webhook without a
 * signature; then a call is made against the stand-ins, watched, hung up and
 * asked for.  An answer passes when its status, its type and, for JSON, its
 * body are documented, with no member that is not.  What comes to WEBHOOK_URL
 * meanwhile is judged likewise, its signature by Node's crypto.
 */
'use strict';

const crypto = require('crypto');
const http = require('http');
const path = require('path');
const {pathToFileURL} = require('url');
const {ok, is, note, finish, need, run, serve, stand, within, freePort,
    OWNER} = require('./lib.js');

const Ajv = need('ajv/dist/2020');
const formats = need('ajv-formats');
const SwaggerParser = need('@apidevtools/swagger-parser');
const asked = {to: '+15551230000', restaurant: "Luigi's", party: 4,
    date: '2030-11-23', time: '19:00', name: 'Leo'};
let doc, ajv, base, answers = 0;

/* An import does not look at NODE_PATH. */
async function schemaValidator()
{
    const name = '@seriousme/openapi-schema-validator';

    need(name + '/package.json');
    return (await import(pathToFileURL(path.join(process.env.NODE_PATH, name,
        'index.js')))).Validator;
}

/* Members that no schema names are faults here. */
function close(schema)
{
    if (Array.isArray(schema))
        return schema.forEach(close);
    if (!schema || typeof schema !== 'object')
        return undefined;
    if (schema.properties && schema.additionalProperties === undefined)
        schema.additionalProperties = false;
    return Object.values(schema).forEach(close);
}

const pointer = (...parts) => 'doc#/' + parts.map((p) => encodeURIComponent(
    p.replace(/~/g, '~0').replace(/\//g, '~1'))).join('/');

/* How one answer departs from the document; '' when it does not. */
function departs(door, method, status, type, body)
{
    let at = ['paths', door, method, 'responses', String(status)];
    let answer = at.reduce((v, k) => v && v[k], doc);

    if (!answer)
        return `status ${status} is not documented: ${body.slice(0, 200)}`;
    if (answer.$ref) {
        at = answer.$ref.slice(2).split('/');
        answer = at.reduce((v, k) => v[k], doc);
    }
    type = type.replace(/;.*/, '');
    if (!answer.content)
        return body ? 'a body is not documented' : '';
    if (!answer.content[type])
        return `type ${type} is not documented for ${status}`;
    if (type !== 'application/json')
        return '';
    const check = ajv.compile({$ref: pointer(...at, 'content', type,
        'schema')});
    return check(JSON.parse(body)) ? '' : ajv.errorsText(check.errors);
}

async function ask(method, door, {id = '0'.repeat(24), body, query = '',
    headers = {}, token = OWNER} = {})
{
    const r = await within(15000, fetch(base + door.replace(/{.*?}/, id)
        + query, {method: method.toUpperCase(), redirect: 'manual',
        headers: Object.assign(token ? {authorization: `Bearer ${token}`} : {},
            body ? {'content-type': 'application/json'} : {}, headers),
        body: body && (typeof body === 'string' ? body
            : JSON.stringify(body))}), door);
    const text = await within(15000, r.text(), `${door}: its body`);
    const wrong = departs(door, method, r.status,
        r.headers.get('content-type') || '', text);

    answers++;
    ok(!wrong, `${method} ${door}${query}: ${r.status} as documented`, wrong);
    return {status: r.status, text,
        get json() { return JSON.parse(text); }};
}

async function strangers()
{
    for (const [door, ops] of Object.entries(doc.paths))
        for (const [method, op] of Object.entries(ops)) {
            const who = Object.keys(Object.assign({}, ...op.security))[0];

            if (who === 'owner')
                is((await ask(method, door, {token: null})).status, 401,
                    `${method} ${door}: the owner's`);
            else if (who === 'twilio')
                is((await ask(method, door, {query: '?call_id=x'})).status,
                    403, `${method} ${door}: Twilio's`);
            else if (op.responses['101'])
                await ask(method, door);
        }
}

async function facts()
{
    for (const door of ['/health', '/ready', '/metrics', '/openapi.json',
        '/v1/attempts', '/v1/calls', '/calls'])
        is((await ask('get', door)).status, 200, `${door} is there`);
    await ask('get', '/v1/calls', {headers: {accept: 'application/x-ndjson'}});
    is((await ask('get', '/v1/calls', {query: '?limit=0'})).status, 400,
        'limit=0 is refused');
    is((await ask('post', '/v1/tickets')).status, 201, 'a ticket');
    is((await ask('get', '/v1/calls/{id}')).status, 404, 'no such call');
    is((await ask('post', '/v1/calls', {body: '{'})).status, 400, 'no JSON');
    is((await ask('post', '/v1/calls', {body: {...asked, party: 0}})).status,
        400, 'a bad field');
    is((await ask('post', '/v1/calls', {body: {...asked, party: 999}})).status,
        403, 'policy');
    is((await ask('post', '/v1/requests', {body: {user_input:
        'a table for two'}})).status, 200, 'a request that lacks something');
    is((await ask('post', '/echo', {body: 'x'})).status, 404, 'no echo');
}

async function oneCall()
{
    const started = await ask('post', '/v1/calls', {body: asked,
        headers: {'idempotency-key': 'one'}});
    const id = started.json.id;

    is(started.status, 202, 'a call is started');
    is((await ask('post', '/calls', {body: asked})).status, 409,
        'the same intent again');
    is((await ask('post', '/v1/calls', {body: {...asked, party: 3},
        headers: {'idempotency-key': 'one'}})).status, 409,
    'the same key for another');
    await ask('get', '/v1/calls/{id}', {id});
    await ask('get', '/calls/{id}/status', {id});
    await ask('post', '/v1/calls/{id}/answer', {id, body: {question_id: '1',
        text: 'yes'}});
    const events = ask('get', '/v1/calls/{id}/events', {id});

    is((await ask('post', '/v1/calls/{id}/hangup', {id})).status, 202,
        'it is hung up');
    ok(/^event: status$/m.test((await events).text), 'events of it came');
    is((await ask('post', '/v1/calls/{id}/hangup', {id})).status, 409,
        'it is over');
    await ask('post', '/v1/calls', {body: asked,
        headers: {'idempotency-key': 'one'}});
    await ask('get', '/v1/calls/{id}/transcript.txt', {id});
    await ask('get', '/v1/calls/{id}/recording.wav', {id});
    await ask('get', '/v1/calls/{id}', {id});
    is((await ask('delete', '/v1/calls/{id}', {id})).status, 204,
        'it is forgotten');
    is((await ask('get', '/v1/calls/{id}', {id})).status, 404, 'and gone');
    await ask('get', '/v1/attempts');
}

/* ---- what comes to WEBHOOK_URL ---- */

const SECRET = 'conform-secret';
const came = [], waiting = [];

function receiver()
{
    const site = http.createServer(async (req, res) => {
        const pieces = [];

        for await (const piece of req)
            pieces.push(piece);
        came.push({headers: req.headers, body: Buffer.concat(pieces)});
        res.writeHead(204).end();
        waiting.splice(0).forEach((f) => f());
    });

    return new Promise((resolve) => site.listen(0, '127.0.0.1',
        () => resolve(site)));
}

/* The first event of that type about that call. */
async function event(type, call)
{
    const fits = (e) => e.headers['x-concierge-event'] === type
        && JSON.parse(e.body)[type === 'outcome' ? 'id' : 'call'] === call;

    while (!came.some(fits))
        await within(60000, new Promise((f) => waiting.push(f)), type);
    return came.find(fits);
}

/* As the document says, in head, body and signature. */
function judge(type, e)
{
    const op = doc.webhooks[type].post;
    const at = ['webhooks', type, 'post', 'requestBody', 'content',
        e.headers['content-type'], 'schema'];
    const check = ajv.compile({$ref: pointer(...at).replace('doc', 'open'),
        unevaluatedProperties: false});
    const body = JSON.parse(e.body);
    const sum = (t) => crypto.createHmac('sha256', SECRET).update(t + '.')
        .update(e.body).digest('hex');
    const [, t, v1] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(
        e.headers['x-concierge-signature']) || [];

    ok(check(body), `${type}: a body as documented`,
        ajv.errorsText(check.errors));
    ok(!check({...body, more: 1}), `${type}: with no member more`);
    for (const {$ref} of op.parameters) {
        const p = $ref.slice(2).split('/').reduce((v, k) => v[k], doc);

        ok(ajv.validate(p.schema, e.headers[p.name.toLowerCase()]),
            `${type}: ${p.name} as documented`, ajv.errorsText());
    }
    is(body.event, type, `${type}: the body says so`);
    is(body.delivery, e.headers['x-concierge-delivery'],
        `${type}: and under which delivery`);
    is(v1, sum(t), `${type}: signed`);
    ok(Math.abs(Date.now() / 1000 - t) < 60, `${type}: just now`);
    return body;
}

/* A call that asks its owner something, who hears of it by the webhook. */
async function oneQuestion()
{
    const started = await ask('post', '/v1/calls', {body: {...asked,
        party: 2}});
    const id = started.json.id;
    const {question, seconds} = judge('question', await event('question',
        id));
    const said = await ask('post', '/v1/calls/{id}/answer', {id,
        body: {question_id: question.id, text: 'Yes, 9 pm is fine.'}});

    ok(seconds > 35 && seconds <= 45, `${seconds} s to answer it`);
    ok(said.status < 300, 'its answer is taken');
    const told = judge('outcome', await event('outcome', id));
    const {delivery, event: type, ...object} = told;

    is(JSON.stringify(object), JSON.stringify((await ask('get',
        '/v1/calls/{id}', {id})).json), 'what is told is the call object');
    is(new Set(came.map((e) => e.headers['x-concierge-delivery'])).size,
        came.length, 'nothing was told twice');
}

async function main()
{
    const Validator = await schemaValidator();
    const port = await freePort();
    const standing = await stand(port, ['asked-answered']);
    const site = await receiver();
    const server = await serve(['--server-port', String(port)],
        {...standing.env, CONCIERGE_TOKEN: OWNER, QUIET_HOURS: 'off',
            WEBHOOK_URL: `http://127.0.0.1:${site.address().port}/hook`,
            WEBHOOK_SECRET: SECRET});

    base = server.url;
    const r = await fetch(`${base}/openapi.json`,
        {headers: {authorization: `Bearer ${OWNER}`}});
    const text = await r.text();

    is(r.status, 200, 'GET /openapi.json');
    doc = JSON.parse(text);
    is(doc.info.version, run(['version']).out.split(' ')[1],
        'its version is the program\'s');
    const verdict = await new Validator().validate(JSON.parse(text));

    ok(verdict.valid, '@seriousme/openapi-schema-validator accepts it',
        JSON.stringify(verdict.errors));
    await SwaggerParser.validate(JSON.parse(text)).then(
        () => ok(true, '@apidevtools/swagger-parser accepts it'),
        (e) => ok(false, '@apidevtools/swagger-parser accepts it', e.message));
    const closed = JSON.parse(text);

    close(closed.components.schemas);
    ajv = new Ajv({strict: false, allErrors: true});
    formats(ajv);
    ajv.addSchema(closed, 'doc');
    ajv.addSchema(doc, 'open');

    await strangers();
    await facts();
    await oneCall();
    await oneQuestion();
    note(`${Object.keys(doc.paths).length} paths, ${answers} answers of the `
        + 'server judged');
    await server.stop();
    standing.stop();
    site.close();
    finish();
}

main();
