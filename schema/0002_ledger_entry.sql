-- What happened, once and for ever: rows are only ever added.
create table ledger_entry (
    city bigint not null,
    seq bigint not null,
    at bigint not null,
    person bigint not null,   -- 0: unknown, or the system
    post bigint not null,     -- the post they acted by, 0 for none
    verb text not null,       -- "case.dispatch"
    kind text not null,       -- of the subject: "case"
    subject bigint not null,
    path {{key}} not null,    -- of the subject's place, "" for none
    lat double precision,
    lng double precision,
    body text not null,       -- JSON; no personal data in clear
    hash {{bytes}} not null,  -- leaf of the Merkle tree, RFC 6962
    primary key (city, seq)
) {{clustered}};

create index ledger_entry_subject on ledger_entry (city, kind, subject, seq);
-- The ledger is looked through from its end. Cases make nearly all of it, so what the administration did has an index of its own.
create index ledger_entry_office on ledger_entry (city, seq) where kind not in ('case', 'whistle');
create index ledger_entry_person on ledger_entry (city, person, seq) where person <> 0;

-- How far each follower has come; the holder's lease keeps two nodes from doing the same work.
create table ledger_cursor (
    city bigint not null,
    name text not null,
    seq bigint not null,
    holder text not null,
    until bigint not null,
    primary key (city, name)
);
