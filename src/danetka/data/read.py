"""A reference (a name, a path, ``hub:…``) → a corpus: nothing is read twice, nothing half-read."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import Final

from danetka.data import catalog
from danetka.data.formats import FORMATS, Rows, read_rows
from danetka.data.hub import HUB_PREFIX, read_hub
from danetka.data.rows import Columns, RowChecker, has_label
from danetka.errors import DanetkaError, DataError, Fault
from danetka.schema import SPLITS, Corpus, Example, Examples

_SPLIT_NAMES: Final = {
    "train": "train",
    "training": "train",
    "dev": "dev",
    "development": "dev",
    "val": "val",
    "valid": "val",
    "validation": "val",
    "test": "test",
}
_SHARD: Final = re.compile(r"-\d+-of-\d+$")
_UNZIPPED_LIMIT: Final = 2 * 2**30


@dataclass(frozen=True, slots=True)
class _Part:
    """One file of a corpus: its name in messages, and its bytes when they are wanted."""

    name: str
    split: str | None
    source: Path
    member: zipfile.ZipInfo | None = None

    def content(self) -> bytes:
        if self.member is None:
            return self.source.read_bytes()
        try:
            with zipfile.ZipFile(self.source) as archive:
                return archive.read(self.member)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
            fault = Fault(f"{self.name}:1", f"cannot be unpacked ({error})", "unpack it by hand")
            raise DataError([fault]) from error


def read_corpus(
    reference: str | Path, columns: Columns | None = None, *, labels: bool = True
) -> Corpus:
    """Read a dataset whole.

    Args:
        reference: A name of the catalogue (``sample``, ``danetqa``), a file (JSON lines, CSV, TSV,
            Parquet), a zip of these, a folder of splits, or ``hub:OWNER/NAME[/CONFIG][@REVISION]``.
            A single file that is not named after a split becomes ``train``.
        columns: Which column holds what, where the names differ.
        labels: Whether a row without an answer is a fault. A ``test`` split in which no row has one
            is always welcome.

    Raises:
        DataError: With all the faults of the first file that has any.
        DanetkaError: If the reference cannot be found or fetched.
    """
    columns = columns or Columns()
    text = str(reference)
    if text.startswith(HUB_PREFIX):
        tables: Iterable[tuple[str, str, Rows]] = (
            (split_of(split) or split, f"{text}/{split}", rows)
            for split, rows in read_hub(text.removeprefix(HUB_PREFIX))
        )
    else:
        path = catalog.locate(text) if text in catalog.DATASETS else Path(reference)
        tables = _read_path(path)
    found: dict[str, list[Example]] = {}
    origins: dict[str, str] = {}
    for split, origin, rows in tables:
        found.setdefault(split, []).extend(_check(rows, columns, labels, split))
        origins.setdefault(split, origin)
    if unknown := [split for split in found if split not in SPLITS]:
        have = ", ".join(unknown)
        raise DanetkaError(
            f"{text}: splits of unknown names ({have}): pass files named after splits"
        )
    order = [split for split in SPLITS if split in found]
    splits = {split: Examples(tuple(found[split]), origins[split]) for split in order}
    return Corpus(Path(text).name if text not in catalog.DATASETS else text, splits)


def split_of(stem: str) -> str | None:
    """The split that a file's name stands for: ``validation-00000-of-00002`` → ``val``."""
    return _SPLIT_NAMES.get(_SHARD.sub("", stem.lower()))


def _read_path(path: Path) -> Iterator[tuple[str, str, Rows]]:
    parts = _parts(path)
    if len(parts) > 1:
        _check_names(parts)
    for part in parts:
        yield part.split or "train", part.name, read_rows(part.name, part.content())


def _check_names(parts: list[_Part]) -> None:
    """Every file of several is a split of its own, or a shard of one in one format."""
    faults = []
    first: dict[str, _Part] = {}
    for part in parts:
        place = f"{part.name}:1"
        if part.split is None:
            what, names = "the file's name is not that of a split", ", ".join(_SPLIT_NAMES)
            faults.append(Fault(place, what, f"call it {names}"))
            continue
        other = first.setdefault(part.split, part)
        shards = all(_SHARD.search(PurePath(p.name).stem) for p in (part, other))
        if other is not part and (not shards or _suffix(part) != _suffix(other)):
            what = f"the split {part.split} stands in {PurePath(other.name).name} too"
            faults.append(Fault(place, what, "keep one of them"))
    if faults:
        raise DataError(faults)


def _suffix(part: _Part) -> str:
    return PurePath(part.name).suffix.lower()


def _parts(path: Path) -> list[_Part]:
    """The files of a corpus, shards of a split in their order."""
    try:
        if path.is_dir():
            found = [
                _Part(str(p), split_of(p.stem), p) for p in sorted(path.iterdir()) if _is_data(p)
            ]
        elif path.suffix.lower() == ".zip":
            found = _zip_parts(path)
        else:
            path.open("rb").close()
            found = [_Part(str(path), split_of(path.stem), path)]
    except FileNotFoundError:
        names = ", ".join(catalog.DATASETS)
        raise DanetkaError(
            f"{path}: there is no such file or folder, and no dataset of that name: "
            f"give a path, one of {names}, or hub:OWNER/NAME"
        ) from None
    except OSError as error:
        raise DanetkaError(f"{path}: cannot be read: {error.strerror}") from error
    if not found:
        suffixes = ", ".join(FORMATS)
        raise DanetkaError(f"{path}: holds no data: put {suffixes} files in it, named after splits")
    return found


def _is_data(path: Path | PurePosixPath) -> bool:
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts[-2:])
    return path.suffix.lower() in FORMATS and not hidden


def _zip_parts(path: Path) -> list[_Part]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(archive.infolist(), key=lambda member: member.filename)
    except zipfile.BadZipFile:
        raise DataError([Fault(f"{path}:1", "not a zip file", "fetch or write it anew")]) from None
    if sum(member.file_size for member in members) > _UNZIPPED_LIMIT:
        raise DanetkaError(f"{path}: unpacks to more than 2 GiB: unpack it and give the folder")
    names = [(member, PurePosixPath(member.filename)) for member in members]
    return [
        _Part(f"{path}/{name}", split_of(name.stem), path, member)
        for member, name in names
        if _is_data(name) and not member.is_dir()
    ]


def _check(rows: Rows, columns: Columns, labels: bool, split: str) -> list[Example]:
    raw = list(rows)
    may_lack = split == "test" and not any(
        not isinstance(row, Fault) and has_label(row, columns) for row in raw
    )
    checker = RowChecker(columns, labels_required=labels and not may_lack)
    examples = []
    for row in raw:
        if isinstance(row, Fault):
            checker.faults.append(row)
        elif (example := checker.check(row)) is not None:
            examples.append(example)
    if checker.faults:
        raise DataError(checker.faults)
    return examples
