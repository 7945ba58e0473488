"""A cursor over a line of text whose errors name the column; nothing is ever evaluated."""

import re
from typing import NoReturn

from symtheory.errors import SpecError

__all__ = ["Scanner"]

_MAX_LENGTH = 10_000
_SPACE = re.compile(r"\s*")
_WORD = re.compile(r"[^\W\d_]+")
_NAME = re.compile(r"[^\W\d_]\w*")
_INTEGER = re.compile(r"-?[0-9]+")
_OPENING = {"(": ")", "[": "]", "{": "}"}


class Scanner:
    """Reads tokens from left to right.

    Parameters
    ----------
    text : str
        The whole text, kept for messages.
    what : str
        What the text should be, such as ``"group"``.
    """

    def __init__(self, text: str, what: str) -> None:
        self.text, self.what, self.position = text, what, 0
        if len(text) > _MAX_LENGTH:
            raise SpecError(
                f"the {what} is a text of {len(text)} characters, at most {_MAX_LENGTH} are read; "
                "put a large table in a file"
            )

    def fail(self, problem: str, at: int | None = None) -> NoReturn:
        """Raise a `SpecError` that shows the text and the column (counted from 1)."""
        column = self.position if at is None else at
        start = max(0, column - 40) if len(self.text) > 80 else 0
        shown = "".join(c if c.isprintable() else " " for c in self.text[start : start + 80])
        dots = "..." if start else "", "..." if start + 80 < len(self.text) else ""
        raise SpecError(
            f'cannot read the {self.what} "{dots[0]}{shown}{dots[1]}" at column {column + 1}: '
            f"{problem}"
        )

    def skip(self) -> int:
        """Pass over spaces and return the position."""
        match = _SPACE.match(self.text, self.position)
        self.position = match.end() if match else self.position
        return self.position

    def peek(self, token: str) -> bool:
        """Whether the token comes next."""
        return self.text.startswith(token, self.skip())

    def accept(self, *tokens: str) -> bool:
        """Take one of the tokens if it comes next."""
        for token in tokens:
            if self.peek(token):
                self.position += len(token)
                return True
        return False

    def expect(self, token: str, problem: str = "") -> None:
        """Take the token or fail."""
        if not self.accept(token):
            self.fail(problem or f'expected "{token}", found {self.found()}')

    def found(self) -> str:
        """Describe what comes next."""
        rest = self.text[self.skip() :]
        if not rest:
            return "the end of the text"
        match = _NAME.match(rest)
        return f'"{match[0][:40] if match else rest[0]}"'

    def word(self) -> str:
        """Take letters only (not the digits after them); empty if there are none."""
        return self._take(_WORD)

    def name(self) -> str:
        """Take a letter followed by letters, digits and underscores; empty if there is none."""
        return self._take(_NAME)

    def integer(self, of: str) -> int:
        """Take an integer of at most nine digits; ``of`` says what it counts."""
        start = self.skip()
        digits = self._take(_INTEGER)
        if not digits:
            self.fail(f"expected {of}, a whole number, found {self.found()}")
        if len(digits) > 9:
            self.fail(f"{of} has {len(digits)} digits, at most 9 are read", start)
        return int(digits)

    def raw(self, stops: str, of: str) -> str:
        """Take the text up to one of the stop characters outside brackets, without its spaces.

        The characters ``->`` count as a stop when ``stops`` holds ``-``.
        """
        start = self.skip()
        open_brackets: list[tuple[str, int]] = []
        while self.position < len(self.text):
            c = self.text[self.position]
            if not open_brackets and self._stops_here(c, stops):
                break
            if c in _OPENING:
                open_brackets.append((_OPENING[c], self.position))
            elif open_brackets and c == open_brackets[-1][0]:
                open_brackets.pop()
            self.position += 1
        if open_brackets:
            at = open_brackets[-1][1]
            self.fail(f'the bracket "{self.text[at]}" is never closed', at)
        taken = self.text[start : self.position].strip()
        if not taken:
            self.fail(f"expected {of}, found {self.found()}", start)
        return taken

    def end(self) -> None:
        """Fail unless everything has been read."""
        if self.skip() < len(self.text):
            self.fail(f"expected the end of the text, found {self.found()}")

    def _stops_here(self, c: str, stops: str) -> bool:
        if c == "-":
            return "-" in stops and self.text.startswith("->", self.position)
        return c in stops

    def _take(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.skip())
        if match is None:
            return ""
        self.position = match.end()
        return match[0]
