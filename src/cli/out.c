#include "cli/out.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "base/js.h"
#include "cli/say.h"

static bool lost; /* a result */

bool
out_lost(void)
{
	return lost;
}

int
out_width(const char *text)
{
	const char *end = text + strlen(text);
	mbstate_t state = { 0 };
	int width = 0;

	while (text < end) {
		wchar_t wide;
		size_t n = mbrtowc(&wide, text, (size_t)(end - text), &state);
		int w;

		if (n == (size_t)-1 || n == (size_t)-2)
			return width + (int)(end - text);
		w = wcwidth(wide);
		width += w > 0 ? w : 0;
		text += n;
	}
	return width;
}

/*
 * One line, without anything a terminal would obey: C0 and C1 controls (in
 * UTF-8 C2 80 to C2 9F) become blanks or question marks.
 */
static void
add_tame(struct buf *b, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char ch = (unsigned char)*text;

		if (ch == '\n' || ch == '\t' || ch == '\r') {
			buf_addc(b, ' ');
		} else if (ch < 0x20 || ch == 0x7f) {
			buf_addc(b, '?');
		} else if (ch == 0xc2 && (unsigned char)text[1] >= 0x80 &&
			   (unsigned char)text[1] < 0xa0) {
			buf_addc(b, '?');
			text++;
		} else {
			buf_addc(b, *text);
		}
	}
}

static void
add_cell(struct out *o, size_t column, const char *text)
{
	size_t at = o->cells.len;
	int width;

	add_tame(&o->cells, text);
	buf_addc(&o->cells, '\0');
	if (o->cells.failed)
		return;
	width = out_width(o->cells.data + at);
	if (width > o->width[column])
		o->width[column] = width;
}

void
out_begin(
    struct out *o, const struct cli *c, const char *const *columns, size_t n)
{
	assert(n <= OUT_MAX_COLUMNS);
	*o = (struct out){ .columns = columns,
		.ncolumns = n,
		.json = c->json,
		.doc = BUF_INIT(OUT_MAX_BYTES),
		.cells = BUF_INIT(OUT_MAX_BYTES) };
	if (o->json) {
		js_open(&o->doc, NULL, '[');
		return;
	}
	for (size_t i = 0; i < n; i++)
		add_cell(o, i, columns[i]);
}

static void
add_members(struct buf *doc, const char *const *names,
    const char *const *values, size_t n)
{
	js_open(doc, NULL, '{');
	for (size_t i = 0; i < n; i++) {
		if (values[i] != NULL)
			js_str(doc, names[i], values[i]);
		else
			js_null(doc, names[i]);
	}
	js_close(doc, '}');
}

void
out_row(struct out *o, const char *const *values)
{
	o->nrows++;
	if (o->json) {
		add_members(&o->doc, o->columns, values, o->ncolumns);
		return;
	}
	for (size_t i = 0; i < o->ncolumns; i++)
		add_cell(o, i, values[i] ? values[i] : "");
}

/* A row of cells from p on; the last one is not padded. */
static const char *
print_row(const struct out *o, const char *p)
{
	for (size_t i = 0; i < o->ncolumns; i++) {
		bool last = i + 1 == o->ncolumns;
		int pad = last ? 0 : o->width[i] - out_width(p) + 2;

		printf("%s%*s", p, pad, "");
		p += strlen(p) + 1;
	}
	putchar('\n');
	return p;
}

void
out_end(struct out *o)
{
	const char *p = o->cells.data;

	if (o->json)
		js_close(&o->doc, ']');
	if (o->doc.failed || o->cells.failed) {
		say_fail("the result is too large to be shown");
		lost = true;
	} else if (o->json) {
		out_json(buf_str(&o->doc), o->doc.len);
	} else {
		fputs(say_colour(stdout, "1"), stdout);
		p = print_row(o, p);
		fputs(say_colour(stdout, "0"), stdout);
		for (size_t i = 0; i < o->nrows; i++)
			p = print_row(o, p);
	}
	out_drop(o);
}

void
out_drop(struct out *o)
{
	buf_free(&o->doc);
	buf_free(&o->cells);
}

void
out_object(const struct cli *c, const char *const *names,
    const char *const *values, size_t n)
{
	struct buf doc = BUF_INIT(OUT_MAX_BYTES);
	int width = 0;

	if (c->json) {
		add_members(&doc, names, values, n);
		out_json(buf_str(&doc), doc.len);
		buf_free(&doc);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (out_width(names[i]) > width)
			width = out_width(names[i]);
	}
	for (size_t i = 0; i < n; i++) {
		buf_reset(&doc);
		add_tame(&doc, values[i] ? values[i] : "");
		printf("%-*s  %s\n", width, names[i], buf_str(&doc));
	}
	buf_free(&doc);
}

void
out_json(const char *text, size_t len)
{
	fwrite(text, 1, len, stdout);
	putchar('\n');
}
