#include "web/uri.h"

#include <ctype.h>
#include <string.h>

#include "base/parse.h"

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum rc
uri_decode(enum uri_part part, const char *p, size_t n, char *out)
{
	const char *end = p + n;
	char *to = out;

	while (p < end) {
		int c = (unsigned char)*p++;

		if (c == '%') {
			int high = end - p >= 2 ? hex(p[0]) : -1;
			int low = high >= 0 ? hex(p[1]) : -1;

			if (low < 0)
				return RC_BAD_REQUEST;
			c = high << 4 | low;
			p += 2;
			if (c == '/' && part == URI_PATH)
				return RC_BAD_REQUEST;
		} else if (c == '+' && part == URI_QUERY) {
			c = ' ';
		}
		/* line ends and tabs may stand in what somebody searches for */
		if (c == 0x7f ||
		    (c < 0x20 && (part == URI_PATH ||
				     strchr("\t\n\r", c) == NULL || c == '\0')))
			return RC_BAD_REQUEST;
		*to++ = (char)c;
	}
	*to = '\0';
	return parse_utf8(out, (size_t)(to - out)) ? RC_OK : RC_BAD_REQUEST;
}

void
uri_encode(const char *p, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];

		if (c > 0x20 && c < 0x7f && strchr("\"<>\\^`{|}", c) == NULL)
			buf_addc(out, (char)c);
		else
			buf_addf(out, "%%%02X", c);
	}
}
