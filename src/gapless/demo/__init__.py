"""
The demo company: 江州通信, a made-up telecom operator with two years of answers.

What is true of it is planted and written down (``pattern``), its places and people are
data (``company.toml``), its answers are drawn from the pattern (``generator``), and they
come in through the same actions and the same kernel as everybody's. All of it is marked
as simulated, and it can be removed again.
"""
