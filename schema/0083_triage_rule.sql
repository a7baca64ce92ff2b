-- What an answer is held against before it goes out.
create table triage_rule (
    city bigint not null,
    id bigint not null,
    kind {{key}} not null,    -- check, or a list of phrases: result, basis, next, polite, rude …
    phrase {{key}} not null,  -- of a check: the code of its finding
    regex boolean not null,
    severity text not null,   -- hint, warn, serious
    amount bigint not null,   -- of a check that has a number
    rank bigint not null,
    active boolean not null,
    primary key (city, id)
);
create unique index triage_rule_phrase on triage_rule (city, kind, phrase);

-- What one has answered before, so that a copy is seen.
create index case_step_answer on case_step (city, person, seq) where verb = 'answer';

-- The warnings somebody sent an answer out against, and why.
alter table case_step add column despite text not null default '';
alter table case_step add column despite_why text not null default '';
