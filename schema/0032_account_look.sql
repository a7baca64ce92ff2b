-- The right to read texts unmasked goes to the roles that work on cases or may already see who reported; new cities get it with their roles.
insert into account_role_right (city, role, name, scope)
select w.city, w.role, 'text.see', w.scope from account_role_right w where w.name = 'case.work';

insert into account_role_right (city, role, name, scope)
select w.city, w.role, 'text.see', w.scope from account_role_right w where w.name = 'contact.see'
    and not exists (select 1 from account_role_right h where h.city = w.city and h.role = w.role and h.name = 'text.see');
