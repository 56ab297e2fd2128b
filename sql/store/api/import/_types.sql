-- An import as the API shows it.

create type api.import as (
    id           uuid,
    status       text,
    format       text,
    dry_run      boolean,
    filename     text,
    options      jsonb,
    columns      text[],
    rows         bigint,
    items        bigint,
    merged       bigint,
    created      bigint,
    updated      bigint,
    unchanged    bigint,
    refused      bigint,
    progress     int,
    error        jsonb,
    errors_url   text,
    created_at   timestamptz,
    finished_at  timestamptz,
    version      bigint
);
