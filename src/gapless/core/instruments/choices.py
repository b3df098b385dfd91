from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ItemKind(TextChoices):
    PAIR = "pair", _("Expectation and perception")
    SCORE = "score", _("Perception")
    WEIGHT = "weight", _("Importance points")
    OVERALL = "overall", _("Overall judgement")
    TEXT = "text", _("Free text")
    ATTRIBUTE = "attribute", _("Attribute")


class ExpectationType(TextChoices):
    """What "expected" means on this form: it changes the number, so it is never mixed."""

    IDEAL = "ideal", _("What an excellent provider would do")
    SHOULD = "should", _("What a provider should do")
    WILL = "will", _("What the customer thinks will happen")
    MINIMUM = "minimum", _("The least the customer would accept")
    NONE = "none", _("Expectations are not asked")


class Flag(TextChoices):
    """In the order of the bits, ``analytics.answers.FLAGS``."""

    STRAIGHT_LINING = "straight_lining", _("One answer nearly all the way down")
    ALL_EQUAL = "all_equal", _("The same answer to everything")
    EXPECTATION_CEILING = "expectation_ceiling", _("Nearly every expectation at the top")
