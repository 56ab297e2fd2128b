/*
 * Request bodies and answers: media types, schemas, the first 2xx and whether
 * it is an object, a list or nothing.
 *
 * Called by contract_compile.c for each operation.
 */

#include "contract_build.h"
#include "schema_compiled.h"


static int body_content(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *content);
static int body_json(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *media);
static int body_is_json(const ngx_commerce_str_t *type);
static int body_media(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *content);
static int answer_one(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *item);
static int answer_choose(ngx_commerce_operation_t *operation, int status);
static int answer_status(const ngx_commerce_str_t *key);
static int answer_content(ngx_commerce_contract_build_t *build,
    ngx_commerce_operation_t *operation, const ngx_commerce_node_t *content,
    int chosen);
static int answer_is_list(const ngx_commerce_schema_t *schema);


int
ngx_commerce_contract_body(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place)
{
    const ngx_commerce_node_t  *node, *body, *content, *required;
    static const char *const    keys[] = {
        "description", "content", "required", NULL
    };

    node = ngx_commerce_node_get(place->node, "requestBody");

    if (node == NULL) {
        return 0;
    }

    if (place->operation->method == NGX_COMMERCE_GET) {
        return ngx_commerce_contract_fail(build, node, "GET has no body");
    }

    body = ngx_commerce_contract_deref(build, node);

    if (body == NULL
        || ngx_commerce_contract_keys(build, body, "a body", keys) != 0)
    {
        return -1;
    }

    content = ngx_commerce_node_get(body, "content");
    required = ngx_commerce_node_get(body, "required");

    if (content == NULL || content->nitems == 0) {
        return ngx_commerce_contract_fail(build, body,
                                          "a body needs content");
    }

    if (ngx_commerce_contract_type(build, required, NGX_COMMERCE_NODE_BOOL)
        || body_media(build, content))
    {
        return -1;
    }

    place->operation->body_required = (required != NULL && required->integer);

    return body_content(build, place, content);
}


static int
body_content(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *content)
{
    unsigned                   i;
    ngx_commerce_operation_t  *operation;

    operation = place->operation;
    operation->body = NGX_COMMERCE_BODY_JSON;
    operation->body_types = ngx_commerce_arena_alloc(build->arena,
                                content->nitems * sizeof(ngx_commerce_str_t));

    if (operation->body_types == NULL) {
        return ngx_commerce_contract_no_memory(build);
    }

    for (i = 0; i < content->nitems; i++) {
        operation->body_types[i] = content->items[i]->key;

        if (!body_is_json(&content->items[i]->key)) {
            operation->body = NGX_COMMERCE_BODY_STREAM;
        }
    }

    operation->nbody_types = content->nitems;

    if (operation->body == NGX_COMMERCE_BODY_STREAM
        && operation->handler.data == NULL)
    {
        return ngx_commerce_contract_fail(build, content, "a body that is "
                                          "not JSON needs a handler");
    }

    for (i = 0; i < content->nitems; i++) {

        if (body_is_json(&content->items[i]->key)
            && body_json(build, place, content->items[i]) != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
body_json(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *media)
{
    ngx_commerce_schema_t      *schema;
    const ngx_commerce_node_t  *node;

    node = ngx_commerce_node_get(media, "schema");

    if (node == NULL) {
        return ngx_commerce_contract_fail(build, media,
                                          "a JSON body needs a schema");
    }

    schema = ngx_commerce_schema_of(build, node, NGX_COMMERCE_OF_REQUEST);

    if (schema == NULL || ngx_commerce_schema_compile(build) != 0) {
        return -1;
    }

    if (place->operation->body_schema != NULL
        && place->operation->body_schema != schema)
    {
        return ngx_commerce_contract_fail(build, node, "all JSON types of a "
                                          "body must share one schema");
    }

    place->operation->body_schema = schema;

    return 0;
}


/* application/json and every +json */

static int
body_is_json(const ngx_commerce_str_t *type)
{
    static const char  suffix[] = "+json";

    return ngx_commerce_str_is(type, "application/json")
           || (type->len > sizeof(suffix)
               && memcmp(type->data + type->len - sizeof(suffix) + 1, suffix,
                         sizeof(suffix) - 1)
                  == 0);
}


static int
body_media(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *content)
{
    unsigned                  i;
    static const char *const  keys[] = {
        "schema", "example", "examples", "encoding", NULL
    };

    if (ngx_commerce_contract_type(build, content, NGX_COMMERCE_NODE_MAP)
        != 0)
    {
        return -1;
    }

    for (i = 0; i < content->nitems; i++) {

        if (memchr(content->items[i]->key.data, '/',
                   content->items[i]->key.len)
            == NULL)
        {
            return ngx_commerce_contract_fail(build, content->items[i],
                                              "expected a media type such as "
                                              "application/json");
        }

        if (ngx_commerce_contract_keys(build, content->items[i],
                                       "a media type", keys)
            != 0)
        {
            return -1;
        }
    }

    return 0;
}


int
ngx_commerce_contract_answers(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place)
{
    unsigned                    i;
    const ngx_commerce_node_t  *responses;

    responses = ngx_commerce_node_get(place->node, "responses");

    if (responses == NULL || responses->type != NGX_COMMERCE_NODE_MAP) {
        return ngx_commerce_contract_fail(build, place->node,
                                          "responses are missing");
    }

    for (i = 0; i < responses->nitems; i++) {

        if (answer_one(build, place, responses->items[i]) != 0) {
            return -1;
        }
    }

    if (place->operation->status == 0) {
        return ngx_commerce_contract_fail(build, responses,
                                          "no successful response declared");
    }

    return 0;
}


static int
answer_one(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *item)
{
    int                         status, chosen;
    const ngx_commerce_node_t  *answer, *content;
    ngx_commerce_operation_t   *operation;
    static const char *const    keys[] = {
        "description", "headers", "content", "links", NULL
    };

    operation = place->operation;
    status = answer_status(&item->key);

    if (status < 0) {
        return ngx_commerce_contract_fail(build, item, "expected a status "
                                          "such as '200', or default");
    }

    answer = ngx_commerce_contract_deref(build, item);

    if (answer == NULL
        || ngx_commerce_contract_keys(build, answer, "a response", keys) != 0)
    {
        return -1;
    }

    if (ngx_commerce_node_get(answer, "description") == NULL) {
        return ngx_commerce_contract_fail(build, answer,
                                          "a response needs a description");
    }

    chosen = answer_choose(operation, status);

    content = ngx_commerce_node_get(answer, "content");

    if (content == NULL || content->nitems == 0) {

        if (chosen) {
            operation->result = NGX_COMMERCE_RESULT_NONE;
        }

        return 0;
    }

    if (status == 204) {
        return ngx_commerce_contract_fail(build, content, "204 has no content");
    }

    return body_media(build, content)
           || answer_content(build, operation, content, chosen);
}


/* The first 2xx is the answer; else what there is: 101 and 3xx. */

static int
answer_choose(ngx_commerce_operation_t *operation, int status)
{
    int  chosen;

    chosen = (status >= 200 && status <= 299
              && (operation->status < 200 || operation->status > 299))
             || (status > 0 && status < 400 && operation->status == 0);

    if (chosen) {
        operation->status = (unsigned) status;
        operation->result = NGX_COMMERCE_RESULT_OBJECT;
    }

    return chosen;
}


/* 100 to 599; 0 for default; -1 */

static int
answer_status(const ngx_commerce_str_t *key)
{
    unsigned  i;

    if (ngx_commerce_str_is(key, "default")) {
        return 0;
    }

    for (i = 0; i < key->len; i++) {

        if (key->data[i] < '0' || key->data[i] > '9') {
            return -1;
        }
    }

    if (key->len != 3 || key->data[0] < '1' || key->data[0] > '5') {
        return -1;
    }

    return (key->data[0] - '0') * 100 + (key->data[1] - '0') * 10
           + (key->data[2] - '0');
}


static int
answer_content(ngx_commerce_contract_build_t *build,
    ngx_commerce_operation_t *operation, const ngx_commerce_node_t *content,
    int chosen)
{
    unsigned                    i;
    ngx_commerce_schema_t      *schema;
    const ngx_commerce_node_t  *node;

    if (chosen) {
        operation->content_type = content->items[0]->key;
        operation->answer_schema = NULL;
    }

    for (i = 0; i < content->nitems; i++) {
        node = ngx_commerce_node_get(content->items[i], "schema");

        if (node == NULL || !body_is_json(&content->items[i]->key)) {
            continue;
        }

        schema = ngx_commerce_schema_of(build, node, NGX_COMMERCE_OF_ANSWER);

        if (schema == NULL || ngx_commerce_schema_compile(build) != 0) {
            return -1;
        }

        if (chosen && operation->answer_schema == NULL) {
            operation->content_type = content->items[i]->key;
            operation->answer_schema = schema;

            if (answer_is_list(schema)) {
                operation->result = NGX_COMMERCE_RESULT_LIST;
            }
        }
    }

    return 0;
}


static int
answer_is_list(const ngx_commerce_schema_t *schema)
{
    const ngx_commerce_property_t  *data, *page;

    data = ngx_commerce_schema_property(schema, "data", 4);
    page = ngx_commerce_schema_property(schema, "page", 4);

    return data != NULL && page != NULL && data->schema != NULL
           && data->schema->types == NGX_COMMERCE_IS_ARRAY;
}
