-- What is on record about the database as a whole: a copy that is not finished, for one.

CREATE TABLE notes (
  name TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX notes_name ON notes (name);
