"""The rules as a generator: batches of passages, in one process or several, each kept when done."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import signal
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from danetka.augmentation.choose import choose
from danetka.augmentation.forms import Form
from danetka.augmentation.generator import Draft, Made
from danetka.augmentation.progress import Progress
from danetka.augmentation.rules import batch
from danetka.augmentation.rules.batch import Batch
from danetka.augmentation.style import Style, in_style
from danetka.errors import DanetkaError
from danetka.files import write_text
from danetka.language.text import question_key
from danetka.schema import Examples

_MODELS: Final = (
    "natasha",
    "navec",
    "numpy",
    "pymorphy3",
    "pymorphy3-dicts-ru",
    "razdel",
    "slovnet",
)
_ROOMS: Final = ("augmentation", "language")
_NOT_RULES: Final = "augmentation/prompts/"


@dataclass(frozen=True)
class RuleGenerator:
    """Questions by linguistic rules: facts from dependency trees, asked as they are or falsified.

    The same passages, style and seed give the same questions, whatever the number of workers.

    Attributes:
        style: ``danetqa`` or ``plain``.
        seed: Decides which of all possible questions are taken.
        beside: Labelled rows that the questions will join: none is asked again, and together no
            word shall tell the answer.
        against: Keys of the questions of other splits (`question_key`): none of them is asked.
        workers: How many processes work side by side.
        parts: A folder in which finished batches are kept; with it, a killed run goes on.
        progress: Hears of the passages that are done.
    """

    style: Style = "plain"
    seed: int = 0
    workers: int = 1
    beside: Examples | None = None
    against: frozenset[str] = frozenset()
    parts: Path | None = None
    progress: Progress | None = None

    @property
    def name(self) -> str:
        """For `Example.source`."""
        return "rules"

    def generate(self, passages: Sequence[str], answer: int | None, n: int) -> Made:
        """Make questions; see `Generator.generate`."""
        drafts, skipped = self.draft(passages)
        old = list(self.beside) if self.beside else []
        taken_already = self.against | {question_key(row.question) for row in old}
        fresh = [d for d in drafts if question_key(d.question) not in taken_already]
        if len(fresh) < len(drafts):
            skipped["question: asked in the data already"] += len(drafts) - len(fresh)
        known = [(row.question, row.label) for row in old if row.label is not None]
        taken = choose(fresh, answer, n, seed=self.seed, beside=known)
        rows = tuple(draft.example(passages, self.name) for draft in taken)
        return Made(Examples(rows, self.name), skipped, len({d.passage for d in taken}))

    def draft(self, passages: Sequence[str]) -> tuple[list[Draft], Counter[str]]:
        """All drafts, before any is chosen.

        Returns:
            Drafts in the order of the passages, and reason → how often something was skipped. A
            passage that stands twice is read once.
        """
        first = {text: i for i, text in reversed(list(enumerate(passages)))}
        places = sorted(first.values())
        texts = [passages[i] for i in places]
        drafts: list[Draft] = []
        skipped: Counter[str] = Counter()
        done = 0
        for found in self.batches(texts):
            drafts += [
                replace(d, passage=places[d.passage], question=in_style(d.question, self.style))
                for d in found.drafts
            ]
            skipped += found.skipped
            done = min(done + batch.SIZE, len(texts))
            if self.progress:
                self.progress(done, len(texts))
        return drafts, skipped

    def batches(self, texts: Sequence[str]) -> Iterator[Batch]:
        """Every batch in order, from its file where it has one."""
        folder = self.parts / self._key(texts) if self.parts else None
        starts = range(0, len(texts), batch.SIZE)
        missing = [s for s in starts if folder is None or not _part(folder, s).exists()]
        with closing(self._made(texts, missing)) as fresh:
            for start in starts:
                if folder and start not in missing:
                    yield _read_part(_part(folder, start))
                    continue
                found = next(fresh)
                if folder:
                    write_text(_part(folder, start), _part_text(found))
                yield found

    def _made(self, texts: Sequence[str], starts: Sequence[int]) -> Generator[Batch, None, None]:
        jobs = [(s, list(texts[s : s + batch.SIZE])) for s in starts]
        if self.workers <= 1 or len(jobs) <= 1:
            for job in jobs:
                yield batch.make(*job)
            return
        # Not fork: a process that holds torch or a thread pool may hang when it is copied.
        pool = ProcessPoolExecutor(
            min(self.workers, len(jobs)), get_context("spawn"), initializer=_leave_interrupts
        )
        try:
            yield from pool.map(batch.make, *zip(*jobs, strict=True))
        except BrokenProcessPool as error:
            raise DanetkaError(
                "a worker process ended unasked (too little memory?): use fewer workers; "
                "the same command goes on where it stopped"
            ) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _key(self, texts: Sequence[str]) -> str:
        digest = hashlib.sha256(f"{code_key()}\n".encode())
        for text in texts:
            digest.update(f"{len(text)}\n{text}\n".encode(errors="surrogatepass"))
        return digest.hexdigest()[:16]


def _leave_interrupts() -> None:
    """Ctrl-C is the parent's to hear: a worker ends with its batch."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@cache
def code_key() -> str:
    """A fingerprint of the rules: code, word lists, models. Other rules, other questions."""
    home = Path(__file__).parents[2]
    files = sorted(
        path
        for room in _ROOMS
        for path in (home / room).rglob("*")
        if path.suffix in (".py", ".txt") and _NOT_RULES not in path.relative_to(home).as_posix()
    )
    digest = hashlib.sha256()
    for package in _MODELS:
        digest.update(f"{package} {importlib.metadata.version(package)}\n".encode())
    for path in files:
        digest.update(path.relative_to(home).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _part(folder: Path, start: int) -> Path:
    return folder / f"{start:08d}.json"


def _part_text(found: Batch) -> str:
    drafts = [asdict(draft) for draft in found.drafts]
    values = {**vars(found), "drafts": drafts, "skipped": dict(found.skipped)}
    return json.dumps(values, ensure_ascii=False)


def _read_part(path: Path) -> Batch:
    values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    drafts = [Draft(**{**d, "form": Form(d["form"])}) for d in values.pop("drafts")]
    return Batch(drafts, Counter(values.pop("skipped")), **values)
