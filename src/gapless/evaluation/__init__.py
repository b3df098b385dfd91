"""Evaluation 服务评价: what customers answered, and the gaps that follow from it."""
