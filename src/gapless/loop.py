"""
How the loop closes: which action carries out each kind of job, and what is asked for
every day and every minute. No signals anywhere: what follows from what is written here.
"""

from collections.abc import Mapping

from gapless.control.cases import baton
from gapless.control.cases import queries as case_queries
from gapless.core.clocks import replays, sweeping
from gapless.core.evidence.rolling import add_up
from gapless.core.files.actions import remove_orphans
from gapless.core.jobs.working import Handler, Run
from gapless.core.notices import pruning
from gapless.core.notices import sending as notices
from gapless.evaluation.campaigns import contact_lists, follow_ups, inviting
from gapless.evaluation.campaigns import jobs as campaigns
from gapless.evaluation.campaigns import queries as campaign_queries
from gapless.evaluation.surveys import actions as surveys
from gapless.people.org import bringing, taking_in
from gapless.people.org.queries import nearest_holders
from gapless.people.work import limits
from gapless.people.work.sources import HandingOver, Work


def _sweep_files(run: Run) -> None:
    remove_orphans(now=run.now())


ADD_UP = "evidence.add_up"


def _add_up(run: Run) -> None:
    while True:
        with run.step():
            added = add_up()
        if not added:
            return


def _sweep_clocks(run: Run) -> None:
    sweeping.run_sweep(run, nearest_holders)


JOBS: Mapping[str, Handler] = {
    "files.sweep": _sweep_files,
    sweeping.SWEEP: _sweep_clocks,
    baton.BOUNCE: baton.run_bounce,
    replays.REPLAY: replays.run_replay,
    bringing.TAKING_IN: taking_in.run_file,
    ADD_UP: _add_up,
    surveys.IMPORT: surveys.run_import,
    surveys.REMOVAL: surveys.run_removal,
    campaigns.UPKEEP: campaigns.run_upkeep,
    notices.SEND: notices.run_sending,
    pruning.PRUNE: pruning.run_pruning,
    contact_lists.LIST: contact_lists.run_list,
    inviting.POST: inviting.run_post,
    inviting.DISPATCH: inviting.run_dispatch,
    inviting.INVITE: inviting.run_invite,
}
DAILY = ("files.sweep", pruning.PRUNE)
MINUTELY = (
    sweeping.SWEEP,
    baton.BOUNCE,
    ADD_UP,
    campaigns.UPKEEP,
    inviting.POST,
    notices.SEND,
)

# What every area has on people's lists, and which of it goes from hand to hand.
WORK: tuple[Work, ...] = (case_queries.work, campaign_queries.work, limits.work)
HANDED_OVER: Mapping[str, HandingOver] = {
    "clock": limits.hand_over_clock,
    "follow_up": follow_ups.hand_over_follow_up,
}
