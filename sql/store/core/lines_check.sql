-- Lines of a request about lines of an order, [{item_id, quantity}]: whether
-- that much of them can be shipped, given up, returned or refunded.


-- How many units of a line are left for that: ship, open, return, refund.
create or replace function core.line_room(i core.order_item, purpose text)
    returns int
language sql immutable as $$
    select case purpose
        when 'ship' then i.quantity - i.shipped - i.canceled - i.short
        when 'open' then i.quantity - i.shipped - i.canceled
        when 'return' then i.delivered - i.returned
        when 'refund' then i.quantity - i.refunded end
$$;


-- Raises: CM422 unknown_item, CM409 not_shippable, not_open, not_returnable or
--   already_refunded, all with `errors`.
create or replace function core.lines_check(order_id uuid, lines jsonb,
                                            purpose text)
    returns void
language plpgsql stable as $$
declare
    problem  text := case purpose when 'ship' then 'not_shippable'
                     when 'open' then 'not_open'
                     when 'return' then 'not_returnable'
                     when 'refund' then 'already_refunded' end;
    wrong    jsonb;
begin
    select jsonb_agg(jsonb_build_object(
               'pointer', '/items/' || l.n - 1,
               'code', case when i.position is null then 'unknown_item'
                       else problem end,
               'available', core.line_room(i, purpose)) order by l.n)
    into wrong
    from core.lines_asked(lines) l
    left join core.order_item i on i.order_id = lines_check.order_id
                               and i.position = l.position
    where i.position is null or l.total > core.line_room(i, purpose);

    if wrong @> '[{"code": "unknown_item"}]' then
        perform core.fail('unknown_item', 422,
                          jsonb_build_object('errors', wrong));
    elsif wrong is not null then
        perform core.fail(problem, 409, jsonb_build_object('errors', wrong));
    end if;
end
$$;


-- The same lines, each item once.
create or replace function core.lines_summed(lines jsonb)
    returns table ("position" int, quantity int)
language sql stable as $$
    select (l ->> 'item_id')::int, sum((l ->> 'quantity')::int)::int
    from jsonb_array_elements(lines) l
    group by 1
$$;
