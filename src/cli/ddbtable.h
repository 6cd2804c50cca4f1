/* ddbtable: the table of conversations as a whole: is it there, is it as it
 * should be. */
#ifndef CLI_DDBTABLE_H
#define CLI_DDBTABLE_H

#include "cli/cli.h"

struct json_object;

/* ddbtable_read(c, name, deadline_ms, doc, table): DescribeTable; *table (NULL:
 * there is none) is freed with json_object_put(doc). Otherwise ddb_error() says
 * why. */
enum rc ddbtable_read(struct cli *c, const char *name, int64_t deadline_ms,
    struct json_object **doc, struct json_object **table) MUSTCHECK;

/* What a look at a table finds, part by part; "" where all is well. */
struct ddbtable_faults {
	char status[128], keys[128], index[128], stream[128];
};
void ddbtable_check(struct json_object *table, struct ddbtable_faults *out);

#endif
