"""Journeys are played step by step, with what earlier answers gave."""

from collections.abc import Iterator
from typing import Any

from opsready.rehearsal.stage.answer import Answer, Fate, Request
from opsready.rehearsal.stage.journeys import play
from opsready.spec.spec import Journey


class Recorded:
    """Answers from a list, and keeps what it was asked."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        self.answers: Iterator[tuple[int, str]] = iter(answers)
        self.asked: list[Request] = []

    def ask(self, request: Request, timeout_s: float) -> Answer:
        self.asked.append(request)
        status, body = next(self.answers)
        fate = Fate.ANSWERED if status else Fate.LOST
        return Answer(fate, status, body.encode(), 0.0, 0.1)


def journey(*steps: dict[str, Any]) -> Journey:
    return Journey.model_validate({"name": "order", "steps": steps})


def played(service: Recorded, *steps: dict[str, Any]) -> list[str]:
    return [str(one) for one in play(service, journey(*steps), 5)]  # type: ignore[arg-type]


def test_an_id_of_an_answer_is_used_in_the_next_path() -> None:
    service = Recorded((201, '{"order_id": "o-7", "items": [{"sku": "A"}]}'), (200, "{}"))
    told = played(
        service,
        {"method": "POST", "path": "/orders", "json": '{"sku": "A"}', "expects": 201},
        {"method": "GET", "path": "/orders/{order_id}", "expects": 200},
    )
    assert told == [
        "POST /orders: 201, expected 201",
        "GET /orders/{order_id}: 200, expected 200",
    ]
    assert [request.path for request in service.asked] == ["/orders", "/orders/o-7"]
    assert service.asked[0].body == '{"sku": "A"}'


def test_a_name_that_ends_in_id_takes_a_plain_id() -> None:
    service = Recorded((201, '{"data": {"id": 17}}'), (200, "{}"))
    played(
        service, {"method": "POST", "path": "/carts"}, {"method": "GET", "path": "/carts/{cart_id}"}
    )
    assert service.asked[1].path == "/carts/17"


def test_of_two_values_the_one_nearer_to_the_root_is_taken() -> None:
    service = Recorded((201, '{"lines": [{"id": "inner"}], "id": "outer"}'), (200, "{}"))
    played(service, {"method": "POST", "path": "/a"}, {"method": "GET", "path": "/a/{id}"})
    assert service.asked[1].path == "/a/outer"


def test_a_step_that_lacks_a_value_is_not_made_up() -> None:
    service = Recorded((200, "[]"))
    told = played(
        service, {"method": "GET", "path": "/orders"}, {"method": "GET", "path": "/orders/{number}"}
    )
    assert told[1] == "GET /orders/{number}: not made: no earlier answer gave number"
    assert len(service.asked) == 1


def test_after_a_lost_answer_nothing_follows() -> None:
    service = Recorded((0, ""))
    told = played(service, {"method": "GET", "path": "/a"}, {"method": "GET", "path": "/b"})
    assert told == ["GET /a: lost"]


def test_an_answer_is_as_expected_by_its_status() -> None:
    service = Recorded((404, ""), (404, ""), (500, ""))
    steps = [{"method": "GET", "path": "/a", "expects": 404}, {"method": "GET", "path": "/b"}]
    one = list(play(service, journey(*steps, {"method": "GET", "path": "/c"}), 5))  # type: ignore[arg-type]
    assert [step.is_as_expected for step in one] == [True, True, False]
