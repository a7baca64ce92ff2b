-- Special tasks have their life in columns like everything else, and their steps where all steps are.
alter table triage_task rename column state to status;
alter table triage_task add column turn text not null default '';
alter table triage_task add column step_due_at bigint not null default 0;
alter table triage_task add column since bigint not null default 0;
alter table triage_task add column paused_at bigint not null default 0;
alter table triage_task add column climbed_at bigint not null default 0;
alter table triage_task add column next_at bigint not null default 0;
alter table triage_task add column updated_at bigint not null default 0;
update triage_task set
    since = coalesce((select max(s.at) from triage_task_step s where s.city = triage_task.city and s.task = triage_task.id
        and s.verb in ('decided', 'under_way', 'done', 'assessed', 'dropped')), opened_at),
    updated_at = coalesce((select max(s.at) from triage_task_step s where s.city = triage_task.city and s.task = triage_task.id), opened_at);
create index triage_task_next on triage_task (city, next_at, id) where next_at > 0;

insert into step (city, subject, seq, kind, at, done_at, verb, person, body, status, target, note, public, reason)
    select city, task, seq, 'task', at, at, verb, person, body, state, 0, note, false, '' from triage_task_step;
drop table triage_task_step;
