from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    FIELDING = "fielding", _("In the field")
    CLOSED = "closed", _("Closed")
    ARCHIVED = "archived", _("Archived")


class CollectorKind(TextChoices):
    LINK = "link", _("Open link")
    QR = "qr", _("Printed QR code")
    INVITATION = "invitation", _("Invitation by e-mail")
    KIOSK = "kiosk", _("Kiosk in the hall")
    PHONE = "phone", _("Telephone, entered by staff")


class InvitationState(TextChoices):
    WAITING = "waiting", _("Waiting to be sent")
    SUPPRESSED = "suppressed", _("Not asked")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Could not be delivered")


class Suppression(TextChoices):
    """Why somebody of the list was not asked. The row stays: it is part of the sample."""

    ASKED_RECENTLY = "asked_recently", _("Asked too recently")
    OPTED_OUT = "opted_out", _("Does not want to be asked")
    NO_ADDRESS = "no_address", _("No e-mail address")


class ResponseState(TextChoices):
    OPEN = "open", _("Being answered")
    COMPLETE = "complete", _("Complete")
    PARTIAL = "partial", _("Partial")
    BROKEN_OFF = "broken_off", _("Broken off")
    OVER_QUOTA = "over_quota", _("Beyond a quota")
    WITHDRAWN = "withdrawn", _("Withdrawn by the customer")
    ERASED = "erased", _("Erased")


class FollowUpState(TextChoices):
    OPEN = "open", _("Open")
    TAKEN = "taken", _("Being dealt with")
    DONE = "done", _("Done")
