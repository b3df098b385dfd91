"""What `gapless doctor` looks at. Each check says what it found, or that all is well."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import now
from django.utils.translation import gettext as _

from gapless.core.audit.actions import seal_finished
from gapless.core.audit.queries import verify
from gapless.core.evidence.queries import one_snapshot
from gapless.core.files.queries import missing_files
from gapless.core.instruments.actions import rebuild_cells
from gapless.core.instruments.queries import published_versions, wrong_cells, wrong_sums
from gapless.core.jobs.queries import jobs_failed_since
from gapless.evaluation.campaigns.soundness import faults

LATELY = timedelta(days=7)
POSTGRES = {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}
OLDEST_POSTGRES = 150_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what it looked at, and what is wrong; nothing, when all is well."""

    name: str
    looked_at: str
    wrong: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.wrong


def findings(*, repair: bool) -> Iterator[Finding]:
    """Every check in turn. Without the tables of today nothing more can be looked at."""
    yield settings_of_the_database()
    schema = tables()
    yield schema
    if not schema.ok:
        return
    yield cells(repair=repair)
    checks: tuple[Callable[[], Finding], ...] = (campaigns, files, jobs, trail)
    for check in checks:
        yield check()


def settings_of_the_database() -> Finding:
    """reliability.md D1 and D6: what an acknowledged answer rests on."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            found = _sqlite(cursor)
            looked_at = _("SQLite: journal, synchronous, quick check")
        else:
            found = _postgres(cursor)
            looked_at = _(
                "PostgreSQL: version, synchronous_commit, fsync, full_page_writes"
            )
        return Finding("database", looked_at, list(found))


def _sqlite(cursor: CursorWrapper) -> Iterator[str]:
    wanted = {"journal_mode": "wal", "synchronous": "2", "quick_check": "ok"}
    for pragma, right in wanted.items():
        cursor.execute(f"PRAGMA {pragma}")
        value = str(cursor.fetchone()[0])
        if value != right:
            yield _setting(pragma, value, right)


def _postgres(cursor: CursorWrapper) -> Iterator[str]:
    cursor.execute("SELECT current_setting('server_version_num')")
    version = int(cursor.fetchone()[0])
    if version < OLDEST_POSTGRES:
        yield _setting("server_version_num", str(version), f"≥ {OLDEST_POSTGRES}")
    for name, right in POSTGRES.items():
        cursor.execute("SELECT current_setting(%s)", [name])
        value = str(cursor.fetchone()[0])
        if value != right:
            yield _setting(name, value, right)


def _setting(name: str, value: str, right: str) -> str:
    sentence = _("%(name)s is %(value)s and should be %(right)s.")
    return sentence % {"name": name, "value": value, "right": right}


def tables() -> Finding:
    executor = MigrationExecutor(connection)
    left = executor.migration_plan(executor.loader.graph.leaf_nodes())
    wrong = [
        _("Migration %(name)s is not applied; run `gapless init`.") % {"name": migration}
        for migration, _backwards in left
    ]
    return Finding("tables", _("tables: every migration is applied"), wrong)


def cells(*, repair: bool) -> Finding:
    """Cells == recompute(answers), for every version."""
    wrong, repaired, versions = [], [], 0
    for version in published_versions():
        versions += 1
        with one_snapshot():
            found = sum(1 for _difference in wrong_cells(version)) + wrong_sums(version)
        if not found:
            continue
        blanks = {"version": version, "count": found}
        if repair:
            rebuild_cells(version, by=None, now=now())
            repaired.append(_("%(version)s: %(count)d cells made anew.") % blanks)
        else:
            wrong.append(
                _("%(version)s: %(count)d cells are not what its answers make; --repair.")
                % blanks
            )
    looked_at = _("evidence: cells of %(count)d versions") % {"count": versions}
    return Finding("cells", looked_at, wrong, repaired)


def campaigns() -> Finding:
    """Responses, answers and quotas say the same."""
    sentences = {
        "quota_miscounted": _("Quotas that count wrongly: %(count)d."),
        "answer_missing": _("Responses without the answer they ended as: %(count)d."),
        "response_missing": _("Answers of a campaign without their response: %(count)d."),
        "counts_otherwise": _("Answers that count otherwise than said: %(count)d."),
    }
    with one_snapshot():
        wrong = [sentences[each.code] % {"count": each.count} for each in faults()]
    looked_at = _("campaigns: responses, answers and quotas agree")
    return Finding("campaigns", looked_at, wrong)


def files() -> Finding:
    wrong = [
        _("File %(number)d has lost its content; restore it from a backup.")
        % {"number": file.pk}
        for file in missing_files()
    ]
    return Finding("files", _("files: each has its content"), wrong)


def jobs() -> Finding:
    wrong = [
        _("Job %(number)d (%(kind)s) gave up: %(error)s")
        % {"number": job.pk, "kind": job.kind, "error": job.error or job.message}
        for job in jobs_failed_since(now() - LATELY)
    ]
    return Finding("jobs", _("jobs: none gave up in the last 7 days"), wrong)


def trail() -> Finding:
    seal_finished()
    verdict = verify(now=now())
    looked_at = _("audit trail: %(count)d events") % {"count": verdict.count}
    fault = verdict.fault
    return Finding("audit", looked_at, [str(fault.kind.label)] if fault else [])
