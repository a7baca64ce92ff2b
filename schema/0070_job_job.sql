-- Work to be done behind the pages: sent later, tried again, and never lost. Finished jobs are deleted, unless they reported progress.
create table job (
    city bigint not null,
    id bigint not null,       -- random; of a periodic task negative and made from its name
    kind {{key}} not null,    -- "hook.send", or the task's name
    key {{key}} not null,     -- unique among the waiting of its kind; "" for none
    args text not null,       -- JSON; no personal data in clear
    state {{key}} not null,   -- waiting, running, dead, done
    at bigint not null,       -- waiting: when it may start; running: when its lease ends; dead and done: since when
    made_at bigint not null,
    tries bigint not null,    -- attempts begun
    holder {{key}} not null,  -- the node that runs it
    done bigint not null,     -- progress of a long one: done of total
    total bigint not null,
    error text not null,      -- of the newest attempt that failed
    primary key (city, id)
);

create unique index job_key on job (city, kind, key) where state = 'waiting' and key <> '';

create index job_due on job (city, at) where state in ('waiting', 'running');

create index job_over on job (city, state, at) where state in ('dead', 'done');
