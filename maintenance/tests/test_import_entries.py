"""What entries of all ages look like, and what is made of them."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone

from gallery.models import ImageAsset
from gallery.tests.encoding import encoded
from maintenance.tests.dumps import bare, bring, dump, item, scene
from scenes.models import SceneCache

pytestmark = pytest.mark.django_db
PREFIX = "data:image/png;base64,"


def lines(text: str) -> str:
    return "\r\n".join(text[at : at + 76] for at in range(0, len(text), 76))


@pytest.mark.parametrize(
    "text",
    [
        bare(), PREFIX + bare(), PREFIX * 2 + bare(), "data:image/webp;base64," + bare(), lines(bare()),
        "data:;base64," + bare(), "DATA:IMAGE/PNG;BASE64," + bare(), f"  {PREFIX} {lines(bare())}\n",
        bare().replace("+", "-").replace("/", "_"), bare().rstrip("="), PREFIX + bare().rstrip("="),
        "data:image/png;charset=utf-8;base64," + bare(), bare().replace("+", "%2B").replace("=", "%3D"),
    ],
)  # fmt: skip
def test_however_a_picture_is_dressed_its_bytes_decide(text: str, keyed: Any) -> None:
    bring(keyed("maintain"), dump(items={"Torch": item(bare())}))
    again = bring(keyed("maintain"), dump(items={"Torch": item(text)}))
    assert (again["skipped"], again["errors"]) == (1, [])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("label", ["", PREFIX, "data:text/html;base64,"])
def test_all_formats_are_taken_whatever_the_label_says(kind: str, label: str, keyed: Any) -> None:
    told = bring(
        keyed("maintain"), dump(items={"Torch": item(label + base64.b64encode(encoded(kind)).decode())})
    )
    assert (told["items"], told["status"]) == (1, "success")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (PREFIX, "Nothing comes after"), ("", "no picture"), (None, "no picture"), (7, "no picture"),
        ("http://127.0.0.1:9/a.png", "link"), ("https://example.com/a.png", "link"), ("blob:null/1-2", "link"),
        ("images/full/ab.webp", "not base64"), (bare()[:-9], "incomplete"), ("####", "not base64"),
        (base64.b64encode(b"<svg onload=alert(1)>").decode(), "Only PNG"), ("data:image/png", "Nothing comes after"),
        (base64.b64encode(b"hello").decode(), "Only PNG"), (PREFIX + "A" * 15_000_000, "larger than"),
        ([1, 2], "no picture"),
    ],
)  # fmt: skip
def test_a_bad_picture_is_named_with_its_reason_and_costs_no_neighbour(
    text: Any, reason: str, keyed: Any
) -> None:
    told = bring(keyed("maintain"), dump(items={"Torch": item(bare(1), {"data": text}, bare(2))}))
    assert told["errors"][0]["key"] == "nanoBananaImageLibrary/Torch/1"
    assert reason in told["errors"][0]["error"]
    assert (told["items"], told["status"], ImageAsset.objects.count()) == (2, "partial", 2)


@pytest.mark.parametrize(
    ("key", "fields", "place"),
    [
        ("scene_x_y_z", {}, ("Old Mill", "dusk", "fog")),
        ("scene_emberpeak_entrance_dawn_clear", {"location": None}, ("emberpeak_entrance", "dusk", "fog")),
        ("scene_emberpeak_entrance_dawn_clear", {"location": 5, "timeOfDay": "", "weather": None},
         ("emberpeak_entrance", "dawn", "clear")),
        ("scene_town-square_day_light-rain", {"location": "", "timeOfDay": None, "weather": None},
         ("town square", "day", "light rain")),
        ("scene_tavern", {"location": None, "timeOfDay": None, "weather": None}, ("tavern", "day", "clear")),
        ("scene_x_y_z", {"location": "  The Mill \u202e\U0001f409 "}, ("  The Mill \u202e\U0001f409 ", "dusk", "fog")),
    ],
)  # fmt: skip
def test_a_scene_is_read_from_its_fields_and_from_its_key_where_they_are_missing(
    key: str, fields: dict[str, Any], place: tuple[str, str, str], keyed: Any
) -> None:
    told = bring(keyed("maintain"), dump(scenes={key: scene(bare(), **fields)}))
    assert told["errors"] == []
    kept = SceneCache.objects.get()
    assert (kept.location, kept.time_of_day, kept.weather) == place
    assert kept.image is not None
    assert kept.image.subject_name == place[0]


@pytest.mark.parametrize("fields", [{"location": "x" * 201}, {"weather": "x" * 51}, {"timeOfDay": "x" * 51}])
def test_a_name_that_is_too_long_is_an_error_not_a_cut(fields: dict[str, str], keyed: Any) -> None:
    told = bring(keyed("maintain"), dump(scenes={"scene_a_b_c": scene(bare(), **fields)}))
    assert "is longer than" in told["errors"][0]["error"]
    assert told["status"] == "failed"


MADE = datetime(2025, 10, 24, 18, 46, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "fields",
    [
        {"timestamp": "2025-10-24T18:46:07.000Z"}, {"timestamp": 1761331567000}, {"timestamp": "1761331567000"},
        {"timestamp": 1761331567}, {"timestamp": "2025-10-24T20:46:07+02:00"}, {"timestamp": "2025-10-24 18:46:07"},
        {"id": "img_1761331567000_nl2v80232"}, {"timestamp": "yesterday", "id": "img_1761331567000_x"},
        {"timestamp": "9999-12-31T23:59:59Z", "id": "img_1761331567000_x"}, {"timestamp": {}, "id": "img_1761331567000"},
    ],
)  # fmt: skip
def test_times_are_read_in_every_form_and_from_the_id(fields: dict[str, Any], keyed: Any) -> None:
    bring(keyed("maintain"), dump(items={"Torch": item({"data": bare(), **fields})}))
    assert ImageAsset.objects.get().created_at == MADE


@pytest.mark.parametrize(
    "given", ["", None, "soon", "0001-01-01T00:00:00+14:00", 1e300, -5, True, "3000-01-01", [], "9" * 30]
)
def test_a_time_that_cannot_be_is_now_and_said_so(given: Any, keyed: Any) -> None:
    before = timezone.now()
    told = bring(
        keyed("maintain"), dump(scenes={"scene_a_b_c": scene(bare(), timestamp=given, lastUsed=given)})
    )
    assert before <= ImageAsset.objects.get().created_at <= timezone.now()
    assert "no usable time" in told["report"]["notes"][0]["note"]


@pytest.mark.parametrize(
    ("given", "kept"), [(3, 3), (0, 0), (-1, 1), ("5", 1), (None, 1), (True, 1), (1e20, 1), (2.0, 2)]
)
def test_uses_are_kept_where_they_are_numbers(given: Any, kept: int, keyed: Any) -> None:
    bring(keyed("maintain"), dump(scenes={"scene_a_b_c": scene(bare(), useCount=given)}))
    assert (SceneCache.objects.get().use_count, ImageAsset.objects.get().use_count) == (kept, kept)


@pytest.mark.parametrize(
    ("featured", "expected"),
    [("b", [False, True]), ("gone", [False, False]), (None, [False, False]), (7, [False, False])],
)
def test_the_featured_picture_is_the_one_with_that_id(
    featured: Any, expected: list[bool], keyed: Any
) -> None:
    pictures = [{"id": "a", "data": bare(1)}, {"id": "b", "data": PREFIX + bare(2)}]
    bring(keyed("maintain"), dump(items={"Torch": item(*pictures, featured=featured)}))
    assert list(ImageAsset.objects.order_by("pk").values_list("is_featured", flat=True)) == expected


def test_a_featured_picture_that_stands_there_twice_is_featured_once(keyed: Any) -> None:
    pictures = [{"id": "a", "data": bare(1)}, {"id": "b", "data": PREFIX + bare(1)}]
    told = bring(keyed("maintain"), dump(items={"Torch": item(*pictures, featured="b")}))
    assert (told["items"], told["skipped"]) == (1, 1)
    assert ImageAsset.objects.get().is_featured


def test_names_and_prompts_are_kept_to_the_letter(keyed: Any) -> None:
    name = " Miner's <b>Note</b> \U0001f409 \u202eabc "
    words = {"prompt": "p \n\t\U0001f409 ", "customPrompt": " <script>alert(1)</script> "}
    bring(keyed("maintain"), dump(items={name: item({"data": bare(), **words})}))
    kept = ImageAsset.objects.get()
    assert (kept.subject_name, kept.prompt, kept.custom_prompt) == (
        name,
        words["prompt"],
        words["customPrompt"],
    )


def test_half_a_surrogate_pair_and_nul_cost_nothing(keyed: Any) -> None:
    library = {"Torch\ud83d": item({"data": bare(), "prompt": "a\x00b\udc09"})}
    body = json.dumps(dump(items=library, draft="\ud83d"))
    answer = keyed("maintain").post(
        "/api/v1/migrate/from-localstorage", body, content_type="application/json"
    )
    assert (answer.json()["items"], answer.json()["status"]) == (1, "success")
    kept = ImageAsset.objects.get()
    assert (kept.subject_name, kept.prompt) == ("Torch\ufffd", "a\ufffdb\ufffd")


def test_documented_stores_are_taken_at_the_top_and_inside(keyed: Any) -> None:
    given = {
        "scene_cache_Old Mill_day_light_rain": json.dumps(
            {"image": bare(1), "timestamp": "2025-10-24T12:00:00Z"}
        ),
        "scene_cache": {"scene_cache_Emberpeak_dawn_clear": {"image": bare(2)}},
        "item_image_Dagger": json.dumps({"images": [{"image": bare(3), "custom_prompt": "blue"}]}),
        "item_images": json.dumps(
            {"item_image_Torch": {"images": [{"image": bare(4), "is_featured": True, "prompt": "lit"}]}}
        ),
    }
    told = bring(keyed("maintain"), given)
    assert (told["scenes"], told["items"], told["status"]) == (2, 2, "success")
    assert ImageAsset.objects.get(subject_name="Torch").is_featured
    assert ImageAsset.objects.get(subject_name="Dagger").custom_prompt == "blue"
    assert SceneCache.objects.filter(location="Emberpeak", time_of_day="dawn", weather="clear").exists()


def test_stores_of_sister_pages_are_taken(keyed: Any) -> None:
    sprites = [
        {
            "id": 1761331567000,
            "description": "a knight",
            "sprite": PREFIX + bare(1),
            "enhanced": PREFIX + bare(2),
        },
        {"id": 2, "description": "", "sprite": PREFIX + bare(3), "enhanced": ""},
        {"id": 3, "description": "lost"},
    ]
    jobs = {
        "jobs": [
            {"prompt": "a frog", "result": {"image_data_url": PREFIX + bare(4)}},
            {"prompt": "never made"},
        ]
    }
    told = bring(keyed("maintain"), dump(sprite_enhancer_history=sprites, pixellab_jobs_v1=jobs))
    assert (told["items"], [error["key"] for error in told["errors"]]) == (4, ["sprite_enhancer_history/2"])
    assert ImageAsset.objects.filter(subject_name="a knight", created_at=MADE).count() == 2
    assert (
        ImageAsset.objects.filter(subject_name__in=["Sprite", "a frog"], prompt__in=["", "a frog"]).count()
        == 2
    )


@pytest.mark.parametrize(
    "job",
    [
        json.dumps({"prompt": "a frog", "result": {"image_data_url": PREFIX + bare()}}),
        {"prompt": "a frog", "result": json.dumps({"image_data_url": PREFIX + bare()})},
        {"prompt": "a frog", "result": PREFIX + bare()},
        {"prompt": "a frog", "result": {"image": bare()}},
    ],
)
def test_a_job_gives_its_picture_however_its_layers_are_dressed(job: Any, keyed: Any) -> None:
    told = bring(keyed("maintain"), dump(pixellab_jobs_v1={"jobs": [job]}))
    assert (told["items"], told["status"]) == (1, "success")
    assert ImageAsset.objects.filter(subject_name="a frog").exists()


@pytest.mark.parametrize(
    ("store", "key"),
    [
        ({"made": [{"result": {"image_data_url": PREFIX + bare()}}]}, "/jobs"),
        ({"jobs": [7]}, "/jobs/0"),
        ({"jobs": ["{"]}, "/jobs/0"),
        ({"jobs": [{"result": {"pictures": [PREFIX + "A" * 3_000]}}]}, "/jobs/0"),
    ],
)
def test_a_job_whose_picture_is_not_found_is_no_success(store: Any, key: str, keyed: Any) -> None:
    told = bring(keyed("maintain"), dump(pixellab_jobs_v1=store))
    assert [error["key"] for error in told["errors"]] == [f"pixellab_jobs_v1{key}"]
    assert told["status"] == "failed"


def test_jobs_that_wait_or_failed_have_no_picture_to_lose(keyed: Any) -> None:
    jobs = [{"prompt": "waits"}, {"result": None}, {"result": {"error": "No credits"}}, {"result": {}}]
    told = bring(keyed("maintain"), dump(pixellab_jobs_v1={"jobs": jobs}))
    assert (told["items"], told["errors"]) == (0, [])


@pytest.mark.parametrize("depth", [300, 900])
def test_a_job_that_is_nested_deep_costs_its_neighbours_nothing(depth: int, keyed: Any) -> None:
    deep = "[" * depth + json.dumps("A" * 3_000) + "]" * depth
    jobs = f'{{"jobs":[{{"result":{{"x":{deep}}}}}]}}'
    told = bring(keyed("maintain"), dump(items={"Torch": item(bare())}, pixellab_jobs_v1=jobs))
    assert (told["items"], [error["key"] for error in told["errors"]]) == (1, ["pixellab_jobs_v1/jobs/0"])


def test_a_picture_beside_an_empty_list_is_taken(keyed: Any) -> None:
    told = bring(keyed("maintain"), dump(items={"Torch": {"images": [], "data": bare()}}))
    assert (told["items"], told["status"]) == (1, "success")


@pytest.mark.parametrize(
    "store", ["", "   ", "{", "[1]", "7", '"text"', '{"Torch": 7}', '{"Torch": {}}', '{"Torch": ""}', "NaN"]
)
def test_a_store_that_is_none_is_an_error_of_its_own(store: str, keyed: Any) -> None:
    told = bring(keyed("maintain"), {**dump(items=store), **dump(scenes={"scene_a_b_c": scene(bare())})})
    assert (told["scenes"], len(told["errors"]), told["status"]) == (1, 1, "partial")


def test_stores_may_be_objects_or_text_of_text(keyed: Any) -> None:
    library = {"Torch": item(bare(1))}
    told = [bring(keyed("maintain"), given) for given in (
        {"nanoBananaImageLibrary": library},
        {"nanoBananaImageLibrary": json.dumps(json.dumps(library))},
        {"nanoBananaImageLibrary": {"Torch": json.dumps(library["Torch"])}},
    )]  # fmt: skip
    assert [(one["items"], one["skipped"]) for one in told] == [(1, 0), (0, 1), (0, 1)]
