"""
How far raters agree: inspectors, mystery shoppers, coders of free text.

Categories in ``kappa``, ``raters`` and ``krippendorff``; measured scores in
``intraclass``, ``limits`` and ``concordance``; which rater is strict in ``severity``.
"""
