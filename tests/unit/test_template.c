/*
 * Templates of messages: values, sections, escaping, and what is refused.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "template.h"


static void
renders(const char *text, const char *json, int html, const char *wanted)
{
    char    *made;
    size_t   len;
    json_t  *data;

    data = json_loads(json, 0, NULL);
    assert_non_null(data);
    assert_null(ngx_commerce_template_check(text, strlen(text)));

    made = ngx_commerce_template_render(text, strlen(text), data, html, &len);

    assert_string_equal(made, wanted);
    assert_int_equal(len, strlen(wanted));

    free(made);
    json_decref(data);
}


static void
test_values(void **state)
{
    renders("a {{b}} c", "{\"b\":\"x\"}", 0, "a x c");
    renders("{{b.c}}{{b.d}}{{e}}", "{\"b\":{\"c\":7}}", 0, "7");
    renders("{{b}}", "{\"b\":[1]}", 0, "");
    renders("", "{}", 0, "");
    renders("{ {b} }", "{}", 0, "{ {b} }");
}


static void
test_escaping(void **state)
{
    renders("{{b}}", "{\"b\":\"<a href='x'>&\\\"\"}", 1,
            "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
    renders("{{b}}", "{\"b\":\"<&>\"}", 0, "<&>");
    renders("{{{b}}}", "{\"b\":\"<&>\"}", 1, "<&>");
    renders("{{b}}", "{\"b\":\"{{c}}\",\"c\":\"no\"}", 1, "{{c}}");
}


static void
test_sections(void **state)
{
    renders("{{#l}}\n{{n}}-{{t}}\n{{/l}}\nend",
            "{\"t\":\"T\",\"l\":[{\"n\":1},{\"n\":2,\"t\":\"x\"}]}", 0,
            "1-T\n2-x\nend");
    renders("{{#l}}{{.}},{{/l}}", "{\"l\":[\"a\",\"b\"]}", 0, "a,b,");
    renders("{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":true}", 0, "yes");
    renders("{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":\"\"}", 0, "no");
    renders("{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{\"a\":[]}", 0, "no");
    renders("{{#a}}yes{{/a}}{{^a}}no{{/a}}", "{}", 0, "no");
    renders("{{#a}}{{#a}}x{{/a}}{{/a}}", "{\"a\":[1,2]}", 0, "xxxx");
}


static void
test_refused(void **state)
{
    static const char  *bad[] = {
        "{{", "{{}}", "{{a", "{{#a}}", "{{/a}}", "{{#a}}{{/b}}", "{{A}}",
        "{{a b}}", "{{{a}}", "{{#a}}{{#b}}{{/a}}{{/b}}", "{{>a}}",
        "{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}{{#a}}"
    };

    unsigned  i;

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_non_null(ngx_commerce_template_check(bad[i], strlen(bad[i])));
    }
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_escaping),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
