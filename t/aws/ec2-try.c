/*
 * ec2-try modify|create|add|list: make one call of aws/ec2.h and tell how it
 * ended and what it gave, one JSON line each. What answers is the business of
 * t/aws/ec2.t.
 */
#include <stdlib.h>

#include "aws/creds.h"
#include "aws/ec2.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/js.h"
#include "tap.h"

static struct ec2 *e;
static int64_t deadline_ms;

static void
member(struct buf *line, const char *key, const char *value)
{
	if (value == NULL)
		js_null(line, key);
	else
		js_str(line, key, value);
}

static void
tell(struct buf *line)
{
	js_close(line, '}');
	printf("%s\n", buf_str(line));
	buf_free(line);
}

static enum rc
list(void)
{
	struct ec2_endpoints list;
	enum rc rc = ec2_list_endpoints(e, "vpc-1", deadline_ms, &list);

	for (size_t i = 0; i < list.n; i++) {
		const struct ec2_endpoint *at = &list.endpoint[i];
		struct buf line = BUF_INIT(8192);

		js_open(&line, NULL, '{');
		member(&line, "id", at->id);
		member(&line, "name", at->name);
		member(&line, "vpc_id", at->vpc_id);
		member(&line, "service", at->service);
		member(&line, "state", at->state);
		member(&line, "tables", at->tables);
		tell(&line);
	}
	ec2_endpoints_free(&list);
	return rc;
}

static const char *const tables[] = { "rtb-1", "rtb-2" };

static enum rc
create(char **id)
{
	return ec2_create_endpoint(
	    e, "cruddur-ddb", "vpc-1", tables, 2, deadline_ms, id);
}

static enum rc
modify(void)
{
	struct ec2_rule rule = { "sg-1", "sgr-1", "203.0.113.7/32", 5432,
		"Ann's & Bob's" };

	return ec2_modify_rule(e, &rule, deadline_ms);
}

int
main(int argc, char **argv)
{
	struct buf err = BUF_INIT(1024), line = BUF_INIT(8192);
	struct conf conf;
	struct creds *creds;
	char *id = NULL;
	enum rc rc;

	if (argc != 2 || conf_load(NULL, &conf, &err) != RC_OK) {
		fprintf(stderr, "ec2-try: %s\n", buf_str(&err));
		return 2;
	}
	creds = creds_new(&conf);
	e = ec2_new(&conf, creds);
	deadline_ms = clock_ms() + 2000;
	rc = argv[1][0] == 'l'	 ? list()
	     : argv[1][0] == 'c' ? create(&id)
	     : argv[1][0] == 'a'
		 ? ec2_add_tables(e, "vpce-7", tables, 2, deadline_ms)
		 : modify();
	js_open(&line, NULL, '{');
	js_str(&line, "rc", rc_wire(rc));
	js_str(&line, "error", ec2_error(e));
	member(&line, "created", id);
	tell(&line);
	free(id);
	ec2_free(&e);
	creds_free(&creds);
	conf_free(&conf);
	return 0;
}
