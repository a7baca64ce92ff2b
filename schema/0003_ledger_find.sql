-- The ledger is looked through from its end. Cases make nearly all of it, so what the administration did has an index of its own.
create index ledger_entry_office on ledger_entry (city, seq) where kind not in ('case', 'whistle');
create index ledger_entry_person on ledger_entry (city, person, seq);
