/* commands: what the table runs, a file per noun. Each prints its own errors
 * (say.h); RC_BAD_REQUEST is a mistake in how it was called. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/cli.h"

/* db.c: the database as a whole. */
enum rc cli_db_create(struct cli *c);
enum rc cli_db_drop(struct cli *c);
enum rc cli_db_schema_load(struct cli *c);
enum rc cli_db_seed(struct cli *c);
enum rc cli_db_setup(struct cli *c);
enum rc cli_db_expire(struct cli *c);
enum rc cli_db_target(struct cli *c, struct cli_target *target);

/* session.c: who is connected. */
enum rc cli_db_connect(struct cli *c);
enum rc cli_db_sessions(struct cli *c);
enum rc cli_db_kill_all(struct cli *c);
enum rc cli_db_kill_target(struct cli *c, struct cli_target *target);

/* migrate.c: from one version of the schema to another. */
enum rc cli_db_migrate(struct cli *c);
enum rc cli_db_rollback(struct cli *c);
enum rc cli_db_rollback_target(struct cli *c, struct cli_target *target);
enum rc cli_db_new_migration(struct cli *c);

/* ddbtable.c: the table of conversations as a whole. */
enum rc cli_ddb_list_tables(struct cli *c);
enum rc cli_ddb_describe(struct cli *c);
enum rc cli_ddb_schema_load(struct cli *c);
enum rc cli_ddb_drop(struct cli *c);
enum rc cli_ddb_target(struct cli *c, struct cli_target *target);

enum rc cli_ddb_seed(struct cli *c);		   /* ddbseed.c */
enum rc cli_ddb_scan(struct cli *c);		   /* ddbscan.c */
enum rc cli_ddb_get_conversation(struct cli *c);   /* ddbtalk.c */
enum rc cli_ddb_list_conversations(struct cli *c); /* ddbtalk.c */
enum rc cli_ddb_upgrade(struct cli *c);		   /* ddbupgrade.c */

enum rc cli_cognito_list_users(struct cli *c); /* people.c */
enum rc cli_cognito_sync_users(struct cli *c); /* people.c */

enum rc cli_rds_update_sg_rule(struct cli *c);	/* network.c */
enum rc cli_aws_endpoint_create(struct cli *c); /* network.c */
enum rc cli_aws_endpoint_list(struct cli *c);	/* network.c */
enum rc cli_aws_policy_api(struct cli *c);	/* policy.c */
enum rc cli_aws_policy_stream(struct cli *c);	/* policy.c */

/* stream.c: the stream processor from outside. */
enum rc cli_stream_status(struct cli *c);
enum rc cli_stream_dead_letters(struct cli *c);
enum rc cli_stream_retry(struct cli *c);
enum rc cli_stream_replay(struct cli *c);
enum rc cli_stream_fsck(struct cli *c);

enum rc cli_config_show(struct cli *c); /* config.c */
enum rc cli_doctor(struct cli *c);	/* doctor.c */

#endif
