-- The words of a case as numbers: a third of the room, so that runs of three characters fit in as well.
drop table search_doc;

create table search_doc (
    city bigint not null,
    id bigint not null,    -- of the case
    nth bigint not null,   -- its running number in the index; grows with the id, so that search can walk from the newest back in parts
    sum bigint not null,   -- of its words, to leave alone what has not changed
    words int[] not null,  -- hashes of characters, pairs, threes, words, and the marks of places, bodies and parts
    primary key (city, id)
);

-- A short list of pending entries: each search reads all of it.
create index search_doc_words on search_doc using gin (words) with (gin_pending_list_limit = 256);
