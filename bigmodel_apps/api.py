"""The REST door: one typed route a domain, made from the domain's own schema.

Every error leaves as ``{"errors": [{"row", "field", "code", "message"}]}``, worded in the language of the request's
``Accept-Language``. A browsable description that needs no outside host is at ``docs``.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, Literal

import anyio
from anyio.to_thread import run_sync
from fastapi import FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, create_model
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bigmodel_apps import __version__, runtime
from bigmodel_apps.catalogue import DOMAINS, MODELS, DomainSpec, load
from bigmodel_apps.locales import Language, describe, negotiate
from bigmodel_apps.problems import Busy, Cancelled, InputError, Problem, Unavailable, from_validation

MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_INPUTS = 1_000
MAX_WAITING = 512
"""Requests that may wait for the engine at once; the next one is told to come back."""
BULK_ABOVE = 32


class ErrorItem(BaseModel):
    """One thing that is wrong. `row` counts the inputs of a request from 1."""

    row: int | None
    field: str | None
    code: str
    message: str


class Errors(BaseModel):
    """What every failed request answers."""

    errors: list[ErrorItem]


class ModelInfo(BaseModel):
    """A model that can answer for a domain; the first of a domain is its default."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    task: str
    languages: tuple[str, ...]
    licence: str
    size_mb: float


class DomainInfo(BaseModel):
    """An application domain."""

    name: str
    url_path: str
    models: list[ModelInfo]


class Domains(BaseModel):
    """All application domains."""

    domains: list[DomainInfo]


class Health(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"
    version: str = __version__


class Ready(BaseModel):
    """The default models are resident."""

    status: Literal["ready"] = "ready"


def build(engine: runtime.Backend | None = None, ready: Callable[[], bool] | None = None) -> FastAPI:
    """The REST application; mount it under ``/api``.

    Args:
        engine: A `runtime` back end to use in place of the one of this process.
        ready: Whether the default models are resident; by default `runtime.ready`.
    """
    app: FastAPI = FastAPIOffline(
        redoc_url=None,  # its bundle fetches a logo from outside
        title="Big Model Apps",
        version=__version__,
        description="Send one input, or a list of them with options. The schemas are those of the pages and the "
        "command line.",
        # Without this, the page shows a badge of a validation service on the Internet.
        swagger_ui_parameters={"validatorUrl": None, "defaultModelsExpandDepth": 0},
    )
    app.add_middleware(_Guard)
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)

    @app.get("/health", summary="Whether the process answers", tags=["service"])
    async def health() -> Health:
        return Health()

    @app.get("/ready", summary="Whether the default models are resident", tags=["service"], responses=_failures(503))
    async def is_ready() -> Ready:
        if not (ready or runtime.ready)():
            raise Unavailable(Problem("models-loading"))
        return Ready()

    @app.get("/domains", summary="The domains and their models", tags=["service"])
    async def domains() -> Domains:
        return Domains(
            domains=[
                DomainInfo(
                    name=spec.name,
                    url_path=spec.url_path,
                    models=[ModelInfo.model_validate(MODELS[name]) for name in spec.models],
                )
                for spec in DOMAINS.values()
            ]
        )

    @app.get("/telemetry", summary="Requests, latencies, queues and resident models", tags=["service"])
    async def telemetry() -> Any:
        return jsonable_encoder((engine or runtime.engine()).snapshot())

    waiting = anyio.CapacityLimiter(MAX_WAITING)
    for spec in DOMAINS.values():
        _add_predict(app, spec, engine, waiting)

    @app.post("/{domain}/predict", include_in_schema=False)
    async def unknown(request: Request, domain: str) -> Response:
        problem = Problem("unknown-domain", details={"name": domain, "domains": ", ".join(DOMAINS)})
        return _answer(request.headers, [problem], 404)

    return app


def _add_predict(
    app: FastAPI, spec: DomainSpec, engine: runtime.Backend | None, waiting: anyio.CapacityLimiter
) -> None:
    schema = load(spec.schema)
    one, out, prefix = schema.Input, schema.Output, spec.name.title().replace("_", "")
    many = create_model(
        f"{prefix}Batch",
        __config__=ConfigDict(extra="forbid"),
        __doc__="Several inputs, answered together and in the same order.",
        inputs=(list[one], Field(max_length=MAX_INPUTS)),  # type: ignore[valid-type]
        options=(schema.Options, schema.Options()),
    )
    outputs = create_model(
        f"{prefix}Outputs",
        __doc__="One output an input, in the same order.",
        outputs=(list[out], ...),  # type: ignore[valid-type]
    )

    def work(inputs: Sequence[Any], options: Any, cancelled: Callable[[], bool]) -> list[Any]:
        how: dict[str, Any] = {"options": options}
        if len(inputs) > BULK_ABOVE:
            how |= {"priority": runtime.Priority.BULK, "cancelled": cancelled}
        if engine is None:
            return runtime.predict(spec.name, inputs, **how)
        if spec.prepare:
            load(spec.prepare)(options, spec.models[0])
        return engine.predict(spec.models[0], inputs, **how)

    async def predict(request: Request, body: Any) -> Response:
        single = isinstance(body, one)
        inputs = [body] if single else body.inputs
        options = schema.Options() if single else body.options
        if waiting.available_tokens < 1:
            raise Busy(1.0)
        given_up = threading.Event()
        watch = asyncio.create_task(_set_when_disconnected(request.receive, given_up))
        try:
            found = await run_sync(partial(work, inputs, options, given_up.is_set), limiter=waiting)
        finally:
            watch.cancel()
        answer = found[0] if single else outputs(outputs=found)
        return Response(answer.model_dump_json(), media_type="application/json")

    # The types exist only now; FastAPI reads them from here.
    shapes = Annotated[one, Tag("one")] | Annotated[many, Tag("many")]  # type: ignore[valid-type]
    predict.__annotations__["body"] = Annotated[shapes, Discriminator(_shape)]
    app.add_api_route(
        f"/{spec.name}/predict",
        predict,
        methods=["POST"],
        operation_id=f"predict_{spec.name}",
        summary=f"Predict: {spec.name.replace('_', ' ')}",
        tags=[spec.name],
        response_model=out | outputs,
        responses=_failures(400, 413, 415, 422, 500, 503),
    )


def _shape(body: Any) -> str:
    """Which of the two request shapes `body` is."""
    return "many" if isinstance(body, Mapping) and "inputs" in body else "one"


async def _set_when_disconnected(receive: Receive, given_up: threading.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    given_up.set()


def _failures(*codes: int) -> dict[int | str, dict[str, Any]]:
    texts = {
        400: "The body is not JSON",
        413: "The body is too large",
        415: "The body is not declared as JSON",
        500: "Nobody expected this; the message names a reference in the server's log",
        422: "An input or an option cannot be used",
        503: "Busy or not ready; `Retry-After` says when to try again",
    }
    return {code: {"model": Errors, "description": texts[code]} for code in codes}


def _answer(
    headers: Headers, problems: Iterable[Problem], status: int, extra: Mapping[str, str] | None = None
) -> JSONResponse:
    language: Language = negotiate(headers.get("accept-language"))
    errors = [
        {
            "row": problem.row,
            "field": _encodable(problem.field),
            "code": problem.code,
            "message": _encodable(describe(problem, language)),
        }
        for problem in problems
    ]
    return JSONResponse(
        {"errors": errors},
        status,
        {"Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-store", **(extra or {})},
    )


def _encodable(text: str | None) -> str | None:
    """A field name from the request may hold half of a surrogate pair, which no JSON answer can carry."""
    return None if text is None else text.encode("utf-8", "replace").decode("utf-8")


async def _on_validation(request: Request, error: Any) -> Response:
    if isinstance(error.body, bytes):
        return _answer(request.headers, [Problem("content-type-not-json")], 415)
    problems: list[Problem] = []
    for item in error.errors():
        if item["type"] == "json_invalid":
            return _answer(request.headers, [Problem("not-json")], 400)
        # ("body", "one" | "many", …): an input of a batch is ("inputs", index, …).
        place = tuple(item["loc"][2:])
        row = None
        if place[:1] == ("inputs",) and len(place) > 1:
            row, place = int(place[1]) + 1, place[2:]
        problems += from_validation([{**item, "loc": place}], row=row)
    return _answer(request.headers, problems, 422)


async def _on_input(request: Request, error: Any) -> Response:
    return _answer(request.headers, error.problems, 422)


async def _on_unavailable(request: Request, error: Any) -> Response:
    return _answer(request.headers, [error.problem], 503, {"Retry-After": "5"})


async def _on_busy(request: Request, error: Any) -> Response:
    return _answer(request.headers, [error.problem], 503, {"Retry-After": str(error.problem.details["seconds"])})


async def _on_cancelled(_request: Request, _error: Any) -> Response:
    return Response(status_code=499)  # to nobody: the client has gone


async def _on_http(request: Request, error: Any) -> Response:
    path = request.url.path
    if error.status_code == 404:
        problem = Problem("address-not-found", details={"path": path})
    elif error.status_code == 405:
        problem = Problem("method-not-allowed", details={"method": request.method, "allowed": error.headers["Allow"]})
    else:  # what FastAPI says when the body is no text at all
        problem = Problem("not-json")
    return _answer(request.headers, [problem], error.status_code, error.headers)


_HANDLERS: dict[type[Exception], Callable[[Request, Any], Awaitable[Response]]] = {
    RequestValidationError: _on_validation,
    InputError: _on_input,
    Unavailable: _on_unavailable,
    Busy: _on_busy,
    Cancelled: _on_cancelled,
    HTTPException: _on_http,
}


class _Guard:
    """Stops a body that is too large before anything parses it, and words what nobody expected."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            body = await _read(receive)
            if body is None:
                problem = Problem("body-too-large", details={"limit_mb": MAX_BODY_BYTES // 2**20})
                await _answer(Headers(scope=scope), [problem], 413)(scope, receive, watched)
                return
            replay = [{"type": "http.request", "body": body, "more_body": False}]

            async def rest() -> Message:
                return replay.pop() if replay else await receive()

            await self.app(scope, rest, watched)
        except Exception as error:
            problems = runtime.problems_of(error)
            if started:
                raise
            await _answer(Headers(scope=scope), problems, 500)(scope, receive, send)


async def _read(receive: Receive) -> bytes | None:
    """The whole body, or None where it is too large.

    A body somewhat over the limit is read to its end and dropped: a client that is still sending would not see the
    answer.
    """
    body, size, more = bytearray(), 0, True
    while more and size <= 8 * MAX_BODY_BYTES:
        message = await receive()
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= MAX_BODY_BYTES:
            body += chunk
        else:
            body.clear()
        more = message.get("more_body", False)
    return bytes(body) if size <= MAX_BODY_BYTES else None
