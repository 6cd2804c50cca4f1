#include "aws/ddbpage.h"

#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/xalloc.h"

#define FIRST_CAP 32 /* items */

/* What a page points at. */
struct doc {
	char *body; /* the answer; the texts lie in it */
	struct ddbattrs attrs;
	struct ddbattr_item *item;
	size_t n, cap;		      /* of item */
	struct ddbattr_item last_key; /* n = 0: none */
	double capacity;
};

static void
add_item(struct doc *doc, struct ddbattr_item item)
{
	if (doc->n == doc->cap) {
		doc->cap = doc->cap ? 2 * doc->cap : FIRST_CAP;
		doc->item = xrealloc(doc->item, doc->cap * sizeof(*doc->item));
	}
	doc->item[doc->n++] = item;
}

static void
read_capacity(struct inplace *r, struct doc *doc)
{
	const char *key;
	size_t len;
	double units;

	for (bool m = inplace_object(r); m; m = inplace_more(r)) {
		if (!inplace_key(r, &key, &len))
			return;
		if (strcmp(key, "CapacityUnits") != 0)
			inplace_skip(r);
		else if (inplace_number(r, &units))
			doc->capacity += units;
	}
}

static void
read_member(struct inplace *r, const char *key, struct doc *doc)
{
	if (strcmp(key, "Items") == 0) {
		for (bool m = inplace_array(r); m; m = inplace_next(r))
			add_item(doc, ddbattr_read(r, &doc->attrs));
	} else if (strcmp(key, "Item") == 0 || strcmp(key, "Attributes") == 0) {
		add_item(doc, ddbattr_read(r, &doc->attrs));
	} else if (strcmp(key, "LastEvaluatedKey") == 0) {
		doc->last_key = ddbattr_read(r, &doc->attrs);
	} else if (strcmp(key, "ConsumedCapacity") == 0) {
		read_capacity(r, doc);
	} else {
		inplace_skip(r);
	}
}

static void
doc_free(struct doc *doc)
{
	if (doc == NULL)
		return;
	free(doc->body);
	ddbattr_free(&doc->attrs);
	free(doc->item);
	free(doc);
}

enum rc
ddbpage_read(char *body, size_t n, struct ddb_page *page)
{
	struct doc *doc = xcalloc(1, sizeof(*doc));
	struct inplace r = { .p = body, .end = body + n };
	const char *key;
	size_t len;

	doc->body = body;
	memset(page, 0, sizeof(*page));
	if (!parse_utf8(body, n))
		inplace_fail(&r);
	for (bool m = inplace_object(&r); m; m = inplace_more(&r)) {
		if (inplace_key(&r, &key, &len))
			read_member(&r, key, doc);
	}
	if (!inplace_done(&r)) {
		doc_free(doc);
		return RC_INTERNAL;
	}
	page->n = doc->n;
	page->more = doc->last_key.n > 0;
	page->capacity = doc->capacity;
	page->doc = doc;
	return RC_OK;
}

const struct ddbattr *
ddbpage_last_key(const struct ddb_page *page, size_t *n)
{
	const struct doc *doc = page->doc;

	*n = doc->last_key.n;
	return doc->attrs.at + doc->last_key.first;
}

static const struct ddbattr *
find(const struct ddb_page *page, size_t i, const char *name)
{
	const struct doc *doc = page->doc;

	return i < page->n ? ddbattr_find(&doc->attrs, doc->item[i], name)
			   : NULL;
}

const char *
ddb_get(const struct ddb_page *page, size_t i, const char *name, size_t *len)
{
	const struct ddbattr *attr = find(page, i, name);

	if (attr == NULL)
		return NULL;
	if (len != NULL)
		*len = attr->value_len;
	return attr->value;
}

const char *
ddb_text(const struct ddb_page *page, size_t i, const char *name)
{
	const char *text = ddb_get(page, i, name, NULL);

	return text != NULL ? text : "";
}

void
ddbpage_drop(struct ddb_page *page, size_t i)
{
	struct doc *doc = page->doc;

	memmove(&doc->item[i], &doc->item[i + 1],
	    (page->n - i - 1) * sizeof(*doc->item));
	page->n = --doc->n;
}

void
ddbpage_end_at(
    struct ddb_page *page, size_t i, const char *const *names, size_t n)
{
	struct doc *doc = page->doc;
	struct ddbattr_item key = { .first = doc->attrs.n };

	for (size_t k = 0; k < n; k++) {
		const struct ddbattr *attr = find(page, i, names[k]);

		if (attr != NULL)
			ddbattr_add(&doc->attrs, *attr);
	}
	key.n = doc->attrs.n - key.first;
	doc->last_key = key;
	page->n = doc->n = i + 1;
	page->more = true;
}

void
ddb_page_free(struct ddb_page *page)
{
	doc_free(page->doc);
	memset(page, 0, sizeof(*page));
}
