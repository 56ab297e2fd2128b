-- Cells and lines of CSV that is written: what is exported can be imported.


-- Text that a spreadsheet would run as a formula gets an apostrophe in front,
-- which core.import_cell takes off again. Numbers are left as they are.
create or replace function core.csv_guard(value text) returns text
language sql immutable parallel safe as $$
    select case when value ~ '^[=+@\t\r-]'
                     and value !~ '^-?[0-9][0-9.,]*$'
                then '''' || value else value end
$$;


create or replace function core.csv_cell(value text, separator text)
    returns text
language sql immutable parallel safe as $$
    select case when t ~ ('["\r\n' || separator || ']') or t ~ '^\s|\s$'
                then '"' || replace(t, '"', '""') || '"'
                else t end
    from coalesce(core.csv_guard(value), '') t
$$;


create or replace function core.csv_line(cells text[], separator text)
    returns text
language sql immutable parallel safe as $$
    select string_agg(core.csv_cell(cell, separator), separator order by n)
           || E'\r\n'
    from unnest(cells) with ordinality as c (cell, n)
$$;


-- The plan of a file (conf/contract/README.md, `_stream`): names of columns,
-- the expressions that give them, and where they come from, in order. What
-- begins with a word of core. is a value that needs no guard.
create or replace function core.csv_plan(names text[], cells text[],
                                         source text, separator text)
    returns table (head text, copy text)
language sql stable as $$
    select core.csv_line(csv_plan.names, csv_plan.separator),
           format('copy (select %s %s) to stdout (format csv, delimiter %L)',
                  array_to_string(csv_plan.cells, ', '), csv_plan.source,
                  csv_plan.separator)
$$;
