/* list.h - a doubly linked list inside the things it links.
 *
 * The head is a node too; an empty list points at itself.  Taking out a node
 * that is in no list is harmless when it was initialised.
 */
#ifndef BASE_LIST_H
#define BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
    struct list *prev, *next;
};

/* The struct of type that holds node as its member. */
#define LIST_OWNER(node, type, member) \
    ((type *)(void *)((char *)(node) - offsetof(type, member)))

static inline void list_init(struct list *l)
{
    l->prev = l->next = l;
}

static inline bool list_empty(const struct list *l)
{
    return l->next == l;
}

static inline void list_push(struct list *head, struct list *node)
{
    node->prev = head->prev;
    node->next = head;
    head->prev->next = node;
    head->prev = node;
}

static inline void list_drop(struct list *node)
{
    node->prev->next = node->next;
    node->next->prev = node->prev;
    list_init(node);
}

/* The first node, taken out; NULL when empty. */
static inline struct list *list_shift(struct list *head)
{
    struct list *n = head->next;

    if (n == head)
        return NULL;
    list_drop(n);
    return n;
}

#endif
