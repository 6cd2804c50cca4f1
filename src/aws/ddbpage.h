/*
 * ddbpage: the pages of aws/ddb.h, read from DynamoDB's answers. Pure.
 */
#ifndef AWS_DDBPAGE_H
#define AWS_DDBPAGE_H

#include <stddef.h>

#include "aws/ddb.h"
#include "aws/ddbattr.h"
#include "base/rc.h"

/*
 * ddbpage_read(body, n, page): take the n bytes of an answer to Query, Scan
 * (Items), GetItem (Item; page->n = 0 if there is none) or a write
 * (Attributes). body is malloc()ed, has a NUL at body[n], and belongs to the
 * page from here on, or is freed. RC_INTERNAL: it is not what DynamoDB sends.
 */
enum rc ddbpage_read(char *body, size_t n, struct ddb_page *page) MUSTCHECK;

/* ddbpage_last_key(page, n): the attributes of LastEvaluatedKey, borrowed. */
const struct ddbattr *ddbpage_last_key(const struct ddb_page *page, size_t *n);

/* ddbpage_drop(page, i): leave item i out of the page. */
void ddbpage_drop(struct ddb_page *page, size_t i);

/* ddbpage_end_at(page, i, names, n): the page ends with item i: the rest is
 * dropped, and the next begins after it. names: its key's attributes. */
void ddbpage_end_at(
    struct ddb_page *page, size_t i, const char *const *names, size_t n);

#endif
