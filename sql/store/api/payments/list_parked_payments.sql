-- Money that a person has to look at, the oldest first: GET
-- /admin/payments/parked, for orders:write. `resolved` shows what was looked
-- at instead.

create or replace function api.list_parked_payments(
        resolved boolean, "limit" int, cursor jsonb, principal jsonb)
    returns table (id uuid, provider text, reason text, subject text,
                   payment_id uuid, order_id uuid, seen jsonb,
                   created_at timestamptz, resolved_at timestamptz,
                   resolved_by uuid, note text, _cursor jsonb)
language sql stable as $$
    select k.id, k.provider, k.reason, k.subject, k.payment_id, p.order_id,
           k.seen, k.created_at, k.resolved_at, k.resolved_by, k.note,
           jsonb_build_array(k.id)
    from core.payment_parked k
    left join core.payment p on p.id = k.payment_id
    where (k.resolved_at is not null)
          = coalesce(list_parked_payments.resolved, false)
          and (list_parked_payments.cursor is null
               or k.id > (list_parked_payments.cursor ->> 0)::uuid)
    order by k.id
    limit list_parked_payments."limit"
$$;

grant select on core.payment_parked, core.payment to store_api;
