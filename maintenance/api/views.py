"""The maintenance part of the v1 API: the old backend's three routes."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view, permission_classes
from rest_framework.request import Request

from dndimages.access.permissions import MayMaintain, Open
from dndimages.api import json_response, timestamp
from maintenance import cleanup
from maintenance import stats as numbers
from maintenance.api import serializers as shapes


@extend_schema(operation_id="cleanupExpiredCache", request=None, responses={200: shapes.Deleted, 409: None})
@api_view(["POST"])
@permission_classes([MayMaintain])
def expired_cache(request: Request) -> HttpResponse:
    """Forget every expired scene; the pictures stay, but none of them is served as a spare any more."""
    now = timezone.now()
    return _deleted(cleanup.expire_scenes(now=now), "expired cache entries", now)


@extend_schema(operation_id="cleanupOrphanedImages", request=None, responses={200: shapes.Deleted, 409: None})
@api_view(["POST"])
@permission_classes([MayMaintain])
def orphaned_images(request: Request) -> HttpResponse:
    """Purge pictures that have been in the trash longer than BACKUP_RETENTION_DAYS, for good."""
    now = timezone.now()
    return _deleted(cleanup.purge_trash(now=now), "orphaned images", now)


def _deleted(number: int, what: str, now: datetime) -> HttpResponse:
    # "1 expired cache entries" is how the old backend said it.
    message = f"Deleted {number} {what}"
    return json_response({"deleted": number, "message": message, "timestamp": timestamp(now)})


@extend_schema(operation_id="maintenanceStats", request=None, responses=shapes.Stats)
@api_view(["GET", "HEAD"])
@permission_classes([Open])
def stats(request: Request) -> HttpResponse:
    """How many pictures and scenes there are, and what the pictures weigh."""
    now = timezone.now()
    pictures, scenes = numbers.pictures(), numbers.scenes(now=now)
    return json_response(
        {
            "images": {
                "active": pictures.active,
                "deleted": pictures.deleted,
                "storage_mb": pictures.storage_mb,
            },
            "cache": {"total": scenes.total, "active": scenes.active, "expired": scenes.expired},
            "timestamp": timestamp(now),
        }
    )
