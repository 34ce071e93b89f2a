"""Asking for a new picture by the request that made an old one; the old one stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser

from dndimages import ratelimit
from dndimages.access.caller import Caller
from dndimages.errors import Forbidden, Invalid
from gallery import images
from gallery.generation import jobs, service
from gallery.generation.prompts import hash_request
from gallery.generation.providers.base import ASPECT_RATIOS
from gallery.models import ImageAsset, Job

#: Takes the group of `dndimages.ratelimit` that the new job counts in; raises to refuse.
Admit = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """A room above whose pictures are made anew in its own way, by whoever has its ``right`` too."""

    right: str  # "app.codename"
    right_name: str  # for people
    shows: Callable[[ImageAsset], bool]
    regenerate: Callable[[ImageAsset, Caller, Admit], list[Job]]


elsewhere: dict[str, Elsewhere] = {}


def regenerate(image: ImageAsset, *, caller: Caller, admit: Admit) -> list[Job]:
    """Leave it to a worker; gives the jobs. Asked twice while the first is at work, it is made once.

    ``admit`` is asked before each new job, and raises to refuse. Raises `Forbidden` without the right of
    the room that shows the picture, and `Invalid` for a picture that nobody knows the words of, for a
    scene's that no scene shows, and where there are as many as MAX_IMAGES_PER_ITEM allows.
    """
    for room in elsewhere.values():
        if room.shows(image):
            _check_right(room, image, caller)
            return room.regenerate(image, caller, admit)
    return [_another(image, caller, admit)]


def _check_right(room: Elsewhere, image: ImageAsset, caller: Caller) -> None:
    if not isinstance(caller.staff, AbstractUser) or not caller.staff.has_perm(room.right):
        raise Forbidden(f"“{image.subject_name}” also needs the right “{room.right_name}”")


def _another(image: ImageAsset, caller: Caller, admit: Admit) -> Job:
    if image.subject_type == "scene":  # a new one would be shown nowhere
        told = f"no scene shows “{image.subject_name}” with this picture"
        raise Invalid.at("body", "subject_type", msg=told)
    if not image.prompt.strip():
        raise Invalid.at("body", "prompt", msg=f"nobody knows what “{image.subject_name}” was made of")

    def admit_another() -> None:
        name, kind = image.subject_name, image.subject_type
        if not images.has_room_for_another(name, kind):
            raise Invalid.at("body", "subject_name", msg="has as many pictures as MAX_IMAGES_PER_ITEM allows")
        admit(ratelimit.IMAGES)

    request = _request(image).as_json()
    key = f"again-{image.pk}-{hash_request(request)}"  # what was edited meanwhile is another request
    order = jobs.Order(kind="image", key=key, request=request, caller=caller, background=True)
    left = service.enqueue(order, admit=admit_another)
    assert isinstance(left, Job)  # nothing was looked up that could have been found instead
    return left


def _request(image: ImageAsset) -> service.Request:
    return service.Request(
        subject_type=image.subject_type,
        subject_name=image.subject_name,
        prompt=image.prompt,
        custom_prompt=image.custom_prompt,
        aspect_ratio=image.aspect_ratio if image.aspect_ratio in ASPECT_RATIOS else "16:9",
        component=image.component,
        campaign=image.campaign,
    )
