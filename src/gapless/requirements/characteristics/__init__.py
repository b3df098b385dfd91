"""
Characteristics 质量特性: what a customer experiences, and the join key of the product.

Questionnaire items, and later standards, promises, checks and causes, all point at a
characteristic. Each lies in one dimension of the leading set (SERVQUAL's five), and in
at most one dimension of every other set: the one stated for it; else the only one whose
home is its leading dimension; else it is not placed there yet, and the pages say so.
"""
