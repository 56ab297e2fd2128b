-- Does not want to hear of it any more: DELETE /stock-notices/{id}, for whoever
-- knows the id. One that was told or taken back is no error.

create or replace function api.delete_stock_notice(id uuid)
    returns void
language plpgsql security definer set search_path = core, pg_temp as $$
begin
    delete from core.stock_notice n
    where n.id = delete_stock_notice.id and n.told_at is null;
end
$$;
