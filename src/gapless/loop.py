"""
How the loop closes: which action carries out each kind of job, and what is asked for
every day and every minute. No signals anywhere: what follows from what is written here.
"""

from collections.abc import Mapping

from gapless.core.evidence.rolling import add_up
from gapless.core.files.actions import remove_orphans
from gapless.core.jobs.working import Handler, Run
from gapless.evaluation.campaigns import contact_lists, inviting
from gapless.evaluation.campaigns import jobs as campaigns
from gapless.evaluation.surveys import actions as surveys
from gapless.people.org import bringing, taking_in


def _sweep_files(run: Run) -> None:
    remove_orphans(now=run.now())


ADD_UP = "evidence.add_up"


def _add_up(run: Run) -> None:
    while True:
        with run.step():
            added = add_up()
        if not added:
            return


JOBS: Mapping[str, Handler] = {
    "files.sweep": _sweep_files,
    bringing.TAKING_IN: taking_in.run_file,
    ADD_UP: _add_up,
    surveys.IMPORT: surveys.run_import,
    surveys.REMOVAL: surveys.run_removal,
    campaigns.UPKEEP: campaigns.run_upkeep,
    contact_lists.LIST: contact_lists.run_list,
    inviting.POST: inviting.run_post,
    inviting.DISPATCH: inviting.run_dispatch,
    inviting.INVITE: inviting.run_invite,
}
DAILY = ("files.sweep",)
MINUTELY = (ADD_UP, campaigns.UPKEEP, inviting.POST)
