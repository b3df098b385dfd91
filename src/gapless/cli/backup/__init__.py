"""
Backups: everything of an installation in one file that does not know its database.

A backup is a gzipped tar. `files/<sha256>` are the contents of kept files, `tables/<model>/
<number>.jsonl` the rows of each table in the order of its key, one JSON array a line, and
`manifest.json`, which comes last, says what there has to be: columns, counts and hashes
(docs/guides/backup.md, docs/development/decisions/0010-backups-know-no-engine.md).
"""
