-- The distinct words of the document as they are written, separated by spaces: the index has their stems, which cannot be corrected or
-- completed. Null until the document's words are indexed again.
ALTER TABLE document_lexeme ADD COLUMN words text;
