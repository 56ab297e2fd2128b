/*
 * The workshop of the contract: what its compiling files share while a
 * contract is being loaded.  Private to base.
 *
 * A build lives on the loader's stack; what it makes lives in the contract's
 * arena.  Every function returns -1 or NULL after it has written the error,
 * and the first error ends the build.
 */

#ifndef NGX_COMMERCE_CONTRACT_BUILD_H
#define NGX_COMMERCE_CONTRACT_BUILD_H


#include "contract.h"
#include "node.h"


#define NGX_COMMERCE_SCHEMA_BUCKETS  1024

/* who has to keep to a schema */
#define NGX_COMMERCE_OF_ANSWER       0    /* we do: extra properties pass */
#define NGX_COMMERCE_OF_REQUEST      1    /* clients: closed and bounded */


typedef struct ngx_commerce_known_s  ngx_commerce_known_t;


typedef struct {
    const char                 *path;
    const ngx_commerce_node_t  *root;
    ngx_commerce_str_t          prefix;      /* of servers: '' or '/api/v1' */
    ngx_commerce_str_t          database;    /* data NULL: none said */
    const ngx_commerce_node_t  *security;
} ngx_commerce_contract_file_t;


/* A schema node that has been met, and what it compiles to. */
struct ngx_commerce_known_s {
    ngx_commerce_known_t       *bucket;      /* next of the same hash */
    ngx_commerce_known_t       *next;        /* in order of meeting */
    const ngx_commerce_node_t  *node;
    unsigned                    mode;
    ngx_commerce_schema_t      *schema;
};


typedef struct {
    ngx_commerce_contract_t              *contract;
    ngx_commerce_arena_t                 *arena;
    ngx_commerce_contract_file_t         *files;
    unsigned                              nfiles;
    const ngx_commerce_contract_names_t  *names;    /* may be NULL */
    const ngx_commerce_node_t            *scopes;   /* known ones, or NULL */
    char                                 *error;
    size_t                                size;

    ngx_commerce_known_t                 *known[NGX_COMMERCE_SCHEMA_BUCKETS];
    ngx_commerce_known_t                 *first;
    ngx_commerce_known_t                 *last;
    ngx_commerce_known_t                 *done;     /* last compiled */
} ngx_commerce_contract_build_t;


/* An operation's place in the documents. */
typedef struct {
    const ngx_commerce_contract_file_t  *file;
    const ngx_commerce_node_t           *item;      /* path item */
    const ngx_commerce_node_t           *node;      /* operation */
    ngx_commerce_operation_t            *operation;
} ngx_commerce_contract_place_t;


/* contract_check.c */

/* Writes "FILE:LINE: message at #/pointer"; always -1. */
int ngx_commerce_contract_fail(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same without a place. */
int ngx_commerce_contract_no_memory(ngx_commerce_contract_build_t *build);

/*
 * Every key of a map must stand in `keys` (ends with NULL) or begin with "x-"
 * but not with "x-commerce"; `what` names the map in the message.
 */
int ngx_commerce_contract_keys(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, const char *what,
    const char *const *keys);

/* The node must be of a type; a NULL node passes. */
int ngx_commerce_contract_type(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_node_e type);

/* '30s', '500ms', '10m', '2h', '1d' in milliseconds, at least 1. */
int ngx_commerce_contract_duration(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, unsigned *ms);

/* A positive integer that fits unsigned. */
int ngx_commerce_contract_number(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, unsigned *value);

/* The index of a text in `words` (ends with NULL), or -1 with the choices. */
int ngx_commerce_contract_word(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, const char *const *words);

/* [a-z_][a-z0-9_]*, at most 63 bytes: a name in SQL without quotes. */
int ngx_commerce_contract_is_name(const ngx_commerce_str_t *text);

/* A list of strings into the arena. */
int ngx_commerce_contract_strings(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_str_t **list,
    unsigned *count);

/* The database must be known to the configuration. */
int ngx_commerce_contract_database(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_str_t *name);


/* contract_ref.c */

/* The node behind `$ref`, through chains; the node itself without one. */
const ngx_commerce_node_t *ngx_commerce_contract_deref(
    ngx_commerce_contract_build_t *build, const ngx_commerce_node_t *node);

/* What a reference text in a node's file points at, one step. */
const ngx_commerce_node_t *ngx_commerce_contract_target(
    ngx_commerce_contract_build_t *build, const ngx_commerce_node_t *ref);

/* All references of all files must point somewhere. */
int ngx_commerce_contract_refs(ngx_commerce_contract_build_t *build);

/* 1 for keys below which data stands: example, default, enum ... */
int ngx_commerce_contract_is_data(const ngx_commerce_str_t *key);


/* contract_file.c */

int ngx_commerce_contract_read(ngx_commerce_contract_build_t *build,
    const char **files, unsigned nfiles);
int ngx_commerce_contract_problems(ngx_commerce_contract_build_t *build);
int ngx_commerce_contract_components(ngx_commerce_contract_build_t *build);

/* servers: [{url: /api/v1}] as a prefix without the last slash. */
int ngx_commerce_contract_prefix(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *servers, ngx_commerce_str_t *prefix);


/* contract_compile.c */

int ngx_commerce_contract_operations(ngx_commerce_contract_build_t *build);


/* contract_param.c: parameters of the path item and the operation */

int ngx_commerce_contract_params(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place);


/* contract_param_schema.c: the schema and the default of one */

int ngx_commerce_contract_param_schema(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_param_t *param);


/* contract_body.c: requestBody and responses */

int ngx_commerce_contract_body(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place);
int ngx_commerce_contract_answers(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place);


/* contract_policy.c: security and x-commerce */

int ngx_commerce_contract_security(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place);
int ngx_commerce_contract_policy(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place);

/* Tags and rates name parameters: to be called when those are known. */
int ngx_commerce_contract_policy_check(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place);


/* contract_cache.c: x-commerce.cache and x-commerce.rate */

int ngx_commerce_contract_cache(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node);
int ngx_commerce_contract_rates(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place,
    const ngx_commerce_node_t *node);


/* contract_sql.c: the statement and what is bound to it */

int ngx_commerce_contract_sql(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *place);


/* contract_openapi.c: the merged document */

int ngx_commerce_contract_openapi(ngx_commerce_contract_build_t *build,
    const ngx_commerce_contract_place_t *places, unsigned nplaces);


/* schema_compile.c */

/*
 * The schema of a node, allocated at once and filled before loading ends, so
 * that schemas may refer to each other in circles.  NULL on error.
 */
ngx_commerce_schema_t *ngx_commerce_schema_of(
    ngx_commerce_contract_build_t *build, const ngx_commerce_node_t *node,
    unsigned mode);

/* Compiles what has been met since, and checks the whole. */
int ngx_commerce_schema_compile(ngx_commerce_contract_build_t *build);
int ngx_commerce_schema_finish(ngx_commerce_contract_build_t *build);

/* 1 when some property below a finished schema is sealed. */
int ngx_commerce_schema_seals(const ngx_commerce_schema_t *schema);

/* 1 when the schema (may be NULL) has a property of that name. */
int ngx_commerce_schema_has(const ngx_commerce_schema_t *schema,
    const ngx_commerce_str_t *name);


/* schema_keywords.c: keywords of scalars and arrays */

int ngx_commerce_schema_scalar(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);
int ngx_commerce_schema_count(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, const char *key, void *count);
int ngx_commerce_schema_array(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);

/* schema_object.c: properties and allOf; schema_one_of.c: oneOf */

int ngx_commerce_schema_object(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);
int ngx_commerce_schema_one_of(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);


/* schema_rules.c: what only requests have to keep, and the last checks */

int ngx_commerce_schema_rules(ngx_commerce_contract_build_t *build,
    const ngx_commerce_known_t *known);


#endif /* NGX_COMMERCE_CONTRACT_BUILD_H */
