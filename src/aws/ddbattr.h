/*
 * ddbattr: DynamoDB's items, read in place (aws/inplace.h): where the string
 * attributes of many items lie, in one array. Twenty messages as json-c
 * objects are 160 hash tables, the dearest thing a worker would do. Pure.
 */
#ifndef AWS_DDBATTR_H
#define AWS_DDBATTR_H

#include <stddef.h>

#include "aws/inplace.h"

/* A string attribute, in the answer's own bytes. */
struct ddbattr {
	const char *name, *value; /* NUL-terminated */
	size_t name_len, value_len;
};

/* All attributes of an answer; an item's lie side by side. */
struct ddbattrs {
	struct ddbattr *at;
	size_t n, cap;
};

/* One item (or key): which of them are its own. */
struct ddbattr_item {
	size_t first, n;
};

/* ddbattr_read(r, all): read an item: {"name": {"S": "value"}, …}. Attributes
 * of other types are left out. */
struct ddbattr_item ddbattr_read(struct inplace *r, struct ddbattrs *all);

/* ddbattr_add(all, attr): append one. */
void ddbattr_add(struct ddbattrs *all, struct ddbattr attr);

/* ddbattr_find(all, item, name): the item's attribute; NULL: it has none. */
const struct ddbattr *ddbattr_find(
    const struct ddbattrs *all, struct ddbattr_item item, const char *name);

/* ddbattr_free(all): free the array. */
void ddbattr_free(struct ddbattrs *all);

#endif
