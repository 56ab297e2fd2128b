/*
 * Small checks that every compiling file of the contract uses, and the one
 * place where its messages are written.
 *
 * Called while nginx reads its configuration.
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "contract_build.h"


#define CHECK_POINTER_MAX  512
#define CHECK_NAME_MAX     63


int
ngx_commerce_contract_fail(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, const char *fmt, ...)
{
    int      n;
    char     message[1024], pointer[CHECK_POINTER_MAX];
    va_list  args;

    va_start(args, fmt);
    n = vsnprintf(message, sizeof(message), fmt, args);
    va_end(args);

    if (n < 0) {
        message[0] = '\0';
    }

    ngx_commerce_node_pointer(node, pointer, sizeof(pointer));

    (void) snprintf(build->error, build->size, "%s:%u: %s at #%s", node->file,
                    node->line, message, pointer);

    return -1;
}


int
ngx_commerce_contract_no_memory(ngx_commerce_contract_build_t *build)
{
    (void) snprintf(build->error, build->size, "no memory for the contract");

    return -1;
}


int
ngx_commerce_contract_keys(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, const char *what,
    const char *const *keys)
{
    unsigned     i, k;
    const char  *key;

    if (node->type != NGX_COMMERCE_NODE_MAP) {
        return ngx_commerce_contract_fail(build, node,
                                          "%s must be a map, not %s", what,
                                          ngx_commerce_node_kind(node));
    }

    for (i = 0; i < node->nitems; i++) {
        key = (char *) node->items[i]->key.data;

        for (k = 0; keys[k] != NULL && strcmp(keys[k], key) != 0; k++) {
            /* void */
        }

        if (keys[k] != NULL) {
            continue;
        }

        if (strncmp(key, "x-", 2) == 0
            && strncmp(key, "x-commerce", sizeof("x-commerce") - 1) != 0)
        {
            continue;
        }

        return ngx_commerce_contract_fail(build, node->items[i],
                                          "unknown keyword \"%s\" in %s", key,
                                          what);
    }

    return 0;
}


int
ngx_commerce_contract_type(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_node_e type)
{
    ngx_commerce_node_t  wanted;

    if (node == NULL || node->type == type) {
        return 0;
    }

    wanted.type = type;

    return ngx_commerce_contract_fail(build, node, "expected %s, found %s",
                                      ngx_commerce_node_kind(&wanted),
                                      ngx_commerce_node_kind(node));
}


int
ngx_commerce_contract_duration(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, unsigned *ms)
{
    char      *end;
    unsigned   i;
    long long  n;

    static const struct {
        const char  *name;
        unsigned     ms;
    } units[] = {
        { "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 },
        { "d", 86400000 }
    };

    if (node->type == NGX_COMMERCE_NODE_STRING && node->text.len < 12
        && node->text.data[0] >= '0' && node->text.data[0] <= '9')
    {
        n = strtoll((char *) node->text.data, &end, 10);

        for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {

            if (strcmp(end, units[i].name) == 0 && n > 0
                && n <= 2147483647 / (long long) units[i].ms)
            {
                *ms = (unsigned) n * units[i].ms;
                return 0;
            }
        }
    }

    return ngx_commerce_contract_fail(build, node, "expected a duration such "
                                      "as 500ms, 30s, 10m, 2h or 1d");
}


int
ngx_commerce_contract_number(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, unsigned *value)
{
    if (node->type != NGX_COMMERCE_NODE_INT || node->integer < 1
        || node->integer > 2147483647)
    {
        return ngx_commerce_contract_fail(build, node,
                                          "expected a positive integer");
    }

    *value = (unsigned) node->integer;

    return 0;
}


int
ngx_commerce_contract_word(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, const char *const *words)
{
    int     i, n;
    char    list[256];
    size_t  used;

    for (i = 0; words[i] != NULL; i++) {

        if (node->type == NGX_COMMERCE_NODE_STRING
            && ngx_commerce_str_is(&node->text, words[i]))
        {
            return i;
        }
    }

    used = 0;
    list[0] = '\0';

    for (i = 0; words[i] != NULL && used < sizeof(list); i++) {
        n = snprintf(list + used, sizeof(list) - used, "%s%s",
                     (i != 0) ? ", " : "", words[i]);
        used += (size_t) n;
    }

    return ngx_commerce_contract_fail(build, node, "expected one of: %s",
                                      list);
}


int
ngx_commerce_contract_is_name(const ngx_commerce_str_t *text)
{
    u_char  c;
    size_t  i;

    if (text->len == 0 || text->len > CHECK_NAME_MAX) {
        return 0;
    }

    for (i = 0; i < text->len; i++) {
        c = text->data[i];

        if ((c < 'a' || c > 'z') && c != '_'
            && (i == 0 || c < '0' || c > '9'))
        {
            return 0;
        }
    }

    return 1;
}


int
ngx_commerce_contract_strings(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_str_t **list,
    unsigned *count)
{
    unsigned  i;

    if (ngx_commerce_contract_type(build, node, NGX_COMMERCE_NODE_LIST) != 0) {
        return -1;
    }

    *count = node->nitems;
    *list = ngx_commerce_arena_alloc(build->arena, node->nitems
                                                  * sizeof(ngx_commerce_str_t));
    if (*list == NULL) {
        return ngx_commerce_contract_no_memory(build);
    }

    for (i = 0; i < node->nitems; i++) {

        if (ngx_commerce_contract_type(build, node->items[i],
                                       NGX_COMMERCE_NODE_STRING) != 0)
        {
            return -1;
        }

        (*list)[i] = node->items[i]->text;
    }

    return 0;
}


int
ngx_commerce_contract_database(ngx_commerce_contract_build_t *build,
    const ngx_commerce_node_t *node, ngx_commerce_str_t *name)
{
    if (ngx_commerce_contract_type(build, node, NGX_COMMERCE_NODE_STRING)
        != 0)
    {
        return -1;
    }

    if (build->names != NULL && build->names->database != NULL
        && !build->names->database(build->names->data, &node->text))
    {
        return ngx_commerce_contract_fail(build, node,
                                          "unknown database \"%s\"",
                                          (char *) node->text.data);
    }

    *name = node->text;

    return 0;
}
