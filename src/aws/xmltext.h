/*
 * xmltext: as much of XML as the answers of AWS's Query protocol need: elements
 * in elements, text, the five entities and character references. No DTD, no
 * namespaces, no CDATA; attributes are passed over. Pure.
 */
#ifndef AWS_XMLTEXT_H
#define AWS_XMLTEXT_H

#include <stdbool.h>
#include <stddef.h>

/* A piece of a document, borrowed: what lies inside an element. */
struct xmltext {
	const char *p;
	size_t n;
};

/*
 * xmltext_next(in, name, out): the next element of that name directly inside
 * *in (not deeper); what it holds goes to *out, and *in moves behind it. false:
 * there is none, or what is there is not well-formed.
 */
bool xmltext_next(struct xmltext *in, const char *name, struct xmltext *out);

/* xmltext_find(in, name, out): the first one, *in as it was. */
bool xmltext_find(struct xmltext in, const char *name, struct xmltext *out);

/* xmltext_dup(in, name): the text of the first element of that name, entities
 * resolved, as a string to free(). NULL: there is none. */
char *xmltext_dup(struct xmltext in, const char *name);

#endif
