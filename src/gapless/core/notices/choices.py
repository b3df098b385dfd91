from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Mail(TextChoices):
    """How a person wants the notices of a group by mail."""

    DIGEST = "digest", _("Once a day")
    AT_ONCE = "at_once", _("At once")
    NEVER = "never", _("Not by mail")


class ChannelKind(TextChoices):
    WECOM = "wecom", _("WeCom")
    DINGTALK = "dingtalk", _("DingTalk")
    FEISHU = "feishu", _("Feishu")
    WEBHOOK = "webhook", _("Webhook")


class DeliveryState(TextChoices):
    WAITING = "waiting", _("Waiting to be sent")
    SENT = "sent", _("Sent")
    DEAD = "dead", _("Given up")


class Failure(TextChoices):
    """Why something could not be sent. Never what the other side said: it may quote us."""

    REFUSED = "refused", _("The other side does not take it.")
    UNREACHED = "unreached", _("The other side could not be reached.")
    NOT_OUTSIDE = (
        "not_outside",
        _("The address does not lead outside."),
    )
    TOO_MUCH = "too_much", _("The other side answered with too much, or too slowly.")
    WRONG = "wrong", _("The address is not one of this kind of channel.")
    NOBODY = "nobody", _("There is no such mailbox, or the channel is switched off.")
