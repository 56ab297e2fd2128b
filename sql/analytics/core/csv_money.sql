-- Minor units as a number with the decimals of its currency.

create or replace function core.csv_money(amount bigint, currency text,
                                          point text)
    returns text
language sql immutable parallel safe as $$
    select translate(round(csv_money.amount / 10::numeric ^ d.n, d.n)::text,
                     '.', csv_money.point)
    from (select case when csv_money.currency in ('JPY', 'KRW', 'CLP', 'PYG',
                                                  'VND') then 0
                      when csv_money.currency in ('KWD', 'BHD', 'JOD', 'OMR',
                                                  'TND') then 3
                      else 2 end) d(n)
$$;
