/*
 * js: strict reading of documents (json-c behind checks of our own), and
 * writing straight into a buffer.
 *
 * json-c alone lets overlong UTF-8, NaN, single quotes and raw control
 * characters through, and makes U+FFFD of a lone surrogate; js_parse() refuses
 * them, and caps depth. Of duplicate keys the last one counts.
 */
#ifndef BASE_JS_H
#define BASE_JS_H

#include <json-c/json_object.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define JS_MAX_DEPTH 32

/*
 * js_parse(p, n, out): one document of n bytes, alone. RC_BAD_JSON if it is
 * not strict JSON in well-formed UTF-8, has a lone surrogate, or nests deeper
 * than JS_MAX_DEPTH; *out untouched then. The caller frees *out with
 * json_object_put(). A document "null" gives RC_OK and NULL.
 */
enum rc js_parse(const char *p, size_t n, struct json_object **out) MUSTCHECK;

/* js_get(obj, key): the member, borrowed; NULL if obj is no object or has
 * no such member. js_get_str(obj, key): its text if it is a string, else
 * NULL; *len its bytes unless len is NULL. */
struct json_object *js_get(struct json_object *obj, const char *key);
const char *js_get_str(struct json_object *obj, const char *key, size_t *len);

/* js_get_int(obj, key, out): a member that is an integer. */
bool js_get_int(struct json_object *obj, const char *key, int64_t *out);

/* js_add_string(b, p, n): append n bytes of UTF-8 as a JSON string, quotes
 * and all. Bytes that are not UTF-8 are the caller's mistake. */
void js_add_string(struct buf *b, const char *p, size_t n);

/*
 * Writers of objects and arrays: js_open(b, '{'), members, js_close(b,
 * '}'). They set the commas themselves: a comma goes in unless the last byte
 * opens something. key NULL: an element of an array.
 */
void js_open(struct buf *b, const char *key, char bracket);
void js_close(struct buf *b, char bracket);
void js_str(struct buf *b, const char *key, const char *value);
void js_strn(struct buf *b, const char *key, const char *value, size_t n);
void js_int(struct buf *b, const char *key, int64_t value);
void js_bool(struct buf *b, const char *key, bool value);
void js_null(struct buf *b, const char *key);
/* js_raw(b, key, text): text that is JSON already. */
void js_raw(struct buf *b, const char *key, const char *text, size_t n);

#endif
