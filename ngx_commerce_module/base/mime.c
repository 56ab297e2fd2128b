/*
 * Makes mails: see mime.h.  Called by domain/mail.c; keeps nothing.
 */

#define _GNU_SOURCE    /* open_memstream() */

#include "mime.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/evp.h>


#define LINE   76        /* of a body, without its end */
#define CHUNK  42        /* bytes in an encoded word */


static int mime_plain(const char *text);
static void mime_headers(FILE *out, const ngx_commerce_mime_t *mail);
static void mime_words(FILE *out, const char *text);
static size_t mime_chunk(const u_char *p, size_t len);
static void mime_date(FILE *out, time_t date);
static void mime_part(FILE *out, const char *id, const char *type,
    const char *body);
static void mime_quoted(FILE *out, const u_char *p);


char *
ngx_commerce_mime_make(const ngx_commerce_mime_t *mail, size_t *len)
{
    int    failed;
    char  *made;
    FILE  *out;

    if (!ngx_commerce_mime_address(mail->from)
        || !ngx_commerce_mime_address(mail->to)
        || !mime_plain(mail->id) || !mime_plain(mail->language))
    {
        return NULL;
    }

    made = NULL;
    out = open_memstream(&made, len);

    if (out == NULL) {
        return NULL;
    }

    mime_headers(out, mail);
    mime_part(out, mail->id, "text/plain", mail->text);
    mime_part(out, mail->id, "text/html", mail->html);
    (void) fprintf(out, "--=_%s--\r\n", mail->id);

    failed = ferror(out);

    if (fclose(out) != 0 || failed) {
        free(made);
        return NULL;
    }

    return made;
}


int
ngx_commerce_mime_address(const char *address)
{
    return ngx_commerce_text_is_email((const u_char *) address,
                                      strlen(address))
           && mime_plain(address);
}


/* Nothing that ends or begins anything in a header or an envelope. */

static int
mime_plain(const char *text)
{
    const char  *p;

    for (p = text; *p != '\0'; p++) {
        if (*p <= ' ' || *p == 0x7f || strchr("<>()[],;:\\\"", *p) != NULL) {
            return 0;
        }
    }

    return p != text;
}


static void
mime_headers(FILE *out, const ngx_commerce_mime_t *mail)
{
    (void) fputs("From: ", out);

    if (mail->from_name != NULL && mail->from_name[0] != '\0') {
        mime_words(out, mail->from_name);
        (void) fprintf(out, "\r\n <%s>\r\n", mail->from);

    } else {
        (void) fprintf(out, "%s\r\n", mail->from);
    }

    (void) fprintf(out, "To: %s\r\nSubject: ", mail->to);
    mime_words(out, mail->subject);
    (void) fputs("\r\nDate: ", out);
    mime_date(out, mail->date);

    (void) fprintf(out,
                   "\r\nMessage-ID: <%s@%s>\r\n"
                   "MIME-Version: 1.0\r\n"
                   "Auto-Submitted: auto-generated\r\n"
                   "Content-Language: %s\r\n"
                   "Content-Type: multipart/alternative;\r\n"
                   " boundary=\"=_%s\"\r\n\r\n",
                   mail->id, strrchr(mail->from, '@') + 1, mail->language,
                   mail->id);
}


/* Always encoded words: no text of anybody stands in a header as it is. */

static void
mime_words(FILE *out, const char *text)
{
    u_char        word[CHUNK * 2];
    size_t        i, n, left;
    const u_char *p;
    u_char        clean[CHUNK];

    p = (const u_char *) text;
    left = strlen(text);

    while (left != 0) {
        n = mime_chunk(p, left);

        for (i = 0; i < n; i++) {
            clean[i] = (p[i] < 0x20 || p[i] == 0x7f) ? ' ' : p[i];
        }

        (void) EVP_EncodeBlock(word, clean, (int) n);
        (void) fprintf(out, "%s=?UTF-8?B?%s?=",
                       (p == (const u_char *) text) ? "" : "\r\n ", word);
        p += n;
        left -= n;
    }
}


/* As many whole characters as an encoded word takes. */

static size_t
mime_chunk(const u_char *p, size_t len)
{
    size_t  n;

    if (len <= CHUNK) {
        return len;
    }

    n = CHUNK;

    while (n > CHUNK - 4 && (p[n] & 0xc0) == 0x80) {
        n--;
    }

    return n;
}


static void
mime_date(FILE *out, time_t date)
{
    static const char  *days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri",
                                   "Sat" };
    static const char  *months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov",
                                     "Dec" };

    struct tm  tm;

    (void) gmtime_r(&date, &tm);

    (void) fprintf(out, "%s, %02d %s %d %02d:%02d:%02d +0000",
                   days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
                   tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}


static void
mime_part(FILE *out, const char *id, const char *type, const char *body)
{
    (void) fprintf(out,
                   "--=_%s\r\n"
                   "Content-Type: %s; charset=utf-8\r\n"
                   "Content-Transfer-Encoding: quoted-printable\r\n\r\n",
                   id, type);
    mime_quoted(out, (const u_char *) body);
    (void) fputs("\r\n", out);
}


/* A dot that begins a line is quoted too: no mailer needs to stuff it. */

static void
mime_quoted(FILE *out, const u_char *p)
{
    size_t  column, n;

    column = 0;

    for ( /* void */ ; *p != '\0'; p++) {

        if (*p == '\n') {
            (void) fputs("\r\n", out);
            column = 0;
            continue;
        }

        n = (*p < 0x20 || *p > 0x7e || *p == '='
             || (*p == '.' && column == 0)
             || (*p == ' ' && (p[1] == '\n' || p[1] == '\0'))) ? 3 : 1;

        if (column + n >= LINE) {
            (void) fputs("=\r\n", out);
            column = 0;

            if (*p == '.') {
                n = 3;
            }
        }

        if (n == 3) {
            (void) fprintf(out, "=%02X", *p);

        } else {
            (void) fputc(*p, out);
        }

        column += n;
    }
}
