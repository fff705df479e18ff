"""The OpenAPI document: FastAPI's, with the bodies that are read by hand put in."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from danetka.serving.messages import MANY_EXAMPLE, ONE_EXAMPLE, Question, Questions
from danetka.serving.settings import ServeSettings

_REF: Final = "#/components/schemas/{model}"


class Refused(BaseModel):
    """Why a request is not answered."""

    detail: str


class Wrong(BaseModel):
    """One thing wrong with a request."""

    loc: list[str | int]
    msg: str
    type: str


class Invalid(BaseModel):
    """What is wrong with which field."""

    detail: list[Wrong]


_STATUSES: Final = {
    401: "The token is missing or wrong",
    408: "The body did not arrive in time",
    413: "The body is larger than is taken",
    415: "The content type is not taken",
    500: "The model failed",
    503: "Busy, loading or stopping: come again after Retry-After seconds",
    504: "No answer in time",
}
_CHALLENGE: Final = {"WWW-Authenticate": {"schema": {"type": "string"}}}
_RETRY: Final = {"Retry-After": {"schema": {"type": "integer"}}}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The responses of a route beside that which was asked for."""
    found: dict[int | str, dict[str, Any]] = {}
    for status in statuses:
        if status == 422:  # noqa: PLR2004 - the one with fields
            found[status] = {"model": Invalid, "description": "What is wrong with which field"}
            continue
        found[status] = {"model": Refused, "description": _STATUSES[status]}
        if headers := {401: _CHALLENGE, 503: _RETRY}.get(status):
            found[status]["headers"] = headers
    return found


ANSWER_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        {"$ref": _REF.format(model="Question")},
                        {"$ref": _REF.format(model="Questions")},
                    ]
                },
                "examples": {
                    "one": {"summary": "Один вопрос", "value": ONE_EXAMPLE},
                    "many": {"summary": "Несколько вопросов сразу", "value": MANY_EXAMPLE},
                },
            }
        },
    }
}


def file_body(types: dict[str, str]) -> dict[str, Any]:
    """The body of the file's route.

    Args:
        types: Media type → an example of such a file.
    """
    text = {"type": "string"}
    content = {kind: {"schema": text, "example": shown} for kind, shown in types.items()}
    return {"requestBody": {"required": True, "content": content}}


def install(app: FastAPI, settings: ServeSettings) -> None:
    """Have the application show the whole document."""
    plain = app.openapi

    def whole() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = plain()
            _, extra = models_json_schema(
                [(Question, "validation"), (Questions, "validation")], ref_template=_REF
            )
            schemas = document["components"]["schemas"]
            schemas.update(extra["$defs"])
            _tell_limits(schemas, settings)
        found = app.openapi_schema
        assert found is not None  # noqa: S101 - plain() has set it
        return found

    app.openapi = whole  # type: ignore[method-assign]


def _tell_limits(schemas: dict[str, Any], settings: ServeSettings) -> None:
    for name in ("Row", "Question"):
        for field, most in (
            ("question", settings.max_question),
            ("passage", settings.max_passage),
        ):
            schemas[name]["properties"][field]["maxLength"] = most
    schemas["Questions"]["properties"]["rows"]["maxItems"] = settings.max_rows
