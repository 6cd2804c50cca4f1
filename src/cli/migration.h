/* migration: the files of sql/migrations, and which of them a database has. */
#ifndef CLI_MIGRATION_H
#define CLI_MIGRATION_H

#include "cli/cli.h"

#define MIGRATION_NAME_SIZE 64
#define MIGRATION_MAX	    500

struct migration {
	int version;
	char name[MIGRATION_NAME_SIZE];
	bool has_file;
	bool applied;
	bool fresh;	     /* by this command */
	char applied_at[32]; /* "" unless applied */
};

struct migrations {
	struct migration one[MIGRATION_MAX]; /* by version */
	size_t n;
	size_t nfresh;
};

/* migrations_read(c, m): the files. migrations_mark(c, m): and which of them
 * the database has. Errors are said. */
enum rc migrations_read(struct cli *c, struct migrations *m) MUSTCHECK;
enum rc migrations_mark(struct cli *c, struct migrations *m) MUSTCHECK;

/* migrations_apply(c): bring the database to the last one. What is done is
 * said, errors too; with --json the new ones are the result. */
enum rc migrations_apply(struct cli *c) MUSTCHECK;

/* migrations_lock(sql): append what makes only one at a time change the
 * schema, to the end of the transaction. */
void migrations_lock(struct buf *sql);

#endif
