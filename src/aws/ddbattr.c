#include "aws/ddbattr.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define FIRST_CAP 192 /* a page of twenty messages, with room to spare */

void
ddbattr_add(struct ddbattrs *all, struct ddbattr attr)
{
	if (all->n == all->cap) {
		all->cap = all->cap ? 2 * all->cap : FIRST_CAP;
		all->at = xrealloc(all->at, all->cap * sizeof(*all->at));
	}
	all->at[all->n++] = attr;
}

/* {"S":"text"}: true; any other type is stepped over. */
static bool
read_typed(struct inplace *r, struct ddbattr *attr)
{
	const char *type;
	size_t len;
	bool is_string = false;

	for (bool m = inplace_object(r); m; m = inplace_more(r)) {
		if (!inplace_key(r, &type, &len))
			return false;
		if (len == 1 && type[0] == 'S')
			is_string =
			    inplace_string(r, &attr->value, &attr->value_len);
		else
			inplace_skip(r);
	}
	return is_string && !r->bad;
}

struct ddbattr_item
ddbattr_read(struct inplace *r, struct ddbattrs *all)
{
	struct ddbattr_item item = { .first = all->n };
	struct ddbattr attr;

	for (bool m = inplace_object(r); m; m = inplace_more(r)) {
		if (!inplace_key(r, &attr.name, &attr.name_len))
			break;
		if (read_typed(r, &attr))
			ddbattr_add(all, attr);
	}
	item.n = all->n - item.first;
	return item;
}

const struct ddbattr *
ddbattr_find(
    const struct ddbattrs *all, struct ddbattr_item item, const char *name)
{
	const struct ddbattr *attr = all->at + item.first;
	size_t len = strlen(name);

	for (size_t i = 0; i < item.n; i++, attr++) {
		if (attr->name_len == len && memcmp(attr->name, name, len) == 0)
			return attr;
	}
	return NULL;
}

void
ddbattr_free(struct ddbattrs *all)
{
	free(all->at);
	memset(all, 0, sizeof(*all));
}
