"""Redaction of log records, for the standard library's `logging`.

>>> import io
>>> import logging
>>> from keyrail.logging import RedactingFilter
>>> log, out = logging.getLogger("shop"), io.StringIO()
>>> handler = logging.StreamHandler(out)
>>> handler.addFilter(RedactingFilter())
>>> log.addHandler(handler)
>>> log.warning("received headers %s", {"x-api-key": "correct-horse"})
>>> print(out.getvalue(), end="")
received headers {'x-api-key': '••••••••'}
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

_LITERAL_TYPES = (bytes, dict, list, set, tuple)
"""The types that print as a literal, which can be parsed again after redaction."""

_Argument = TypeVar("_Argument")

_formatter = logging.Formatter()


class RedactingFilter(logging.Filter):
    """Redacts the credentials in every record. It does not drop any record.

    It redacts:

    - the message and its arguments
    - the exception and its whole chain of exceptions
    - the stack
    - everything that the host added with ``extra``

    Attach it to handlers: the filter of a logger does not see the records of child
    loggers. Many handlers and threads may share one filter.

    The record itself is changed, so later handlers get the redacted record. ``msg`` is
    then the formatted message and ``args`` is None. If there are no arguments, a
    ``msg`` that is a ``dict`` stays a ``dict``. ``exc_text`` is the exception's
    redacted text and ``exc_info`` is None, because a formatter could print the original
    exception from it. If the printed form of an object in ``extra`` contains a
    credential, the object is replaced by its redacted printed form. The filter finds
    only credentials that the object prints.

    It never raises. An object that cannot be printed is replaced by a string that
    reports this. By default, the redactor finds keys of Keyrail's own format. For a log
    that must be ASCII, pass a redactor with ``ascii=True``.
    """

    redactor: Redactor
    """The redactor that the filter uses."""

    def __init__(self, redactor: Redactor | None = None) -> None:
        super().__init__()
        self.redactor = Redactor([Format.keyrail()]) if redactor is None else redactor

    def filter(self, record: logging.LogRecord) -> bool:
        """Redacts the record in place. Returns True."""
        fields = vars(record)
        if isinstance(record.args, Mapping):
            fields["args"] = _safely(self._arguments, record.args)
        fields["msg"] = _safely(_message, record)
        fields["exc_text"] = _safely(_exception, record)
        fields["args"] = fields["exc_info"] = None
        for name, value in list(fields.items()):
            redact = self._redact if name in _STANDARD else functools.partial(self._extra, name)
            fields[name] = _safely(redact, value)
        return True

    def _text(self, text: str) -> str:
        try:
            return self.redactor.redact(text)
        except KeyrailError:  # a lone surrogate, which a file name may contain
            escaped = text.encode("utf-8", "backslashreplace").decode()
            redacted = self.redactor.redact(escaped)
            return text if redacted == escaped else redacted

    def _arguments(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """Redacts arguments that the message refers to by name."""
        return {name: self._extra(name, value) for name, value in arguments.items()}

    def _extra(self, name: str, value: object) -> object:
        """Redacts a value together with its name, which can mark the value as a credential."""
        value = self._redact(value)
        member = {name: value}
        redacted = self._redact(member)
        if redacted is member:
            return value
        if isinstance(redacted, dict):
            return redacted[name]
        return str(redacted).removeprefix(f"{{{name!r}: ").removesuffix("}")

    def _redact(self, value: object) -> object:
        """Redacts a value, or returns the same object if it contains no credential."""
        if value is None or isinstance(value, int | float):
            return value
        if isinstance(value, str):
            return self._text(value)
        is_literal = type(value) in _LITERAL_TYPES
        for printed in (repr(value),) if is_literal else (repr(value), str(value)):
            text = self._text(printed)
            if text != printed:
                return _parsed(text) if is_literal else text
        return value


def _message(record: logging.LogRecord) -> object:
    message: object = record.msg
    if type(message) is dict and not record.args:
        return message
    try:
        return record.getMessage()
    except Exception:
        return f"(this message's arguments could not be formatted and are left out) {message}"


def _exception(record: logging.LogRecord) -> str | None:
    if record.exc_text or not record.exc_info:
        return record.exc_text
    return _formatter.formatException(record.exc_info)


def _safely(work: Callable[[_Argument], object], argument: _Argument) -> object:
    """Calls a function. If it raises, returns a placeholder for its result."""
    try:
        return work(argument)
    except Exception:
        return "(left out: it cannot be printed)"


def _parsed(text: str) -> object:
    """Parses a literal, or returns the string if it is not a literal."""
    try:
        return ast.literal_eval(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return text
