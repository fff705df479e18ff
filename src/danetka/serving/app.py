"""The routes of `danetka serve`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, JSONResponse, StreamingResponse
from fastapi.security import HTTPBearer
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from starlette.types import ASGIApp

from danetka.answering.answer import Answer
from danetka.serving import file as files_of_rows
from danetka.serving.engine import Ask
from danetka.serving.gate import Gate
from danetka.serving.limits import check_type, read_body
from danetka.serving.messages import Replies, Reply, field_of, loc_of, parse, reply, rows_of
from danetka.serving.metrics import CONTENT_TYPE, Metrics
from danetka.serving.openapi import ANSWER_BODY, file_body, install, refusals
from danetka.serving.refusals import Refusal, Trouble, invalid, troubles_of
from danetka.serving.service import READY, Service
from danetka.serving.settings import ServeSettings

if TYPE_CHECKING:
    from danetka.answering.answerer import Answerer

_PATHS: Final = frozenset(
    {"/", "/v1/answer", "/v1/file", "/v1/model", "/healthz", "/readyz", "/metrics", "/openapi.json"}
)
_JSON: Final = ("application/json",)


class ModelShown(BaseModel):
    """The model that answers, and what a request may bring."""

    name: str
    backend: str
    max_length: int
    threshold: float
    temperature: float
    margin: float
    evidence: bool
    limits: dict[str, int]


class State(BaseModel):
    """Whether the server answers."""

    status: str


def create_app(
    load: Callable[[], Answerer],
    settings: ServeSettings | None = None,
    token: str | None = None,
    page: Path | None = None,
) -> tuple[ASGIApp, Service]:
    """The application.

    Args:
        load: Loads what answers; called when the server starts, in the model's thread.
        settings: The settings.
        token: What callers of ``/v1/*`` and ``/metrics`` must send, or None.
        page: The folder of the page; by default the one in the package.

    Returns:
        The ASGI application, and the state behind it.
    """
    settings = settings or ServeSettings()
    metrics = Metrics(_PATHS)
    service = Service(load, settings, token, metrics)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        work = asyncio.create_task(service.run())
        yield
        work.cancel()

    app = FastAPI(
        title="danetka",
        description="Ответы «да» и «нет» на вопросы по тексту.",
        version="1",
        docs_url=None,  # its scripts come from another host
        redoc_url=None,
        lifespan=life,
    )
    _handle_refusals(app, metrics)
    app.include_router(_answering(service))
    app.include_router(_watching(service))
    _show_page(app, page or Path(str(files("danetka.serving") / "page")))
    install(app, settings)
    return Gate(app, metrics), service


def _handle_refusals(app: FastAPI, metrics: Metrics) -> None:
    async def refused(_: Request, error: Refusal) -> Response:
        metrics.rejected(error.reason)
        return error.response()

    async def wrong(_: Request, error: RequestValidationError) -> Response:
        metrics.rejected("invalid")
        return invalid(*troubles_of(error.errors())).response()

    async def failed(_: Request, error: Exception) -> Response:
        del error  # the gate logs it
        metrics.rejected("failed")
        return JSONResponse({"detail": "the server failed: its log says where"}, 500)

    app.add_exception_handler(Refusal, refused)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, wrong)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, failed)


def _guards(service: Service) -> list[Any]:
    async def known(request: Request) -> None:
        service.check_token(request)

    shown = [Depends(HTTPBearer(auto_error=False))] if service.guard.closed else []
    return [Depends(known), *shown]


def _answering(service: Service) -> APIRouter:
    router = APIRouter(prefix="/v1", dependencies=_guards(service))
    settings = service.settings
    closed = (401,) if service.guard.closed else ()

    @router.post(
        "/answer",
        response_model=Reply | Replies,
        responses=refusals(*closed, 408, 413, 415, 422, 500, 503, 504),
        openapi_extra=ANSWER_BODY,
    )
    async def answer(request: Request) -> Response:
        """Answer one question, or several."""
        check_type(request, _JSON)
        with service.entered() as engine:
            body = await read_body(request, settings.max_body, settings.body_s)
            asked = parse(body, settings)
            about = (asked.evidence, asked.margin)
            asks = [Ask(row.question, row.passage, *about) for row in rows_of(asked)]
            outcomes = await service.answers(asks, request)
            return _told(asked, outcomes, engine.facts.name)

    @router.post(
        "/file",
        response_class=StreamingResponse,
        responses=refusals(*closed, 408, 413, 415, 422, 500, 503) | files_of_rows.RESPONSES,
        openapi_extra=file_body(files_of_rows.EXAMPLES),
    )
    async def file(
        request: Request,
        kind: files_of_rows.Kind,
        answers: files_of_rows.AnswersKind = "csv",
        evidence: files_of_rows.Evidence = None,
        margin: files_of_rows.Margin = None,
    ) -> Response:
        """Answer a file of rows: the body is the file."""
        check_type(request, files_of_rows.TYPES, absent=True)
        wanted = files_of_rows.Wanted(kind, answers, evidence, margin)
        return await files_of_rows.answer_upload(service, request, wanted)

    @router.get("/model", responses=refusals(*closed, 503))
    async def model() -> ModelShown:
        """The model that answers, and the limits."""
        facts = service.engine.facts
        limits = {
            name: getattr(settings, name)
            for name in ("max_body", "max_file", "max_rows", "max_question", "max_passage")
        }
        return ModelShown(limits=limits, **{name: getattr(facts, name) for name in facts.__slots__})

    return router


def _told(asked: Any, outcomes: Any, model: str) -> Response:
    """The answers of a request, or what is wrong with its rows."""
    rows = rows_of(asked)
    bad = [(n, o) for n, o in enumerate(outcomes) if not isinstance(o, Answer)]
    if any(outcome.failed for _, outcome in bad):
        raise Refusal(500, "failed", "the model failed on a row")
    if bad:
        raise invalid(
            *(Trouble(loc_of(asked, n, field_of(rows[n])), outcome.trouble) for n, outcome in bad)
        )
    told = [reply(row.id, one, model) for row, one in zip(rows, outcomes, strict=True)]
    many = hasattr(asked, "rows")
    found: BaseModel = Replies.model_construct(answers=told) if many else told[0]
    return Response(found.model_dump_json(), media_type="application/json")


def _watching(service: Service) -> APIRouter:
    router = APIRouter()
    closed = (401,) if service.guard.closed else ()

    @router.get("/healthz")
    async def healthz() -> State:
        """The process lives."""
        return State(status="ok")

    @router.get("/readyz", responses={503: {"model": State, "description": "Not now"}})
    async def readyz(response: Response) -> State:
        """The model is loaded, and the server is not stopping."""
        if service.phase != READY:
            response.status_code = 503
            response.headers["Retry-After"] = "2"
        return State(status=service.phase)

    @router.get(
        "/metrics",
        dependencies=_guards(service),
        response_class=Response,
        responses=refusals(*closed) | {200: {"content": {"text/plain": {}}}},
    )
    async def metrics() -> Response:
        """The counts, for Prometheus."""
        return Response(service.metrics.text(), media_type=CONTENT_TYPE)

    return router


def _show_page(app: FastAPI, folder: Path) -> None:
    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    async def index() -> Response:
        return FileResponse(folder / "index.html", headers={"Cache-Control": "no-cache"})

    # A browser asks for it wherever no page names an icon, /metrics and /v1/model among them.
    @app.api_route("/favicon.ico", methods=["GET", "HEAD"], include_in_schema=False)
    async def icon() -> Response:
        return FileResponse(folder / "icon.svg", headers={"Cache-Control": "no-cache"})

    app.mount("/static", _Fresh(directory=folder, check_dir=False), name="static")


class _Fresh(StaticFiles):
    """Files that a browser asks for anew: after an upgrade no old script meets a new page."""

    def file_response(self, *given: Any, **named: Any) -> Response:
        response = super().file_response(*given, **named)
        response.headers["Cache-Control"] = "no-cache"
        return response
