-- The index of search on PostgreSQL: one row a case. On SQLite it is a file of its own beside the database.
create table search_doc (
    city bigint not null,
    id bigint not null,       -- of the case
    nth bigint not null,      -- its running number in the index; grows with the id, so that search can walk from the newest back in parts
    sum bigint not null,      -- of its words, to leave alone what has not changed
    words tsvector not null,  -- pairs of characters, words, and the marks of places, bodies and parts
    primary key (city, id)
);

-- A short list of pending entries: each search reads all of it.
create index search_doc_words on search_doc using gin (words) with (gin_pending_list_limit = 256);
