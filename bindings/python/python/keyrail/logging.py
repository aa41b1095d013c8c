"""Scrubbing of log records, for the standard library's `logging`.

>>> import io
>>> import logging
>>> from keyrail.logging import RedactingFilter
>>> log, out = logging.getLogger("shop"), io.StringIO()
>>> handler = logging.StreamHandler(out)
>>> handler.addFilter(RedactingFilter())
>>> log.addHandler(handler)
>>> log.warning("asked with %s", {"x-api-key": "correct-horse"})
>>> print(out.getvalue(), end="")
asked with {'x-api-key': '••••••••'}
"""

import ast
import functools
import logging
from collections.abc import Callable, Mapping
from typing import TypeVar

from .errors import KeyrailError
from .key import Format
from .redact import Redactor

__all__ = ["RedactingFilter"]

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"asctime", "message", "taskName"}
"""The attributes of every record; all others were added by the host."""

_LITERAL = (bytes, dict, list, set, tuple)
"""What prints as a literal, so that its scrubbed text may be read back."""

_Given = TypeVar("_Given")

_printer = logging.Formatter()


class RedactingFilter(logging.Filter):
    """Redacts credentials in every record, and lets every record through.

    Scrubbed are the message with its arguments, the exception with those that
    it was raised from, the stack, and all that the host added by ``extra``.
    Attach it to handlers: a filter of a logger does not see what the loggers
    below it pass on. One filter may serve many handlers and threads.

    The record itself is changed, so whatever handles it next sees the scrubbed
    one: ``msg`` is the whole message and ``args`` is None (a ``dict`` without
    arguments stays a ``dict``); ``exc_text`` is the exception's text and
    ``exc_info`` is None, or a formatter could print it anew. An added object
    whose text holds a credential is replaced by that text, scrubbed; what it
    shows only to a formatter that takes it apart, no filter can know.

    It never raises. What cannot be printed is replaced by a string that says so.
    By default the redactor knows Keyrail's own format; where a log holds ASCII
    alone, give one with ``ascii=True``.
    """

    redactor: Redactor
    """What scrubs."""

    def __init__(self, redactor: Redactor | None = None) -> None:
        super().__init__()
        self.redactor = Redactor([Format.keyrail()]) if redactor is None else redactor

    def filter(self, record: logging.LogRecord) -> bool:
        """Scrubs the record in place; True."""
        fields = vars(record)
        if isinstance(record.args, Mapping):
            fields["args"] = _tried(self._named, record.args)
        fields["msg"] = _tried(_message, record)
        fields["exc_text"] = _tried(_exception, record)
        fields["args"] = fields["exc_info"] = None
        for name, value in list(fields.items()):
            scrub = self._object if name in _STANDARD else functools.partial(self._added, name)
            fields[name] = _tried(scrub, value)
        return True

    def _text(self, text: str) -> str:
        try:
            return self.redactor.redact(text)
        except KeyrailError:  # a lone surrogate, of a file's name perhaps
            escaped = text.encode("utf-8", "backslashreplace").decode()
            scrubbed = self.redactor.redact(escaped)
            return text if scrubbed == escaped else scrubbed

    def _named(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """The arguments of a message that calls them by names."""
        return {name: self._added(name, value) for name, value in arguments.items()}

    def _added(self, name: str, value: object) -> object:
        """An added value, which may be a credential by its name alone."""
        value = self._object(value)
        member = {name: value}
        scrubbed = self._object(member)
        if scrubbed is member:
            return value
        if isinstance(scrubbed, dict):
            return scrubbed[name]
        return str(scrubbed).removeprefix(f"{{{name!r}: ").removesuffix("}")

    def _object(self, value: object) -> object:
        """The same object, if it contains nothing to redact."""
        if value is None or isinstance(value, int | float):
            return value
        if isinstance(value, str):
            return self._text(value)
        literal = type(value) in _LITERAL
        for printed in (repr(value),) if literal else (repr(value), str(value)):
            text = self._text(printed)
            if text != printed:
                return _read_back(text) if literal else text
        return value


def _message(record: logging.LogRecord) -> object:
    message: object = record.msg
    if type(message) is dict and not record.args:
        return message
    try:
        return record.getMessage()
    except Exception:
        return f"(this message's arguments do not fit and are left out) {message}"


def _exception(record: logging.LogRecord) -> str | None:
    if record.exc_text or not record.exc_info:
        return record.exc_text
    return _printer.formatException(record.exc_info)


def _tried(work: Callable[[_Given], object], given: _Given) -> object:
    try:
        return work(given)
    except Exception:
        return "(left out: it cannot be printed)"


def _read_back(text: str) -> object:
    """What prints as this text, or the text itself."""
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return text
