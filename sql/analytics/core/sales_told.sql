-- Orders as the store tells them (api.sales_facts there), each once and at its
-- last version, with the days that their moments fall on by the clock of the
-- shop; beside each what it counted for until now, if it did. What is known by
-- this version or a later one is left out.

create or replace function core.sales_told(facts jsonb, timezone text)
    returns table (sale core.sale, known core.sale)
language sql stable as $$
    select row(f.id, f.version, (f.at at time zone timezone)::date, f.kind,
               f.canceled, f.currency, f.customer, f.region, f.pieces,
               f.gross, f.discount, f.shipping, f.tax, f.tax_included,
               f.total, f.lines,
               case when f.returns = '[]' then f.returns else (
                   select jsonb_agg(jsonb_build_object(
                              'day', (r.at at time zone timezone)::date,
                              'amount', r.amount) order by r.n)
                   from rows from (jsonb_to_recordset(f.returns)
                                   as (at timestamptz, amount bigint))
                        with ordinality as r(at, amount, n)) end)::core.sale,
           s
    from (select distinct on (e.id) e.*
          from jsonb_to_recordset(sales_told.facts)
               as e(id uuid, version bigint, at timestamptz, kind text,
                    canceled boolean, currency text, customer text,
                    region text, pieces bigint, gross bigint,
                    discount bigint, shipping bigint, tax bigint,
                    tax_included bigint, total bigint, lines jsonb,
                    returns jsonb)
          order by e.id, e.version desc) f
    left join core.sale s on s.order_id = f.id
    where s.version is null or s.version < f.version
$$;
