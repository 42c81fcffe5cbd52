-- The lines of many books. Everything is keyed by book first, so that a PostgreSQL that is sharded by book runs this unchanged.

CREATE TABLE stagebook_book (
  book text COLLATE "C" PRIMARY KEY,
  -- Position of the last line. Its row is the book's lock.
  head bigint NOT NULL DEFAULT 0,
  -- The server's own log: its id, and its head as the component writes it.
  replica text NOT NULL,
  own text NOT NULL
);

CREATE TABLE stagebook_log (
  book text COLLATE "C" NOT NULL,
  replica text COLLATE "C" NOT NULL,
  head text NOT NULL,
  PRIMARY KEY (book, replica)
);

CREATE TABLE stagebook_contact (
  book text COLLATE "C" NOT NULL,
  contact text COLLATE "C" NOT NULL,
  mark text NOT NULL,
  PRIMARY KEY (book, contact)
);

CREATE TABLE stagebook_line (
  book text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  replica text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  kind text NOT NULL,
  contact text COLLATE "C",
  -- Root of the log's tree after this line: a batch can be cut anywhere.
  root text NOT NULL,
  header text NOT NULL,
  -- Null: erased, or never sent.
  body text,
  salt text,
  PRIMARY KEY (book, position),
  UNIQUE (book, replica, seq)
);

-- What an erasure looks for.
CREATE INDEX stagebook_line_body ON stagebook_line (book, contact) WHERE body IS NOT NULL;
