-- The rules for answers as a register: every version of every rule. What stood before is as old as its city.
create table answer_rule (
    city bigint not null,
    id bigint not null,
    version bigint not null,
    newest boolean not null,
    since bigint not null,
    until bigint not null,
    place bigint not null,
    path {{key}} not null,
    kind {{key}} not null,          -- check, or a list of phrases: result, basis, next, polite, rude …
    phrase {{key}} not null,        -- of a check: the code of its finding
    regex boolean not null,
    severity {{key}} not null,      -- hint, warn, serious
    amount bigint not null,         -- of a check that has a number
    rank bigint not null,
    active boolean not null,
    words text not null,            -- what it is found by, folded
    primary key (city, id, version)
);
insert into answer_rule (city, id, version, newest, since, until, place, path, kind, phrase, regex, severity, amount, rank, active, words)
    select r.city, r.id, 1, true, coalesce((select min(e.at) from ledger_entry e where e.city = r.city), 0), 0, 0, '/1/',
        r.kind, r.phrase, r.regex, r.severity, r.amount, r.rank, r.active, lower(r.phrase)
    from triage_rule r;
create unique index answer_rule_phrase on answer_rule (city, kind, phrase) where newest and until = 0;
create index answer_rule_newest on answer_rule (city, id) where newest;
create index answer_rule_rank on answer_rule (city, rank, id) where newest;
drop table triage_rule;
