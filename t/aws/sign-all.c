/*
 * sign-all: make every kind of call that aws/ can make, once, whatever comes
 * back. Who looks at the signatures is the business of t/aws/sigv4.t.
 */
#include <json-c/json_object.h>
#include <stdlib.h>

#include "aws/cognito.h"
#include "aws/creds.h"
#include "aws/ddb.h"
#include "aws/ec2.h"
#include "aws/streams.h"
#include "base/buf.h"
#include "base/clock.h"
#include "tap.h"

/* Text that a signer could stumble over. */
#define ODD "a b/c%20+\xc3\xa9\xf0\x9f\x98\x80\"\n"

static struct conf conf;
static int calls;

static int64_t
soon(void)
{
	return clock_ms() + 5000;
}

static void
done(enum rc rc)
{
	calls += rc < RC__MAX;
}

static struct ddb_op
op(enum ddb_op_kind kind)
{
	struct ddb_op o = { .kind = kind, .cond = DDB_PRESENT };

	ddb_item_set(&o.item, "pk", ODD);
	ddb_item_set(&o.item, "sk", "s");
	if (kind == DDB_PUT || kind == DDB_UPDATE)
		ddb_item_set(&o.item, "text", ODD);
	return o;
}

static void
dynamodb(struct creds *creds)
{
	struct ddb *d = ddb_new(&conf, creds);
	struct ddb_op ops[] = { op(DDB_PUT), op(DDB_UPDATE), op(DDB_DELETE) };
	struct ddb_query q = { .hash = ODD };
	struct json_object *doc = NULL;
	struct ddb_page page;

	done(ddb_query(d, &q, soon(), &page));
	ddb_page_free(&page);
	done(ddb_read(d, ODD, "s", soon(), &page));
	ddb_page_free(&page);
	done(ddb_scan(d, 0, 1, NULL, soon(), &page));
	ddb_page_free(&page);
	for (size_t i = 0; i < COUNT(ops); i++)
		done(ddb_write(d, &ops[i], soon(), NULL));
	done(ddb_transact(d, ops, 2, NULL, soon(), NULL));
	done(ddb_ping(d, soon()));
	done(ddb_call(d, "ListTables", "{}", 2, soon(), &doc));
	json_object_put(doc);
	ddb_free(&d);
}

static void
streams(struct creds *creds)
{
	struct ddb *d = ddb_new(&conf, creds);
	struct streams_shards shards;
	struct streams_batch batch;
	char *text = NULL;

	done(streams_list_shards(d, "arn:x", soon(), &shards));
	streams_shards_free(&shards);
	done(streams_iterator(
	    d, "arn:x", "s", STREAMS_LATEST, NULL, soon(), &text));
	free(text);
	done(streams_read(d, "i", 10, soon(), &batch));
	streams_batch_free(&batch);
	ddb_free(&d);
}

static void
cognito(struct creds *creds)
{
	struct cognito *c = cognito_new(&conf, creds);
	struct cognito_sign_up person = { ODD, ODD, ODD, ODD, ODD };
	struct cognito_tokens tokens;
	struct cognito_users users;
	struct cognito_user user;
	struct json_object *doc = NULL;

	done(cognito_list_users(c, NULL, NULL, soon(), &users));
	cognito_users_free(&users);
	done(cognito_call(c, "AdminGetUser", "{}", 2, soon(), &doc));
	json_object_put(doc);
	/* none of the rest is signed: whoever calls has no credentials */
	done(cognito_sign_in(c, ODD, ODD, soon(), &tokens));
	cognito_tokens_free(&tokens);
	done(cognito_new_password(c, ODD, "s", ODD, soon(), &tokens));
	cognito_tokens_free(&tokens);
	done(cognito_refresh(c, ODD, "r", soon(), &tokens));
	cognito_tokens_free(&tokens);
	done(cognito_revoke(c, "r", soon()));
	done(cognito_get_user(c, "t", soon(), &user));
	cognito_user_free(&user);
	done(cognito_sign_up(c, &person, soon()));
	done(cognito_confirm(c, ODD, "1", soon()));
	done(cognito_resend(c, ODD, soon()));
	done(cognito_forgot(c, ODD, soon()));
	done(cognito_reset(c, ODD, "1", ODD, soon()));
	cognito_free(&c);
}

static void
ec2(struct creds *creds)
{
	static const char *const tables[] = { "rtb-1", "rtb-2" };
	struct ec2 *e = ec2_new(&conf, creds);
	struct ec2_rule rule = { "sg-1", "sgr-1", "203.0.113.7/32", 5432, ODD };
	struct ec2_endpoints list;
	char *id = NULL;

	done(ec2_modify_rule(e, &rule, soon()));
	done(ec2_create_endpoint(
	    e, "cruddur-ddb", "vpc-1", tables, 2, soon(), &id));
	free(id);
	id = NULL;
	done(ec2_route_tables(e, "vpc-1", soon(), &id));
	free(id);
	done(ec2_list_endpoints(e, "vpc-1", soon(), &list));
	ec2_endpoints_free(&list);
	ec2_free(&e);
}

int
main(void)
{
	struct buf err = BUF_INIT(1024);
	struct creds *creds;

	if (conf_load(NULL, &conf, &err) != RC_OK) {
		fprintf(stderr, "sign-all: %s\n", buf_str(&err));
		return 2;
	}
	creds = creds_new(&conf);
	dynamodb(creds);
	streams(creds);
	cognito(creds);
	ec2(creds);
	printf("%d\n", calls);
	creds_free(&creds);
	conf_free(&conf);
	return 0;
}
