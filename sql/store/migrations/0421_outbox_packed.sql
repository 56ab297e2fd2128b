-- What is longer than 2 kB is packed: the row of a group of orders that waits to
-- be handed on, and the job that counts them. Both live for seconds, and of what
-- they cost the packing was a fourth.

alter table core.outbox_waiting
    alter column subjects set compression lz4,
    alter column versions set compression lz4;

alter table core.job
    alter column payload set compression lz4;
