-- What a message of a class may say, in people's own words, with "；" between: by it a message is recognised before there are cases to learn from.
alter table catalog_class add column examples text not null default '';

-- Words that make a message this urgent at least, with blanks between; all parts of "煤气+味" must occur.
alter table catalog_urgency add column words text not null default '';
