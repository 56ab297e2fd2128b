-- Who wants to hear when goods are there again.


-- How many of a variant anybody could buy now.
create or replace function core.variant_there(variant_id bigint)
    returns bigint
language sql stable as $$
    select coalesce(sum(s.on_hand - s.reserved), 0)::bigint
    from core.stock_level s
    join core.location c on c.id = s.location_id and c.active
    where s.variant_id = variant_there.variant_id
$$;


-- A job looks whether those who wait for these variants are to be told. It
-- looks after whatever now happens to them is done.
create or replace function core.stock_notices_later(variant_ids bigint[])
    returns void
language plpgsql as $$
begin
    perform core.job_put('stock_notice', jsonb_build_object('variant_id', v),
                         now(), v::text)
    from unnest(variant_ids) v
    where exists (select from core.stock_notice n
                  where n.variant_id = v and n.told_at is null);
end
$$;
