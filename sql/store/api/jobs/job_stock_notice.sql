-- Goods are there again: those who asked to hear of it get one mail each, the
-- first to ask first, and it is done. What has sold out again meanwhile, or is
-- not shown to anybody, keeps them waiting.
--
-- Locks: the notices.

create or replace function api.job_stock_notice(payload jsonb)
    returns boolean
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    few      constant int := 500;
    variant  bigint := (job_stock_notice.payload ->> 'variant_id')::bigint;
    done     int;
begin
    if core.variant_there(variant) <= 0
       or not exists (select from core.variant v
                      join core.product p on p.id = v.product_id
                      where v.id = variant and v.active
                            and p.status = 'active')
    then
        return false;
    end if;

    with told as (
        update core.stock_notice n set told_at = now()
        where n.id in (select w.id from core.stock_notice w
                       where w.variant_id = variant and w.told_at is null
                       order by w.created_at, w.id
                       limit few
                       for update)
        returning n.*
    )
    select count(core.job_put('mail', jsonb_build_object(
               'to', t.email, 'language', t.language,
               'template', 'back_in_stock',
               'data', jsonb_build_object(
                   'name', p.name, 'sku', v.sku,
                   'path', '/produto/' || p.slug,
                   'price', core.money_shown(
                       coalesce(v.price_amount, p.price_amount), p.currency,
                       t.language)))))
    into done
    from told t
    join core.variant v on v.id = t.variant_id
    join core.product p on p.id = v.product_id;

    delete from core.stock_notice n
    where n.told_at < now() - interval '30 days';

    return done = few;
end
$$;
