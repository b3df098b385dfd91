"""The gaps that are not measured yet, and what each of them needs."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """One gap without evidence, and where its card stands in the picture."""

    number: int
    name: str
    needs: str
    x: int
    y: int
    width: int


def unmeasured() -> tuple[Unmeasured, ...]:
    return (
        Unmeasured(
            1,
            _("Knowledge"),
            _("Managers answer the expectation form as their customers would."),
            92,
            206,
            160,
        ),
        Unmeasured(
            2,
            _("Standards"),
            _("Managers judge how far standards say what customers expect."),
            90,
            486,
            206,
        ),
        Unmeasured(
            3,
            _("Delivery"),
            _("Inspections and staff say how far service meets the standards."),
            344,
            486,
            206,
        ),
        Unmeasured(
            4,
            _("Communication"),
            _("Promises are recorded, and whether they were kept."),
            598,
            486,
            206,
        ),
    )
