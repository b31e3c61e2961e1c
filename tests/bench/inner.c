/* inner.c - what one message costs inside the program, no socket between: ns
 * of the thread's CPU time, the median of seven rounds.
 *
 *   inner       prints NAME NS, a measure a line
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "codec/ws.h"
#include "model/voice.h"
#include "twilio/media.h"

#define ROUNDS 7
#define ROUND_NS 2e7        /* a round is at least so long */

/* 160 bytes of mu-law in base64: 53 groups and what is left. */
#define FOUR "f39/f39/f39/f39/"
#define SIXTEEN FOUR FOUR FOUR FOUR
#define AUDIO SIXTEEN SIXTEEN SIXTEEN FOUR "f39/fw=="

static const char media[] = "{\"event\":\"media\",\"sequenceNumber\":\"1235\","
    "\"media\":{\"track\":\"inbound\",\"chunk\":\"1234\",\"timestamp\":"
    "\"24660\",\"payload\":\"" AUDIO "\"},\"streamSid\":"
    "\"MZ00000000000000000000000000000007\"}";
static const char mark[] = "{\"event\":\"mark\",\"sequenceNumber\":\"1236\","
    "\"streamSid\":\"MZ00000000000000000000000000000007\",\"mark\":{\"name\":"
    "\"m1234\"}}";
static const char delta[] = "{\"type\":\"response.output_audio.delta\","
    "\"event_id\":\"event_CFake00000007AAAAAAAA\",\"response_id\":"
    "\"resp_CFake00000007AAAAAAAA\",\"item_id\":\"item_CFake00000007AAAAAAAA\""
    ",\"output_index\":0,\"content_index\":0,\"delta\":\"" AUDIO "\"}";

static uint8_t room[160];
static volatile size_t kept;    /* so that no result is nobody's */

_Static_assert(sizeof AUDIO - 1 == 216, "a frame of 160 bytes");

static void must(bool ok, const char *what)
{
    if (ok)
        return;
    fprintf(stderr, "inner: %s: a wrong result\n", what);
    exit(1);
}

static void read_media(void)
{
    struct media m;
    const char *why = "";

    must(media_read(slice_str(media), &m, &why) == 0
        && m.payload.len == sizeof AUDIO - 1, "media");
    kept += m.payload.len;
}

static void read_mark(void)
{
    struct media m;
    const char *why = "";

    must(media_read(slice_str(mark), &m, &why) == 0 && m.mark.len == 5,
        "mark");
    kept += m.mark.len;
}

static void read_delta(void)
{
    struct voice_event e;
    const char *why = "";

    must(voice_read(&voice_ga, slice_str(delta), &e, &why) == 0
        && e.text.text.len == sizeof AUDIO - 1, "delta");
    kept += e.text.text.len;
}

static void unmask(void)
{
    static const uint8_t key[4] = {0x12, 0x9c, 0x55, 0xe1};

    ws_mask(room, room, sizeof room, key, 0);
    kept += room[7];
}

static double cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double round_ns(void (*work)(void), size_t times)
{
    double from = cpu_ns();

    for (size_t i = 0; i < times; i++)
        work();
    return cpu_ns() - from;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void measure(const char *name, void (*work)(void))
{
    double ns[ROUNDS];
    size_t times = 1;

    while (round_ns(work, times) < ROUND_NS)
        times *= 2;
    for (size_t i = 0; i < ROUNDS; i++)
        ns[i] = round_ns(work, times) / (double)times;
    qsort(ns, ROUNDS, sizeof *ns, by_size);
    printf("%s %.1f\n", name, ns[ROUNDS / 2]);
}

int main(void)
{
    measure("media", read_media);
    measure("mark", read_mark);
    measure("delta", read_delta);
    measure("unmask", unmask);
    return 0;
}
