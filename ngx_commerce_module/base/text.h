/*
 * Small readers and writers of foreign text: uuid (RFC 9562), base64url
 * (RFC 4648), entity tags (RFC 9110), formats of JSON Schema, decimal numbers.
 * All pure: no allocation, any thread.
 */

#ifndef NGX_COMMERCE_TEXT_H
#define NGX_COMMERCE_TEXT_H


#include "str.h"


#define NGX_COMMERCE_UUID_LEN  36


/* A UUIDv7 from Unix milliseconds and 10 random bytes; writes 36 bytes. */
void ngx_commerce_uuid_v7(u_char *out, uint64_t ms, const u_char random[10]);

/* 1 when the text is a uuid, an e-mail address, an RFC 3339 date-time ... */
int ngx_commerce_text_is_uuid(const u_char *p, size_t len);
int ngx_commerce_text_is_email(const u_char *p, size_t len);
int ngx_commerce_text_is_date(const u_char *p, size_t len);
int ngx_commerce_text_is_date_time(const u_char *p, size_t len);
int ngx_commerce_text_is_uri(const u_char *p, size_t len);

/* Number of code points, or -1 when the bytes are not UTF-8 (RFC 3629). */
int64_t ngx_commerce_text_utf8_length(const u_char *p, size_t len);

/* A decimal int64 without sign tricks or leading zeros; 0 on success. */
int ngx_commerce_text_int(const u_char *p, size_t len, int64_t *value);

/* base64url without padding; canonical only.  Bytes written, or -1. */
int64_t ngx_commerce_base64url_encode(u_char *out, const u_char *p, size_t len);
int64_t ngx_commerce_base64url_decode(u_char *out, const u_char *p, size_t len);

/*
 * 1 when If-None-Match matches this strong tag (weak comparison, list, *).
 * The tag may come with or without its quotes.
 */
int ngx_commerce_etag_none_match(const u_char *header, size_t len,
    const u_char *tag, size_t tag_len);

/*
 * The version that If-Match names: '"17"' gives 17, as does '"17.3"', whose
 * second number is of what is shown with the row; '*' gives -1 (any).  A weak
 * tag counts too: compression weakens tags, and a version is of the row, not
 * of the bytes.
 * Returns 0, or -1 when the header is not one such tag.
 */
int ngx_commerce_etag_version(const u_char *header, size_t len,
    int64_t *version);

/* 0 when `Accept-Language` prefers pt (or says nothing), 1 for en. */
int ngx_commerce_text_language(const u_char *header, size_t len);

/*
 * 1 when `traceparent` (W3C Trace Context, level 1) is valid.  Its trace id is
 * then the 32 bytes behind the first three, hexadecimal and not all zeros.
 */
int ngx_commerce_text_is_traceparent(const u_char *header, size_t len);

/* 1 when the text is a trace id: 32 digits, lower case, not all zeros. */
int ngx_commerce_text_is_trace_id(const u_char *p, size_t len);


#endif /* NGX_COMMERCE_TEXT_H */
