
/*
 * Sealed values: AES-256-GCM under keys that never enter the database.
 *
 * Owned by the configuration; the gateway seals marked properties of request
 * bodies and opens them in responses.  A ring is built at configuration time
 * and is const afterwards: seal and open may run in any thread.  Rotation is a
 * new last line in the key file: it seals from then on, older ones still open.
 *
 * Text form: sealed:v1:<kid>:<base64url(nonce | ciphertext | tag)>, without
 * padding; the purpose is bound as associated data, so a phone number cannot
 * be pasted into the place of a tax id.
 */

#ifndef NGX_COMMERCE_SEAL_H
#define NGX_COMMERCE_SEAL_H


#include <stddef.h>


#define NGX_COMMERCE_SEAL_PREFIX   "sealed:v1:"
#define NGX_COMMERCE_SEAL_KID_MAX  32
#define NGX_COMMERCE_SEAL_ERR_LEN  256

/* Bytes of text, with NUL, that seal() writes at most for n plain bytes. */

#define NGX_COMMERCE_SEAL_LEN(n)                                              \
    (sizeof(NGX_COMMERCE_SEAL_PREFIX) + NGX_COMMERCE_SEAL_KID_MAX + 1         \
     + (((n) + 12 + 16) * 4 + 2) / 3)

/* Bytes, with NUL, that open() writes at most for n bytes of text. */

#define NGX_COMMERCE_SEAL_OPEN_LEN(n)  ((n) / 4 * 3 + 4)


typedef struct ngx_commerce_seal_ring_s  ngx_commerce_seal_ring_t;


/*
 * Reads a key file: one "<kid> <64 hex digits>" a line, '#' comments; the
 * last line seals.  kid is [A-Za-z0-9_-]{1,32}.  Blocking: configuration time
 * only.  NULL with a reason (no key material) in err.
 */

ngx_commerce_seal_ring_t *ngx_commerce_seal_ring_load(const char *path,
    char err[NGX_COMMERCE_SEAL_ERR_LEN]);


/* The same from text in memory. */

ngx_commerce_seal_ring_t *ngx_commerce_seal_ring_parse(const char *text,
    size_t len, char err[NGX_COMMERCE_SEAL_ERR_LEN]);


/* Wipes the keys and frees; NULL is allowed. */

void ngx_commerce_seal_ring_destroy(ngx_commerce_seal_ring_t *ring);


/*
 * Seals len bytes for a purpose into out (NGX_COMMERCE_SEAL_LEN(len) bytes)
 * and sets *out_len without the NUL that ends it.  Returns 0, or -1 when
 * randomness or memory is out.
 */

int ngx_commerce_seal(const ngx_commerce_seal_ring_t *ring,
    const char *purpose, const char *plain, size_t len, char *out,
    size_t *out_len);


/*
 * Opens sealed text into out (NGX_COMMERCE_SEAL_OPEN_LEN(len) bytes), ends it
 * with NUL and sets *out_len.  Returns 0, or -1 for an unknown key, another
 * purpose or a changed byte: out then holds nothing of the secret.
 */

int ngx_commerce_seal_open(const ngx_commerce_seal_ring_t *ring,
    const char *purpose, const char *text, size_t len, char *out,
    size_t *out_len);


/* 1 if the text has the form of a sealed value. */

int ngx_commerce_seal_is(const char *text, size_t len);


#endif /* NGX_COMMERCE_SEAL_H */
