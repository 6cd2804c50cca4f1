/* rnd: random numbers and version 4 UUIDs, from the kernel. */
#ifndef BASE_RND_H
#define BASE_RND_H

#include <stddef.h>
#include <stdint.h>

#define UUID_TEXT_SIZE 37 /* 36 characters and the NUL */

/* rnd_bytes(p, n): fill with random bytes. */
void rnd_bytes(void *p, size_t n);

/* rnd_below(n): evenly from [0, n); 0 if n is 0. */
uint64_t rnd_below(uint64_t n);

/* rnd_uuid(out): a new UUID, lower case. */
void rnd_uuid(char out[static UUID_TEXT_SIZE]);

#endif
