"""
Whether an improvement worked, said so that it cannot fool whoever made it.

Compare with those who did not get it (``differences``, ``event_study``, ``staggered``; whom
``matching`` picks), or at least with the trend before (``interrupted``). Look as often as
agreed (``sequential``), or as often as one likes (``always_valid``). Take off what would
have come back by itself (``rebound``), and only then conclude (``verdict``).
"""
