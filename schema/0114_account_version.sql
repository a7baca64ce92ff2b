-- People as a noun: how often what is known of somebody has changed, posts included, and since when an account is closed.
alter table account_person add column version bigint not null default 1;
alter table account_person add column closed_at bigint not null default 0;  -- 0: it is open
update account_person set closed_at = coalesce((select max(e.at) from ledger_entry e where e.city = account_person.city and e.kind = 'person'
        and e.subject = account_person.id and e.verb = 'account.active'), made_at)
    where not active;
