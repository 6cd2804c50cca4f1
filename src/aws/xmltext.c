#include "aws/xmltext.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define TEXT_MAX_BYTES ((size_t)64 * 1024)
#define MAX_DEPTH      64

enum tag { TAG_OPEN, TAG_CLOSE, TAG_EMPTY, TAG_OTHER, TAG_NONE };

/* The tag that begins at or after p: its kind, its name, and where it ends. */
static enum tag
next_tag(struct xmltext in, struct xmltext *name, const char **from,
    const char **behind)
{
	const char *at = in.n ? memchr(in.p, '<', in.n) : NULL;
	const char *close =
	    at ? memchr(at, '>', in.n - (size_t)(at - in.p)) : NULL;
	enum tag kind = TAG_OPEN;

	if (close == NULL || close - at < 2)
		return TAG_NONE;
	*from = at++;
	*behind = close + 1;
	if (*at == '?' || *at == '!')
		return TAG_OTHER;
	if (close[-1] == '/')
		kind = TAG_EMPTY;
	if (*at == '/') {
		kind = TAG_CLOSE;
		at++;
	}
	name->p = at;
	while (at < close && strchr(" \t\r\n/", *at) == NULL)
		at++;
	name->n = (size_t)(at - name->p);
	return kind;
}

static struct xmltext
rest(struct xmltext in, const char *from)
{
	return (struct xmltext){ from, in.n - (size_t)(from - in.p) };
}

/* From behind an opening tag to its closing one. */
static bool
find_close(struct xmltext in, const char **from, const char **behind)
{
	struct xmltext name;
	int depth = 1;

	for (;;) {
		enum tag kind = next_tag(in, &name, from, behind);

		if (kind == TAG_NONE)
			return false;
		if (kind == TAG_OPEN && ++depth > MAX_DEPTH)
			return false;
		if (kind == TAG_CLOSE && --depth == 0)
			return true;
		in = rest(in, *behind);
	}
}

bool
xmltext_next(struct xmltext *in, const char *name, struct xmltext *out)
{
	const char *from, *behind, *inside;
	struct xmltext found;

	for (;;) {
		enum tag kind = next_tag(*in, &found, &from, &behind);

		if (kind == TAG_NONE || kind == TAG_CLOSE)
			return false;
		inside = from = behind;
		if (kind == TAG_OPEN &&
		    !find_close(rest(*in, inside), &from, &behind))
			return false;
		*in = rest(*in, behind);
		if (kind == TAG_OTHER || found.n != strlen(name) ||
		    memcmp(found.p, name, found.n) != 0)
			continue;
		*out = (struct xmltext){ inside, (size_t)(from - inside) };
		return true;
	}
}

bool
xmltext_find(struct xmltext in, const char *name, struct xmltext *out)
{
	return xmltext_next(&in, name, out);
}

/* A reference at p ("&amp;"): its one character to out; its length, or 0 if it
 * is none that is known. Beyond ASCII AWS writes characters, not references. */
static size_t
resolve(const char *p, size_t n, char *out)
{
	static const struct {
		const char *text;
		char c;
	} known[] = { { "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' },
		{ "&quot;", '"' }, { "&apos;", '\'' }, { "&#39;", '\'' },
		{ "&#34;", '"' }, { "&#xA;", '\n' }, { "&#xD;", '\r' } };

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		size_t len = strlen(known[i].text);

		if (len <= n && memcmp(p, known[i].text, len) == 0) {
			*out = known[i].c;
			return len;
		}
	}
	return 0;
}

char *
xmltext_dup(struct xmltext in, const char *name)
{
	struct buf text = BUF_INIT(TEXT_MAX_BYTES);
	struct xmltext inside;

	if (!xmltext_find(in, name, &inside))
		return NULL;
	for (size_t i = 0; i < inside.n;) {
		char c = inside.p[i];
		size_t len =
		    c == '&' ? resolve(inside.p + i, inside.n - i, &c) : 0;

		buf_addc(&text, c);
		i += len ? len : 1;
	}
	return buf_take(&text, NULL);
}
