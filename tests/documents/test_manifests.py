"""Manifests of Node, Go and Java, and the lists of a platform."""

import pytest

from opsready.documents.document import Unparsable
from opsready.documents.env_file import EnvFile
from opsready.documents.module_list import GoModule, JavaBuild
from opsready.documents.openapi import OpenApi
from opsready.documents.package_json import PackageJson
from opsready.documents.procfile import Procfile


class TestPackageJson:
    TEXT = '{\n  "name": "shop",\n  "scripts": {\n    "start": "node a.js"\n  },\n  "x": [1]\n}\n'

    def test_a_key_of_a_section_has_its_line(self) -> None:
        package = PackageJson.parse("package.json", self.TEXT)
        assert (package.name, dict(package.scripts)) == ("shop", {"start": "node a.js"})
        assert package.line_of("scripts", "start") == 4
        assert package.quote(4) == '"start": "node a.js"'

    @pytest.mark.parametrize("text", ["[]", '{"name": }', '{"a": ' * 5000])
    def test_what_is_no_manifest_is_refused(self, text: str) -> None:
        with pytest.raises(Unparsable):
            PackageJson.parse("package.json", text)


def test_go_modules_without_what_others_need() -> None:
    text = """\
module example.com/shop

go 1.23

require github.com/lib/pq v1.10.9
require (
\tgithub.com/gin-gonic/gin v1.10.0
\tgolang.org/x/sys v0.1.0 // indirect
)
"""
    module = GoModule.parse("go.mod", text)
    assert module.name == "example.com/shop"
    assert [(m.name, m.line) for m in module.modules] == [
        ("github.com/lib/pq", 5),
        ("github.com/gin-gonic/gin", 7),
    ]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        (
            "pom.xml",
            "<project>\n<dependency>\n<groupId>org.postgresql</groupId>\n"
            "<artifactId>postgresql</artifactId>\n</dependency></project>",
            4,
        ),
        ("build.gradle", 'dependencies {\n  implementation "org.postgresql:postgresql:42"\n}', 2),
        ("build.gradle.kts", 'dependencies {\n  implementation("org.postgresql:postgresql")\n}', 2),
    ],
)
def test_java_builds_of_each_kind(path: str, text: str, line: int) -> None:
    (module,) = JavaBuild.parse(path, text).modules
    assert (module.group, module.name, module.line) == ("org.postgresql", "postgresql", line)


def test_entities_of_xml_are_left_alone() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "&b;&b;">]><project>&a;</project>'
    assert JavaBuild.parse("pom.xml", bomb).modules == ()


def test_processes_of_a_procfile() -> None:
    procfile = Procfile.parse("Procfile", "# app\nweb: gunicorn a:b \nworker: celery\n")
    assert [(p.name, p.command, p.line) for p in procfile.processes] == [
        ("web", "gunicorn a:b", 2),
        ("worker", "celery", 3),
    ]


class TestEnvFile:
    def test_values_with_and_without_quotes(self) -> None:
        text = "# c\nA=1 # one\nexport B='x y'\nC=\"$A/x\"\nD=\nnot a line\n"
        found = [(v.name, v.value, v.line) for v in EnvFile.parse(".env", text).variables]
        assert found == [("A", "1", 2), ("B", "x y", 3), ("C", None, 4), ("D", "", 5)]

    @pytest.mark.parametrize(
        ("path", "is_sample", "is_for_trials"),
        [
            (".env", False, False),
            (".env.example", True, False),
            ("deploy/.env.production", False, False),
            (".env.test", False, True),
            (".env.local", False, True),
        ],
    )
    def test_what_a_file_is_for(self, path: str, is_sample: bool, is_for_trials: bool) -> None:
        document = EnvFile.parse(path, "A=1\n")
        assert (document.is_sample, document.is_for_trials) == (is_sample, is_for_trials)


class TestOpenApi:
    YAML = """\
openapi: 3.1.0
info: {title: Shop}
servers: [{url: https://api.example.com/v1}]
paths:
  /orders:
    summary: orders
    get:
      operationId: list
      responses: {"200": {description: ok}}
    post: {}
"""

    def test_operations_with_the_prefix_of_the_server(self) -> None:
        document = OpenApi.parse("openapi.yaml", self.YAML)
        assert document.title == "Shop"
        assert [(o.method, o.path, o.line, o.statuses) for o in document.operations] == [
            ("GET", "/v1/orders", 7, ("200",)),
            ("POST", "/v1/orders", 10, ()),
        ]

    @pytest.mark.parametrize(
        ("servers", "path"),
        [
            ("", "/a"),
            ("servers: [{url: /v2}]", "/v2/a"),
            ("servers: [{url: 'https://x.io/{stage}'}]", "/a"),
            ("servers: [{url: https://x.io/v1}, {url: https://y.io/v2}]", "/a"),
            ("basePath: /v3", "/v3/a"),
        ],
    )
    def test_a_prefix_counts_where_it_is_the_only_one(self, servers: str, path: str) -> None:
        text = f"openapi: 3.0.0\n{servers}\npaths: {{/a: {{get: {{}}}}}}\n"
        assert [o.path for o in OpenApi.parse("a.yaml", text).operations] == [path]

    def test_json_indented_with_tabs_is_read(self) -> None:
        text = '{\n\t"swagger": "2.0",\n\t"paths": {"/a": {"get": {}}}\n}'
        assert [o.path for o in OpenApi.parse("swagger.json", text).operations] == ["/a"]

    def test_what_names_no_version_is_refused(self) -> None:
        with pytest.raises(Unparsable, match="names no version"):
            OpenApi.parse("a.yaml", "paths: {}")
