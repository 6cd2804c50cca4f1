/* What api/caller.h and api/cookies.h read out of a request's headers. */
#include "api/caller.h"
#include "api/cookies.h"
#include "tap.h"

static void
bearers(void)
{
	static const struct {
		const char *name, *header, *want;
	} cases[] = {
		{ "a token", "Bearer a.b.c", "a.b.c" },
		{ "scheme in lower case", "bearer a.b.c", "a.b.c" },
		{ "scheme in capitals", "BEARER a.b.c", "a.b.c" },
		{ "blanks around it", "Bearer   a.b.c  ", "a.b.c" },
		{ "dashes and underscores", "Bearer a-_.b-_.c", "a-_.b-_.c" },
		{ "empty", "", NULL },
		{ "the scheme alone", "Bearer", NULL },
		{ "the scheme and a blank", "Bearer ", NULL },
		{ "no blank between", "Bearera.b.c", NULL },
		{ "a tab between", "Bearer\ta.b.c", NULL },
		{ "no scheme", "a.b.c", NULL },
		{ "Basic", "Basic a.b.c", NULL },
		{ "two in a list", "Bearer a.b.c, Bearer d.e.f", NULL },
		{ "two without blank", "Bearer a.b.c,Bearer d.e.f", NULL },
		{ "two in one", "Bearer a.b.c d.e.f", NULL },
		{ "a parameter", "Bearer token=a.b.c", NULL },
		{ "a line end", "Bearer a.b.c\n", NULL },
		{ "in quotes", "Bearer \"a.b.c\"", NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char got[64] = "";
		size_t n = 0;
		const char *p = caller_bearer(cases[i].header, &n);

		if (p != NULL)
			snprintf(got, sizeof(got), "%.*s", (int)n, p);
		is_str(p == NULL ? NULL : got, cases[i].want, cases[i].name);
	}
}

static void
cookies(void)
{
	static const struct {
		const char *name, *text, *want;
	} cases[] = {
		{ "alone", "x=1", "1" },
		{ "among others", "a=b; x=1; c=d", "1" },
		{ "without blanks", "a=b;x=1;c=d", "1" },
		{ "last", "a=b; x=1", "1" },
		{ "with = in it", "x=1=2", "1=2" },
		{ "empty", "x=", NULL },
		{ "empty text", "", NULL },
		{ "no value", "x", NULL },
		{ "not there", "a=b", NULL },
		{ "a longer name", "xx=1", NULL },
		{ "a name that ends so", "ax=1; bx=2", NULL },
		{ "another case", "X=1", NULL },
		{ "within another's value", "a=x=1", NULL },
		{ "twice", "x=1; x=2", NULL },
		{ "twice the same", "x=1; a=b; x=1", NULL },
		{ "separators only", ";; ;", NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char got[64] = "";
		size_t n = 0;
		const char *p = cookies_find(cases[i].text, "x", &n);

		if (p != NULL)
			snprintf(got, sizeof(got), "%.*s", (int)n, p);
		is_str(p == NULL ? NULL : got, cases[i].want, cases[i].name);
	}
}

static void
origins(void)
{
	static const struct {
		const char *name, *origin, *url;
		bool want;
	} cases[] = {
		{ "the same", "https://a.example", "https://a.example", true },
		{ "with a slash", "https://a.example", "https://a.example/",
		    true },
		{ "with a path", "https://a.example", "https://a.example/b?c",
		    true },
		{ "with a port", "https://a.example:8443",
		    "https://a.example:8443/", true },
		{ "case of the host", "https://a.example", "https://A.example",
		    true },
		{ "another port", "https://a.example:1", "https://a.example:2",
		    false },
		{ "no port", "https://a.example", "https://a.example:8443",
		    false },
		{ "another scheme", "http://a.example", "https://a.example",
		    false },
		{ "a longer host", "https://a.example.evil",
		    "https://a.example", false },
		{ "a shorter host", "https://a.exam", "https://a.example",
		    false },
		{ "null", "null", "https://a.example", false },
		{ "empty", "", "", false },
		{ "nothing is set up", "https://a.example", "", false },
	};

	for (size_t i = 0; i < COUNT(cases); i++)
		is_int(caller_is_origin(cases[i].origin, cases[i].url),
		    cases[i].want, cases[i].name);
}

int
main(void)
{
	bearers();
	cookies();
	origins();
	return tap_done();
}
