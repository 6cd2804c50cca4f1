/*
 * pgurl: what a connection URI of libpq says, for those who must name the
 * database, connect to another one of the same server, or start psql.
 */
#ifndef PG_PGURL_H
#define PG_PGURL_H

#include "base/buf.h"

/* pgurl_part(url, keyword, out): append the value of "dbname", "host",
 * "port", "user"; what the URI leaves out comes from libpq's environment and
 * defaults. Nothing is appended where there is none. Not for "password". */
void pgurl_part(const char *url, const char *keyword, struct buf *out);

/* pgurl_export(url): put all that the URI says into libpq's environment
 * variables (PGHOST, PGPASSWORD, …), for a program that is to be started.
 * RC_INVALID: it is no URI. */
enum rc pgurl_export(const char *url) MUSTCHECK;

/* pgurl_quote(name, out): append a name as SQL writes it: "my ""db""". */
void pgurl_quote(const char *name, struct buf *out);

#endif
