/*
 * A contract file as somebody else wrote it: loading says no, or gives a
 * contract whose merged document is JSON and whose routes answer.
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
#include "route.h"


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void
exercise(const ngx_commerce_contract_t *contract)
{
    json_t                *root;
    unsigned               i;
    ngx_commerce_match_t   match;

    root = json_loadb((char *) contract->openapi.data, contract->openapi.len,
                      JSON_REJECT_DUPLICATES, NULL);

    if (root == NULL) {
        abort();
    }

    json_decref(root);

    for (i = 0; i < contract->noperations; i++) {

        if (ngx_commerce_route_find(contract, contract->operations[i].method,
                                    &contract->operations[i].path, &match)
            != NGX_COMMERCE_ROUTE_FOUND)
        {
            abort();
        }
    }
}


int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int                       fd;
    char                      path[64], error[512];
    const char               *files[1];
    ngx_commerce_contract_t  *contract;

    fd = memfd_create("contract", 0);

    if (fd < 0 || write(fd, data, size) != (ssize_t) size) {
        abort();
    }

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    files[0] = path;
    error[0] = '\0';

    contract = ngx_commerce_contract_load(files, 1, NULL, error,
                                          sizeof(error));
    close(fd);

    if (contract == NULL) {

        if (error[0] == '\0') {
            abort();
        }

        return 0;
    }

    exercise(contract);
    ngx_commerce_arena_destroy(contract->arena);

    return 0;
}
