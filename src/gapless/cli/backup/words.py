"""Why no backup was taken or put back, in a sentence that says what to do."""

from django.conf import settings
from django.utils.translation import gettext as _

from . import archive, restoring, taking

BAD_INPUT, REFUSED = 2, 1
REFUSALS = (
    archive.Damaged,
    archive.NotABackup,
    archive.TooNew,
    restoring.DoesNotFit,
    restoring.InUse,
    restoring.NotToday,
    restoring.OtherKeys,
    restoring.OtherTables,
    taking.AlreadyThere,
    taking.NothingHere,
    taking.ReadBackOtherwise,
    taking.Unsound,
    OSError,
)
# What is wrong with what was typed, rather than with the installation.
_INPUT = (
    FileNotFoundError,
    archive.Damaged,
    archive.NotABackup,
    archive.TooNew,
    restoring.OtherTables,
    taking.AlreadyThere,
)


def code_of(refusal: Exception) -> int:
    return BAD_INPUT if isinstance(refusal, _INPUT) else REFUSED


def sentence_of(refusal: Exception) -> str:
    match refusal:
        case restoring.OtherTables():
            return _of_other_tables(refusal)
        case restoring.OtherKeys() | restoring.InUse() | restoring.NotToday():
            return _of_the_installation(refusal)
        case taking.AlreadyThere() | taking.NothingHere() | taking.Unsound():
            return _of_taking(refusal)
        case restoring.DoesNotFit():
            return _(
                "The database did not take the backup as it is (%(place)s). Everything is "
                "as it was; report this with the sentence in brackets."
            ) % {"place": refusal}
        case FileNotFoundError():
            return _("%(file)s: there is no such file or folder.") % {
                "file": refusal.filename
            }
        case OSError():
            return _("%(file)s: %(reason)s. Choose another place, or make room.") % {
                "file": refusal.filename or "–",
                "reason": refusal.strerror or refusal,
            }
    return _of_the_file(refusal)


def _of_the_file(refusal: Exception) -> str:
    match refusal:
        case archive.NotABackup():
            return _(
                "This is no backup of Gapless; name a file that `gapless backup` wrote."
            )
        case archive.TooNew():
            return _(
                "A newer Gapless wrote this backup; install that version and restore there."
            )
        case taking.ReadBackOtherwise():
            return _(
                "The disk does not give back what was written to it, and no backup was "
                "kept. Take it on another disk."
            )
    return _(
        "The backup is damaged or cut off (%(part)s); nothing was changed. Use another one."
    ) % {"part": refusal}


def _of_other_tables(refusal: restoring.OtherTables) -> str:
    return _(
        "The backup was taken by Gapless %(version)s, whose tables are others "
        "(%(migrations)s). Install the version that took it, restore there, then upgrade."
    ) % {
        "version": refusal.gapless,
        "migrations": ", ".join((refusal.more or refusal.fewer)[:3]),
    }


def _of_the_installation(refusal: Exception) -> str:
    match refusal:
        case restoring.OtherKeys():
            return _(
                "These keys are not the ones of the day of the backup: %(keys)s. Without "
                "them printed links do not open and names of contacts cannot be read. Put "
                "them into %(folder)s, or, if they are lost, say --other-keys."
            ) % {"keys": ", ".join(refusal.args), "folder": settings.DATA_DIR}
        case restoring.InUse():
            return _(
                "This installation is in use, and a restore would overwrite it. Take a "
                "backup of it, stop the server, and say --replace."
            )
    return _("The tables here are of an older Gapless; run `gapless init` first.")


def _of_taking(refusal: Exception) -> str:
    match refusal:
        case taking.AlreadyThere():
            return _("%(file)s exists, and a backup overwrites nothing; name another.") % {
                "file": refusal
            }
        case taking.Unsound():
            return _(
                "The database does not pass its own check (%(said)s), and no backup was "
                "taken. Keep the earlier ones and restore the last."
            ) % {"said": refusal}
    return _(
        "There is no installation here, or its tables are of another version; run "
        "`gapless init`."
    )
