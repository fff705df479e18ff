"""How a server is run: where it listens, what it takes, how long it waits."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from danetka.settings import Settings

MIB = 2**20


class ServeSettings(Settings):
    """Settings of `danetka serve`; each is an option of the command line.

    Attributes:
        host: The address to listen on; loopback unless somebody says otherwise.
        port: The port; 0 for any that is free.
        max_body: The most bytes of a request in JSON.
        max_file: The most bytes of a file of rows.
        max_rows: The most rows of a request in JSON.
        max_question: The most characters of a question.
        max_passage: The most characters of a passage.
        max_open: How many requests under ``/v1/`` may be open at once.
        max_files: How many files may be answered at once.
        queue: How many rows may wait for the model.
        batch_rows: The most rows that are given to the model at once.
        wait_ms: How long the idle model waits for more rows, where more are to be expected.
        timeout_s: How long a request waits for its answer.
        body_s: How long a head may take, and a body, which has a second more for every 16 KiB that
            have arrived.
        grace_s: How long what was accepted may take after the server was told to stop.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    max_body: int = Field(default=MIB, ge=1024)
    max_file: int = Field(default=64 * MIB, ge=1024)
    max_rows: int = Field(default=256, ge=1)
    max_question: int = Field(default=2000, ge=1)
    max_passage: int = Field(default=100_000, ge=1)
    max_open: int = Field(default=512, ge=1)
    max_files: int = Field(default=4, ge=1)
    queue: int = Field(default=1024, ge=1)
    batch_rows: int = Field(default=32, ge=1)
    wait_ms: float = Field(default=5.0, ge=0, le=1000)
    timeout_s: float = Field(default=60.0, gt=0)
    body_s: float = Field(default=10.0, gt=0)
    grace_s: float = Field(default=30.0, gt=0)

    @model_validator(mode="after")
    def _holds_a_request(self) -> Self:
        if self.queue < self.max_rows:
            raise ValueError(
                f"the queue ({self.queue}) holds less than a request may bring ({self.max_rows} "
                "rows): raise --queue or lower --max-rows"
            )
        return self
