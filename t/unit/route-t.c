/* The router: which row a path and a method lead to. */
#include <time.h>

#include "tap.h"
#include "web/route.h"

#define UUID  "5ae290ed-55d1-47a0-bc6d-fe2bc2700399"
#define UPPER "5AE290ED-55D1-47A0-BC6D-FE2BC2700399"

static const struct route table[] = {
	{ M_GET, "/api/things", AUTH_NONE, 0, NULL, "list" },
	{ M_POST, "/api/things", AUTH_USER, 100, NULL, "create" },
	{ M_GET, "/api/things/{uuid}", AUTH_NONE, 0, NULL, "show" },
	{ M_DELETE, "/api/things/{uuid}", AUTH_USER, 0, NULL, "drop" },
	{ M_GET, "/api/things/@{handle}", AUTH_NONE, 0, NULL, "of_person" },
	/* a literal in the shape of a pattern, behind it in the table */
	{ M_GET, "/api/things/@admin", AUTH_NONE, 0, NULL, "admin" },
	{ M_POST, "/api/things/{uuid}/reply", AUTH_USER, 100, NULL, "reply" },
	{ M_GET, "/api/people/@{handle}/short", AUTH_NONE, 0, NULL, "short" },
	{ M_GET, "/api/{group}/of/@{handle}", AUTH_NONE, 0, NULL, "two" },
	{ M_POST, "/api/only-post", AUTH_NONE, 0, NULL, "post" },
};

static const struct {
	const char *name;
	enum method method;
	const char *path;
	const char *want; /* the row; NULL: none */
	enum rc rc;
	const char *param; /* the first, or NULL */
	const char *allow; /* for RC_BAD_METHOD */
} cases[] = {
	{ "a literal path", M_GET, "/api/things", "list" },
	{ "another method of it", M_POST, "/api/things", "create" },
	{ "HEAD is GET's", M_HEAD, "/api/things", "list" },
	{ "HEAD without GET", M_HEAD, "/api/only-post", NULL, RC_BAD_METHOD,
	    NULL, "POST, OPTIONS" },
	{ "OPTIONS is nobody's row", M_OPTIONS, "/api/things", NULL,
	    RC_BAD_METHOD, NULL, "GET, HEAD, POST, OPTIONS" },
	{ "a method we do not know", M__MAX, "/api/things", NULL, RC_BAD_METHOD,
	    NULL, "GET, HEAD, POST, OPTIONS" },
	{ "a wrong method", M_PUT, "/api/things/" UUID, NULL, RC_BAD_METHOD,
	    NULL, "GET, HEAD, DELETE, OPTIONS" },
	{ "a UUID", M_GET, "/api/things/" UUID, "show", RC_OK, UUID },
	{ "a UUID in capitals", M_DELETE, "/api/things/" UPPER, "drop", RC_OK,
	    UUID },
	{ "no UUID", M_GET, "/api/things/5ae290ed", NULL, RC_NOT_FOUND },
	{ "a UUID and more", M_GET, "/api/things/" UUID "0", NULL,
	    RC_NOT_FOUND },
	{ "a UUID with a tail", M_POST, "/api/things/" UUID "/reply", "reply",
	    RC_OK, UUID },
	{ "a UUID with another tail", M_POST, "/api/things/" UUID "/replies",
	    NULL, RC_NOT_FOUND },
	{ "a UUID and a slash", M_GET, "/api/things/" UUID "/", NULL,
	    RC_NOT_FOUND },
	{ "a handle", M_GET, "/api/things/@bayko", "of_person", RC_OK,
	    "bayko" },
	{ "a handle keeps its case", M_GET, "/api/things/@BayKo", "of_person",
	    RC_OK, "BayKo" },
	{ "a handle of 30", M_GET,
	    "/api/things/@abcdefghijabcdefghijabcdefghij", "of_person", RC_OK,
	    "abcdefghijabcdefghijabcdefghij" },
	{ "a handle of 31", M_GET,
	    "/api/things/@abcdefghijabcdefghijabcdefghijk", NULL,
	    RC_NOT_FOUND },
	{ "a handle with a dot", M_GET, "/api/things/@a.b", NULL,
	    RC_NOT_FOUND },
	{ "an empty handle", M_GET, "/api/things/@", NULL, RC_NOT_FOUND },
	{ "a handle within", M_GET, "/api/people/@ulake/short", "short", RC_OK,
	    "ulake" },
	{ "an empty handle within", M_GET, "/api/people/@/short", NULL,
	    RC_NOT_FOUND },
	{ "a literal wins over a pattern", M_GET, "/api/things/@admin",
	    "admin" },
	{ "and so do its methods", M_POST, "/api/things/@admin", NULL,
	    RC_BAD_METHOD, NULL, "GET, HEAD, OPTIONS" },
	{ "two parts", M_GET, "/api/" UUID "/of/@x", "two", RC_OK, UUID },
	{ "an unknown path", M_GET, "/api/nothing", NULL, RC_NOT_FOUND },
	{ "only a beginning", M_GET, "/api", NULL, RC_NOT_FOUND },
	{ "a slash at the end", M_GET, "/api/things/", NULL, RC_NOT_FOUND },
	{ "a slash too many", M_GET, "//api/things", NULL, RC_NOT_FOUND },
	{ "other capitals", M_GET, "/API/things", NULL, RC_NOT_FOUND },
	{ "dots are no way up", M_GET, "/api/x/../things", NULL, RC_NOT_FOUND },
	{ "nothing", M_GET, "", NULL, RC_NOT_FOUND },
	{ "the root", M_GET, "/", NULL, RC_NOT_FOUND },
	{ "braces are not literal", M_GET, "/api/things/{uuid}", NULL,
	    RC_NOT_FOUND },
	{ "a star", M_OPTIONS, "*", NULL, RC_NOT_FOUND },
};

static void
rows(void)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct buf allow = BUF_INIT(128);
		struct route_match m;
		enum rc rc = route_find(
		    table, COUNT(table), cases[i].method, cases[i].path, &m);

		is_int(rc, cases[i].rc, cases[i].name);
		is_str(m.route ? m.route->name : NULL, cases[i].want,
		    cases[i].name);
		if (cases[i].param != NULL)
			is_str(m.param[0].value, cases[i].param, cases[i].name);
		route_methods(m.allow, &allow);
		if (cases[i].allow != NULL)
			is_str(buf_str(&allow), cases[i].allow, cases[i].name);
		buf_free(&allow);
	}
}

/* Part names end at their brace. */
static void
two_parts(void)
{
	struct route_match m;

	is_int(route_find(
		   table, COUNT(table), M_GET, "/api/" UPPER "/of/@you_1", &m),
	    RC_OK, "two parts are found");
	is_int((long long)m.nparams, 2, "two parts are there");
	ok(m.param[0].name_len == 5 &&
		strncmp(m.param[0].name, "group", 5) == 0,
	    "the first one's name");
	is_str(m.param[0].value, UUID, "the first one's value");
	ok(m.param[1].name_len == 6 &&
		strncmp(m.param[1].name, "handle", 6) == 0,
	    "the second one's name");
	is_str(m.param[1].value, "you_1", "the second one's value");
}

static void
methods(void)
{
	is_int(route_method("GET"), M_GET, "GET");
	is_int(route_method("DELETE"), M_DELETE, "DELETE");
	is_int(route_method("get"), M__MAX, "methods are in capitals");
	is_int(route_method("PATCH"), M__MAX, "PATCH is none of ours");
	is_int(route_method(""), M__MAX, "no method at all");
}

/* Not a measurement, a guard: a router that goes wrong is a hundred times
 * slower than this, sanitizers and valgrind are ten. */
static void
quick(void)
{
	clock_t start = clock();
	struct route_match m;
	double us;

	for (int i = 0; i < 20000; i++) {
		if (route_find(table, COUNT(table), M_GET,
			"/api/people/@ulake/short", &m) != RC_OK)
			break;
	}
	us = (double)(clock() - start) * 1e6 / CLOCKS_PER_SEC / 20000;
	ok(us < 50, "a look-up takes %.2f us of CPU, less than 50", us);
}

int
main(void)
{
	rows();
	two_parts();
	methods();
	quick();
	return tap_done();
}
