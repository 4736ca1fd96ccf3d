"""No Python source text, however odd, makes a reader raise or run."""

import random
import sysconfig
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsready.facts.catalog import READERS
from opsready.facts.fact import Fact
from tests.build import make_bundle

PYTHON_READERS = [reader for reader in READERS if reader.id.startswith("python-")]
STDLIB = Path(sysconfig.get_path("stdlib"))
# Pieces that readers look for, put together at random: valid Python that makes no sense.
HEAD = """
import os, redis, boto3, requests, httpx, aiohttp, celery, sqlalchemy, psycopg, structlog
from aiohttp import web
from cornice import Service
from django.urls import include, path, re_path
from fastapi import APIRouter, Depends, FastAPI
from flask import Blueprint, Flask
from litestar import Controller, Litestar, Router, get
from prometheus_client import Counter, Gauge, Histogram, generate_latest, start_http_server
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from pyramid.config import Configurator
from pyramid.view import view_config
from rest_framework.routers import DefaultRouter
from starlette.applications import Starlette
from starlette.routing import Mount, Route
import uvicorn, signal, logging, environ, decouple
"""
NAMES = ["app", "router", "config", "path", "f", "C", "x", "urlpatterns", "settings", "env"]
CALLEES = [
    *("FastAPI", "APIRouter", "Flask", "Blueprint", "Starlette", "Route", "Mount", "Configurator"),
    *("web.Application", "web.get", "web.RouteTableDef", "Litestar", "Router", "get", "Service"),
    *("include", "re_path", "DefaultRouter", "Counter", "Gauge", "Histogram", "Depends", "Field"),
    *("os.getenv", "os.environ.get", "redis.Redis", "boto3.client", "requests.get", "httpx.Client"),
    *("sqlalchemy.create_engine", "celery.Celery", "uvicorn.run", "signal.signal", "environ.Env"),
    *("structlog.configure", "logging.basicConfig", "start_http_server", "SettingsConfigDict"),
    *("app.include_router", "app.mount", "app.register_blueprint", "app.add_routes", "app.get"),
    *("router.register", "config.add_route", "config.include", "config.scan", "app.add_url_rule"),
    *("app.router.add_get", "app.add_subapp", "x.add_resource", "x.route", "f", "C", "x"),
]
ATOMS = ["'/a'", "''", "f'/{x}/b'", "None", "1", "-1.5", "...", "[]", "{}", "()", "b'x'", "'GET'"]


def expressions() -> st.SearchStrategy[str]:
    atom = st.sampled_from([*ATOMS, *NAMES])

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        argument = st.tuples(st.sampled_from(["", "", "*", "**", "prefix=", "methods=", "name="]),
                             inner).map("".join)  # fmt: skip
        call = st.tuples(st.sampled_from(CALLEES), st.lists(argument, max_size=3)).map(
            lambda made: f"{made[0]}({', '.join(_in_order(made[1]))})"
        )
        return st.one_of(
            call,
            st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]"),
            st.tuples(inner, inner).map(lambda pair: f"({pair[0]} + {pair[1]})"),
            st.tuples(inner, st.sampled_from(NAMES)).map(lambda pair: f"({pair[0]}).{pair[1]}"),
            st.tuples(inner, inner).map(lambda pair: f"({pair[0]})[{pair[1]}]"),
            st.tuples(inner, inner).map(lambda pair: f"({pair[0]} or {pair[1]})"),
            inner.map(lambda body: f"(lambda x: {body})"),
            inner.map(lambda body: f"[{body} for x in app]"),
        )

    return st.recursive(atom, grow, max_leaves=8)


def _in_order(arguments: list[str]) -> list[str]:
    """Positional arguments first, each keyword once: the rest of Python's own grammar."""
    told: dict[str, str] = {}
    for argument in arguments:
        keyword = argument.split("=")[0] if argument[:1].isalpha() and "=" in argument[:8] else ""
        told.setdefault(keyword or argument, argument)
    rank = {"**": 2}
    return sorted(told.values(), key=lambda a: rank.get(a[:2], int("=" in a[:8])))


def statements() -> st.SearchStrategy[str]:
    e, name = expressions(), st.sampled_from(NAMES)
    return st.one_of(
        st.tuples(name, e).map(lambda s: f"{s[0]} = {s[1]}"),
        st.tuples(name, e).map(lambda s: f"{s[0]} += {s[1]}"),
        st.tuples(name, e).map(lambda s: f"{s[0]}.state.x = {s[1]}"),
        e,
        st.tuples(e, name, e, e).map(
            lambda s: f"@{s[0]}\nasync def {s[1]}(x: {s[2]} = {s[3]}):\n    return {s[2]}"
        ),
        st.tuples(name, e, e).map(
            lambda s: f"class {s[0]}({s[1]}):\n    x: {s[2]} = {s[1]}\n    def f(self): {s[2]}"
        ),
        st.tuples(name, e, e).map(lambda s: f"for {s[0]} in {s[1]}:\n    {s[2]}"),
        st.tuples(e, name, e).map(lambda s: f"with {s[0]} as {s[1]}:\n    {s[2]}"),
    )


def read(files: dict[str, str]) -> list[Fact]:
    bundle = make_bundle(files)
    return [fact for reader in PYTHON_READERS for fact in reader.read(bundle)]


@settings(deadline=None, max_examples=200)
@given(st.lists(statements(), max_size=12), st.lists(statements(), max_size=4))
def test_any_program_is_read(main: list[str], other: list[str]) -> None:
    shop = "from app import *\nimport app\n" + "\n".join(other)
    for fact in read({"app.py": HEAD + "\n".join(main), "shop/__init__.py": HEAD + shop}):
        assert fact.line >= 0


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert isinstance(read({"app.py": text, "pyproject.toml": text, "setup.cfg": text}), list)


@pytest.mark.parametrize("folder", ["asyncio", "concurrent", "http", "logging", "xmlrpc", "."])
def test_the_standard_library_is_no_service_of_anybody(folder: str) -> None:
    files = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted((STDLIB / folder).glob("*.py"))
    }
    told = {str(fact.claim) for fact in read(files)}
    assert not told & {"route", "health_route", "metrics_route", "metric", "framework"}


def test_the_order_of_files_changes_nothing() -> None:
    files = {
        "a.py": "from fastapi import FastAPI\nfrom b import r\napp = FastAPI()\n"
        "app.include_router(r, prefix='/x')\n",
        "b.py": "from fastapi import APIRouter\nr = APIRouter()\n@r.get('/y')\ndef f(): ...\n",
    }
    shuffled = dict(random.Random(1).sample(list(files.items()), 2))
    assert read(files) == read(shuffled)
