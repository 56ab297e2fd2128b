/*
 * Mistakes in the contract of contract_fixture.h and the messages that they
 * earn.
 */

#ifndef CONTRACT_MISTAKES_H
#define CONTRACT_MISTAKES_H


/* A mistake: what is replaced by what, and the message it earns. */

typedef struct {
    const char  *from;
    const char  *to;
    const char  *message;
} mistake_t;


static const mistake_t  mistakes[] = {

    /* documents */

    { "openapi: 3.1.0\ninfo: { title: Shop",
      "openapi: 3.0.3\ninfo: { title: Shop",
      "shop.yaml:1: expected openapi: 3.1.0 at #/openapi" },
    { "info: { title: Shop, version: 1.0.0 }\n", "",
      "shop.yaml:1: info is missing at #" },
    { "paths:\n", "pahts:\n",
      "shop.yaml:6: unknown keyword \"pahts\" in the document at #/pahts" },
    { "x-commerce: { database: store }", "x-commerce: { datbase: store }",
      "shop.yaml:5: unknown keyword \"datbase\" in x-commerce of a file"
      " at #/x-commerce/datbase" },
    { "[{ url: /api/v1 }]", "[{ url: 'https://shop.example' }]",
      "shop.yaml:3: the url of a server must be a path such as /api/v1"
      " at #/servers/0" },
    { "security: [{ bearer: [shop] }]\n", "a: [1\n",
      "shop.yaml:5: did not find expected ',' or ']'" },
    { "x-commerce: { database: store }", "info: {}",
      "shop.yaml:5: duplicate key \"info\"" },
    { "    post:\n", "    get:\n",
      "shop.yaml:26: duplicate key \"get\"" },

    /* operations and paths */

    { "operationId: create_product", "operationId: list_products",
      "shop.yaml:27: operation \"list_products\" is declared in shop.yaml:8"
      " already at #/paths/~1products/post/operationId" },
    { "operationId: create_product", "operationId: createProduct",
      "shop.yaml:27: an operationId is made of a-z, 0-9 and _"
      " at #/paths/~1products/post/operationId" },
    { "      operationId: create_product\n", "",
      "shop.yaml:26: operationId is missing at #/paths/~1products/post" },
    { "    post:\n", "    trace:\n",
      "shop.yaml:26: unknown keyword \"trace\" in a path"
      " at #/paths/~1products/trace" },
    { "  /products/{id}:", "  products/{id}:",
      "shop.yaml:38: a path must begin with \"/\" at #/paths/products~1{id}" },
    { "  /products/{id}:", "  /products/{id}/:",
      "shop.yaml:38: a path must not end with \"/\""
      " at #/paths/~1products~1{id}~1" },
    { "  /products/{id}:", "  /products/id:",
      "shop.yaml:40: the path \"/products/id\" has no such parameter"
      " at #/paths/~1products~1id/parameters/0" },
    { "  /products/{id}:", "  /products/{id}/{sku}:",
      "shop.yaml:41: path parameter \"sku\" is not declared"
      " at #/paths/~1products~1{id}~1{sku}/get" },
    { "  /products/{id}:", "  /products/a{id}:",
      "shop.yaml:38: a path parameter must be a segment of its own"
      " at #/paths/~1products~1a{id}" },
    { "in: path, required: true,", "in: path,",
      "shop.yaml:40: a path parameter must have required: true"
      " at #/paths/~1products~1{id}/parameters/0" },
    { "aliases: ['/p/{id}']", "aliases: ['/p/{slug}']",
      "shop.yaml:48: alias \"/p/{slug}\" must name the parameters of"
      " \"/api/v1/products/{id}\" in the same order"
      " at #/paths/~1products~1{id}/get/x-commerce/aliases/0" },
    { "aliases: ['/p/{id}']", "aliases: ['/api/v1/products/{id}']",
      "shop.yaml:48: path \"/api/v1/products/{id}\" clashes with operation"
      " \"get_product\""
      " at #/paths/~1products~1{id}/get/x-commerce/aliases/0" },
    { "  /health:\n    servers: [{ url: / }]\n", "  /products/{key}:\n"
      "    parameters: [{ name: key, in: path, required: true,"
      " schema: { type: string, maxLength: 9 } }]\n",
      "shop.yaml:55: path \"/api/v1/products/{key}\" clashes with operation"
      " \"get_product\" at #/paths/~1products~1{key}/get" },

    /* parameters */

    { "name: q, in: query", "name: q, in: cookie",
      "shop.yaml:12: expected one of: path, query, header"
      " at #/paths/~1products/get/parameters/0/in" },
    { "name: q, in: query", "name: 'q q', in: query",
      "shop.yaml:12: \"q q\" is not a name for a parameter (a-z, 0-9, _, -)"
      " at #/paths/~1products/get/parameters/0" },
    { "name: q, in: query", "name: sort, in: query",
      "shop.yaml:13: the parameter is declared twice"
      " at #/paths/~1products/get/parameters/1" },
    { "name: q, in: query", "name: X-Trace, in: header",
      "shop.yaml:12: header \"X-Trace\" is read by handlers only"
      " at #/paths/~1products/get/parameters/0" },
    { "name: q, in: query,", "name: q, in: query, allowReserved: true,",
      "shop.yaml:12: unknown keyword \"allowReserved\" in a parameter"
      " at #/paths/~1products/get/parameters/0/allowReserved" },
    { "name: q, in: query, schema: { type: string, maxLength: 80 }",
      "name: q, in: query",
      "shop.yaml:12: a parameter needs a schema"
      " at #/paths/~1products/get/parameters/0" },
    { "name: q, in: query, schema: { type: string, maxLength: 80 }",
      "name: q, in: query, schema: { type: object }",
      "shop.yaml:12: a parameter is a scalar or an array of scalars"
      " at #/paths/~1products/get/parameters/0/schema" },
    { "name: q, in: query, schema: { type: string, maxLength: 80 }",
      "name: q, in: query, schema: { type: string }",
      "shop.yaml:12: a string of a request needs maxLength"
      " at #/paths/~1products/get/parameters/0/schema" },
    { " maxItems: 2,", "",
      "shop.yaml:13: an array of a request needs items and maxItems"
      " at #/paths/~1products/get/parameters/1/schema" },
    { "default: 20", "default: 201",
      "common.yaml:12: the default does not fit its schema (too_large)"
      " at #/components/parameters/Limit/schema/default" },
    { "default: 20", "default: many",
      "common.yaml:12: the default does not fit its schema (wrong_type)"
      " at #/components/parameters/Limit/schema/default" },
    { "minimum: 1, maximum: 200, default: 20", "minimum: 1, default: 20",
      "common.yaml:12: an integer of a request needs minimum and maximum"
      " at #/components/parameters/Limit/schema" },

    /* references */

    { "common.yaml#/components/parameters/Limit",
      "commn.yaml#/components/parameters/Limit",
      "shop.yaml:15: \"commn.yaml\" is not among the files of the contract"
      " at #/paths/~1products/get/parameters/3/$ref" },
    { "common.yaml#/components/parameters/Limit",
      "common.yaml#/components/parameters/Limits",
      "shop.yaml:15: nothing at"
      " \"common.yaml#/components/parameters/Limits\""
      " at #/paths/~1products/get/parameters/3/$ref" },
    { "common.yaml#/components/parameters/Limit", "#/paths/~1products",
      "shop.yaml:15: reference \"#/paths/~1products\" does not lead to"
      " #/components/... at #/paths/~1products/get/parameters/3/$ref" },
    { "    Product:\n      type: object\n"
      "      properties: { id: { type: integer }, name: { type: string } }\n",
      "    Product: { $ref: '#/components/schemas/Product' }\n",
      "shop.yaml:73: references that lead back to themselves"
      " at #/components/schemas/Product" },
    { "    Product:\n      type: object\n",
      "    Money:\n      type: object\n",
      "shop.yaml:35: nothing at \"#/components/schemas/Product\""
      " at #/paths/~1products/post/responses/201/content/application~1json/"
      "schema/$ref" },
    { "    ByPix:", "    Money: { type: object }\n    ByPix:",
      "shop.yaml:72: component \"Money\" is declared in common.yaml already"
      " at #/components/schemas/Money" },

    /* security and policies */

    { "security: [{ bearer: [shop] }]\n", "",
      "shop.yaml:48: security is missing: [] makes it public"
      " at #/paths/~1products~1{id}/delete" },
    { "security: [{ bearer: [shop] }]", "security: [{ barer: [shop] }]",
      "shop.yaml:4: unknown security scheme \"barer\" at #/security/0/barer" },
    { "security: [{ bearer: [shop] }]", "security: [{ basic: [] }]",
      "shop.yaml:4: only the HTTP scheme bearer can be required"
      " at #/security/0/basic" },
    { "security: [{ bearer: [shop] }]", "security: [{ bearer: [shpo] }]",
      "shop.yaml:4: scope \"shpo\" is not among x-commerce-scopes"
      " at #/security/0/bearer/0" },
    { "security: [{}, { bearer: [] }]", "security: [{}]",
      "shop.yaml:43: an empty requirement alone: write security: []"
      " at #/paths/~1products~1{id}/get/security" },
    { "handler: get_health", "handler: get_helth",
      "shop.yaml:59: unknown handler \"get_helth\""
      " at #/paths/~1health/get/x-commerce/handler" },
    { "database: store", "database: stroe",
      "shop.yaml:5: unknown database \"stroe\" at #/x-commerce/database" },
    { "x-commerce: { database: store }\n", "",
      "shop.yaml:7: x-commerce.database is missing at #/paths/~1products/get"
    },
    { "lane: pay", "lane: fast",
      "shop.yaml:37: expected one of: pay, cart, browse, crawler"
      " at #/paths/~1products/post/x-commerce/lane" },
    { "lane: pay", "lnae: pay",
      "shop.yaml:37: unknown keyword \"lnae\" in x-commerce"
      " at #/paths/~1products/post/x-commerce/lnae" },
    { "lane: pay", "cache: { ttl: 1s }",
      "shop.yaml:37: only GET can be cached"
      " at #/paths/~1products/post/x-commerce/cache" },
    { "timeout: 5s", "timeout: 5",
      "shop.yaml:37: expected a duration such as 500ms, 30s, 10m, 2h or 1d"
      " at #/paths/~1products/post/x-commerce/timeout" },
    { "max_ttl: 10m", "max_ttl: 10s",
      "shop.yaml:24: max_ttl is below ttl"
      " at #/paths/~1products/get/x-commerce/cache/max_ttl" },
    { "'q:{q}'", "'q:{r}'",
      "shop.yaml:24: tag \"q:{r}\" names neither a parameter nor a member of"
      " the answer at #/paths/~1products/get/x-commerce/cache/tags/1" },
    { "by: address", "by: planet",
      "shop.yaml:25: expected one of: address, principal"
      " at #/paths/~1products/get/x-commerce/rate/0/by" },
    { "shared: true", "shared: often",
      "shop.yaml:25: expected a boolean, found a string"
      " at #/paths/~1products/get/x-commerce/rate/0/shared" },
    { "limit: 10,", "limit: 0,",
      "shop.yaml:25: expected a positive integer"
      " at #/paths/~1products/get/x-commerce/rate/0/limit" },
    { "idempotency: required", "idempotency: maybe",
      "shop.yaml:37: expected one of: none, accepted, required"
      " at #/paths/~1products/post/x-commerce/idempotency" },
    { "not_found: not_found }", "not_found: no_such }",
      "shop.yaml:48: problem \"no_such\" is not declared"
      " at #/paths/~1products~1{id}/get/x-commerce/not_found" },

    /* problems */

    { "not_found: { status: 404", "not_found: { status: 200",
      "common.yaml:27: a problem needs a status from 400 to 599"
      " at #/x-commerce-problems/not_found" },
    { ", en: 'No' }", " }",
      "common.yaml:27: a problem needs a title in en"
      " at #/x-commerce-problems/not_found/title" },
    { "components:\n  schemas:\n    NewProduct:",
      "x-commerce-problems: { not_found: { status: 404, title: {"
      " pt-BR: a, en: b } } }\ncomponents:\n  schemas:\n    NewProduct:",
      "shop.yaml:60: problem \"not_found\" is declared in common.yaml"
      " already at #/x-commerce-problems/not_found" },

    /* bodies and answers */

    { "        '201':", "        201 OK:",
      "shop.yaml:33: expected a status such as '200', or default"
      " at #/paths/~1products/post/responses/201 OK" },
    { "          description: Made.\n", "",
      "shop.yaml:33: a response needs a description"
      " at #/paths/~1products/post/responses/201" },
    { "responses: { '204': { description: Gone. } }",
      "responses: { '404': { description: Gone. } }",
      "shop.yaml:52: no successful response declared"
      " at #/paths/~1products~1{id}/delete/responses" },
    { "content: { application/json: { schema: { $ref:"
      " '#/components/schemas/NewProduct' } } }",
      "content: { text/csv: { schema: { type: string } } }",
      "shop.yaml:31: a body that is not JSON needs a handler"
      " at #/paths/~1products/post/requestBody/content" },
    { "content: { application/json: { schema: { $ref:"
      " '#/components/schemas/NewProduct' } } }",
      "content: { application/json: {} }",
      "shop.yaml:31: a JSON body needs a schema"
      " at #/paths/~1products/post/requestBody/content/application~1json" },

    /* schemas */

    { "name: { type: string, minLength: 1, maxLength: 80 }",
      "name: { type: string, minLength: 1 }",
      "shop.yaml:66: a string of a request needs maxLength"
      " at #/components/schemas/NewProduct/properties/name" },
    { "name: { type: string, minLength: 1, maxLength: 80 }",
      "name: { type: text, maxLength: 80 }",
      "shop.yaml:66: expected one of: null, boolean, integer, number, string,"
      " array, object at #/components/schemas/NewProduct/properties/name/type"
    },
    { "name: { type: string, minLength: 1, maxLength: 80 }",
      "name: { type: string, maxLen: 80 }",
      "shop.yaml:66: unknown keyword \"maxLen\" in a schema"
      " at #/components/schemas/NewProduct/properties/name/maxLen" },
    { "name: { type: string, minLength: 1, maxLength: 80 }",
      "name: { type: string, minLength: 81, maxLength: 80 }",
      "shop.yaml:66: \"minLength\" is above its maximum"
      " at #/components/schemas/NewProduct/properties/name/minLength" },
    { "name: { type: string, minLength: 1, maxLength: 80 }",
      "name: { type: boolean, maxLength: 80 }",
      "shop.yaml:66: \"maxLength\" does not apply to this type"
      " at #/components/schemas/NewProduct/properties/name/maxLength" },
    { "name: { type: string, minLength: 1, maxLength: 80 }",
      "name: { maxLength: 80 }",
      "shop.yaml:66: the schema of a request needs a type (or true)"
      " at #/components/schemas/NewProduct/properties/name" },
    { "name: { type: string, minLength: 1, maxLength: 80 }",
      "name: { type: string, enum: [] }",
      "shop.yaml:66: enum must be a list of values, and without const"
      " at #/components/schemas/NewProduct/properties/name/enum" },
    { "name: { type: string, minLength: 1, maxLength: 80 }",
      "name: { type: string, enum: [a, 1] }",
      "shop.yaml:66: value 2 of enum does not fit its schema (wrong_type)"
      " at #/components/schemas/NewProduct/properties/name" },
    { "name: { type: string, minLength: 1, maxLength: 80 }",
      "name: { type: string, format: ipv4, maxLength: 80 }",
      "shop.yaml:66: expected one of: uuid, email, date-time, date, uri"
      " at #/components/schemas/NewProduct/properties/name/format" },
    { "pattern: '^[A-Z]{3}$'", "pattern: '^[A-Z{3}$'",
      "common.yaml:22: bad pattern: missing terminating ] for character class"
      " at offset 9 at #/components/schemas/Money/properties/currency/pattern"
    },
    { "required: [name, price]", "required: [name, cost]",
      "shop.yaml:64: required property \"cost\" is not among the properties"
      " at #/components/schemas/NewProduct/required/1" },
    { "amount: { type: integer, minimum: 0, maximum: 1000000 }",
      "amount: { type: integer, minimum: 2, maximum: 1 }",
      "common.yaml:21: the minimum is above the maximum"
      " at #/components/schemas/Money/properties/amount" },
    { "discriminator: { propertyName: kind }", "description: no way",
      "shop.yaml:70: oneOf needs a discriminator, or branches of different"
      " types at #/components/schemas/NewProduct/properties/how" },
    { "kind: { const: pix }", "kind: { const: card }",
      "shop.yaml:70: \"card\" chooses two branches"
      " at #/components/schemas/NewProduct/properties/how/oneOf/1" },
    { "    ByPix: {", "    ByPix: { allOf: [{ type: string }],",
      "shop.yaml:72: allOf merges objects only"
      " at #/components/schemas/ByPix/allOf/0/type" },
    { "    ByPix: {", "    ByPix: { allOf: [{ properties: {"
      " kind: { type: string } } }],",
      "shop.yaml:72: property \"kind\" is in two parts of allOf"
      " at #/components/schemas/ByPix/allOf/0/properties/kind" },
    { "    ByPix: {", "    Loop: { allOf: [{ $ref:"
      " '#/components/schemas/Loop' }] }\n    ByPix: {",
      "shop.yaml:72: allOf of more than 32 schemas, or of itself"
      " at #/components/schemas/Loop" },
    { "    ByPix: {", "    Loop: { oneOf: [{ type: 'null' }, { $ref:"
      " '#/components/schemas/Loop' }] }\n    ByPix: {",
      "shop.yaml:72: a schema that refers to itself without a property in"
      " between at #/components/schemas/Loop" }
};


#endif /* CONTRACT_MISTAKES_H */
