"""
Instruments: versioned forms and the answers given to them.

A version is frozen when it is published: sections, items, scales, the dimension of
each item, the words in every language. Questionnaires stand on it now; checklists,
exams and self-assessments will. The engine knows nothing of campaigns.
"""
