-- Months of the tables that are partitioned by time. Runs with every
-- deployment and may be run at any time; a month whose rows already sit in the
-- default partition stays there.

create or replace function core.partitions_extend(parent text,
                                                  months integer)
    returns void
language plpgsql set search_path = core, pg_temp as $$
declare
    month  date := date_trunc('month', now() at time zone 'UTC');
    name   text;
    taken  boolean;
begin
    for i in 0 .. months - 1 loop
        name := parent || to_char(month, '_YYYYMM');

        execute format('select exists (select from core.%I'
                       ' where created_at >= %L and created_at < %L)',
                       parent || '_default', month || ' 00:00+00',
                       month + interval '1 month' || '+00')
        into taken;

        if to_regclass('core.' || name) is null and not taken then
            execute format('create table core.%I partition of core.%I'
                           ' for values from (%L) to (%L)', name, parent,
                           month || ' 00:00+00',
                           month + interval '1 month' || '+00');
        end if;

        month := month + interval '1 month';
    end loop;
end
$$;

do $$
begin
    perform core.partitions_extend('stock_movement', 24);
    perform core.partitions_extend('outbox', 24);
end
$$;
