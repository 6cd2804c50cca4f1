/*
 * out: results. A list becomes an aligned table, or an array of objects with
 * --json; one object becomes lines of "name  value", or an object. Text of
 * people may hold anything: on a table control characters are made harmless.
 */
#ifndef CLI_OUT_H
#define CLI_OUT_H

#include "base/buf.h"
#include "cli/cli.h"

#define OUT_MAX_COLUMNS 8
#define OUT_MAX_BYTES	((size_t)64 * 1024 * 1024)

struct out {
	const char *const *columns; /* names: heads and JSON keys */
	size_t ncolumns;
	bool json;
	struct buf doc;	  /* --json: the array so far */
	struct buf cells; /* table: the texts, each ended by NUL */
	size_t nrows;
	int width[OUT_MAX_COLUMNS]; /* of the screen */
};

/* out_begin(o, c, columns, n): a list; columns is borrowed. */
void out_begin(
    struct out *o, const struct cli *c, const char *const *columns, size_t n);

/* out_row(o, values): as many as columns; NULL: nothing, null in JSON. */
void out_row(struct out *o, const char *const *values);

/* out_end(o): write it, and free. out_drop(o): free without. What is too large
 * to be kept is not written: it is said, and out_lost() is true from then on.
 */
void out_end(struct out *o);
void out_drop(struct out *o);
bool out_lost(void);

/* out_object(c, names, values, n): one thing. */
void out_object(const struct cli *c, const char *const *names,
    const char *const *values, size_t n);

/* out_json(text, len): a document and a line feed. */
void out_json(const char *text, size_t len);

/* out_width(text): columns on the screen. */
int out_width(const char *text);

#endif
