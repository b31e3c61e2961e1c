/* heap.c - a binary heap of deadlines inside the things that wait. */
#include "base/heap.h"

#include "base/limits.h"
#include "base/mem.h"

static bool before(const struct heap_node *a, const struct heap_node *b)
{
    return a->key != b->key ? a->key < b->key : a->order_ < b->order_;
}

static void place(struct heap *h, size_t i, struct heap_node *n)
{
    h->at[i] = n;
    n->slot_ = i + 1;
}

static void sift_up(struct heap *h, size_t i, struct heap_node *n)
{
    while (i && before(n, h->at[(i - 1) / 2])) {
        place(h, i, h->at[(i - 1) / 2]);
        i = (i - 1) / 2;
    }
    place(h, i, n);
}

static void sift_down(struct heap *h, size_t i, struct heap_node *n)
{
    for (;;) {
        size_t c = 2 * i + 1;

        if (c >= h->len)
            break;
        if (c + 1 < h->len && before(h->at[c + 1], h->at[c]))
            c++;
        if (!before(h->at[c], n))
            break;
        place(h, i, h->at[c]);
        i = c;
    }
    place(h, i, n);
}

int heap_put(struct heap *h, struct heap_node *n, int64_t key)
{
    heap_drop(h, n);
    if (h->len == h->cap) {
        size_t cap = h->cap ? h->cap * 2 : TINY_OR(1, 16);
        void *p = mem_resize(h->at, cap * sizeof *h->at);

        if (!p)
            return -1;
        h->at = p;
        h->cap = cap;
    }
    n->key = key;
    n->order_ = h->count_++;
    sift_up(h, h->len++, n);
    return 0;
}

void heap_drop(struct heap *h, struct heap_node *n)
{
    size_t i = n->slot_;
    struct heap_node *last;

    if (i == 0)
        return;
    i--;
    n->slot_ = 0;
    last = h->at[--h->len];
    if (last == n)
        return;
    if (i && before(last, h->at[(i - 1) / 2]))
        sift_up(h, i, last);
    else
        sift_down(h, i, last);
}

struct heap_node *heap_min(const struct heap *h)
{
    return h->len ? h->at[0] : NULL;
}

void heap_free(struct heap *h)
{
    mem_drop(h->at);
    *h = (struct heap){0};
}
