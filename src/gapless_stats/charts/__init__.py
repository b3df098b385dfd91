"""
Control charts: which points of a series are more than its usual variation.

A chart learns how much a process varies from a baseline, and then judges every point by it.
``variables`` are charts of measurements, ``attributes`` of counts, ``rare`` of the time
between rare events, ``memory`` the charts that add small shifts up (EWMA, CUSUM), whose
``run_length`` says how soon they find a shift. ``multivariate`` watches several measures at
once, ``capability`` compares the process with its specification, and ``rules`` has the runs
that give a signal.
"""
