/*
 * The files of a contract: read, parsed, and what stands at their top.
 *
 * Called by contract_load.c, once a load; reads with blocking calls, so only
 * while nginx reads its configuration.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "contract_build.h"
#include "json.h"


#define FILE_TITLE_MAX  1024
#define FILE_READ       16384


static int file_read(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_file_t *file);
static int file_bytes(ngx_commerce_contract_build_t *build, const char *path,
    u_char **data, size_t *len);
static int file_top(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_file_t *file);
static int file_settings(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_file_t *file, const ngx_commerce_node_t *node);
static int file_problem(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node);
static int file_title(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *title, const char *language,
    ngx_commerce_str_t *text);
static int file_problems_sort(ngx_commerce_contract_build_t *build);
static int file_problem_cmp(const void *one, const void *two);
static int file_component(ngx_commerce_contract_build_t *build, unsigned at,
    const ngx_commerce_node_t *kind);


static const char *const  file_keys[] = {
    "openapi", "info", "servers", "security", "paths", "components", "tags",
    "externalDocs", "x-commerce", "x-commerce-problems", "x-commerce-scopes",
    NULL
};


int
ngx_commerce_contract_read(ngx_commerce_contract_build_t *build,
    const char **files, unsigned nfiles)
{
    unsigned            i;
    ngx_commerce_str_t  path;

    build->nfiles = nfiles;
    build->files = ngx_commerce_arena_alloc(build->arena,
                              nfiles * sizeof(ngx_commerce_contract_file_t));
    if (build->files == NULL) {
        return ngx_commerce_contract_no_memory(build);
    }

    for (i = 0; i < nfiles; i++) {
        path = ngx_commerce_arena_copy(build->arena, files[i],
                                       strlen(files[i]));
        if (path.data == NULL) {
            return ngx_commerce_contract_no_memory(build);
        }

        build->files[i].path = (char *) path.data;

        if (file_read(build, &build->files[i]) != 0
            || file_top(build, &build->files[i]) != 0)
        {
            return -1;
        }
    }

    return 0;
}


static int
file_read(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_file_t *file)
{
    size_t   len;
    u_char  *data;

    len = 0;
    data = NULL;

    if (file_bytes(build, file->path, &data, &len) != 0) {
        return -1;
    }

    file->root = ngx_commerce_yaml_parse(build->arena, file->path, data, len,
                                         build->error, build->size);
    free(data);

    return (file->root != NULL) ? 0 : -1;
}


/* The whole file in malloc'd memory, or a byte more than the parser takes. */

static int
file_bytes(ngx_commerce_contract_build_t *build, const char *path,
    u_char **data, size_t *len)
{
    int      failed;
    FILE    *stream;
    size_t   size;
    u_char  *grown;

    stream = fopen(path, "rbe");
    if (stream == NULL) {
        (void) snprintf(build->error, build->size, "%s: %s", path,
                        strerror(errno));
        return -1;
    }

    size = 0;

    do {
        size = size * 2 + FILE_READ;
        grown = realloc(*data, size);

        if (grown == NULL) {
            (void) fclose(stream);
            free(*data);
            return ngx_commerce_contract_no_memory(build);
        }

        *data = grown;
        *len += fread(*data + *len, 1, size - *len, stream);

    } while (*len == size && size <= NGX_COMMERCE_NODE_BYTES_MAX);

    failed = ferror(stream);
    (void) fclose(stream);

    if (failed) {
        (void) snprintf(build->error, build->size, "%s: cannot be read", path);
        free(*data);
        return -1;
    }

    return 0;
}


static int
file_top(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_file_t *file)
{
    const ngx_commerce_node_t  *root, *node;

    root = file->root;

    if (ngx_commerce_contract_keys(build, root, "the document", file_keys)
        != 0)
    {
        return -1;
    }

    node = ngx_commerce_node_get(root, "openapi");

    if (node == NULL || node->type != NGX_COMMERCE_NODE_STRING
        || strncmp((char *) node->text.data, "3.1.", 4) != 0)
    {
        return ngx_commerce_contract_fail(build, node != NULL ? node : root,
                                          "expected openapi: 3.1.0");
    }

    if (ngx_commerce_node_get(root, "info") == NULL) {
        return ngx_commerce_contract_fail(build, root, "info is missing");
    }

    file->security = ngx_commerce_node_get(root, "security");

    node = ngx_commerce_node_get(root, "x-commerce-scopes");

    if (node != NULL) {

        if (ngx_commerce_contract_type(build, node, NGX_COMMERCE_NODE_LIST)
            != 0)
        {
            return -1;
        }

        if (build->scopes != NULL) {
            return ngx_commerce_contract_fail(build, node,
                                              "scopes are declared twice");
        }

        build->scopes = node;
    }

    return ngx_commerce_contract_prefix(build,
                                        ngx_commerce_node_get(root, "servers"),
                                        &file->prefix)
           || file_settings(build, file,
                            ngx_commerce_node_get(root, "x-commerce"));
}


static int
file_settings(ngx_commerce_contract_build_t *build,
    ngx_commerce_contract_file_t *file, const ngx_commerce_node_t *node)
{
    static const char *const  keys[] = { "database", NULL };

    if (node == NULL) {
        return 0;
    }

    if (ngx_commerce_contract_keys(build, node, "x-commerce of a file", keys)
        != 0)
    {
        return -1;
    }

    node = ngx_commerce_node_get(node, "database");

    return (node != NULL)
           ? ngx_commerce_contract_database(build, node, &file->database) : 0;
}


int
ngx_commerce_contract_prefix(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *servers, ngx_commerce_str_t *prefix)
{
    const ngx_commerce_node_t  *url;

    if (servers == NULL) {
        return 0;
    }

    if (servers->type != NGX_COMMERCE_NODE_LIST || servers->nitems != 1) {
        return ngx_commerce_contract_fail(build, servers,
                                          "expected one server");
    }

    url = ngx_commerce_node_get(servers->items[0], "url");

    if (url == NULL || url->type != NGX_COMMERCE_NODE_STRING
        || url->text.len == 0 || url->text.data[0] != '/'
        || strchr((char *) url->text.data, '{') != NULL)
    {
        return ngx_commerce_contract_fail(build, servers->items[0],
                                          "the url of a server must be a "
                                          "path such as /api/v1");
    }

    *prefix = url->text;

    while (prefix->len != 0 && prefix->data[prefix->len - 1] == '/') {
        prefix->len--;
    }

    return 0;
}


int
ngx_commerce_contract_problems(ngx_commerce_contract_build_t *build)
{
    unsigned                    i, n;
    const ngx_commerce_node_t  *node;

    n = 0;

    for (i = 0; i < build->nfiles; i++) {
        node = ngx_commerce_node_get(build->files[i].root,
                                     "x-commerce-problems");

        if (ngx_commerce_contract_type(build, node, NGX_COMMERCE_NODE_MAP)
            != 0)
        {
            return -1;
        }

        n += (node != NULL) ? node->nitems : 0;
    }

    build->contract->problems = ngx_commerce_arena_alloc(build->arena,
                                  n * sizeof(ngx_commerce_problem_entry_t));
    if (build->contract->problems == NULL) {
        return ngx_commerce_contract_no_memory(build);
    }

    for (i = 0; i < build->nfiles; i++) {
        node = ngx_commerce_node_get(build->files[i].root,
                                     "x-commerce-problems");

        for (n = 0; node != NULL && n < node->nitems; n++) {

            if (file_problem(build, node->items[n]) != 0) {
                return -1;
            }
        }
    }

    return file_problems_sort(build);
}


static int
file_problem(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node)
{
    const ngx_commerce_node_t     *status, *title;
    ngx_commerce_problem_entry_t  *entry;
    static const char *const       keys[] = { "status", "title", NULL };
    static const char *const       languages[] = { "pt-BR", "en", NULL };

    entry = &build->contract->problems[build->contract->nproblems++];
    entry->code = node->key;

    if (!ngx_commerce_contract_is_name(&node->key)) {
        return ngx_commerce_contract_fail(build, node, "a problem code is "
                                          "made of a-z, 0-9 and _");
    }

    if (ngx_commerce_contract_keys(build, node, "a problem", keys) != 0) {
        return -1;
    }

    status = ngx_commerce_node_get(node, "status");
    title = ngx_commerce_node_get(node, "title");

    if (status == NULL || status->type != NGX_COMMERCE_NODE_INT
        || status->integer < 400 || status->integer > 599)
    {
        return ngx_commerce_contract_fail(build, node, "a problem needs a "
                                          "status from 400 to 599");
    }

    entry->status = (unsigned) status->integer;

    if (title == NULL) {
        return ngx_commerce_contract_fail(build, node, "a problem needs a "
                                          "title in pt-BR and en");
    }

    if (ngx_commerce_contract_keys(build, title, "a title", languages) != 0) {
        return -1;
    }

    return file_title(build, title, "pt-BR", &entry->title_pt)
           || file_title(build, title, "en", &entry->title_en);
}


/* Titles are kept as the inside of a JSON string. */

static int
file_title(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *title, const char *language,
    ngx_commerce_str_t *text)
{
    u_char                      buf[FILE_TITLE_MAX];
    ngx_commerce_json_t         json;
    const ngx_commerce_node_t  *node;

    node = ngx_commerce_node_get(title, language);

    if (node == NULL || node->type != NGX_COMMERCE_NODE_STRING) {
        return ngx_commerce_contract_fail(build, title, "a problem needs a "
                                          "title in %s", language);
    }

    memset(&json, 0, sizeof(ngx_commerce_json_t));
    json.pos = buf;
    json.end = buf + sizeof(buf);

    ngx_commerce_json_string(&json, node->text.data, node->text.len);

    if (json.failed) {
        return ngx_commerce_contract_fail(build, node, "the title is too "
                                          "long");
    }

    *text = ngx_commerce_arena_copy(build->arena, buf + 1,
                                    (size_t) (json.pos - buf) - 2);

    return (text->data != NULL) ? 0 : ngx_commerce_contract_no_memory(build);
}


static int
file_problems_sort(ngx_commerce_contract_build_t *build)
{
    unsigned                       i, k;
    const ngx_commerce_node_t     *node, *first;
    ngx_commerce_problem_entry_t  *problems;

    problems = build->contract->problems;

    qsort(problems, build->contract->nproblems,
          sizeof(ngx_commerce_problem_entry_t), file_problem_cmp);

    for (i = 1; i < build->contract->nproblems; i++) {

        if (file_problem_cmp(&problems[i - 1], &problems[i]) != 0) {
            continue;
        }

        first = NULL;

        for (k = 0; k < build->nfiles; k++) {
            node = ngx_commerce_node_find(
                       ngx_commerce_node_get(build->files[k].root,
                                             "x-commerce-problems"),
                       &problems[i].code);

            if (node != NULL && first != NULL) {
                return ngx_commerce_contract_fail(build, node, "problem "
                                           "\"%s\" is declared in %s already",
                                           (char *) node->key.data,
                                           first->file);
            }

            first = (node != NULL) ? node : first;
        }
    }

    return 0;
}


static int
file_problem_cmp(const void *one, const void *two)
{
    int                        rc;
    size_t                     len;
    const ngx_commerce_str_t  *a, *b;

    a = &((const ngx_commerce_problem_entry_t *) one)->code;
    b = &((const ngx_commerce_problem_entry_t *) two)->code;

    len = (a->len < b->len) ? a->len : b->len;
    rc = memcmp(a->data, b->data, len);

    return (rc != 0) ? rc : (a->len > b->len) - (a->len < b->len);
}


const ngx_commerce_problem_entry_t *
ngx_commerce_contract_problem(const ngx_commerce_contract_t *contract,
    const ngx_commerce_str_t *code)
{
    ngx_commerce_problem_entry_t  key;

    if (code->len == 0 || contract->nproblems == 0) {
        return NULL;
    }

    key.code = *code;

    return bsearch(&key, contract->problems, contract->nproblems,
                   sizeof(ngx_commerce_problem_entry_t), file_problem_cmp);
}


/* Files share one name space: each schema, parameter ... is declared once. */

int
ngx_commerce_contract_components(ngx_commerce_contract_build_t *build)
{
    unsigned                    i, k;
    const ngx_commerce_node_t  *components;
    static const char *const    keys[] = {
        "schemas", "responses", "parameters", "examples", "requestBodies",
        "headers", "securitySchemes", NULL
    };

    for (i = 0; i < build->nfiles; i++) {
        components = ngx_commerce_node_get(build->files[i].root, "components");

        if (components == NULL) {
            continue;
        }

        if (ngx_commerce_contract_keys(build, components, "components", keys)
            != 0)
        {
            return -1;
        }

        for (k = 0; k < components->nitems; k++) {

            if (file_component(build, i, components->items[k]) != 0) {
                return -1;
            }
        }
    }

    return 0;
}


static int
file_component(ngx_commerce_contract_build_t *build, unsigned at,
    const ngx_commerce_node_t *kind)
{
    unsigned                    i, k;
    const ngx_commerce_node_t  *item, *other;

    if (ngx_commerce_contract_type(build, kind, NGX_COMMERCE_NODE_MAP) != 0) {
        return -1;
    }

    for (k = 0; k < kind->nitems; k++) {
        item = kind->items[k];

        for (i = 0; i < at; i++) {
            other = ngx_commerce_node_get(build->files[i].root, "components");
            other = ngx_commerce_node_find(other, &kind->key);

            if (ngx_commerce_node_find(other, &item->key) != NULL) {
                return ngx_commerce_contract_fail(build, item, "component "
                                           "\"%s\" is declared in %s already",
                                           (char *) item->key.data,
                                           build->files[i].path);
            }
        }

        if (ngx_commerce_str_is(&kind->key, "schemas")
            && ngx_commerce_schema_of(build, item, NGX_COMMERCE_OF_ANSWER)
               == NULL)
        {
            return -1;
        }
    }

    return 0;
}
