"""What the database keeps up by itself, when several write at once and when migrations go back."""

from __future__ import annotations

import threading

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from gallery.fulltext import matching
from gallery.models import ImageAsset
from gallery.tests.making import make_image

pytestmark = pytest.mark.django_db(transaction=True)
SOON_S = 10.0


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one write at a time")
def test_two_writers_of_several_pictures_do_not_wait_for_each_other_for_ever() -> None:
    one, two = make_image("One"), make_image("Two")
    first_wrote, second_wrote = threading.Event(), threading.Event()
    raised: list[BaseException] = []

    def second() -> None:
        try:
            first_wrote.wait(SOON_S)
            with transaction.atomic():
                ImageAsset.objects.filter(pk=two.pk).update(campaign="second")
                second_wrote.set()
        except BaseException as error:
            raised.append(error)
        finally:
            second_wrote.set()
            connections.close_all()

    other = threading.Thread(target=second)
    other.start()
    with transaction.atomic():
        ImageAsset.objects.filter(pk=one.pk).update(campaign="first")
        first_wrote.set()
        assert second_wrote.wait(SOON_S), "it waits for the stamp of an open transaction"
        ImageAsset.objects.filter(pk=two.pk).update(campaign="first")
    other.join(SOON_S)
    assert raised == []


def test_migrating_back_and_forth_keeps_the_words_findable() -> None:
    image = make_image("Lighthouse")
    try:
        call_command("migrate", "gallery", "0004", verbosity=0)
    finally:
        call_command("migrate", "gallery", verbosity=0)
    ImageAsset.objects.filter(pk=image.pk).update(campaign="Northern coast")
    assert list(matching(ImageAsset.objects.all(), "northern lighthouse")) == [image]
