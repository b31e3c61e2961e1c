/* owner.js - what both pages share: elements, the owner's doors, logging in.
 *
 * The cookie is HttpOnly: no script sees it.  A page that another server gave
 * out (one that ALLOW_ORIGIN names) says where this one is, ?at=https://...;
 * no cookie goes there, so it keeps the token, in memory alone.
 */
const at = new URLSearchParams(location.search).get('at');
export const base = new URL('.', at || location.href);
export const away = base.origin !== location.origin;
let bearer = '', skew = 0;

/* The server's clock, ms, to a second: this machine's may be wrong. */
export const serverNow = () => Date.now() + skew;

export const $ = (id) => document.getElementById(id);

/* el('p', {className: 'soft'}, 'text', another) */
export function el(tag, set = {}, ...inside)
{
    const e = Object.assign(document.createElement(tag), set);

    e.append(...inside.filter((x) => x !== null && x !== undefined));
    return e;
}

export class Refused extends Error {
    constructor(status, error, seconds)
    {
        super(error.message || `the server answered ${status}`);
        this.status = status;
        this.code = error.code;
        this.field = error.field;
        this.seconds = seconds;
    }
}

/* Asks a door; the JSON of its answer (null for none), or throws Refused, or
 * TypeError when no answer came. */
export async function ask(method, path, body, more = {})
{
    const headers = {...more};

    if (body !== undefined)
        headers['Content-Type'] = 'application/json';
    if (bearer)
        headers.Authorization = `Bearer ${bearer}`;
    const r = await fetch(new URL(path, base), {method, headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        cache: 'no-store', signal: AbortSignal.timeout
            ? AbortSignal.timeout(20000) : undefined});
    const json = await r.json().catch(() => null);
    const date = Date.parse(r.headers.get('Date'));

    if (date)
        skew = date - Date.now();

    if (!r.ok)
        throw new Refused(r.status, (json && json.error) || {},
            Number(r.headers.get('Retry-After')));
    return json;
}

export function plainly(e)
{
    if (e instanceof Refused)
        return e.seconds ? `${e.message} (again in ${e.seconds} s)`
            : e.message;
    return e.name === 'TimeoutError' ? 'the server did not answer in 20 s'
        : 'the server cannot be reached';
}

async function open(token)
{
    if (!away)
        return ask('POST', 'v1/login', {token});
    bearer = token;
    return ask('GET', 'v1/calls?limit=1').catch((e) => {
        bearer = '';
        throw e;
    });
}

/* Wires the form #login and the button #logout; change(in) is called when the
 * owner comes or goes. */
export function logins(change)
{
    const form = $('login'), error = $('login-error');
    const show = (is) => {
        form.hidden = is;
        $('logout').hidden = !is;
        change(is);
    };

    form.addEventListener('submit', async (event) => {
        event.preventDefault();
        const button = form.querySelector('button');

        button.disabled = true;
        error.textContent = '';
        try {
            await open($('token').value.trim());
            $('token').value = '';
            show(true);
        } catch (e) {
            error.textContent = plainly(e);
            $('token').focus();
        }
        button.disabled = false;
    });
    $('logout').addEventListener('click', async () => {
        bearer = '';
        if (!away)
            await ask('DELETE', 'v1/login').catch(() => null);
        show(false);
        $('token').focus();
    });
    return {out: () => show(false), in: () => show(true)};
}
