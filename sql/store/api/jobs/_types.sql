-- A job as an administrator sees it.

create type api.job as (
    id            uuid,
    kind          text,
    status        text,
    due_at        timestamptz,
    attempts      int,
    max_attempts  int,
    periodic      boolean,
    line          text,
    payload       jsonb,
    result        jsonb,
    error         text,
    holder        text,
    version       bigint,
    created_at    timestamptz,
    started_at    timestamptz,
    finished_at   timestamptz
);
