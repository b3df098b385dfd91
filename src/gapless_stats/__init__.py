"""
Statistics of service quality, computed from summaries that add up.

Pure numpy and scipy: no database, clock or settings, so it is as useful in a notebook as in
the product. Every sum is an exact integer; a roll-up is an addition and a deletion is a
subtraction. A statistic returns a frozen ``results.Result`` with its n, method and source,
and refuses by an error of ``errors`` rather than guess.

Where to look:

- Answers, summed up: ``moments``, ``pairwise``, ``tables``, ``durations``, ``scores``;
  ``rows`` makes sums of millions, ``exact`` keeps them exact, ``flags`` finds the careless.
- Estimates with intervals: ``intervals``, ``quantiles``, ``rates``, ``hodges_lehmann``,
  ``estimates``; of any statistic ``jackknife`` and ``bootstrap``.
- Gaps: ``gaps``, ``tolerance``, ``response_surface``; ``health`` of the questionnaire.
- Measurement: ``reliability``, ``omega``, ``validity``, ``factors``; between raters
  ``agreement``.
- What to improve first: ``importance``, ``priorities``, ``kano``, ``pareto``; ``bivariate``
  for their ellipses.
- Drivers: ``drivers``, ``dominance``, ``relative_weights``, ``lmg_sampling``,
  ``regression``; ``predictors`` and ``line`` beneath them.
- Comparisons: ``comparison`` of two, ``inference`` of many, ``effects`` of an improvement;
  ``multiplicity`` of tests.
- Units compared fairly: ``shrinkage``, ``ranks``, ``funnel``.
- Over time: ``charts``, ``survival``, ``incidence``.
- Samples and weights: ``sampling``, ``allocation``, ``acceptance``, ``weighting``,
  ``raking``.
- Small groups withheld: ``disclosure``, and ``attackers`` to try it.
- Indices and weights of criteria: ``index``, ``index_sensitivity``, ``ahp``,
  ``criteria_weights``.
- Risk: ``fmea``, ``risk``, ``risk_models``.
- Money: ``value``, ``retention``, ``recovery``, ``quality_cost``.
- Waiting: ``queueing``, ``staffing``.
- What all rest on: ``results``, ``errors``, ``checks``.
"""
