"""What every place holds of clocks: one that runs, a request, and a replay."""

from datetime import timedelta
from typing import Any

from gapless.core.clocks.actions import MatterFacts, Subject, note_happening, start_clock
from gapless.core.clocks.extending import ask_extension
from gapless.core.clocks.replays import ask_replay
from gapless.core.clocks.rules import Happening
from gapless.evaluation.campaigns.models import Campaign
from gapless.people.org.models import Person, Unit
from tests.conftest import NINE_AM


def plant_clock(it: Unit, words: str) -> dict[str, Any]:
    """
    A clock of one desk of the place that runs, whose owner asks for more time, and a
    replay of the desk.
    """
    asked = Campaign.objects.get(name={"en": f"Campaign {words}"}).units.get()
    owner = Person.objects.get(username=f"li.{words}")
    subject = Subject("test.case", words)
    facts = MatterFacts(f"Case {words}", asked, "/", owner.pk)
    clock = start_clock(subject, "S3-ANSWER", matter=facts, by=owner, now=NINE_AM)
    begun = Happening(NINE_AM, "registered", holder=words)
    note_happening(subject, begun, key="registered", by=owner, now=NINE_AM)
    until = NINE_AM + timedelta(days=9)
    extension = ask_extension(
        clock, until=until, reason=f"Because {words}.", tell=(), by=owner, now=NINE_AM
    )
    replay = ask_replay(
        clock.policy,
        version=None,
        unit=asked,
        starts_at=NINE_AM - timedelta(days=90),
        ends_at=NINE_AM + timedelta(hours=1),
        by=owner,
        now=NINE_AM,
    )
    return {"clock": clock.pk, "extension": extension.pk, "replay": replay.pk}
