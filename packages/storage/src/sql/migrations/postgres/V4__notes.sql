-- What is on record about the database as a whole: a copy that is not finished, for one.

CREATE TABLE notes (
  name text COLLATE "C" NOT NULL,
  text text NOT NULL,
  CONSTRAINT notes_name PRIMARY KEY (name)
);
