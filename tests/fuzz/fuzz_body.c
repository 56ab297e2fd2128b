/*
 * A request's body: parsed as the gateway parses it, walked along a schema
 * with every keyword.  A value without complaints stays so when it is printed
 * and read again.
 */

#define _GNU_SOURCE

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <jansson.h>

#include "contract.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static const char  text[] =
    "openapi: 3.1.0\n"
    "info: {}\n"
    "security: []\n"
    "x-commerce: { database: store }\n"
    "paths:\n"
    "  /v:\n"
    "    post:\n"
    "      operationId: v\n"
    "      requestBody: { content: { application/json: { schema:"
    " { $ref: '#/components/schemas/V' } } } }\n"
    "      responses: { '204': { description: d } }\n"
    "components:\n"
    "  schemas:\n"
    "    V:\n"
    "      type: object\n"
    "      required: [s]\n"
    "      minProperties: 1\n"
    "      maxProperties: 9\n"
    "      properties:\n"
    "        s: { type: string, minLength: 1, maxLength: 9,"
    " pattern: '^(a|ab|[^b])*$' }\n"
    "        i: { type: integer, minimum: -5, maximum: 90, multipleOf: 5 }\n"
    "        n: { type: [number, 'null'], exclusiveMinimum: 0,"
    " multipleOf: 0.01 }\n"
    "        e: { enum: [a, 1, null, [1], { k: 1 }] }\n"
    "        f: { oneOf: [{ type: string, format: date-time },"
    " { type: array, maxItems: 4, items: { type: string, format: email } },"
    " { type: object, properties: { u: { type: string, format: uri,"
    " maxLength: 40 } } }] }\n"
    "        a: { type: array, maxItems: 20, uniqueItems: true, items: true }\n"
    "        c: { type: array, maxItems: 3, items:"
    " { $ref: '#/components/schemas/V' } }\n"
    "        m: { type: object, additionalProperties: { type: boolean } }\n"
    "        x: { type: string, format: uuid, x-commerce-sealed: x }\n"
    "        d: { oneOf: [{ $ref: '#/components/schemas/P' },"
    " { $ref: '#/components/schemas/Q' }],"
    " discriminator: { propertyName: k } }\n"
    "    P: { allOf: [{ $ref: '#/components/schemas/Q0' }], properties:"
    " { k: { const: p }, v: { $ref: '#/components/schemas/V' } } }\n"
    "    Q0: { type: object, properties: { z: { type: boolean } } }\n"
    "    Q: { type: object, properties: { k: { const: q } } }\n";


static const ngx_commerce_schema_t *
body_schema(void)
{
    int                              fd;
    char                             path[64], error[512];
    const char                      *files[1];
    static ngx_commerce_contract_t  *contract;

    if (contract != NULL) {
        return contract->operations[0].body_schema;
    }

    fd = memfd_create("contract", 0);

    if (fd < 0 || write(fd, text, sizeof(text) - 1) < 0) {
        abort();
    }

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    files[0] = path;

    contract = ngx_commerce_contract_load(files, 1, NULL, error,
                                          sizeof(error));
    close(fd);

    if (contract == NULL) {
        fprintf(stderr, "%s\n", error);
        abort();
    }

    return contract->operations[0].body_schema;
}


static int
seal(void *data, json_t *object, const char *name, const char *purpose)
{
    if (json_object_get(object, name) == NULL || strcmp(purpose, "x") != 0) {
        abort();
    }

    return json_object_set_new(object, name, json_string("sealed"));
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                                  fits;
    char                                *again;
    json_t                              *value;
    unsigned                             i;
    static ngx_commerce_schema_errors_t  errors;

    value = json_loadb((const char *) data, size,
                       JSON_REJECT_DUPLICATES|JSON_DECODE_ANY, NULL);

    if (value == NULL) {
        return 0;
    }

    memset(&errors, 0, sizeof(errors));
    fits = ngx_commerce_schema_check(body_schema(), value, &errors);

    if (fits != (errors.count == 0)) {
        abort();
    }

    for (i = 0; i < errors.count && i < NGX_COMMERCE_ERRORS_MAX; i++) {

        if (errors.list[i].code == NULL
            || memchr(errors.list[i].pointer, '\0',
                      sizeof(errors.list[i].pointer)) == NULL)
        {
            abort();
        }
    }

    if (fits) {
        again = json_dumps(value, JSON_COMPACT);
        json_decref(value);
        value = json_loads(again, 0, NULL);
        free(again);

        if (!ngx_commerce_schema_check(body_schema(), value, &errors)) {
            abort();
        }
    }

    if (ngx_commerce_schema_sealed(body_schema(), value, seal, NULL) != 0) {
        abort();
    }

    json_decref(value);

    return 0;
}
