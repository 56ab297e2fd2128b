-- Gateways hear of work as soon as it is there: of events that wait in the
-- outbox and of new jobs, of which no answer is made. Nothing but that they
-- are there is sent.

create publication commerce_work
    for table core.job (id), core.outbox_waiting (version)
    with (publish = 'insert');
