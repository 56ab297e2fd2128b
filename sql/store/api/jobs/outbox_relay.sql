-- Takes events out of the outbox and hands them on: to the webhooks that want
-- them, to whom a mail is due, and to analytics. Called by the job runner of
-- each worker before it looks for jobs, with whether this gateway sends mail;
-- `more` says that the outbox is not empty yet.
--
-- Handing on and forgetting that it waits are one transaction: an event is
-- handed on once. What waits is a row for each transaction that left events,
-- and as many are taken as hold `at_most`, but one at least; the order of one
-- subject is kept, because the row of its next version has a higher number and
-- cannot be there before this one. Nothing is left behind a number, for a
-- transaction may commit late. What nobody wants of an event is not even read;
-- what is wanted is read where whoever left it says that it lies, and looked for
-- by its moment if it is not there.
--
-- Plans are generic and go by the indexes: to plan for each batch anew costs
-- more than handing on a few orders, and one plan fits all.
--
-- Locks: an advisory one, so that one relays at a time; the endpoints, so that
-- none comes or goes meanwhile; the rows.

create or replace function api.outbox_relay(at_most int, mail boolean)
    returns table (more boolean)
language plpgsql security definer set search_path = core, pg_temp
    set plan_cache_mode = force_generic_plan
    set enable_seqscan = off as $$
declare
    rows    core.outbox_waiting[];
    many    bigint;
    events  core.outbox[];
begin
    if not exists (select from core.outbox_waiting)
       or not pg_try_advisory_xact_lock(hashtext('core.outbox_relay'))
    then
        return query select false;
        return;
    end if;

    with batch as materialized (
        select b.id
        from (select w.id, sum(cardinality(w.versions)) over (order by w.id)
                           - cardinality(w.versions) as before
              from (select w.id, w.versions
                    from core.outbox_waiting w
                    order by w.id
                    limit at_most) w) b
        where b.before < at_most
    ),
    gone as (
        delete from core.outbox_waiting w
        using batch b
        where w.id = b.id
        returning w
    )
    select array_agg(g.w), sum(cardinality((g.w).versions)) into rows, many
    from gone g;

    if core.webhooks_stand() or outbox_relay.mail then
        select array_agg(o.event order by d.subject, d.version) into events
        from unnest(rows) r
        cross join unnest(r.subjects, r.versions, r.places)
                       d(subject, version, place)
        cross join lateral (
            select x from core.outbox x
            where x.created_at = r.created_at and x.ctid = d.place
                  and x.subject = d.subject and x.version = d.version
            offset 0) o(event);

        if coalesce(cardinality(events), 0) < many then
            events := core.outbox_sought(rows);
        end if;

        perform core.webhooks_put(events);
    end if;

    perform core.sales_put(array(
        select s from unnest(rows) r, unnest(r.subjects) s
        where s like '________-____-____-____-____________'));

    if outbox_relay.mail then
        perform core.order_mails_put(events);
    end if;

    return query select many >= at_most;
end
$$;
