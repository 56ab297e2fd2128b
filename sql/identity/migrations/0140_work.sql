-- Gateways hear of mail as soon as it is there; not of what is in it.

create publication commerce_work for table core.mail_outbox (id)
    with (publish = 'insert');
