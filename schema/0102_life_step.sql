-- What was done with everything that has a life, one row a step. Ids are unique in a city, so the thing's is enough of a key.
alter table case_step rename to step;
alter table step rename column case_id to subject;
alter table step add column kind text not null default 'case';

alter table case_photo rename to step_photo;
alter table step_photo rename column case_id to subject;

alter table case_ref rename to step_ref;
alter table step_ref rename column case_id to subject;

-- A limit that has stood still, was extended or will run on; others need no row.
create table step_clock (
    city bigint not null,
    subject bigint not null,
    name text not null,
    unit text not null,
    began bigint not null,
    due bigint not null,
    paused bigint not null,           -- since when it stands still, 0: it runs
    stood bigint not null,            -- what its pauses have taken, in millionths of its unit
    extended bigint not null,         -- by how many of its unit
    primary key (city, subject, name)
) {{clustered}};

-- The ladder of what is late: what the city does by itself before or behind a due time, level by level.
create table step_rung (
    city bigint not null,
    kind text not null,
    name text not null,               -- of the limit
    early boolean not null,           -- before the due time rather than behind it
    amount bigint not null,
    unit text not null,
    verb text not null,
    tell text not null,               -- who is told: turn, lead, desk, above, asker
    cost bigint not null,             -- in the score
    primary key (city, kind, name, early, amount, unit)
) {{clustered}};

alter table cases add column since bigint not null default 0;      -- when the state began
alter table cases add column paused_at bigint not null default 0;
alter table cases add column climbed_at bigint not null default 0; -- the time of the last rung that was climbed
alter table cases add column next_at bigint not null default 0;    -- when something happens by itself next
update cases set since = coalesce((select s.done_at from step s where s.city = cases.city and s.subject = cases.id and s.verb in
    ('accept', 'dispatch', 'take', 'return', 'recall', 'done', 'whistle', 'report_in', 'hand_in', 'answer', 'rate', 'lapse', 'archive', 'revisit', 'unsolved', 'reopen', 'decline', 'merge', 'unmerge')
    order by s.seq desc limit 1), opened_at);
update cases set next_at = step_due_at where open and status = 'answered' and step_due_at > 0; -- the one rung that cities begin with: nobody rated in time
create index cases_next on cases (city, next_at, id) where next_at > 0;

alter table whistle add column version bigint not null default 1;
alter table whistle add column turn text not null default '';
alter table whistle add column due_at bigint not null default 0;
alter table whistle add column step_due_at bigint not null default 0;
alter table whistle add column since bigint not null default 0;
alter table whistle add column paused_at bigint not null default 0;
alter table whistle add column climbed_at bigint not null default 0;
alter table whistle add column next_at bigint not null default 0;
alter table whistle add column updated_at bigint not null default 0;
update whistle set step_due_at = case when status = 'blown' then report_due_at else work_due_at end where open;
update whistle set since = case when not open and ended_at > 0 then ended_at when status = 'reported' and reported_at > 0 then reported_at else blown_at end;
update whistle set updated_at = since;
-- A whistle's own limit is that of its case's step too, where it is the tighter one.
update cases set step_due_at = coalesce((select w.step_due_at from whistle w where w.city = cases.city and w.id = cases.whistle and w.step_due_at > 0
    and (cases.step_due_at = 0 or w.step_due_at < cases.step_due_at)), step_due_at) where open and whistle <> 0 and status in ('whistled', 'reported');
update case_party set due_at = coalesce((select c.step_due_at from cases c where c.city = case_party.city and c.id = case_party.case_id and c.open and c.whistle <> 0), due_at) where open;
create index whistle_next on whistle (city, next_at, id) where next_at > 0;
