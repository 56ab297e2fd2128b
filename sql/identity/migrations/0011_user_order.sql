-- Users in the order of their e-mails, page by page.

create index users_email on core.users (lower(email), id)
    where erased_at is null;
