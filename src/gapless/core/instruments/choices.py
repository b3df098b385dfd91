from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ItemKind(TextChoices):
    PAIR = "pair", _("Expectation and perception")
    SCORE = "score", _("Perception")
    EXPECTATION = "expectation", _("Expectation")
    ZONE = "zone", _("Zone of tolerance")
    WEIGHT = "weight", _("Importance points")
    OVERALL = "overall", _("Overall judgement")
    NPS = "nps", _("Likelihood to recommend (NPS)")
    SINGLE = "single", _("Single choice")
    MULTIPLE = "multiple", _("Multiple choice")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    CASE_WEIGHT = "case_weight", _("Weight of the answer")
    TEXT = "text", _("Free text")
    ATTRIBUTE = "attribute", _("Attribute")


class Measure(TextChoices):
    """Which standard figure an overall judgement stands for."""

    SATISFACTION = "satisfaction", _("Customer satisfaction (CSAT)")
    EFFORT = "effort", _("Customer effort (CES)")


class Comparison(TextChoices):
    """How a condition of skip logic looks at an earlier answer."""

    IS = "is", _("is")
    IS_NOT = "is_not", _("is not")
    AT_LEAST = "at_least", _("is at least")
    AT_MOST = "at_most", _("is at most")
    INCLUDES = "includes", _("includes")


class Operation(TextChoices):
    """What an edit of a draft did: what is offered to be undone and done again."""

    BEGIN = "begin", _("Draft begun")
    ADD_SECTION = "add_section", _("Section added")
    EDIT_SECTION = "edit_section", _("Section changed")
    MOVE_SECTION = "move_section", _("Section moved")
    REMOVE_SECTION = "remove_section", _("Section removed")
    ADD_ITEM = "add_item", _("Item added")
    EDIT_ITEM = "edit_item", _("Item changed")
    MOVE_ITEM = "move_item", _("Item moved")
    DUPLICATE_ITEM = "duplicate_item", _("Item duplicated")
    REMOVE_ITEM = "remove_item", _("Item removed")
    SET_SHOW_IF = "set_show_if", _("Condition changed")
    ADD_ALLOCATION = "add_allocation", _("Importance points added")
    EDIT_DIMENSIONS = "edit_dimensions", _("Dimensions changed")
    SET_EXPECTATION_TYPE = "set_expectation_type", _("Meaning of expectation changed")
    REWORD = "reword", _("Wording changed")


class ExpectationType(TextChoices):
    """What "expected" means on this form: it changes the number, so it is never mixed."""

    IDEAL = "ideal", _("What an excellent provider would do")
    SHOULD = "should", _("What a provider should do")
    WILL = "will", _("What the customer thinks will happen")
    MINIMUM = "minimum", _("The least the customer would accept")
    NONE = "none", _("Expectations are not asked")


class Flag(TextChoices):
    """In the order of the bits, ``analytics.answers.FLAGS`` and ``CIRCUMSTANCES``."""

    STRAIGHT_LINING = "straight_lining", _("One answer nearly all the way down")
    ALL_EQUAL = "all_equal", _("The same answer to everything")
    EXPECTATION_CEILING = "expectation_ceiling", _("Nearly every expectation at the top")
    SPEEDING = "speeding", _("Answered faster than anybody reads")
    REPEATED = "repeated", _("Again from the same device about the same unit")
