/*
 * The contract: what a good one compiles to, and that every mistake is refused
 * with its file, line and pointer.
 */

#include <glob.h>

#include "contract_fixture.h"
#include "contract_mistakes.h"

#include <jansson.h>

#include "route.h"


static void
test_operations(void **state)
{
    ngx_commerce_contract_t         *contract;
    const ngx_commerce_operation_t  *o;

    contract = fixture_good();

    assert_int_equal(contract->noperations, 5);

    o = fixture_operation(contract, "list_products");
    assert_string_equal((char *) o->path.data, "/api/v1/products");
    assert_int_equal(o->method, NGX_COMMERCE_GET);
    assert_int_equal(o->result, NGX_COMMERCE_RESULT_LIST);
    assert_int_equal(o->security, NGX_COMMERCE_PUBLIC);
    assert_int_equal(o->lane, NGX_COMMERCE_LANE_BROWSE);
    assert_int_equal(o->status, 200);
    assert_string_equal((char *) o->database.data, "store");
    assert_int_equal(o->cache.enabled, 1);
    assert_int_equal(o->cache.ttl_ms, 30000);
    assert_int_equal(o->cache.max_ttl_ms, 600000);
    assert_int_equal(o->cache.ntags, 2);
    assert_int_equal(o->nrates, 1);
    assert_int_equal(o->rates[0].limit, 10);
    assert_int_equal(o->rates[0].burst, 20);
    assert_int_equal(o->rates[0].per_ms, 60000);
    assert_int_equal(o->rates[0].shared, 1);
    assert_string_equal((char *) o->sql.data,
        "SELECT * FROM api.list_products(\"q\" => $1, \"sort\" => $2, "
        "\"attr\" => $3, \"limit\" => $4, \"cursor\" => $5, "
        "\"language\" => $6)");
    assert_int_equal(o->args[3].source, NGX_COMMERCE_ARG_LIMIT);
    assert_int_equal(o->args[4].source, NGX_COMMERCE_ARG_CURSOR);
    assert_int_equal(o->args[5].source, NGX_COMMERCE_ARG_LANGUAGE);

    o = fixture_operation(contract, "create_product");
    assert_int_equal(o->security, NGX_COMMERCE_REQUIRED);
    assert_int_equal(o->nscopes, 1);
    assert_string_equal((char *) o->scopes[0].scopes[0].data,
                        "catalog:write");
    assert_int_equal(o->idempotency, NGX_COMMERCE_NEEDED);
    assert_int_equal(o->lane, NGX_COMMERCE_LANE_PAY);
    assert_int_equal(o->timeout_ms, 5000);
    assert_int_equal(o->status, 201);
    assert_int_equal(o->body, NGX_COMMERCE_BODY_JSON);
    assert_int_equal(o->body_required, 1);
    assert_int_equal(o->seals, 1);
    assert_int_equal(o->unseals, 0);
    assert_string_equal((char *) o->sql.data,
        "SELECT * FROM api.create_product(\"body\" => $1, "
        "\"principal\" => api.acting($2))");

    o = fixture_operation(contract, "get_product");
    assert_int_equal(o->security, NGX_COMMERCE_OPTIONAL);
    assert_int_equal(o->result, NGX_COMMERCE_RESULT_OBJECT);
    assert_int_equal(o->params[0].in, NGX_COMMERCE_IN_PATH);
    assert_string_equal((char *) o->not_found.data, "not_found");

    o = fixture_operation(contract, "delete_product");
    assert_int_equal(o->if_match, NGX_COMMERCE_ACCEPTED);
    assert_int_equal(o->result, NGX_COMMERCE_RESULT_NONE);
    assert_string_equal((char *) o->scopes[0].scopes[0].data, "shop");
    assert_string_equal((char *) o->sql.data,
        "SELECT * FROM api.delete_product(\"id\" => $1, "
        "\"principal\" => api.acting($2), \"expected_version\" => $3)");

    o = fixture_operation(contract, "get_health");
    assert_string_equal((char *) o->path.data, "/health");
    assert_null(o->sql.data);

    ngx_commerce_arena_destroy(contract->arena);
}


static void
test_params(void **state)
{
    ngx_commerce_contract_t         *contract;
    const ngx_commerce_operation_t  *o;

    contract = fixture_good();
    o = fixture_operation(contract, "list_products");

    assert_int_equal(o->nparams, 6);

    assert_int_equal(o->params[1].array, 1);
    assert_int_equal(o->params[1].explode, 0);
    assert_int_equal(o->params[1].max_items, 2);

    assert_int_equal(o->params[2].role, NGX_COMMERCE_ROLE_PREFIX);
    assert_string_equal((char *) o->params[2].prefix.data, "attr.");

    assert_int_equal(o->params[3].role, NGX_COMMERCE_ROLE_LIMIT);
    assert_string_equal((char *) o->params[3].fallback.data, "20");
    assert_null(o->params[0].fallback.data);

    assert_int_equal(o->params[5].role, NGX_COMMERCE_ROLE_LANGUAGE);
    assert_string_equal((char *) o->params[5].arg.data, "language");

    ngx_commerce_arena_destroy(contract->arena);
}


static void
test_problems(void **state)
{
    ngx_commerce_str_t                   found = ngx_commerce_str("not_found");
    ngx_commerce_str_t                   other = ngx_commerce_str("not_foun");
    ngx_commerce_contract_t             *contract;
    const ngx_commerce_problem_entry_t  *problem;

    contract = fixture_good();
    problem = ngx_commerce_contract_problem(contract, &found);

    assert_non_null(problem);
    assert_int_equal(problem->status, 404);
    assert_string_equal((char *) problem->title_pt.data, "N\303\243o");
    assert_string_equal((char *) problem->title_en.data, "No");
    assert_null(ngx_commerce_contract_problem(contract, &other));

    ngx_commerce_arena_destroy(contract->arena);
}


/* Every $ref of the merged document leads somewhere in it. */

static void
check_refs(json_t *root, json_t *node)
{
    char         step[256], *out;
    size_t       i;
    json_t      *child, *at;
    const char  *key, *p;

    json_array_foreach(node, i, child) {
        check_refs(root, child);
    }

    json_object_foreach(node, key, child) {

        if (strcmp(key, "$ref") != 0) {
            assert_true(strncmp(key, "x-commerce", 10) != 0);
            check_refs(root, child);
            continue;
        }

        p = json_string_value(child);
        assert_memory_equal(p, "#/", 2);

        for (at = root, p += 2; *p != '\0'; p += (*p == '/')) {

            for (out = step; *p != '\0' && *p != '/'; ) {
                *out++ = *p++;
            }

            *out = '\0';
            at = json_object_get(at, step);
        }

        assert_non_null(at);
    }
}


static void
test_openapi(void **state)
{
    json_t                   *root, *operation;
    json_error_t              error;
    ngx_commerce_contract_t  *contract;

    contract = fixture_good();
    root = json_loadb((char *) contract->openapi.data, contract->openapi.len,
                      JSON_REJECT_DUPLICATES, &error);
    assert_non_null(root);

    check_refs(root, root);

    operation = json_object_get(json_object_get(root, "paths"),
                                "/api/v1/products");
    assert_int_equal(json_object_size(operation), 2);

    operation = json_object_get(operation, "post");
    assert_string_equal(json_string_value(json_object_get(operation,
                                                          "operationId")),
                        "create_product");

    /* the header that x-commerce asks for is told */

    operation = json_array_get(json_object_get(operation, "parameters"), 0);
    assert_string_equal(json_string_value(json_object_get(operation, "name")),
                        "Idempotency-Key");
    assert_true(json_is_true(json_object_get(operation, "required")));

    assert_string_equal(json_string_value(json_object_get(
                            json_object_get(root, "info"), "title")),
                        "Common");

    json_decref(root);
    ngx_commerce_arena_destroy(contract->arena);
}


/* What an operation declares takes the place of what its path declares. */

static void
test_override(void **state)
{
    char                             error[512];
    json_t                          *root, *list;
    ngx_commerce_contract_t         *contract;
    const ngx_commerce_operation_t  *o;

    contract = fixture_load("      operationId: get_product\n",
                            "      operationId: get_product\n"
                            "      parameters: [{ name: id, in: path,"
                            " required: true, schema: { type: string,"
                            " maxLength: 9 } }]\n", error, sizeof(error));
    assert_non_null(contract);

    o = fixture_operation(contract, "get_product");
    assert_int_equal(o->nparams, 1);

    root = json_loadb((char *) contract->openapi.data, contract->openapi.len,
                      0, NULL);
    list = json_object_get(json_object_get(root, "paths"),
                           "/api/v1/products/{id}");
    list = json_object_get(json_object_get(list, "get"), "parameters");
    assert_int_equal(json_array_size(list), 1);

    json_decref(root);
    ngx_commerce_arena_destroy(contract->arena);
}


static void
test_mistakes(void **state)
{
    char                      error[2048];
    unsigned                  i, wrong;
    ngx_commerce_contract_t  *contract;

    wrong = 0;

    for (i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {

        contract = fixture_load(mistakes[i].from, mistakes[i].to, error,
                                sizeof(error));

        if (contract != NULL) {
            print_error("accepted: %s\n  expected %s\n", mistakes[i].to,
                        mistakes[i].message);
            ngx_commerce_arena_destroy(contract->arena);
            wrong++;

        } else if (strcmp(error, mistakes[i].message) != 0) {
            print_error("found    %s\nexpected %s\n", error,
                        mistakes[i].message);
            wrong++;
        }
    }

    assert_int_equal(wrong, 0);
}


static void
test_files(void **state)
{
    char         error[512];
    const char  *files[] = { "/nonexistent/a.yaml" };

    assert_null(ngx_commerce_contract_load(files, 1, NULL, error,
                                           sizeof(error)));
    assert_string_equal(error,
                        "/nonexistent/a.yaml: No such file or directory");

    assert_null(ngx_commerce_contract_load(files, 0, NULL, error,
                                           sizeof(error)));
    assert_string_equal(error, "no contract files");
}


/* The contract of the product loads: all of its files together. */

static void
test_product(void **state)
{
    glob_t                    found;
    char                      error[2048];
    json_t                   *root;
    json_error_t              where;
    ngx_commerce_contract_t  *contract;

    assert_int_equal(glob("conf/contract/*.yaml", 0, NULL, &found), 0);

    contract = ngx_commerce_contract_load((const char **) found.gl_pathv,
                                          (unsigned) found.gl_pathc, NULL,
                                          error, sizeof(error));
    if (contract == NULL) {
        fail_msg("%s", error);
    }

    assert_true(contract->noperations > 0);

    root = json_loadb((char *) contract->openapi.data, contract->openapi.len,
                      JSON_REJECT_DUPLICATES, &where);
    assert_non_null(root);
    check_refs(root, root);

    json_decref(root);
    ngx_commerce_arena_destroy(contract->arena);
    globfree(&found);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_operations),
        cmocka_unit_test(test_params),
        cmocka_unit_test(test_problems),
        cmocka_unit_test(test_openapi),
        cmocka_unit_test(test_override),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_product)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
