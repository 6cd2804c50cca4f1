/* The rights in AWS that each program needs, and no more. */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/say.h"
#include "model/keys.h"

#define MAX_ACTIONS 8

/* A statement: actions on a part of the table. */
struct statement {
	const char *sid;
	const char *resource; /* after …:table/<name> */
	const char *action[MAX_ACTIONS];
};

/* In transactions each operation needs its own right. */
static const struct statement api[] = {
	{ "Conversations", "",
	    { "ConditionCheckItem", "DescribeTable", "GetItem", "PutItem",
		"Query", "UpdateItem" } },
	{ "OldConversations", "/index/" KEYS_INDEX, { "Query" } },
};

static const struct statement stream[] = {
	{ "InboxRows", "",
	    { "ConditionCheckItem", "DeleteItem", "DescribeTable", "GetItem",
		"PutItem", "Query", "UpdateItem" } },
	{ "InboxRowsOfGroup", "/index/" KEYS_INDEX, { "Query" } },
	{ "Stream", "/stream/*",
	    { "DescribeStream", "GetRecords", "GetShardIterator" } },
};

static const char *
partition_of(const char *region)
{
	if (strncmp(region, "cn-", 3) == 0)
		return "aws-cn";
	return strncmp(region, "us-gov-", 7) == 0 ? "aws-us-gov" : "aws";
}

static void
print_statement(const struct cli *c, const struct statement *s, bool last)
{
	const char *region = c->conf.aws_region;

	printf("    {\n"
	       "      \"Sid\": \"%s\",\n"
	       "      \"Effect\": \"Allow\",\n"
	       "      \"Action\": [",
	    s->sid);
	for (int i = 0; i < MAX_ACTIONS && s->action[i] != NULL; i++)
		printf(
		    "%s\n        \"dynamodb:%s\"", i ? "," : "", s->action[i]);
	printf("\n      ],\n"
	       "      \"Resource\": \"arn:%s:dynamodb:%s:%s:table/%s%s\"\n"
	       "    }%s\n",
	    partition_of(region), region, c->opt[CO_ACCOUNT], c->conf.ddb_table,
	    s->resource, last ? "" : ",");
}

static enum rc
print_policy(struct cli *c, const struct statement *s, size_t n)
{
	const char *account = c->opt[CO_ACCOUNT];

	if (account == NULL || strlen(account) != 12 ||
	    strspn(account, "0123456789") != 12)
		return say_usage(
		    c, "say whose table it is: --account 123456789012");
	if (c->conf.aws_region[0] == '\0') {
		say_fail("no AWS region is configured");
		say_hint("set AWS_REGION, or [aws] region in cruddur.conf");
		return RC_CONFIG;
	}
	puts("{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [");
	for (size_t i = 0; i < n; i++)
		print_statement(c, &s[i], i + 1 == n);
	puts("  ]\n}");
	return RC_OK;
}

enum rc
cli_aws_policy_api(struct cli *c)
{
	return print_policy(c, api, sizeof(api) / sizeof(api[0]));
}

enum rc
cli_aws_policy_stream(struct cli *c)
{
	return print_policy(c, stream, sizeof(stream) / sizeof(stream[0]));
}
