"""The form that asks for a picture, and the page that waits for it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dndimages.tests.service import eventually
from gallery import images
from gallery.generation import jobs
from gallery.models import ImageAsset, Job, JobState
from gallery.tests.fake_gemini import FakeGemini, blocked, failed, quota
from scenes.models import SceneCache, SceneDay
from scenes.tests.scening import make_scene

pytestmark = pytest.mark.django_db
DAGGER = {"kind": "item", "subject_name": "Dagger", "prompt": "A rusty dagger of old", "aspect_ratio": "1:1"}
TAVERN = {"kind": "scene", "location": "Tavern", "time_of_day": "night", "weather": "rain"}


@pytest.fixture
def client() -> Client:
    return Client(SERVER_NAME="localhost", headers={"accept": "text/html"})


@pytest.fixture
def staff() -> Client:
    client = Client(SERVER_NAME="localhost", headers={"accept": "text/html"})
    client.force_login(User.objects.create_user("boss", is_staff=True))
    return client


def ticket(client: Client) -> str:
    return str(client.get("/make").context["ticket"])


def send(client: Client, form: dict[str, str], **more: str) -> Any:
    return client.post("/make", {"ticket": more.pop("ticket", None) or ticket(client)} | form | more)


def work() -> None:
    call_command("worker", once=True, verbosity=0)


def the_job(answer: Any) -> Job:
    assert answer.status_code == 302, answer.content
    return Job.objects.get(pk=answer["Location"].split("/")[2])


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("form", [DAGGER, TAVERN, DAGGER | {"kind": "character"}])
def test_a_sent_form_becomes_a_picture(client: Client, fake_gemini: FakeGemini, form: dict[str, str]) -> None:
    answer = send(client, form)
    assert client.get(answer["Location"]).context["outcome"].state == "queued"
    work()
    page = client.get(answer["Location"])
    assert page.context["outcome"].state == "done"
    assert ImageAsset.objects.get().subject_type == form["kind"]
    assert ImageAsset.objects.get().storage_path_full in page.content.decode()
    assert fake_gemini.calls == 1


def test_a_scene_that_has_to_be_made_is_a_miss_and_one_that_is_there_a_hit(client: Client) -> None:
    send(client, TAVERN)
    work()
    send(client, TAVERN)
    day = SceneDay.objects.get()
    assert (day.misses, day.hits) == (1, 1)


def test_the_same_form_twice_is_paid_once(client: Client, fake_gemini: FakeGemini) -> None:
    mark = ticket(client)
    first, again = send(client, DAGGER, ticket=mark), send(client, DAGGER, ticket=mark)
    assert first["Location"] == again["Location"]
    work()
    image = ImageAsset.objects.get()
    assert send(client, DAGGER, ticket=mark)["Location"].endswith(f"/{image.pk}")
    work()
    assert fake_gemini.calls == 1


def test_other_words_in_the_same_form_are_another_picture(client: Client, fake_gemini: FakeGemini) -> None:
    mark = ticket(client)
    first = send(client, DAGGER, ticket=mark)
    other = send(client, DAGGER, ticket=mark, prompt="Quite another dagger")
    assert first["Location"] != other["Location"]
    work()
    assert fake_gemini.calls == 2


def test_a_scene_made_anew_is_paid_once_for_each_form(client: Client, fake_gemini: FakeGemini) -> None:
    make_scene("Tavern", "night", "rain")
    mark = ticket(client)
    send(client, TAVERN, ticket=mark, force_regenerate="on")
    work()
    made = ImageAsset.objects.latest("pk")
    again = send(client, TAVERN, ticket=mark, force_regenerate="on")
    assert again["Location"].endswith(f"/{made.pk}")
    send(client, TAVERN, force_regenerate="on")  # a new form means it
    work()
    assert fake_gemini.calls == 2


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_paid_once(client: Client, fake_gemini: FakeGemini) -> None:
    mark = ticket(client)

    def click(_: int) -> str:
        try:
            return str(send(Client(SERVER_NAME="localhost"), DAGGER, ticket=mark)["Location"])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(click, range(6)))) == 1
    work()
    assert fake_gemini.calls == 1


def test_a_scene_that_is_there_is_shown_at_once(client: Client, fake_gemini: FakeGemini) -> None:
    scene = make_scene("Tavern", "night", "rain")
    assert send(client, TAVERN | {"location": " TAVERN"})["Location"].endswith(f"/{scene.image_id}")
    assert Job.objects.count() == fake_gemini.calls == 0
    scene.refresh_from_db()
    assert scene.use_count == 2


def test_an_expired_scene_is_made_again(client: Client, fake_gemini: FakeGemini) -> None:
    make_scene("Tavern", "night", "rain", days_left=-1)
    the_job(send(client, TAVERN))
    work()
    assert fake_gemini.calls == 1


def test_empty_hours_and_weathers_mean_a_clear_day(client: Client, fake_gemini: FakeGemini) -> None:
    send(client, TAVERN, time_of_day="", weather="")
    work()
    scene = SceneCache.objects.get()
    assert (scene.time_of_day, scene.weather) == ("day", "clear")


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (TAVERN | {"location": ""}, "location"),
        (TAVERN | {"location": " - "}, "location"),
        (TAVERN | {"location": "x" * 201}, "location"),
        (TAVERN | {"weather": "x" * 51}, "weather"),
        (DAGGER | {"prompt": "too short"}, "prompt"),
        (DAGGER | {"prompt": "x" * 1001}, "prompt"),
        (DAGGER | {"subject_name": ""}, "subject_name"),
        (DAGGER | {"custom_prompt": "a <SCRIPT src"}, "custom_prompt"),
        (DAGGER | {"aspect_ratio": "2:1"}, "aspect_ratio"),
        (DAGGER | {"campaign": "nul\x00"}, "campaign"),
    ],
)
def test_what_the_api_refuses_is_told_beside_its_field(
    client: Client, fake_gemini: FakeGemini, form: dict[str, str], field: str
) -> None:
    answer = send(client, form)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"].fields[field].widget.attrs["autofocus"] is True
    assert "Ensure this field" not in answer.content.decode()
    assert Job.objects.count() == 0


def test_a_line_break_counts_as_the_browser_counts_it(client: Client) -> None:
    job = the_job(send(client, DAGGER, prompt="\r\n".join(["x" * 99] * 10)))
    assert len(job.request["prompt"]) == 999


@pytest.mark.parametrize("bad", ["", "x", "a:b:c"])
def test_a_form_without_its_ticket_is_shown_once_more(client: Client, bad: str) -> None:
    answer = client.post("/make", DAGGER | {"ticket": bad})
    assert answer.status_code == 422
    assert "send it once more" in answer.content.decode()
    assert Job.objects.count() == 0
    assert the_job(send(client, DAGGER, ticket=answer.context["ticket"]))


@pytest.mark.parametrize(
    "query",
    ["kind=scene&location=%3Cscript%3Ealert(1)%3C/script%3E", "kind=monster", "location=%00x", "kind=item&prompt=" + "x" * 5000,
     "subject_type=character&subject_name=%E2%80%AEcinrevat", "aspect_ratio=bogus&kind=item", "kind=scene&force_regenerate=maybe"],
)  # fmt: skip
def test_any_query_fills_the_form_safely(client: Client, query: str) -> None:
    page = client.get(f"/make?{query}")
    assert page.status_code == 200
    assert b"<script>alert" not in page.content
    assert b"\x00" not in page.content
    assert b"x" * 1001 not in page.content


# ── Who may, and how much ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("role", ["anonymous", "player", "staff", "former staff"])
def test_making_is_open_to_whom_the_api_is_open(
    client: Client, settings: Settings, role: str, public: bool
) -> None:
    settings.PUBLIC_GENERATION = public
    mark = ticket(client)
    if role != "anonymous":
        user = User.objects.create_user("someone", is_staff=role != "player")
        client.force_login(user)
        User.objects.filter(pk=user.pk).update(is_active=role != "former staff")
    answer = send(client, DAGGER, ticket=mark)
    may = public or role == "staff"
    assert answer.status_code == (302 if may else 403)
    assert Job.objects.count() == (1 if may else 0)


def test_who_may_not_is_told_how_to_sign_in(client: Client, settings: Settings) -> None:
    settings.PUBLIC_GENERATION = False
    page = client.get("/make?kind=item").content.decode()
    assert "/admin/login/?next=%2Fmake%3Fkind%3Ditem" in page
    assert "<form" not in page


@pytest.mark.parametrize("path", ["/make", "/make/{job}/cancel"])
def test_a_form_from_elsewhere_is_refused(client: Client, path: str) -> None:
    job = the_job(send(client, DAGGER))
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    answer = strict.post(path.format(job=job.pk), DAGGER | {"ticket": ticket(client)})
    assert answer.status_code == 403
    job.refresh_from_db()
    assert (job.state, Job.objects.count()) == (JobState.QUEUED, 1)


@pytest.mark.parametrize(
    ("form", "limit"), [(DAGGER, "MAX_REQUESTS_PER_MINUTE"), (TAVERN, "SCENE_GENERATIONS_PER_MINUTE")]
)
def test_the_rate_limit_is_told_with_the_seconds_to_wait(
    client: Client, settings: Settings, form: dict[str, str], limit: str
) -> None:
    setattr(settings, limit, 1)
    name = "location" if form is TAVERN else "subject_name"
    the_job(send(client, form))
    answer = send(client, form, **{name: "Another"})
    assert answer.status_code == 429
    assert "Rate limit exceeded. Please try again in" in answer.content.decode()
    assert 1 <= int(answer["Retry-After"]) <= 60
    assert answer.context["form"].data[name] == "Another"  # nothing has to be typed again


def test_pages_and_api_share_their_limit(client: Client, settings: Settings) -> None:
    settings.MAX_REQUESTS_PER_MINUTE = 1
    wanted = {"subject_type": "item", "subject_name": "Dagger", "prompt": "A rusty dagger of old"}
    assert client.post("/api/v1/images/generate", wanted, content_type="application/json").status_code == 200
    assert send(client, DAGGER).status_code == 429


def test_a_full_item_is_told_so(client: Client, settings: Settings, fake_gemini: FakeGemini) -> None:
    settings.MAX_IMAGES_PER_ITEM = 1
    send(client, DAGGER)
    work()
    answer = send(client, DAGGER)
    assert answer.status_code == 422
    assert "There are 1 pictures of this one already" in answer.content.decode()
    assert fake_gemini.calls == 1


def test_visitors_get_no_cookie_but_the_one_against_forged_forms(client: Client) -> None:
    for path in ("/places", "/demo", "/make", f"/make/{the_job(send(client, DAGGER)).pk}"):
        client.get(path)
    assert set(client.cookies) <= {"csrftoken"}


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
@pytest.mark.parametrize("path", ["/make", "/demo", "/places", "/places/tavern"])
def test_other_methods_are_refused(client: Client, method: str, path: str) -> None:
    answer = getattr(client, method)(path)
    assert answer.status_code == 405
    assert "GET" in answer["Allow"]


# ── How it goes on ───────────────────────────────────────────────────────────────────────────────


def test_a_queued_picture_can_be_taken_back_and_costs_nothing(
    client: Client, fake_gemini: FakeGemini
) -> None:
    job = the_job(send(client, DAGGER))
    page = client.post(f"/make/{job.pk}/cancel", follow=True)
    assert page.context["outcome"].state == "cancelled"
    assert "nothing was paid" in page.content.decode()
    work()
    assert fake_gemini.calls == 0
    job.refresh_from_db()
    assert job.request == {"subject_type": "item"}  # for the form; the words are gone


def test_a_picture_that_is_being_painted_is_kept_in_spite_of_the_cancel(
    client: Client, fake_gemini: FakeGemini
) -> None:
    job = the_job(send(client, DAGGER))
    taken = jobs.take(job, now=timezone.now())
    assert taken is not None
    page = client.post(f"/make/{job.pk}/cancel", follow=True)
    assert "it is kept in the gallery when it comes" in page.content.decode()
    jobs.requeue(taken, now=timezone.now() + timedelta(hours=1))  # its process died: it may be paid for
    client.post(f"/make/{job.pk}/cancel")
    work()
    assert client.get(f"/make/{job.pk}").context["outcome"].state == "done"


def test_who_asked_first_takes_nothing_from_others_who_wait(
    client: Client, staff: Client, fake_gemini: FakeGemini
) -> None:
    other = Client(SERVER_NAME="localhost", REMOTE_ADDR="10.1.2.3", headers={"accept": "text/html"})
    job = the_job(send(client, TAVERN))
    assert the_job(send(other, TAVERN)) == job
    assert client.get(f"/make/{job.pk}").context["may_cancel"] is False
    page = client.post(f"/make/{job.pk}/cancel", follow=True)
    assert "Somebody else waits for it too" in page.content.decode()
    work()
    assert other.get(f"/make/{job.pk}").context["outcome"].state == "done"


def test_asking_twice_is_waiting_once(client: Client) -> None:
    job = the_job(send(client, TAVERN))
    assert the_job(send(client, TAVERN)) == job
    assert client.get(f"/make/{job.pk}").context["may_cancel"] is True


def test_what_was_taken_back_while_somebody_joined_is_asked_for_anew(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = the_job(send(client, TAVERN))
    claim = jobs.claim

    def claim_just_before_the_cancel(*args: Any, **how: Any) -> Any:
        found = claim(*args, **how)
        jobs.cancel(job)
        return found

    monkeypatch.setattr(jobs, "claim", claim_just_before_the_cancel)
    other = Client(SERVER_NAME="localhost", REMOTE_ADDR="10.1.2.3", headers={"accept": "text/html"})
    asked = the_job(send(other, TAVERN))
    assert (asked == job, asked.state) == (False, JobState.QUEUED)


def test_staff_take_back_what_several_wait_for(client: Client, staff: Client) -> None:
    other = Client(SERVER_NAME="localhost", REMOTE_ADDR="10.1.2.3")
    job = the_job(send(client, TAVERN))
    send(other, TAVERN)
    staff.post(f"/make/{job.pk}/cancel")
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


def test_a_forbidden_cancel_is_told_on_a_page_and_to_programs_as_json(client: Client) -> None:
    job = the_job(send(client, DAGGER))
    stranger = Client(SERVER_NAME="localhost", REMOTE_ADDR="10.1.2.3")
    told = stranger.post(f"/make/{job.pk}/cancel", headers={"accept": "text/html"})
    assert (told.status_code, "text/html" in told["Content-Type"]) == (403, True)
    assert f'href="/make/{job.pk}"' in told.text
    assert stranger.post(f"/make/{job.pk}/cancel").json()["detail"]["kind"] == "forbidden"


@pytest.mark.parametrize("kind", ["item", "character"])
def test_another_try_is_for_the_same_kind(client: Client, fake_gemini: FakeGemini, kind: str) -> None:
    fake_gemini.default(blocked())
    failed_job = the_job(send(client, DAGGER | {"kind": kind}))
    work()
    assert f'href="/make?kind={kind}"' in client.get(f"/make/{failed_job.pk}").text
    taken_back = the_job(send(client, DAGGER | {"kind": kind}))
    client.post(f"/make/{taken_back.pk}/cancel")
    assert f'href="/make?kind={kind}"' in client.get(f"/make/{taken_back.pk}").text


def test_only_who_asked_or_staff_may_cancel(client: Client, staff: Client) -> None:
    job = the_job(send(client, DAGGER))
    stranger = Client(SERVER_NAME="localhost", REMOTE_ADDR="10.1.2.3")
    assert stranger.post(f"/make/{job.pk}/cancel").status_code == 403
    assert stranger.get(f"/make/{job.pk}").context["may_cancel"] is False
    assert client.get(f"/make/{job.pk}/cancel").status_code == 405
    staff.post(f"/make/{job.pk}/cancel")
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (blocked(), "The image provider refused"),
        (quota(quota_id="GenerateRequestsPerDay", delay="17s"), "API quota exceeded"),
        (failed(403, reason="PERMISSION_DENIED"), "not set up correctly"),
    ],
)
def test_a_failure_says_what_to_do(client: Client, fake_gemini: FakeGemini, answer: Any, said: str) -> None:
    fake_gemini.default(answer)
    job = the_job(send(client, TAVERN))
    work()
    page = client.get(f"/make/{job.pk}")
    failure = page.context["outcome"].failure
    assert said in page.content.decode()
    assert failure.advice in page.content.decode()
    assert failure.may_retry is (failure.kind != "provider_misconfigured")
    if failure.may_retry:  # the way back knows the scene, though the job forgot it
        assert (
            "/make?kind=scene&amp;location=tavern&amp;time_of_day=night&amp;weather=rain"
            in page.content.decode()
        )


def test_the_time_to_wait_shrinks(client: Client) -> None:
    job = the_job(send(client, TAVERN))
    error = {"kind": "quota_exceeded", "message": "API quota exceeded", "type": "QuotaExceeded",
             "retry_after": 100, "detail": {"scope": "minute"}}  # fmt: skip
    ended = timezone.now() - timedelta(seconds=60)
    Job.objects.filter(pk=job.pk).update(state="failed", error=error, request={}, finished_at=ended)
    assert 35 <= client.get(f"/make/{job.pk}").context["outcome"].failure.wait_s <= 40


def test_a_failed_scene_shows_the_older_picture_meanwhile(client: Client, fake_gemini: FakeGemini) -> None:
    old = make_scene("Tavern", "night", "rain", days_left=-1)
    fake_gemini.default(blocked())
    job = the_job(send(client, TAVERN))
    work()
    outcome = client.get(f"/make/{job.pk}").context["outcome"]
    assert outcome.spare is not None
    assert outcome.spare["id"] == old.image_id


def test_only_who_asked_sees_the_words_again(client: Client) -> None:
    job = the_job(send(client, DAGGER))
    work()
    stranger = Client(SERVER_NAME="localhost", REMOTE_ADDR="10.1.2.3")
    assert "rusty" in client.get(f"/make/{job.pk}").content.decode()
    assert "rusty" not in stranger.get(f"/make/{job.pk}").content.decode()


def test_a_picture_that_went_to_the_trash_is_told_to_be_gone(client: Client) -> None:
    job = the_job(send(client, DAGGER))
    work()
    images.trash(ImageAsset.objects.get().pk, now=timezone.now())
    assert client.get(f"/make/{job.pk}").context["outcome"].state == "gone"


@pytest.mark.parametrize("path", ["/make/5f0c6a4e-0000-4000-8000-000000000000", "/make/x", "/make/x/cancel"])
def test_an_unknown_job_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_where_no_worker_comes_the_server_makes_it_itself(client: Client, fake_gemini: FakeGemini) -> None:
    job = the_job(send(client, DAGGER))
    client.get(f"/make/{job.pk}")
    assert Job.objects.get(pk=job.pk).state == JobState.QUEUED  # a worker has its chance
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(seconds=30))
    client.get(f"/make/{job.pk}")
    eventually(lambda: client.get(f"/make/{job.pk}").context["outcome"].state == "done", 20)
    assert fake_gemini.calls == 1


def test_where_a_worker_is_busy_the_job_waits_for_it(client: Client) -> None:
    waiting, running = the_job(send(client, DAGGER)), the_job(send(client, TAVERN))
    Job.objects.update(created_at=timezone.now() - timedelta(seconds=30))
    jobs.take(running, now=timezone.now())
    page = client.get(f"/make/{waiting.pk}")
    assert page.context["outcome"].state == "queued"
    assert "the worker may be busy, or not running" in page.content.decode()


def test_the_waiting_page_asks_little(client: Client, django_assert_max_num_queries: Any) -> None:
    job = the_job(send(client, DAGGER))
    with django_assert_max_num_queries(2):
        client.get(f"/make/{job.pk}")
