/*
 * Mails of templates and data that somebody has entered: the first line is the
 * subject and a value, the rest the text.  Whatever that is, no line is too
 * long or ends oddly, none is a dot, and the header is the one we wrote.
 */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mime.h"
#include "template.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static char *
rendered(const char *text, const char *value)
{
    char    *made;
    size_t   len;
    json_t  *values;

    if (ngx_commerce_template_check(text, strlen(text)) != NULL) {
        return strdup(text);
    }

    values = json_pack("{s:s, s:[s,s]}", "b", value, "a", "x", "y");
    made = ngx_commerce_template_render(text, strlen(text), values, 1, &len);
    json_decref(values);

    return made;
}


static void
hold(const char *mail)
{
    unsigned     headers, inside;
    const char  *p, *end;

    headers = 0;
    inside = 1;

    for (p = mail; *p != '\0'; p = end + 2) {
        end = strstr(p, "\r\n");

        if (end == NULL || end - p > 78 || memchr(p, '\n', end - p) != NULL
            || memchr(p, '\r', end - p) != NULL
            || (end - p == 1 && *p == '.'))
        {
            abort();
        }

        inside = inside && end != p;
        headers += inside && *p != ' ';
    }

    if (headers != 9) {
        abort();
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char                *text, *eol, *body, *mail;
    size_t               len;
    ngx_commerce_mime_t  m = { "Loja", "loja@example.com", "ana@example.com",
                               NULL, NULL, NULL, "en", "01a2", 0 };

    text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';

    eol = strchr(text, '\n');

    if (eol != NULL) {
        *eol++ = '\0';
    }

    body = rendered((eol != NULL) ? eol : "", text);

    m.subject = text;
    m.text = body;
    m.html = body;

    if (body != NULL) {
        mail = ngx_commerce_mime_make(&m, &len);

        if (mail != NULL) {
            hold(mail);
        }

        free(mail);
    }

    (void) ngx_commerce_mime_address(text);

    free(body);
    free(text);

    return 0;
}
