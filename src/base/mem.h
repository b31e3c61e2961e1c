/* mem.h - the only door to malloc.
 *
 * Everything the program allocates passes here, so that a test can make the
 * Nth call fail and a counter can show that the path of an audio frame does
 * not allocate.  Callers handle NULL: it ends one connection, not the server.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

void *mem_new(size_t size);                     /* zeroed; NULL: none left */
void *mem_resize(void *old, size_t size);       /* old stays valid on NULL */
void mem_drop(void *p);                         /* NULL is fine */

/* How many blocks were asked for since the start, from any thread. */
uint64_t mem_count(void);
/* How many of them have not been given back. */
uint64_t mem_live(void);

/* Makes call number n from now fail (1 is the next), and all that follow it
 * when lasting; 0 switches it off.  For tests. */
void mem_fail_at(uint64_t n, int lasting);

#endif
