"""The page's files come from a fixed list, and the description says what the OpenAPI document says."""

from __future__ import annotations

import re

import httpx

from nlpseq.serve import limits
from nlpseq.serve.pages import STATIC
from nlpseq.serve.served import route_of, served_tasks


def test_the_page_and_its_files_are_there(site: httpx.Client) -> None:
    assert site.get("/").headers["content-type"] == "text/html; charset=utf-8"
    assert {"page.js", "page.css", "docs.css"} <= STATIC.keys()
    for name in STATIC:
        response = site.get(f"/static/{name}")
        kind = "text/css" if name.endswith(".css") else "text/javascript"
        assert response.headers["content-type"] == f"{kind}; charset=utf-8"
        assert len(response.content) > 100


def test_nothing_comes_from_elsewhere(site: httpx.Client) -> None:
    for path in ["/", "/docs", *(f"/static/{name}" for name in STATIC)]:
        text = site.get(path).text
        assert not re.search(r"""(src|href|url|import|fetch)\W{1,3}(https?:)?//""", text), path
        if path in ("/", "/docs"):
            assert " style=" not in text and "<style" not in text and not re.search(r"<script(?![^>]* src=)", text)
            linked = set(re.findall(r'(?:src|href)="static/([^"]+)"', text))
            assert linked and linked <= STATIC.keys()


def test_the_description_names_every_path_key_limit_and_status(site: httpx.Client) -> None:
    document = site.get("/openapi.json").json()
    text = site.get("/docs").text
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path}" in text
            for status in operation["responses"]:
                assert status == "200" or f"<code>{status}</code>" in text
    for name, schema in document["components"]["schemas"].items():
        for key in schema.get("properties", ()):
            assert f"<code>{key}</code>" in text, name
    assert f"(1 to {limits.N_BEST})" in text and f"string of at most {limits.CHARACTERS:,} characters" in text
    assert "Authorization" not in text  # nobody asks for it here


def test_the_examples_are_answered(site: httpx.Client) -> None:
    for task in served_tasks():
        path, body = f"/api/{task}", route_of(task).request
        assert site.post(path, json=body).status_code == 200
