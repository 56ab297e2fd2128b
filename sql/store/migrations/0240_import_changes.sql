-- What a rehearsed import would change, for people to look at: the first rows
-- that differ from what is there, as cells of an export.

create table core.import_change (
    import_id  uuid not null references core.import on delete cascade,
    line       bigint not null,
    sku        text not null,
    kind       text not null check (kind in ('created', 'updated')),
    changes    jsonb not null,            -- [{field, from, to}]
    primary key (import_id, line)
);
