"""
Whether groups differ: ``anova`` of scores, ``contingency`` of counts, ``shifts`` of topics.

Two groups of scores, paired or apart: ``comparison`` and ``gaps``.
"""
