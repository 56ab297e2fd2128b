
/*
 * Sealed values: AES-256-GCM under a ring of keys; see seal.h.
 *
 * The ring is const after it is made; every call has its own cipher context,
 * so any thread may seal and open.
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "b64url.h"
#include "seal.h"


#define KEY_LEN     32
#define NONCE_LEN   12
#define TAG_LEN     16
#define FILE_MAX    16384
#define PREFIX_LEN  (sizeof(NGX_COMMERCE_SEAL_PREFIX) - 1)


typedef struct {
    char           kid[NGX_COMMERCE_SEAL_KID_MAX + 1];
    unsigned char  key[KEY_LEN];
} seal_key_t;


struct ngx_commerce_seal_ring_s {
    size_t         n;
    seal_key_t     keys[];      /* the last one seals */
};


static int parse_lines(ngx_commerce_seal_ring_t *ring, const char *text,
    size_t len, char *err);
static int parse_line(seal_key_t *key, const char *line, size_t len);
static int kid_len(const char *text, size_t len);
static int hex(char c);
static const seal_key_t *find(const ngx_commerce_seal_ring_t *ring,
    const char *kid, size_t len);
static int encrypt(const seal_key_t *key, const char *purpose,
    const char *plain, size_t len, unsigned char *blob);
static int decrypt(const seal_key_t *key, const char *purpose,
    unsigned char *blob, size_t len, char *out);
static const char *split(const char *text, size_t len, size_t *kid,
    size_t *body);


ngx_commerce_seal_ring_t *
ngx_commerce_seal_ring_load(const char *path,
    char err[NGX_COMMERCE_SEAL_ERR_LEN])
{
    int                        fd;
    char                       text[FILE_MAX];
    size_t                     got;
    ssize_t                    n;
    ngx_commerce_seal_ring_t  *ring;

    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1) {
        snprintf(err, NGX_COMMERCE_SEAL_ERR_LEN, "cannot open: %s",
                 strerror(errno));
        return NULL;
    }

    got = 0;

    do {
        n = read(fd, text + got, sizeof(text) - got);
        if (n > 0) {
            got += n;
        }
    } while (n > 0 && got < sizeof(text));

    ring = NULL;

    if (n == -1) {
        snprintf(err, NGX_COMMERCE_SEAL_ERR_LEN, "cannot read: %s",
                 strerror(errno));

    } else if (got == sizeof(text)) {
        snprintf(err, NGX_COMMERCE_SEAL_ERR_LEN, "the file is too large");

    } else {
        ring = ngx_commerce_seal_ring_parse(text, got, err);
    }

    close(fd);
    OPENSSL_cleanse(text, sizeof(text));

    return ring;
}


ngx_commerce_seal_ring_t *
ngx_commerce_seal_ring_parse(const char *text, size_t len,
    char err[NGX_COMMERCE_SEAL_ERR_LEN])
{
    size_t                     i, lines;
    ngx_commerce_seal_ring_t  *ring;

    lines = 1;

    for (i = 0; i < len; i++) {
        lines += (text[i] == '\n');
    }

    ring = calloc(1, sizeof(*ring) + lines * sizeof(seal_key_t));
    if (ring == NULL) {
        snprintf(err, NGX_COMMERCE_SEAL_ERR_LEN, "no memory");
        return NULL;
    }

    if (parse_lines(ring, text, len, err) != 0) {
        ngx_commerce_seal_ring_destroy(ring);
        return NULL;
    }

    return ring;
}


void
ngx_commerce_seal_ring_destroy(ngx_commerce_seal_ring_t *ring)
{
    if (ring != NULL) {
        OPENSSL_cleanse(ring->keys, ring->n * sizeof(seal_key_t));
        free(ring);
    }
}


int
ngx_commerce_seal(const ngx_commerce_seal_ring_t *ring, const char *purpose,
    const char *plain, size_t len, char *out, size_t *out_len)
{
    int                rc;
    char              *p;
    size_t             n;
    unsigned char     *blob;
    const seal_key_t  *key;

    n = NONCE_LEN + len + TAG_LEN;

    if (len > INT_MAX - 64) {
        return -1;
    }

    blob = malloc(n);
    if (blob == NULL) {
        return -1;
    }

    key = &ring->keys[ring->n - 1];
    rc = encrypt(key, purpose, plain, len, blob);

    if (rc == 0) {
        p = out + snprintf(out, NGX_COMMERCE_SEAL_LEN(len), "%s%s:",
                           NGX_COMMERCE_SEAL_PREFIX, key->kid);
        p += ngx_commerce_b64url_encode(p, blob, n);
        *p = '\0';
        *out_len = p - out;
    }

    free(blob);

    return rc;
}


int
ngx_commerce_seal_open(const ngx_commerce_seal_ring_t *ring,
    const char *purpose, const char *text, size_t len, char *out,
    size_t *out_len)
{
    int                rc;
    size_t             kid, body;
    ssize_t            n;
    const char        *p;
    unsigned char     *blob;
    const seal_key_t  *key;

    p = split(text, len, &kid, &body);
    if (p == NULL || body > INT_MAX) {
        return -1;
    }

    key = find(ring, text + PREFIX_LEN, kid);
    if (key == NULL) {
        return -1;
    }

    blob = malloc(NGX_COMMERCE_B64URL_DECODED(body));
    if (blob == NULL) {
        return -1;
    }

    rc = -1;
    n = ngx_commerce_b64url_decode(blob, p, body);

    if (n >= NONCE_LEN + TAG_LEN) {
        *out_len = n - NONCE_LEN - TAG_LEN;
        rc = decrypt(key, purpose, blob, *out_len, out);
    }

    free(blob);

    return rc;
}


int
ngx_commerce_seal_is(const char *text, size_t len)
{
    size_t  kid, body;

    return split(text, len, &kid, &body) != NULL;
}


static int
parse_lines(ngx_commerce_seal_ring_t *ring, const char *text, size_t len,
    char *err)
{
    size_t       n;
    unsigned     number;
    seal_key_t  *key;
    const char  *p, *end, *eol;

    end = text + len;
    number = 0;

    for (p = text; p < end; p = eol + 1) {
        eol = memchr(p, '\n', end - p);
        if (eol == NULL) {
            eol = end;
        }

        number++;
        n = eol - p;

        if (n != 0 && p[n - 1] == '\r') {
            n--;
        }

        if (n == 0 || *p == '#') {
            continue;
        }

        key = &ring->keys[ring->n];

        if (parse_line(key, p, n) != 0) {
            snprintf(err, NGX_COMMERCE_SEAL_ERR_LEN,
                     "line %u is not \"<key id> <64 hex digits>\"", number);
            return -1;
        }

        if (find(ring, key->kid, strlen(key->kid)) != NULL) {
            snprintf(err, NGX_COMMERCE_SEAL_ERR_LEN,
                     "line %u repeats a key id", number);
            return -1;
        }

        ring->n++;
    }

    if (ring->n == 0) {
        snprintf(err, NGX_COMMERCE_SEAL_ERR_LEN, "no key in the file");
        return -1;
    }

    return 0;
}


static int
parse_line(seal_key_t *key, const char *line, size_t len)
{
    int     high, low;
    size_t  i, n;

    n = kid_len(line, len);

    if (n == 0 || n > NGX_COMMERCE_SEAL_KID_MAX
        || len != n + 1 + KEY_LEN * 2 || line[n] != ' ')
    {
        return -1;
    }

    memcpy(key->kid, line, n);
    key->kid[n] = '\0';
    line += n + 1;

    for (i = 0; i < KEY_LEN; i++) {
        high = hex(line[i * 2]);
        low = hex(line[i * 2 + 1]);

        if (high == -1 || low == -1) {
            return -1;
        }

        key->key[i] = (unsigned char) (high << 4 | low);
    }

    return 0;
}


static int
kid_len(const char *text, size_t len)
{
    char    c;
    size_t  i;

    for (i = 0; i < len; i++) {
        c = text[i];

        if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9') || c == '_' || c == '-'))
        {
            break;
        }
    }

    return (int) i;
}


static int
hex(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    return (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}


static const seal_key_t *
find(const ngx_commerce_seal_ring_t *ring, const char *kid, size_t len)
{
    size_t  i;

    for (i = 0; i < ring->n; i++) {
        if (strlen(ring->keys[i].kid) == len
            && memcmp(ring->keys[i].kid, kid, len) == 0)
        {
            return &ring->keys[i];
        }
    }

    return NULL;
}


/* nonce | ciphertext | tag */

static int
encrypt(const seal_key_t *key, const char *purpose, const char *plain,
    size_t len, unsigned char *blob)
{
    int              n, ok;
    unsigned char   *text;
    EVP_CIPHER_CTX  *ctx;

    if (RAND_bytes(blob, NONCE_LEN) != 1) {
        return -1;
    }

    ctx = EVP_CIPHER_CTX_new();
    if (ctx == NULL) {
        return -1;
    }

    text = blob + NONCE_LEN;

    ok = EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key->key, blob)
         && EVP_EncryptUpdate(ctx, NULL, &n, (const unsigned char *) purpose,
                              (int) strlen(purpose))
         && EVP_EncryptUpdate(ctx, text, &n, (const unsigned char *) plain,
                              (int) len)
         && EVP_EncryptFinal_ex(ctx, text + len, &n)
         && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN,
                                text + len);

    EVP_CIPHER_CTX_free(ctx);

    if (!ok) {
        ERR_clear_error();
        return -1;
    }

    return 0;
}


static int
decrypt(const seal_key_t *key, const char *purpose, unsigned char *blob,
    size_t len, char *out)
{
    int              n, ok;
    unsigned char   *text;
    EVP_CIPHER_CTX  *ctx;

    ctx = EVP_CIPHER_CTX_new();
    if (ctx == NULL) {
        return -1;
    }

    text = blob + NONCE_LEN;

    ok = EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key->key, blob)
         && EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN,
                                text + len)
         && EVP_DecryptUpdate(ctx, NULL, &n, (const unsigned char *) purpose,
                              (int) strlen(purpose))
         && EVP_DecryptUpdate(ctx, (unsigned char *) out, &n, text,
                              (int) len)
         && EVP_DecryptFinal_ex(ctx, (unsigned char *) out + len, &n);

    EVP_CIPHER_CTX_free(ctx);

    if (!ok) {
        ERR_clear_error();
        OPENSSL_cleanse(out, len);
        return -1;
    }

    out[len] = '\0';

    return 0;
}


/* The base64url part of a sealed text, or NULL. */

static const char *
split(const char *text, size_t len, size_t *kid, size_t *body)
{
    if (len <= PREFIX_LEN
        || memcmp(text, NGX_COMMERCE_SEAL_PREFIX, PREFIX_LEN) != 0)
    {
        return NULL;
    }

    text += PREFIX_LEN;
    len -= PREFIX_LEN;

    *kid = kid_len(text, len);

    if (*kid == 0 || *kid > NGX_COMMERCE_SEAL_KID_MAX || *kid == len
        || text[*kid] != ':')
    {
        return NULL;
    }

    *body = len - *kid - 1;

    return text + *kid + 1;
}
