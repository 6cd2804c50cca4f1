/*
 * items: what the rows of the table look like, as operations that put them.
 * Nothing stands in two shapes: server, stream and commands all build them
 * here. The texts are borrowed: keys live in the caller's struct item_keys
 * until the operation is sent.
 */
#ifndef MODEL_ITEMS_H
#define MODEL_ITEMS_H

#include "aws/ddb.h"
#include "model/keys.h"

/* Room for an operation's keys. */
struct item_keys {
	struct key pk, sk;
};

/* A person in a conversation, as rows name him. */
struct member {
	char uuid[UUID_TEXT_SIZE];
	const char *display_name;
	const char *handle;
};

/* item_person(u): a person of Postgres; texts borrowed from u. */
struct user;
struct member item_person(const struct user *u);

/* Each of these puts its row unless one stands at the key (DDB_ABSENT). */
struct ddb_op item_member(struct item_keys *keys, const char *group,
    const struct member *who, const char *joined_at);
struct ddb_op item_pair(
    struct item_keys *keys, const char *a, const char *b, const char *group);
struct ddb_op item_message(struct item_keys *keys, const char *group,
    const char *created_at, const char *uuid, const char *text,
    const struct member *sender);
struct ddb_op item_receipt(struct item_keys *keys, const char *uuid,
    const char *group, const char *created_at, const char *user);

/* item_inbox(keys, owner, peer, group, text, at): the row in owner's inbox
 * that names the other person and the last message. */
struct ddb_op item_inbox(struct item_keys *keys, const char *owner,
    const struct member *peer, const char *group, const char *text,
    const char *at);

/* item_is_member(keys, group, user): checks that the member row stands. */
struct ddb_op item_is_member(
    struct item_keys *keys, const char *group, const char *user);

/* item_upgraded(keys): the row that says the table needs no legacy look-ups;
 * put whether or not it stands. */
struct ddb_op item_upgraded(struct item_keys *keys);

#endif
