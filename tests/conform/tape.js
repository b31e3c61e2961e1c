/* tape.js - every scenario played, and what crossed the wires read back. */
'use strict';

const fs = require('fs');
const path = require('path');
const {run, tmp, ok} = require('./lib');

const WIRES = ['model', 'stream', 'rest', 'hook'];

/* [{scenario, wire, ours, ms, head, body}]: all messages of all scenarios. */
function record()
{
    const dir = path.join(tmp, 'wire');
    const r = run(['simulate', '--wire', dir]);
    const all = [];

    ok(r.status === 0, 'every scenario plays as expected', r.err);
    if (!fs.existsSync(dir))
        return all;
    for (const scenario of fs.readdirSync(dir).sort())
        for (const wire of WIRES)
            for (const line of fs.readFileSync(path.join(dir, scenario,
                `${wire}.jsonl`), 'utf8').split('\n'))
                if (line)
                    all.push(Object.assign({scenario, wire},
                        JSON.parse(line)));
    return all;
}

/* An HTTP head: {first, fields: {lower-case name: value}}. */
function head(text)
{
    const [first, ...rest] = text.split('\r\n');
    const fields = {};

    for (const line of rest)
        if (line) {
            const at = line.indexOf(':');

            fields[line.slice(0, at).toLowerCase()] =
                line.slice(at + 1).trim();
        }
    return {first, fields};
}

module.exports = {record, head};
