/* heap.h - a binary heap of deadlines inside the things that wait.
 *
 * Equal deadlines leave in the order they came (libuv's start counter), so a
 * simulated call gives the same words twice.  The heap owns its array only.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap_node {
    int64_t key;            /* ms, absolute */
    uint64_t order_;        /* private */
    size_t slot_;           /* private: place + 1; 0 when in no heap */
};

struct heap {               /* zero it */
    struct heap_node **at;
    size_t len, cap;
    uint64_t count_;
};

/* Puts a node in, or moves it when it is in already.  -1: no memory. */
int heap_put(struct heap *h, struct heap_node *n, int64_t key);
void heap_drop(struct heap *h, struct heap_node *n);    /* harmless if out */
struct heap_node *heap_min(const struct heap *h);       /* NULL when empty */
void heap_free(struct heap *h);

static inline bool heap_has(const struct heap_node *n)
{
    return n->slot_ != 0;
}

#endif
