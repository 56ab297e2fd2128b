-- Takes events out of the outbox and hands them on: to the webhooks that want
-- them, to whom a mail is due, and to analytics. Called by the job runner of
-- each worker before it looks for jobs, with whether this gateway sends mail;
-- `more` says that the outbox is not empty yet.
--
-- Handing on and forgetting that it waits are one transaction: an event is
-- handed on once. By subject and version, for a transaction may commit late,
-- and the numbers of a sequence say nothing about order; the order of one
-- subject is kept, because its next version cannot be there before this one.
-- What nobody wants of an event is not even read.
--
-- Locks: an advisory one, so that one relays at a time; the endpoints, so that
-- none comes or goes meanwhile; the rows.

create or replace function api.outbox_relay(at_most int, mail boolean)
    returns table (more boolean)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    due     core.outbox_waiting[];
    events  core.outbox[];
begin
    if not exists (select from core.outbox_waiting)
       or not pg_try_advisory_xact_lock(hashtext('core.outbox_relay'))
    then
        return query select false;
        return;
    end if;

    with batch as materialized (
        select w.subject, w.version
        from core.outbox_waiting w
        order by w.subject, w.version
        limit at_most
    ),
    gone as (
        delete from core.outbox_waiting w
        using batch b
        where w.subject = b.subject and w.version = b.version
        returning w
    )
    select array_agg(g.w) into due from gone g;

    if core.webhooks_stand() or outbox_relay.mail then
        select array_agg(o order by o.subject, o.version) into events
        from unnest(due) d
        join core.outbox o on o.created_at = d.created_at
                          and o.subject = d.subject
                          and o.version = d.version;

        perform core.webhooks_put(events);
    end if;

    perform core.sales_put(array(
        select distinct d.subject::uuid from unnest(due) d
        where d.subject ~ '^[0-9a-f]{8}-'));

    if outbox_relay.mail then
        perform core.order_mails_put(events);
    end if;

    return query select coalesce(cardinality(due), 0) >= at_most;
end
$$;
