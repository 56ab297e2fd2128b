/*
 * A mail as it is sent (RFC 5322, 2045 to 2047, 2183): text and HTML in UTF-8,
 * quoted-printable, lines ended by CR LF.  What people have entered cannot
 * leave its place: control characters end no header, addresses that are not
 * plain are refused.  Pure, any thread; the caller frees what is made.
 */

#ifndef NGX_COMMERCE_MIME_H
#define NGX_COMMERCE_MIME_H


#include "str.h"

#include <time.h>


/* All NUL-terminated UTF-8. */
typedef struct {
    const char  *from_name;          /* NULL: none */
    const char  *from;               /* an address */
    const char  *to;                 /* an address */
    const char  *subject;
    const char  *text;
    const char  *html;
    const char  *language;           /* pt-BR, en */
    const char  *id;                 /* the same, the same Message-ID */
    time_t       date;
} ngx_commerce_mime_t;


/*
 * The mail, malloc'd and ended by NUL, its length set; NULL without memory or
 * when an address or the id is not plain (letters, digits, punctuation).
 */
char *ngx_commerce_mime_make(const ngx_commerce_mime_t *mail, size_t *len);

/* 1 for an address that may stand in a header and in an envelope. */
int ngx_commerce_mime_address(const char *address);


#endif /* NGX_COMMERCE_MIME_H */
