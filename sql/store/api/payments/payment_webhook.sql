-- An event of a provider whose signature was checked: {provider, id, type,
-- live, expected_live, payment_id, reference, capture_reference, look,
-- refund_id, refund, seen}. `seen` is what it says of the payment
-- (core.payment_see), `refund` the same of the refund, `look` that the
-- provider is to be asked instead; without them it says nothing that we
-- follow.
--
-- Each event has its effect once: its row and the effect are one transaction.
-- What fits nowhere is parked, and the provider is told all is well.
-- Locks: the event, the order, the payment, then stock levels in key order.

create or replace function api.payment_webhook(event jsonb)
    returns table (outcome text, payment_id uuid)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    e        jsonb := payment_webhook.event;
    p        core.payment;
    outcome  text := 'ignored';
begin
    -- two deliveries of one event take turns

    perform pg_advisory_xact_lock(hashtextextended(
        (e ->> 'provider') || ' ' || (e ->> 'id'), 2));

    if exists (select from core.payment_event v
               where v.provider = e ->> 'provider'
                     and v.event_id = e ->> 'id')
    then
        return query select 'duplicate', null::uuid;
        return;
    end if;

    if e -> 'seen' <> 'null' or e -> 'refund' <> 'null'
       or e -> 'look' = 'true'
    then
        p := core.payment_lock(core.payment_meant(e));

        if p.id is null then
            perform core.payment_park(e ->> 'provider', 'unknown_payment',
                                      e ->> 'id', null, e);
            outcome := 'parked';

        elsif (e ->> 'live')::boolean <> (e ->> 'expected_live')::boolean then
            perform core.payment_park(p.provider, 'livemode_mismatch',
                                      p.id::text, p.id, e);
            outcome := 'parked';

        else
            if e -> 'seen' <> 'null' then
                outcome := core.payment_see(p, e -> 'seen');
            end if;

            if e -> 'refund' <> 'null' then
                perform core.refund_see(core.uuid_or_null(
                                            e ->> 'refund_id'),
                                        e -> 'refund');
                outcome := 'applied';
            end if;

            if e -> 'look' = 'true' then
                update core.payment q set look = true where q.id = p.id;
                perform core.payment_later(p.id);
                outcome := 'applied';
            end if;
        end if;
    end if;

    insert into core.payment_event (provider, event_id, type, payment_id,
                                    outcome, seen)
    values (e ->> 'provider', e ->> 'id', left(e ->> 'type', 200), p.id,
            outcome, nullif(e -> 'seen', 'null'));

    return query select outcome, p.id;
end
$$;

