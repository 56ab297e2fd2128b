-- Cells of import files as values. All of these answer null for what they
-- cannot read; the caller says which column and line it was.


-- A number as people and programs write it: '1.234,56', 'R$ 19,90', '£2.55',
-- '1,234.56'. mark says what a lone comma or point means: comma, point or
-- auto. '1.234' is both 1234 and 1.234, so with auto it is ambiguous unless
-- its whole part is 0.
create or replace function core.import_number(cell text, mark text,
                                              out value numeric,
                                              out marked boolean,
                                              out problem text)
language plpgsql immutable parallel safe as $$
declare
    t       text := translate(cell, E' \t\u00A0\u202F''R$US€£¥', '');
    comma   int := strpos(reverse(t), ',');   -- places from the end, 0: none
    point   int := strpos(reverse(t), '.');
    commas  int := length(t) - length(replace(t, ',', ''));
    points  int := length(t) - length(replace(t, '.', ''));
begin
    marked := false;

    if t !~ '^-?[0-9]([0-9.,]{0,24}[0-9])?$' then
        problem := 'not_a_number';
        return;
    end if;

    if mark = 'auto' then
        if commas > 0 and points > 0 then
            mark := case when comma < point then 'comma' else 'point' end;

        elsif commas + points = 1
              and greatest(comma, point) = 4 and t !~ '^-?0'
        then
            problem := 'ambiguous_number';
            return;

        elsif commas + points = 1 then
            mark := case when commas = 1 then 'comma' else 'point' end;

        else
            -- several of one kind, or none: thousands
            mark := case when commas > 0 then 'point' else 'comma' end;
        end if;
    end if;

    if mark = 'comma' then
        t := replace(replace(t, '.', ''), ',', '.');
    else
        t := replace(t, ',', '');
    end if;

    if length(t) - length(replace(t, '.', '')) > 1 then
        problem := 'not_a_number';
        return;
    end if;

    marked := strpos(t, '.') > 0;
    value := t::numeric;
end
$$;


-- A price in minor units. scale is the number of decimals that make a minor
-- unit (2: 19.99 is 1999); 0: cells are minor units already; null: taken as 2,
-- but only where a mark shows that the cell is not in minor units.
create or replace function core.import_amount(cell text, mark text, scale int,
                                              out amount bigint,
                                              out problem text)
language plpgsql immutable parallel safe as $$
declare
    n  record;
    v  numeric;
begin
    if cell is null then
        return;
    end if;

    n := core.import_number(cell, mark);
    problem := case
        when n.problem is not null then n.problem
        when scale is null and not n.marked then 'price_scale_required'
        when scale = 0 and n.marked then 'not_minor_units'
        end;

    if problem is not null then
        return;
    end if;

    v := n.value * 10 ^ coalesce(scale, 2);

    if v <> trunc(v) then
        problem := 'too_many_decimals';
    elsif v not between 0 and 9007199254740991 then
        problem := 'out_of_range';
    else
        amount := v::bigint;
    end if;
end
$$;


create or replace function core.import_boolean(cell text) returns boolean
language sql immutable parallel safe as $$
    select case when lower(cell) in ('sim', 's', 'yes', 'y', 'true', 't', '1')
                then true
                when lower(cell) in ('não', 'nao', 'n', 'no', 'false', 'f',
                                     '0')
                then false end
$$;


create or replace function core.import_status(cell text) returns text
language sql immutable parallel safe as $$
    select case when lower(cell) in ('active', 'ativo', 'publicado',
                                     'published') then 'active'
                when lower(cell) in ('draft', 'rascunho') then 'draft'
                when lower(cell) in ('archived', 'arquivado', 'inativo')
                then 'archived' end
$$;


-- A whole number of 0 to 999,999,999.
create or replace function core.import_count(cell text) returns bigint
language sql immutable parallel safe as $$
    select case when cell ~ '^[0-9]{1,9}([.,]0+)?$'
                then (regexp_match(cell, '^[0-9]+'))[1]::bigint end
$$;


-- 'Casa > Mesa | Ofertas' as {'Casa > Mesa','Ofertas'}.
create or replace function core.import_paths(cell text) returns text[]
language sql immutable parallel safe as $$
    select case when bool_and(path ~ '^[^>]{1,120}( > [^>]{1,120}){0,9}$')
                then array_agg(distinct path) end
    from (select regexp_replace(btrim(part), '\s*>\s*', ' > ', 'g')
          from regexp_split_to_table(cell, '\|') part) given (path)
$$;


-- An attribute as a cell, and a cell as an attribute: lists are joined by |.
create or replace function core.import_attribute_cell(value jsonb)
    returns text
language sql immutable parallel safe as $$
    select case jsonb_typeof(value)
           when 'array' then (select string_agg(item #>> '{}', '|'
                                                order by n)
                              from jsonb_array_elements(value)
                                   with ordinality as e (item, n))
           else value #>> '{}' end
$$;


create or replace function core.import_attribute(cell text) returns jsonb
language sql immutable parallel safe as $$
    select case when strpos(cell, '|') > 0
                then to_jsonb(string_to_array(cell, '|'))
                else to_jsonb(cell) end
$$;


-- What given cells (text by name) change in attributes; the others stay.
create or replace function core.import_attributes(current jsonb, given jsonb)
    returns jsonb
language sql immutable parallel safe as $$
    select current || coalesce(jsonb_object_agg(g.key,
                                   core.import_attribute(g.value))
                      filter (where core.import_attribute_cell(
                                        current -> g.key)
                                    is distinct from g.value), '{}')
    from jsonb_each_text(coalesce(given, '{}')) g
$$;
