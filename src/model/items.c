#include "model/items.h"

#include <stdio.h>
#include <string.h>

#include "model/users.h"

static struct key
plain(const char *text)
{
	struct key k;

	snprintf(k.text, sizeof(k.text), "%s", text);
	return k;
}

struct member
item_person(const struct user *u)
{
	struct member m = { .display_name = u->display_name,
		.handle = u->handle };

	memcpy(m.uuid, u->uuid, sizeof(m.uuid));
	return m;
}

/* An operation on the item at keys; the texts stay in keys. */
static struct ddb_op
op_at(struct item_keys *keys, struct key pk, struct key sk,
    enum ddb_op_kind kind, enum ddb_cond cond)
{
	struct ddb_op op = { .kind = kind, .cond = cond };

	keys->pk = pk;
	keys->sk = sk;
	ddb_item_set(&op.item, "pk", keys->pk.text);
	ddb_item_set(&op.item, "sk", keys->sk.text);
	return op;
}

static void
set_person(struct ddb_op *op, const struct member *who)
{
	ddb_item_set(&op->item, "user_uuid", who->uuid);
	ddb_item_set(&op->item, "user_display_name", who->display_name);
	ddb_item_set(&op->item, "user_handle", who->handle);
}

struct ddb_op
item_member(struct item_keys *keys, const char *group, const struct member *who,
    const char *joined_at)
{
	struct ddb_op op = op_at(keys, keys_group(group),
	    keys_member(who->uuid), DDB_PUT, DDB_ABSENT);

	set_person(&op, who);
	ddb_item_set(&op.item, "joined_at", joined_at);
	return op;
}

struct ddb_op
item_pair(
    struct item_keys *keys, const char *a, const char *b, const char *group)
{
	struct ddb_op op = op_at(
	    keys, keys_pair(a, b), plain(KEYS_PAIR_SK), DDB_PUT, DDB_ABSENT);

	ddb_item_set(&op.item, "message_group_uuid", group);
	return op;
}

struct ddb_op
item_message(struct item_keys *keys, const char *group, const char *created_at,
    const char *uuid, const char *text, const struct member *sender)
{
	struct ddb_op op = op_at(
	    keys, keys_group(group), plain(created_at), DDB_PUT, DDB_ABSENT);

	ddb_item_set(&op.item, "message", text);
	ddb_item_set(&op.item, "message_uuid", uuid);
	set_person(&op, sender);
	return op;
}

struct ddb_op
item_receipt(struct item_keys *keys, const char *uuid, const char *group,
    const char *created_at, const char *user)
{
	struct ddb_op op = op_at(keys, keys_receipt(uuid),
	    plain(KEYS_RECEIPT_SK), DDB_PUT, DDB_ABSENT);

	ddb_item_set(&op.item, "message_group_uuid", group);
	ddb_item_set(&op.item, "created_at", created_at);
	ddb_item_set(&op.item, "user_uuid", user);
	return op;
}

struct ddb_op
item_inbox(struct item_keys *keys, const char *owner, const struct member *peer,
    const char *group, const char *text, const char *at)
{
	struct ddb_op op =
	    op_at(keys, keys_inbox(owner), plain(at), DDB_PUT, DDB_ABSENT);

	ddb_item_set(&op.item, "message_group_uuid", group);
	ddb_item_set(&op.item, "message", text);
	set_person(&op, peer);
	return op;
}

struct ddb_op
item_is_member(struct item_keys *keys, const char *group, const char *user)
{
	return op_at(
	    keys, keys_group(group), keys_member(user), DDB_CHECK, DDB_PRESENT);
}

struct ddb_op
item_upgraded(struct item_keys *keys)
{
	return op_at(keys, plain(KEYS_UPGRADED_PK), plain(KEYS_UPGRADED_SK),
	    DDB_PUT, DDB_ALWAYS);
}
