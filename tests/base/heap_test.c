/* heap_test.c - the least deadline first, equal ones in the order they came.
 */
#include "base/heap.h"

#include "base/mem.h"
#include "base/rand.h"
#include "tests/tap.h"

#define NODES 300

static struct heap_node node[NODES];
static uint64_t came[NODES];        /* when it was put in; 0: it is out */
static uint64_t steps;

/* The node that must be the first, found the slow way; -1 for none. */
static int first(void)
{
    int best = -1;

    for (int i = 0; i < NODES; i++)
        if (came[i] && (best < 0 || node[i].key < node[best].key
            || (node[i].key == node[best].key && came[i] < came[best])))
            best = i;
    return best;
}

static bool sound(const struct heap *h)
{
    size_t in = 0;
    int best = first();

    for (int i = 0; i < NODES; i++) {
        in += came[i] != 0;
        if (heap_has(&node[i]) != (came[i] != 0))
            return false;
    }
    return h->len == in
        && heap_min(h) == (best < 0 ? NULL : &node[best]);
}

/* Twenty thousand random steps, each compared with the slow way. */
static void at_random(void)
{
    struct heap h = {0};
    int bad = 0;

    rand_seed_number(11);
    memset(node, 0, sizeof node);
    for (int step = 0; step < 20000; step++) {
        uint32_t i = rand_below(NODES), what = rand_below(4);

        if (what < 2) {
            bad += heap_put(&h, &node[i], (int64_t)rand_below(50) - 25) != 0;
            came[i] = ++steps;
        } else if (what == 2) {
            heap_drop(&h, &node[i]);
            came[i] = 0;
        } else if (heap_min(&h)) {
            struct heap_node *n = heap_min(&h);

            heap_drop(&h, n);
            came[n - node] = 0;
        }
        bad += !sound(&h);
    }
    tap_is_int(bad, 0, "random puts, moves and drops");
    for (int64_t last = INT64_MIN; heap_min(&h);) {
        struct heap_node *n = heap_min(&h);

        bad += n->key < last || first() != n - node;
        last = n->key;
        heap_drop(&h, n);
        came[n - node] = 0;
    }
    tap_is_int(bad, 0, "and it empties in order");
    heap_free(&h);
}

static void equal_ones(void)
{
    struct heap h = {0};
    int bad = 0;

    memset(node, 0, sizeof node);
    for (int i = 0; i < NODES; i++)
        heap_put(&h, &node[i], 5);
    heap_put(&h, &node[0], 5);          /* moved: now the last to come */
    for (int i = 1; i <= NODES; i++) {
        bad += heap_min(&h) != &node[i % NODES];
        heap_drop(&h, heap_min(&h));
    }
    tap_is_int(bad, 0, "equal deadlines leave as they came");
    tap_ok(heap_min(&h) == NULL, "then it is empty");
    heap_drop(&h, &node[3]);
    tap_ok(h.len == 0, "dropping what is out is harmless");
    heap_free(&h);
    tap_ok(h.at == NULL && h.cap == 0, "freed");
}

static void extremes(void)
{
    struct heap h = {0};

    memset(node, 0, sizeof node);
    heap_put(&h, &node[0], INT64_MAX);
    heap_put(&h, &node[1], 0);
    heap_put(&h, &node[2], INT64_MIN);
    tap_ok(heap_min(&h) == &node[2], "the earliest time there is");
    heap_put(&h, &node[2], INT64_MAX);
    tap_ok(heap_min(&h) == &node[1], "moved to the latest");
    heap_drop(&h, &node[1]);
    tap_ok(heap_min(&h) == &node[0], "two latest, as they came");
    heap_free(&h);
}

static void no_memory(void)
{
    struct heap h = {0};
    int put = 0;

    memset(node, 0, sizeof node);
    mem_fail_at(2, 1);
    while (put < NODES && heap_put(&h, &node[put], -put) == 0)
        put++;
    tap_ok(put > 0 && put < NODES, "memory ends after %d", put);
    tap_ok(!heap_has(&node[put]), "the one refused is in no heap");
    tap_is_int((int64_t)h.len, put, "the others still are");
    tap_ok(heap_min(&h) == &node[put - 1], "in order");
    tap_is_int(heap_put(&h, &node[0], -1000), 0,
        "moving one needs no memory");
    tap_ok(heap_min(&h) == &node[0], "and moves it");
    mem_fail_at(0, 0);
    tap_is_int(heap_put(&h, &node[put], 0), 0, "with memory it goes on");
    heap_free(&h);
}

int main(void)
{
    at_random();
    equal_ones();
    extremes();
    no_memory();
    return tap_done();
}
