"""The pictures' list and page in the admin: found, looked at and curated, by whoever may."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models.signals import pre_save
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from gallery import images
from gallery.generation.worker import Worker
from gallery.models import CurationAct, GenerationLog, ImageAsset, Job, Tag, TrashedImage
from gallery.tests.fake_gemini import FakeGemini
from gallery.tests.making import make_image

pytestmark = pytest.mark.django_db
LIST = "/admin/gallery/imageasset/"
TRASH = "/admin/gallery/trashedimage/"


@pytest.fixture
def boss(client: Client) -> Client:
    client.force_login(get_user_model().objects.create_superuser("boss", password=None))
    return client


@pytest.fixture
def staff() -> Any:
    """``staff("view_imageasset")`` is a browser of somebody with just these rights."""

    def log_in(*rights: str) -> Client:
        user = get_user_model().objects.create_user("helper", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(user)
        return browser

    return log_in


def address(model: Any, what: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def act(browser: Client, action: str, *chosen: ImageAsset, at: str = LIST, **more: Any) -> str:
    """Do it and give what the next page says of it."""
    wanted = {"action": action, "_selected_action": [image.pk for image in chosen], **more}
    answer = browser.post(at, wanted, follow=True)
    assert answer.status_code == 200
    return " ".join(str(message) for message in answer.context["messages"])


def undo(browser: Client) -> str:
    last = CurationAct.objects.order_by("-pk")[0]
    answer = browser.post(address(CurationAct, "undo", last.pk), follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


def listed(browser: Client, at: str = LIST, **query: Any) -> set[str]:
    return {image.subject_name for image in browser.get(at, query).context["cl"].result_list}


# ── Acts and their way back ──────────────────────────────────────────────────────────────────────


def test_thumbnails_come_from_where_everybody_gets_them(boss: Client) -> None:
    make_image()
    found = re.search(r'<img src="(/images/thumbnails/[^"]+)" width="64" height="64"', boss.get(LIST).text)
    assert found is not None
    assert boss.get(found[1])["Content-Type"] == "image/webp"


def test_featuring_replaces_what_was_featured_and_can_be_undone(boss: Client) -> None:
    first, second = make_image(), make_image()
    assert act(boss, "feature_chosen", first) == "Featured 1 picture."
    assert act(boss, "feature_chosen", second) == "Featured 1 picture."
    assert list(ImageAsset.objects.featured()) == [second]
    assert undo(boss) == "Undone: 2 pictures as before."
    assert list(ImageAsset.objects.featured()) == [first]


def test_a_message_of_an_act_holds_the_button_that_undoes_it(boss: Client) -> None:
    image = make_image()
    shown = boss.post(LIST, {"action": "trash_chosen", "_selected_action": [image.pk]}, follow=True).text
    found = re.search(r'class="undo" method="post" action="([^"]+)"', shown)
    assert found is not None
    boss.post(found[1], {"next": LIST})
    image.refresh_from_db()
    assert image.deleted_at is None


def test_the_trash_hides_at_once_and_gives_back(boss: Client, api: Client) -> None:
    image = make_image()
    path = f"/{image.storage_path_full}"
    assert act(boss, "trash_chosen", image) == "Moved to the trash: 1 picture."
    assert api.get(path).status_code == 404
    assert act(boss, "restore_chosen", image, at=TRASH) == "Restored 1 picture."
    assert api.get(path).status_code == 200


def test_undo_tells_what_somebody_else_has_changed_since(boss: Client) -> None:
    first, second = make_image("Dagger"), make_image("Sword")
    act(boss, "trash_chosen", first, second)
    images.restore(second.pk)
    said = undo(boss)
    assert said == "Undone: 1 picture as before. 1 has changed since and stays as it is."


def test_undo_tells_what_came_back_in_part_and_what_not_at_all(boss: Client) -> None:
    image, rival = make_image(is_featured=True), make_image()
    act(boss, "trash_chosen", image)
    images.feature(rival.pk, to=True)
    assert undo(boss) == "Undone: 1 picture in part, the rest has changed since."
    act(boss, "unfeature_chosen", rival)
    images.feature(image.pk, to=True)
    assert undo(boss) == "Nothing was undone: it has changed since and stays as it is."
    assert CurationAct.objects.order_by("-pk")[0].undone_at is None


def test_of_two_pictures_of_a_subject_one_is_featured_and_told(boss: Client) -> None:
    first, second, other = make_image(), make_image(), make_image("Bow", is_featured=True)
    said = act(boss, "feature_chosen", first, second, other)
    assert said == "Featured 1 picture. 1 stepped back for another of its subject. 1 needed no change."


def test_an_act_is_undone_once(boss: Client) -> None:
    act(boss, "trash_chosen", make_image())
    undo(boss)
    assert undo(boss) == "This was undone before."


def test_an_act_that_changes_nothing_offers_no_undo_and_no_history(boss: Client) -> None:
    image = make_image()
    assert act(boss, "unfeature_chosen", image) == "No longer featured: 0 pictures."
    assert not CurationAct.objects.exists()


def test_acts_come_back_to_the_page_they_were_asked_on_and_to_no_other_host(boss: Client) -> None:
    image = make_image()
    wanted = {"action": "feature_chosen", "_selected_action": [image.pk]}
    page = address(ImageAsset, "change", image.pk)
    assert boss.post(LIST, {**wanted, "next": page})["Location"] == page
    assert boss.post(LIST, {**wanted, "next": "https://evil.example/"})["Location"] == LIST


def test_too_many_at_once_change_nothing(boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gallery.admin.acting.MOST_AT_ONCE", 1)
    pictures = [make_image("Dagger"), make_image("Sword")]
    assert act(boss, "trash_chosen", *pictures) == "Choose at most 1 pictures at once; nothing was done."
    assert ImageAsset.objects.visible().count() == 2


# ── Tags ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_tag_page_adds_and_takes_away(boss: Client) -> None:
    image = make_image()
    image.tags.add(Tag.objects.create(name="old <b>"))
    page = boss.post(LIST, {"action": "tag_chosen", "_selected_action": [image.pk]})
    assert 'value="old &lt;b&gt;"' in page.text
    wanted: Any = {"apply": "yes", "add": " cosy,\n winter  night,", "remove": ["old <b>"]}
    assert act(boss, "tag_chosen", image, **wanted) == "Tagged 1 picture."
    assert set(image.tags.values_list("name", flat=True)) == {"cosy", "winter night"}
    undo(boss)
    assert set(image.tags.values_list("name", flat=True)) == {"old <b>"}


def test_a_tag_that_is_too_long_is_told_on_the_tag_page(boss: Client) -> None:
    image = make_image()
    wanted = {"action": "tag_chosen", "_selected_action": [image.pk], "apply": "yes", "add": "x" * 51}
    page = boss.post(LIST, wanted)
    assert "must have 1 to 50 characters" in page.text
    assert not Tag.objects.exists()


def test_tags_at_once_are_few_in_the_admin_too(boss: Client) -> None:
    names = ",".join(f"t{n}" for n in range(21))
    wanted = {"action": "tag_chosen", "_selected_action": [make_image().pk], "apply": "yes", "add": names}
    assert "must be at most 20 tags at once" in boss.post(LIST, wanted).text
    assert not Tag.objects.exists()


def test_a_tag_is_kept_tidy_however_it_is_typed(boss: Client) -> None:
    boss.post(address(Tag, "add"), {"name": " very   cosy "})
    assert [tag.name for tag in Tag.objects.all()] == ["very cosy"]
    again = boss.post(address(Tag, "add"), {"name": "very \t cosy"})
    assert "There is the tag “very cosy” already" in again.text


def test_a_tag_has_no_comma(boss: Client) -> None:
    assert "A comma stands between tags" in boss.post(address(Tag, "add"), {"name": "a,b"}).text
    assert not Tag.objects.exists()


def test_no_two_tags_differ_by_capitals_alone(boss: Client) -> None:
    tag = Tag.objects.create(name="Dragon")
    assert "There is the tag “Dragon” already" in boss.post(address(Tag, "add"), {"name": "dragon"}).text
    boss.post(address(Tag, "change", tag.pk), {"name": "DRAGON"})
    assert [tag.name for tag in Tag.objects.all()] == ["DRAGON"]
    Tag.objects.create(name="dragon")  # by an import
    assert boss.post(address(Tag, "change", tag.pk), {"name": "DRAGON"}).status_code == 302


def test_times_tell_their_zone(boss: Client) -> None:
    image = make_image()
    ImageAsset.objects.filter(pk=image.pk).update(created_at=datetime(2026, 3, 1, 9, 5, tzinfo=UTC))
    assert "1 Mar 2026, 09:05 UTC" in boss.get(address(ImageAsset, "changelist")).text


def test_a_tag_that_pictures_have_is_not_deleted(boss: Client) -> None:
    used, unused = Tag.objects.create(name="used"), Tag.objects.create(name="unused")
    make_image().tags.add(used)
    assert boss.post(address(Tag, "delete", used.pk), {"post": "yes"}).status_code == 403
    many = {"action": "delete_selected", "_selected_action": [used.pk, unused.pk], "post": "yes"}
    assert boss.post(address(Tag, "changelist"), many).status_code == 403
    assert Tag.objects.count() == 2
    boss.post(address(Tag, "delete", unused.pk), {"post": "yes"})
    assert list(Tag.objects.all()) == [used]


# ── Rights ───────────────────────────────────────────────────────────────────────────────────────

CURATING = ("feature_chosen", "unfeature_chosen", "tag_chosen", "trash_chosen", "regenerate_chosen")


def test_who_may_only_look_cannot_act(staff: Any) -> None:
    image, viewer = make_image(), staff("view_imageasset")
    shown = viewer.get(LIST).text
    assert "download_chosen" in shown
    for action in CURATING:
        assert f'value="{action}"' not in shown
        act(viewer, action, image, apply="yes", add="x")
    image.refresh_from_db()
    assert (image.is_featured, image.deleted_at, image.tags.count()) == (False, None, 0)
    assert not Job.objects.exists()
    assert viewer.get(address(ImageAsset, "change", image.pk)).status_code == 200
    assert viewer.post(address(ImageAsset, "change", image.pk), {"campaign": "x"}).status_code == 403


def test_who_may_only_look_cannot_undo(staff: Any, boss: Client) -> None:
    act(boss, "trash_chosen", make_image())
    viewer, last = staff("view_imageasset", "view_curationact"), CurationAct.objects.get()
    assert viewer.post(address(CurationAct, "undo", last.pk)).status_code == 403
    for page in (address(CurationAct, "changelist"), address(CurationAct, "change", last.pk)):
        assert address(CurationAct, "undo", last.pk) in boss.get(page).text
        assert address(CurationAct, "undo", last.pk) not in viewer.get(page).text
    assert boss.get(address(CurationAct, "undo", last.pk)).status_code == 405
    assert boss.post(address(CurationAct, "undo", 4711)).status_code == 404


def test_who_may_change_pictures_curates_and_sees_the_history(staff: Any) -> None:
    curator = staff("view_imageasset", "change_imageasset")
    assert act(curator, "trash_chosen", make_image()) == "Moved to the trash: 1 picture."
    assert curator.get(address(CurationAct, "changelist")).context["cl"].result_count == 1
    assert undo(curator) == "Undone: 1 picture as before."


def test_the_admin_is_for_staff(api: Client, client: Client) -> None:
    client.force_login(get_user_model().objects.create_user("stranger"))
    for visitor in (api, client):
        answer = visitor.get(LIST)
        assert answer.status_code == 302
        assert "/admin/login/" in answer["Location"]


# ── Finding ──────────────────────────────────────────────────────────────────────────────────────


def test_search_finds_words_of_names_and_prompts(boss: Client) -> None:
    make_image("Dagger", prompt="a rusty blade")
    make_image("Sword", prompt="a golden blade")
    assert listed(boss, q="rust") == {"Dagger"}
    assert listed(boss, q="blade sword") == {"Sword"}
    assert listed(boss, q="%_'\"") == set()


def test_filters_by_tag_campaign_and_rating(boss: Client) -> None:
    one, two = make_image("Dagger", campaign="Winter", rating=4), make_image("Sword", campaign="Summer")
    one.tags.add(Tag.objects.create(name="cosy"))
    two.tags.add(Tag.objects.create(name="grim & dark"))
    assert listed(boss, tag="grim & dark") == {"Sword"}
    assert listed(boss, campaign="Winter") == {"Dagger"}
    assert listed(boss, rating="4") == {"Dagger"}
    assert listed(boss, rating="none") == {"Sword"}
    assert listed(boss, tag="of none") == set()


# ── By day ───────────────────────────────────────────────────────────────────────────────────────


def made_at(*days: str) -> None:
    for day in days:
        made = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
        ImageAsset.objects.filter(pk=make_image(day).pk).update(created_at=made)


def days(browser: Client, **query: Any) -> list[str]:
    """The links above the list."""
    shown = browser.get(LIST, query).text
    hierarchy = re.search(r'<nav class="toplinks">.*?</nav>', shown, re.DOTALL)
    return re.findall(r"<a [^>]*>([^<]*)</a>", hierarchy[0]) if hierarchy else []


def test_years_lead_to_months_and_months_to_days(boss: Client) -> None:
    made_at("2023-11-30", "2024-02-27", "2025-01-02")
    assert days(boss) == ["2023", "2024", "2025"]
    assert days(boss, created_at__year=2023)[1:] == ["November", "December"]
    assert len(days(boss, created_at__year=2024)) == 13
    assert days(boss, created_at__year=2025, created_at__month=1)[1:] == ["January 1", "January 2"]
    month: Any = {"created_at__year": 2023, "created_at__month": 11}
    assert days(boss, **month)[1:] == ["November 30"]
    assert listed(boss, **month) == {"2023-11-30"}
    assert listed(boss, created_at__year=2024) == {"2024-02-27"}
    assert listed(boss, created_at__year=2025, created_at__month=1, created_at__day=1) == set()


def test_what_all_share_needs_no_choice(boss: Client) -> None:
    assert days(boss) == []
    made_at("2024-02-27", "2024-02-29")
    assert days(boss) == ["February 27", "February 28", "February 29"]
    made_at("2024-04-01")
    assert days(boss) == ["February", "March", "April"]


def test_a_day_keeps_the_other_filters(boss: Client) -> None:
    made_at("2023-01-01", "2024-01-01")
    asked: Any = {"q": "2023", "subject_type__exact": "item", "p": 1}
    shown = boss.get(LIST, asked).text
    assert 'href="?created_at__year=2023&amp;q=2023&amp;subject_type__exact=item"' in shown


@pytest.mark.parametrize("year", ["9999", "0", "-1", "9" * 30, "9" * 4_400, "x", "", "٢٠٢٤"])
@pytest.mark.parametrize("more", ["", "&created_at__month=13", "&created_at__month=2&created_at__day=31"])
def test_a_day_that_is_none_is_no_failure(boss: Client, year: str, more: str) -> None:
    made_at("2024-02-27", "2025-02-27")
    assert boss.get(f"{LIST}?created_at__year={year}{more}", follow=True).status_code == 200


def test_the_days_are_read_from_their_index(boss: Client) -> None:
    made_at("2023-11-30", "2025-01-02")
    with CaptureQueriesContext(connection) as asked:
        boss.get(LIST)
    assert len(asked) <= 10
    (sql,) = [query["sql"] for query in asked if "min(" in query["sql"].lower()]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            plan = str(cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall())
        assert plan.count("visible_by_day") == 2
        assert "SCAN gallery_imageasset" not in plan.replace("SCAN CONSTANT ROW", "")


def test_the_box_of_a_filter_keeps_the_others(boss: Client) -> None:
    make_image("Dagger", campaign="Winter")
    shown = boss.get(LIST, {"campaign": "Winter", "tag": "of none"}).text
    assert '<input type="hidden" name="campaign" value="Winter">' in shown
    assert re.search(r'name="tag" value="of none"', shown)


@pytest.mark.parametrize(
    "query", ["?q=%00", "?tag=%00", "?subject_type__exact=%00", "?e=1", "?p=99", "?rating=9"]
)
def test_nonsense_in_the_address_is_no_failure(boss: Client, query: str) -> None:
    make_image()
    assert boss.get(LIST + query, follow=True).status_code == 200


def test_pages_from_the_end_hold_what_pages_from_the_start_would(
    boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gallery.admin.images.ImageAssetAdmin.list_per_page", 2)
    names = [make_image(f"Dagger {n}").subject_name for n in range(7)][::-1]
    found = []
    for page in range(1, 5):
        rows = boss.get(LIST, {"p": page}).context["cl"].result_list
        found += [image.subject_name for image in rows]
    assert found == names


def test_the_list_takes_few_queries(
    boss: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for n in range(5):
        make_image(f"Dagger {n}", campaign="Winter").tags.add(Tag.objects.create(name=f"tag {n}"))
    with django_assert_max_num_queries(10):
        boss.get(LIST, {"q": "dagger", "tag": "tag 1", "o": "-2"})


# ── The page of one picture ──────────────────────────────────────────────────────────────────────


def test_the_page_tells_everything_and_leads_to_the_others(boss: Client) -> None:
    other, image = make_image(), make_image(prompt="a thing <script>")
    shown = boss.get(address(ImageAsset, "change", image.pk))
    assert f'href="{address(ImageAsset, "change", other.pk)}"' in shown.text
    assert "a thing &lt;script&gt;" in shown.text
    assert 'fill="#' in shown.text
    assert image.sha256 in shown.text
    assert "style=" not in shown.text


def test_a_picture_with_its_log_leads_there(boss: Client, api: Client, fake_gemini: FakeGemini) -> None:
    wanted = {"subject_type": "item", "subject_name": "Dagger", "prompt": "A rusty dagger"}
    made = api.post("/api/v1/images/generate", wanted, content_type="application/json").json()["id"]
    entry = ImageAsset.objects.get(pk=made).log.get()
    shown = boss.get(address(ImageAsset, "change", made)).text
    assert address(type(entry), "change", entry.pk) in shown


def test_what_a_picture_cost_is_for_those_who_may_see_the_log(staff: Any) -> None:
    image = make_image()
    GenerationLog.objects.create(status="success", image=image, cost_usd="0.123")
    page = address(ImageAsset, "change", image.pk)
    assert "0.123" not in staff("view_imageasset").get(page).text
    get_user_model().objects.all().delete()
    assert "0.123" in staff("view_imageasset", "view_generationlog").get(page).text


@pytest.mark.parametrize("digits", [19, 30, 4_400])
def test_a_number_longer_than_any_leads_nowhere(boss: Client, digits: int) -> None:
    for model in (ImageAsset, TrashedImage):
        assert boss.get(address(model, "change", "9" * digits)).status_code == 302


def test_addresses_follow_a_picture_into_the_trash_and_back(boss: Client) -> None:
    image = make_image()
    here, there = address(ImageAsset, "change", image.pk), address(TrashedImage, "change", image.pk)
    assert boss.get(there)["Location"] == here
    images.trash(image.pk, now=timezone.now())
    assert boss.get(here)["Location"] == there


def test_saving_a_picture_keeps_what_was_counted_meanwhile(boss: Client) -> None:
    image = make_image()

    def counted(**kwargs: Any) -> None:
        ImageAsset.objects.update(use_count=99)

    pre_save.connect(counted, sender=ImageAsset)  # the row is loaded, not yet written
    try:
        wanted = {"campaign": "Winter", "subject_name": "x", "token": "x"}
        boss.post(address(ImageAsset, "change", image.pk), wanted)
    finally:
        pre_save.disconnect(counted, sender=ImageAsset)
    image.refresh_from_db()
    assert (image.campaign, image.use_count, image.subject_name) == ("Winter", 99, "Dagger")


# ── Making anew ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def worker() -> Worker:
    import threading

    return Worker(threads=1, stop=threading.Event())


@pytest.mark.django_db(transaction=True)
def test_regenerating_makes_another_by_the_same_request(
    boss: Client, fake_gemini: FakeGemini, worker: Worker
) -> None:
    image = make_image(
        prompt="a rusty dagger", custom_prompt="glowing", campaign="Winter", aspect_ratio="1:1"
    )
    assert act(boss, "regenerate_chosen", image).startswith("Queued 1 new picture.")
    assert act(boss, "regenerate_chosen", image).startswith("Queued 1 new picture.")  # a double click
    assert worker.run_once() == 1
    new = ImageAsset.objects.exclude(pk=image.pk).get()
    for name in ("subject_name", "subject_type", "prompt", "custom_prompt", "campaign", "aspect_ratio"):
        assert getattr(new, name) == getattr(image, name)
    assert new.log.get().caller.startswith("staff:")


def test_what_was_edited_meanwhile_is_regenerated_as_it_is_now(boss: Client) -> None:
    image = make_image(campaign="Winter")
    act(boss, "regenerate_chosen", image)
    ImageAsset.objects.filter(pk=image.pk).update(campaign="Summer")
    assert act(boss, "regenerate_chosen", image).startswith("Queued 1 new picture.")
    assert {job.request["campaign"] for job in Job.objects.active()} == {"Winter", "Summer"}


def test_regenerating_obeys_the_limits(boss: Client, settings: Settings) -> None:
    settings.MAX_REQUESTS_PER_MINUTE = 1
    said = act(boss, "regenerate_chosen", make_image("Dagger"), make_image("Sword"))
    assert said == "Queued 1 new picture. Not the others: Rate limit exceeded."
    settings.MAX_REQUESTS_PER_MINUTE, settings.MAX_IMAGES_PER_ITEM = 100, 1
    said = act(boss, "regenerate_chosen", make_image("Bow"))
    assert "MAX_IMAGES_PER_ITEM" in said
    assert Job.objects.active().count() == 1


def test_a_picture_that_nobody_knows_the_words_of_is_not_regenerated(boss: Client) -> None:
    said = act(boss, "regenerate_chosen", make_image("Odd <b>", prompt=""))
    assert "nobody knows what “Odd <b>” was made of" in said
    assert not Job.objects.exists()
