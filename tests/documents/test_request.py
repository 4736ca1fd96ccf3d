"""A sentence in, the request or the status that it names out."""

import pytest

from opsready.documents.request import is_made_by_a_client, leads_to, requests_in, status_in


@pytest.mark.parametrize(
    ("text", "method", "path"),
    [
        ("I POST /orders with:", "POST", "/orders"),
        ('I POST "/orders"', "POST", "/orders"),
        ("the client sends a POST request to `/orders`", "POST", "/orders"),
        ("the client sends a post request to '/orders'", "POST", "/orders"),
        ("a GET request is made to /orders/{order_id}", "GET", "/orders/{order_id}"),
        ("a client GETs /orders", "GET", "/orders"),
        ("they DELETE the route /orders/:id.", "DELETE", "/orders/{id}"),
        ("I PUT to the endpoint /orders/<int:id>/lines", "PUT", "/orders/{id}/lines"),
        ("I GET http://localhost:8000/orders?limit=2, then wait", "GET", "/orders?limit=2"),
        ('I send PATCH "/orders/${order}" with header "X"', "PATCH", "/orders/{order}"),
        (
            "the review app calls GET /api/feedback/{intent}/{stage}",
            "GET",
            "/api/feedback/{intent}/{stage}",
        ),
        ('a customer requests "/orders"', "GET", "/orders"),
        ("I visit the page `/login`", "GET", "/login"),
        ("GET /", "GET", "/"),
    ],
)
def test_a_request_is_recognised_however_it_is_said(text: str, method: str, path: str) -> None:
    assert [(r.method, r.path) for r in requests_in(text)] == [(method, path)]


def test_two_requests_of_one_sentence_keep_their_order() -> None:
    found = requests_in("I POST /orders and then GET /orders/{id}")
    assert [(r.method, r.path) for r in found] == [("POST", "/orders"), ("GET", "/orders/{id}")]


@pytest.mark.parametrize(
    "text",
    [
        "no POST /orders is made",
        "the client does not GET /orders",
        "the worker never calls DELETE /orders/1",
        "I get the file /tmp/report.csv",
        "I put the item into the cart",
        'the log is at "/var/log/app.log"',
        "I post a comment",
        "the options are /a and /b",
        "GET it done",
        "// POST //cdn.example.org/x",
    ],
)
def test_what_is_denied_or_no_request_is_none(text: str) -> None:
    assert requests_in(text) == []


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a customer has sent POST /orders", True),
        ("I POST /orders", True),
        ("the payment provider answers POST /charges with 503", False),
        ("POST /charges of the provider is slow", False),
    ],
)
def test_the_sender_is_a_client_or_not(text: str, made: bool) -> None:
    assert is_made_by_a_client(text, requests_in(text)[0]) is made


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("the status is 201", 201),
        ("the response status should be 201", 201),
        ("the response code should be 201", 201),
        ('the status code equals "404"', 404),
        ("it returns 404", 404),
        ("it responds with 503 Service Unavailable", 503),
        ("it responds with `503` and a Retry-After header", 503),
        ("the answer is rejected with 409", 409),
        ("I receive a 400 error", 400),
        ("I get HTTP 429", 429),
        ("the response is 200 OK", 200),
        ("it answers 503 within 5 seconds", 503),
        ("they got a 200.", 200),
        ("the request fails with status 500", 500),
        ("the status is 201 with 300 items", 201),
    ],
)
def test_a_status_is_recognised_however_it_is_said(text: str, status: int) -> None:
    assert status_in(text) == status


@pytest.mark.parametrize(
    "text",
    [
        "it responds within 200 ms",
        "it returns 200 items",
        "the response has 404 lines",
        "the status is not 500",
        "it never returns 500",
        "the status is 200 or 204",
        "it returns 4xx",
        "the total is 250",
        "the response time is below 300 milliseconds",
        "the order 404 is listed",
        "it retries 3 times",
    ],
)
def test_a_number_that_is_no_status_is_none(text: str) -> None:
    assert status_in(text) is None


@pytest.mark.parametrize(
    ("route", "path"),
    [
        ("/orders", "/orders"),
        ("/orders/", "/orders?limit=2"),
        ("/orders/{order_id}", "/orders/17"),
        ("/orders/{order_id}", "/orders/{id}"),
        ("/orders/<int:id>/lines", "/orders/17/lines"),
        ("/orders/:id", "/orders/17"),
        ("/files/{name}.json", "/files/a.json"),
        ("/files/{rest:path}", "/files/a/b/c"),
        ("/orders", "/api/v1/orders"),
        ("/api/v1/orders/{id}", "/orders/17"),
        ("/", "/"),
    ],
)
def test_a_route_leads_to_a_path(route: str, path: str) -> None:
    assert leads_to(route, path)


@pytest.mark.parametrize(
    ("route", "path"),
    [
        ("/orders", "/payments"),
        ("/orders/{id}", "/orders"),
        ("/orders/{id}", "/orders/17/lines"),
        ("/{anything}", "/orders/17"),
        ("/", "/orders"),
        ("/orders/{id}/cancel", "/orders/{id}/refund"),
        ("/files/{name}.json", "/files/a.xml"),
    ],
)
def test_other_routes_do_not(route: str, path: str) -> None:
    assert not leads_to(route, path)


def test_a_text_too_long_for_a_sentence_names_nothing() -> None:
    assert requests_in("GET /a " * 300) == []
    assert status_in("returns 200 " * 300) is None
