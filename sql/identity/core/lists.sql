-- Pages of users: list_users and list_customers are this with other filters.
--
-- Filters that were not given do not appear in the statement, so each
-- combination has a plan of its own. Order and comparison come from a
-- whitelist; values are parameters. The few rows of a search are asked for
-- their roles one by one; without a search a role leads to its users.

create or replace function core.like_pattern(q text) returns text
language sql immutable as $$
    select '%' || regexp_replace(core.fold(q), '([\\%_])', '\\\1', 'g')
           || '%'
$$;


create or replace function core.user_filter(q text, role text,
                                            active boolean)
    returns text
language sql immutable as $$
    select concat_ws(' and ', 'true',
        case when q is not null then
            $q$core.fold(c.name || ' ' || c.email)
               like core.like_pattern($1)$q$ end,
        case when role is null then null
             when q is not null then '$2 = any (c.roles)'
             else $q$exists (select from core.user_role r
                             where r.user_id = c.id and r.role = $2)$q$ end,
        case when active is not null then 'c.active = $3' end)
$$;


-- Rows in order with the values to go on from, and the count that was asked
-- for: exact, or estimated up to ten thousand.

create or replace function core.user_page(q text, role text, active boolean,
                                          "limit" int, cursor jsonb,
                                          count text, sort text[])
    returns table (id uuid, name text, email text, roles text[],
                   enabled boolean, email_confirmed boolean, phone text,
                   tax_id text, reference text, version bigint,
                   created_at timestamptz, updated_at timestamptz,
                   last_login_at timestamptz, _cursor jsonb, _total bigint)
language plpgsql stable as $$
#variable_conflict use_column
declare
    wanted    text := coalesce(user_page.sort[1], '-created_at');
    direction text := case when wanted like '-%' then 'desc' else 'asc' end;
    compare   text := case when wanted like '-%' then '<' else '>' end;
    key       text := case ltrim(wanted, '-')
                      when 'name' then 'lower(c.name)'
                      when 'email' then 'lower(c.email)' end;
    filter    text := core.user_filter(user_page.q, user_page.role,
                                       user_page.active);
    total     bigint;
begin
    if user_page.count = 'exact' then
        execute 'select count(*) from core.user_card c where ' || filter
        into total using user_page.q, user_page.role, user_page.active;

    elsif user_page.count = 'estimated' then
        execute 'select count(*) from (select from core.user_card c where '
                || filter || ' limit 10000) t'
        into total using user_page.q, user_page.role, user_page.active;
    end if;

    return query execute format(
        'select c.*, %1$s, $4 from core.user_card c where %2$s %3$s '
        'order by %4$s limit $5',
        case when key is null then 'jsonb_build_array(c.id)'
             else format('jsonb_build_array(%s, c.id)', key) end,
        filter,
        case when user_page.cursor is null then ''
             when key is null then
                 format('and c.id %s ($6 ->> 0)::uuid', compare)
             else format('and (%s, c.id) %s ($6 ->> 0, ($6 ->> 1)::uuid)',
                         key, compare) end,
        case when key is null then 'c.id ' || direction
             else format('%1$s %2$s, c.id %2$s', key, direction) end)
    using user_page.q, user_page.role, user_page.active, total,
          user_page."limit", user_page.cursor;
end
$$;
