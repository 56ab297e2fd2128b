-- Makes months ahead, and drops months of the outbox whose events are all
-- published and older than setting outbox.keep. The ledger of stock is kept
-- for ever: levels are its sum.
--
-- Locks: dropping a month takes the whole outbox for a moment; if that is not
-- free within a tenth of a second, the next run tries again.

create or replace function api.job_partitions(payload jsonb)
    returns boolean
language plpgsql security definer set search_path = core, pg_temp
    set lock_timeout = '100ms' as $$
declare
    keep     interval := (select (s.value #>> '{}')::interval
                          from core.setting s where s.key = 'outbox.keep');
    limit_at timestamptz := date_trunc('month', now() - keep, 'UTC');
    old      record;
    waiting  boolean;
begin
    perform core.partitions_extend('stock_movement', 24);
    perform core.partitions_extend('outbox', 24);

    for old in
        select c.relname
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'core.outbox'::regclass
              and c.relname ~ '^outbox_\d{6}$'
              and make_timestamptz(substr(c.relname, 8, 4)::int,
                                   substr(c.relname, 12, 2)::int, 1, 0, 0, 0,
                                   'UTC') < limit_at
    loop
        execute format('select exists (select from core.outbox_waiting w'
                       ' where w.created_at in (select o.created_at'
                       ' from core.%I o))', old.relname)
        into waiting;

        if not waiting then
            execute format('drop table core.%I', old.relname);
        end if;
    end loop;

    delete from core.outbox_default d
    where d.created_at < limit_at
          and not exists (select from core.outbox_waiting w
                          where w.created_at = d.created_at);

    return false;
end
$$;
