"""
Imports: any file in.

Reading, mapping and the account of every row live here. An area declares what becomes
of the rows: `evaluation/surveys` turns them into answers. imported + filtered out +
rejected = rows of the file, always.
"""
