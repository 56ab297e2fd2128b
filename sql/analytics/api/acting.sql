-- Who acts (see the one of store). Nothing here is kept by hand, so nothing
-- is recorded.

create or replace function api.acting(principal jsonb) returns jsonb
language plpgsql as $$
begin
    return principal;
end
$$;
