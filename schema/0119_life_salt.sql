-- What the digests of a thing's words in the ledger are made under; '' for what began before it. Whoever takes the words away takes it away too.
alter table cases add column salt text not null default '';
alter table whistle add column salt text not null default '';
alter table triage_task add column salt text not null default '';
alter table wish add column salt text not null default '';
