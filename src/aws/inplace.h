/*
 * inplace: JSON read where it lies: strings are unescaped in the document's
 * own bytes and ended by NUL, nothing is allocated. For the answers that are
 * large and come often; others go through base/js.h. Pure.
 *
 *	struct inplace r = { .p = body, .end = body + n };  body[n] == '\0'
 *	for (bool m = inplace_object(&r); m; m = inplace_more(&r)) {
 *		if (!inplace_key(&r, &key, &len))
 *			break;
 *		… read or skip exactly one value …
 *	}
 *	if (!inplace_done(&r))
 *		it was malformed
 *
 * A fault is sticky: everything after it does nothing and answers false.
 */
#ifndef AWS_INPLACE_H
#define AWS_INPLACE_H

#include <stdbool.h>
#include <stddef.h>

struct inplace {
	char *p;   /* the next byte */
	char *end; /* the NUL */
	bool bad;  /* malformed */
};

/* inplace_take(r, c): step over blanks and c, if it is c that comes. */
bool inplace_take(struct inplace *r, char c);

/* inplace_string(r, text, len): a string; NUL-terminated, len bytes. */
bool inplace_string(struct inplace *r, const char **text, size_t *len);

/* inplace_object(r): step into an object; whether it has a member.
 * inplace_more(r): whether another follows. inplace_key(r, key, len): its
 * name, and the colon. */
bool inplace_object(struct inplace *r);
bool inplace_more(struct inplace *r);
bool inplace_key(struct inplace *r, const char **key, size_t *len);

/* inplace_array(r), inplace_next(r): the same for the elements of an array. */
bool inplace_array(struct inplace *r);
bool inplace_next(struct inplace *r);

/* inplace_number(r, out): a number. */
bool inplace_number(struct inplace *r, double *out);

/* inplace_null(r): step over null, if it is null that comes. */
bool inplace_null(struct inplace *r);

/* inplace_skip(r): step over any value. */
void inplace_skip(struct inplace *r);

/* inplace_fail(r): mark it malformed. Always false. */
bool inplace_fail(struct inplace *r);

/* inplace_done(r): whether the document ends here and was well-formed. */
bool inplace_done(struct inplace *r);

#endif
