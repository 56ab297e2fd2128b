/*
 * YAML as nodes: types of the core schema, lines, pointers, aliases, refusals.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "node.h"


typedef struct {
    ngx_commerce_arena_t       *arena;
    const ngx_commerce_node_t  *root;
    char                        error[256];
} parsed_t;


static void
parse(parsed_t *parsed, const char *text)
{
    parsed->error[0] = '\0';
    parsed->arena = ngx_commerce_arena_create();
    parsed->root = ngx_commerce_yaml_parse(parsed->arena, "f",
                                           (u_char *) text, strlen(text),
                                           parsed->error,
                                           sizeof(parsed->error));
}


static void
check(const char *text, const char *expected)
{
    char      *json;
    json_t    *value;
    parsed_t   parsed;

    parse(&parsed, text);

    if (parsed.root == NULL) {
        assert_string_equal(parsed.error, expected);
        ngx_commerce_arena_destroy(parsed.arena);
        return;
    }

    value = ngx_commerce_node_json(parsed.root);
    json = json_dumps(value, JSON_COMPACT|JSON_ENCODE_ANY);

    assert_string_equal(json, expected);

    free(json);
    json_decref(value);
    ngx_commerce_arena_destroy(parsed.arena);
}


static void
test_scalars(void **state)
{
    check("[~, null, Null, NULL, '', \"null\", ]",
          "[null,null,null,null,\"\",\"null\"]");
    check("a:", "{\"a\":null}");
    check("[true, True, TRUE, false, yes, no, on, tRUE]",
          "[true,true,true,false,\"yes\",\"no\",\"on\",\"tRUE\"]");
    check("[0, 7, -7, +7, 007, 0x1F, 0o17, 0b1, 1_000]",
          "[0,7,-7,7,7,31,15,\"0b1\",\"1_000\"]");
    check("[1.5, -1.5, .5, 1., 1e3, 2.5E-1, 1e, 1.2.3]",
          "[1.5,-1.5,0.5,1.0,1000.0,0.25,\"1e\",\"1.2.3\"]");
    check("['1', \"1\", 2026-01-01, 10:30, -, .]",
          "[\"1\",\"1\",\"2026-01-01\",\"10:30\",\"-\",\".\"]");
    check("[!!str 1, ! 2]", "[\"1\",\"2\"]");
    check("[9223372036854775807, -9223372036854775808]",
          "[9223372036854775807,-9223372036854775808]");
    check("|\n a\n b\n", "\"a\\nb\\n\"");
}


static void
test_structure(void **state)
{
    check("a: 1\nb:\n  - x\n  - y: [1, {z: 2}]\n",
          "{\"a\":1,\"b\":[\"x\",{\"y\":[1,{\"z\":2}]}]}");
    check("{\"a\": [1, \"b\", null, true, 1.5], \"c\": {}}",
          "{\"a\":[1,\"b\",null,true,1.5],\"c\":{}}");
    check("200: ok\n'201': ok\n", "{\"200\":\"ok\",\"201\":\"ok\"}");
    check("a: &x {k: 1}\nb: *x\nc: [*x]\n",
          "{\"a\":{\"k\":1},\"b\":{\"k\":1},\"c\":[{\"k\":1}]}");
    check("a: &x 1\nb: &x 2\nc: *x\n", "{\"a\":1,\"b\":2,\"c\":2}");
}


static void
test_refused(void **state)
{
    check("", "f:1: the file is empty");
    check("# only a comment\n", "f:1: the file is empty");
    check("a: 1\nb: 2\na: 3\n", "f:3: duplicate key \"a\"");
    check("a: {b: 1,\n b: 2}\n", "f:2: duplicate key \"b\"");
    check("a: 1\n'a': 3\n", "f:2: duplicate key \"a\"");
    check("[a]: 1\n", "f:1: a key must be a plain text");
    check("a: *x\n", "f:1: alias \"x\" without an anchor");
    check("a: &x [*x]\n", "f:1: alias \"x\" inside its anchor");
    check("--- 1\n--- 2\n", "f:2: more than one document");
    check("a: !!binary abcd\n",
          "f:1: unsupported tag \"tag:yaml.org,2002:binary\"");
    check("a: .inf\n", "f:1: JSON has no such number: \".inf\"");
    check("a: -.INF\n", "f:1: JSON has no such number: \"-.INF\"");
    check("a: 9223372036854775808\n",
          "f:1: integer out of range: \"9223372036854775808\"");
    check("a: 1e999\n", "f:1: number out of range: \"1e999\"");
    check("a: \"x\\0y\"\n", "f:1: a text with a NUL");
    check("\"x\\0y\": 1\n", "f:1: a key with a NUL");
    check("a: [1\nb: 2\n", "f:2: did not find expected ',' or ']'");
    check("a: 1\n\tb: 2\n",
          "f:2: found a tab character that violates indentation");
}


/* Bombs: depth, and aliases that would unfold to millions of nodes. */

static void
test_bounds(void **state)
{
    char      text[4096];
    size_t    n;
    unsigned  i;
    parsed_t  parsed;

    memset(text, '[', 65);
    memset(text + 65, ']', 65);
    text[130] = '\0';
    check(text, "f:1: nested deeper than 64");

    n = (size_t) snprintf(text, sizeof(text), "a0: &a0 [1, 2]\n");

    for (i = 1; i < 30; i++) {
        n += (size_t) snprintf(text + n, sizeof(text) - n,
                               "a%u: &a%u [*a%u, *a%u]\n", i, i, i - 1,
                               i - 1);
    }

    parse(&parsed, text);
    assert_null(parsed.root);
    assert_non_null(strstr(parsed.error, "more than 400000 nodes"));
    ngx_commerce_arena_destroy(parsed.arena);

    /* depth counts through aliases too */

    n = (size_t) snprintf(text, sizeof(text), "a0: &a0 [1]\n");

    for (i = 1; i < 80; i++) {
        n += (size_t) snprintf(text + n, sizeof(text) - n,
                               "a%u: &a%u [*a%u]\n", i, i, i - 1);
    }

    parse(&parsed, text);
    assert_null(parsed.root);
    assert_non_null(strstr(parsed.error, "nested deeper than 64"));
    ngx_commerce_arena_destroy(parsed.arena);
}


static void
test_places(void **state)
{
    char                        pointer[64];
    parsed_t                    parsed;
    const ngx_commerce_node_t  *node;

    parse(&parsed, "a:\n  b/c:\n    - 1\n    - d~e:\n        f: 2\n");
    assert_non_null(parsed.root);

    node = ngx_commerce_node_at(parsed.root, "/a/b~1c/1/d~0e/f");
    assert_non_null(node);
    assert_int_equal(node->line, 5);
    assert_int_equal(node->integer, 2);

    ngx_commerce_node_pointer(node, pointer, sizeof(pointer));
    assert_string_equal(pointer, "/a/b~1c/1/d~0e/f");

    ngx_commerce_node_pointer(node, pointer, 8);
    assert_string_equal(pointer, "/a/b~1");

    ngx_commerce_node_pointer(parsed.root, pointer, sizeof(pointer));
    assert_string_equal(pointer, "");

    assert_ptr_equal(ngx_commerce_node_at(parsed.root, ""), parsed.root);
    assert_null(ngx_commerce_node_at(parsed.root, "/a/x"));
    assert_null(ngx_commerce_node_at(parsed.root, "/a/b~1c/2"));
    assert_null(ngx_commerce_node_at(parsed.root, "/a/b~1c/x"));
    assert_null(ngx_commerce_node_at(parsed.root, "a"));
    assert_null(ngx_commerce_node_get(parsed.root, "b"));

    ngx_commerce_arena_destroy(parsed.arena);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_scalars),
        cmocka_unit_test(test_structure),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_places)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
