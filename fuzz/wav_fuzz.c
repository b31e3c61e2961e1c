/* wav_fuzz.c - the samples lie inside the file, in whole blocks. */
#include <stdlib.h>

#include "codec/wav.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wav w;
    const char *why;

    if (wav_parse(slice_of(data, size), &w, &why)) {
        if (!why)
            abort();
        return 0;
    }
    if (w.data.ptr < data || w.data.len > size
        || (size_t)(w.data.ptr - data) > size - w.data.len)
        abort();
    if (w.channels == 0 || w.rate == 0 || w.bits == 0 || w.bits % 8
        || w.bits > 64 || w.data.len % (w.channels * (w.bits / 8u)))
        abort();
    for (size_t i = 0; i < wav_frames(&w); i++) {
        int32_t sample;

        wav_mixed(&w, i, &sample, 1);
    }
    return 0;
}
