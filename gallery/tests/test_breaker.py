from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from gallery.errors import (
    BudgetExhausted,
    ContentBlocked,
    GenerationError,
    GenerationTimeout,
    ProviderBadResponse,
    ProviderMisconfigured,
    ProviderUnavailable,
    QuotaExceeded,
)
from gallery.generation.breaker import Breaker, ServerFault


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def fail(breaker: Breaker, *errors: BaseException) -> None:
    for error in errors:
        with pytest.raises(type(error)), breaker.attempt():
            raise error


def succeed(breaker: Breaker) -> None:
    with breaker.attempt():
        pass


def refusal(breaker: Breaker) -> GenerationError:
    with pytest.raises(GenerationError) as caught:
        breaker.check()
    return caught.value


@pytest.mark.parametrize("error", [ProviderUnavailable, GenerationTimeout, ServerFault])
def test_failures_in_a_row_open_it(error: type[GenerationError]) -> None:
    breaker = Breaker(failures=3, cooldown_s=30, clock=Clock())
    fail(breaker, error(), error())
    assert breaker.state == "closed"
    fail(breaker, error())
    assert breaker.state == "open"
    assert isinstance(refusal(breaker), ProviderUnavailable)


def test_while_open_nothing_is_attempted_and_the_time_left_is_told() -> None:
    clock, entered = Clock(), False
    breaker = Breaker(failures=1, cooldown_s=30, clock=clock)
    fail(breaker, GenerationTimeout())
    clock.now += 12.5
    with pytest.raises(ProviderUnavailable) as caught, breaker.attempt():
        entered = True
    assert not entered
    assert caught.value.retry_after == 18
    assert not caught.value.billed


@pytest.mark.parametrize(
    "answer", [ContentBlocked(), ProviderBadResponse(), ProviderMisconfigured(), None], ids=repr
)
def test_any_answer_between_breaks_the_row(answer: GenerationError | None) -> None:
    breaker = Breaker(failures=2, clock=Clock())
    fail(breaker, ProviderUnavailable())
    succeed(breaker) if answer is None else fail(breaker, answer)
    fail(breaker, ProviderUnavailable())
    assert breaker.state == "closed"


@pytest.mark.parametrize(
    "error", [ContentBlocked, ProviderBadResponse, ProviderMisconfigured, BudgetExhausted]
)
def test_refusals_and_rubbish_never_open_it(error: type[GenerationError]) -> None:
    breaker = Breaker(failures=2, clock=Clock())
    fail(breaker, *(error() for _ in range(10)))
    assert breaker.state == "closed"


def test_our_own_budget_says_nothing_about_the_provider() -> None:
    breaker = Breaker(failures=2, clock=Clock())
    fail(breaker, ProviderUnavailable(), BudgetExhausted(), ProviderUnavailable())
    assert breaker.state == "open"


def test_after_the_cooldown_exactly_one_trial_passes_and_its_success_closes() -> None:
    clock = Clock()
    breaker = Breaker(failures=1, cooldown_s=30, clock=clock)
    fail(breaker, ProviderUnavailable())
    clock.now += 30
    assert breaker.state == "half_open"
    breaker.check()
    with breaker.attempt():
        assert isinstance(refusal(breaker), ProviderUnavailable)
    assert breaker.state == "closed"


def test_of_many_threads_only_one_makes_the_trial() -> None:
    clock, passed, refused = Clock(), [], threading.Barrier(8)
    breaker = Breaker(failures=1, cooldown_s=30, clock=clock)
    fail(breaker, ProviderUnavailable())
    clock.now += 31

    def attempt(number: int) -> None:
        try:
            with breaker.attempt():
                passed.append(number)
                refused.wait(5)
        except ProviderUnavailable:
            refused.wait(5)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(attempt, range(8)))
    assert len(passed) == 1


def test_a_failed_trial_opens_it_again_at_once() -> None:
    clock = Clock()
    breaker = Breaker(failures=3, cooldown_s=30, clock=clock)
    fail(breaker, *(ProviderUnavailable() for _ in range(3)))
    clock.now += 31
    fail(breaker, GenerationTimeout())
    assert breaker.state == "open"


@pytest.mark.parametrize("error", [BudgetExhausted(), KeyboardInterrupt(), ZeroDivisionError()], ids=repr)
def test_a_trial_that_proves_nothing_gives_its_place_back(error: BaseException) -> None:
    clock = Clock()
    breaker = Breaker(failures=1, clock=clock)
    fail(breaker, ProviderUnavailable())
    clock.now += 31
    fail(breaker, error)
    assert breaker.state == "half_open"
    succeed(breaker)
    assert breaker.state == "closed"


def test_a_used_up_quota_opens_it_at_once_and_is_repeated_with_the_time_left() -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    fail(breaker, QuotaExceeded(scope="minute", retry_after=40))
    clock.now += 15
    error = refusal(breaker)
    assert isinstance(error, QuotaExceeded)
    assert (error.detail, error.retry_after) == ({"scope": "minute"}, 25)
    clock.now += 25
    assert breaker.state == "half_open"


@pytest.mark.parametrize(("scope", "longest_s"), [("minute", 60), ("day", 600), ("none", 600)])
def test_a_quota_is_looked_at_again_in_bounded_time_whatever_was_told(scope: str, longest_s: int) -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    fail(breaker, QuotaExceeded(scope=scope, retry_after=50_000))
    clock.now += longest_s - 1
    assert refusal(breaker).retry_after == 50_000 - longest_s + 1
    clock.now += 1
    succeed(breaker)
    assert breaker.state == "closed"


def test_a_call_from_before_it_opened_does_not_close_it() -> None:
    breaker = Breaker(failures=1, clock=Clock())
    with breaker.attempt():
        fail(breaker, ProviderUnavailable())
    assert breaker.state == "open"


def test_failures_of_calls_from_before_do_not_keep_it_open_longer() -> None:
    clock = Clock()
    breaker = Breaker(failures=1, cooldown_s=30, clock=clock)

    def slow_call() -> None:
        with breaker.attempt():
            fail(breaker, ProviderUnavailable())
            clock.now += 20
            raise GenerationTimeout

    with pytest.raises(GenerationTimeout):
        slow_call()
    clock.now += 10
    assert breaker.state == "half_open"
