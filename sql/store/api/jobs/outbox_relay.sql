-- Takes events out of the outbox and hands them on: to the webhooks that want
-- them, to whom a mail is due, and to analytics. Called by the job runner of
-- each worker before it looks for jobs, with whether this gateway sends mail;
-- `more` says that the outbox is not empty yet.
--
-- Handing on and marking are one transaction: an event is handed on once. By
-- subject and version, for a transaction may commit late, and the numbers of a
-- sequence say nothing about order; the order of one subject is kept, because
-- its next version cannot be there before this one.
--
-- Locks: an advisory one, so that one relays at a time; the rows.

create or replace function api.outbox_relay(at_most int, mail boolean)
    returns table (more boolean)
language plpgsql security definer set search_path = core, pg_temp as $$
declare
    events  core.outbox[];
begin
    if not exists (select from core.outbox o where o.published_at is null)
       or not pg_try_advisory_xact_lock(hashtext('core.outbox_relay'))
    then
        return query select false;
        return;
    end if;

    with batch as materialized (
        select o.subject, o.version, o.created_at
        from core.outbox o
        where o.published_at is null
        order by o.subject, o.version
        limit at_most
    ),
    gone as (
        update core.outbox o set published_at = now()
        from batch b
        where o.created_at = b.created_at and o.subject = b.subject
              and o.version = b.version and o.published_at is null
        returning o
    )
    select array_agg(g.o order by (g.o).subject, (g.o).version)
    into events
    from gone g;

    perform core.webhooks_put(events);
    perform core.sales_put(array(
        select distinct e.subject::uuid from unnest(events) e
        where e.type like 'order.%'));

    if outbox_relay.mail then
        perform core.order_mails_put(events);
    end if;

    return query select coalesce(cardinality(events), 0) >= at_most;
end
$$;
