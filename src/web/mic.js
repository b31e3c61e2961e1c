/* mic.js - runs where the sound is: hands on what the microphone hears. */
class Mic extends AudioWorkletProcessor {
    process(inputs)
    {
        if (inputs[0].length)
            this.port.postMessage(inputs[0][0].slice());
        return true;
    }
}
registerProcessor('mic', Mic);
