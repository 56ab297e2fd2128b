-- Cells and lines of CSV that is written: what is exported can be imported.


-- A cell. Text that a spreadsheet would run as a formula gets an apostrophe
-- in front, which core.import_cell takes off again.
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


-- A cell as it was meant; null when it is empty.
create or replace function core.import_cell(field text) returns text
language sql immutable parallel safe as $$
    select nullif(btrim(case when left(field, 1) = ''''
                                  and field ~ '^.[=+@\t\r-]'
                             then substr(field, 2) else field end), '')
$$;
