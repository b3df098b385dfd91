"""What must hold before the server starts."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.urls import URLPattern, URLResolver, get_resolver

from gapless.web.account.policies import EXTERNAL


def every_address_has_a_policy(
    app_configs: Sequence[Any] | None, **kwargs: Any
) -> list[CheckMessage]:
    """A view without a policy fails the build; so does a policy for a view not served."""
    served = dict(addresses())
    open_doors = [
        Error(
            f"The address “{name}” declares no policy.",
            hint="Put @policy(…) from gapless.web.http on its view.",
            id="gapless.E001",
        )
        for name, view in served.items()
        if not hasattr(view, "policy") and name not in EXTERNAL
    ]
    strangers = [
        Error(
            f"gapless.web.account.policies names “{name}”, which is not served.",
            hint="Take it out, or serve it.",
            id="gapless.E002",
        )
        for name in EXTERNAL
        if name not in served
    ]
    return [*open_doors, *strangers]


def addresses(
    within: URLResolver | None = None, prefix: str = ""
) -> Iterator[tuple[str, Any]]:
    """Every address with its full name and its view."""
    for entry in (within or get_resolver()).url_patterns:
        if isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name or entry.pattern}", entry.callback
        else:
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from addresses(entry, inner)
