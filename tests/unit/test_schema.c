/*
 * Compiled schemas: each keyword on values and on parameter texts, all
 * complaints of a body at once, circles, sealed properties.
 */

#include "contract_fixture.h"

#include <jansson.h>

#include "schema.h"


/*
 * The schema of a request body: a contract whose only body is a property "v"
 * of the schema given (YAML in flow style).
 */

static ngx_commerce_contract_t *
load(const char *schema)
{
    char                      property[2048], error[2048];
    ngx_commerce_contract_t  *contract;

    snprintf(property, sizeof(property), "        v: %s\n"
             "        name: { type: string, minLength: 1, maxLength: 80 }\n",
             schema);

    contract = fixture_load("        name: { type: string, minLength: 1,"
                            " maxLength: 80 }\n", property, error,
                            sizeof(error));
    if (contract == NULL) {
        fail_msg("%s", error);
    }

    return contract;
}


static void
check(const ngx_commerce_schema_t *schema, const char *text,
    const char *expected)
{
    char                           out[4096];
    size_t                         n;
    json_t                        *value;
    unsigned                       i;
    ngx_commerce_schema_errors_t   errors;

    value = json_loads(text, JSON_DECODE_ANY, NULL);
    assert_non_null(value);

    memset(&errors, 0, sizeof(errors));
    ngx_commerce_schema_check(schema, value, &errors);

    n = 0;
    out[0] = '\0';

    for (i = 0; i < errors.count && i < NGX_COMMERCE_ERRORS_MAX; i++) {
        n += (size_t) snprintf(out + n, sizeof(out) - n, "%s%s %s",
                               (i != 0) ? ", " : "", errors.list[i].pointer,
                               errors.list[i].code);

        if (errors.list[i].limited) {
            n += (size_t) snprintf(out + n, sizeof(out) - n, "(%lld)",
                                   (long long) errors.list[i].limit);
        }
    }

    if (strcmp(out, expected) != 0) {
        fail_msg("%s: \"%s\" is not \"%s\"", text, out, expected);
    }

    json_decref(value);
}


typedef struct {
    const char  *schema;
    const char  *value;
    const char  *error;                  /* of /v; "" when it fits */
} keyword_t;


static const keyword_t  keywords[] = {
    { "{ type: string, maxLength: 3 }", "\"abc\"", "" },
    { "{ type: string, maxLength: 3 }", "\"caf\303\251\"", "too_long(3)" },
    { "{ type: string, maxLength: 4 }", "\"caf\303\251\"", "" },
    { "{ type: string, maxLength: 3, minLength: 2 }", "\"a\"",
      "too_short(2)" },
    { "{ type: string, maxLength: 3 }", "1", "wrong_type" },
    { "{ type: string, maxLength: 3 }", "null", "wrong_type" },
    { "{ type: [string, 'null'], maxLength: 3 }", "null", "" },
    { "{ type: integer, minimum: 1, maximum: 9 }", "9", "" },
    { "{ type: integer, minimum: 1, maximum: 9 }", "0", "too_small(1)" },
    { "{ type: integer, minimum: 1, maximum: 9 }", "10", "too_large(9)" },
    { "{ type: integer, minimum: 1, maximum: 9 }", "1.0", "wrong_type" },
    { "{ type: integer, minimum: 1, maximum: 9 }", "\"1\"", "wrong_type" },
    { "{ type: integer, exclusiveMinimum: 1, maximum: 9 }", "1",
      "too_small(1)" },
    { "{ type: integer, minimum: 0, exclusiveMaximum: 9 }", "9",
      "too_large(9)" },
    { "{ type: integer, minimum: 0, maximum: 9007199254740993 }",
      "9007199254740993", "" },
    { "{ type: integer, minimum: 0, maximum: 9007199254740992 }",
      "9007199254740993", "too_large(9007199254740992)" },
    { "{ type: integer, minimum: 0, maximum: 90, multipleOf: 5 }", "15", "" },
    { "{ type: integer, minimum: 0, maximum: 90, multipleOf: 5 }", "16",
      "not_multiple(5)" },
    { "{ type: number, minimum: 0.5, maximum: 2 }", "2", "" },
    { "{ type: number, minimum: 0.5, maximum: 2 }", "0.25", "too_small" },
    { "{ type: number, minimum: 0.5, maximum: 2 }", "2.5", "too_large(2)" },
    { "{ type: number, multipleOf: 0.01 }", "0.07", "" },
    { "{ type: number, multipleOf: 0.01 }", "1999.99", "" },
    { "{ type: number, multipleOf: 0.01 }", "0.075", "not_multiple" },
    { "{ type: number, multipleOf: 0.01 }", "1e300", "not_multiple" },
    { "{ type: boolean }", "true", "" },
    { "{ type: boolean }", "0", "wrong_type" },
    { "{ type: 'null' }", "null", "" },
    { "{ type: 'null' }", "false", "wrong_type" },
    { "{ enum: [a, 1, null] }", "1", "" },
    { "{ enum: [a, 1, null] }", "null", "" },
    { "{ enum: [a, 1, null] }", "\"b\"", "not_in_enum" },
    { "{ const: { k: [1] } }", "{\"k\": [1]}", "" },
    { "{ const: { k: [1] } }", "{\"k\": [2]}", "not_in_enum" },
    { "{ type: string, maxLength: 9, pattern: '^[a-z]+$' }", "\"abc\"", "" },
    { "{ type: string, maxLength: 9, pattern: '^[a-z]+$' }", "\"abc\\n\"",
      "pattern_mismatch" },
    { "{ type: string, maxLength: 9, pattern: '^\\d+$' }", "\"\331\243\"",
      "pattern_mismatch" },
    { "{ type: string, maxLength: 9, pattern: '^.$' }", "\"\303\251\"", "" },
    { "{ type: string, maxLength: 9, pattern: 'b+' }", "\"abba\"", "" },

    /* this would take years without a limit */

    { "{ type: string, maxLength: 90, pattern: '^(a|aa)+$' }",
      "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\"",
      "pattern_mismatch" },
    { "{ type: string, format: uuid }",
      "\"018bcfe5-6800-7162-a364-65666768696a\"", "" },
    { "{ type: string, format: uuid }", "\"x\"", "bad_format" },
    { "{ type: string, format: email }", "\"ana@example.com\"", "" },
    { "{ type: string, format: date }", "\"2026-02-30\"", "bad_format" },
    { "{ type: string, format: date-time }", "\"2026-02-28T10:00:00Z\"", "" },
    { "{ type: string, format: uri, maxLength: 99 }", "\"x\"", "bad_format" },
    { "{ type: array, maxItems: 2, items: true }", "[1, 2, 3]",
      "too_many_items(2)" },
    { "{ type: array, maxItems: 2, items: { type: boolean } }", "[1, 2, 3]",
      "too_many_items(2)" },
    { "{ type: array, maxItems: 2, minItems: 1, items: true }", "[]",
      "too_few_items(1)" },
    { "{ type: array, maxItems: 9, uniqueItems: true, items: true }",
      "[1, 2, 1]", "not_unique" },
    { "{ type: array, maxItems: 9, uniqueItems: true, items: true }",
      "[{\"a\": 1, \"b\": 2}, {\"b\": 2, \"a\": 1}]", "not_unique" },
    { "{ type: array, maxItems: 9, uniqueItems: true, items: true }",
      "[1, \"1\", [1], {\"1\": 1}, true, null]", "" },
    { "{ type: object, additionalProperties: true, maxProperties: 1 }",
      "{\"a\": 1, \"b\": 2}", "too_many_properties(1)" },
    { "{ type: object, additionalProperties: true, minProperties: 1 }",
      "{}", "too_few_properties(1)" },
    { "{ type: object, additionalProperties: true, required: [a] }", "{}",
      "/a required" },
    { "{ type: object, additionalProperties: { type: boolean } }",
      "{\"a\": true, \"b\": 1}", "/b wrong_type" },
    { "{ type: object }", "{\"a\": 1}", "/a unknown_field" },
    { "{ oneOf: [{ type: 'null' }, { type: string, maxLength: 2 }] }",
      "null", "" },
    { "{ oneOf: [{ type: 'null' }, { type: string, maxLength: 2 }] }",
      "\"abc\"", "too_long(2)" },
    { "{ oneOf: [{ type: 'null' }, { type: string, maxLength: 2 }] }",
      "1", "no_match" },
    { "{ allOf: [{ type: object, properties: { a: { type: boolean } } }],"
      " required: [b], properties: { b: { type: boolean } } }",
      "{\"a\": 1, \"c\": 2}",
      "/a wrong_type, /v/c unknown_field, /v/b required" },
    { "{ $ref: '#/components/schemas/ByPix', minProperties: 2 }",
      "{\"kind\": \"pix\"}", "too_few_properties(2)" },
    { "{ $ref: '#/components/schemas/ByPix', minProperties: 1 }",
      "{\"kind\": \"pix\"}", "" },
    { "true", "[{\"anything\": null}]", "" }
};


static void
test_keywords(void **state)
{
    char                             body[512], expected[512];
    unsigned                         i;
    const char                      *error;
    ngx_commerce_contract_t         *contract;
    const ngx_commerce_operation_t  *operation;

    for (i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
        contract = load(keywords[i].schema);
        operation = fixture_operation(contract, "create_product");
        error = keywords[i].error;

        snprintf(body, sizeof(body), "{\"name\": \"n\", \"price\": {"
                 "\"amount\": 1, \"currency\": \"BRL\"}, \"v\": %s}",
                 keywords[i].value);
        snprintf(expected, sizeof(expected), "%s%s%s",
                 (*error != '\0') ? "/v" : "", (*error != '\0'
                                                && *error != '/') ? " " : "",
                 error);

        check(operation->body_schema, body, expected);
        ngx_commerce_arena_destroy(contract->arena);
    }
}


static void
test_all_at_once(void **state)
{
    ngx_commerce_contract_t      *contract;
    const ngx_commerce_schema_t  *schema;

    contract = fixture_good();
    schema = fixture_operation(contract, "create_product")->body_schema;

    check(schema, "{}", "/name required, /price required");
    check(schema, "[]", " wrong_type");
    check(schema, "{\"name\": \"\", \"price\": {\"amount\": -1, \"currency\":"
          " \"brl\", \"a/b~\": 1}, \"children\": [{\"name\": 1}], \"x\": 1}",
          "/name too_short(1), /price/amount too_small(0), "
          "/price/currency pattern_mismatch, /price/a~1b~0 unknown_field, "
          "/children/0/name wrong_type, /children/0/price required, "
          "/x unknown_field");

    ngx_commerce_arena_destroy(contract->arena);
}


static void
test_discriminator(void **state)
{
    ngx_commerce_contract_t      *contract;
    const ngx_commerce_schema_t  *schema;

    contract = fixture_good();
    schema = fixture_operation(contract, "create_product")->body_schema;

#define BODY(how)                                                             \
    "{\"name\": \"n\", \"price\": {\"amount\": 1, \"currency\": \"BRL\"},"    \
    " \"how\": " how "}"

    check(schema, BODY("{\"kind\": \"pix\"}"), "");
    check(schema, BODY("{\"kind\": \"card\", \"token\": \"t\"}"), "");
    check(schema, BODY("{\"kind\": \"card\"}"), "/how/token required");
    check(schema, BODY("{\"kind\": \"pix\", \"token\": \"t\"}"),
          "/how/token unknown_field");
    check(schema, BODY("{\"kind\": \"cash\"}"), "/how/kind no_match");
    check(schema, BODY("{\"kind\": 1}"), "/how/kind no_match");
    check(schema, BODY("{}"), "/how/kind required");
    check(schema, BODY("7"), "/how no_match");

    ngx_commerce_arena_destroy(contract->arena);
}


/* A category tree: the schema is a circle, the value is not. */

static void
test_circle(void **state)
{
    char                             text[8192];
    size_t                           n;
    unsigned                         i;
    ngx_commerce_contract_t         *contract;
    ngx_commerce_schema_errors_t     errors;
    const ngx_commerce_operation_t  *operation;
    json_t                          *value;

    static const char  node[] = "{\"name\":\"n\",\"price\":{\"amount\":1,"
                                "\"currency\":\"BRL\"},\"children\":[";

    contract = fixture_good();
    operation = fixture_operation(contract, "create_product");

    n = 0;

    for (i = 0; i < 60; i++) {
        n += (size_t) snprintf(text + n, sizeof(text) - n, "%s", node);
    }

    for (i = 0; i < 60; i++) {
        n += (size_t) snprintf(text + n, sizeof(text) - n, "]}");
    }

    value = json_loads(text, 0, NULL);
    assert_non_null(value);

    memset(&errors, 0, sizeof(errors));
    assert_int_equal(ngx_commerce_schema_check(operation->body_schema, value,
                                               &errors), 0);
    assert_int_equal(errors.count, 3);
    assert_string_equal(errors.list[0].code, "too_deep");
    assert_string_equal(errors.list[2].code, "too_deep");

    json_decref(value);
    ngx_commerce_arena_destroy(contract->arena);
}


/* More complaints than places: counted; pointers are cut, not overrun. */

static void
test_many_errors(void **state)
{
    char                           name[500];
    json_t                        *value;
    unsigned                       i;
    ngx_commerce_contract_t       *contract;
    ngx_commerce_schema_errors_t   errors;

    contract = fixture_good();
    value = json_object();

    for (i = 0; i < 100; i++) {
        memset(name, '/', sizeof(name));
        snprintf(name + 450, sizeof(name) - 450, "%u", i);
        json_object_set_new(value, name, json_null());
    }

    memset(&errors, 0, sizeof(errors));
    ngx_commerce_schema_check(
        fixture_operation(contract, "create_product")->body_schema, value,
        &errors);

    assert_int_equal(errors.count, 102);
    assert_true(strlen(errors.list[31].pointer)
                < sizeof(errors.list[31].pointer));
    assert_true(strlen(errors.list[31].pointer) > 150);

    json_decref(value);
    ngx_commerce_arena_destroy(contract->arena);
}


static void
test_texts(void **state)
{
    int64_t                       limit;
    unsigned                      i;
    const char                   *code;
    ngx_commerce_contract_t      *contract;
    const ngx_commerce_param_t   *params;

    static const struct {
        unsigned     param;
        const char  *text;
        const char  *code;
        int64_t      limit;
    } samples[] = {
        { 0, "caf\303\251", NULL, 0 },
        { 0, "", NULL, 0 },
        { 0, "\303", "bad_format", 0 },
        { 1, "name", NULL, 0 },
        { 1, "-name", NULL, 0 },
        { 1, "price", "not_in_enum", 0 },
        { 1, "name,-name", "not_in_enum", 0 },
        { 3, "1", NULL, 0 },
        { 3, "200", NULL, 0 },
        { 3, "0", "too_small", 1 },
        { 3, "201", "too_large", 200 },
        { 3, "01", "wrong_type", 0 },
        { 3, "1.0", "wrong_type", 0 },
        { 3, "", "wrong_type", 0 },
        { 3, "99999999999999999999", "wrong_type", 0 }
    };

    contract = fixture_good();
    params = fixture_operation(contract, "list_products")->params;

    for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
        limit = 0;
        code = ngx_commerce_schema_check_text(
                   params[samples[i].param].schema,
                   (u_char *) samples[i].text, strlen(samples[i].text),
                   &limit);

        if (samples[i].code == NULL) {
            assert_null(code);

        } else {
            assert_non_null(code);
            assert_string_equal(code, samples[i].code);
            assert_int_equal(limit, samples[i].limit);
        }
    }

    code = ngx_commerce_schema_check_text(params[0].schema, (u_char *) "a\0b",
                                          3, &limit);
    assert_string_equal(code, "bad_format");

    ngx_commerce_arena_destroy(contract->arena);
}


static int
seal(void *data, json_t *object, const char *name, const char *purpose)
{
    unsigned  *count;

    count = data;
    (*count)++;

    assert_string_equal(name, "note");
    assert_string_equal(purpose, "note");

    return json_object_set_new(object, name, json_string("sealed"));
}


static void
test_sealed(void **state)
{
    json_t                       *value, *child;
    unsigned                      count;
    ngx_commerce_contract_t      *contract;
    const ngx_commerce_schema_t  *schema;

    contract = fixture_good();
    schema = fixture_operation(contract, "create_product")->body_schema;

    value = json_loads("{\"name\": \"n\", \"note\": \"secret\", \"children\":"
                       " [{\"note\": \"other\"}, {\"note\": null},"
                       " {\"children\": [{\"note\": \"deep\"}]}]}", 0, NULL);
    count = 0;

    assert_int_equal(ngx_commerce_schema_sealed(schema, value, seal, &count),
                     0);
    assert_int_equal(count, 3);
    assert_string_equal(json_string_value(json_object_get(value, "note")),
                        "sealed");

    child = json_array_get(json_object_get(value, "children"), 0);
    assert_string_equal(json_string_value(json_object_get(child, "note")),
                        "sealed");

    json_decref(value);
    ngx_commerce_arena_destroy(contract->arena);
}


int
main(void)
{
    const struct CMUnitTest  tests[] = {
        cmocka_unit_test(test_keywords),
        cmocka_unit_test(test_all_at_once),
        cmocka_unit_test(test_discriminator),
        cmocka_unit_test(test_circle),
        cmocka_unit_test(test_many_errors),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_sealed)
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
