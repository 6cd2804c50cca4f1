/* Errors as an operator reads them: what was tried, what the service said,
 * what to do about it. */
#include <stdio.h>
#include <string.h>

#include "aws/cognito.h"
#include "aws/ddb.h"
#include "aws/ec2.h"
#include "cli/say.h"
#include "pg/pg.h"

enum service { S_PG, S_DDB, S_COGNITO, S_EC2 };

/*
 * What to do, by what the service said: the first row whose text is in it.
 * %s is a fact of the configuration, chosen by the column before.
 */
enum fact { F_NONE, F_TABLE, F_REGION, F_POOL };

static const struct {
	unsigned int services; /* 1 << service */
	const char *said;
	enum fact fact;
	const char *hint;
} advice[] = {
	/* Postgres */
	{ 1 << S_PG, "Connection refused", F_NONE,
	    "nobody listens there: is Postgres started, are host and port of "
	    "CONNECTION_URL right?" },
	{ 1 << S_PG, "No such file or directory", F_NONE,
	    "is Postgres started? CONNECTION_URL names a socket" },
	{ 1 << S_PG, "password authentication failed", F_NONE,
	    "user or password of CONNECTION_URL are wrong" },
	{ 1 << S_PG, "no password supplied", F_NONE,
	    "CONNECTION_URL needs a password: postgresql://user:password@host/"
	    "database" },
	{ 1 << S_PG, "could not translate host name", F_NONE,
	    "the host of CONNECTION_URL is not known here" },
	{ 1 << S_PG, "timed out", F_NONE,
	    "the host does not answer: a firewall or security group may be in "
	    "the way (cruddur rds update-sg-rule)" },
	{ 1 << S_PG, "is being accessed by other users", F_NONE,
	    "end their sessions first: cruddur db kill-all" },
	{ 1 << S_PG, "permission denied", F_NONE,
	    "the user of CONNECTION_URL may not do this: it must own the "
	    "database, or have CREATEDB" },
	{ 1 << S_PG, "\" does not exist", F_NONE,
	    "make it first: cruddur db setup" },
	/* AWS */
	{ ~0U, "no AWS_ACCESS_KEY_ID", F_NONE,
	    "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
	    "or run where an "
	    "instance role is attached" },
	{ ~0U, "no AWS region", F_NONE,
	    "set AWS_REGION, or [aws] region in cruddur.conf" },
	{ ~0U, "refused:", F_NONE,
	    "nobody listens there: is the local endpoint started? For AWS "
	    "itself, unset AWS_ENDPOINT_URL" },
	{ ~0U, "unreachable:", F_REGION,
	    "is the region right (%s)? Is there a way out to it?" },
	{ ~0U, "bad_url:", F_NONE,
	    "the endpoint must be an http:// or https:// address" },
	{ ~0U, "ExpiredToken", F_NONE,
	    "the credentials have expired: get new ones" },
	{ ~0U, "UnrecognizedClient", F_REGION,
	    "AWS does not know this access key (region %s)" },
	{ ~0U, "InvalidClientTokenId", F_REGION,
	    "AWS does not know this access key (region %s)" },
	{ ~0U, "AuthFailure", F_REGION,
	    "AWS does not know this access key (region %s)" },
	{ ~0U, "InvalidSignature", F_NONE,
	    "the secret access key is wrong, or this machine's clock" },
	{ ~0U, "SignatureDoesNotMatch", F_NONE,
	    "the secret access key is wrong, or this machine's clock" },
	{ 1 << S_DDB, "is not authorized to perform", F_NONE,
	    "IAM does not allow this action: cruddur aws policy api prints "
	    "what a server needs; a command may need more" },
	{ ~0U, "is not authorized to perform", F_NONE,
	    "IAM does not allow this action: add it to the policy of whoever "
	    "calls" },
	{ ~0U, "UnauthorizedOperation", F_NONE,
	    "IAM does not allow this action: add it to the policy of whoever "
	    "calls" },
	{ 1 << S_DDB, "ResourceNotFoundException", F_TABLE,
	    "there is no table %s here: cruddur ddb schema-load makes it. Is "
	    "the region right?" },
	{ 1 << S_COGNITO, "ResourceNotFoundException", F_POOL,
	    "there is no user pool %s in this region: see AWS_REGION and "
	    "AWS_COGNITO_USER_POOL_ID" },
	{ 1 << S_DDB, "deletion protection", F_NONE,
	    "switch its deletion protection off first, if you mean it" },
	{ 1 << S_EC2, "InvalidSecurityGroupRuleId", F_NONE,
	    "DB_SG_RULE_ID names no rule of DB_SG_ID in this region" },
	{ 1 << S_EC2, "InvalidGroup", F_NONE,
	    "DB_SG_ID names no security group in this region" },
	{ ~0U, "Throttl", F_NONE, "try again in a moment" },
};

static const char *
fact_text(const struct cli *c, enum fact fact)
{
	switch (fact) {
	case F_TABLE:
		return c->conf.ddb_table;
	case F_REGION:
		return c->conf.aws_region[0] ? c->conf.aws_region : "none";
	case F_POOL:
		return c->conf.cognito_user_pool_id;
	case F_NONE:
		break;
	}
	return "";
}

static void
advise(struct cli *c, enum service service, const char *said)
{
	for (size_t i = 0; i < sizeof(advice) / sizeof(advice[0]); i++) {
		const char *hint = advice[i].hint, *at = strstr(hint, "%s");

		if (!(advice[i].services >> service & 1) ||
		    strstr(said, advice[i].said) == NULL)
			continue;
		if (at == NULL)
			say_hint("%s", hint);
		else
			say_hint("%.*s%s%s", (int)(at - hint), hint,
			    fact_text(c, advice[i].fact), at + 2);
		return;
	}
}

static enum rc
fail(struct cli *c, enum service service, enum rc rc, const char *what,
    const char *said)
{
	if (cli_interrupted)
		return RC_INTERRUPTED;
	say_fail("%s: %s", what, said[0] ? said : rc_wire(rc));
	advise(c, service, said);
	return rc;
}

enum rc
say_pg(struct cli *c, enum rc rc, const char *what)
{
	return fail(
	    c, S_PG, rc, what, c->cx.pg != NULL ? pg_error(c->cx.pg) : "");
}

enum rc
say_ddb_text(struct cli *c, enum rc rc, const char *what, const char *said)
{
	return fail(c, S_DDB, rc, what, said);
}

enum rc
say_ddb(struct cli *c, enum rc rc, const char *what)
{
	return say_ddb_text(
	    c, rc, what, c->cx.ddb != NULL ? ddb_error(c->cx.ddb) : "");
}

enum rc
say_cognito(struct cli *c, enum rc rc, const char *what)
{
	return fail(c, S_COGNITO, rc, what,
	    c->cx.cognito != NULL ? cognito_error(c->cx.cognito) : "");
}

enum rc
say_ec2(struct cli *c, enum rc rc, const char *what)
{
	return fail(
	    c, S_EC2, rc, what, c->ec2 != NULL ? ec2_error(c->ec2) : "");
}
