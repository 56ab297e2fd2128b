/*
 * GET /admin/audit: one list of the logs of both databases.  `store` gives its
 * newest entries, `identity` merges them with its own and names who acted.
 */

#include "../gateway/flow.h"
#include "audit.h"


/* In the order of the functions' arguments; the contract's parameters keep
 * their order as well. */

#define AUDIT_FILTERS  5


enum {
    AUDIT_ENTRIES = 0,
    AUDIT_LIST
};


typedef struct {
    const char  *values[AUDIT_FILTERS + 3];
} audit_t;


static ngx_int_t audit_store(ngx_commerce_flow_t *f);
static ngx_int_t audit_merge(ngx_commerce_flow_t *f);


static const ngx_commerce_step_t  list_steps[] = {
    { "reading the store's log", audit_store },
    { "merging the logs", audit_merge },
    { "rendering the log", ngx_commerce_flow_answer_rows },
    NGX_COMMERCE_STEPS_END
};

static const ngx_commerce_handler_t  audit_handlers[] = {
    { "list_audit", list_steps, sizeof(audit_t) },
    NGX_COMMERCE_HANDLERS_END
};

static const ngx_commerce_call_t  audit_calls[] = {
    { "store", "audit_entries",
      { "actor", "subject", "operation", "since", "until", "limit", "cursor",
        NULL } },
    { "identity", "list_audit",
      { "actor", "subject", "operation", "since", "until", "limit", "cursor",
        "others", NULL } },
    NGX_COMMERCE_CALLS_END
};

const ngx_commerce_domain_t  ngx_commerce_audit_domain = {
    "audit", audit_handlers, audit_calls, NULL
};


static ngx_int_t
audit_store(ngx_commerce_flow_t *f)
{
    unsigned   i;
    audit_t   *state = f->state;

    for (i = 0; i < AUDIT_FILTERS; i++) {
        state->values[i] = f->params[i];
    }

    ngx_commerce_flow_page(f, &state->values[AUDIT_FILTERS],
                           &state->values[AUDIT_FILTERS + 1]);

    return ngx_commerce_flow_call(f, AUDIT_ENTRIES, state->values);
}


static ngx_int_t
audit_merge(ngx_commerce_flow_t *f)
{
    audit_t  *state = f->state;

    state->values[AUDIT_FILTERS + 2] = ngx_commerce_flow_text(f, "entries");

    return ngx_commerce_flow_call(f, AUDIT_LIST, state->values);
}
