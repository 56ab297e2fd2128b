/*
 * References: `$ref: '#/components/...'` and `$ref: 'file.yaml#/...'`.
 *
 * Called while a contract is compiled.  A file in a reference is relative to
 * the file it stands in and must be one of the contract's files.
 */

#include <stdio.h>

#include "contract_build.h"


#define REF_CHAIN_MAX  32
#define REF_PATH_MAX   1024


static const ngx_commerce_contract_file_t *ref_file(
    ngx_commerce_contract_build_t *build, const ngx_commerce_node_t *ref,
    size_t len);
static int ref_decode(const char *fragment, char *out, size_t size);
static int ref_hex(char c);
static int ref_walk(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, int names);


const ngx_commerce_node_t *
ngx_commerce_contract_deref(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node)
{
    unsigned                    n;
    const ngx_commerce_node_t  *at, *ref;

    at = node;

    for (n = 0; n < REF_CHAIN_MAX; n++) {
        ref = ngx_commerce_node_get(at, "$ref");

        if (ref == NULL) {
            return at;
        }

        at = ngx_commerce_contract_target(build, ref);

        if (at == NULL) {
            return NULL;
        }
    }

    (void) ngx_commerce_contract_fail(build, node, "references that lead "
                                      "back to themselves");
    return NULL;
}


const ngx_commerce_node_t *
ngx_commerce_contract_target(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *ref)
{
    char                                 pointer[REF_PATH_MAX];
    size_t                               len;
    const char                          *text, *hash;
    const ngx_commerce_node_t           *target;
    const ngx_commerce_contract_file_t  *file;

    if (ngx_commerce_contract_type(build, ref, NGX_COMMERCE_NODE_STRING)
        != 0)
    {
        return NULL;
    }

    text = (char *) ref->text.data;
    hash = strchr(text, '#');

    /* components keep their place when files are merged, paths do not */

    if (hash == NULL
        || strncmp(hash, "#/components/", sizeof("#/components/") - 1) != 0)
    {
        (void) ngx_commerce_contract_fail(build, ref, "reference \"%s\" does "
                                          "not lead to #/components/...",
                                          text);
        return NULL;
    }

    len = (size_t) (hash - text);
    file = ref_file(build, ref, len);

    if (file == NULL) {
        (void) ngx_commerce_contract_fail(build, ref, "\"%.*s\" is not among "
                                          "the files of the contract",
                                          (int) len, text);
        return NULL;
    }

    target = NULL;

    if (ref_decode(hash + 1, pointer, sizeof(pointer)) == 0) {
        target = ngx_commerce_node_at(file->root, pointer);
    }

    if (target == NULL) {
        (void) ngx_commerce_contract_fail(build, ref, "nothing at \"%s\"",
                                          text);
    }

    return target;
}


static const ngx_commerce_contract_file_t *
ref_file(ngx_commerce_contract_build_t *build, const ngx_commerce_node_t *ref,
    size_t len)
{
    int          n;
    char         path[REF_PATH_MAX];
    unsigned     i;
    const char  *text, *slash;

    text = (char *) ref->text.data;
    slash = strrchr(ref->file, '/');

    if (len >= 2 && text[0] == '.' && text[1] == '/') {
        text += 2;
        len -= 2;
    }

    if (len == 0) {
        n = snprintf(path, sizeof(path), "%s", ref->file);

    } else if (slash == NULL) {
        n = snprintf(path, sizeof(path), "%.*s", (int) len, text);

    } else {
        n = snprintf(path, sizeof(path), "%.*s%.*s",
                     (int) (slash + 1 - ref->file), ref->file, (int) len,
                     text);
    }

    if (n < 0 || (size_t) n >= sizeof(path)) {
        return NULL;
    }

    for (i = 0; i < build->nfiles; i++) {

        if (strcmp(build->files[i].path, path) == 0) {
            return &build->files[i];
        }
    }

    return NULL;
}


/* A URI fragment: percent-decoded it is a JSON pointer. */

static int
ref_decode(const char *fragment, char *out, size_t size)
{
    int     high, low;
    size_t  n;

    for (n = 0; *fragment != '\0'; n++) {

        if (n + 1 >= size) {
            return -1;
        }

        if (*fragment != '%') {
            out[n] = *fragment++;
            continue;
        }

        high = ref_hex(fragment[1]);
        low = (high >= 0) ? ref_hex(fragment[2]) : -1;

        if (low < 0 || high + low == 0) {
            return -1;
        }

        out[n] = (char) (high << 4 | low);
        fragment += 3;
    }

    out[n] = '\0';

    return 0;
}


static int
ref_hex(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }

    c |= 0x20;

    return (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}


int
ngx_commerce_contract_refs(ngx_commerce_contract_build_t *build)
{
    unsigned  i;

    for (i = 0; i < build->nfiles; i++) {

        if (ref_walk(build, build->files[i].root, 0) != 0) {
            return -1;
        }
    }

    return 0;
}


/* `names`: the keys of this map are names that people chose, not keywords */

static int
ref_walk(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, int names)
{
    int                         below;
    unsigned                    i;
    const ngx_commerce_node_t  *item;

    for (i = 0; i < node->nitems; i++) {
        item = node->items[i];
        below = 0;

        if (node->type == NGX_COMMERCE_NODE_MAP && !names) {

            if (ngx_commerce_contract_is_data(&item->key)) {
                continue;
            }

            if (ngx_commerce_str_is(&item->key, "$ref")) {

                if (ngx_commerce_contract_target(build, item) == NULL) {
                    return -1;
                }

                continue;
            }

            below = ngx_commerce_str_is(&item->key, "properties");
        }

        if (ref_walk(build, item, below) != 0) {
            return -1;
        }
    }

    return 0;
}


int
ngx_commerce_contract_is_data(const ngx_commerce_str_t *key)
{
    unsigned            i;
    static const char  *keys[] = {
        "example", "examples", "default", "enum", "const"
    };

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {

        if (ngx_commerce_str_is(key, keys[i])) {
            return 1;
        }
    }

    return 0;
}
