"""How long a job belongs to one worker, and when it is tried again. Pure."""

from datetime import timedelta

# A worker renews its lease with every step; one that says nothing for this long is taken
# for dead. Long enough for a step on a slow disk, short enough to wait for after a crash.
LEASE = timedelta(seconds=60)
# Tries without any progress between them; then somebody has to look.
MAX_ATTEMPTS = 5
LONGEST_PAUSE = timedelta(hours=1)


def pause(attempt: int) -> timedelta:
    """How long a job rests after a failed try: 10 seconds, and longer every time."""
    seconds: int = 10 * 4 ** (attempt - 1)
    return min(timedelta(seconds=seconds), LONGEST_PAUSE)
