from .case import Case, CaseQuerySet, Concern
from .course import Attachment, Draft, Entry, NotFiled, Offer
from .tables import Category, SavedFilter, SeverityTable

__all__ = [
    "Attachment",
    "Case",
    "CaseQuerySet",
    "Category",
    "Concern",
    "Draft",
    "Entry",
    "NotFiled",
    "Offer",
    "SavedFilter",
    "SeverityTable",
]
