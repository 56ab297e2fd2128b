-- The header of an import file.


-- What headers are compared by: letters and digits without case or accents.
create or replace function core.import_header_key(header text) returns text
language sql immutable parallel safe as $$
    select regexp_replace(core.fold(header), '[^a-z0-9]+', '', 'g')
$$;


-- Each column with what it means: a target of core.import_column, 'attr' or
-- 'option' with a name (attr:cor, opcao:tamanho), 'note' (columns of a file
-- of errors, import_*), or null: unknown.
create or replace function core.import_map(columns text[], format text)
    returns table (place int, header text, target text, name text)
language sql stable as $$
    select c.n::int, c.header,
           case when k.part[1] ~* '^(attr|atributo)$' then 'attr'
                when k.part[1] is not null then 'option'
                when lower(c.header) like 'import\_%' then 'note'
                else a.target end,
           k.part[2]
    from unnest(import_map.columns) with ordinality as c (header, n)
    cross join lateral (
        select case when format = 'products' then
               regexp_match(btrim(c.header), '^(attr|atributo|option|'
                            'opcao|opção) ?: ?(.{1,60})$', 'i')
               end) as k (part)
    left join core.import_column a
           on a.format = import_map.format
              and a.alias = core.import_header_key(c.header)
    order by c.n
$$;


-- Refuses a header that cannot be meant.
create or replace function core.import_check_header(columns text[],
                                                    format text,
                                                    ignore_unknown boolean)
    returns void
language plpgsql stable as $$
declare
    unknown  text[];
    doubled  text;
    missing  text;
begin
    select array_agg(m.header order by m.place) into unknown
    from core.import_map(columns, format) m
    where m.target is null;

    if unknown is not null and not ignore_unknown then
        perform core.fail('unknown_column', 422,
                          jsonb_build_object('columns', to_jsonb(unknown)));
    end if;

    select m.target into doubled
    from core.import_map(columns, format) m
    where m.target <> 'note'
    group by m.target, m.name having count(*) > 1
    limit 1;

    if found then
        perform core.fail('duplicate_column', 422,
                          jsonb_build_object('column', doubled));
    end if;

    select need into missing
    from unnest(case format
                when 'products' then array['sku']
                else array['invoice', 'sku', 'description', 'quantity',
                           'date', 'price', 'customer'] end) need
    where need not in (select m.target
                       from core.import_map(columns, format) m
                       where m.target is not null);

    if found then
        perform core.fail('missing_column', 422,
                          jsonb_build_object('column', missing));
    end if;
end
$$;


-- The cells of staged rows as columns of text, one for each target: the
-- text of a subquery over core.import_row r. Empty cells are null.
create or replace function core.import_cells(i core.import) returns text
language sql stable as $$
    with map as (
        select m.target, m.name,
               format('core.import_cell(r.fields[%s])', m.place) as cell
        from core.import_map(i.columns, i.format) m
    ),
    wanted as (
        select target from unnest(case i.format
            when 'products' then array['sku', 'product', 'name',
                'description', 'price', 'currency', 'category', 'stock',
                'status', 'variant', 'tax_class', 'weight', 'active']
            else array['invoice', 'sku', 'description', 'quantity', 'date',
                'price', 'customer'] end) target
    ),
    bags (target) as (values ('attr'), ('option'))
    select 'select r.line, r.fields, r.problem, '
           || (select string_agg(format('%s as %I',
                                        coalesce(m.cell, 'null::text'),
                                        w.target), ', ')
               from wanted w left join map m on m.target = w.target)
           || (select string_agg(format(', %s as %I', coalesce(l.cell,
                                        'null::jsonb'), b.target || 's'), '')
               from bags b
               cross join lateral (
                   select 'nullif(jsonb_strip_nulls(jsonb_object(array['
                          || string_agg(quote_literal(m.name), ', ')
                          || '], array[' || string_agg(m.cell, ', ')
                          || '])), ''{}'')'
                   from map m where m.target = b.target) l (cell))
           || ' from core.import_row r where r.import_id = '
           || quote_literal(i.id)
$$;


-- A cell as it was meant, without what core.csv_guard put in front; null when
-- it is empty.
create or replace function core.import_cell(field text) returns text
language sql immutable parallel safe as $$
    select nullif(btrim(case when left(field, 1) = ''''
                                  and field ~ '^.[=+@\t\r-]'
                             then substr(field, 2) else field end), '')
$$;
