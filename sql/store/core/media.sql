-- Pictures in files, and the addresses of products that name them.


-- Where a picture is served, and its name in such an address.

create or replace function core.media_url(name text) returns text
language sql immutable as $$
    select '/media/files/' || left(name, 2) || '/' || name
$$;

create or replace function core.media_name(url text) returns text
language sql immutable as $$
    select substring(url from '^/media/files/../([^/]+)$')
$$;


-- An address of ours must be one of a picture that is there and stays; those
-- that come to be shown, or cease to, begin another day.
--
-- Raises: CM422 unknown_picture.
-- Locks: the pictures, in order of name; after the products.

create or replace function core.media_shown(urls text[]) returns void
language plpgsql set search_path = core, pg_temp as $$
begin
    with seen as (
        update core.media m set touched_at = now()
        from (select l.name from core.media l
              where l.name in (select core.media_name(u)
                               from unnest(urls) u)
              order by l.name for no key update) locked
        where m.name = locked.name and m.condemned_at is null
        returning core.media_url(m.name) as url
    )
    select array_agg(distinct u) into urls
    from unnest(urls) u
    where u like '/media/files/%' and u not in (select s.url from seen s);

    if urls is not null then
        perform core.fail('unknown_picture', 422,
                          jsonb_build_object('urls', urls));
    end if;
end
$$;


create or replace function core.media_of_images() returns trigger
language plpgsql set search_path = core, pg_temp as $$
declare
    urls  text[];
begin
    if tg_op <> 'INSERT' then
        update core.media m set touched_at = now()
        from (select l.name from core.media l
              where l.name in (select core.media_name(o.url) from old_rows o
                               where o.url like '/media/files/%')
              order by l.name for no key update) locked
        where m.name = locked.name;
    end if;

    if tg_op <> 'DELETE' then
        select array_agg(distinct n.url) into urls from new_rows n
        where n.url like '/media/files/%';

        if urls is not null then
            perform core.media_shown(urls);
        end if;
    end if;

    return null;
end
$$;


create or replace trigger media_inserted after insert on core.product_image
    referencing new table as new_rows
    for each statement execute function core.media_of_images();

create or replace trigger media_updated after update on core.product_image
    referencing old table as old_rows new table as new_rows
    for each statement execute function core.media_of_images();

create or replace trigger media_deleted after delete on core.product_image
    referencing old table as old_rows
    for each statement execute function core.media_of_images();
