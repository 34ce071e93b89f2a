"""Reports of unforeseen errors to Sentry, when SENTRY_DSN is set; without it nothing is even imported.

What is sent is a list of what may go, not of what may not: which exception, where in which code, the
id of the request. No text of an exception (a database quotes whole rows in it, with prompts), no
value of a variable, no request, no address, no host name; those stay in the service's own log, under
the same request id. The SDK's automatic parts, which collect them, are off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

from dndimages.errors import DndImagesError
from dndimages.logging import redact, request_id

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

_KEPT = ("event_id", "timestamp", "level", "logger", "platform", "release", "environment", "sdk")
_KEPT_OF_EXCEPTION = ("type", "module")
_KEPT_OF_MECHANISM = ("type", "handled")
_KEPT_OF_FRAME = (
    "filename", "function", "module", "lineno", "context_line", "pre_context", "post_context", "in_app",
)  # fmt: skip
#: Loggers whose messages are fixed words of ours, their values beside them.
_OURS = ("dndimages", "gallery", "scenes", "maintenance")
_IN_THE_LOG = "(its text is in the service's log)"


def is_dsn(text: str) -> bool:
    """Whether Sentry's SDK can send to this address."""
    from sentry_sdk.utils import Dsn

    try:
        Dsn(text)
    except ValueError:  # BadDsn is one
        return False
    return True


def start() -> None:
    """Called once in every process, server, worker or command, when its apps are ready."""
    if not settings.SENTRY_DSN:
        return
    import sentry_sdk
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.dedupe import DedupeIntegration
    from sentry_sdk.integrations.excepthook import ExcepthookIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger
    from sentry_sdk.integrations.threading import ThreadingIntegration

    ignore_logger("django.security.*")  # other people's requests, not our errors
    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=f"dndimages@{settings.SPECTACULAR_SETTINGS['VERSION']}",
        environment="local" if settings.LOCAL_PROFILE else "production",
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None, sentry_logs_level=None),  # errors, no trail of other lines
            ExcepthookIntegration(),
            ThreadingIntegration(propagate_scope=False),
            DedupeIntegration(),
            AtexitIntegration(callback=lambda pending, timeout: None),  # sends what waits, says nothing
        ],
        before_send=report,
        ignore_errors=[DndImagesError, KeyboardInterrupt],
        include_local_variables=False,
        send_default_pii=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        traces_sample_rate=None,
        propagate_traces=False,
        enable_logs=False,
        spotlight=False,
    )


def report(event: Event, hint: Hint) -> Event | None:
    """The event with nothing in it but what may go."""
    given: Any = event
    sent: Any = {name: given[name] for name in _KEPT if name in given}
    if "exception" in given:
        sent["exception"] = {"values": [_exception(part) for part in given["exception"].get("values", [])]}
    if "logentry" in given:
        sent["logentry"] = {"message": _message(given)}
    if rid := request_id.get():
        sent["tags"] = {"request_id": rid}
    redacted: Event = _redacted(sent)
    return redacted


def _exception(given: dict[str, Any]) -> dict[str, Any]:
    frames = (given.get("stacktrace") or {}).get("frames", [])
    return {
        **_only(given, _KEPT_OF_EXCEPTION),
        "value": _IN_THE_LOG,
        "mechanism": _only(given.get("mechanism") or {}, _KEPT_OF_MECHANISM),
        "stacktrace": {"frames": [_only(frame, _KEPT_OF_FRAME) for frame in frames]},
    }


def _only(given: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}


def _message(given: dict[str, Any]) -> str:
    """The words of the message without its values; other people's may have them written in already."""
    is_ours = str(given.get("logger", "")).partition(".")[0] in _OURS
    return str(given["logentry"].get("message", "")) if is_ours else _IN_THE_LOG


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {name: _redacted(part) for name, part in value.items()}
    return [_redacted(part) for part in value] if isinstance(value, (list, tuple)) else value
