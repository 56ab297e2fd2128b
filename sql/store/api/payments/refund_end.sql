-- What the provider said of a refund; last step of POST /orders/{id}/refunds.
-- `seen` is {status, reference, error}, null when nothing is known yet: its
-- job asks again. Answers the refund as it stands, and lets the payment go.
--
-- Locks: the order, the payment, then stock levels in key order.

create or replace function api.refund_end(payment_id uuid, refund_id uuid,
                                          seen jsonb)
    returns table (_status int, _location text, _body jsonb)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    p  core.payment;
begin
    p := core.payment_lock(refund_end.payment_id);

    if refund_end.seen is not null then
        perform core.refund_see(refund_end.refund_id, refund_end.seen);
    end if;

    perform core.payment_let_go(p.id);

    return query
    select 201, '/api/v1/orders/' || r.order_id || '/refunds',
           core.refund_document(r)
    from core.refund r
    where r.id = refund_end.refund_id;
end
$$;
