/* Errors as an operator reads them: what was tried, what the service said,
 * what to do about it. */
#include <stdio.h>
#include <string.h>

#include "aws/cognito.h"
#include "aws/ddb.h"
#include "aws/ec2.h"
#include "cli/say.h"
#include "pg/pg.h"

/*
 * What to do, by what the service said: the first row whose text is in it.
 * %s is a fact of the configuration, chosen by the column before.
 */
enum fact { F_NONE, F_TABLE, F_REGION, F_POOL, F_URL };

#define PG	(1U << SAY_PG)
#define DDB	(1U << SAY_DDB)
#define COGNITO (1U << SAY_COGNITO)
#define EC2	(1U << SAY_EC2)
#define AWS	(DDB | COGNITO | EC2)

static const struct {
	unsigned int services;
	const char *said;
	enum fact fact;
	const char *hint;
} advice[] = {
	{ PG, "Connection refused", F_URL,
	    "nobody listens there: is Postgres started, are host and port of "
	    "%s right?" },
	{ PG, "No such file or directory", F_URL,
	    "is Postgres started? %s names a socket" },
	{ PG, "password authentication failed", F_URL,
	    "user or password of %s are wrong" },
	{ PG, "no password supplied", F_URL,
	    "%s needs a password: postgresql://user:password@host/database" },
	{ PG, "could not translate host name", F_URL,
	    "the host of %s is not known here" },
	{ PG, "timed out", F_NONE,
	    "the host does not answer: a firewall or security group may be in "
	    "the way (cruddur rds update-sg-rule)" },
	{ PG, "is being accessed by other users", F_NONE,
	    "end their sessions first: cruddur db kill-all" },
	{ PG, "permission denied", F_URL,
	    "the user of %s may not do this: it must own the database, or "
	    "have CREATEDB" },
	{ PG, "must be owner", F_URL,
	    "the user of %s may not do this: it must own the database" },
	/* whoever forgets runuser, on a machine with Debian's Postgres */
	{ PG, "role \"", F_URL,
	    "Postgres knows no such user: run this as the user that it knows "
	    "(runuser -u cruddur -- cruddur ...), or name one in %s" },
	{ PG, "Peer authentication failed", F_NONE,
	    "Postgres lets each user in under their own name only: runuser -u "
	    "cruddur -- cruddur ..." },
	{ PG, "\" does not exist", F_NONE, "make it first: cruddur db setup" },
	{ AWS, "no AWS_ACCESS_KEY_ID", F_NONE,
	    "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
	    "or run where an "
	    "instance role is attached" },
	{ AWS, "no AWS region", F_NONE,
	    "set AWS_REGION, or [aws] region in cruddur.conf" },
	{ AWS, "refused:", F_NONE,
	    "nobody listens there: is the local endpoint started? For AWS "
	    "itself set none: cruddur config show tells where it is set" },
	{ AWS, "timeout:", F_NONE,
	    "it does not answer: is a firewall or a proxy in the way?" },
	{ AWS, "unreachable:", F_REGION,
	    "is the region right (%s)? Is there a way out to it?" },
	{ AWS, "bad_url:", F_NONE,
	    "the endpoint must be an http:// or https:// address" },
	{ AWS, "ExpiredToken", F_NONE,
	    "the credentials have expired: get new ones" },
	{ AWS, "UnrecognizedClient", F_REGION,
	    "AWS does not know this access key (region %s)" },
	{ AWS, "InvalidClientTokenId", F_REGION,
	    "AWS does not know this access key (region %s)" },
	{ AWS, "AuthFailure", F_REGION,
	    "AWS does not know this access key (region %s)" },
	{ AWS, "Credential should be scoped", F_REGION,
	    "that service is of another region than the one that is set (%s)" },
	{ AWS, "InvalidSignature", F_NONE,
	    "the secret access key is wrong, or this machine's clock" },
	{ AWS, "SignatureDoesNotMatch", F_NONE,
	    "the secret access key is wrong, or this machine's clock" },
	{ DDB, "is not authorized to perform", F_NONE,
	    "IAM does not allow this action: cruddur aws policy api prints "
	    "what a server needs; a command may need more" },
	{ AWS, "is not authorized to perform", F_NONE,
	    "IAM does not allow this action: add it to the policy of whoever "
	    "calls" },
	{ AWS, "UnauthorizedOperation", F_NONE,
	    "IAM does not allow this action: add it to the policy of whoever "
	    "calls" },
	{ DDB, "ResourceNotFoundException", F_TABLE,
	    "there is no table %s here: cruddur ddb schema-load makes it. Is "
	    "the region right?" },
	{ COGNITO, "ResourceNotFoundException", F_POOL,
	    "there is no user pool %s in this region: see AWS_REGION and "
	    "AWS_COGNITO_USER_POOL_ID" },
	{ DDB, "deletion protection", F_NONE,
	    "switch its deletion protection off first, if you mean it" },
	{ EC2, "InvalidSecurityGroupRuleId", F_NONE,
	    "DB_SG_RULE_ID names no rule of DB_SG_ID in this region" },
	{ EC2, "InvalidGroup", F_NONE,
	    "DB_SG_ID names no security group in this region" },
	{ AWS, "Throttl", F_NONE, "try again in a moment" },
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
	case F_URL:
		return c->prod ? "PROD_CONNECTION_URL" : "CONNECTION_URL";
	case F_NONE:
		break;
	}
	return "";
}

bool
say_advice(const struct cli *c, enum say_service service, const char *said,
    struct buf *out)
{
	for (size_t i = 0; i < sizeof(advice) / sizeof(advice[0]); i++) {
		const char *hint = advice[i].hint, *at = strstr(hint, "%s");

		if (!(advice[i].services >> service & 1) ||
		    strstr(said, advice[i].said) == NULL)
			continue;
		if (at == NULL)
			buf_adds(out, hint);
		else
			buf_addf(out, "%.*s%s%s", (int)(at - hint), hint,
			    fact_text(c, advice[i].fact), at + 2);
		return true;
	}
	return false;
}

static enum rc
fail(struct cli *c, enum say_service service, enum rc rc, const char *what,
    const char *said)
{
	struct buf hint = BUF_INIT(1024);

	if (cli_interrupted)
		return RC_INTERRUPTED;
	say_fail("%s: %s", what, said[0] ? said : rc_wire(rc));
	if (say_advice(c, service, said, &hint))
		say_hint("%s", buf_str(&hint));
	buf_free(&hint);
	return rc;
}

enum rc
say_pg(struct cli *c, enum rc rc, const char *what)
{
	return fail(
	    c, SAY_PG, rc, what, c->cx.pg != NULL ? pg_error(c->cx.pg) : "");
}

enum rc
say_ddb_text(struct cli *c, enum rc rc, const char *what, const char *said)
{
	return fail(c, SAY_DDB, rc, what, said);
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
	return fail(c, SAY_COGNITO, rc, what,
	    c->cx.cognito != NULL ? cognito_error(c->cx.cognito) : "");
}

enum rc
say_ec2(struct cli *c, enum rc rc, const char *what)
{
	return fail(
	    c, SAY_EC2, rc, what, c->ec2 != NULL ? ec2_error(c->ec2) : "");
}
