-- A hint that comes while somebody asks the provider is not answered by that,
-- and one whose question failed is not answered at all: whoever talks takes
-- the hint along (looking), and puts it back if nothing came of it.

alter table core.payment
    add column looking boolean not null default false;

comment on column core.payment.looking is
    'Whoever talks to the provider asks because of a hint.';
