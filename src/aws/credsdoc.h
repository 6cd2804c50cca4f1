/*
 * credsdoc: the documents that credentials come in. Pure: bytes in, keys out.
 */
#ifndef AWS_CREDSDOC_H
#define AWS_CREDSDOC_H

#include <stddef.h>

#include "aws/creds.h"
#include "base/buf.h"

/*
 * credsdoc_ini(text, n, profile, keys): a section of the shared credentials
 * file. RC_NOT_FOUND: there is no such section, or no aws_access_key_id in it.
 * RC_CONFIG: an access key without its secret, or characters that no key has.
 * *keys is untouched unless RC_OK; the caller frees with creds_keys_free().
 */
enum rc credsdoc_ini(const char *text, size_t n, const char *profile,
    struct creds_keys *keys) MUSTCHECK;

/* credsdoc_json(body, n, keys): what a container's endpoint or the instance
 * metadata answers: AccessKeyId, SecretAccessKey, Token, Expiration, Code.
 * RC_BAD_JSON: it is none, or says another Code than Success. */
enum rc credsdoc_json(
    const char *body, size_t n, struct creds_keys *keys) MUSTCHECK;

/* credsdoc_uri_ok(uri): whether a container's credentials may be asked for
 * there: https, or http at this machine, ECS (169.254.170.2) or EKS
 * (169.254.170.23, [fd00:ec2::23]); never in the clear over a network. */
bool credsdoc_uri_ok(const char *uri);

/* credsdoc_is_header(text): whether text may be a header's value: printable
 * ASCII without line ends, not empty. */
bool credsdoc_is_header(const char *text);

/* credsdoc_pack(keys, out), credsdoc_unpack(p, n, keys): as bytes for the
 * board, and back. RC_INTERNAL: they are not what was packed. */
void credsdoc_pack(const struct creds_keys *keys, struct buf *out);
enum rc credsdoc_unpack(
    const char *p, size_t n, struct creds_keys *keys) MUSTCHECK;

#endif
