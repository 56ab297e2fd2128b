-- An entry of the audit log as the API shows it.

create type api.audit_entry as (
    id             uuid,
    at             timestamptz,
    "database"     text,
    actor          jsonb,
    operation      text,
    request_id     text,
    subjects       jsonb,
    changes        jsonb,
    changes_count  bigint,
    seq            bigint,
    hash           text,
    _cursor        jsonb
);
