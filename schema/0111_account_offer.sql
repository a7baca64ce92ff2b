-- The rights and roles a city has been offered: each reaches its roles once, and what an administrator takes away afterwards stays away.
create table account_offer (
    city bigint not null,
    name {{key}} not null, -- of the right or role
    primary key (city, name)
);

-- Cities that stand have had all that was known when this began.
insert into account_offer (city, name)
select o.city, k.name from (select distinct city from account_role) o cross join (
    select 'case.see' as name union all select 'case.open' union all select 'case.accept' union all select 'case.work' union all select 'case.answer'
    union all select 'case.revisit' union all select 'case.backdate' union all select 'contact.see' union all select 'text.see'
    union all select 'whistle.blow' union all select 'whistle.report_in' union all select 'triage.task' union all select 'triage.train'
    union all select 'place.edit' union all select 'body.edit' union all select 'catalog.edit' union all select 'account.edit' union all select 'account.see'
) k;

insert into account_offer (city, name) select city, role from account_role;
