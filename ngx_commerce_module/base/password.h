
/*
 * Passwords: argon2id in the PHC string format, and the refusal of the most
 * common ones.
 *
 * Called by identity handlers from a thread pool: hash and verify burn about
 * 35 ms of CPU and 19 MiB of memory each, hold no state and may run in any
 * number of threads.  The blocklist is read once at configuration time and is
 * const afterwards.
 */

#ifndef NGX_COMMERCE_PASSWORD_H
#define NGX_COMMERCE_PASSWORD_H


#include <stddef.h>


/* OWASP Password Storage Cheat Sheet: argon2id, m=19456 KiB, t=2, p=1. */

#define NGX_COMMERCE_PASSWORD_MEMORY    19456
#define NGX_COMMERCE_PASSWORD_TIME      2
#define NGX_COMMERCE_PASSWORD_LANES     1
#define NGX_COMMERCE_PASSWORD_SALT      16
#define NGX_COMMERCE_PASSWORD_TAG       32

#define NGX_COMMERCE_PASSWORD_MIN       8     /* characters */
#define NGX_COMMERCE_PASSWORD_MAX       128   /* characters */
#define NGX_COMMERCE_PASSWORD_MAX_LEN   512   /* bytes */
#define NGX_COMMERCE_PASSWORD_HASH_LEN  128   /* with NUL */


typedef struct ngx_commerce_password_list_s  ngx_commerce_password_list_t;


typedef enum {
    NGX_COMMERCE_PASSWORD_GOOD = 0,
    NGX_COMMERCE_PASSWORD_TOO_SHORT,
    NGX_COMMERCE_PASSWORD_TOO_LONG,
    NGX_COMMERCE_PASSWORD_IS_EMAIL,
    NGX_COMMERCE_PASSWORD_COMMON
} ngx_commerce_password_policy_t;


/*
 * Writes the PHC string of a password with a fresh salt.  Returns 0, or -1
 * when memory or randomness is out or the password is longer than
 * NGX_COMMERCE_PASSWORD_MAX_LEN.
 */

int ngx_commerce_password_hash(const char *password, size_t len,
    char hash[NGX_COMMERCE_PASSWORD_HASH_LEN]);


/*
 * Whether the password belongs to the PHC string: 1 yes, 0 no, -1 when it
 * cannot be known (memory is out, or the string is not argon2id within
 * four times our own cost).  A NULL hash costs the same time and gives 0: call
 * it so for unknown users.
 */

int ngx_commerce_password_verify(const char *hash, const char *password,
    size_t len);


/* 1 if the PHC string was made with other parameters than today's. */

int ngx_commerce_password_needs_rehash(const char *hash);


/*
 * Reads a list of common passwords, one a line, '#' comments; NULL with
 * errno set on failure.  Kept as sorted digests, 8 bytes an entry.
 * Configuration time only.
 */

ngx_commerce_password_list_t *ngx_commerce_password_list_load(
    const char *path);
void ngx_commerce_password_list_free(ngx_commerce_password_list_t *list);


/*
 * The policy for a new password (ASVS 6.2: length, common ones, no rules of
 * composition).  Compared without case.  list and email may be NULL.
 */

ngx_commerce_password_policy_t ngx_commerce_password_check(
    const ngx_commerce_password_list_t *list, const char *password,
    size_t len, const char *email, size_t email_len);


/* The stable code of a refusal, e.g. "password_too_common"; NULL for GOOD. */

const char *ngx_commerce_password_code(ngx_commerce_password_policy_t rc);


#endif /* NGX_COMMERCE_PASSWORD_H */
