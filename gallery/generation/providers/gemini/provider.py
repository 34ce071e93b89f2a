"""Pictures from Google's Gemini API, through google-genai."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from google import genai
from google.genai import types
from google.genai.client import DebugConfig

from gallery.errors import (
    BudgetExhausted,
    ContentBlocked,
    GenerationError,
    GenerationTimeout,
    ProviderMisconfigured,
)
from gallery.generation.breaker import Breaker
from gallery.generation.providers.base import CallRecorder, PictureRequest, RawPicture, Usage

from .answer import Answer
from .chain import ModelChain
from .failures import explain
from .network import Exchange, bounded_by
from .patience import Patience
from .transport import bounded_client, trust_for

log = logging.getLogger("gallery.gemini")

GOOGLE = "https://generativelanguage.googleapis.com/"
LISTING_S = 10.0  # for all pages of the list of models
_MOST_MODELS = 1000


class GeminiProvider:
    """One per process, shared by its threads; nothing is opened or checked before the first call.

    Each call that may cost money is recorded before it is made; see `patience` for when one is
    repeated. All errors are `GenerationError`s, with ``billed`` set.

    ``models`` are asked in order, the next one when one is gone (404). ``base_url`` may hold a path
    prefix; empty means Google. ``max_answer_bytes`` bounds an answer as it travels (base64 in JSON).
    ``first_wait_s`` is the mean wait before the first repetition after a failure of the server.
    """

    name = "gemini"
    paid = True

    def __init__(
        self,
        *,
        api_key: str,
        models: Sequence[str],
        base_url: str = "",
        image_size: str = "1K",
        breaker: Breaker | None = None,
        max_answer_bytes: int = 32 * 1024 * 1024,
        first_wait_s: float = 0.5,
    ) -> None:
        self.breaker = breaker if breaker is not None else Breaker()
        self._api_key = api_key.strip()
        self._base_url = base_url.strip() or GOOGLE
        self._image_size = image_size
        self._max_answer_bytes = max_answer_bytes
        self._first_wait_s = first_wait_s
        self._chain = ModelChain(models)
        self._client: genai.Client | None = None
        self._building = threading.Lock()

    def generate(self, request: PictureRequest, *, deadline: float, recorder: CallRecorder) -> RawPicture:
        """One picture by ``deadline`` (``time.monotonic()``), bytes unchecked, else a GenerationError."""
        if time.monotonic() >= deadline:
            raise GenerationTimeout
        with self.breaker.attempt():
            return self._from_first_model(request, deadline, recorder)

    def list_models(self) -> list[str]:
        """Names of the models that the key may use, without ``models/``; a GenerationError if none come."""
        exchange = Exchange(deadline=time.monotonic() + LISTING_S, max_bytes=self._max_answer_bytes)
        client = self._shared_client()
        names: list[str] = []
        with bounded_by(exchange):
            try:
                for model in client.models.list():
                    names.append((model.name or "").removeprefix("models/"))
                    if len(names) >= _MOST_MODELS:
                        break
            except Exception as exc:
                failure = explain(exc, exchange)
            else:
                return names
        _log_failure("(list)", failure, exchange)
        raise failure

    def _from_first_model(
        self, request: PictureRequest, deadline: float, recorder: CallRecorder
    ) -> RawPicture:
        for model in self._chain.usable():
            picture = self._from_model(model, request, deadline, recorder)
            if picture is not None:
                return picture
            self._chain.gone(model)
        raise ProviderMisconfigured

    def _from_model(
        self, model: str, request: PictureRequest, deadline: float, recorder: CallRecorder
    ) -> RawPicture | None:
        """None when the model is gone. Each try is a call of its own in the record."""
        patience = Patience(deadline=deadline, first_wait_s=self._first_wait_s)
        while True:
            exchange = Exchange(deadline=deadline, max_bytes=self._max_answer_bytes)
            try:
                return self._recorded_call(model, request, exchange, recorder)
            except BudgetExhausted:
                raise
            except GenerationError as error:
                _log_failure(model, error, exchange)
                if exchange.status == 404:
                    return None
                wait_s = patience.wait_s(error, exchange)
                if wait_s is None:
                    raise
            time.sleep(wait_s)

    def _recorded_call(
        self, model: str, request: PictureRequest, exchange: Exchange, recorder: CallRecorder
    ) -> RawPicture:
        client = self._shared_client()
        if exchange.expired():
            raise GenerationTimeout
        with recorder.call(model) as call:
            answer = Answer(self._ask(client, model, request, exchange))
            usage = answer.usage()
            if usage is not None:
                call.charge(model=answer.model(model), usage=usage)
            return RawPicture(
                data=answer.picture(),
                source="generated",
                model=answer.model(model),
                response_id=answer.response_id,
                usage=usage or Usage(),
                call_id=call.call_id,
            )

    def _ask(self, client: genai.Client, model: str, request: PictureRequest, exchange: Exchange) -> str:
        """The body of the answer. Whatever goes wrong below here becomes one of our errors."""
        with bounded_by(exchange):
            try:
                response = client.models.generate_content(
                    model=model, contents=request.prompt, config=self._config(request)
                )
            except Exception as exc:
                failure = explain(exc, exchange)
            else:
                raw = response.sdk_http_response
                return (raw.body if raw is not None else None) or ""
        # Out here, so that the upstream error is not even in __context__.
        raise failure

    def _config(self, request: PictureRequest) -> types.GenerateContentConfig:
        return types.GenerateContentConfig(
            response_modalities=["IMAGE"],
            image_config=types.ImageConfig(
                aspect_ratio=request.aspect_ratio, image_size=self._image_size or None
            ),
            # Both would make more requests, and bills, of one call.
            automatic_continuation=False,
            automatic_function_calling=types.AutomaticFunctionCallingConfig(disable=True),
            should_return_http_response=True,
        )

    def _shared_client(self) -> genai.Client:
        with self._building:
            if self._client is None:
                self._client = _new_client(self._api_key, self._base_url)
        if self._client is None:
            raise ProviderMisconfigured
        return self._client


def _new_client(api_key: str, base_url: str) -> genai.Client | None:
    """None when key or address are unusable.

    Everything is said outright: what is left out the SDK takes from the environment. No timeout is
    given: the SDK would send it along, and the API refuses less than 10 s.
    """
    if not api_key.isascii() or not api_key.isprintable():
        log.error("GEMINI_API_KEY holds letters that no key has")
        return None
    try:
        trust = trust_for(base_url)
        return genai.Client(
            vertexai=False,
            api_key=api_key,
            debug_config=DebugConfig(client_mode=None, replays_directory=None, replay_id=None),
            http_options=types.HttpOptions(
                base_url=base_url,
                api_version="v1",
                httpx_client=bounded_client(base_url, trust),
                # For clients that we never use; else it loads all certificates twice more.
                async_client_args={"verify": trust, "ssl": trust},
            ),
        )
    except Exception as exc:
        log.error("The Gemini client cannot be built: %s", type(exc).__name__)
        return None


def _log_failure(model: str, error: GenerationError, exchange: Exchange) -> None:
    level = logging.WARNING
    if isinstance(error, ProviderMisconfigured):
        level = logging.ERROR  # wants the operator
    elif isinstance(error, ContentBlocked):
        level = logging.INFO
    log.log(
        level, "Gemini call failed: model=%s kind=%s http=%s", model, error.kind, exchange.status or "none"
    )
