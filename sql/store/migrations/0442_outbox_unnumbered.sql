-- Events are known by subject and version; a number of their own told nothing.

alter table core.outbox drop column seq;

drop sequence core.outbox_seq;
