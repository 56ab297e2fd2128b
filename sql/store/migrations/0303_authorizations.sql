-- The hold that a provider keeps on money which staff capture later, where that
-- has an id of its own (PayPal).

alter table core.payment
    add column authorization_reference text
        check (length(authorization_reference) <= 255);

alter type core.payment_work add attribute authorization_reference text;
