-- Cells and lines of CSV for spreadsheets, as the store writes them.

create or replace function core.csv_cell(value text, separator text)
    returns text
language sql immutable parallel safe as $$
    select case when t ~ ('["\r\n' || separator || ']') or t ~ '^\s|\s$'
                then '"' || replace(t, '"', '""') || '"'
                else t end
    from (select case when value ~ '^[=+@\t\r-]'
                           and value !~ '^-?[0-9][0-9.,]*$'
                      then '''' || value
                      else coalesce(value, '') end) as guarded (t)
$$;


create or replace function core.csv_line(cells text[], separator text)
    returns text
language sql immutable parallel safe as $$
    select string_agg(core.csv_cell(cell, separator), separator order by n)
           || E'\r\n'
    from unnest(cells) with ordinality as c (cell, n)
$$;


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
