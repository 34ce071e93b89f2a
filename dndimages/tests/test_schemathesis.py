"""Requests made up from the OpenAPI document: valid ones are taken, others refused, answers are as told."""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from django.utils import timezone
from hypothesis import settings as hypothesis_settings
from pytest_django import Settings
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation

from dndimages import docs
from dndimages.access.keys import create_key
from dndimages.access.models import Scope
from dndimages.wsgi import application
from gallery import images
from gallery.tests.fake_gemini import FakeGemini

SCENES = "/api/v1/scenes/generate"
#: The key comes from the tests: made-up ones would only ever be refused.
CONFIG = {"generation": {"with-security-parameters": False}}
made_up = hypothesis_settings(max_examples=25, derandomize=True)
#: Every route has tests of its own on both databases; this is about what the document promises.
pytestmark = [pytest.mark.django_db, pytest.mark.pure]


def described(*, scenes_by: str) -> Any:
    """The document as it stands, but scenes are asked for in one of the two ways that it allows."""
    document = copy.deepcopy(docs.document())
    operation = document["paths"][SCENES]["post"]
    if scenes_by == "body":
        operation["parameters"] = [p for p in operation["parameters"] if p["in"] != "query"]
        operation["requestBody"]["required"] = True
    else:
        del operation["requestBody"]
        next(p for p in operation["parameters"] if p["name"] == "location")["required"] = True
    schema = schemathesis.openapi.from_dict(document, config=SchemathesisConfig.from_dict(CONFIG))
    schema.app = application
    return schema


ALL = described(scenes_by="body")
SCENES_BY_QUERY = described(scenes_by="query").include(path=SCENES)


@dataclass(frozen=True)
class World:
    """Somebody who may do everything, a picture and a job: made-up ids would never be found."""

    headers: dict[str, str]
    image: dict[str, Any]
    job_id: str

    def fill(self, path_parameters: dict[str, Any]) -> None:
        folder, shard, file = self.image["storage_path_full"].split("/")[1:]
        known = {
            "image_id": self.image["id"],
            "job_id": self.job_id,
            "folder": folder,
            "shard": shard,
            "file": file,
        }
        path_parameters.update({name: known[name] for name in path_parameters})
        images.restore(self.image["id"])


@pytest.fixture
def world(fake_gemini: FakeGemini, api: Client, settings: Settings) -> Iterator[World]:
    settings.MAX_IMAGES_PER_ITEM = 10_000
    _, text = create_key(name="made up", scopes=list(Scope))
    ask = partial(api.post, SCENES, {"location": "Old Mill"}, content_type="application/json")
    image = ask().json()
    images.trash(image["id"], now=timezone.now())
    job_id = ask(headers={"Prefer": "respond-async"}).json()["id"]
    with in_the_tests_transaction():
        yield World({"Authorization": f"Bearer {text}"}, image, job_id)


@contextmanager
def in_the_tests_transaction() -> Iterator[None]:
    """Requests do not close the connection that holds it, as in Django's own test client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def use_each_key_once(case: Any) -> None:
    """The same Idempotency-Key with another body is refused, which no document can tell."""
    given = case.headers.get("Idempotency-Key")
    if given is not None and not case.meta.is_negative_at(ParameterLocation.HEADER):
        case.headers["Idempotency-Key"] = (given + uuid.uuid4().hex)[-255:]


def check(case: Any, world: World) -> None:
    is_valid = case.meta.generation.mode.is_positive
    use_each_key_once(case)
    case.call_and_validate(headers=world.headers)
    if is_valid and case.path_parameters:
        world.fill(case.path_parameters)
        assert case.call_and_validate(headers=world.headers).status_code == 200


@ALL.parametrize()
@made_up
def test_the_api_does_what_its_document_says(case: Any, world: World) -> None:
    check(case, world)


@SCENES_BY_QUERY.parametrize()
@made_up
def test_scenes_asked_for_in_the_query_too(case: Any, world: World) -> None:
    check(case, world)


@ALL.include(method="POST", path_regex="/generate$").parametrize()
@made_up
def test_asynchronous_answers_are_as_told(case: Any, world: World) -> None:
    if case.meta.generation.mode.is_positive:
        case.headers.pop("Idempotency-Key", None)
        answer = case.call_and_validate(headers=world.headers | {"Prefer": "respond-async"})
        assert answer.status_code == 202
