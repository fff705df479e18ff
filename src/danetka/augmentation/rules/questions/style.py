"""The two styles of questions."""

from __future__ import annotations

import re

from danetka.augmentation.style import Style


def in_style(text: str, style: Style) -> str:
    """A question in a style.

    `danetqa` has no capital after the first letter, no commas, quotation marks or ё, and a hyphen
    for a dash.
    """
    if style == "plain":
        return text
    bare = re.sub(r"[,«»„“”\"]", "", text).lower().replace("ё", "е").replace("—", "-")
    return bare[:1].upper() + bare[1:]
