"""What each role allows, in words: the table of policies, said aloud."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gapless.people.org.choices import Role
from gapless.people.org.rules import HOLDERS, Policy

ALLOWED: dict[Policy, Promise] = {
    Policy.SEE_UNITS: _("See the units and the characteristics."),
    Policy.SEE_NUMBERS: _("See the gaps and all other numbers."),
    Policy.SEE_FORMS: _("See the forms."),
    Policy.EDIT_FORMS: _("Design and publish questionnaires."),
    Policy.SEE_CAMPAIGNS: _("See how campaigns go, and their results as numbers."),
    Policy.RUN_CAMPAIGNS: _("Plan, start and close campaigns."),
    Policy.SEE_CONTACTS: _("See who the customers are."),
    Policy.SEE_ANSWERS: _("Read single answers without names, exclude and erase them."),
    Policy.ENTER_ANSWERS: _("Enter what customers say on the telephone."),
    Policy.FOLLOW_UP: _("Follow up bad answers."),
    Policy.TAKE_CASES: _("Take in what customers come with, and see to one’s own cases."),
    Policy.SEE_CASES: _("See all cases, also who the customers are."),
    Policy.DECIDE_CASES: _("Decide on cases: approve, assign, review, keep somebody out."),
    Policy.EDIT_CASE_RULES: _("Edit what cases can be about."),
    Policy.IMPORT: _("Import answers, read them, and take them out again."),
    Policy.NOTE_EVENTS: _("Note on trends what happened to a unit."),
    Policy.EDIT_CHARACTERISTICS: _("Edit the characteristics."),
    Policy.SEE_TEAM_WORK: _("See what the people of the units have to do, and by when."),
    Policy.COUNT_WORK: _("See how much the units have to do."),
    Policy.EDIT_CALENDARS: _("Edit when units work: weeks, closures, public holidays."),
    Policy.SEE_CLOCKS: _("See time limits, their clocks and replays."),
    Policy.EDIT_CLOCKS: _("Decide time limits, and on requests for more time."),
    Policy.EDIT_CHANNELS: _("Edit where notices go out, and their words."),
    Policy.EDIT_ORGANISATION: _("Edit units, people and roles."),
    Policy.READ_AUDIT: _("Read the audit trail."),
}


def allowed(role: Role) -> list[Promise]:
    return [words for policy, words in ALLOWED.items() if role in HOLDERS[policy]]
