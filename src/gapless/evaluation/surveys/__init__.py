"""
Surveys 顾客调查: questionnaires asked of customers, and the answers to them.

This area says what the columns of an imported file mean, makes the form version that
they stand for, and turns each row into an answer. It also ships the ready-made
SERVQUAL questionnaire. Campaigns and questionnaires on the phone come later.
"""
