-- What mail says: amounts as people read them, the data of templates
-- (conf/mail/).


-- R$ 1.999,00 or R$1,999.00; by the decimals of the currency.

create or replace function core.money_shown(amount bigint, currency text,
                                            language text)
    returns text
language sql immutable parallel safe as $$
    select case when amount < 0 then '-' else '' end
           || coalesce(s.sign, currency || ' ')
           || case when s.sign is not null and language <> 'en'
              then ' ' else '' end
           || case when language = 'en' then t.digits
              else translate(t.digits, ',.', '.,') end
    from (select case currency when 'BRL' then 'R$' when 'USD' then '$'
                 when 'EUR' then '€' when 'GBP' then '£' end as sign,
                 case when currency in ('JPY', 'KRW', 'CLP', 'PYG', 'VND')
                      then 0
                      when currency in ('KWD', 'BHD', 'JOD', 'OMR', 'TND')
                      then 3 else 2 end as decimals) s
    cross join lateral (
        select to_char(abs(amount) / power(10::numeric, s.decimals),
                       'FM999,999,999,999,990'
                       || case s.decimals when 0 then ''
                          else '.' || repeat('0', s.decimals) end)) t(digits)
$$;


create or replace function core.order_mail_data(o core.orders, language text)
    returns jsonb
language sql stable as $$
    select jsonb_build_object(
        'order_id', o.id, 'number', o.number, 'name', o.name,
        -- A guest has no account: the page of tracking asks for his address.
        'path', case when o.customer_id is null
                then '/rastreio?pedido=' || o.number
                else '/conta/pedidos/' || o.id end,
        'items', (select jsonb_agg(jsonb_build_object(
                      'name', i.name, 'sku', i.sku, 'quantity', i.quantity,
                      'total', core.money_shown(i.total, o.currency,
                                                language))
                      order by i.position)
                  from core.order_item i where i.order_id = o.id),
        'subtotal', core.money_shown(o.subtotal, o.currency, language),
        'discount', case when o.discount_total > 0 then core.money_shown(
            -o.discount_total, o.currency, language) end,
        'shipping', case when o.shipping_total > 0 then core.money_shown(
            o.shipping_total, o.currency, language) end,
        'tax', case when o.tax_total > 0 then core.money_shown(
            o.tax_total, o.currency, language) end,
        'total', core.money_shown(o.total, o.currency, language),
        'payment_method', o.payment_method,
        'carrier', o.tracking ->> 'carrier',
        'tracking_code', o.tracking ->> 'tracking_code',
        'tracking_url', case when o.tracking ->> 'tracking_url'
                                  ~ '^https?://'
                        then o.tracking ->> 'tracking_url' end)
$$;


-- Which message an event is worth, as setting mail.orders names them; null:
-- none. Parcels and refunds speak for themselves: an order that is shipped or
-- refunded thereby says nothing more.
create or replace function core.mail_about(e core.outbox) returns text
language sql stable as $$
    select case
        when e.type = 'fulfilment.created' then 'order.shipped'
        when e.type = 'refund.succeeded' then 'order.refunded'
        when e.type in ('order.created', 'order.paid', 'order.delivered',
                        'order.canceled', 'order.reduced', 'order.edited')
             then e.type
        when e.type in ('order.refunded', 'order.partially_refunded')
             and not exists (select from core.refund r
                             where r.order_id = e.subject::uuid)
             then 'order.refunded' end
$$;


-- What is said of a refund: how much, and whether it is all of the order.
create or replace function core.refund_mail_data(e core.outbox,
                                                 o core.orders,
                                                 language text)
    returns jsonb
language sql stable as $$
    select jsonb_build_object(
        'amount', core.money_shown(r.amount, o.currency, language),
        'partially', case when r.amount is null
                     then e.type = 'order.partially_refunded'
                     else r.amount < o.total end)
    from (select (e.data::json #>> '{refund,amount,amount}')::bigint) r(amount)
$$;


-- What is said of a parcel in the place of the whole order.
create or replace function core.parcel_mail_data(parcel json) returns jsonb
language sql stable as $$
    select jsonb_build_object(
        'items', (select jsonb_agg(jsonb_build_object(
                      'name', i ->> 'name', 'quantity', i -> 'quantity'))
                  from json_array_elements(parcel -> 'items') i),
        'carrier', parcel ->> 'carrier',
        'tracking_code', parcel ->> 'tracking_code',
        'tracking_url', case when parcel ->> 'tracking_url' ~ '^https?://'
                        then parcel ->> 'tracking_url' end)
    where parcel is not null
$$;


-- Messages to the buyers of orders that something happened to, in a line for
-- each order: when a parcel leaves, one for each. Orders that are entered
-- afterwards say nothing.

create or replace function core.order_mails_put(events core.outbox[])
    returns void
language plpgsql as $$
declare
    wanted  jsonb := (select s.value from core.setting s
                      where s.key = 'mail.orders');
    tongue  text := (select s.value #>> '{}' from core.setting s
                     where s.key = 'mail.language');
    jobs    jsonb;
begin
    select jsonb_agg(jsonb_build_object(
               'kind', 'mail', 'line', 'mail:' || o.id, 'ordinal', e.version,
               'payload', jsonb_build_object(
                   'to', o.email, 'language', tongue,
                   'template', translate(m.about, '.', '_'),
                   'data', core.order_mail_data(o, tongue)
                           || coalesce(core.parcel_mail_data(
                                  e.data::json -> 'fulfilment'), '{}')
                           || core.refund_mail_data(e, o, tongue)
                           || case e.type when 'order.reduced'
                              then core.reduced_mail_data(h.data, o, tongue)
                              when 'order.edited'
                              then core.edited_mail_data(h.data, o, tongue)
                              else '{}' end
                           || jsonb_build_object(
                                'expired', h.data ->> 'reason' = 'expired'))))
    into jobs
    from unnest(events) e
    cross join lateral (select core.mail_about(e)) m(about)
    join core.orders o on o.id = case when m.about is not null
                                 then e.subject::uuid end
    left join core.order_event h
           on h.order_id = o.id and h.version = e.version
    where wanted ? m.about and o.email is not null and o.kind = 'sale'
          and o.placed_at > e.created_at - case e.type
              when 'order.created' then interval '1 hour'
              else interval '1 year' end;

    if jobs is not null then
        perform core.job_put_in_line(jobs);
    end if;
end
$$;
