-- Last stage of api.place_orders when the group repeats keys: its own, or such
-- that were answered before.

create or replace function core.orders_replies(drafts core.order_draft[],
                                               lines core.order_line[],
                                               sums core.order_sum[],
                                               sources core.order_source[])
    returns table (ordinal integer, status integer, replayed boolean,
                   problem text, body text)
language plpgsql as $$
begin
    return query
    with placed as materialized (
        select p.* from core.orders_place(drafts, lines, sums, sources) p
    )
    select d.ordinal,
           case when not d.same then 422
                when d.stored then r.status else p.status end,
           d.same and (d.stored or d.first <> d.ordinal),
           case when not d.same then 'idempotency_key_reused'
                when d.stored then r.problem else p.problem end,
           case when not d.same then null
                when d.stored then r.body else p.body end
    from unnest(drafts) d
    left join placed p on p.ordinal = d.first
    left join core.order_request r
           on d.stored and r.scope = d.scope and r.key = d.key
    order by d.ordinal;
end
$$;
