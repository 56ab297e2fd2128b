-- Last stage of api.place_orders when the group repeats keys: its own, or such
-- that were answered before.

create or replace function core.orders_replies(heads core.order_head[],
                                               sources core.order_source[])
    returns table (ordinal integer, status integer, replayed boolean,
                   problem text, body text)
language plpgsql as $$
begin
    return query
    with placed as materialized (
        select p.* from core.orders_place(heads, sources) p
    )
    select h.ordinal,
           case when not h.same then 422
                when h.stored then r.status else p.status end,
           h.same and (h.stored or h.first <> h.ordinal),
           case when not h.same then 'idempotency_key_reused'
                when h.stored then r.problem else p.problem end,
           case when not h.same then null
                when h.stored then r.body else p.body end
    from unnest(heads) h
    left join placed p on p.ordinal = h.first
    left join core.order_request r
           on h.stored and r.scope = h.scope and r.key = h.key
    order by h.ordinal;
end
$$;
