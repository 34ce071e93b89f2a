"""What can go wrong with pictures and their making: the gallery's branch of the error tree.

Statuses and kinds are those of the v1 contract; messages are shown to players.
"""

from __future__ import annotations

from dndimages.errors import DndImagesError


class ImageNotFound(DndImagesError):
    kind = "image_not_found"
    status = 404
    message = "Image not found"


class JobNotFound(DndImagesError):
    kind = "job_not_found"
    status = 404
    message = "Job not found"


class ImageRejected(DndImagesError):
    """These bytes are no picture that we keep. ``reason`` is a stable word for tests and logs."""

    kind = "invalid"
    status = 422
    message = "This is not a picture we can read"

    def __init__(self, message: str | None = None, *, reason: str) -> None:
        super().__init__(message, reason=reason)


class ImageTypeRejected(ImageRejected):
    kind = "unsupported_type"
    status = 415
    message = "Only PNG, JPEG, WebP and GIF pictures are taken"


class ImageTooLarge(ImageRejected):
    kind = "too_large"
    status = 413
    message = "The picture is too large"


class GenerationError(DndImagesError):
    """A provider gave no picture. ``billed``: the call may have cost money all the same."""

    kind = "provider_unavailable"
    status = 503
    message = "The image provider is not available; please try again later"
    billed: bool = False


class QuotaExceeded(GenerationError):
    """The provider's own quota. ``scope``: minute, day, or none (waiting never helps)."""

    kind = "quota_exceeded"
    status = 429
    message = "API quota exceeded"


class BudgetExhausted(GenerationError):
    """Our own daily cap on paid calls."""

    kind = "budget_exhausted"
    status = 429
    message = "The daily limit of new pictures is reached; existing pictures stay available"


class ContentBlocked(GenerationError):
    """The provider refused the content; asking again with the same words does not help."""

    kind = "content_blocked"
    status = 422
    message = "The image provider refused this description; please describe it differently"


class ProviderBadResponse(GenerationError):
    kind = "provider_bad_response"
    status = 502
    message = "The image provider gave an unusable answer; please try again"


class ProviderUnavailable(GenerationError):
    kind = "provider_unavailable"
    status = 503


class ProviderMisconfigured(GenerationError):
    kind = "provider_misconfigured"
    status = 503
    message = "The image provider is not set up correctly; please tell the operator"


class GenerationTimeout(GenerationError):
    kind = "generation_timeout"
    status = 504
    message = "Image generation timeout"


class StorageFull(DndImagesError):
    kind = "storage_full"
    status = 507
    message = "There is no room to store new pictures; please tell the operator"


class StorageUnavailable(DndImagesError):
    kind = "storage_unavailable"
    status = 503
    message = "Picture storage is not available; please tell the operator"
