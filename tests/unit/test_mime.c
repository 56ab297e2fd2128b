/*
 * Mails: where lines end, what stands in headers, who is written to.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mime.h"


static ngx_commerce_mime_t
plain_mail(void)
{
    ngx_commerce_mime_t  mail = {
        "Loja", "loja@example.com", "ana@example.com", "Olá", "texto\n.\n",
        "<p>x</p>\n", "pt-BR", "01a2", 1795384645
    };

    return mail;
}


static void
test_message(void **state)
{
    char                *made;
    size_t               len;
    ngx_commerce_mime_t  mail = plain_mail();

    made = ngx_commerce_mime_make(&mail, &len);

    assert_string_equal(made,
        "From: =?UTF-8?B?TG9qYQ==?=\r\n <loja@example.com>\r\n"
        "To: ana@example.com\r\n"
        "Subject: =?UTF-8?B?T2zDoQ==?=\r\n"
        "Date: Sun, 22 Nov 2026 21:57:25 +0000\r\n"
        "Message-ID: <01a2@example.com>\r\n"
        "MIME-Version: 1.0\r\n"
        "Auto-Submitted: auto-generated\r\n"
        "Content-Language: pt-BR\r\n"
        "Content-Type: multipart/alternative;\r\n"
        " boundary=\"=_01a2\"\r\n\r\n"
        "--=_01a2\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        "texto\r\n=2E\r\n\r\n"
        "--=_01a2\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        "<p>x</p>\r\n\r\n"
        "--=_01a2--\r\n");
    assert_int_equal(len, strlen(made));

    free(made);
}


/* No line is longer than 78, whatever is in it. */

static void
test_long_lines(void **state)
{
    char                 text[4096], *made, *p, *end;
    size_t               i, len;
    ngx_commerce_mime_t  mail = plain_mail();

    for (i = 0; i + 2 < sizeof(text); i += 2) {
        memcpy(&text[i], (i % 7 == 0) ? ".=" : (i % 3 == 0) ? "\xc3\xa1"
                         : "a ", 2);
    }

    text[i] = '\0';

    mail.text = text;
    mail.subject = text;
    made = ngx_commerce_mime_make(&mail, &len);
    assert_non_null(made);

    for (p = made; *p != '\0'; p = end + 2) {
        end = strstr(p, "\r\n");
        assert_non_null(end);
        assert_true(end - p <= 78);
        assert_false(end - p == 1 && *p == '.');
    }

    free(made);
}


static void
test_nothing_breaks_out(void **state)
{
    static const char  *bad[] = {
        "", "a", "a@b.c\r\nBcc: x@y.z", "a@b.c\n", "a@b.c>", "<a@b.c>",
        "a@b.c,d@e.f", "a b@c.d", "a@b.c\x7f", "\"a\\\"\"@b.c", "a@b\xc3\xa1.c"
    };

    char                *made;
    size_t               len;
    unsigned             i;
    ngx_commerce_mime_t  mail = plain_mail();

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        mail.to = bad[i];
        assert_null(ngx_commerce_mime_make(&mail, &len));
    }

    mail = plain_mail();
    mail.subject = "a\r\nBcc: x@y.z";
    mail.from_name = "a\"\r\nBcc: x@y.z";

    made = ngx_commerce_mime_make(&mail, &len);
    assert_null(strstr(made, "Bcc"));

    free(made);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_message),
        cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_nothing_breaks_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
