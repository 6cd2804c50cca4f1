/* What aws/xmltext.h finds in XML, and what it refuses. */
#include <stdlib.h>

#include "aws/xmltext.h"
#include "tap.h"

static struct xmltext
text(const char *s)
{
	return (struct xmltext){ s, strlen(s) };
}

static void
finds(void)
{
	static const struct {
		const char *name, *xml, *element, *want;
	} cases[] = {
		{ "an element", "<a>x</a>", "a", "x" },
		{ "the first of two", "<a>x</a><a>y</a>", "a", "x" },
		{ "behind others", "<b>n</b>\n <c/><a>x</a>", "a", "x" },
		{ "not inside others", "<b><a>n</a></b><a>x</a>", "a", "x" },
		{ "only inside others", "<b><a>n</a></b>", "a", NULL },
		{ "elements of its own name inside",
		    "<item><item>n</item></item><a>x</a>", "a", "x" },
		{ "attributes", "<a xmlns=\"http://x\" b='1'>x</a>", "a", "x" },
		{ "an empty one", "<b/><a/>", "a", "" },
		{ "an empty one with an attribute", "<a b=\"1\"/>", "a", "" },
		{ "a declaration and a comment",
		    "<?xml version=\"1.0\"?><!-- n --><a>x</a>", "a", "x" },
		{ "a longer name is another", "<ab>n</ab><a>x</a>", "a", "x" },
		{ "entities", "<a>&lt;b&gt; &amp;amp; &quot;&apos;&#39;</a>",
		    "a", "<b> &amp; \"''" },
		{ "an unknown entity stays", "<a>&nbsp;&</a>", "a", "&nbsp;&" },
		{ "UTF-8", "<a>\xc3\xa9</a>", "a", "\xc3\xa9" },
		{ "nothing", "", "a", NULL },
		{ "no tags", "text", "a", NULL },
		{ "never closed", "<a>x", "a", NULL },
		{ "a tag cut off", "<a>x</a", "a", NULL },
		{ "closed, but never opened", "</b><a>x</a>", "a", NULL },
		{ "an empty tag", "<>", "a", NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		char *got = xmltext_dup(text(cases[i].xml), cases[i].element);

		is_str(got, cases[i].want, cases[i].name);
		free(got);
	}
}

static void
walks(void)
{
	static const char xml[] = "<set><item>1<item>n</item></item>"
				  "<other/><item>2</item></set>";
	struct xmltext set, item;
	int n = 0;

	ok(xmltext_find(text(xml), "set", &set), "walk: the set");
	while (xmltext_next(&set, "item", &item)) {
		n++;
		ok(item.n > 0 && item.p[0] == '0' + n, "walk: item %d", n);
	}
	is_int(n, 2, "walk: two items, not what is in them");
}

static void
deep(void)
{
	char xml[8192] = "";
	struct xmltext out;
	size_t at = 0;

	for (int i = 0; i < 1000; i++) {
		memcpy(xml + at, "<a>", 4);
		at += 3;
	}
	for (int i = 0; i < 1000; i++) {
		memcpy(xml + at, "</a>", 5);
		at += 4;
	}
	ok(!xmltext_find(text(xml), "a", &out), "deep: a thousand");
}

int
main(void)
{
	finds();
	walks();
	deep();
	return tap_done();
}
