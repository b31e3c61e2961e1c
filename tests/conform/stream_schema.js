/* stream_schema.js - Twilio's media stream, both ways: twilio 1.3 and 1.4.
 *
 * Closed objects: a key too many is Twilio's warning 31951 from the server, and
 * a lie about Twilio from the stand-in.
 */
'use strict';

const hex = (prefix) => ({type: 'string', pattern: `^${prefix}[0-9a-f]{32}$`});
const number = {type: 'string', pattern: '^(0|[1-9][0-9]*)$'};
const base64 = {type: 'string', minLength: 4, pattern:
    '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$'};
const text = {type: 'string', minLength: 1};

function object(properties)
{
    return {type: 'object', properties, required: Object.keys(properties),
        additionalProperties: false};
}

function event(name, properties)
{
    return object(Object.assign({event: {const: name}}, properties));
}

const streamSid = hex('MZ');
const sequenceNumber = number;

/* What the server may send. */
const toTwilio = {
    media: event('media', {streamSid, media: object({payload: base64})}),
    mark: event('mark', {streamSid, mark: object({name: text})}),
    clear: event('clear', {streamSid}),
};

/* What Twilio sends. */
const fromTwilio = {
    connected: event('connected', {protocol: {const: 'Call'}, version: text}),
    start: event('start', {streamSid, sequenceNumber, start: object({
        accountSid: hex('AC'), callSid: hex('CA'), streamSid,
        tracks: {type: 'array', minItems: 1,
            items: {enum: ['inbound', 'outbound']}},
        mediaFormat: object({encoding: {const: 'audio/x-mulaw'},
            sampleRate: {const: 8000}, channels: {const: 1}}),
        customParameters: {type: 'object',
            additionalProperties: {type: 'string'}}})}),
    media: event('media', {streamSid, sequenceNumber, media: object({
        track: {enum: ['inbound', 'outbound']}, chunk: number,
        timestamp: number, payload: base64})}),
    dtmf: event('dtmf', {streamSid, sequenceNumber, dtmf: object({
        track: {const: 'inbound_track'},
        digit: {type: 'string', pattern: '^[0-9*#A-D]$'}})}),
    mark: event('mark', {streamSid, sequenceNumber,
        mark: object({name: text})}),
    stop: event('stop', {streamSid, sequenceNumber, stop: object({
        accountSid: hex('AC'), callSid: hex('CA')})}),
};

module.exports = {toTwilio, fromTwilio};
