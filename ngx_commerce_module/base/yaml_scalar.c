/*
 * The types of plain YAML scalars: the core schema of YAML 1.2.2, section
 * 10.3.2.  What JSON cannot say (infinities, integers beyond 64 bits) is
 * refused.
 *
 * Called by yaml.c for scalars without quotes and tags.
 */

#include <errno.h>
#include <stdlib.h>

#include "node.h"


static const char *yaml_number(ngx_commerce_node_t *node);
static int yaml_is_float(const char *p);


const char *
ngx_commerce_yaml_type(ngx_commerce_node_t *node)
{
    unsigned     i;
    const char  *p;

    static const struct {
        const char           *text;
        ngx_commerce_node_e   type;
        int64_t               value;
    } words[] = {
        { "", NGX_COMMERCE_NODE_NULL, 0 },
        { "~", NGX_COMMERCE_NODE_NULL, 0 },
        { "null", NGX_COMMERCE_NODE_NULL, 0 },
        { "Null", NGX_COMMERCE_NODE_NULL, 0 },
        { "NULL", NGX_COMMERCE_NODE_NULL, 0 },
        { "true", NGX_COMMERCE_NODE_BOOL, 1 },
        { "True", NGX_COMMERCE_NODE_BOOL, 1 },
        { "TRUE", NGX_COMMERCE_NODE_BOOL, 1 },
        { "false", NGX_COMMERCE_NODE_BOOL, 0 },
        { "False", NGX_COMMERCE_NODE_BOOL, 0 },
        { "FALSE", NGX_COMMERCE_NODE_BOOL, 0 }
    };

    p = (char *) node->text.data;

    for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {

        if (strcmp(p, words[i].text) == 0) {
            node->type = words[i].type;
            node->integer = words[i].value;
            return NULL;
        }
    }

    if (*p == '+' || *p == '-') {
        p++;
    }

    if (strcmp(p, ".inf") == 0 || strcmp(p, ".Inf") == 0
        || strcmp(p, ".INF") == 0 || strcmp(p, ".nan") == 0
        || strcmp(p, ".NaN") == 0 || strcmp(p, ".NAN") == 0)
    {
        return "JSON has no such number";
    }

    if ((*p >= '0' && *p <= '9') || *p == '.') {
        return yaml_number(node);
    }

    return NULL;
}


static const char *
yaml_number(ngx_commerce_node_t *node)
{
    int          base;
    char        *end;
    size_t       digits;
    const char  *p;

    p = (char *) node->text.data;
    base = 10;

    if (p[0] == '0' && p[1] == 'x') {
        base = 16;
        p += 2;

    } else if (p[0] == '0' && p[1] == 'o') {
        base = 8;
        p += 2;
    }

    digits = strspn((*p == '+' || *p == '-') ? p + 1 : p,
                    (base == 16) ? "0123456789abcdefABCDEF"
                    : (base == 8) ? "01234567" : "0123456789");

    if (digits != 0 && p[digits + (*p == '+' || *p == '-')] == '\0'
        && (base == 10 || (*p != '+' && *p != '-')))
    {
        errno = 0;
        node->integer = strtoll(p, &end, base);

        if (errno != 0) {
            return "integer out of range";
        }

        node->real = (double) node->integer;
        node->type = NGX_COMMERCE_NODE_INT;
        return NULL;
    }

    if (yaml_is_float((char *) node->text.data)) {
        node->real = strtod((char *) node->text.data, &end);

        if (node->real - node->real != 0) {
            return "number out of range";
        }

        node->type = NGX_COMMERCE_NODE_REAL;
    }

    return NULL;
}


/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */

static int
yaml_is_float(const char *p)
{
    size_t             before, after;
    static const char  digits[] = "0123456789";

    p += (*p == '+' || *p == '-');

    before = strspn(p, digits);
    p += before;
    after = 0;

    if (*p == '.') {
        p++;
        after = strspn(p, digits);
        p += after;
    }

    if (before + after == 0) {
        return 0;
    }

    if (*p == 'e' || *p == 'E') {
        p++;
        p += (*p == '+' || *p == '-');
        after = strspn(p, digits);

        if (after == 0) {
            return 0;
        }

        p += after;
    }

    return *p == '\0';
}
