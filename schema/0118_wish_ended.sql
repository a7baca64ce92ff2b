-- Whom a wish was for is forgotten at its end; so it is for those that ended before.
update wish set contact = substr(contact, 1, 0) where status in ('thanked', 'settled', 'hidden', 'refused', 'withdrawn');
