-- Each time a person said what a case is: what it was, what it is, and what had been suggested. From it the suggestions learn.
create table case_sort (
    city bigint not null,
    case_id bigint not null,
    seq bigint not null,              -- of the step
    at bigint not null,
    person bigint not null,
    class_was bigint not null,
    class bigint not null,
    kind_was text not null,
    kind text not null,
    urgency_was text not null,
    urgency text not null,
    guess bigint not null,            -- the class that was suggested, 0: none
    chance bigint not null,           -- of the guess, in percent
    model bigint not null,            -- the version that suggested, 0: the catalogue alone
    primary key (city, case_id, seq)
) {{clustered}};
create index case_sort_at on case_sort (city, at, case_id, seq);
