"""What is asked and what is answered, as JSON; the OpenAPI document is made from this."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import from_json

from danetka.answering.answer import Answer
from danetka.data.rows import text_trouble
from danetka.serving.refusals import Trouble, invalid, troubles_of
from danetka.serving.settings import ServeSettings

_LONGEST_ID: Final = 200
_QUESTION: Final = "Есть ли у кита зубы?"
_PASSAGE: Final = "У кашалота есть зубы. У синего кита вместо них китовый ус."
ONE_EXAMPLE: Final[dict[str, Any]] = {"id": "1", "question": _QUESTION, "passage": _PASSAGE}
MANY_EXAMPLE: Final[dict[str, Any]] = {
    "rows": [
        ONE_EXAMPLE,
        {"id": "2", "question": "Летает ли пингвин?", "passage": "Пингвин плавает, но не летает."},
    ],
    "evidence": False,
    "margin": 0.1,
}
ANSWER_EXAMPLE: Final[dict[str, Any]] = {
    "id": "1",
    "answer": "да",
    "yes": True,
    "probability": 0.93,
    "yes_probability": 0.93,
    "evidence": "У кашалота есть зубы.",
    "evidence_span": [0, 21],
    "windows": 1,
    "model": "mini",
}


def _named(value: object) -> object:
    if value is None or (isinstance(value, str) and len(value) <= _LONGEST_ID):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63:
        return value
    raise ValueError(
        f"give a text of at most {_LONGEST_ID} characters or a whole number of 64 bits"
    )


Id = Annotated[
    Any,
    BeforeValidator(_named),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "maxLength": _LONGEST_ID},
                {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1},
                {"type": "null"},
            ]
        }
    ),
]
EVIDENCE: Final = "Look for the sentence that matters most; by default as the server does."
MARGIN: Final = (
    "«не знаю» where the probability is nearer to the threshold than this; by default the server's."
)
_Margin = Annotated[float, Field(ge=0, le=0.5, allow_inf_nan=False)]


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Row(_Message):
    """A question with the passage it is answered from."""

    question: str = Field(description="A general question: its answer is «да» or «нет».")
    passage: str = Field(description="The passage, of any length up to the server's limit.")
    id: Id = Field(None, description="Comes back with the answer.")


class _Options(_Message):
    evidence: bool | None = Field(None, description=EVIDENCE)
    margin: _Margin | None = Field(None, description=MARGIN)


class Question(Row, _Options):
    """One question."""

    model_config = ConfigDict(json_schema_extra={"examples": [ONE_EXAMPLE]})


class Questions(_Options):
    """Several questions, answered together."""

    model_config = ConfigDict(json_schema_extra={"examples": [MANY_EXAMPLE]})
    rows: list[Row] = Field(min_length=1)


class Reply(BaseModel):
    """An answer; see `danetka.Answer`."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWER_EXAMPLE]})
    id: Id = Field(description="The question's.")
    answer: str = Field(description="«да», «нет» or «не знаю».")
    yes: bool | None = Field(description="null for «не знаю».")
    probability: float = Field(description="Of the answer.")
    yes_probability: float = Field(description="P(да).")
    evidence: str | None = Field(description="The sentence that matters most, if asked for.")
    evidence_span: tuple[int, int] | None = Field(
        description="Where it begins and ends in the passage, in characters (Unicode code points)."
    )
    windows: int = Field(description="In how many parts the passage was read.")
    model: str = Field(description="The model's name.")


class Replies(BaseModel):
    """Answers, in the order of the questions."""

    answers: list[Reply]


Asked = Question | Questions


def parse(body: bytes, settings: ServeSettings) -> Asked:
    """A request's body.

    Raises:
        Refusal: 422 with the fields that are wrong.
    """
    try:
        values = from_json(body, allow_inf_nan=False)
    except (ValueError, RecursionError) as error:
        said = str(error).partition("\n")[0][:200]
        raise invalid(Trouble(("body",), f"not JSON: {said}", "json_invalid")) from None
    if not isinstance(values, dict):
        raise invalid(Trouble(("body",), "give an object", "dict_type"))
    kind = Questions if "rows" in values else Question
    if kind is Questions and isinstance(rows := values["rows"], list):
        many = len(rows)
        if many > settings.max_rows:
            what = f"{many} rows where at most {settings.max_rows} are taken at once"
            raise invalid(Trouble(("body", "rows"), what, "too_long"))
    try:
        asked: Asked = kind.model_validate(values)
    except ValidationError as error:
        found = troubles_of(error.errors(include_url=False, include_input=False), "body")
        raise invalid(*found) from None
    _check_lengths(asked, settings)
    return asked


def rows_of(asked: Asked) -> list[Row]:
    """The questions of a request."""
    return asked.rows if isinstance(asked, Questions) else [asked]


def loc_of(asked: Asked, number: int, name: str) -> tuple[str | int, ...]:
    """The way to a field of a row."""
    return ("body", "rows", number, name) if isinstance(asked, Questions) else ("body", name)


def field_of(row: Row) -> str:
    """Which field of a row that cannot be answered is at fault."""
    if text_trouble(row.question, "question") or not text_trouble(row.passage, "passage"):
        return "question"  # a question too long is the one trouble that lies in no text
    return "passage"


def reply(row_id: Any, answer: Answer, model: str) -> Reply:
    """An answer as JSON."""
    return Reply.model_construct(
        id=row_id,
        answer=answer.label,
        yes=answer.yes,
        probability=answer.probability,
        yes_probability=answer.yes_probability,
        evidence=answer.evidence,
        evidence_span=answer.evidence_span,
        windows=answer.windows,
        model=model,
    )


def _check_lengths(asked: Asked, settings: ServeSettings) -> None:
    found = []
    for number, row in enumerate(rows_of(asked)):
        for name, text, most in (
            ("question", row.question, settings.max_question),
            ("passage", row.passage, settings.max_passage),
        ):
            if len(text) > most:
                what = f"{len(text)} characters where at most {most} are taken"
                found.append(Trouble(loc_of(asked, number, name), what, "string_too_long"))
    if found:
        raise invalid(*found)
