#include "aws/ec2.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aws/call.h"
#include "aws/xmltext.h"
#include "base/rnd.h"
#include "base/xalloc.h"

#define REQUEST_MAX_BYTES ((size_t)64 * 1024)
#define ANSWER_MAX_BYTES  ((size_t)4096 * 1024)
#define CONNECT_MS	  2000
#define ATTEMPT_MS	  10000 /* EC2 takes its time */
#define VERSION		  "2016-11-15"

struct ec2 {
	struct call_service service;
	char *endpoint;
};

static const struct awserr_row errors[] = {
	{ "InvalidGroup.NotFound", RC_NOT_FOUND, RETRY_NEVER },
	{ "InvalidGroupId.Malformed", RC_INVALID, RETRY_NEVER },
	{ "InvalidParameter", RC_INVALID, RETRY_NEVER },
	{ "InvalidParameterCombination", RC_INVALID, RETRY_NEVER },
	{ "InvalidParameterValue", RC_INVALID, RETRY_NEVER },
	{ "InvalidPermission.Duplicate", RC_CONFLICT, RETRY_NEVER },
	{ "InvalidRouteTableId.NotFound", RC_NOT_FOUND, RETRY_NEVER },
	{ "InvalidSecurityGroupRuleId.Malformed", RC_INVALID, RETRY_NEVER },
	{ "InvalidSecurityGroupRuleId.NotFound", RC_NOT_FOUND, RETRY_NEVER },
	{ "InvalidVpcEndpointId.NotFound", RC_NOT_FOUND, RETRY_NEVER },
	{ "InvalidVpcID.NotFound", RC_NOT_FOUND, RETRY_NEVER },
	{ "InvalidVpcId.NotFound", RC_NOT_FOUND, RETRY_NEVER },
	{ "MissingParameter", RC_INVALID, RETRY_NEVER },
	{ "RouteAlreadyExists", RC_CONFLICT, RETRY_NEVER },
	{ "Unavailable", RC_UNAVAILABLE, RETRY_SERVER },
	{ NULL, RC_OK, RETRY_NEVER },
};

struct ec2 *
ec2_new(const struct conf *conf, struct creds *creds)
{
	struct ec2 *e = xcalloc(1, sizeof(*e));
	struct buf url = BUF_INIT(512);

	if (conf->aws_ec2_endpoint[0] != '\0')
		buf_adds(&url, conf->aws_ec2_endpoint);
	else
		buf_addf(&url, "https://ec2.%s.amazonaws.com%s/",
		    conf->aws_region,
		    strncmp(conf->aws_region, "cn-", 3) == 0 ? ".cn" : "");
	e->endpoint = buf_take(&url, NULL);
	e->service = (struct call_service){
		.backend = MB_AWS,
		.name = "ec2",
		.sign_as = "ec2",
		.region = conf->aws_region,
		.endpoint = e->endpoint,
		.content_type =
		    "application/x-www-form-urlencoded; charset=utf-8",
		.errors = errors,
		.connect_timeout_ms = CONNECT_MS,
		.attempt_timeout_ms = ATTEMPT_MS,
		.slow_ms = ATTEMPT_MS,
		.creds = creds,
	};
	return e;
}

void
ec2_free(struct ec2 **e)
{
	if (*e == NULL)
		return;
	free((*e)->endpoint);
	free(*e);
	*e = NULL;
}

const char *
ec2_error(const struct ec2 *e)
{
	return e->service.err.text;
}

/* &name=value, everything but RFC 3986's unreserved characters as %XX. */
static void
add(struct buf *form, const char *name, const char *value)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz0123456789-._~";

	buf_addf(form, "&%s=", name);
	for (; *value != '\0'; value++) {
		if (strchr(plain, *value) != NULL)
			buf_addc(form, *value);
		else
			buf_addf(form, "%%%02X", (unsigned char)*value);
	}
}

static void
add_number(struct buf *form, const char *name, int value)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", value);
	add(form, name, text);
}

/* "UnauthorizedOperation: You are not authorized to perform this operation."
 * leaves open which one. */
static void
name_action(struct ec2 *e, const char *action)
{
	struct awserr *err = &e->service.err;
	char text[AWSERR_TEXT_SIZE], type[sizeof(err->type)];

	if (strcmp(err->type, "UnauthorizedOperation") != 0 ||
	    strstr(err->text, "ec2:") != NULL)
		return;
	snprintf(type, sizeof(type), "%s", err->type);
	snprintf(
	    text, sizeof(text), "ec2:%s%s", action, err->text + strlen(type));
	awserr_set(err, RC_BACKEND_DENIED, RETRY_NEVER, type, text);
}

/* Send the form; *inside is what the answer's root element holds, in answer's
 * bytes. The form is freed. */
static enum rc
send(struct ec2 *e, const char *action, struct buf *form, int64_t deadline_ms,
    struct buf *answer, struct xmltext *inside)
{
	struct buf body = BUF_INIT(REQUEST_MAX_BYTES), root = BUF_INIT(128);
	struct call c = { .operation = action, .deadline_ms = deadline_ms };
	enum rc rc;

	buf_addf(&body, "Action=%s&Version=%s", action, VERSION);
	buf_add(&body, form->data, form->len);
	buf_addf(&root, "%sResponse", action);
	c.body = buf_str(&body);
	c.body_len = body.len;
	rc = call_run(&e->service, &c, answer);
	if (rc == RC_BACKEND_DENIED)
		name_action(e, action);
	if (rc == RC_OK &&
	    !xmltext_find((struct xmltext){ buf_str(answer), answer->len },
		buf_str(&root), inside))
		rc = call_unreadable(&e->service, action);
	buf_free(&body);
	buf_free(&root);
	buf_free(form);
	return rc;
}

enum rc
ec2_modify_rule(struct ec2 *e, const struct ec2_rule *rule, int64_t deadline_ms)
{
	struct buf form = BUF_INIT(REQUEST_MAX_BYTES);
	struct buf answer = BUF_INIT(ANSWER_MAX_BYTES);
	struct xmltext inside;
	bool six = strchr(rule->cidr, ':') != NULL;
	enum rc rc;

#define RULE "SecurityGroupRule.1."
	add(&form, "GroupId", rule->group_id);
	add(&form, RULE "SecurityGroupRuleId", rule->rule_id);
	add(&form, RULE "SecurityGroupRule.IpProtocol", "tcp");
	add_number(&form, RULE "SecurityGroupRule.FromPort", rule->port);
	add_number(&form, RULE "SecurityGroupRule.ToPort", rule->port);
	add(&form,
	    six ? RULE "SecurityGroupRule.CidrIpv6"
		: RULE "SecurityGroupRule.CidrIpv4",
	    rule->cidr);
	if (rule->description != NULL)
		add(&form, RULE "SecurityGroupRule.Description",
		    rule->description);
#undef RULE
	rc = send(e, "ModifySecurityGroupRules", &form, deadline_ms, &answer,
	    &inside);
	buf_free(&answer);
	return rc;
}

/* &name.1=…&name.2=… */
static void
add_list(
    struct buf *form, const char *name, const char *const *values, size_t n)
{
	char word[64];

	for (size_t i = 0; i < n; i++) {
		snprintf(word, sizeof(word), "%s.%zu", name, i + 1);
		add(form, word, values[i]);
	}
}

enum rc
ec2_create_endpoint(struct ec2 *e, const char *name, const char *vpc_id,
    const char *const *tables, size_t n, int64_t deadline_ms, char **id)
{
	struct buf form = BUF_INIT(REQUEST_MAX_BYTES);
	struct buf answer = BUF_INIT(ANSWER_MAX_BYTES);
	struct xmltext inside, endpoint;
	char word[64], token[UUID_TEXT_SIZE];
	enum rc rc;

	rnd_uuid(token);
	snprintf(word, sizeof(word), "com.amazonaws.%.40s.dynamodb",
	    e->service.region);
	add(&form, "VpcEndpointType", "Gateway");
	add(&form, "VpcId", vpc_id);
	add(&form, "ServiceName", word);
	add_list(&form, "RouteTableId", tables, n);
	add(&form, "TagSpecification.1.ResourceType", "vpc-endpoint");
	add(&form, "TagSpecification.1.Tag.1.Key", "Name");
	add(&form, "TagSpecification.1.Tag.1.Value", name);
	add(&form, "ClientToken", token);
	rc = send(e, "CreateVpcEndpoint", &form, deadline_ms, &answer, &inside);
	if (rc == RC_OK) {
		*id = xmltext_find(inside, "vpcEndpoint", &endpoint)
			  ? xmltext_dup(endpoint, "vpcEndpointId")
			  : NULL;
		if (*id == NULL)
			rc = call_unreadable(&e->service, "CreateVpcEndpoint");
	}
	buf_free(&answer);
	return rc;
}

enum rc
ec2_add_tables(struct ec2 *e, const char *endpoint_id,
    const char *const *tables, size_t n, int64_t deadline_ms)
{
	struct buf form = BUF_INIT(REQUEST_MAX_BYTES);
	struct buf answer = BUF_INIT(ANSWER_MAX_BYTES);
	struct xmltext inside;
	enum rc rc;

	add(&form, "VpcEndpointId", endpoint_id);
	add_list(&form, "AddRouteTableId", tables, n);
	rc = send(e, "ModifyVpcEndpoint", &form, deadline_ms, &answer, &inside);
	buf_free(&answer);
	return rc;
}

static void
add_table_ids(struct xmltext inside, struct buf *out)
{
	struct xmltext set = { NULL, 0 }, item;

	xmltext_find(inside, "routeTableSet", &set);
	while (xmltext_next(&set, "item", &item)) {
		char *id = xmltext_dup(item, "routeTableId");

		if (id != NULL)
			buf_addf(out, "%s%s", out->len > 0 ? " " : "", id);
		free(id);
	}
}

enum rc
ec2_route_tables(
    struct ec2 *e, const char *vpc_id, int64_t deadline_ms, char **ids)
{
	struct buf answer = BUF_INIT(ANSWER_MAX_BYTES);
	struct buf found = BUF_INIT(REQUEST_MAX_BYTES);
	struct xmltext inside;
	char *next = NULL;
	enum rc rc;

	do {
		struct buf form = BUF_INIT(REQUEST_MAX_BYTES);

		add(&form, "Filter.1.Name", "vpc-id");
		add(&form, "Filter.1.Value.1", vpc_id);
		if (next != NULL)
			add(&form, "NextToken", next);
		rc = send(e, "DescribeRouteTables", &form, deadline_ms, &answer,
		    &inside);
		free(next);
		next = NULL;
		if (rc != RC_OK)
			break;
		add_table_ids(inside, &found);
		next = xmltext_dup(inside, "nextToken");
	} while (next != NULL && next[0] != '\0');
	free(next);
	buf_free(&answer);
	if (rc == RC_OK)
		*ids = found.len > 0 ? buf_take(&found, NULL) : xstrdup("");
	buf_free(&found);
	return rc;
}

void
ec2_endpoints_free(struct ec2_endpoints *list)
{
	for (size_t i = 0; i < list->n; i++) {
		struct ec2_endpoint *at = &list->endpoint[i];

		free(at->id);
		free(at->name);
		free(at->vpc_id);
		free(at->service);
		free(at->type);
		free(at->state);
		free(at->tables);
	}
	free(list->endpoint);
	memset(list, 0, sizeof(*list));
}

/* <tagSet><item><key>Name</key><value>…</value></item>…</tagSet> */
static char *
read_name(struct xmltext endpoint)
{
	struct xmltext set, item;
	char *key, *value = NULL;

	if (!xmltext_find(endpoint, "tagSet", &set))
		return NULL;
	while (value == NULL && xmltext_next(&set, "item", &item)) {
		key = xmltext_dup(item, "key");
		if (key != NULL && strcmp(key, "Name") == 0)
			value = xmltext_dup(item, "value");
		free(key);
	}
	return value;
}

/* <routeTableIdSet><item>rtb-1</item>…</routeTableIdSet> */
static char *
read_tables(struct xmltext endpoint)
{
	struct buf text = BUF_INIT(4096);
	struct xmltext set = { NULL, 0 }, item;

	xmltext_find(endpoint, "routeTableIdSet", &set);
	while (xmltext_next(&set, "item", &item)) {
		if (text.len > 0)
			buf_addc(&text, ' ');
		buf_add(&text, item.p, item.n);
	}
	return buf_take(&text, NULL);
}

static void
add_endpoints(struct xmltext inside, struct ec2_endpoints *out)
{
	struct xmltext set = { NULL, 0 }, item;

	xmltext_find(inside, "vpcEndpointSet", &set);
	while (xmltext_next(&set, "item", &item)) {
		out->endpoint = xrealloc(
		    out->endpoint, (out->n + 1) * sizeof(*out->endpoint));
		out->endpoint[out->n++] = (struct ec2_endpoint){
			.id = xmltext_dup(item, "vpcEndpointId"),
			.name = read_name(item),
			.vpc_id = xmltext_dup(item, "vpcId"),
			.service = xmltext_dup(item, "serviceName"),
			.type = xmltext_dup(item, "vpcEndpointType"),
			.state = xmltext_dup(item, "state"),
			.tables = read_tables(item),
		};
	}
}

enum rc
ec2_list_endpoints(struct ec2 *e, const char *vpc_id, int64_t deadline_ms,
    struct ec2_endpoints *out)
{
	struct buf answer = BUF_INIT(ANSWER_MAX_BYTES);
	struct xmltext inside;
	char *next = NULL;
	enum rc rc;

	memset(out, 0, sizeof(*out));
	do {
		struct buf form = BUF_INIT(REQUEST_MAX_BYTES);

		if (vpc_id != NULL) {
			add(&form, "Filter.1.Name", "vpc-id");
			add(&form, "Filter.1.Value.1", vpc_id);
		}
		if (next != NULL)
			add(&form, "NextToken", next);
		rc = send(e, "DescribeVpcEndpoints", &form, deadline_ms,
		    &answer, &inside);
		free(next);
		next = NULL;
		if (rc != RC_OK)
			break;
		add_endpoints(inside, out);
		next = xmltext_dup(inside, "nextToken");
	} while (next != NULL && next[0] != '\0');
	free(next);
	buf_free(&answer);
	return rc;
}
