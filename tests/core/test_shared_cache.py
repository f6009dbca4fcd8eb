"""The cache that threads share: bounded, and what is evicted is a miss, never an error."""

from __future__ import annotations

import sys
import threading

import pytest

from core.shared_cache import SharedCache
from web import page_cache


def test_the_least_recently_used_goes_first() -> None:
    cache: SharedCache[str, int] = SharedCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (1, None, 3)
    assert len(cache) == 2


def test_nobody_can_ask_first_and_take_afterwards() -> None:
    cache: SharedCache[str, int] = SharedCache(2)
    with pytest.raises(TypeError):
        "a" in cache  # noqa: B015  # the question itself is the error
    with pytest.raises(TypeError):
        cache["a"]  # type: ignore[index]  # so is this


def test_threads_that_evict_each_other_s_values_see_misses_at_most() -> None:
    cache: SharedCache[int, int] = SharedCache(4)
    broken: list[Exception] = []

    def work(offset: int) -> None:
        try:
            for number in range(4_000):
                key = (number + offset) % 9
                held = cache.get(key)
                assert held in (None, key)
                cache.put(key, key)
        except Exception as error:
            broken.append(error)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work, args=(offset,)) for offset in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert broken == []
    assert len(cache) <= 4


def test_a_page_that_is_evicted_between_question_and_answer_is_made_again(
    client, cast, monkeypatch
) -> None:
    """What another thread did in that moment was a 500."""

    class Evicting(SharedCache[str, bytes]):
        def get(self, key: str) -> bytes | None:
            self.clear()
            return super().get(key)

    monkeypatch.setattr(page_cache, "_pages", Evicting(4))
    assert [client.get("/institutions").status_code for _ in range(2)] == [200, 200]
