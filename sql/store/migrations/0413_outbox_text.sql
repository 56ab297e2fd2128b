-- What is said of an event is JSON, but kept as text: it is put together from
-- values that are quoted one by one, and to read all of it again only to see
-- that it is JSON was one part in thirty of what an order cost.

alter table core.outbox alter column data type text using data::text;
