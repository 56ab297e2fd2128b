-- Mail that is sent: who has it in hand, when it is tried next, when it was
-- given up. due_at is the end of the lease of what is in hand.

alter table core.mail_outbox
    add due_at       timestamptz not null default now(),
    add lease        uuid,
    add given_up_at  timestamptz;

drop index core.mail_outbox_pending;

create index mail_outbox_due on core.mail_outbox (due_at)
    where sent_at is null and given_up_at is null and recipient is not null;

create index mail_outbox_age on core.mail_outbox (created_at);
