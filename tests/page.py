"""A page as a test reads it."""

from __future__ import annotations

from html.parser import HTMLParser

EMPTY = {"meta", "link"}


class Page(HTMLParser):
    """Reads a page: its sections' text, its tables' cells, and whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.sections: dict[str, str] = {}
        self.tables: dict[str, list[list[str]]] = {}
        self.heads: list[dict[str, str | None]] = []
        self.tags: list[str] = []
        self.here = self.table = ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        found = dict(attrs)
        if tag not in EMPTY:
            self.open.append((tag, found))
        if tag == "section":
            self.here = str(found["id"])
            self.sections[self.here] = ""
        if tag == "table":
            self.table = str(found["aria-label"])
            while self.table in self.tables:
                self.table += "'"
            self.tables[self.table] = []
        if tag == "tr":
            self.tables[self.table].append([])
        if tag in {"th", "td"}:
            self.tables[self.table][-1].append("")
        if tag == "th":
            self.heads.append(found)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        data = data.replace("\N{NO-BREAK SPACE}", " ")
        if self.here:
            self.sections[self.here] += data
        if any(tag in {"th", "td"} for tag, _ in self.open):
            self.tables[self.table][-1][-1] += data
