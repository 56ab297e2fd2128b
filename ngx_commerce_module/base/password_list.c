
/*
 * Which passwords are too easy: the policy of password.h.
 *
 * The list holds words; a password is common if it is one of them as it
 * stands, or with a usual disguise: letters written as figures (p4ssw0rd),
 * a number or punctuation before or after (maria2024, !dragon1), twice in a
 * row (futebolfutebol).  Runs like 12345678 or qwertyuiop need no list.
 *
 * Read at configuration time, const afterwards, looked up in the event loop:
 * a few hundred nanoseconds.
 */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "password.h"


#define LINE_MAX_LEN  128
#define CORE_MIN      3
#define AFFIX_MAX     6
#define VARIETY_MIN   3


struct ngx_commerce_password_list_s {
    uint64_t  *items;       /* sorted */
    size_t     n;
};


static int read_lines(ngx_commerce_password_list_t *list, FILE *file);
static int by_value(const void *a, const void *b);
static uint64_t digest(const char *text, size_t len);
static size_t characters(const char *text, size_t len);
static size_t lower(char *to, const char *from, size_t len);
static void undisguise(char *text, size_t len);
static int is_email(const char *text, size_t len, const char *email,
    size_t email_len);
static int is_common(const ngx_commerce_password_list_t *list,
    const char *text, size_t len);
static int has_core(const ngx_commerce_password_list_t *list,
    const char *text, size_t len);
static int listed(const ngx_commerce_password_list_t *list,
    const char *text, size_t len);
static int few_kinds(const char *text, size_t len);
static int is_run(const char *text, size_t len);
static size_t row_step(char a, char b, int *direction);
static int is_letter(char c);


static const char *const  rows[] = {
    "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
    "abcdefghijklmnopqrstuvwxyz", "0123456789", "1qaz2wsx3edc4rfv5tgb"
};


ngx_commerce_password_list_t *
ngx_commerce_password_list_load(const char *path)
{
    int                            err;
    FILE                          *file;
    ngx_commerce_password_list_t  *list;

    file = fopen(path, "re");
    if (file == NULL) {
        return NULL;
    }

    list = calloc(1, sizeof(*list));

    if (list == NULL || read_lines(list, file) != 0) {
        err = errno;
        ngx_commerce_password_list_free(list);
        list = NULL;
        errno = err;
    }

    fclose(file);

    return list;
}


void
ngx_commerce_password_list_free(ngx_commerce_password_list_t *list)
{
    if (list != NULL) {
        free(list->items);
        free(list);
    }
}


ngx_commerce_password_policy_t
ngx_commerce_password_check(const ngx_commerce_password_list_t *list,
    const char *password, size_t len, const char *email, size_t email_len)
{
    char    text[NGX_COMMERCE_PASSWORD_MAX_LEN];
    size_t  n;

    n = characters(password, len);

    if (n < NGX_COMMERCE_PASSWORD_MIN) {
        return NGX_COMMERCE_PASSWORD_TOO_SHORT;
    }

    if (n > NGX_COMMERCE_PASSWORD_MAX
        || len > NGX_COMMERCE_PASSWORD_MAX_LEN)
    {
        return NGX_COMMERCE_PASSWORD_TOO_LONG;
    }

    lower(text, password, len);

    if (email != NULL && is_email(text, len, email, email_len)) {
        return NGX_COMMERCE_PASSWORD_IS_EMAIL;
    }

    if (few_kinds(text, len) || is_run(text, len)
        || is_common(list, text, len))
    {
        return NGX_COMMERCE_PASSWORD_COMMON;
    }

    return NGX_COMMERCE_PASSWORD_GOOD;
}


static int
read_lines(ngx_commerce_password_list_t *list, FILE *file)
{
    char       line[LINE_MAX_LEN];
    size_t     n, size;
    uint64_t  *items;

    size = 0;

    while (fgets(line, sizeof(line), file) != NULL) {
        n = strcspn(line, "\r\n");

        if (n == 0 || line[0] == '#') {
            continue;
        }

        if (list->n == size) {
            size = (size == 0) ? 1024 : size * 2;

            items = realloc(list->items, size * sizeof(*items));
            if (items == NULL) {
                return -1;
            }

            list->items = items;
        }

        lower(line, line, n);
        list->items[list->n++] = digest(line, n);
    }

    if (ferror(file)) {
        return -1;
    }

    if (list->n != 0) {
        qsort(list->items, list->n, sizeof(*list->items), by_value);
    }

    return 0;
}


static int
by_value(const void *a, const void *b)
{
    uint64_t  x, y;

    x = *(const uint64_t *) a;
    y = *(const uint64_t *) b;

    return (x > y) - (x < y);
}


/* FNV-1a: the list is no secret, a collision only refuses a password. */

static uint64_t
digest(const char *text, size_t len)
{
    size_t    i;
    uint64_t  h;

    h = 14695981039346656037ULL;

    for (i = 0; i < len; i++) {
        h = (h ^ (unsigned char) text[i]) * 1099511628211ULL;
    }

    return h;
}


/* Code points of UTF-8 text. */

static size_t
characters(const char *text, size_t len)
{
    size_t  i, n;

    n = 0;

    for (i = 0; i < len; i++) {
        n += ((unsigned char) text[i] & 0xc0) != 0x80;
    }

    return n;
}


static size_t
lower(char *to, const char *from, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        to[i] = (from[i] >= 'A' && from[i] <= 'Z') ? from[i] | 0x20
                                                   : from[i];
    }

    return len;
}


static void
undisguise(char *text, size_t len)
{
    char                     *p;
    size_t                    i;
    static const char         figures[] = "0134578@$!";
    static const char         letters[] = "oieastbasi";

    for (i = 0; i < len; i++) {
        p = (text[i] != '\0') ? strchr(figures, text[i]) : NULL;

        if (p != NULL) {
            text[i] = letters[p - figures];
        }
    }
}


/* The address or what stands before its @. */

static int
is_email(const char *text, size_t len, const char *email, size_t email_len)
{
    char         address[320];
    size_t       n;
    const char  *at;

    if (email_len == 0 || email_len > sizeof(address)) {
        return 0;
    }

    n = lower(address, email, email_len);
    at = memchr(address, '@', n);

    return (len == n && memcmp(text, address, n) == 0)
           || (at != NULL && len == (size_t) (at - address)
               && memcmp(text, address, len) == 0);
}


static int
is_common(const ngx_commerce_password_list_t *list, const char *text,
    size_t len)
{
    char  plain[NGX_COMMERCE_PASSWORD_MAX_LEN];

    if (list == NULL) {
        return 0;
    }

    if (listed(list, text, len) || has_core(list, text, len)) {
        return 1;
    }

    memcpy(plain, text, len);
    undisguise(plain, len);

    if (listed(list, plain, len)) {
        return 1;
    }

    /* p4ssw0rd2024: the figures after the word are not letters */

    memcpy(plain, text, len);

    while (len > CORE_MIN && !is_letter(plain[len - 1])) {
        len--;
    }

    undisguise(plain, len);

    return listed(list, plain, len);
}


/* A listed word, or two of the same, between figures and punctuation. */

static int
has_core(const ngx_commerce_password_list_t *list, const char *text,
    size_t len)
{
    size_t  i, n;

    for (i = 0; i < len && i <= AFFIX_MAX && !is_letter(text[i]); i++) {
        /* void */
    }

    n = len;

    while (n > i && len - n < AFFIX_MAX && !is_letter(text[n - 1])) {
        n--;
    }

    if (i > AFFIX_MAX || n < i + CORE_MIN) {
        return 0;
    }

    text += i;
    n -= i;

    if (listed(list, text, n) || (n >= 6 && is_run(text, n))) {
        return 1;
    }

    return n % 2 == 0 && memcmp(text, text + n / 2, n / 2) == 0
           && listed(list, text, n / 2);
}


static int
listed(const ngx_commerce_password_list_t *list, const char *text,
    size_t len)
{
    uint64_t  key;

    if (list->n == 0 || len < CORE_MIN) {
        return 0;
    }

    key = digest(text, len);

    return bsearch(&key, list->items, list->n, sizeof(key), by_value)
           != NULL;
}


/* aaaaaaaa, 10101010: fewer than three kinds of characters. */

static int
few_kinds(const char *text, size_t len)
{
    size_t  i, n;
    char    seen[256];

    memset(seen, 0, sizeof(seen));
    n = 0;

    for (i = 0; i < len; i++) {
        n += !seen[(unsigned char) text[i]];
        seen[(unsigned char) text[i]] = 1;
    }

    return n < VARIETY_MIN;
}


/*
 * Neighbours of a keyboard row or the alphabet almost throughout: at most a
 * quarter of the steps jump, so 123456789a is a run, and so is abcd1234.
 */

static int
is_run(const char *text, size_t len)
{
    int     direction;
    size_t  i, jumps;

    direction = 0;
    jumps = 0;

    for (i = 1; i < len; i++) {
        if (text[i] == text[i - 1]) {
            continue;
        }

        jumps += row_step(text[i - 1], text[i], &direction);
    }

    return jumps * 4 <= len - 1;
}


/* 0 if b follows a in a row in the direction taken, else 1. */

static size_t
row_step(char a, char b, int *direction)
{
    size_t       i;
    const char  *p, *q;

    if (a == '\0' || b == '\0') {
        return 1;
    }

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        p = strchr(rows[i], a);
        q = strchr(rows[i], b);

        if (p == NULL || q == NULL) {
            continue;
        }

        if (q - p == 1 || q - p == -1) {
            if (*direction == 0 || *direction == q - p) {
                *direction = (int) (q - p);
                return 0;
            }
        }
    }

    *direction = 0;

    return 1;
}


static int
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (unsigned char) c >= 0x80;
}
