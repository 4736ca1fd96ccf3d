"""Routes of Flask and Quart applications."""

import pytest

from opsready.facts.fact import Claim, Confidence
from opsready.facts.readers.python.flask import READER
from tests.facts.readers.python.told import facts, health, left_open, routes

APP = (
    "from flask import Blueprint, Flask\nfrom flask.views import MethodView\n"
    "app = Flask(__name__)\n"
)


@pytest.mark.parametrize(
    ("line", "served"),
    [
        ("@app.route('/a')\ndef f(): ...", ["GET /a"]),
        ("@app.route('/a/<int:id>/<path:rest>')\ndef f(): ...", ["GET /a/{id}/{rest}"]),
        ("@app.route('/a', methods=['POST', 'put'])\ndef f(): ...", ["POST /a", "PUT /a"]),
        ("@app.route('/a', methods=wanted)\ndef f(): ...", ["* /a"]),
        ("@app.delete('/a')\ndef f(): ...", ["DELETE /a"]),
        ("def f(): ...\napp.add_url_rule('/a', 'a', f, methods=['PUT'])", ["PUT /a"]),
        ("def f(): ...\napp.add_url_rule('/a', view_func=f)", ["GET /a"]),
        ("class V(MethodView):\n    def get(self): ...\n    def patch(self): ...\n"
         "app.add_url_rule('/a', view_func=V.as_view('v'))", ["GET /a", "PATCH /a"]),
        ("requests.get('/a')", []),
        ("session.get('a')", []),
    ],
)  # fmt: skip
def test_every_way_to_declare_a_rule(line: str, served: list[str]) -> None:
    assert routes(READER, f"{APP}{line}\n") == served


@pytest.mark.parametrize(
    ("registered", "served"),
    [
        ("app.register_blueprint(bp)", ["GET /shop/a"]),
        ("app.register_blueprint(bp, url_prefix='/other')", ["GET /other/a"]),
        ("outer = Blueprint('o', __name__, url_prefix='/o')\n"
         "outer.register_blueprint(bp)\napp.register_blueprint(outer)", ["GET /o/shop/a"]),
        ("for part in [bp]:\n    app.register_blueprint(part)", ["GET /shop/a"]),
        ("def wire(app):\n    app.register_blueprint(bp)\nwire(app)", ["GET /shop/a"]),
        ("", []),
    ],
)  # fmt: skip
def test_a_blueprint_serves_where_it_is_registered(registered: str, served: list[str]) -> None:
    text = APP + (
        "bp = Blueprint('shop', __name__, url_prefix='/shop')\n@bp.route('/a')\ndef f(): ...\n"
        f"{registered}\n"
    )
    assert routes(READER, text) == served


def test_a_blueprint_of_another_file_is_followed_into_the_factory() -> None:
    files = {
        "shop/__init__.py": (
            "from flask import Flask\n"
            "def create_app():\n    app = Flask(__name__)\n"
            "    from shop.orders import bp\n    app.register_blueprint(bp)\n"
            "    @app.get('/up')\n    def up(): ...\n    return app\n"
        ),
        "shop/orders.py": (
            "from flask import Blueprint\nbp = Blueprint('o', __name__, url_prefix='/orders')\n"
            "@bp.post('/')\ndef add(): ...\n"
        ),
    }
    assert routes(READER, files) == ["GET /up", "POST /orders/"]


@pytest.mark.parametrize(
    ("resource", "served"),
    [
        ("from flask_restful import Api, Resource\napi = Api(app, prefix='/api')\n"
         "class Orders(Resource):\n    def get(self): ...\n    def post(self): ...\n"
         "api.add_resource(Orders, '/orders', '/o')",
         ["GET /api/o", "GET /api/orders", "POST /api/o", "POST /api/orders"]),
        ("from flask_restx import Api, Namespace, Resource\n"
         "api = Api(app)\nns = Namespace('orders')\n"
         "@ns.route('/<id>')\nclass Order(Resource):\n    def delete(self, id): ...\n"
         "api.add_namespace(ns)", ["DELETE /orders/{id}"]),
        ("from flask_restx import Api, Namespace, Resource\napi = Api()\nns = Namespace('orders')\n"
         "@ns.route('/')\nclass Order(Resource):\n    def get(self): ...\n"
         "api.add_namespace(ns, path='/v1/orders')\napi.init_app(app)", ["GET /v1/orders/"]),
    ],
)  # fmt: skip
def test_resources_answer_the_methods_that_they_define(resource: str, served: list[str]) -> None:
    assert routes(READER, f"{APP}{resource}\n") == served


def test_what_only_a_run_would_show_is_said() -> None:
    text = APP + (
        "@app.route(prefixed('/a'))\ndef f(): ...\n"
        "for part in parts():\n    app.register_blueprint(part)\n"
    )
    assert (routes(READER, text), left_open(READER, text)) == ([], ["", "…"])


def test_a_health_route_says_what_it_covers() -> None:
    text = APP + (
        "from flask_sqlalchemy import SQLAlchemy\nfrom sqlalchemy import text\n"
        "app.config['SQLALCHEMY_DATABASE_URI'] = 'mysql+pymysql://db/shop'\ndb = SQLAlchemy(app)\n"
        "@app.route('/healthz')\ndef live():\n    return 'ok'\n"
        "@app.route('/ready')\ndef ready():\n    db.session.execute(text('x'))\n    return ''\n"
        "@app.route('/orders/<id>/status')\ndef status(id):\n    return ''\n"
    )
    assert health(READER, text) == {"/healthz": [], "/ready": ["mysql"]}


def test_a_page_at_the_place_where_prometheus_looks_is_taken_for_the_metrics() -> None:
    text = APP + "@app.route('/metrics')\ndef f():\n    return render()\n"
    found = [fact for fact in facts(READER, text) if fact.claim is Claim.METRICS_ROUTE]
    assert [(fact["path"], fact.confidence) for fact in found] == [("/metrics", Confidence.DERIVED)]


def test_quart_is_read_as_flask_is() -> None:
    found = facts(
        READER, "from quart import Quart\napp = Quart('x')\n@app.get('/a')\nasync def f(): ...\n"
    )
    assert [(fact.claim, fact.value) for fact in found] == [
        (Claim.FRAMEWORK, "quart"),
        (Claim.ROUTE, {"method": "GET", "path": "/a"}),
    ]
