from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What the customer comes with (S003-100, S003-107)."""

    BUSINESS = "business", _("Business")
    INQUIRY = "inquiry", _("Inquiry")
    COMPLAINT = "complaint", _("Complaint")
    SUGGESTION = "suggestion", _("Suggestion")
    PRAISE = "praise", _("Praise")
    FAULT = "fault", _("Fault")
    LEAVING = "leaving", _("Wants to leave")


class Channel(TextChoices):
    """How it reached us; those of third parties are tracked apart (S004-29)."""

    HALL = "hall", _("At the counter")
    PHONE = "phone", _("Telephone")
    WEB = "web", _("Web form")
    APP = "app", _("App")
    LETTER = "letter", _("Letter or e-mail")
    SOCIAL = "social", _("Social media")
    REGULATOR = "regulator", _("Regulator")
    STAFF = "staff", _("Staff report")


class ReplyBy(TextChoices):
    """How the customer wants to hear from us."""

    PHONE = "phone", _("By telephone")
    MESSAGE = "message", _("By text message")
    MAIL = "mail", _("By e-mail")
    LETTER = "letter", _("By letter")
    IN_PERSON = "in_person", _("In person")
    NONE = "none", _("No reply wanted")


class Purpose(TextChoices):
    """What the customer wants from it (S003-96): the remedy has to match."""

    INFORMATION = "information", _("An explanation")
    APOLOGY = "apology", _("An apology")
    CORRECTION = "correction", _("That it be put right")
    REFUND = "refund", _("Money back")
    COMPENSATION = "compensation", _("Compensation")
    PUNISHMENT = "punishment", _("That somebody be held to account")
    RULE_CHANGE = "rule_change", _("Another rule")
    VENTING = "venting", _("To be heard")


class Severity(IntegerChoices):
    """How grave it is: the smaller, the graver (domain.md 5.6)."""

    GRAVE = 1, _("S1 grave")
    SERIOUS = 2, _("S2 serious")
    ORDINARY = 3, _("S3 ordinary")
    LIGHT = 4, _("S4 light")


class Fact(TextChoices):
    """What the severity is decided by; whoever takes it in ticks what is true."""

    SAFETY = "safety", _("Somebody was hurt or in danger")
    LEGAL = "legal", _("A law or a contract may have been broken")
    MEDIA = "media", _("Media or a regulator are involved")
    GROUP = "group", _("Five people or more complain together")
    PRIVACY = "privacy", _("Personal data got out")
    DISCRIMINATION = "discrimination", _("Somebody was treated worse for who they are")
    LOSS = "loss", _("The customer lost money")
    REPEAT = "repeat", _("The same thing happened to this customer before")
    THREAT = "threat", _("The customer wants to turn to a third party")
    FAILURE = "failure", _("We did not do what we should have done")


class State(TextChoices):
    RECEIVED = "received", _("Received")
    HANDLING = "handling", _("In handling")
    WAITING = "waiting", _("Waiting for the customer")
    PROPOSED = "proposed", _("Answer to be approved")
    ANSWERED = "answered", _("Answer given")
    CONFIRMED = "confirmed", _("Confirmed by the customer")
    CLOSED = "closed", _("Closed")
    NOT_FILED = "not_filed", _("Not filed")
    MERGED = "merged", _("Merged")


class Verdict(TextChoices):
    """What the investigation found."""

    JUSTIFIED = "justified", _("Justified")
    PARTLY = "partly", _("Partly justified")
    NOT_JUSTIFIED = "not_justified", _("Not justified")
    UNCLEAR = "unclear", _("Cannot be determined")


class FailureType(TextChoices):
    """In what the service failed (S004-24); each points at the gap it comes from."""

    BELOW_STANDARD = "below_standard", _("Not up to the standard")
    PROMISE = "promise", _("A promise was not kept")
    STAFF = "staff", _("Staff were rude or indifferent")
    EXPECTATION = "expectation", _("An expectation was not met")


class NotFiling(TextChoices):
    """Why a matter need not be filed (S003-99 (4)); merging has a verb of its own."""

    SETTLED = "settled", _("It was settled before, and carried out")
    ELSEWHERE = "elsewhere", _("A court, an arbitrator or an authority has it")
    NO_FACTS = "no_facts", _("No fact to go by, though we asked again")
    UNRELATED = (
        "unrelated",
        _("It has nothing to do with us; the customer was told where to turn"),
    )
    TOO_LATE = "too_late", _("The period for it has passed")
    ABUSIVE = "abusive", _("It is malicious")


class Step(TextChoices):
    """What can happen to a case: one kind of entry on its timeline each."""

    RECEIVED = "received", _("Taken in")
    ASSESSED = "assessed", _("Assessed")
    SAID = "said", _("The customer said")
    TOLD = "told", _("The customer was told")
    NOTED = "noted", _("Note")
    MANAGER_KNOWS = "manager_knows", _("The manager knows of it")
    ASKED = "asked", _("The customer was asked; waiting")
    OFFERED = "offered", _("Handed over")
    TAKEN = "taken", _("Taken on")
    REFUSED = "refused", _("Hand-over refused")
    BOUNCED = "bounced", _("Nobody took it on in time")
    ASSIGNED = "assigned", _("Assigned by the manager")
    FOUND = "found", _("Investigated")
    PROPOSED = "proposed", _("Answer proposed")
    SENT_BACK = "sent_back", _("Answer sent back")
    ANSWERED = "answered", _("Answer given")
    CONFIRMED = "confirmed", _("Confirmed by the customer")
    REOPENED = "reopened", _("Reopened")
    NOT_FILED = "not_filed", _("Not filed")
    REVIEWED = "reviewed", _("Not filing it was reviewed")
    MERGED = "merged", _("Merged into another case")
    JOINED = "joined", _("Another case was merged into this one")
    CLOSED = "closed", _("Closed")
    RECUSED = "recused", _("Somebody concerned was kept out")
    RATED = "rated", _("The customer rated how it was handled")


class OfferState(TextChoices):
    """What became of a hand-over."""

    OPEN = "open", _("Waiting to be taken on")
    TAKEN = "taken", _("Taken on")
    REFUSED = "refused", _("Refused")
    BOUNCED = "bounced", _("Not taken on in time")
    WITHDRAWN = "withdrawn", _("Taken back")
