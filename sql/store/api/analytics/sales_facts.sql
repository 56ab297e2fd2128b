-- The orders that a job of kind `sales` names, as they are now: called by the
-- gateway that does the job, which hands them on to api.sales_apply of the
-- analytics database. One statement sees each order, its lines and what went
-- back at the same moment, so a version tells all of them.
--
-- No row: there is no such job. Locks: none.

create or replace function api.sales_facts(job uuid)
    returns table (facts jsonb)
language plpgsql stable security definer
    set search_path = core, pg_temp as $$
begin
    return query
    select (select coalesce(jsonb_agg(f.fact), '[]')
            from jsonb_array_elements_text(j.payload -> 'orders') given(id)
            join core.orders o on o.id = given.id::uuid
            cross join lateral core.sale_fact(o) f)
    from core.job j
    where j.id = sales_facts.job and j.kind = 'sales';
end
$$;
