-- The audit log: who changed what by which operation, in the transaction of
-- the change, chained so that nobody changes it unseen.
--
-- An entry is one operation of one person; its changes are the rows that it
-- changed; its link has its place in the chain, taken at the commit:
-- hash = SHA-256 of the hash before it and of the entry's canonical text
-- (core/audit.sql). Only ever inserted; `./commerce audit verify` reads it.

create table core.audit_entry (
    id          uuid primary key,
    at          timestamptz not null default now(),
    actor_id    uuid,                        -- null: nobody who logged in
    roles       text[] not null default '{}',
    session_id  uuid,
    operation   text not null,               -- of the contract, or an event
    request_id  text
);

create index audit_entry_actor on core.audit_entry (actor_id, id);
create index audit_entry_operation on core.audit_entry (operation, id);


-- kind and subject say what it belongs to (a price belongs to its list), so
-- that the history of a thing is one look-up. before and after have the
-- columns that differ; of `concealed` ones only the names are kept.
create table core.audit_change (
    entry_id   uuid not null,
    n          int not null,
    kind       text not null,
    subject    text not null,
    relation   text not null,
    action     text not null check (action in ('insert', 'update', 'delete')),
    before     jsonb,
    after      jsonb,
    concealed  text[] not null default '{}',
    primary key (entry_id, n)
);

create index audit_change_subject
    on core.audit_change (kind, subject, entry_id);


create table core.audit_link (
    seq       bigint primary key,
    entry_id  uuid not null unique,
    prev      bytea not null check (length(prev) = 32),
    hash      bytea not null check (length(hash) = 32)
);


-- An entry as it is shown (core.audit_page).
create type core.audit_shown as (
    id             uuid,
    at             timestamptz,
    actor_id       uuid,
    roles          text[],
    session_id     uuid,
    operation      text,
    request_id     text,
    seq            bigint,
    hash           text,
    changes        jsonb,
    changes_count  bigint
);


create function core.audit_is_kept() returns trigger
language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name
          using errcode = 'restrict_violation';
end
$$;

do $$
declare
    name  text;
begin
    foreach name in array array['audit_entry', 'audit_change', 'audit_link']
    loop
        execute format('create trigger kept before update or delete '
                       'on core.%I for each row '
                       'execute function core.audit_is_kept()', name);
        execute format('create trigger kept_truncate before truncate '
                       'on core.%I for each statement '
                       'execute function core.audit_is_kept()', name);
    end loop;
end
$$;


-- What the older log knew, each row an entry. They are linked, and the older
-- log goes, when the functions come (core/audit_tables.sql).
do $$
declare
    old  core.audit;
    made uuid;
begin
    for old in select * from core.audit order by id loop
        insert into core.audit_entry (id, at, actor_id, operation)
        values (core.uuid_v7(), old.at, old.actor_id, old.action)
        returning id into made;

        insert into core.audit_change (entry_id, n, kind, subject, relation,
                                       action, after)
        values (made, 1,
                case when old.user_id is null then 'role' else 'user' end,
                coalesce(old.user_id::text, old.detail ->> 'role', '-'),
                case when old.user_id is null then 'role' else 'users' end,
                'update', nullif(old.detail, '{}'));
    end loop;
end
$$;
