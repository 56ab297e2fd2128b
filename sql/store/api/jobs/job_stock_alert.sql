-- Tells the staff (setting mail.staff) of variants that have begun to run low
-- or out since the last time: one mail to each, with all of them. What was
-- stocked again will be told of again.
--
-- Locks: none that others wait for.

create or replace function api.job_stock_alert(payload jsonb)
    returns boolean
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    staff   jsonb := (select s.value from core.setting s
                      where s.key = 'mail.staff');
    tongue  text := (select s.value #>> '{}' from core.setting s
                     where s.key = 'mail.language');
    low     jsonb;
begin
    if jsonb_array_length(staff) = 0 then
        return false;
    end if;

    delete from core.stock_alert a using core.variant v
    where v.id = a.variant_id and v.availability = 'in_stock';

    with fresh as (
        insert into core.stock_alert as a (variant_id, availability)
        select v.id, v.availability
        from core.variant v
        join core.product p on p.id = v.product_id
        where v.availability <> 'in_stock' and v.active
              and p.status = 'active'
              and not exists (select from core.stock_alert t
                              where t.variant_id = v.id
                                    and t.availability = v.availability)
        order by v.id
        limit 100
        on conflict (variant_id)
        do update set availability = excluded.availability, told_at = now()
        returning variant_id, a.availability
    )
    select jsonb_agg(jsonb_build_object(
               'sku', v.sku, 'name', p.name, 'variant_id', v.id,
               'out', f.availability = 'out_of_stock',
               'available', (select coalesce(sum(s.on_hand - s.reserved), 0)
                             from core.stock_level s
                             where s.variant_id = v.id)) order by v.sku)
    into low
    from fresh f
    join core.variant v on v.id = f.variant_id
    join core.product p on p.id = v.product_id;

    if low is null then
        return false;
    end if;

    perform core.job_put('mail', jsonb_build_object(
                'to', a, 'template', 'stock_low', 'language', tongue,
                'data', jsonb_build_object(
                    'variants', low, 'count', jsonb_array_length(low))))
    from jsonb_array_elements_text(staff) a;

    return jsonb_array_length(low) = 100;
end
$$;
