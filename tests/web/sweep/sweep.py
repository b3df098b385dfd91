"""The sweep itself: everybody knocks at one door, in every way, in both worlds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from gapless.people.org.rules import Policy

from . import oracles
from .company import Actor, Company, Plant, varied
from .doors import EVER_NEW, NARROWER, Door
from .forging import forged_bodies, forged_queries, queries
from .knock import Answer, Knock, knock
from .oracles import Due, Finding
from .pages import Form, Page
from .rows import Key, Row, rows
from .things import FACTORIES, Kind, Target, kinds, targets

EVERY_WAY = [
    Knock(method, "", htmx)
    for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
    for htmx in (False, True)
]
SHORT_WAYS = [Knock("GET", ""), Knock("GET", "", htmx=True), Knock("POST", "")]
# Who knocks in the short form: every role at the East hall, and who differs in reach.
EVERY_WAY_FOR = ("Wang", "nobody")
SHORT_CAST = (
    *("Chen", "Wang", "Li", "Zhao", "two roles", "other two", "role ended"),
    *("administrator of east", "quality_manager of east", "executive of east"),
    *("analyst of east", "inspector of east", "shopper of east", "deactivated", "nobody"),
)
# Between them they hold every policy over the East hall.
FORGERS = ("administrator of east", "quality_manager of east")
MORE_FORGERS = (*FORGERS, "Ma", "Chen", "Wang", "Zhao", "analyst of east", "two roles")
EVERY_POLICY = (*FORGERS, "Wang", "Li")

# (actor, target, way of asking) → answer, in the first world
Answers = dict[tuple[str, str, Knock], Answer]


@dataclass
class Sweep:
    """One company, the plants that made it, and how thoroughly to look."""

    company: Company
    plants: list[Plant]
    doors: list[Door]
    factories: dict[str, Kind] = field(default_factory=lambda: FACTORIES)
    full: bool = False
    cast: tuple[str, ...] = SHORT_CAST
    asked: int = 0
    forms: dict[str, list[Form]] = field(default_factory=dict)

    @cached_property
    def before(self) -> dict[Key, Row]:
        return rows()

    @cached_property
    def declared(self) -> list[Door]:
        return [door for door in self.doors if not any(undeclared(door, self.factories))]

    @cached_property
    def actors(self) -> list[Actor]:
        everybody = self.company.actors
        return everybody if self.full else [a for a in everybody if a.name in self.cast]

    def findings(self, door: Door) -> Iterator[Finding]:
        problems = list(undeclared(door, self.factories))
        if problems:
            yield from (Finding("declared", str(door), "-", "-", "-", p) for p in problems)
            return
        base: Answers = {}
        for actor in self.actors:
            for target in self.tried(door, actor):
                yield from self._everything(door, actor, target, base)
            yield from self._like_missing(door, actor, base)
            if self.forges(actor):
                yield from forged_bodies(self, door, actor)
        yield from self._without_token(door)
        yield from self._without_proof(door)
        if door.ours and all(a.status in (403, 404, 405) for a in base.values()):
            yield Finding("status", str(door), "-", "-", "-", "opens for nobody")

    def forges(self, actor: Actor) -> bool:
        return actor.name in (MORE_FORGERS if self.full else FORGERS)

    def ask(self, actor: Actor, ask: Knock, *, strict: bool = False) -> Answer:
        self.asked += 1
        return knock(actor, ask, self.before, strict=strict)

    def due(self, door: Door, actor: Actor, target: Target) -> Due:
        things = [
            (kind.seen_by, place and self.company.path(place))
            for kind, place in zip(kinds(door, self.factories), target.places, strict=True)
        ]
        assert door.policy is not None
        return oracles.due(actor.viewer, door.policy, things)

    def matrix(self, door: Door) -> dict[str, object]:
        """What the policy table makes of one door: for everybody, at every place."""
        due = {
            actor.name: {str(t): self.due(door, actor, t).value for t in self.targets(door)}
            for actor in self.company.actors
        }
        return {"policy": door.policy, "step_up": door.step_up, "due": due}

    def targets(self, door: Door) -> list[Target]:
        return targets(door, self.company, self.factories)

    def tried(self, door: Door, actor: Actor) -> list[Target]:
        """
        In the short form, who is turned away at the door itself tries two things, and
        only who sees the city tries what is far from it.
        """
        everything = self.targets(door)
        if self.full:
            return everything
        if {self.due(door, actor, t) for t in everything} <= {Due.LOG_IN, Due.REFUSED}:
            return [everything[0], everything[-1]][: len(everything)]
        return [t for t in everything if "far hall" not in t.places or actor.name == "Chen"]

    def page(self, actor: Actor, url: str) -> Page:
        answer = self.ask(actor, Knock("GET", url))
        path = url.partition("?")[0]
        html = "html" in answer.headers.get("content-type", "")
        return Page(url, answer.body.replace("{path}", path) if html else "")

    def _everything(
        self, door: Door, actor: Actor, target: Target, base: Answers
    ) -> Iterator[Finding]:
        url = door.url(target.values)
        expected = self.due(door, actor, target)
        ways = EVERY_WAY if self.full or actor.name in EVERY_WAY_FOR else SHORT_WAYS
        if expected is Due.OPEN and self.forges(actor):
            yield from forged_queries(self, door, actor, target, self.page(actor, url))
        for way in ways:
            ask = Knock(way.method, url + way.url, way.htmx)
            answer = base[actor.name, str(target), way] = self.ask(actor, ask)
            # Two visible things that do not belong together: only no leak is due.
            narrower = door.route in NARROWER and answer.status == 403
            if expected is not Due.OPEN or not (target.mixed or narrower):
                of = oracles.status if door.ours else oracles.status_of_library
                words = of(answer, expected)
                yield from self.report("status", door, actor, target, ask, words)
            yield from self.judge(door, actor, target, ask, answer)
            quiet = oracles.refused_quietly(expected, answer)
            yield from self.report("refused quietly", door, actor, target, ask, quiet)

    def judge(
        self, door: Door, actor: Actor, target: Target, ask: Knock, answer: Answer
    ) -> Iterator[Finding]:
        """The oracles that need no more than one answer."""
        said = {
            "no 5xx": oracles.no_error(answer),
            "canary": oracles.canaries(self.company, actor, ask, answer),
            "private": oracles.private(actor, answer),
            "purity": oracles.purity(ask, answer),
            "foreign rows": oracles.foreign_untouched(self.company, actor, answer),
            "audit": oracles.audited(answer) if door.ours else (),
        }
        for oracle, words in said.items():
            yield from self.report(oracle, door, actor, target, ask, words)

    def report(
        self,
        oracle: str,
        door: Door,
        actor: Actor,
        target: Target,
        ask: Knock,
        words: Iterable[str],
    ) -> Iterator[Finding]:
        for each in words:
            yield Finding(oracle, str(door), str(actor), str(target), str(ask), each)

    def _opened_by_token(self, door: Door) -> bool:
        """Whether holding what stands in the blank is all it takes, for anybody."""
        wanted = kinds(door, self.factories)
        return all(kind.seen_by is Policy.ANYONE and not kind.shared for kind in wanted)

    def _like_missing(self, door: Door, actor: Actor, base: Answers) -> Iterator[Finding]:
        """What is invisible answers exactly like what does not exist."""
        if not door.blanks:
            return
        everything = self.tried(door, actor)
        nothing = next(target for target in everything if set(target.places) == {None})
        for target in everything:
            due = self.due(door, actor, target)
            stranger = actor.viewer is None and not self._opened_by_token(door)
            if stranger or due is Due.MISSING:
                for (name, where, way), answer in base.items():
                    if (name, where) == (actor.name, str(target)):
                        missing = base[name, str(nothing), way]
                        words = oracles.differences(answer, missing)
                        yield from self.report(
                            "like missing", door, actor, target, way, words
                        )

    def differences(self, reach: str) -> Iterator[Finding]:
        """
        Where only foreign things differ, every page is the same, byte for byte: for the
        people of one reach, who share what is foreign to them.
        """
        actors = [a for a in self.actors if a.reach == reach and self._differs(a)]
        by_name = {actor.name: actor for actor in actors}
        first = {
            (door, actor.name, target, ask): self.ask(actor, ask)
            for door in self.declared
            if door.route not in EVER_NEW
            for actor in actors
            for target in self.targets(door)
            for ask in self._readings(door, actor, target)
        }
        for (door, name, target, ask), answer in first.items():
            yield from self.judge(door, by_name[name], target, ask, answer)
        with varied(self.company, sorted(actors[0].foreign), self.plants):
            self.before, before = rows(), self.before
            for (door, name, target, ask), answer in first.items():
                words = oracles.differences(answer, self.ask(by_name[name], ask))
                yield from self.report(
                    "two worlds", door, by_name[name], target, ask, words
                )
            self.before = before

    def _differs(self, actor: Actor) -> bool:
        return self.full or actor.reach != "east" or actor.name in EVERY_POLICY

    def _readings(self, door: Door, actor: Actor, target: Target) -> Iterator[Knock]:
        """The ways to read a page, its own queries among them."""
        url = door.url(target.values)
        opens = self.due(door, actor, target) is Due.OPEN
        if opens or self.full:
            for method in ("GET", "HEAD", "OPTIONS") if self.full else ("GET",):
                yield Knock(method, url)
                yield Knock(method, url, htmx=True)
        if opens:
            for query in queries(self.page(actor, url), full=self.full):
                yield Knock("GET", f"{url.partition('?')[0]}?{query}")

    def _without_token(self, door: Door) -> Iterator[Finding]:
        """An unsafe method from a page that is not ours is refused."""
        signed_in = [actor for actor in self.actors if actor.viewer is not None]
        for actor in signed_in if self.full else signed_in[:2]:
            target = self.targets(door)[0]
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                ask = Knock(method, door.url(target.values))
                got = self.ask(actor, ask, strict=True).status
                yield from self.report(
                    "csrf",
                    door,
                    actor,
                    target,
                    ask,
                    [f"{got} without a token"] if got != 403 else [],
                )

    def _without_proof(self, door: Door) -> Iterator[Finding]:
        """A door with a step-up asks for the password again."""
        for actor in self.actors if door.step_up else ():
            for target in self.targets(door):
                if self.due(door, actor, target) is Due.OPEN:
                    ask = Knock("GET", door.url(target.values))
                    answer = self.ask(actor, ask, strict=True)
                    words = oracles.step_up(answer)
                    yield from self.report("step up", door, actor, target, ask, words)


def undeclared(door: Door, factories: dict[str, Kind]) -> Iterator[str]:
    if door.policy is None:
        yield "the view declares no policy"
    if not door.name.split(":")[-1]:
        yield "the address has no name"
    for blank in door.blanks:
        if door.key(blank) not in factories:
            yield f"nobody knows what stands in {door.key(blank)}: add it to things.py"
