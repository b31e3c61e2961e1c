/* sound.js - telephone sound: G.711 mu-law at 8,000 samples a second, 20 ms a
 * frame; a microphone brought down to it, a voice made of nothing, and a queue
 * that plays without gaps.
 */
export const RATE = 8000, FRAME = 160;

/* ITU-T G.711, the 14-bit code as 16-bit samples. */
function encode(x)
{
    const s = Math.max(-32635, Math.min(32635, Math.round(x * 32767)));
    const m = Math.abs(s) + 132, e = 24 - Math.clz32(m);

    return ~((s < 0 ? 128 : 0) | e << 4 | (m >> e + 3 & 15)) & 255;
}

const decoded = Float32Array.from({length: 256}, (_, i) => {
    const b = ~i & 255;
    const m = ((b & 15) * 2 + 33 << (b >> 4 & 7) + 2) - 132;

    return (b & 128 ? -m : m) / 32768;
});

export const toMulaw = (samples) => Uint8Array.from(samples, encode);
export const fromMulaw = (bytes) => Float32Array.from(bytes,
    (b) => decoded[b]);
export const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
export const fromBase64 = (text) => Uint8Array.from(atob(text),
    (c) => c.charCodeAt(0));

/* dB below full scale, not less than -60. */
export function level(bytes)
{
    let sum = 0;

    for (const b of bytes)
        sum += decoded[b] * decoded[b];
    return Math.max(-60, 10 * Math.log10(sum / (bytes.length || 1) + 1e-9));
}

/* From any rate to ours: a windowed sinc that lets 3.6 kHz through, so that
 * nothing folds back. */
export class Resampler {
    constructor(rate)
    {
        this.step = rate / RATE;
        this.cut = Math.min(1, 2 * 3600 / rate);
        this.half = Math.ceil(12 * Math.max(1, this.step));
        this.held = new Float32Array(2 * this.half);
        this.at = this.half;
    }

    push(block)
    {
        const x = new Float32Array(this.held.length + block.length), out = [];

        x.set(this.held);
        x.set(block, this.held.length);
        for (; this.at + this.half < x.length; this.at += this.step) {
            const mid = Math.floor(this.at);
            let sum = 0;

            for (let i = mid - this.half + 1; i <= mid + this.half; i++) {
                const t = i - this.at, w = Math.cos(t / this.half / 2
                    * Math.PI), p = Math.PI * t * this.cut;

                sum += x[i] * w * w * (p ? Math.sin(p) / p : 1);
            }
            out.push(sum * this.cut);
        }
        const drop = Math.max(0, Math.floor(this.at) - this.half);

        this.held = x.slice(drop);
        this.at -= drop;
        return out;
    }
}

/* "Hello, one, two": [ms, voice, breath, three formants in Hz].  A buzz and
 * a hiss through resonators (Klatt 1980). */
const WORDS = [
    [60, 0, .35, 500, 1700, 2500], [90, 1, .02, 540, 1800, 2480],
    [80, .7, 0, 370, 1050, 2600], [150, 1, 0, 520, 950, 2400],
    [130, .8, 0, 340, 800, 2300], [200, 0, 0, 320, 700, 2200],
    [80, .7, 0, 310, 680, 2200], [150, 1, 0, 660, 1200, 2400],
    [130, .5, 0, 300, 1250, 2300], [170, 0, 0, 350, 1600, 2600],
    [40, 0, .8, 400, 1800, 2700], [50, .4, .2, 330, 1300, 2400],
    [220, .9, 0, 310, 880, 2240], [120, 0, 0, 310, 880, 2240]];

function resonator(width)
{
    let a = 0, b = 0;

    return (x, f) => {
        const r = Math.exp(-Math.PI * width / RATE), c = -r * r;
        const d = 2 * r * Math.cos(2 * Math.PI * f / RATE);
        const y = (1 - d - c) * x + d * a + c * b;

        b = a;
        a = y;
        return y;
    };
}

export function voice()
{
    const tube = [resonator(70), resonator(90), resonator(140)];
    const round = resonator(100), out = [];
    let phase = 0, seed = 1, now = [0, 0, ...WORDS[0].slice(3)];

    for (const [ms, ...to] of WORDS)
        for (let i = 0; i < ms * 8; i++) {
            now = now.map((v, k) => v + (to[k] - v) / 160);
            seed = seed * 1103515245 + 12345 & 0x7fffffff;
            phase += (128 - out.length / 600) / RATE;
            const pulse = phase >= 1 ? 12 : 0;

            phase %= 1;
            let y = round(pulse, 0) * now[0]
                + (seed / 0x40000000 - 1) * now[1] * .1;

            tube.forEach((t, k) => { y = t(y, now[2 + k]); });
            out.push(y);
        }
    const most = Math.max(...out.map(Math.abs));

    return toMulaw(out.map((y) => y / most * .7));
}

/* Plays frames one behind the other.  Its clock (seconds) is the sound card's,
 * or, where there is none, the page's; what arrives late is waited for LEAD
 * seconds, so the next few may be late as well. */
const LEAD = .08;

export class Player {
    constructor()
    {
        this.end = 0;
        this.gaps = 0;
    }

    /* Call it from a click: a browser plays nothing before one. */
    async open()
    {
        try {
            const c = new AudioContext({sampleRate: RATE});

            await Promise.race([c.resume(),
                new Promise((r) => setTimeout(r, 1000))]);
            this.context = c.state === 'running' ? c : null;
            if (!this.context)
                c.close();
        } catch (e) {
            this.context = null;
        }
        return Boolean(this.context);
    }

    now()
    {
        return this.context ? this.context.currentTime
            : performance.now() / 1000;
    }

    /* When the last of these bytes will have been played. */
    push(bytes)
    {
        if (this.end < this.now()) {
            this.gaps += this.end > 0;
            this.end = this.now() + LEAD;
        }
        if (this.context) {
            const b = this.context.createBuffer(1, bytes.length, RATE);
            const s = this.context.createBufferSource();

            b.copyToChannel(fromMulaw(bytes), 0);
            s.buffer = b;
            s.connect(this.context.destination);
            s.start(this.end);
        }
        this.end += bytes.length / RATE;
        return this.end;
    }

    close()
    {
        if (this.context)
            this.context.close();
    }
}

/* The microphone, in frames: take() gives the next one or null. */
export class Microphone {
    async open(worklet)
    {
        if (!navigator.mediaDevices)
            throw new Error('a browser hands out the microphone to pages '
                + 'over https or from localhost only');
        this.stream = await navigator.mediaDevices.getUserMedia({audio: {
            echoCancellation: true, noiseSuppression: false,
            channelCount: 1}});
        this.context = new AudioContext();
        this.samples = [];
        const down = new Resampler(this.context.sampleRate);
        const from = this.context.createMediaStreamSource(this.stream);
        const heard = (block) => this.samples.push(...down.push(block));
        let node;

        if (this.context.audioWorklet) {
            await this.context.audioWorklet.addModule(worklet);
            node = new AudioWorkletNode(this.context, 'mic');
            node.port.onmessage = (e) => heard(e.data);
        } else {
            node = this.context.createScriptProcessor(1024, 1, 1);
            node.onaudioprocess = (e) => heard(e.inputBuffer
                .getChannelData(0).slice());
        }
        from.connect(node);
        /* Unconnected, some browsers do not run it; what it gives is nothing
         * to hear. */
        node.connect(this.context.destination);
        await this.context.resume();
    }

    take()
    {
        return this.samples.length < FRAME ? null
            : toMulaw(this.samples.splice(0, FRAME));
    }

    close()
    {
        for (const t of this.stream ? this.stream.getTracks() : [])
            t.stop();
        if (this.context)
            this.context.close();
    }
}
