-- The day that a moment falls on, by the clock of the shop.

create or replace function core.shop_day(at timestamptz) returns date
language sql stable as $$
    select (shop_day.at at time zone s.value)::date
    from core.setting s
    where s.key = 'timezone'
$$;

grant select on core.setting to analytics_api;
