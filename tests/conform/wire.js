/* wire.js - every message of every scenario against the services' own schemas,
 * by ajv.
 *
 * What the program says to the model, to Twilio's stream and to its REST API;
 * and what the stand-ins say, for a stand-in that speaks another language than
 * the service would teach the program that language.  ../shared/specs holds the
 * services' schemas; the stream's is tests/conform/stream_schema.js.
 */
'use strict';

const fs = require('fs');
const path = require('path');
const {ok, is, note, skip, finish, need} = require('./lib');
const {record, head} = require('./tape');
const {toTwilio, fromTwilio} = require('./stream_schema');
const Ajv = need('ajv/dist/2020');
const formats = need('ajv-formats');

const specs = process.env.SPECS || '../shared/specs';

function compiler()
{
    const ajv = new Ajv({strict: false, allErrors: true});

    formats(ajv);
    for (const name of ['twiml', 'currency', 'uri-map'])    /* annotations */
        ajv.addFormat(name, true);
    return ajv;
}

/* ---- counting what was judged ---- */

const kinds = new Map();

function judged(kind, m, why)
{
    const k = kinds.get(kind) || {count: 0, bad: []};

    k.count++;
    if (why)
        k.bad.push(`${m.scenario} at ${m.ms} ms: ${why}`,
            `  ${(m.body || m.head).slice(0, 200)}`);
    kinds.set(kind, k);
}

function tell()
{
    for (const [kind, k] of [...kinds].sort())
        ok(!k.bad.length, `${kind}: ${k.count} messages`, k.bad.slice(0, 6));
    kinds.clear();
}

function why(validate)
{
    return (validate.errors || []).slice(0, 2).map((e) =>
        `${e.instancePath || '/'} ${e.message} ${JSON.stringify(e.params)}`)
        .join('; ');
}

/* The object of a text message, or the reason it is none. */
function parsed(m)
{
    if (m.head !== 'text' && m.head !== 'beta')
        return {why: `${m.head}, no text`};
    try {
        const value = JSON.parse(m.body);

        return value && typeof value === 'object' ? {value}
            : {why: 'no object'};
    } catch (e) {
        return {why: e.message};
    }
}

/* ---- Twilio's media stream ---- */

/* streams: what is known of the stream under way, by scenario. */
function judgeStream(tape)
{
    const ajv = compiler();
    const sides = [fromTwilio, toTwilio].map((side) => Object.fromEntries(
        Object.entries(side).map(([k, v]) => [k, ajv.compile(v)])));
    const sids = new Map();

    for (const m of tape) {
        const {value, why: wrong} = parsed(m);
        const side = m.ours ? 'to Twilio' : 'from Twilio';

        if (m.head.includes('\r\n'))
            continue;
        if (wrong) {
            judged(`stream, ${side}`, m, wrong);
            continue;
        }
        const validate = sides[Number(m.ours)][value.event];

        if (value.event === 'start')
            sids.set(m.scenario, (sids.get(m.scenario) || [])
                .concat(value.streamSid));
        judged(`stream, ${side}, ${value.event}`, m,
            !validate ? 'an unknown event'
            : !validate(value) ? why(validate)
            : value.streamSid && !(sids.get(m.scenario) || [])
                .includes(value.streamSid) ? 'a streamSid never started'
            : null);
    }
    tell();
    refusesStream(sides[1]);
}

/* That the schema can say no. */
function refusesStream(validators)
{
    const sid = 'MZ' + '0'.repeat(32);
    const wrong = [
        ['a missing mark', 'mark', {event: 'mark', streamSid: sid}],
        ['a key too many', 'clear', {event: 'clear', streamSid: sid, x: 1}],
        ['a payload that is no base64', 'media', {event: 'media',
            streamSid: sid, media: {payload: 'a-b_'}}],
        ['stream_sid', 'clear', {event: 'clear', stream_sid: sid}],
        ['a track', 'media', {event: 'media', streamSid: sid,
            media: {payload: 'AAAA', track: 'outbound'}}],
    ];

    for (const [what, name, message] of wrong)
        is(validators[name](message), false, `the judge refuses ${what}`);
}

/* ---- the model ---- */

function schema(name)
{
    return JSON.parse(fs.readFileSync(path.join(specs, name), 'utf8'));
}

/* One of a schema's definitions, as a schema. */
function part(name, def)
{
    const whole = schema(name);
    const said = whole.$defs.RealtimeConversationItemMessageAssistant;

    /* What the assistant said had other names then (realtime 3). */
    if (said && def === 'BetaServerEvent')
        said.properties.content.items.properties.type.enum = ['text', 'audio'];
    return {$defs: whole.$defs, $ref: `#/$defs/${def}`};
}

function judgeModel(tape)
{
    const client = compiler().compile(
        schema('realtime_client_events.schema.json'));
    const server = compiler().compile(
        schema('realtime_server_events.schema.json'));
    const betaClient = compiler().compile(
        part('realtime_client_events.schema.json', 'BetaClientEvent'));
    const betaServer = compiler().compile(
        part('realtime_server_events.schema.json', 'BetaServerEvent'));
    let sample;

    for (const m of tape) {
        const {value, why: wrong} = parsed(m);
        const beta = m.head === 'beta';
        const validate = m.ours ? (beta ? betaClient : client)
            : beta ? betaServer : server;
        const side = (beta ? 'beta ' : '') + (m.ours ? 'to' : 'from');

        if (m.head.includes('\r\n'))
            continue;
        if (wrong) {
            judged(`model, ${side} it`, m, wrong);
            continue;
        }
        if (value.type === 'session.update' && !beta)
            sample = value;
        judged(`model, ${side} it, ${value.type}`, m,
            validate(value) ? null : why(validate));
    }
    tell();
    refusesModel(client, sample);
}

function refusesModel(client, sample)
{
    const append = {type: 'input_audio_buffer.append', audio: 'AAAA'};
    const spoiled = structuredClone(sample);

    is(client(append), true, 'the judge takes an append');
    is(client({type: append.type}), false,
        'the judge refuses an append without audio');
    is(client({...append, audio_ms: 20}), false,
        'the judge refuses a parameter that is not there');
    is(client({...append, type: 'input_audio.append'}), false,
        'the judge refuses an event that is not there');
    spoiled.session.voice = 'marin';
    is(client(spoiled), false, 'the judge refuses a voice where beta has it');
}

/* ---- REST ---- */

/* OpenAPI 3.0 to JSON schema: nullable, and Twilio's own formats. */
function translate(node, answers)
{
    if (Array.isArray(node))
        return node.map((n) => translate(n, answers));
    if (!node || typeof node !== 'object')
        return node;
    const out = {};

    for (const [k, v] of Object.entries(node))
        if (k === 'properties')
            out[k] = Object.fromEntries(Object.entries(v).map(([name, p]) =>
                [name, translate(p, answers)]));
        else if (!k.startsWith('x-') && k !== 'nullable' && k !== 'example')
            out[k] = translate(v, answers);
    if (out.$ref)
        out.$ref = out.$ref.replace('#/components/schemas/', '#/$defs/');
    if (out.format === 'uri' && answers)
        out.format = 'uri-reference';   /* /2010-04-01/Accounts/... */
    if (out.properties && out.type === 'object')
        out.additionalProperties = false;
    if (node.nullable && out.enum)
        out.enum = [...out.enum, null];
    if (node.nullable)
        return {anyOf: [out, {type: 'null'}]};
    return out;
}

/* OpenAPI's templates against a path. */
function findPath(apis, target)
{
    for (const api of apis)
        for (const [template, entry] of Object.entries(api.paths)) {
            const re = new RegExp(`^${template.replace(/[.]/g, '\\.')
                .replace(/\{[A-Za-z]+\}/g, '([A-Za-z0-9]+)')}$`);

            if (re.test(target))
                return {api, template, entry};
        }
    return null;
}

function formats2822(ajv)
{
    ajv.addFormat('date-time-rfc-2822', new RegExp(
        '^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \\d\\d '
        + '(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \\d{4} '
        + '\\d\\d:\\d\\d:\\d\\d \\+0000$'));
    ajv.addFormat('http-method', /^(GET|POST)$/);
    ajv.addFormat('endpoint', /^\+[1-9][0-9]{6,14}$/);
}

const compiled = new Map();

function validator(key, api, node, answers)
{
    if (!compiled.has(key)) {
        const ajv = compiler();

        formats2822(ajv);
        compiled.set(key, ajv.compile(Object.assign(
            translate(node, answers),
            {$defs: translate(api.components.schemas || {}, answers)})));
    }
    return compiled.get(key);
}

/* A form as an object: numbers, booleans and lists as the schema says. */
function formObject(body, properties)
{
    const out = {};

    for (const [name, value] of new URLSearchParams(body)) {
        const type = (properties[name] || {}).type;

        if (type === 'array')
            (out[name] = out[name] || []).push(value);
        else if (name in out)
            out[name] = [out[name], value];
        else if (type === 'integer')
            out[name] = /^-?\d+$/.test(value) ? Number(value) : value;
        else if (type === 'boolean')
            out[name] = value === 'true' ? true : value === 'false' ? false
                : value;
        else
            out[name] = value;
    }
    return out;
}

/* The query's parameters are named and typed, too. */
function judgeQuery(operation, query)
{
    const named = new Map((operation.parameters || []).filter((p) =>
        p.in === 'query').map((p) => [p.name, p]));

    for (const [name] of new URLSearchParams(query))
        if (!named.has(name))
            return `the query has ${name}, which is not there`;
    return null;
}

function judgeRequest(apis, m)
{
    const {first, fields} = head(m.head);
    const [method, target, version] = first.split(' ');
    const [pathname, query] = target.split('?');
    const found = findPath(apis, pathname);
    const operation = found && found.entry[method.toLowerCase()];

    m.answers = found && {found, operation, method};
    if (!operation)
        return `${method} ${pathname} is not in the specification`;
    if (version !== 'HTTP/1.1' || !fields.host
        || !/^Basic [A-Za-z0-9+/]+=*$/.test(fields.authorization))
        return 'the head lacks what every request has';
    if (query && judgeQuery(operation, query))
        return judgeQuery(operation, query);
    if (method !== 'POST')
        return null;
    if (fields['content-type'] !== 'application/x-www-form-urlencoded'
        || Number(fields['content-length']) !== Buffer.byteLength(m.body))
        return 'no form, or of another length';
    const form = operation.requestBody.content[fields['content-type']].schema;
    const validate = validator(`${found.template} ${method}`, found.api, form,
        false);

    return validate(formObject(m.body, form.properties)) ? null
        : why(validate);
}

function judgeAnswer(request, m)
{
    const status = head(m.head).first.split(' ')[1];
    let value;

    if (status === '204')
        return m.body ? 'a body behind 204' : null;
    try {
        value = JSON.parse(m.body);
    } catch (e) {
        return e.message;
    }
    if (status[0] !== '2')      /* twilio 4: the shape of every refusal */
        return typeof value.code === 'number' && typeof value.message
            === 'string' && value.status === Number(status)
            && typeof value.more_info === 'string' ? null
            : 'no refusal of Twilio\'s shape';
    if (!request || !request.answers || !request.answers.operation)
        return 'an answer to a request that is not there';
    const {found, operation, method} = request.answers;
    const answer = operation.responses[status];

    if (!answer)
        return `status ${status} is not in the specification`;
    const validate = validator(`${found.template} ${method} ${status}`,
        found.api, answer.content['application/json'].schema, true);

    return validate(value) ? null : why(validate);
}

function judgeRest(tape)
{
    const apis = ['twilio_calls_openapi.json', 'twilio_account_openapi.json']
        .map(schema);
    let request;

    for (const m of tape) {
        const kind = head((m.ours ? m : request || m).head).first
            .replace(/ HTTP.*/, '').replace(/\?.*/, '')
            .replace(/(AC|CA)[0-9a-f]{32}/g, '$1...');

        if (m.ours)
            request = m;
        judged(`REST, ${m.ours ? '' : 'answers to '}${kind}`, m,
            m.ours ? judgeRequest(apis, m) : judgeAnswer(request, m));
    }
    tell();
    refusesRest(apis, tape.find((m) => m.ours && m.head.startsWith('POST')));
}

function refusesRest(apis, sample)
{
    const spoil = (from, to) => {
        const body = sample.body.replace(from, to);

        return judgeRequest(apis, {...sample, body, head: sample.head
            .replace(/Content-Length: \d+/,
                `Content-Length: ${Buffer.byteLength(body)}`)});
    };

    is(spoil('', ''), null, 'the judge takes a create');
    ok(spoil('Timeout=', 'TimeOut='), 'the judge refuses TimeOut');
    ok(spoil(/Timeout=\d+/, 'Timeout=x'), 'the judge refuses a word as time');
    ok(spoil('Method=POST', 'Method=PUT'), 'the judge refuses PUT');
    ok(spoil(/To=[^&]*&/, ''), 'the judge refuses a create without To');
}

/* ---- all of it ---- */

const tape = record();
const of = (wire) => tape.filter((m) => m.wire === wire);
const sent = tape.filter((m) => m.ours).length;

ok(sent > 1000, 'there is something to judge', `${sent} messages`);
judgeStream(of('stream'));
if (!fs.existsSync(specs)) {
    skip('what is said to and by the model', `no ${specs}`);
    skip('what is said to and by Twilio\'s REST API', `no ${specs}`);
} else {
    judgeModel(of('model'));
    judgeRest(of('rest'));
}
note(`${new Set(tape.map((m) => m.scenario)).size} scenarios, ${sent} `
    + `messages of ours, ${tape.length - sent} of the stand-ins`);
finish();
