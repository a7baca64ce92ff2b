-- One row a case: what it is, where it is, where it stands. Open cases stay few while history grows, so lists of open work have partial indexes.
create table cases (
    city bigint not null,
    id bigint not null,
    number text not null,             -- public: day and running number, "261123-00417"
    secret text not null,             -- blind index of the reporter's secret; "" for none
    version bigint not null,          -- counts the changes of state; a stale page is told by it
    kind text not null,               -- ask, help, complain, report, suggest, praise
    class bigint not null,            -- of the request tree, 0: not classified yet
    title text not null,
    text text not null,
    channel text not null,            -- web, qr, handset, phone, import …
    source text,                      -- the number it has there; null for our own
    urgency text not null,
    status text not null,
    turn text not null,               -- whose turn it is: grid, community, street, city, body, resident, branch; "" when closed
    open boolean not null,
    hidden boolean not null,          -- the reporter asked to stay unknown to those complained about
    place bigint not null,            -- the grid, or a finer place from a QR
    path {{key}} not null,
    street bigint not null,           -- ancestors of the place, 0 where it is above them
    community bigint not null,
    grid bigint not null,
    lat double precision,
    lng double precision,
    cell bigint,                      -- S2 leaf cell: what is near will be found by it
    address text not null,
    lead bigint not null,             -- the body that works on it, 0: the grid itself
    bodies text not null,             -- all bodies that take part: " 12 40 "
    whistle bigint not null,          -- the whistle under way, 0 for none
    reopened bigint not null,         -- how often "not fixed" brought it back
    opened_at bigint not null,
    due_at bigint not null,           -- of the whole case; 0: none
    step_due_at bigint not null,      -- of the step it is in
    contacted_at bigint not null,
    resolved_at bigint not null,
    answered_at bigint not null,
    closed_at bigint not null,
    updated_at bigint not null,
    answer text not null,             -- what the resident was told last
    outcome text not null,            -- solved, declined …
    stars bigint not null,            -- the resident's rating 1–5, 0: none
    photos bigint not null,
    primary key (city, id)
);

create unique index cases_number on cases (city, number);
create unique index cases_source on cases (city, channel, source) where source is not null;
create index cases_open_path on cases (city, path, step_due_at, id, street, community, grid) where open; -- a board counts from it alone
create index cases_open_turn on cases (city, turn, path) where open;
create index cases_open_due on cases (city, step_due_at, id) where open;
create index cases_closed on cases (city, closed_at, id) where not open;
create index cases_closed_street on cases (city, street, closed_at, id) where not open;
create index cases_closed_community on cases (city, community, closed_at, id) where not open;
create index cases_closed_grid on cases (city, grid, closed_at, id) where not open;

-- The bodies that take part, for their lists.
create table case_party (
    city bigint not null,
    body bigint not null,
    case_id bigint not null,
    open boolean not null,
    turn boolean not null,            -- it is this body's turn
    due_at bigint not null,
    primary key (city, body, case_id)
) {{clustered}};
create index case_party_open on case_party (city, body, due_at, case_id) where open;
create index case_party_case on case_party (city, case_id);

-- What was done, one row a step; the opening is the case itself.
create table case_step (
    city bigint not null,
    case_id bigint not null,
    seq bigint not null,              -- of the ledger entry
    at bigint not null,               -- when it was recorded
    done_at bigint not null,          -- when it happened: earlier if it came from a handset without network
    verb text not null,
    person bigint not null,
    body bigint not null,             -- for whom they acted
    status text not null,             -- afterwards
    target bigint not null,           -- the body it was handed to
    note text not null,
    public boolean not null,          -- the resident reads the note
    reason text not null,
    lat double precision,
    lng double precision,
    primary key (city, case_id, seq)
) {{clustered}};

create table case_photo (
    city bigint not null,
    case_id bigint not null,
    seq bigint not null,              -- of the step it came with, 0: the opening
    hash text not null,
    width bigint not null,
    height bigint not null,
    primary key (city, case_id, seq, hash)
) {{clustered}};

-- Who reported: apart from the case, sealed, opened only with a reason.
create table case_contact (
    city bigint not null,
    case_id bigint not null,
    person bigint not null,           -- a resident who had signed in, else 0
    name {{bytes}},
    phone {{bytes}},
    phone_blind text not null,        -- finds one's own cases by a verified phone; "" for none
    primary key (city, case_id)
) {{clustered}};
create index case_contact_phone on case_contact (city, phone_blind, case_id);
create index case_contact_person on case_contact (city, person, case_id) where person <> 0;

-- What a handset or form has sent already: sending again does nothing twice.
create table case_ref (
    city bigint not null,
    ref text not null,
    case_id bigint not null,
    primary key (city, ref)
) {{clustered}};
