"""A stand-in for the hub's client; test_push.py holds it to the real one's interface."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from types import SimpleNamespace
from typing import Any


@dataclass
class LocalHub:
    """The client's interface on a folder: a repository's branch is a folder of files."""

    root: Path
    private: dict[str, bool | None] = field(default_factory=dict)
    messages: list[str | None] = field(default_factory=list)

    def whoami(self) -> dict[str, Any]:
        return {"type": "user", "name": "somebody"}

    def create_repo(self, repo_id: str, *, private: bool | None, exist_ok: bool) -> Any:
        whole = repo_id if "/" in repo_id else f"somebody/{repo_id}"
        (self.root / whole / "main").mkdir(parents=True, exist_ok=exist_ok)
        self.private.setdefault(whole, private)
        return SimpleNamespace(repo_id=whole)

    def create_branch(self, repo_id: str, *, branch: str, exist_ok: bool) -> None:
        (self.root / repo_id / branch).mkdir(exist_ok=exist_ok)

    def upload_folder(
        self,
        *,
        repo_id: str,
        folder_path: str | Path,
        commit_message: str | None,
        revision: str | None,
        allow_patterns: list[str] | str | None,
    ) -> Any:
        assert "/" in repo_id, "the real one wants the whole id"
        target = self.root / repo_id / (revision or "main")
        assert target.is_dir(), "the real one wants a branch that is there"
        for path in sorted(Path(folder_path).rglob("*")):
            name = path.relative_to(folder_path).as_posix()
            if path.is_file() and any(fnmatch(name, pattern) for pattern in allow_patterns or "*"):
                (target / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target / name)
        self.messages.append(commit_message)
        return None
