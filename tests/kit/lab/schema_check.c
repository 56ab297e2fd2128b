/*
 * Schemas and values from a test: argv[1] is a contract, each line of standard
 * input an operation's number and a JSON value; each line of standard output
 * "1", or "0 POINTER CODE" of the first complaint.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "contract.h"


static void
check_line(const ngx_commerce_contract_t *contract, const char *line)
{
    char                                *end;
    json_t                              *value;
    unsigned long                        number;
    static ngx_commerce_schema_errors_t  errors;

    number = strtoul(line, &end, 10);
    value = json_loads(end, JSON_DECODE_ANY|JSON_REJECT_DUPLICATES, NULL);

    if (value == NULL || number >= contract->noperations) {
        puts("? not a value");
        return;
    }

    memset(&errors, 0, sizeof(errors));

    if (ngx_commerce_schema_check(contract->operations[number].body_schema,
                                  value, &errors))
    {
        puts("1");

    } else {
        printf("0 %s %s\n", errors.list[0].pointer, errors.list[0].code);
    }

    json_decref(value);
}


int
main(int argc, char **argv)
{
    char                     *line, error[1024];
    size_t                    size;
    const char               *files[1];
    ngx_commerce_contract_t  *contract;

    if (argc != 2) {
        return 2;
    }

    files[0] = argv[1];
    contract = ngx_commerce_contract_load(files, 1, NULL, error,
                                          sizeof(error));
    if (contract == NULL) {
        fprintf(stderr, "%s\n", error);
        return 1;
    }

    line = NULL;
    size = 0;

    while (getline(&line, &size, stdin) > 0) {
        check_line(contract, line);
    }

    free(line);
    ngx_commerce_arena_destroy(contract->arena);

    return 0;
}
