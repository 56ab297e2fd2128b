-- An event is found by its place: an event never moves, and who leaves it in
-- the outbox knows where it lies. The index by which the relay looked for each
-- had an entry for every event, one record of the log in fifteen that an order
-- wrote.
--
-- Places are a hint. What is not there (a copy of the database was loaded, the
-- table was rewritten) is looked for by its moment, for which a few bytes for
-- each thousand events are enough: they lie in the order of their moments.

alter table core.outbox_waiting
    add column places tid[],
    add check (cardinality(places) = cardinality(subjects));

comment on column core.outbox_waiting.places is
    'Where the events lie in their partition of the outbox, as far as known.';

drop index core.outbox_subject;

create index outbox_moment on core.outbox
 using brin (created_at) with (autosummarize = on);
