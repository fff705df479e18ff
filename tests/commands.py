"""The command line, called in this process: what it imports is imported once for all tests."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

from danetka.cli.app import main


def danetka(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """What a shell would see of `danetka ARGUMENTS`: exit code, standard output and error."""
    told = ["danetka", *map(str, arguments)]
    out, err, code = io.StringIO(), io.StringIO(), 0
    with ExitStack() as stack:
        stack.enter_context(patch.object(sys, "argv", told))
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        if cwd:
            stack.enter_context(chdir(cwd))
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return subprocess.CompletedProcess(told, code, out.getvalue(), err.getvalue())
