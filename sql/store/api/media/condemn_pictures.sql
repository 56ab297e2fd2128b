-- Pictures whose files are to be deleted: what no product shows and nobody
-- touched for a day, and what was condemned before and is still there. For the
-- job media_forget; api.forget_pictures() ends it.
--
-- Locks: the pictures. One that is being put on a product is waited for, and
-- was touched then.

create or replace function api.condemn_pictures(many int)
    returns table (name text)
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    update core.media m set condemned_at = now()
    where m.name in (select c.name from core.media c
                     where c.condemned_at is null
                           and c.touched_at < now() - interval '1 day'
                           and not exists (
                               select from core.product_image i
                               where i.url = core.media_url(c.name)
                                     and i.url like '/media/files/%')
                     order by c.touched_at limit many)
          and m.condemned_at is null
          and m.touched_at < now() - interval '1 day';

    return query
    select m.name from core.media m
    where m.condemned_at is not null
    order by m.name limit many;
end
$$;
