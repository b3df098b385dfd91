import logging
import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.utils.timezone import now

from gapless import loop
from gapless.core.audit.actions import seal_finished
from gapless.core.jobs.actions import enqueue_daily, enqueue_minutely
from gapless.core.jobs.working import Stop, run_next, work

logger = logging.getLogger("gapless.core.jobs")


class Command(BaseCommand):
    help = (
        "Carry out jobs: imports, daily upkeep, and on PostgreSQL the sealing of the audit "
        "trail. Any number of workers may run. SIGTERM ends the step in hand and hands the "
        "job over; a worker that is killed loses nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        until = parser.add_mutually_exclusive_group()
        until.add_argument("--once", action="store_true", help="carry out one job and end")
        until.add_argument(
            "--until-idle", action="store_true", help="end when no job is due"
        )
        parser.add_argument(
            "--poll",
            type=float,
            default=1.0,
            metavar="SECONDS",
            help="how often to look for jobs (default: every second)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        logger.setLevel(logging.INFO)
        stop = Stop()
        _obey_signals(stop)
        enqueue_daily(loop.DAILY, now=now())
        enqueue_minutely(loop.MINUTELY, now=now())
        if options["once"]:
            run_next(loop.JOBS, stop=stop)
            seal_finished()
            return
        upkeep = threading.Thread(target=_upkeep, args=(stop,), daemon=True)
        upkeep.start()
        logger.info("Worker ready.")
        work(loop.JOBS, stop=stop, poll=options["poll"], until_idle=options["until_idle"])
        stop.asked = True
        upkeep.join()
        logger.info("Worker ended.")


def _obey_signals(stop: Stop) -> None:
    def ask(number: int, _frame: object) -> None:
        stop.asked = True
        signal.signal(number, signal.SIG_DFL)  # asked twice: end at once

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask)


def _upkeep(stop: Stop) -> None:
    """
    Beside the jobs, however long they take: every second seal what has been recorded,
    every day and every minute ask for the jobs of the day and the minute.
    """
    day, minute = now().date(), now().minute
    while not stop.asked:
        try:
            seal_finished()
            if now().date() != day:
                enqueue_daily(loop.DAILY, now=now())
                day = now().date()
            if now().minute != minute:
                enqueue_minutely(loop.MINUTELY, now=now())
                minute = now().minute
        except DatabaseError as error:
            logger.warning("The database does not answer (%s); trying again.", error)
            connection.close()
        time.sleep(1)
    try:
        seal_finished()
    finally:
        connection.close()
