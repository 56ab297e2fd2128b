-- Popularity is brought up to date by a walk over the products in portions;
-- position is the last product of the walk that was looked at.

alter table core.upkeep add column position bigint not null default 0;

drop function if exists core.popularity_refresh(int);
drop function if exists api.upkeep();
