"""Answers → the zip that the leaderboard of Russian SuperGLUE takes.

What it takes is said at https://russiansuperglue.com/faq: for each task a file of JSON lines named
after the task, in each line the test row's own ``idx``, in ascending order, and the prediction as
``label``; for DaNetQA a label is ``"true"`` or ``"false"``, as in the organisers' baseline
(tfidf_baseline/DaNetQA.py of https://github.com/RussianNLP/RussianSuperGLUE). Nothing is said of
folders, so the files lie side by side. The whole benchmark is nine files; DeepPavlov's guide
(docs/features/models/superglue.rst of https://github.com/deeppavlov/DeepPavlov) zips those that one
has.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

from danetka.errors import DanetkaError, DataError, Fault
from danetka.files import write_bytes
from danetka.schema import Examples

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MEMBER: Final = "DaNetQA.jsonl"
"""The task's file in the zip."""
OTHERS: Final = (
    "LiDiRus.jsonl",
    "MuSeRC.jsonl",
    "PARus.jsonl",
    "RCB.jsonl",
    "RUSSE.jsonl",
    "RWSD.jsonl",
    "RuCoS.jsonl",
    "TERRa.jsonl",
)
"""The files of the other tasks."""
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_UNIX: Final = 3
_MODE: Final = 0o100644 << 16
_ENCRYPTED: Final = 0x1


def own_ids(rows: Examples) -> list[int | str]:
    """Each row's own idx; one that is a number in quotes, as from a CSV file, as a number.

    Raises:
        DataError: If a row has none, or two rows have the same.
    """
    missing = [number for number, row in enumerate(rows, 1) if row.idx is None]
    if missing:
        what = f"{len(missing)} of {len(rows)} rows have no idx, the first is row {missing[0]}"
        remedy = "answers are told apart by it: give the leaderboard's own test file"
        raise DataError([Fault(rows.origin, what, remedy)])
    found = [_number(row.idx) for row in rows if row.idx is not None]
    twice = [idx for idx, times in Counter(map(str, found)).items() if times > 1]
    if twice:
        what = f"idx {twice[0]} stands at {found.index(_number(twice[0])) + 1} and again"
        raise DataError([Fault(rows.origin, what, "take one of the rows out")])
    return found


def _number(idx: int | str) -> int | str:
    if isinstance(idx, str) and idx.isascii() and idx.isdigit() and str(int(idx)) == idx:
        return int(idx)
    return idx


def submission_text(rows: Examples, answers: NDArray[np.bool_]) -> str:
    """The task's file.

    Args:
        rows: The rows, each with an idx; their labels are not looked at.
        answers: True for «да», shape ``(len(rows),)``.

    Returns:
        A line for each row, in the order of idx, as the leaderboard asks for; its own test file is
        in that order. Where an idx is no number, in the order of the rows.

    Raises:
        DataError: If a row has no idx, or two rows have the same.
    """
    pairs = list(zip(own_ids(rows), answers.tolist(), strict=True))
    if all(isinstance(idx, int) for idx, _ in pairs):
        pairs.sort()
    lines = [json.dumps({"idx": idx, "label": "true" if yes else "false"}) for idx, yes in pairs]
    return "".join(line + "\n" for line in lines)


def check_output(path: Path) -> None:
    """See that a new zip may be written there, before the work.

    Raises:
        DanetkaError: If a zip with other files stands there, or something that is no zip.
    """
    if path.exists():
        others = [member.filename for member, _ in _read(path) if not _is_ours(member.filename)]
        if others:
            raise DanetkaError(
                f"{path}: holds {others[0]} too: put the answers in with --into {path}, or give "
                "another --output"
            )


def write_submission(path: Path, text: str) -> None:
    """A zip with the task's file alone; the same text gives the same bytes.

    Raises:
        DanetkaError: If a zip with other files stands there, or something that is no zip.
    """
    check_output(path)
    _write(path, [(_new_member(MEMBER), text.encode())])


def put_submission(path: Path, text: str) -> bool:
    """Put the task's file in a zip, or replace it there; the other files stay as they are.

    It goes beside the other files where these lie in a folder.

    Args:
        path: The zip.
        text: The task's file.

    Returns:
        Whether it was there before.

    Raises:
        DanetkaError: If the zip cannot be read, or holds the file more than once.
    """
    members = _read(path)
    ours = [i for i, (member, _) in enumerate(members) if _is_ours(member.filename)]
    if len(ours) > 1:
        where = ", ".join(members[i][0].filename for i in ours)
        raise DanetkaError(f"{path}: holds {MEMBER} more than once ({where}): take one out")
    name = members[ours[0]][0].filename if ours else _beside(m.filename for m, _ in members)
    mine = (_new_member(name), text.encode())
    if ours:
        members[ours[0]] = mine
    else:
        members.append(mine)
    _write(path, members)
    return bool(ours)


def missing_tasks(path: Path) -> tuple[str, ...]:
    """The other tasks' files that a zip does not hold."""
    there = {PurePosixPath(member.filename).name for member, _ in _read(path)}
    return tuple(name for name in OTHERS if name not in there)


def _is_ours(name: str) -> bool:
    return PurePosixPath(name).name == MEMBER and not name.startswith("__MACOSX")


def _beside(names: Iterable[str]) -> str:
    """The file's name in the folder of the other tasks' files, if they share one."""
    folders = {PurePosixPath(n).parent for n in names if PurePosixPath(n).name in OTHERS}
    return str(folders.pop() / MEMBER) if len(folders) == 1 else MEMBER


def _new_member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _DATE)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.create_system = _UNIX  # else the bytes would differ from system to system
    member.external_attr = _MODE
    return member


def _read(path: Path) -> list[tuple[zipfile.ZipInfo, bytes]]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            locked = [m.filename for m in members if m.flag_bits & _ENCRYPTED]
            if locked:
                raise DanetkaError(f"{path}: {locked[0]} is encrypted: write the zip without")
            return [(member, archive.read(member)) for member in members]
    except FileNotFoundError:
        raise DanetkaError(f"{path}: there is no such file: for a new zip give --output") from None
    except IsADirectoryError:
        raise DanetkaError(f"{path}: is a folder: give a zip file") from None
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise DanetkaError(f"{path}: not a zip that can be read ({error})") from error


def _write(path: Path, members: list[tuple[zipfile.ZipInfo, bytes]]) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for member, data in members:
            archive.writestr(member, data)  # the member's own date and compression
    write_bytes(path, content.getvalue())
