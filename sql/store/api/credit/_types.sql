-- An account of credit in a list; one alone is core.credit_document().

create type api.credit as (
    id           uuid,
    kind         text,
    customer_id  uuid,
    hint         text,
    balance      jsonb,
    active       boolean,
    expires_at   timestamptz,
    note         text,
    version      bigint,
    created_at   timestamptz,
    updated_at   timestamptz,
    _cursor      jsonb
);
