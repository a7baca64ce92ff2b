-- An issue is what several cases speak of. It is grouped by the ledger's follower and put right by people.
create table triage_issue (
    city bigint not null,
    id bigint not null,               -- of the case it began with; its own if people made it
    title text not null,              -- "" unless people have named it
    path {{key}} not null,            -- the lowest place that holds its cases
    first_at bigint not null,
    last_at bigint not null,
    cases bigint not null,
    backed boolean not null,          -- others have joined one of its cases, so that even a single one is an issue
    kept boolean not null,            -- people have put it right: it is merged with no other by itself
    merged bigint not null,           -- the issue it has gone into, 0: it stands
    primary key (city, id)
);
create index triage_issue_recent on triage_issue (city, last_at, id) where merged = 0 and (cases > 1 or backed);

-- Which issue a case belongs to.
create table triage_issue_case (
    city bigint not null,
    case_id bigint not null,
    issue bigint not null,
    at bigint not null,               -- when the case was opened
    held boolean not null,            -- people put it there
    primary key (city, case_id)
) {{clustered}};
create index triage_issue_case_issue on triage_issue_case (city, issue, at, case_id);

-- One row: what counts for heat, as JSON.
create table triage_hot (
    city bigint primary key,
    weights text not null
);

-- A special task: what is done about an issue for good (每月一题).
create table triage_task (
    city bigint not null,
    id bigint not null,
    version bigint not null,
    title text not null,
    issue bigint not null,            -- 0 for none
    path {{key}} not null,            -- where it holds
    body bigint not null,             -- who owns it
    person bigint not null,           -- who answers for it there, 0 for nobody yet
    state text not null,              -- proposed, decided, under_way, done, assessed, dropped
    open boolean not null,
    due_at bigint not null,
    published boolean not null,       -- residents whose cases belong to it read of it
    outcome text not null,            -- what was found when it was assessed, or why it was dropped
    opened_at bigint not null,
    closed_at bigint not null,
    primary key (city, id)
);
create index triage_task_due on triage_task (city, open, due_at, id);
create index triage_task_issue on triage_task (city, issue);

-- What is to be done for it, by whom and until when.
create table triage_measure (
    city bigint not null,
    task bigint not null,
    id bigint not null,
    title text not null,
    body bigint not null,
    due_at bigint not null,
    done_at bigint not null,          -- 0: not yet
    done_by bigint not null,
    note text not null,
    photo text not null,              -- hash of the picture that shows it, "" for none
    primary key (city, task, id)
) {{clustered}};
create index triage_measure_body on triage_measure (city, body, task);

-- What was done with a task and what was said.
create table triage_task_step (
    city bigint not null,
    task bigint not null,
    seq bigint not null,              -- of the ledger entry
    at bigint not null,
    verb text not null,
    person bigint not null,
    body bigint not null,
    state text not null,              -- afterwards
    note text not null,
    primary key (city, task, seq)
) {{clustered}};
