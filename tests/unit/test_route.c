/*
 * The route trie: literals before parameters, methods, the last slash.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "route.h"


typedef struct {
    const char  *path;
    unsigned     method;
} declared_t;


static const declared_t  declared[] = {
    { "/", NGX_COMMERCE_GET },
    { "/products", NGX_COMMERCE_GET },
    { "/products", NGX_COMMERCE_POST },
    { "/products/batch", NGX_COMMERCE_POST },
    { "/products/{id}", NGX_COMMERCE_GET },
    { "/products/{id}", NGX_COMMERCE_DELETE },
    { "/products/{id}/related", NGX_COMMERCE_GET },
    { "/products/batch/status", NGX_COMMERCE_GET },
    { "/stock/{variant}/{location}", NGX_COMMERCE_PUT },
    { "/stock/low", NGX_COMMERCE_GET },
    { "/a/{x}/c", NGX_COMMERCE_GET },
    { "/a/b/{y}/d", NGX_COMMERCE_PATCH }
};


#define NDECLARED  (sizeof(declared) / sizeof(declared[0]))


static ngx_commerce_operation_t  operations[NDECLARED];
static ngx_commerce_contract_t   contract;


static int
setup(void **state)
{
    char                error[256];
    unsigned            i;
    ngx_commerce_str_t  path;

    contract.arena = ngx_commerce_arena_create();

    for (i = 0; i < NDECLARED; i++) {
        path.data = (u_char *) declared[i].path;
        path.len = strlen(declared[i].path);

        operations[i].method = declared[i].method;
        operations[i].id = path;

        assert_int_equal(ngx_commerce_route_add(&contract, &path,
                                                &operations[i], error,
                                                sizeof(error)), 0);
    }

    return 0;
}


static int
teardown(void **state)
{
    ngx_commerce_arena_destroy(contract.arena);

    return 0;
}


static ngx_commerce_route_e
find(const char *text, unsigned method, ngx_commerce_match_t *match)
{
    u_char                *copy;
    ngx_commerce_str_t     path;
    ngx_commerce_route_e   found;

    path.len = strlen(text);
    copy = malloc(path.len ? path.len : 1);
    memcpy(copy, text, path.len);
    path.data = copy;

    found = ngx_commerce_route_find(&contract, method, &path, match);

    free(copy);

    return found;
}


static void
expect(const char *path, unsigned method, unsigned index, unsigned nvalues)
{
    ngx_commerce_match_t  match;

    if (find(path, method, &match) != NGX_COMMERCE_ROUTE_FOUND) {
        fail_msg("%s is not found", path);
    }

    assert_ptr_equal(match.operation, &operations[index]);
    assert_int_equal(match.nvalues, nvalues);
}


static void
test_found(void **state)
{
    expect("/", NGX_COMMERCE_GET, 0, 0);
    expect("/products", NGX_COMMERCE_GET, 1, 0);
    expect("/products", NGX_COMMERCE_POST, 2, 0);
    expect("/products/batch", NGX_COMMERCE_POST, 3, 0);
    expect("/products/42", NGX_COMMERCE_GET, 4, 1);
    expect("/products/batches", NGX_COMMERCE_GET, 4, 1);
    expect("/products/42/related", NGX_COMMERCE_GET, 6, 1);
    expect("/stock/7/1", NGX_COMMERCE_PUT, 8, 2);
    expect("/stock/low", NGX_COMMERCE_GET, 9, 0);
}


/* Where the literal branch ends without a match, the parameter is tried. */

static void
test_backtracking(void **state)
{
    expect("/products/batch/related", NGX_COMMERCE_GET, 6, 1);
    expect("/products/batch/status", NGX_COMMERCE_GET, 7, 0);
    expect("/stock/low/1", NGX_COMMERCE_PUT, 8, 2);
    expect("/a/b/c", NGX_COMMERCE_GET, 10, 1);
    expect("/a/b/z/d", NGX_COMMERCE_PATCH, 11, 1);
}


static void
test_values(void **state)
{
    ngx_commerce_str_t    path = ngx_commerce_str("/stock/seven/one");
    ngx_commerce_match_t  match;

    assert_int_equal(ngx_commerce_route_find(&contract, NGX_COMMERCE_PUT,
                                             &path, &match),
                     NGX_COMMERCE_ROUTE_FOUND);
    assert_true(ngx_commerce_str_is(&match.values[0], "seven"));
    assert_true(ngx_commerce_str_is(&match.values[1], "one"));
    assert_ptr_equal(match.values[0].data, path.data + 7);
}


static void
test_methods(void **state)
{
    ngx_commerce_match_t  match;

    assert_int_equal(find("/products/42", NGX_COMMERCE_PUT, &match),
                     NGX_COMMERCE_ROUTE_METHOD);
    assert_int_equal(match.allow, NGX_COMMERCE_GET|NGX_COMMERCE_DELETE);

    /* the path is chosen before the method */

    assert_int_equal(find("/products/batch", NGX_COMMERCE_GET, &match),
                     NGX_COMMERCE_ROUTE_METHOD);
    assert_int_equal(match.allow, NGX_COMMERCE_POST);

    assert_int_equal(find("/products", 0, &match), NGX_COMMERCE_ROUTE_METHOD);
}


static void
test_not_found(void **state)
{
    char                  deep[200];
    unsigned              i;
    ngx_commerce_match_t  match;

    static const char *const  paths[] = {
        "", "products", "/product", "/productss", "/products/42/x",
        "/products//related", "/stock//1", "/stock/7/", "//", "/a", "/a/b",
        "/products/42//"
    };

    for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {

        if (find(paths[i], NGX_COMMERCE_GET, &match)
            != NGX_COMMERCE_ROUTE_NOT_FOUND)
        {
            fail_msg("%s is found", paths[i]);
        }
    }

    for (i = 0; i < sizeof(deep) - 1; i++) {
        deep[i] = (i % 2 == 0) ? '/' : 'a';
    }

    deep[i] = '\0';
    assert_int_equal(find(deep, NGX_COMMERCE_GET, &match),
                     NGX_COMMERCE_ROUTE_NOT_FOUND);
}


static void
test_slash(void **state)
{
    ngx_commerce_match_t  match;

    assert_int_equal(find("/products/", NGX_COMMERCE_GET, &match),
                     NGX_COMMERCE_ROUTE_SLASH);
    assert_int_equal(find("/products/42/", NGX_COMMERCE_GET, &match),
                     NGX_COMMERCE_ROUTE_SLASH);
    assert_null(match.operation);
}


static void
test_clash(void **state)
{
    char                      error[256];
    ngx_commerce_str_t        same = ngx_commerce_str("/products/{slug}");
    ngx_commerce_operation_t  other;

    memset(&other, 0, sizeof(other));
    other.method = NGX_COMMERCE_GET;

    assert_int_equal(ngx_commerce_route_add(&contract, &same, &other, error,
                                            sizeof(error)), -1);
    assert_string_equal(error, "path \"/products/{slug}\" clashes with"
                               " operation \"/products/{id}\"");
}


/* Many routes: each is found, and only itself. */

static void
test_many(void **state)
{
    char                       text[64], error[256];
    unsigned                   i;
    ngx_commerce_str_t         path;
    ngx_commerce_match_t       match;
    ngx_commerce_contract_t    many;
    ngx_commerce_operation_t  *all;

    memset(&many, 0, sizeof(many));
    many.arena = ngx_commerce_arena_create();
    all = calloc(1000, sizeof(ngx_commerce_operation_t));

    for (i = 0; i < 1000; i++) {
        path.data = (u_char *) text;
        path.len = (size_t) snprintf(text, sizeof(text), "/r%u/{x}/s%u",
                                     i * 7919 % 1000, i % 3);
        all[i].method = NGX_COMMERCE_GET;
        assert_int_equal(ngx_commerce_route_add(&many, &path, &all[i], error,
                                                sizeof(error)), 0);
    }

    for (i = 0; i < 1000; i++) {
        path.data = (u_char *) text;
        path.len = (size_t) snprintf(text, sizeof(text), "/r%u/v/s%u",
                                     i * 7919 % 1000, i % 3);
        assert_int_equal(ngx_commerce_route_find(&many, NGX_COMMERCE_GET,
                                                 &path, &match),
                         NGX_COMMERCE_ROUTE_FOUND);
        assert_ptr_equal(match.operation, &all[i]);
    }

    free(all);
    ngx_commerce_arena_destroy(many.arena);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_found),
        cmocka_unit_test(test_backtracking),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_not_found),
        cmocka_unit_test(test_slash),
        cmocka_unit_test(test_clash),
        cmocka_unit_test(test_many)
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
