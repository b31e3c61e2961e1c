/* chat.js - what the chat model's server is asked, and what our stand-in for
 * one answers, against the interface's schema (specs/chat_completions).
 *
 * A recorder stands between `serve`, `plan` and the stand-in; every request
 * body and every chunk of every answer is judged by ajv.
 */
'use strict';

const fs = require('fs');
const http = require('http');
const path = require('path');
const {ok, is, note, finish, need, skipAll, serve, stand, freePort, go,
    OWNER} = require('./lib.js');

const Ajv = need('ajv/dist/2020');
const formats = need('ajv-formats');
const file = path.join(process.env.SPECS || '../shared/specs',
    'chat_completions.schema.json');
const asked = [], chunks = [];

/* Forwards to the stand-in and keeps both sides. */
function recorder(target)
{
    const server = http.createServer((req, res) => {
        let body = '';

        req.on('data', (d) => { body += d; });
        req.on('end', () => {
            asked.push(JSON.parse(body));
            const on = http.request(target + req.url, {method: req.method,
                headers: req.headers}, (answer) => {
                let text = '';

                answer.on('data', (d) => { text += d; });
                answer.on('end', () => {
                    for (const line of text.split('\n'))
                        if (/^data: \{/.test(line))
                            chunks.push(JSON.parse(line.slice(6)));
                    res.writeHead(answer.statusCode, {'content-type':
                        answer.headers['content-type']});
                    res.end(text);
                });
            });

            on.end(body);
        });
    });

    return new Promise((resolve) => server.listen(0, '127.0.0.1',
        () => resolve(server)));
}

async function say(base, words)
{
    const r = await fetch(base + '/v1/requests', {method: 'POST', headers:
        {authorization: `Bearer ${OWNER}`}, body: JSON.stringify({
            user_input: words, session_id: 'chat-js'})});

    return {status: r.status, json: await r.json()};
}

const sentences = ['Who are you?', 'Book a table at Luigi\'s for 4 on 1 June '
    + 'at 7 pm', 'make it 8 instead', 'under the name "Zo\u00eb \u{1f600}"',
'no', 'Cancel my reservation', 'Find an Italian place',
'the same again next week', 'Einen Tisch f\u00fcr zwei bei M\u00fcller'];

function judge(validate, list, what)
{
    const faults = [];

    for (const one of list)
        if (!validate(one))
            faults.push(JSON.stringify(one).slice(0, 200),
                JSON.stringify(validate.errors.slice(0, 3)));
    ok(list.length > 0 && faults.length === 0,
        `${list.length} ${what} are as the schema has them`, faults);
}

/* ajv's verdict is worth something only if it says no, too. */
function controls(request)
{
    const good = asked[0];

    ok(!request({...good, messages: 'x'}), 'control: messages no list');
    ok(!request({...good, model: undefined}), 'control: no model');
    ok(!request({...good, messages: [{role: 'chef', content: 'x'}]}),
        'control: a role that is none');
}

async function main()
{
    if (!fs.existsSync(file))
        skipAll(`no ${file}`);
    const schema = JSON.parse(fs.readFileSync(file, 'utf8'));
    const ajv = new Ajv({strict: false, allErrors: true});

    formats(ajv);
    ajv.addSchema(schema, 'chat');
    const standing = await stand(await freePort());
    const between = await recorder(standing.env.OPENAI_BASE_URL.replace(
        /\/v1$/, ''));
    const env = {...standing.env, OPENAI_BASE_URL:
        `http://127.0.0.1:${between.address().port}/v1`};
    const server = await serve([], env);

    for (const words of sentences)
        is((await say(server.url, words)).status, 200, words);
    const plan = await go(['plan', sentences[1]], {...env, ZONE: 'UTC'});

    is(JSON.parse(plan.out).understood_by, 'model', 'plan asks it, too');
    const before = asked.length;

    await go(['plan', '--offline', sentences[1]], {...env, ZONE: 'UTC'});
    is(asked.length, before, 'and --offline does not');
    const request = ajv.getSchema('chat#/$defs/ChatRequest');

    judge(request, asked, 'requests');
    judge(ajv.getSchema('chat#/$defs/ChatChunk'), chunks,
        'chunks of the stand-in');
    controls(request);
    note(`${asked.length} requests, ${chunks.length} chunks judged`);
    await server.stop();
    standing.stop();
    between.close();
    finish();
}

main();
