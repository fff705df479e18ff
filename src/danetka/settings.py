"""Settings: strict pydantic models read from YAML, with overrides from the command line."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from danetka.errors import SettingsError


class Settings(BaseModel):
    """A frozen block of settings in which an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def parse(cls, values: Mapping[str, Any], origin: str) -> Self:
        """Check values read from a file or given on the command line.

        Args:
            values: The settings.
            origin: Where they are from, for messages.

        Raises:
            SettingsError: With one line for each setting that is wrong.
        """
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            lines = [f"{origin}: {_explain(cls, dict(e))}" for e in error.errors()]
            raise SettingsError("\n".join(dict.fromkeys(lines))) from None


def unknown_key(path: str, key: str, known: Iterable[str]) -> str:
    """A message for a key that nobody knows, with the nearest ones that somebody does."""
    near = difflib.get_close_matches(key, list(known), n=3, cutoff=0.5)
    hint = (
        f"did you mean {', '.join(near)}?" if near else f"known are {', '.join(sorted(known)[:12])}"
    )
    return f"{path}: unknown setting: {hint}"


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file whose top is a mapping.

    Raises:
        SettingsError: If it is missing, malformed or something else.
    """
    try:
        values = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506 - a SafeLoader
    except FileNotFoundError:
        raise SettingsError(f"{path}: there is no such file") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise SettingsError(f"{where}: not YAML ({getattr(error, 'problem', error)})") from None
    except (OSError, ValueError) as error:
        raise SettingsError(f"{path}: cannot be read ({error})") from None
    if not isinstance(values, dict):
        raise SettingsError(f"{path}:1: not settings: write `key: value` lines")
    return values


def override(values: Mapping[str, Any], assignments: Iterable[str]) -> dict[str, Any]:
    """The settings with ``a.b=c`` assignments of the command line put in; values are YAML.

    Raises:
        SettingsError: If an assignment has no ``=``, or goes into something that has no keys.
    """
    changed: dict[str, Any] = _copy(values)
    for assignment in assignments:
        path, equals, text = assignment.partition("=")
        if not equals or not all(path.split(".")):
            raise SettingsError(
                f"--set {assignment}: write KEY=VALUE, e.g. training.learning_rate=2e-5"
            )
        *above, key = path.split(".")
        block = changed
        for name in above:
            if block.get(name) is None:
                block[name] = {}
            block = block[name]
            if not isinstance(block, dict):
                raise SettingsError(f"--set {assignment}: {name} has no keys")
        try:
            block[key] = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
        except (yaml.YAMLError, ValueError):
            raise SettingsError(f"--set {assignment}: the value is not YAML") from None
    return changed


def _copy(value: Any) -> Any:
    return {k: _copy(v) for k, v in value.items()} if isinstance(value, Mapping) else value


def _explain(model: type[BaseModel], error: dict[str, Any]) -> str:
    path = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return unknown_key(path, str(error["loc"][-1]), _keys_at(model, error["loc"][:-1]))
    given = error["input"]
    shown = f" (given: {given!r})" if isinstance(given, str | int | float | bool) else ""
    return f"{path}: {error['msg'].removeprefix('Value error, ')}{shown}"


def _keys_at(model: type[BaseModel], path: tuple[Any, ...]) -> list[str]:
    """The keys that the block at a path knows, as far as the types tell."""
    for part in path:
        annotation = getattr(model.model_fields.get(str(part)), "annotation", None)
        nested = [
            a for a in _flatten(annotation) if isinstance(a, type) and issubclass(a, BaseModel)
        ]
        if nested:
            model = nested[0]
    return list(model.model_fields)


def _flatten(annotation: Any) -> list[Any]:
    inner = getattr(annotation, "__args__", ())
    return [annotation, *(deep for a in inner for deep in _flatten(a))]


class _Loader(yaml.SafeLoader):
    """YAML in which ``1e-5`` is a number and a key may stand but once.

    In YAML 1.1, PyYAML's, ``1e-5`` is text for want of a dot, and of two like keys the last wins.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping, refused if a key stands twice."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for i, key in enumerate(keys):
            if key in keys[:i]:
                mark = node.value[i][0].start_mark
                raise yaml.MarkedYAMLError(problem=f"{key!r} stands twice", problem_mark=mark)
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:\d+(?:\.\d*)?|\.\d+)[eE][-+]?\d+$"),
    list("-+0123456789."),
)
