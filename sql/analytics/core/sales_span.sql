-- What is asked for: from day to day, both counted, the last 30 days of the
-- shop's clock if nothing is said, in one currency.
--
-- Raises: CM400 invalid_parameter when there is no such span, or one of more
-- than ten years.

create or replace function core.sales_span("from" date, "to" date,
                                           currency text)
    returns table (first date, last date, unit text)
language plpgsql stable as $$
begin
    last := coalesce(sales_span."to", greatest(core.shop_day(now()),
                                               sales_span."from"));
    first := coalesce(sales_span."from", last - 29);

    if first > last or last - first > 3660 then
        perform core.fail('invalid_parameter', 400, jsonb_build_object(
            'errors', jsonb_build_array(jsonb_build_object(
                'pointer', 'from', 'code', 'invalid_parameter'))));
    end if;

    unit := coalesce(sales_span.currency,
                     (select s.value from core.setting s
                      where s.key = 'currency'));
    return next;
end
$$;


-- The first day of the day, week (from Monday) or month that a day is in; of
-- the span itself for `total`.

create or replace function core.sales_period(granularity text, day date,
                                             first date)
    returns date
language sql immutable as $$
    select case sales_period.granularity
           when 'total' then sales_period.first
           else date_trunc(sales_period.granularity, sales_period.day)::date
           end
$$;
