/*
 * A small contract of two files for tests: written into a directory of its
 * own, with one place replaced if a test wants a mistake.
 */

#ifndef CONTRACT_FIXTURE_H
#define CONTRACT_FIXTURE_H


#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "contract.h"


static const char  fixture_common[] =
    "openapi: 3.1.0\n"
    "info: { title: Common, version: 1.0.0 }\n"
    "x-commerce-scopes: [shop, catalog:write]\n"
    "components:\n"
    "  securitySchemes:\n"
    "    bearer: { type: http, scheme: bearer }\n"
    "    basic: { type: http, scheme: basic }\n"
    "  parameters:\n"
    "    Limit:\n"
    "      name: limit\n"
    "      in: query\n"
    "      schema: { type: integer, minimum: 1, maximum: 200, default: 20 }\n"
    "    Cursor: { name: cursor, in: query,"
    " schema: { type: string, maxLength: 1024 } }\n"
    "    Language: { name: Accept-Language, in: header,"
    " schema: { type: string, maxLength: 200 } }\n"
    "    IfMatch: { name: If-Match, in: header,"
    " schema: { type: string, maxLength: 64 } }\n"
    "  schemas:\n"
    "    Money:\n"
    "      type: object\n"
    "      required: [amount, currency]\n"
    "      properties:\n"
    "        amount: { type: integer, minimum: 0, maximum: 1000000 }\n"
    "        currency: { type: string, pattern: '^[A-Z]{3}$',"
    " maxLength: 3 }\n"
    "    Page: { type: object, properties: { limit: { type: integer } } }\n"
    "  responses:\n"
    "    Problem: { description: A problem. }\n"
    "x-commerce-problems:\n"
    "  not_found: { status: 404, title: { pt-BR: 'N\303\243o', en: 'No' } }\n";


static const char  fixture_shop[] =
    "openapi: 3.1.0\n"
    "info: { title: Shop, version: 1.0.0 }\n"
    "servers: [{ url: /api/v1 }]\n"
    "security: [{ bearer: [shop] }]\n"
    "x-commerce: { database: store }\n"
    "paths:\n"
    "  /products:\n"
    "    get:\n"
    "      operationId: list_products\n"
    "      security: []\n"
    "      parameters:\n"
    "        - { name: q, in: query,"
    " schema: { type: string, maxLength: 80 } }\n"
    "        - { name: sort, in: query, explode: false, schema: { type: array,"
    " maxItems: 2, items: { type: string, enum: [name, -name] } } }\n"
    "        - { name: attr, in: query, x-commerce-prefix: 'attr.',"
    " schema: { type: string, maxLength: 40 } }\n"
    "        - $ref: 'common.yaml#/components/parameters/Limit'\n"
    "        - $ref: './common.yaml#/components/parameters/Cursor'\n"
    "        - $ref: 'common.yaml#/components/parameters/Language'\n"
    "      responses:\n"
    "        '200':\n"
    "          description: A page.\n"
    "          content: { application/json: { schema: { $ref:"
    " '#/components/schemas/ProductList' } } }\n"
    "      x-commerce:\n"
    "        aliases: [/products]\n"
    "        cache: { ttl: 30s, max_ttl: 10m, tags: ['products', 'q:{q}'] }\n"
    "        rate: [{ by: address, limit: 10, per: 1m, burst: 20,"
    " shared: true }]\n"
    "    post:\n"
    "      operationId: create_product\n"
    "      security: [{ bearer: [catalog:write] }]\n"
    "      requestBody:\n"
    "        required: true\n"
    "        content: { application/json: { schema: { $ref:"
    " '#/components/schemas/NewProduct' } } }\n"
    "      responses:\n"
    "        '201':\n"
    "          description: Made.\n"
    "          content: { application/json: { schema: { $ref:"
    " '#/components/schemas/Product' } } }\n"
    "        '404': { $ref: 'common.yaml#/components/responses/Problem' }\n"
    "      x-commerce: { idempotency: required, timeout: 5s, lane: pay }\n"
    "  /products/{id}:\n"
    "    parameters:\n"
    "      - { name: id, in: path, required: true,"
    " schema: { type: integer, minimum: 1, maximum: 9223372036854775807 } }\n"
    "    get:\n"
    "      operationId: get_product\n"
    "      security: [{}, { bearer: [] }]\n"
    "      responses:\n"
    "        '200':\n"
    "          description: It.\n"
    "          content: { application/json: { schema: { $ref:"
    " '#/components/schemas/Product' } } }\n"
    "      x-commerce: { aliases: ['/p/{id}'], not_found: not_found }\n"
    "    delete:\n"
    "      operationId: delete_product\n"
    "      parameters: [{ $ref:"
    " 'common.yaml#/components/parameters/IfMatch' }]\n"
    "      responses: { '204': { description: Gone. } }\n"
    "  /health:\n"
    "    servers: [{ url: / }]\n"
    "    get:\n"
    "      operationId: get_health\n"
    "      security: []\n"
    "      responses: { '200': { description: Well. } }\n"
    "      x-commerce: { handler: get_health }\n"
    "components:\n"
    "  schemas:\n"
    "    NewProduct:\n"
    "      type: object\n"
    "      required: [name, price]\n"
    "      properties:\n"
    "        name: { type: string, minLength: 1, maxLength: 80 }\n"
    "        price: { $ref: 'common.yaml#/components/schemas/Money' }\n"
    "        note: { type: [string, 'null'], maxLength: 40,"
    " x-commerce-sealed: note }\n"
    "        children: { type: array, maxItems: 3, items: { $ref:"
    " '#/components/schemas/NewProduct' } }\n"
    "        how: { oneOf: [{ $ref: '#/components/schemas/ByCard' },"
    " { $ref: '#/components/schemas/ByPix' }],"
    " discriminator: { propertyName: kind } }\n"
    "    ByCard: { type: object, required: [kind, token], properties: {"
    " kind: { const: card }, token: { type: string, maxLength: 9 } } }\n"
    "    ByPix: { type: object, required: [kind], properties: {"
    " kind: { const: pix } } }\n"
    "    Product:\n"
    "      type: object\n"
    "      properties: { id: { type: integer }, name: { type: string } }\n"
    "    ProductList:\n"
    "      type: object\n"
    "      properties:\n"
    "        data: { type: array, items: { $ref:"
    " '#/components/schemas/Product' } }\n"
    "        page: { $ref: 'common.yaml#/components/schemas/Page' }\n";


static int
fixture_database(void *data, const ngx_commerce_str_t *name)
{
    return ngx_commerce_str_is(name, "store");
}


static int
fixture_handler(void *data, const ngx_commerce_str_t *name)
{
    return ngx_commerce_str_is(name, "get_health");
}


static void
fixture_write(const char *directory, const char *name, const char *text,
    const char *from, const char *to)
{
    char         path[256];
    FILE        *file;
    const char  *at;

    snprintf(path, sizeof(path), "%s/%s", directory, name);

    file = fopen(path, "w");
    assert_non_null(file);

    at = (from != NULL) ? strstr(text, from) : NULL;

    if (at != NULL) {
        fwrite(text, 1, (size_t) (at - text), file);
        fputs(to, file);
        fputs(at + strlen(from), file);

    } else {
        fputs(text, file);
    }

    assert_int_equal(fclose(file), 0);
}


/*
 * Loads the two files with the first `from` (in shop.yaml, else in
 * common.yaml) replaced; `error` is relative to the directory.
 */

static ngx_commerce_contract_t *
fixture_load(const char *from, const char *to, char *error, size_t size)
{
    char                           paths[2][256], message[2048], *at, *out;
    char                           directory[] = "/tmp/contract-XXXXXX";
    const char                    *files[2];
    ngx_commerce_contract_t       *contract;
    ngx_commerce_contract_names_t  names = {
        NULL, fixture_database, fixture_handler
    };

    assert_non_null(mkdtemp(directory));
    assert_true(from == NULL || strstr(fixture_shop, from) != NULL
                || strstr(fixture_common, from) != NULL);

    if (from != NULL && strstr(fixture_shop, from) != NULL) {
        fixture_write(directory, "common.yaml", fixture_common, NULL, NULL);
        fixture_write(directory, "shop.yaml", fixture_shop, from, to);

    } else {
        fixture_write(directory, "common.yaml", fixture_common, from, to);
        fixture_write(directory, "shop.yaml", fixture_shop, NULL, NULL);
    }

    snprintf(paths[0], sizeof(paths[0]), "%s/common.yaml", directory);
    snprintf(paths[1], sizeof(paths[1]), "%s/shop.yaml", directory);
    files[0] = paths[0];
    files[1] = paths[1];

    message[0] = '\0';
    contract = ngx_commerce_contract_load(files, 2, &names, message,
                                          sizeof(message));

    unlink(paths[0]);
    unlink(paths[1]);
    rmdir(directory);

    /* without the directory, wherever it stands */

    out = error;

    for (at = message; *at != '\0' && out < error + size - 1; ) {

        if (strncmp(at, directory, strlen(directory)) == 0) {
            at += strlen(directory) + 1;
            continue;
        }

        *out++ = *at++;
    }

    *out = '\0';

    return contract;
}


static inline ngx_commerce_contract_t *
fixture_good(void)
{
    char                      error[2048];
    ngx_commerce_contract_t  *contract;

    contract = fixture_load(NULL, NULL, error, sizeof(error));

    if (contract == NULL) {
        fail_msg("%s", error);
    }

    return contract;
}


static inline const ngx_commerce_operation_t *
fixture_operation(const ngx_commerce_contract_t *contract, const char *id)
{
    unsigned  i;

    for (i = 0; i < contract->noperations; i++) {

        if (ngx_commerce_str_is(&contract->operations[i].id, id)) {
            return &contract->operations[i];
        }
    }

    fail_msg("no operation %s", id);

    return NULL;
}


#endif /* CONTRACT_FIXTURE_H */
