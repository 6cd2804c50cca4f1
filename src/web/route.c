#include "web/route.h"

#include <assert.h>
#include <string.h>

#include "base/parse.h"

static const char *const method_name[M__MAX] = {
	[M_GET] = "GET",
	[M_HEAD] = "HEAD",
	[M_POST] = "POST",
	[M_PUT] = "PUT",
	[M_DELETE] = "DELETE",
	[M_OPTIONS] = "OPTIONS",
};

enum method
route_method(const char *text)
{
	for (int i = 0; i < M__MAX; i++) {
		if (strcmp(text, method_name[i]) == 0)
			return (enum method)i;
	}
	return M__MAX;
}

const char *
route_method_name(enum method method)
{
	assert(method < M__MAX);
	return method_name[method];
}

void
route_methods(unsigned int bits, struct buf *out)
{
	const char *between = "";

	for (int i = 0; i < M__MAX; i++) {
		if ((bits & 1U << i) == 0)
			continue;
		buf_adds(out, between);
		buf_adds(out, method_name[i]);
		between = ", ";
	}
}

/* Take the text of one {part} off *path: a handle after '@', else a UUID. */
static bool
take_param(
    const char *name, bool is_handle, const char **path, struct route_match *m)
{
	struct route_param *p = &m->param[m->nparams];
	size_t n = strcspn(*path, "/");
	char text[UUID_TEXT_SIZE];

	assert(m->nparams < ROUTE_MAX_PARAMS);
	if (n >= sizeof(text))
		return false;
	memcpy(text, *path, n);
	text[n] = '\0';
	if (!is_handle && parse_uuid(text, p->value) != RC_OK)
		return false;
	if (is_handle && !parse_is_handle(text))
		return false;
	if (is_handle)
		memcpy(p->value, text, n + 1);
	p->name = name;
	p->name_len = strcspn(name, "}");
	m->nparams++;
	*path += n;
	return true;
}

enum fit { FIT_NOT, FIT_PATTERN, FIT_LITERAL };

/* Whether path fits the row's; its parts go to m. */
static enum fit
fits(const char *pattern, const char *path, struct route_match *m)
{
	enum fit fit = FIT_LITERAL;
	char before = '\0';

	m->nparams = 0;
	while (*pattern != '\0') {
		if (*pattern == '{') {
			if (!take_param(pattern + 1, before == '@', &path, m))
				return FIT_NOT;
			pattern += strcspn(pattern, "}") + 1;
			fit = FIT_PATTERN;
			continue;
		}
		if (*pattern != *path)
			return FIT_NOT;
		before = *pattern++;
		path++;
	}
	return *path == '\0' ? fit : FIT_NOT;
}

static unsigned int
allowed_by(enum method method)
{
	unsigned int bits = 1U << method | 1U << M_OPTIONS;

	return method == M_GET ? bits | 1U << M_HEAD : bits;
}

enum rc
route_find(const struct route *table, size_t n, enum method method,
    const char *path, struct route_match *match)
{
	enum method row_method = method == M_HEAD ? M_GET : method;
	enum fit best = FIT_NOT;

	memset(match, 0, sizeof(*match));
	for (size_t i = 0; i < n; i++) {
		struct route_match m;
		enum fit fit = fits(table[i].path, path, &m);

		if (fit == FIT_NOT || fit < best)
			continue;
		if (fit > best) { /* what a pattern had found is void */
			match->route = NULL;
			match->allow = 0;
			best = fit;
		}
		match->allow |= allowed_by(table[i].method);
		if (table[i].method == row_method) {
			m.route = &table[i];
			m.allow = match->allow;
			*match = m;
		}
	}
	if (best == FIT_NOT)
		return RC_NOT_FOUND;
	return match->route != NULL ? RC_OK : RC_BAD_METHOD;
}
