-- Terms come from SearchApi's analyzer instead of PostgreSQL's parser. Documents of version 0 are indexed again in the background.
ALTER TABLE collection ADD COLUMN analyzer integer NOT NULL DEFAULT 0;
ALTER TABLE document_lexeme ADD COLUMN analyzer integer NOT NULL DEFAULT 0;

-- The words of the document in order, as indexes into terms; see TermVector. Null in version 0.
ALTER TABLE document_lexeme ADD COLUMN positions bytea;
