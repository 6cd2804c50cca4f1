/*
 * ec2: Amazon EC2, the few calls that an operator needs ("Amazon EC2 API
 * Reference", version 2016-11-15; the Query protocol: a form goes out, XML
 * comes back). All signed, all with an absolute deadline, all harmless if they
 * arrive twice; retried like those of DynamoDB.
 *
 * RC_NOT_FOUND: no such group, rule, network or table of routes; RC_INVALID: a
 * parameter that EC2 refuses; RC_CONFLICT: it exists already;
 * RC_BACKEND_DENIED: our credentials may not. ec2_error() says more.
 */
#ifndef AWS_EC2_H
#define AWS_EC2_H

#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"
#include "base/rc.h"

struct creds;
struct ec2;

/* ec2_new(conf, creds): never NULL; nothing connects yet; both are borrowed.
 * ec2_free(&e) frees and clears. */
struct ec2 *ec2_new(const struct conf *conf, struct creds *creds);
void ec2_free(struct ec2 **e);

/* ec2_error(e): what AWS said of the last failure, one line. */
const char *ec2_error(const struct ec2 *e);

/* A rule of a security group: TCP from these addresses to this port. */
struct ec2_rule {
	const char *group_id; /* "sg-…" */
	const char *rule_id;  /* "sgr-…" */
	const char *cidr;     /* "203.0.113.7/32" or IPv6 with a colon */
	int port;
	const char *description; /* NULL: none */
};

/* ec2_modify_rule(e, rule, deadline_ms): ModifySecurityGroupRules: the rule of
 * that id becomes this one. */
enum rc ec2_modify_rule(
    struct ec2 *e, const struct ec2_rule *rule, int64_t deadline_ms) MUSTCHECK;

/*
 * ec2_create_endpoint(e, name, vpc_id, tables, n, deadline_ms, id):
 * CreateVpcEndpoint: a gateway endpoint for DynamoDB in the network, with the
 * n route tables, tagged Name = name. The caller frees *id. RC_CONFLICT: a
 * table has such a route already.
 */
enum rc ec2_create_endpoint(struct ec2 *e, const char *name, const char *vpc_id,
    const char *const *tables, size_t n, int64_t deadline_ms,
    char **id) MUSTCHECK;

/* ec2_add_tables(e, endpoint_id, tables, n, deadline_ms): ModifyVpcEndpoint:
 * the n route tables, which are not in it yet, lead through the endpoint too.
 */
enum rc ec2_add_tables(struct ec2 *e, const char *endpoint_id,
    const char *const *tables, size_t n, int64_t deadline_ms) MUSTCHECK;

/* ec2_route_tables(e, vpc_id, deadline_ms, ids): DescribeRouteTables, all
 * pages: the ids of a network's tables of routes, separated by blanks. The
 * caller frees *ids. */
enum rc ec2_route_tables(struct ec2 *e, const char *vpc_id, int64_t deadline_ms,
    char **ids) MUSTCHECK;

/* A VPC endpoint. NULL: EC2 did not say. */
struct ec2_endpoint {
	char *id;
	char *name; /* its tag Name */
	char *vpc_id;
	char *service;
	char *type; /* "Gateway", "Interface", … */
	char *state;
	char *tables; /* ids of route tables, separated by blanks */
};

struct ec2_endpoints {
	struct ec2_endpoint *endpoint;
	size_t n;
};
void ec2_endpoints_free(struct ec2_endpoints *list);

/* ec2_list_endpoints(e, vpc_id, deadline_ms, out): DescribeVpcEndpoints, all
 * pages; of one network, or of all if vpc_id is NULL. out is freed with
 * ec2_endpoints_free(), on any outcome. */
enum rc ec2_list_endpoints(struct ec2 *e, const char *vpc_id,
    int64_t deadline_ms, struct ec2_endpoints *out) MUSTCHECK;

#endif
