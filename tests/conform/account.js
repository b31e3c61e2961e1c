/* account.js - what the stand-in tells of an account, well and with each thing
 * that can be wrong with it, against Twilio's own descriptions, by ajv; and
 * doctor's objects against the shape they are promised in.
 *
 * A stand-in that lacks a key, or has one of its own, would teach doctor a
 * Twilio there is not.
 */
'use strict';

const fs = require('fs');
const path = require('path');
const {ok, is, skipAll, finish, need, go, stand, freePort, ACCOUNT, TOKEN}
    = require('./lib');
const Ajv = need('ajv/dist/2020');
const formats = need('ajv-formats');

const specs = process.env.SPECS || '../shared/specs';
const faults = ['', 'trial', 'suspended', 'closed', 'broke', 'low',
    'no_number', 'no_voice', 'fax', 'elsewhere', 'application', 'no_country',
    'history'];
const AT = `/2010-04-01/Accounts/${ACCOUNT}`;
const asked = [
    ['account', '/2010-04-01/Accounts/{Sid}.json', `${AT}.json`],
    ['account', '/2010-04-01/Accounts/{AccountSid}/Balance.json',
        `${AT}/Balance.json`],
    ['account', '/2010-04-01/Accounts/{AccountSid}/IncomingPhoneNumbers.json',
        `${AT}/IncomingPhoneNumbers.json`],
    ['account', '/2010-04-01/Accounts/{AccountSid}/OutgoingCallerIds.json',
        `${AT}/OutgoingCallerIds.json`],
    ['account', '/2010-04-01/Accounts/{AccountSid}/Notifications.json',
        `${AT}/Notifications.json`],
    ['account', '/2010-04-01/Accounts/{AccountSid}/Calls/{CallSid}/'
        + 'Notifications.json',
        `${AT}/Calls/CA0000000000000000000000000000d0c7/Notifications.json`],
    ['voice', '/v1/DialingPermissions/Countries/{IsoCode}',
        '/v1/DialingPermissions/Countries/DE'],
    ['monitor', '/v1/Alerts', '/v1/Alerts'],
];

/* OpenAPI 3.0 to JSON schema; every key that is described must be there and no
 * other. */
function translate(node)
{
    if (Array.isArray(node))
        return node.map(translate);
    if (!node || typeof node !== 'object')
        return node;
    const out = {};

    for (const [k, v] of Object.entries(node)) {
        if (k === 'properties')
            out[k] = Object.fromEntries(Object.entries(v).map(([n, s]) =>
                [n, translate(s)]));
        else if (!k.startsWith('x-') && k !== 'nullable' && k !== 'example')
            out[k] = translate(v);
    }
    if (out.$ref)
        out.$ref = out.$ref.replace('#/components/schemas/', '#/$defs/');
    if (out.format === 'uri')
        out.format = 'uri-reference';   /* /2010-04-01/Accounts/... */
    if (out.properties) {
        out.additionalProperties = false;
        out.required = Object.keys(out.properties);
    }
    return node.nullable ? {anyOf: [out, {type: 'null'}]} : out;
}

const compiled = {};

function validator(api, template)
{
    const key = api + template;

    if (!compiled[key]) {
        const doc = JSON.parse(fs.readFileSync(path.join(specs,
            `twilio_${api}_openapi.json`), 'utf8'));
        const ajv = new Ajv({strict: false, allErrors: true});

        formats(ajv);
        for (const name of ['uri-map', 'phone-number', 'http-method',
            'iso-country-code', 'date-time-rfc-2822',
            'phone-number-capabilities'])
            ajv.addFormat(name, true);
        compiled[key] = ajv.compile({...translate(doc.paths[template].get
            .responses['200'].content['application/json'].schema),
            $defs: translate(doc.components.schemas)});
    }
    return compiled[key];
}

const result = {
    type: 'object', additionalProperties: false,
    required: ['probe', 'status', 'twilio', 'cause', 'remedy', 'ms', 'seen'],
    properties: {
        probe: {enum: ['settings', 'clock', 'dns', 'tcp', 'tls', 'tunnel',
            'twiml', 'upgrade', 'stream', 'callbacks', 'twilio', 'errors',
            'model', 'chat', 'disk', 'limits', 'verdict']},
        status: {enum: ['ok', 'warn', 'fail', 'skip']},
        twilio: {type: ['integer', 'null'], minimum: 10000},
        cause: {type: 'string'}, remedy: {type: 'string'},
        ms: {type: 'number', minimum: 0}, seen: {type: 'object'},
    },
};

async function judgeDoctor(env, fault)
{
    const r = await go(['doctor', '--json', '--offline', '--private',
        '--server-port', '0', '--only', 'settings,clock,twilio,errors,model,'
        + 'chat,limits,disk', '--to', '+493012345678'], env);
    const check = new Ajv({strict: false}).compile(result);
    const bad = [];
    let last = {};

    for (const line of r.out.trim().split('\n')) {
        last = JSON.parse(line);
        if (!check(last))
            bad.push(`${line}: ${JSON.stringify(check.errors)}`);
    }
    ok(!bad.length, `${fault || 'well'}: doctor's objects`, bad);
    is(last.probe, 'verdict', `${fault || 'well'}: the last one`);
}

async function judge(fault)
{
    const s = await stand(await freePort(), fault ? ['--account', fault]
        : []);
    const headers = {authorization: 'Basic ' + Buffer.from(ACCOUNT + ':'
        + TOKEN).toString('base64')};
    const bad = [];

    for (const [api, template, where] of asked) {
        const r = await fetch(s.env.TWILIO_API_BASE + where, {headers});
        const body = await r.json();
        const check = validator(api, template);

        if (r.status !== 200 || !check(body))
            bad.push(`${where}: ${r.status} ${JSON.stringify((check.errors
                || []).slice(0, 3))}`);
    }
    ok(!bad.length, `${fault || 'well'}: ${asked.length} answers`, bad);
    if (['', 'trial', 'history'].includes(fault))
        await judgeDoctor(s.env, fault);
    s.stop();
}

async function main()
{
    if (!fs.existsSync(path.join(specs, 'twilio_monitor_openapi.json')))
        skipAll(`no descriptions in ${specs}`);
    for (const fault of faults)
        await judge(fault);
    /* A judge that takes everything judges nothing. */
    const s = await stand(await freePort());
    const r = await fetch(s.env.TWILIO_API_BASE + `${AT}/Balance.json`,
        {headers: {authorization: 'Basic ' + Buffer.from(ACCOUNT + ':'
            + TOKEN).toString('base64')}});
    const body = await r.json();

    delete body.currency;
    ok(!validator('account', asked[1][1])(body), 'a missing key is seen');
    body.currency = 5;
    ok(!validator('account', asked[1][1])(body), 'another type is seen');
    s.stop();
    finish();
}

main();
