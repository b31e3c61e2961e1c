/* index.js - the live page: calls that run and have run, one of them followed
 * line by line, and a box for what shall be arranged next.
 *
 * The list is asked for every few seconds while somebody looks; the chosen
 * call, while it runs, comes over its event stream (the cookie goes along).
 */
import {$, Refused, ask, away, base, el, logins, plainly, serverNow}
    from './owner.js';

const EVERY = 3000;             /* ms between two looks at the list */
const SURE = 4000;              /* ms in which a second press hangs up */
const STATUS = {planned: 'About to dial', queued: 'In line', ringing:
    'Ringing', in_progress: 'Talking', completed: 'Over', failed: 'Failed'};
const OUTCOME = {
    confirmed: ['Confirmed', 'good'],
    modified: ['Agreed, with changes', 'good'],
    alternative_offered: ['Something else was offered', 'warn'],
    declined: ['Declined', 'bad'], waitlisted: ['On the waiting list', 'warn'],
    callback_promised: ['They will call back', 'warn'],
    cancelled: ['Cancelled', 'good'],
    not_reached: ['Nobody was reached', 'bad'],
    machine: ['A machine answered', 'bad'],
    wrong_party: ['The wrong number', 'bad'], cut_off: ['Cut off', 'bad'],
    unclear: ['Unclear', 'warn'], blocked: ['Not allowed', 'bad'],
    error: ['An error', 'bad']};
const REASON = {busy: 'the line was busy', no_answer: 'no answer', rejected:
    'they turned the call away', invalid_number: 'there is no such number',
network: 'the network failed', policy: 'the rules forbid it', hours:
    'outside the hours', cap: 'too many calls'};
const FIELD = {date: 'Date', time: 'Time', party: 'People', name: 'Name',
    number: 'Their number for it', notes: 'Notes'};

let list = [], older = [], next = null;
let chosen = null;              /* the call object on show */
let source = null;              /* its event stream */
let question = null;
let owner = false, timer = 0;
let stopped = null;             /* is the kill switch thrown? */
let session = sessionStorage.getItem('session') || '';

const runs = (call) => !call.ended && call.status !== 'completed'
    && call.status !== 'failed';
const words = (map, key) => map[key] || String(key).replace(/_/g, ' ');

function clock(seconds)
{
    const s = Math.max(0, Math.floor(seconds));

    return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}`;
}

/* "2026-11-23" -> "Mon, 23 Nov 2026"; noon is the same day everywhere. */
function day(date)
{
    const d = new Date(`${date}T12:00:00`);

    return Number.isNaN(d.getTime()) ? String(date) : d.toLocaleDateString(
        'en-GB', {weekday: 'short', day: 'numeric', month: 'short',
            year: 'numeric'});
}

const moment = (stamp) => new Date(stamp).toLocaleString('en-GB',
    {day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit'});

function title(call)
{
    return call.asked ? call.asked.restaurant || call.asked.to
        : `From ${call.from || 'somebody'}`;
}

const judged = (o) => OUTCOME[o.outcome] || [words({}, o.outcome), ''];

function result(call)
{
    return call.outcome ? judged(call.outcome)
        : [words(STATUS, call.status), runs(call) ? 'live good' : 'bad'];
}

function trouble(e)
{
    if (e instanceof Refused && e.status === 401) {
        door.out();
        return;
    }
    $('trouble').textContent = `${plainly(e)}; it is tried again.`;
    $('trouble').hidden = false;
}

/* ---- the list ---- */

function item(call)
{
    const [text, kind] = result(call);
    const b = el('button', {type: 'button', className: 'call'});

    b.append(el('b', {}, title(call)),
        el('span', {className: `dot ${kind}`}, text),
        el('small', {}, call.asked ? `${day(call.asked.date)}, `
            + `${call.asked.time}, ${call.asked.party} people` : 'inbound',
        el('br'), moment(call.created)));
    b.setAttribute('aria-current', chosen !== null && chosen.id === call.id);
    b.dataset.id = call.id;
    b.addEventListener('click', () => choose(call.id, true));
    return b;
}

/* Redrawn only when something has changed: who reads it with a keyboard or
 * a screen reader keeps the place. */
function drawList()
{
    const all = [...list, ...older.filter((o) => list.every((c) =>
        c.id !== o.id))];
    const key = JSON.stringify([all.map((c) => [c.id, c.status, c.outcome
        && c.outcome.outcome]), chosen && chosen.id]);

    $('no-calls').hidden = all.length > 0;
    $('no-calls').textContent = 'No calls so far. Ask for one above.';
    $('older').hidden = !next;
    if ($('calls').dataset.key === key)
        return;
    const at = document.activeElement.dataset.id;

    $('calls').dataset.key = key;
    $('calls').replaceChildren(...all.map((c) => el('li', {}, item(c))));
    if (at)
        $('calls').querySelector(`[data-id="${at}"]`)?.focus();
}

async function look()
{
    clearTimeout(timer);
    if (!owner)
        return;
    try {
        const page = await ask('GET', 'v1/calls?limit=25');

        list = page.calls;
        if (!older.length)
            next = page.next;
        await learnStopped();
        $('trouble').hidden = true;
        drawList();
        if (!chosen && list[0] && runs(list[0]))
            await choose(list[0].id, false);
    } catch (e) {
        trouble(e);
    }
    clearTimeout(timer);
    if (owner && !document.hidden)
        timer = setTimeout(look, EVERY);
}

async function lookBack()
{
    try {
        const page = await ask('GET', `v1/calls?limit=25&before=${next}`);

        older.push(...page.calls);
        next = page.next;
        drawList();
    } catch (e) {
        trouble(e);
    }
}

/* ---- the kill switch ---- */

async function learnStopped()
{
    const r = await fetch(new URL('metrics', base), {cache: 'no-store'});

    if (r.ok)
        drawStopped(/^concierge_calls_stopped 1$/m.test(await r.text()));
}

function drawStopped(is)
{
    if (stopped === is)
        return;
    stopped = is;
    $('stopped').hidden = !is;
    $('stop').hidden = is === null;
    $('stop').className = is ? 'wide' : 'wide end';
    stopAll.calm(is ? 'Let calls begin again' : 'Stop all calls');
}

/* ---- one call ---- */

function line({at, who, text})
{
    const li = el('li', {className: who},
        el('small', {}, `${who === 'us' ? 'Assistant' : 'They'}, ${
            String(at).replace(/\..*/, '')}`), text);

    li.dataset.at = at;
    return li;
}

function drawOutcome(o)
{
    $('outcome').hidden = !o;
    if (!o)
        return;
    const [text, kind] = judged(o);

    $('outcome-title').className = kind;
    $('outcome-title').textContent = text + (o.reason
        ? `: ${words(REASON, o.reason)}` : '');
    $('fields').replaceChildren(...Object.entries(o.fields || {}).flatMap(
        ([name, fields]) => [fields].flat().map((f) => el('li', {},
            el('b', {}, `${words(FIELD, name)}: ${name === 'date'
                ? day(f.value) : f.value}`),
            (o.changed || []).includes(name)
                ? el('span', {className: 'warn'}, ' (not as asked)') : null,
            f.read_back ? el('span', {className: 'good'}, ' (read back)')
                : null,
            el('blockquote', {}, `\u201c${f.quote}\u201d `, el('small', {},
                `${f.speaker === 'us' ? 'the assistant' : 'they'}, ${
                    String(f.at).replace(/\..*/, '')}`))))));
}

function drawCall()
{
    const c = chosen, a = c.asked, live = runs(c);

    $('call-none').hidden = true;
    $('call-body').hidden = false;
    $('call-title').textContent = title(c);
    $('call-asked').textContent = a ? `${a.party} people, ${day(a.date)}, ${
        a.time}${a.time_to ? ` to ${a.time_to}` : ''}${a.name
        ? `, for ${a.name}` : ''}${a.wishes && a.wishes.length
        ? `; ${a.wishes.join('; ')}` : ''} \u00b7 ${a.to}` : 'Inbound';
    $('call-status').className = live ? 'live good' : '';
    $('call-status').replaceChildren(el('span', {className: 'dot'},
        words(STATUS, c.status)));
    $('hangup').hidden = !live;
    $('call-error').hidden = !c.error;
    $('call-error').textContent = c.error ? c.error.message + (c.error.number
        ? ` (Twilio error ${c.error.number})` : '') : '';
    drawOutcome(c.outcome);
    $('recording').hidden = live || !c.started;
    tick();
}

function drawLines()
{
    $('said').replaceChildren(...chosen.transcript.map(line));
    noLines();
}

function noLines()
{
    $('no-lines').hidden = $('said').children.length > 0;
    $('no-lines').textContent = runs(chosen) ? 'Nothing so far.'
        : 'Nothing was said.';
}

/* Times that go by: the call's, and what is left to answer. */
function tick()
{
    if (chosen)
        $('call-time').textContent = clock(runs(chosen) ? chosen.started
            ? (serverNow() - new Date(chosen.started)) / 1000 : 0
            : chosen.seconds);
    if (question && question.deadline) {
        const left = (new Date(question.deadline) - serverNow()) / 1000;

        $('question-left').textContent = left > 0
            ? `${clock(left)} left to answer` : 'The time to answer is over.';
    }
}

function drawQuestion(q)
{
    question = q;
    $('question').hidden = !q;
    $('question-error').textContent = '';
    $('question-left').textContent = '';
    document.title = q ? '(?) concierge' : 'concierge';
    $('question-text').textContent = q ? q.text : '';
    if (q) {
        $('answer').value = '';
        $('question').scrollIntoView({block: 'nearest'});
    }
    tick();
}

function follow(id)
{
    const events = new EventSource(new URL(`v1/calls/${id}/events`, base));
    const on = (type, fn) => events.addEventListener(type, (e) => {
        if (source === events && e.data)
            fn(JSON.parse(e.data));
    });

    source = events;
    on('status', (s) => {
        if (s.status === 'in_progress' && !chosen.started)
            chosen.started = new Date(serverNow()).toISOString();
        if (!chosen.ended)
            chosen.status = s.status;
        drawCall();
    });
    on('transcript', (l) => {
        const later = [...$('said').children].find((x) => x.dataset.at > l.at);

        $('said').insertBefore(line(l), later || null);
        noLines();
    });
    on('question', (q) => drawQuestion({...q, id: q.id || q.question_id}));
    on('outcome', (o) => {
        chosen.outcome = o;
        drawQuestion(null);
        drawOutcome(o);
    });
    /* It ends when the call does; or the way broke, then it asks again. */
    events.onerror = () => {
        if (source === events)
            refresh(id, events);
    };
}

async function refresh(id, events)
{
    try {
        const call = await ask('GET', `v1/calls/${id}`);

        if (source !== events)
            return;
        chosen = call;
        drawCall();
        if (!runs(call)) {
            leave();
            drawLines();
            drawQuestion(null);
            look();
        }
    } catch (e) {
        trouble(e);
    }
}

function leave()
{
    if (source)
        source.close();
    source = null;
}

async function choose(id, move)
{
    leave();
    drawQuestion(null);
    hangUp.calm();
    try {
        chosen = await ask('GET', `v1/calls/${id}`);
    } catch (e) {
        trouble(e);
        return;
    }
    $('said').replaceChildren();
    $('no-audio').hidden = true;
    $('audio').hidden = false;
    $('audio').src = new URL(`v1/calls/${id}/recording.wav`, base);
    drawCall();
    drawLines();
    drawList();
    if (runs(chosen)) {
        $('said').replaceChildren();    /* its events begin at the first */
        follow(id);
    }
    if (move)
        $('call').focus();
}

/* ---- hanging up, answering, asking ---- */

/* A button that does it at the second press, within SURE ms. */
function twice(button, text, again, act)
{
    let sure = 0;
    const calm = (words = text) => {
        clearTimeout(sure);
        sure = 0;
        text = words;
        button.textContent = words;
    };

    button.addEventListener('click', async () => {
        if (!sure && again()) {
            button.textContent = again();
            sure = setTimeout(calm, SURE);
            return;
        }
        calm();
        button.disabled = true;
        await act().catch(trouble);
        button.disabled = false;
    });
    return {calm};
}

const hangUp = twice($('hangup'), 'Hang up', () => 'Press again to hang up',
    () => ask('POST', `v1/calls/${chosen.id}/hangup`));
const stopAll = twice($('stop'), '', () => stopped ? ''
    : 'Press again: all calls end', async () => {
    const to = await ask('POST', stopped ? 'v1/resume' : 'v1/stop');

    drawStopped(to.stopped);
    look();
});

async function answer(text)
{
    if (!text || !question)
        return;
    try {
        await ask('POST', `v1/calls/${chosen.id}/answer`,
            {question_id: question.id, text});
        drawQuestion(null);
    } catch (e) {
        $('question-error').textContent = plainly(e);
    }
}

function say(who, text)
{
    const li = el('li', {className: who}, text);

    $('talk').append(li);
    li.scrollIntoView({block: 'nearest'});
}

async function request()
{
    const user_input = $('words').value.trim();
    const to = $('to').value.replace(/[^+\d]/g, '');
    const body = {user_input};

    if (!user_input)
        return;
    if (session)
        body.session_id = session;
    if (to)
        body.to = to;
    $('send').disabled = true;
    $('ask-error').textContent = '';
    say('us', user_input);
    try {
        const r = await ask('POST', 'v1/requests', body);

        session = r.session_id || '';
        sessionStorage.setItem('session', session);
        $('words').value = '';
        say('them', r.reply || (r.call ? `Calling ${title(r.call)}.`
            : r.question ? r.question.text : 'Done.'));
        if (r.call) {
            $('to').value = '';
            await choose(r.call.id, true);
            look();
        }
    } catch (e) {
        if (e.status === 401)
            trouble(e);
        $('ask-error').textContent = plainly(e);
    }
    $('send').disabled = false;
}

/* ---- coming and going ---- */

function changed(is)
{
    owner = is;
    $('loading').hidden = true;
    $('live').hidden = !is;
    if (is) {
        look();
        return;
    }
    leave();                    /* nothing of it stays on the screen */
    chosen = null;
    list = older = [];
    drawStopped(null);
    session = '';
    sessionStorage.removeItem('session');
    $('calls').replaceChildren();
    delete $('calls').dataset.key;
    $('talk').replaceChildren();
    $('call-body').hidden = true;
    $('call-none').hidden = false;
    $('call-title').textContent = 'No call is chosen';
    $('audio').removeAttribute('src');
}

$('ask').addEventListener('submit', (e) => {
    e.preventDefault();
    request();
});
$('words').addEventListener('keydown', (e) => {
    if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) {
        e.preventDefault();
        if (!$('send').disabled)
            $('ask').requestSubmit();
    }
});
$('question').addEventListener('submit', (e) => {
    e.preventDefault();
    answer($('answer').value.trim());
});
for (const b of document.querySelectorAll('[data-says]'))
    b.addEventListener('click', () => answer(b.dataset.says));
$('older').addEventListener('click', lookBack);
$('audio').addEventListener('error', () => {
    $('audio').hidden = true;
    $('no-audio').hidden = false;
});
document.addEventListener('visibilitychange', () => {
    if (!document.hidden)
        look();
});
setInterval(tick, 500);
const door = logins(changed);

async function begin()
{
    if (away) {
        $('loading').textContent = 'This page works on its own server only.';
        return;
    }
    try {
        await ask('GET', 'v1/calls?limit=1');
        door.in();
    } catch (e) {
        if (e instanceof Refused && e.status === 401) {
            door.out();
            return;
        }
        $('loading').textContent = `${plainly(e)}; it is tried again.`;
        setTimeout(begin, EVERY);
    }
}

begin();
