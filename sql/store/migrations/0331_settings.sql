-- Settings are changed over the API, too: whoever is late must learn of it.

alter table core.setting add column version bigint not null default 1;
