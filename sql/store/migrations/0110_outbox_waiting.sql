-- What waits in the outbox is told by a narrow row beside it. Marking the
-- event itself wrote the whole of it once more, and who looked for what waits
-- read all of it: one order in nine cost was the mark.
--
-- An event never changes; the row beside it goes when it is handed on, by
-- subject and, within one, by version.

create table core.outbox_waiting (
    subject     text not null,
    version     bigint not null,
    created_at  timestamptz not null,      -- of the event: its partition
    primary key (subject, version)
) with (
    autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_cost_delay = 0
);

insert into core.outbox_waiting (subject, version, created_at)
select o.subject, o.version, o.created_at
from core.outbox o
where o.published_at is null;

drop index core.outbox_subject;

create index outbox_subject on core.outbox (subject, version);

alter table core.outbox drop column published_at;
