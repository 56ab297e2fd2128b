/*
 * Small texts: formats, numbers, base64url, entity tags, languages.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "text.h"


typedef struct {
    const char  *text;
    int          fits;
} sample_t;


#define CHECK(is, samples)                                                    \
    check_samples(is, #is, samples, sizeof(samples) / sizeof(samples[0]))


static void
check_samples(int (*is)(const u_char *p, size_t len), const char *name,
    const sample_t *samples, size_t n)
{
    size_t   i, len;
    u_char  *exact;

    for (i = 0; i < n; i++) {
        len = strlen(samples[i].text);

        /* no byte behind the text: the sanitizer sees reads beyond it */

        exact = malloc(len + 1);
        memmove(exact, samples[i].text, len);
        exact = realloc(exact, len ? len : 1);

        if (is(exact, len) != samples[i].fits) {
            fail_msg("%s(\"%s\") is not %d", name, samples[i].text,
                     samples[i].fits);
        }

        free(exact);
    }
}


static void
test_uuid(void **state)
{
    u_char                 out[36];
    static const u_char    random[10] = {
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
    };
    static const sample_t  samples[] = {
        { "018bcfe5-6800-7162-a364-65666768696a", 1 },
        { "018BCFE5-6800-7162-A364-65666768696A", 1 },
        { "018bcfe5-6800-7162-a364-65666768696", 0 },
        { "018bcfe5-6800-7162-a364-65666768696aa", 0 },
        { "018bcfe5x6800-7162-a364-65666768696a", 0 },
        { "018bcfe5-6800-7162-a364-65666768696g", 0 },
        { "018bcfe568007162a36465666768696a", 0 },
        { "", 0 }
    };

    CHECK(ngx_commerce_text_is_uuid, samples);

    ngx_commerce_uuid_v7(out, 1700000000000, random);

    assert_memory_equal(out, "018bcfe5-6800-7fff-bfff-ffffffffffff", 36);
}


static void
test_email(void **state)
{
    char                   text[400];
    static const sample_t  samples[] = {
        { "ana@example.com", 1 },
        { "ana.maria+loja@sub.example.com.br", 1 },
        { "a_b-c%d@example.co", 1 },
        { "ana@example", 0 },
        { "ana.example.com", 0 },
        { "@example.com", 0 },
        { "ana@", 0 },
        { ".ana@example.com", 0 },
        { "ana.@example.com", 0 },
        { "an..a@example.com", 0 },
        { "ana@example..com", 0 },
        { "ana@-example.com", 0 },
        { "ana@example-.com", 0 },
        { "ana@b@example.com", 0 },
        { "ana maria@example.com", 0 },
        { "ana@exam_ple.com", 0 },
        { "ana@example.com\n", 0 },
        { "\"ana\"@example.com", 0 },
        { "", 0 }
    };

    CHECK(ngx_commerce_text_is_email, samples);

    /* 64 before the at sign, 254 in all */

    memset(text, 'a', sizeof(text));
    memcpy(text + 64, "@example.com", 12);
    assert_true(ngx_commerce_text_is_email((u_char *) text, 76));
    memmove(text + 65, text + 64, 12);
    text[64] = 'a';
    assert_false(ngx_commerce_text_is_email((u_char *) text, 77));
}


static void
test_dates(void **state)
{
    static const sample_t  dates[] = {
        { "2026-11-22", 1 }, { "2024-02-29", 1 }, { "2023-02-29", 0 },
        { "2000-02-29", 1 }, { "1900-02-29", 0 }, { "2026-04-31", 0 },
        { "2026-13-01", 0 }, { "2026-00-01", 0 }, { "2026-01-00", 0 },
        { "0000-01-01", 0 }, { "0001-01-01", 1 }, { "2026-1-1", 0 },
        { "2026/01/01", 0 }, { "20260101", 0 }, { "", 0 }
    };
    static const sample_t  times[] = {
        { "2026-11-22T18:01:57Z", 1 },
        { "2026-11-22t18:01:57z", 1 },
        { "2026-11-22T18:01:57.123456Z", 1 },
        { "2026-11-22T18:01:57-03:00", 1 },
        { "2026-11-22T23:59:60Z", 1 },
        { "2026-11-22T18:01:57", 0 },
        { "2026-11-22T18:01:57.Z", 0 },
        { "2026-11-22T18:01:57.123456789Z", 1 },
        { "2026-11-22T18:01:57.1234567890Z", 0 },
        { "2026-11-22 18:01:57Z", 0 },
        { "2026-11-22T24:00:00Z", 0 },
        { "2026-11-22T18:60:00Z", 0 },
        { "2026-11-22T18:01:61Z", 0 },
        { "2026-11-22T18:01:57+16:00", 0 },
        { "2026-11-22T18:01:57+0300", 0 },
        { "2026-11-22T18:01:57ZZ", 0 },
        { "2026-11-22T18:01Z", 0 },
        { "", 0 }
    };

    CHECK(ngx_commerce_text_is_date, dates);
    CHECK(ngx_commerce_text_is_date_time, times);
}


static void
test_uri(void **state)
{
    static const sample_t  samples[] = {
        { "https://example.com/a?b=c#d", 1 },
        { "urn:isbn:0451450523", 1 },
        { "mailto:ana@example.com", 1 },
        { "https://example.com/%C3%A1", 1 },
        { "https://example.com/%C", 0 },
        { "https://example.com/%", 0 },
        { "https://example.com/%zz", 0 },
        { "/relative", 0 },
        { "example.com", 0 },
        { "https:", 0 },
        { "1https://a", 0 },
        { "https://exam ple.com", 0 },
        { "https://example.com/<script>", 0 },
        { "https://example.com/\303\241", 0 },
        { "", 0 }
    };

    CHECK(ngx_commerce_text_is_uri, samples);
}


static void
test_utf8(void **state)
{
    unsigned  i;

    static const struct {
        const char  *text;
        int64_t      length;
    } samples[] = {
        { "", 0 }, { "abc", 3 }, { "caf\303\251", 4 },
        { "\342\202\254", 1 }, { "\360\237\233\222", 1 },
        { "\303", -1 },                       /* cut */
        { "\251", -1 },                       /* continuation alone */
        { "\300\200", -1 },                   /* overlong NUL */
        { "\340\200\257", -1 },               /* overlong slash */
        { "\355\240\200", -1 },               /* surrogate */
        { "\364\220\200\200", -1 },           /* above U+10FFFF */
        { "\365\200\200\200", -1 }, { "\377", -1 },
        { "\342\202a", -1 }
    };

    for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        assert_int_equal(ngx_commerce_text_utf8_length(
                             (u_char *) samples[i].text,
                             strlen(samples[i].text)),
                         samples[i].length);
    }
}


static void
test_int(void **state)
{
    int64_t   value;
    unsigned  i;

    static const struct {
        const char  *text;
        int          rc;
        int64_t      value;
    } samples[] = {
        { "0", 0, 0 }, { "7", 0, 7 }, { "-7", 0, -7 },
        { "9223372036854775807", 0, INT64_MAX },
        { "-9223372036854775808", 0, INT64_MIN },
        { "9223372036854775808", -1, 0 }, { "-9223372036854775809", -1, 0 },
        { "99999999999999999999", -1, 0 }, { "18446744073709551617", -1, 0 },
        { "", -1, 0 }, { "-", -1, 0 }, { "+1", -1, 0 }, { "01", -1, 0 },
        { "-0", -1, 0 }, { "1.0", -1, 0 }, { "1e3", -1, 0 }, { " 1", -1, 0 },
        { "0x1", -1, 0 }
    };

    for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        value = 0;
        assert_int_equal(ngx_commerce_text_int((u_char *) samples[i].text,
                                               strlen(samples[i].text),
                                               &value),
                         samples[i].rc);
        assert_int_equal(value, samples[i].value);
    }
}


static void
test_base64url(void **state)
{
    size_t    len, i;
    u_char    raw[64], text[90], back[64];
    int64_t   n;
    unsigned  c;

    srand(1);

    for (len = 0; len < sizeof(raw); len++) {

        for (i = 0; i < len; i++) {
            raw[i] = (u_char) rand();
        }

        n = ngx_commerce_base64url_encode(text, raw, len);
        assert_int_equal(n, (len * 4 + 2) / 3);
        assert_int_equal(ngx_commerce_base64url_decode(back, text,
                                                       (size_t) n), len);
        assert_memory_equal(raw, back, len);
    }

    /* one value has one text: of 64 last characters only 4 are canonical */

    for (c = 0, n = 0; c < 256; c++) {
        text[0] = 'Q';
        text[1] = (u_char) c;
        n += ngx_commerce_base64url_decode(back, text, 2) == 1;
    }

    assert_int_equal(n, 4);
    assert_int_equal(ngx_commerce_base64url_decode(back, (u_char *) "Q", 1),
                     -1);
    assert_int_equal(ngx_commerce_base64url_decode(back, (u_char *) "QQ==", 4),
                     -1);
    assert_int_equal(ngx_commerce_base64url_decode(back, (u_char *) "Q+/A", 4),
                     -1);
}


static void
test_etag_none_match(void **state)
{
    unsigned  i;

    static const struct {
        const char  *header;
        int          match;
    } samples[] = {
        { "\"17\"", 1 }, { "W/\"17\"", 1 }, { "*", 1 }, { " * ", 1 },
        { "\"16\", \"17\"", 1 }, { "\"16\",W/\"17\" , \"18\"", 1 },
        { "\"1\"", 0 }, { "\"177\"", 0 }, { "17", 0 }, { "\"17", 0 },
        { "", 0 }, { "\"\"", 0 }, { "*, \"17\"", 0 }, { "\"16\" \"17\"", 0 },
        { "w/\"17\"", 0 }, { ", \"17\"", 0 }, { "\"16\",, \"17\"", 1 },
        { "W/", 0 }
    };

    for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {

        if (ngx_commerce_etag_none_match((u_char *) samples[i].header,
                                         strlen(samples[i].header),
                                         (u_char *) "\"17\"", 4)
            != samples[i].match)
        {
            fail_msg("If-None-Match: %s", samples[i].header);
        }

        assert_int_equal(ngx_commerce_etag_none_match(
                             (u_char *) samples[i].header,
                             strlen(samples[i].header), (u_char *) "17", 2),
                         samples[i].match);
    }
}


static void
test_etag_version(void **state)
{
    int       rc;
    int64_t   version;
    unsigned  i;

    static const struct {
        const char  *header;
        int          rc;
        int64_t      version;
    } samples[] = {
        { "\"17\"", 0, 17 }, { "W/\"17\"", 0, 17 }, { "*", 0, -1 },
        { " \"0\" ", 0, 0 }, { "17", -1, 0 }, { "\"\"", -1, 0 },
        { "\"-1\"", -1, 0 }, { "\"17\", \"18\"", -1, 0 }, { "\"x\"", -1, 0 },
        { "\"17.3\"", 0, 17 }, { "W/\"17.0\"", 0, 17 },
        { "\"17.\"", -1, 0 }, { "\".3\"", -1, 0 }, { "\"17.3.1\"", -1, 0 },
        { "\"17.x\"", -1, 0 }, { "\"17.-3\"", -1, 0 },
        { "* 1", -1, 0 }, { "", -1, 0 }, { "\"9223372036854775808\"", -1, 0 }
    };

    for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        rc = ngx_commerce_etag_version((u_char *) samples[i].header,
                                       strlen(samples[i].header), &version);

        if (rc != samples[i].rc
            || (rc == 0 && version != samples[i].version))
        {
            fail_msg("If-Match: %s", samples[i].header);
        }
    }
}


static void
test_language(void **state)
{
    static const sample_t  samples[] = {
        { "", 0 }, { "pt-BR", 0 }, { "pt", 0 }, { "en", 1 }, { "en-GB", 1 },
        { "EN", 1 }, { "pt, en", 0 }, { "en, pt", 1 },
        { "en;q=0.5, pt", 0 }, { "pt;q=0.5, en;q=0.6", 1 },
        { "pt;q=0.55,en;q=0.555", 1 }, { "fr", 0 }, { "fr, en;q=0.1", 1 },
        { "*", 0 }, { "en;q=0", 0 }, { "english", 0 }, { "en;q=1.000", 1 },
        { ",,,", 0 }, { "en;q=", 1 }, { "en ; q=0.9, pt;q=0.8", 1 }
    };

    CHECK(ngx_commerce_text_language, samples);
}


static void
test_traceparent(void **state)
{
    static const sample_t  samples[] = {
        { "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", 1 },
        { "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff", 1 },
        { "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x", 1 },
        { "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", 1 },
        { "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x", 0 },
        { "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x", 0 },
        { "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", 0 },
        { "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", 0 },
        { "00-00000000000000000000000000000000-00f067aa0ba902b7-01", 0 },
        { "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", 0 },
        { "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0", 0 },
        { "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0g", 0 },
        { "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01", 0 },
        { "0-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", 0 },
        { "", 0 }, { "-", 0 }
    };

    CHECK(ngx_commerce_text_is_traceparent, samples);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_uuid),
        cmocka_unit_test(test_email),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_uri),
        cmocka_unit_test(test_utf8),
        cmocka_unit_test(test_int),
        cmocka_unit_test(test_base64url),
        cmocka_unit_test(test_etag_none_match),
        cmocka_unit_test(test_etag_version),
        cmocka_unit_test(test_language),
        cmocka_unit_test(test_traceparent)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
