"""What the make form asks, by the API's own rules: its serializers check, these fields only show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from rest_framework import serializers

from dndimages.errors import Invalid
from dndimages.serializers import validated
from gallery.api.serializers import ImageRequest
from gallery.generation.providers.base import CONTRACT_RATIOS, FURTHER_RATIOS
from scenes.api.serializers import SceneQuery
from scenes.places import TIMES, WEATHERS

KINDS = {"scene": "A scene", "item": "An item", "character": "A character"}
_RATIO_WORDS = {"16:9": "wide", "1:1": "square", "4:3": "classic", "9:16": "tall"}
RATIOS = [
    *((ratio, f"{ratio}, {_RATIO_WORDS[ratio]}") for ratio in CONTRACT_RATIOS),
    *((ratio, ratio) for ratio in FURTHER_RATIOS),
]


class _AsTheApi(forms.Form):
    """A form whose values one of the API's serializers checks. ``wanted`` holds what it found."""

    serializer: type[serializers.Serializer[Any]]
    kind: str
    wanted: dict[str, Any]
    use_required_attribute = False  # the browser's own words would hide ours

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, label_suffix="")
        rules = self.serializer().fields
        for name, field in self.fields.items():
            for limit in ("max_length", "min_length"):
                if (number := getattr(rules.get(name), limit, None)) is not None:
                    field.widget.attrs[limit.replace("_", "")] = number
            field.widget.attrs["autocomplete"] = "off"
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"id_{name}_hint"

    def _clean_form(self) -> None:
        if self.errors:
            self._lead_to_first_wrong()
            return
        try:
            self.wanted = validated(self.serializer, self._given(), where="body")
        except Invalid as invalid:
            self.tell(invalid)

    def _given(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None)}

    def tell(self, invalid: Invalid) -> None:
        """Show what the API's rules say beside the fields that they are about."""
        problems = invalid.detail.get("errors") or [{"loc": ["body"], "msg": invalid.message}]
        for problem in problems:
            name = problem["loc"][-1]
            self.add_error(name if name in self.fields else None, _as_told(problem["msg"]))
            if name in self.fields:
                self.fields[name].widget.attrs["aria-invalid"] = "true"
        self._lead_to_first_wrong()

    def _lead_to_first_wrong(self) -> None:
        wrong = next((field for name, field in self.fields.items() if name in self.errors), None)
        if wrong is not None:
            wrong.widget.attrs["autofocus"] = True


#: What the API says of JSON: how the page says it to people.
_SAID = (
    (re.compile(r"This field (is required|may not be blank)\."), "Please fill this in."),
    (re.compile(r"Ensure this field has at least (\d+) characters\."), r"Use at least \1 characters."),
    (re.compile(r"Ensure this field has no more than (\d+) characters\."), r"Use at most \1 characters."),
)


def _as_told(message: str) -> str:
    for said, told in _SAID:
        if found := said.fullmatch(message):
            return found.expand(told)
    return message[:1].upper() + message[1:]


class _Words(forms.CharField):
    """Text as it was typed: not trimmed, and a line break is one character, as the browser counts."""

    def __init__(self, label: str, *, hint: str = "", lines: int = 1, like: str = "", **attrs: Any) -> None:
        attrs |= {"placeholder": like} if like else {}
        widget: forms.Widget = forms.TextInput(attrs=attrs | {"dir": "auto"})
        if lines > 1:
            widget = forms.Textarea(attrs=attrs | {"rows": lines, "dir": "auto"})
        super().__init__(label=label, help_text=hint, required=False, strip=False, widget=widget)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")


class SceneForm(_AsTheApi):
    serializer = SceneQuery
    kind = "scene"
    location = _Words("Place", like="Emberpeak Tavern", hint="Any name; a few words more paint it better.")
    time_of_day = _Words("Time of day", list="times", like="day")
    weather = _Words("Weather", list="weathers", like="clear")
    force_regenerate = forms.BooleanField(
        required=False,
        label="Make it anew",
        help_text="Even if there is a picture of this scene already. The new one replaces it for all.",
    )
    suggestions = {"times": TIMES, "weathers": WEATHERS}

    def _given(self) -> dict[str, Any]:
        given = super()._given()
        return given | {"force_regenerate": str(given.get("force_regenerate", False))}


class ImageForm(_AsTheApi):
    serializer = ImageRequest
    subject_name = _Words("Name", like="Moonlit Dagger")
    prompt = _Words(
        "Description",
        lines=4,
        like="A slender dagger of pale steel, its runes glowing with blue light",
        hint="What the picture shows, in 10 to 1000 characters.",
    )
    custom_prompt = _Words(
        "More words (optional)", like="oil painting", hint="Added at the end: a style, a mood."
    )
    campaign = _Words("Campaign (optional)", like="The Emberpeak Road")
    aspect_ratio = forms.ChoiceField(choices=RATIOS, required=False, label="Shape")

    def _given(self) -> dict[str, Any]:
        return super()._given() | {"subject_type": self.kind, "component": f"{self.kind}-modal"}


class ItemForm(ImageForm):
    kind = "item"


class CharacterForm(ImageForm):
    kind = "character"

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.fields["subject_name"].widget.attrs["placeholder"] = "Mira of the Green Wood"
        self.fields["prompt"].widget.attrs["placeholder"] = "An elven ranger with red hair and a longbow"


FORMS: dict[str, type[_AsTheApi]] = {form.kind: form for form in (SceneForm, ItemForm, CharacterForm)}
DEFAULT_RATIOS = {"item": "1:1", "character": "4:5"}


def kind_in(given: Mapping[str, str]) -> str:
    """The kind that a query or a sent form names; a scene when it names none that we know."""
    asked = given.get("kind") or given.get("subject_type") or ""
    return asked if asked in FORMS else "scene"


def prefilled(given: Mapping[str, str]) -> _AsTheApi:
    """An empty form with what the query says. Nothing of it is checked before it is sent, only kept to
    the length that the field takes."""
    form = FORMS[kind := kind_in(given)]()
    words = dict(given.items())
    if kind == "scene":
        words.setdefault("location", words.get("subject_name", ""))
    for name, field in form.fields.items():
        value = words.get(name, "").replace("\x00", "")
        if isinstance(field, forms.BooleanField):
            form.initial[name] = value.lower() in ("1", "true", "yes", "on")
        else:
            form.initial[name] = value[: field.widget.attrs.get("maxlength", 50)]
    if kind in DEFAULT_RATIOS and form.initial["aspect_ratio"] not in dict(RATIOS):
        form.initial["aspect_ratio"] = DEFAULT_RATIOS[kind]
    return form
