-- Deletes old rows of a table without an index on their age: each call looks
-- at the next so many blocks, in a circle. Answers whether it is in the middle
-- of the table.

create or replace function core.sweep(task regclass, age_column name,
                                      older_than interval, blocks int)
    returns boolean
language plpgsql set search_path = core, pg_temp as $$
declare
    start  bigint;
    last   bigint := pg_relation_size(sweep.task)
                     / current_setting('block_size')::int;
begin
    insert into core.sweep as s (task) values (sweep.task::text)
    on conflict on constraint sweep_pkey
    do update set block = case when s.block >= last then 0 else s.block end
    returning s.block into start;

    execute format('delete from %s where ctid >= %L and ctid < %L'
                   ' and %I < now() - %L::interval',
                   sweep.task, format('(%s,0)', start),
                   format('(%s,0)', start + blocks), age_column, older_than);

    update core.sweep s set block = start + blocks
    where s.task = sweep.task::text;

    return start + blocks < last;
end
$$;
