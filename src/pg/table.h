/* table: what gen-statements.pl makes of sql/queries; only pg/ and its tests
 * look. */
#ifndef PG_TABLE_H
#define PG_TABLE_H

#include <stdbool.h>

#include "pg/statements.h"

struct pg_statement {
	const char *name; /* prepared under it: "activities_home" */
	int nparams;
	bool reads; /* no insert, update or delete: may be sent again */
	const char *text;
};

extern const struct pg_statement pg_statements[SQL__MAX];

#endif
