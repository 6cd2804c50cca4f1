/*
 * keys: THE grammar of the table's keys. Nobody else writes or reads the text
 * of pk and sk.
 *
 *   message   pk MSG#<group>             sk <created_at>
 *   member    pk MSG#<group>             sk MEMBER#<user>
 *   inbox     pk GRP#<user>              sk <last_message_at>
 *   pair      pk PAIR#<lower>#<higher>   sk PAIR      (two user uuids)
 *   receipt   pk MID#<message>           sk MID
 *   upgraded  pk META                    sk UPGRADED  (one per table)
 *
 * <created_at> is clock_text()'s form, so the order of text is that of time;
 * "MEMBER#" sorts after every digit: newest first, members come before the
 * messages. All uuids are lower case.
 */
#ifndef MODEL_KEYS_H
#define MODEL_KEYS_H

#include <stddef.h>

#include "base/rc.h"
#include "base/rnd.h"

#define KEY_SIZE 96 /* bytes of the longest key, with its NUL, and some */

/* The index that finds the inbox rows of a group, and its hash attribute. */
#define KEYS_INDEX	"message-group-sk-index"
#define KEYS_INDEX_HASH "message_group_uuid"

/* Bounds for sk: times lie in [KEYS_TIME_FROM, KEYS_TIME_BELOW). */
#define KEYS_TIME_FROM	"0"
#define KEYS_TIME_BELOW ":"

#define KEYS_PAIR_SK	 "PAIR"
#define KEYS_RECEIPT_SK	 "MID"
#define KEYS_UPGRADED_PK "META"
#define KEYS_UPGRADED_SK "UPGRADED"

/* A key's text. */
struct key {
	char text[KEY_SIZE];
};

/* keys_group(group): pk of a group's messages and members. */
struct key keys_group(const char *group);

/* keys_member(user): sk of a member. */
struct key keys_member(const char *user);

/* keys_inbox(user): pk of a person's inbox. */
struct key keys_inbox(const char *user);

/* keys_pair(a, b): pk of two people's pair, whichever comes first. */
struct key keys_pair(const char *a, const char *b);

/* keys_receipt(message): pk of the receipt of a send. */
struct key keys_receipt(const char *message);

enum key_kind {
	KEY_OTHER, /* none of ours: passed over */
	KEY_MESSAGE,
	KEY_MEMBER,
	KEY_INBOX,
	KEY_PAIR,
	KEY_RECEIPT,
};

/* What a key says: the uuids in it, "" where there is none. */
struct key_parts {
	enum key_kind kind;
	char group[UUID_TEXT_SIZE]; /* KEY_MESSAGE, KEY_MEMBER */
	char user[UUID_TEXT_SIZE];  /* KEY_MEMBER, KEY_INBOX */
};

/* keys_parse(pk, sk): read a key; KEY_OTHER for anything that is not of the
 * grammar. The time of a message or inbox row is sk itself. */
struct key_parts keys_parse(const char *pk, const char *sk);

#endif
