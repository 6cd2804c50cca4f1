/* uri: percent-encoding (RFC 3986), of paths and of queries. Pure. */
#ifndef WEB_URI_H
#define WEB_URI_H

#include <stddef.h>

#include "base/buf.h"

enum uri_part { URI_PATH, URI_QUERY }; /* in a query '+' is a blank */

/*
 * uri_decode(part, p, n, out): decode n bytes into out, which has room for
 * n + 1, and end them with a NUL. RC_BAD_REQUEST: broken encoding, U+0000, a
 * control character, or no UTF-8. In a path "%2F" is refused as well: no part
 * of ours holds a slash. out may be p itself.
 */
enum rc uri_decode(
    enum uri_part part, const char *p, size_t n, char *out) MUSTCHECK;

/* uri_encode(p, n, out): append n bytes; what is encoded already stays as it
 * is, and nothing that may not stand in a URI gets through. */
void uri_encode(const char *p, size_t n, struct buf *out);

#endif
