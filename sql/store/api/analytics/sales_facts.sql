-- The orders that a job of kind `sales` names, as they are now: called by the
-- gateway that does the job, which hands them on to api.sales_apply of the
-- analytics database. One statement sees each order, its lines and what went
-- back at the same moment, so a version tells all of them.
--
-- The plan goes by the indexes and is kept: made while the shop was new, it
-- would read all orders there are for each job, and of few that would be the
-- most expensive part.
--
-- No row: there is no such job. Locks: none.

create or replace function api.sales_facts(job uuid)
    returns table (facts text)
language plpgsql stable security definer
    set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off as $$
declare
    orders  uuid[];
begin
    select array(select o::uuid
                 from jsonb_array_elements_text(j.payload -> 'orders') o)
    into orders
    from core.job j
    where j.id = sales_facts.job and j.kind = 'sales';

    if found then
        return query select f.facts from core.sale_facts(orders) f;
    end if;
end
$$;
