/* THE table of commands. Sorted as help shows it: by noun, then as one uses
 * them. The first row whose path begins the words wins. */
#include "cli/cli.h"
#include "cli/commands.h"
#include "cli/help.h"

#define B(opt) (UINT64_C(1) << CO_##opt)

const struct command cli_commands[] = {
	{ "db create", "", 0, 0, cli_db_create, NULL,
	    "Create the database of CONNECTION_URL.", NULL },
	{ "db drop", "", 0, 0, cli_db_drop, cli_db_target,
	    "Drop the database, with everything in it.", NULL },
	{ "db schema-load", "", 0, 0, cli_db_schema_load, NULL,
	    "Load the schema into an empty database.",
	    "Notes all migrations as applied. Refuses a database that has "
	    "tables." },
	{ "db migrate", "", B(STATUS) | B(DRY_RUN), CMD_JSON, cli_db_migrate,
	    NULL, "Apply the migrations that the database lacks.",
	    "Each in a transaction of its own, one machine at a time." },
	{ "db rollback", "", B(STEPS), 0, cli_db_rollback,
	    cli_db_rollback_target, "Take back the last migration.", NULL },
	{ "db seed", "", 0, 0, cli_db_seed, NULL,
	    "Put the demo people and their cruds in.", "Safe to repeat." },
	{ "db setup", "", B(NO_SEED), 0, cli_db_setup, NULL,
	    "Create, load, migrate, seed: what is missing.",
	    "Safe to repeat. Production gets no demo people." },
	{ "db connect", "", 0, 0, cli_db_connect, NULL,
	    "Start psql on the database.", NULL },
	{ "db sessions", "", 0, CMD_JSON, cli_db_sessions, NULL,
	    "Show who else is connected.", NULL },
	{ "db kill-all", "", 0, CMD_JSON, cli_db_kill_all, cli_db_kill_target,
	    "End all other sessions.", NULL },
	{ "db expire", "", 0, CMD_JSON, cli_db_expire, NULL,
	    "Delete expired cruds, some hundreds at a time.",
	    "Safe to run at any time, twice at once too." },
	{ "db new-migration", "NAME", 0, CMD_JSON, cli_db_new_migration, NULL,
	    "Make the pair of files of a new migration.", NULL },

	{ "ddb list-tables", "", 0, CMD_JSON, cli_ddb_list_tables, NULL,
	    "List the tables of the region.", NULL },
	{ "ddb describe", "", 0, CMD_JSON, cli_ddb_describe, NULL,
	    "Describe the table of conversations.", NULL },
	{ "ddb schema-load", "", B(PROVISIONED), 0, cli_ddb_schema_load, NULL,
	    "Create the table with its index and stream.",
	    "Says what differs if there is one already." },
	{ "ddb drop", "TABLE", 0, 0, cli_ddb_drop, cli_ddb_target,
	    "Drop a table, and wait until it is gone.", NULL },
	{ "ddb seed", "", 0, 0, cli_ddb_seed, NULL,
	    "Put the demo conversation in.", "Safe to repeat." },

	{ "ddb scan", "", B(SEGMENTS), CMD_JSON, cli_ddb_scan, NULL,
	    "Print every item, one JSON document a line.",
	    "Items come as DynamoDB has them, with their types, in no order." },
	{ "ddb get-conversation", "GROUP", B(LIMIT) | B(CAPACITY), CMD_JSON,
	    cli_ddb_get_conversation, NULL,
	    "Show the newest messages of a conversation.", NULL },
	{ "ddb list-conversations", "@HANDLE", B(LIMIT) | B(CAPACITY), CMD_JSON,
	    cli_ddb_list_conversations, NULL,
	    "Show a person's conversations, newest first.", NULL },
	{ "ddb upgrade", "", B(DRY_RUN), CMD_JSON, cli_ddb_upgrade, NULL,
	    "Complete what the bootcamp's scripts wrote.",
	    "Their conversations have no member and pair rows. Looks first, "
	    "then asks. May be "
	    "stopped and started again; the old backend must be off." },

	{ "cognito list-users", "", 0, CMD_JSON, cli_cognito_list_users, NULL,
	    "List the people of the user pool.", NULL },
	{ "cognito sync-users", "", 0, CMD_JSON, cli_cognito_sync_users, NULL,
	    "Write each person's Cognito id into Postgres.",
	    "Goes by handle (preferred_username), and says who is missing on "
	    "either side." },

	{ "rds update-sg-rule", "", B(CIDR), CMD_JSON, cli_rds_update_sg_rule,
	    NULL, "Let this machine reach the database.",
	    "Changes rule DB_SG_RULE_ID of security group DB_SG_ID: TCP, port "
	    "5432, from this machine's public address." },
	{ "aws vpc-endpoint create", "", B(VPC) | B(ROUTE_TABLES), CMD_JSON,
	    cli_aws_endpoint_create, NULL,
	    "Lead the VPC to DynamoDB without the internet.",
	    "A gateway endpoint named cruddur-ddb, in all of the VPC's route "
	    "tables. Safe to repeat." },
	{ "aws vpc-endpoint list", "", B(VPC), CMD_JSON, cli_aws_endpoint_list,
	    NULL, "List the endpoints for DynamoDB.", NULL },
	{ "aws policy api", "", B(ACCOUNT), CMD_JSON, cli_aws_policy_api, NULL,
	    "Print the IAM policy of cruddur-api.", NULL },
	{ "aws policy stream", "", B(ACCOUNT), CMD_JSON, cli_aws_policy_stream,
	    NULL, "Print the IAM policy of cruddur-stream.", NULL },

	{ "stream status", "", 0, CMD_JSON, cli_stream_status, NULL,
	    "Show how far the stream processor is.",
	    "Its open shards with checkpoint, age of that, and the age of the "
	    "oldest record that is not done; and how many dead letters." },
	{ "stream dead-letters", "", 0, CMD_JSON, cli_stream_dead_letters, NULL,
	    "List the messages that were given up, and why.", NULL },
	{ "stream retry", "", 0, 0, cli_stream_retry, NULL,
	    "Put the dead letters' conversations right.", NULL },
	{ "stream replay", "", B(FROM), 0, cli_stream_replay, NULL,
	    "Work through all that the stream still keeps.",
	    "Does no harm while the processor runs. May be stopped." },
	{ "stream fsck", "", B(REPAIR), CMD_JSON, cli_stream_fsck, NULL,
	    "Compare every inbox row with the messages.",
	    "The exit status is 1 if something is wrong and not put right. "
	    "May be stopped." },

	{ "doctor", "", 0, CMD_JSON, cli_doctor, NULL,
	    "Check everything, and say what to do.",
	    "A line for each check; the exit status is 1 if any failed." },
	{ "config show", "", 0, CMD_JSON, cli_config_show, NULL,
	    "Show every option's value and its origin.",
	    "Secrets are hidden." },

	{ "completion", "SHELL", 0, CMD_NO_CONF, help_completion, NULL,
	    "Print completion for bash.", NULL },
	{ "manual", "PART", 0, CMD_NO_CONF | CMD_HIDDEN, help_manual, NULL,
	    "Print a part of the manual pages: commands, options, "
	    "conf-options.",
	    NULL },
};

const size_t cli_ncommands = sizeof(cli_commands) / sizeof(cli_commands[0]);
