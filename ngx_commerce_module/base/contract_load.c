/*
 * Loading a contract: the order of the work, and what happens when it fails.
 *
 * Called by the configuration directive (and by tests).  The build is thrown
 * away at the end; the contract lives in its arena until that is destroyed.
 */

#include <stdio.h>
#include <stdlib.h>

#include "contract_build.h"


static int load_steps(ngx_commerce_contract_build_t *build,
    const char **files, unsigned nfiles);


ngx_commerce_contract_t *
ngx_commerce_contract_load(const char **files, unsigned nfiles,
    const ngx_commerce_contract_names_t *names, char *error, size_t size)
{
    ngx_commerce_arena_t           *arena;
    ngx_commerce_contract_t        *contract;
    ngx_commerce_contract_build_t  *build;

    (void) snprintf(error, size, "no memory for the contract");

    arena = ngx_commerce_arena_create();
    build = calloc(1, sizeof(ngx_commerce_contract_build_t));

    contract = (arena != NULL && build != NULL)
               ? ngx_commerce_arena_alloc(arena,
                                          sizeof(ngx_commerce_contract_t))
               : NULL;

    if (contract != NULL) {
        contract->arena = arena;

        build->arena = arena;
        build->contract = contract;
        build->names = names;
        build->error = error;
        build->size = size;

        if (load_steps(build, files, nfiles) == 0) {
            free(build);
            return contract;
        }
    }

    free(build);
    ngx_commerce_arena_destroy(arena);

    return NULL;
}


static int
load_steps(ngx_commerce_contract_build_t *build, const char **files,
    unsigned nfiles)
{
    if (nfiles == 0) {
        (void) snprintf(build->error, build->size, "no contract files");
        return -1;
    }

    return ngx_commerce_contract_read(build, files, nfiles)
           || ngx_commerce_contract_refs(build)
           || ngx_commerce_contract_problems(build)
           || ngx_commerce_contract_components(build)
           || ngx_commerce_contract_operations(build);
}
