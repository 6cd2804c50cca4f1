#include "pg/pgurl.h"

#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

static const char *
value_of(const PQconninfoOption *options, const char *keyword)
{
	for (const PQconninfoOption *o = options; o && o->keyword; o++) {
		if (strcmp(o->keyword, keyword) == 0)
			return o->val;
	}
	return NULL;
}

void
pgurl_part(const char *url, const char *keyword, struct buf *out)
{
	PQconninfoOption *set = PQconninfoParse(url, NULL);
	PQconninfoOption *otherwise = PQconndefaults();
	const char *value = value_of(set, keyword);

	if (value == NULL)
		value = value_of(otherwise, keyword);
	if (value == NULL && strcmp(keyword, "dbname") == 0) {
		value = value_of(set, "user"); /* libpq's own rule */
		if (value == NULL)
			value = value_of(otherwise, "user");
	}
	if (value != NULL)
		buf_adds(out, value);
	PQconninfoFree(set);
	PQconninfoFree(otherwise);
}

enum rc
pgurl_export(const char *url)
{
	PQconninfoOption *set = PQconninfoParse(url, NULL);

	if (set == NULL)
		return RC_INVALID;
	for (const PQconninfoOption *o = set; o->keyword != NULL; o++) {
		if (o->envvar != NULL && o->val != NULL)
			setenv(o->envvar, o->val, 1);
	}
	PQconninfoFree(set);
	return RC_OK;
}

void
pgurl_quote(const char *name, struct buf *out)
{
	buf_addc(out, '"');
	for (; *name != '\0'; name++) {
		if (*name == '"')
			buf_addc(out, '"');
		buf_addc(out, *name);
	}
	buf_addc(out, '"');
}
