/*
 * parse: checked reading of what comes from outside. Each function either
 * takes the whole text or fails with the output untouched.
 */
#ifndef BASE_PARSE_H
#define BASE_PARSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/rc.h"
#include "base/rnd.h"

#define HANDLE_MAX_CHARS 30

/* parse_int(text, min, max, out): a decimal number, no blanks, no plus sign.
 * RC_INVALID unless min <= number <= max. */
enum rc parse_int(
    const char *text, int64_t min, int64_t max, int64_t *out) MUSTCHECK;

/* parse_bool(text, out): yes/no, true/false, on/off, 1/0. */
enum rc parse_bool(const char *text, bool *out) MUSTCHECK;

/* parse_uuid(text, out): 8-4-4-4-12 hex digits (RFC 9562), made lower case. */
enum rc parse_uuid(const char *text, char out[static UUID_TEXT_SIZE]) MUSTCHECK;

/* parse_is_handle(text): 1 to 30 ASCII letters, digits and underscores. */
bool parse_is_handle(const char *text);

/* parse_utf8(p, n): whether the n bytes are well-formed UTF-8 (RFC 3629: no
 * overlong forms, no surrogates). */
bool parse_utf8(const void *p, size_t n);

/* parse_chars(p, n): the number of code points in n bytes of good UTF-8. */
size_t parse_chars(const char *p, size_t n);

/* parse_trim(p, n): skip Unicode white space on both sides of *n bytes of
 * good UTF-8 at *p; both are moved, nothing is copied. */
void parse_trim(const char **p, size_t *n);

/* parse_is_blank(p, n): whether n bytes of good UTF-8 show nothing: white
 * space, and what Unicode calls "default ignorable" (zero-width and filler
 * characters). */
bool parse_is_blank(const char *p, size_t n);

#endif
