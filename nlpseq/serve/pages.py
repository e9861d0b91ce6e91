"""The page, its files and the description of the REST interface: a fixed list, read from the package."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment

from nlpseq.serve.refusals import Refusal
from nlpseq.serve.served import route_of, served_tasks

if TYPE_CHECKING:
    from importlib.abc import Traversable  # in Python 3.14 it is in importlib.resources.abc alone

KINDS = {".js": "text/javascript", ".css": "text/css"}
# What may be asked for below /static, and where it is: all that the page is made of, listed once, and nothing else.
STATIC: dict[str, Traversable] = {
    item.name: item
    for folder in (files("nlpseq.serve"), files("nlpseq.serve").joinpath("page"))
    for item in folder.iterdir()
    if PurePath(item.name).suffix in KINDS
}


def add_pages(app: FastAPI, *, locked: bool) -> None:
    """Give the app its pages; they are open even where the REST interface wants a token (`locked`)."""

    @app.get("/", include_in_schema=False)
    async def page() -> HTMLResponse:
        return HTMLResponse(page_text())

    @app.get("/static/{name}", include_in_schema=False)
    async def static(name: str) -> Response:
        if name not in STATIC:
            raise Refusal(404, "there is no such file")
        return Response(STATIC[name].read_bytes(), media_type=KINDS[PurePath(name).suffix])

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(description(app.openapi(), locked=locked))


def page_text() -> str:
    """The page with the panel of each task, which is `page/<task>.html`."""
    panels = "\n".join(_read(f"page/{task}.html").decode() for task in served_tasks())
    return _read("page/index.html").decode().replace("<!-- panels -->", panels)


def description(document: Mapping[str, Any], *, locked: bool) -> str:
    """A page that says what an OpenAPI document says."""
    schemas = document["components"]["schemas"]
    examples = {f"/api/{task}": route_of(task).request for task in served_tasks()}
    operations = [
        {
            "path": path,
            "method": method.upper(),
            "example": examples.get(path),
            "request": _body_schema(operation.get("requestBody", {}), schemas),
            "answer": _body_schema(operation["responses"]["200"], schemas),
            **operation,
        }
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        _read("docs.html.j2").decode()
    )
    return template.render(operations=operations, schemas=schemas, locked=locked, kind=_kind, version=document["info"])


def _body_schema(body: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any] | None:
    schema = body.get("content", {}).get("application/json", {}).get("schema", {})
    return schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else None


def _kind(schema: Mapping[str, Any]) -> str:
    """A JSON schema in a few words.

    >>> _kind({"type": "array", "items": {"type": "integer", "minimum": 1, "maximum": 10}, "maxItems": 3})
    'list of integer (1 to 10), at most 3'
    """
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(_kind(choice) for choice in schema["anyOf"])
    if "prefixItems" in schema:
        return f"[{', '.join(_kind(item) for item in schema['prefixItems'])}]"
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'])}" + (f", at most {schema['maxItems']}" if "maxItems" in schema else "")
    if schema.get("type") == "object" and "additionalProperties" in schema:
        return f"object of {_kind(schema['additionalProperties'])}"
    if "minimum" in schema and "maximum" in schema:
        return f"{schema['type']} ({schema['minimum']:.16g} to {schema['maximum']:.16g})"
    if "maxLength" in schema:
        return f"string of at most {schema['maxLength']:,} characters"
    return str(schema.get("type", "any"))


def _read(name: str) -> bytes:
    return files("nlpseq.serve").joinpath(name).read_bytes()
