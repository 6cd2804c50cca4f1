#include "base/ini.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"

#define SECTION_MAX_BYTES 64

/* The text without the blanks around it, in place. */
static char *
trim(char *text)
{
	size_t n;

	while (isspace((unsigned char)*text))
		text++;
	n = strlen(text);
	while (n > 0 && isspace((unsigned char)text[n - 1]))
		n--;
	text[n] = '\0';
	return text;
}

/* End the text where a comment begins behind it. */
static void
cut_comment(char *text)
{
	for (char *p = text; (p = strchr(p, ';')) != NULL; p++) {
		if (p == text || isspace((unsigned char)p[-1])) {
			*p = '\0';
			return;
		}
	}
}

/* "[name]": the name goes to section. */
static bool
read_section(char *line, struct buf *section)
{
	char *end = strchr(line, ']');

	if (end == NULL)
		return false;
	cut_comment(end + 1);
	if (*trim(end + 1) != '\0')
		return false;
	*end = '\0';
	buf_reset(section);
	buf_adds(section, trim(line + 1));
	return buf_rc(section) == RC_OK;
}

static bool
read_line(char *line, struct buf *section, ini_value_fn *fn, void *arg)
{
	char *value;

	if (*line == '\0' || *line == '#' || *line == ';')
		return true;
	if (*line == '[')
		return read_section(line, section);
	value = strpbrk(line, "=:");
	if (value == NULL)
		return false;
	*value++ = '\0';
	cut_comment(value);
	return fn(arg, buf_str(section), trim(line), trim(value));
}

int
ini_read(FILE *f, ini_value_fn *fn, void *arg)
{
	static const char bom[] = "\xef\xbb\xbf";
	struct buf section = BUF_INIT(SECTION_MAX_BYTES);
	char *line = NULL;
	size_t cap = 0;
	int number = 0;
	bool good = true;
	ssize_t n;

	while (good && (n = getline(&line, &cap, f)) >= 0) {
		char *from = line;

		if (number++ == 0 && strncmp(line, bom, strlen(bom)) == 0)
			from += strlen(bom);
		good = strlen(line) == (size_t)n &&
		       read_line(trim(from), &section, fn, arg);
	}
	buf_free(&section);
	if (line != NULL)
		secure_free(line, cap); /* passwords were in it */
	return good ? 0 : number;
}
