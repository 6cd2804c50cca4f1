/* What stands around the databases in AWS: the rule that lets this machine
 * reach Postgres, and the way from the VPC to DynamoDB. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "aws/creds.h"
#include "aws/ec2.h"
#include "aws/http.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "cli/commands.h"
#include "cli/out.h"
#include "cli/say.h"

#define POSTGRES_PORT 5432
#define ENDPOINT_NAME "cruddur-ddb"
#define MAX_TABLES    100
#define CIDR_SIZE     64

/* ---- rds update-sg-rule ---- */

/* 4, 6, or 0 for what is no address. */
static int
address_family(const char *text)
{
	unsigned char bytes[16];

	if (inet_pton(AF_INET, text, bytes) == 1)
		return 4;
	return inet_pton(AF_INET6, text, bytes) == 1 ? 6 : 0;
}

/* "203.0.113.7/32"; a plain address stands for itself alone. */
static bool
read_cidr(const char *text, char out[static CIDR_SIZE])
{
	char address[CIDR_SIZE];
	size_t n = strcspn(text, "/");
	int64_t bits;
	int family;

	if (n >= sizeof(address) - 4)
		return false;
	memcpy(address, text, n);
	address[n] = '\0';
	family = address_family(address);
	bits = family == 4 ? 32 : 128;
	if (family == 0 || (text[n] == '/' && parse_int(text + n + 1, 0, bits,
						  &bits) != RC_OK))
		return false;
	snprintf(out, CIDR_SIZE, "%.58s/%d", address, (int)bits);
	return true;
}

/* This machine's address as the world sees it. */
static enum rc
ask_address(struct cli *c, char out[static CIDR_SIZE])
{
	struct buf answer = BUF_INIT(256);
	const char *url = c->conf.aws_checkip_url;
	enum rc rc =
	    http_fetch(creds_http(cli_creds(c)), url, cli_deadline(), &answer);

	if (rc != RC_OK) {
		say_fail("cannot find out this machine's address: %s: %s", url,
		    http_error(creds_http(cli_creds(c))));
	} else {
		answer.data[strcspn(answer.data, " \r\n")] = '\0';
		if (!read_cidr(buf_str(&answer), out)) {
			say_fail("%s did not answer with an address", url);
			rc = RC_INVALID;
		}
	}
	if (rc != RC_OK)
		say_hint("say it yourself: --cidr 203.0.113.7/32");
	buf_free(&answer);
	return rc;
}

static enum rc
choose_cidr(struct cli *c, char out[static CIDR_SIZE])
{
	const char *given = c->opt[CO_CIDR];

	if (given == NULL)
		return ask_address(c, out);
	if (!read_cidr(given, out))
		return say_usage(c,
		    "'%s' is no address or block, such as 203.0.113.7/32",
		    given);
	if (strstr(out, "/0") != NULL && strcmp(strstr(out, "/"), "/0") == 0)
		return say_ask(c, "That lets the whole world try the "
				  "database's password. Go on?");
	return RC_OK;
}

static bool
set(const char *value, const char *name, const char *key)
{
	if (value[0] != '\0')
		return true;
	say_fail("%s is not set", name);
	say_hint("set it, or [aws] %s in cruddur.conf", key);
	return false;
}

enum rc
cli_rds_update_sg_rule(struct cli *c)
{
	static const char *const names[] = { "group", "rule", "cidr", "port" };
	char cidr[CIDR_SIZE], port[8];
	struct ec2_rule rule = { .group_id = c->conf.aws_db_sg_id,
		.rule_id = c->conf.aws_db_sg_rule_id,
		.cidr = cidr,
		.port = POSTGRES_PORT,
		.description = "cruddur rds update-sg-rule" };
	enum rc rc;

	if (!set(rule.group_id, "DB_SG_ID", "db_security_group") ||
	    !set(rule.rule_id, "DB_SG_RULE_ID", "db_security_group_rule") ||
	    cli_ec2(c) == NULL)
		return RC_CONFIG;
	rc = choose_cidr(c, cidr);
	if (rc != RC_OK)
		return rc;
	rc = ec2_modify_rule(c->ec2, &rule, cli_deadline());
	if (rc != RC_OK)
		return say_ec2(c, rc, "cannot change the rule");
	snprintf(port, sizeof(port), "%d", POSTGRES_PORT);
	out_object(c, names,
	    (const char *const[]){ rule.group_id, rule.rule_id, cidr, port },
	    4);
	return RC_OK;
}

/* ---- aws vpc-endpoint ---- */

static const char *
vpc_of(const struct cli *c)
{
	return c->opt[CO_VPC] != NULL ? c->opt[CO_VPC] : c->conf.aws_vpc_id;
}

/* Whether an endpoint leads to DynamoDB. */
static bool
is_ours(const struct ec2_endpoint *e)
{
	size_t n = e->service != NULL ? strlen(e->service) : 0;

	return n > 9 && strcmp(e->service + n - 9, ".dynamodb") == 0;
}

static void
show_endpoints(struct cli *c, const struct ec2_endpoints *list)
{
	static const char *const columns[] = { "id", "name", "vpc", "state",
		"route_tables" };
	struct out o;

	out_begin(&o, c, columns, 5);
	for (size_t i = 0; i < list->n; i++) {
		const struct ec2_endpoint *e = &list->endpoint[i];

		if (is_ours(e))
			out_row(&o, (const char *const[]){ e->id, e->name,
					e->vpc_id, e->state, e->tables });
	}
	out_end(&o);
}

enum rc
cli_aws_endpoint_list(struct cli *c)
{
	struct ec2_endpoints list;
	const char *vpc = vpc_of(c);
	enum rc rc;

	if (cli_ec2(c) == NULL)
		return RC_CONFIG;
	rc = ec2_list_endpoints(
	    c->ec2, vpc[0] ? vpc : NULL, cli_deadline(), &list);
	if (rc == RC_OK)
		show_endpoints(c, &list);
	else
		say_ec2(c, rc, "cannot list VPC endpoints");
	ec2_endpoints_free(&list);
	return rc;
}

/* Whether routes lead through it: one that was deleted is listed for some
 * time, one of interfaces has no routes. */
static bool
is_in_use(const struct ec2_endpoint *e)
{
	static const char *const dead[] = { "deleting", "deleted", "rejected",
		"failed", "expired" };

	for (size_t i = 0; e->state && i < sizeof(dead) / sizeof(*dead); i++) {
		if (strcasecmp(e->state, dead[i]) == 0)
			return false;
	}
	return is_ours(e) && e->type != NULL && strcmp(e->type, "Gateway") == 0;
}

/* Whether the list, blanks between, has the word. */
static bool
has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = list; (at = strstr(at, word)) != NULL; at += n) {
		if ((at == list || at[-1] == ' ') &&
		    (at[n] == ' ' || at[n] == '\0'))
			return true;
	}
	return false;
}

/* The one that stands already; id NULL: none. */
static enum rc
find_standing(struct cli *c, const char *vpc, struct ec2_endpoint *found)
{
	struct ec2_endpoints list;
	enum rc rc = ec2_list_endpoints(c->ec2, vpc, cli_deadline(), &list);

	for (size_t i = 0; rc == RC_OK && i < list.n; i++) {
		if (!is_in_use(&list.endpoint[i]))
			continue;
		*found = list.endpoint[i];
		list.endpoint[i] = (struct ec2_endpoint){ 0 };
		break;
	}
	ec2_endpoints_free(&list);
	return rc == RC_OK ? rc : say_ec2(c, rc, "cannot list VPC endpoints");
}

/* "rtb-1,rtb-2" or "rtb-1 rtb-2", cut in place; without those that are in has,
 * blanks between. */
static size_t
split(char *text, const char *has, const char *ids[static MAX_TABLES])
{
	char *rest = NULL;
	size_t n = 0;

	for (char *id = strtok_r(text, ", ", &rest); id && n < MAX_TABLES;
	     id = strtok_r(NULL, ", ", &rest)) {
		if (!has_word(has, id))
			ids[n++] = id;
	}
	return n;
}

/* The route tables that are to lead through the endpoint: those named, or all
 * of the network. The caller frees *text. */
static enum rc
wanted_tables(struct cli *c, const char *vpc, char **text)
{
	enum rc rc = RC_OK;

	if (c->opt[CO_ROUTE_TABLES] != NULL)
		*text = xstrdup(c->opt[CO_ROUTE_TABLES]);
	else
		rc = ec2_route_tables(c->ec2, vpc, cli_deadline(), text);
	return rc == RC_OK
		   ? rc
		   : say_ec2(c, rc, "cannot list the VPC's route tables");
}

static enum rc
create(struct cli *c, const char *vpc, char *wanted, struct ec2_endpoint *made)
{
	const char *tables[MAX_TABLES];
	size_t n = split(wanted, "", tables);
	enum rc rc;

	if (n == 0) {
		say_fail("%s has no route tables", vpc);
		return RC_NOT_FOUND;
	}
	made->name = xstrdup(ENDPOINT_NAME);
	rc = ec2_create_endpoint(
	    c->ec2, ENDPOINT_NAME, vpc, tables, n, cli_deadline(), &made->id);
	return rc == RC_OK ? rc : say_ec2(c, rc, "cannot create the endpoint");
}

/* A subnet that came later has a route table that the endpoint does not know
 * of: its calls would go through the internet, or nowhere. */
static enum rc
complete(struct cli *c, const char *vpc, char *wanted,
    const struct ec2_endpoint *standing)
{
	const char *tables[MAX_TABLES];
	size_t n = split(wanted, standing->tables, tables);
	enum rc rc;

	say("%s has an endpoint for DynamoDB already", vpc);
	if (n == 0)
		return RC_OK;
	rc = ec2_add_tables(c->ec2, standing->id, tables, n, cli_deadline());
	if (rc != RC_OK)
		return say_ec2(c, rc, "cannot add route tables to it");
	for (size_t i = 0; i < n; i++)
		say("%s was added to it", tables[i]);
	return RC_OK;
}

enum rc
cli_aws_endpoint_create(struct cli *c)
{
	static const char *const names[] = { "id", "name", "vpc" };
	const char *vpc = vpc_of(c);
	struct ec2_endpoints one = { NULL, 1 };
	struct ec2_endpoint *e;
	char *wanted = NULL;
	enum rc rc;

	if (!set(vpc, "DEFAULT_VPC_ID", "vpc_id") || cli_ec2(c) == NULL)
		return RC_CONFIG;
	e = one.endpoint = xcalloc(1, sizeof(*e));
	rc = find_standing(c, vpc, e);
	if (rc == RC_OK)
		rc = wanted_tables(c, vpc, &wanted);
	if (rc == RC_OK)
		rc = e->id != NULL ? complete(c, vpc, wanted, e)
				   : create(c, vpc, wanted, e);
	if (rc == RC_OK)
		out_object(
		    c, names, (const char *const[]){ e->id, e->name, vpc }, 3);
	free(wanted);
	ec2_endpoints_free(&one);
	return rc;
}
