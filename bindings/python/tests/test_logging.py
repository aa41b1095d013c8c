"""The logging filter: every part of a log record is redacted."""

import copy
import io
import json
import logging
import logging.config
import logging.handlers
import queue
import random
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import keyrail
from keyrail.logging import RedactingFilter

FORMAT = keyrail.key.Format.keyrail()
KEY = FORMAT.generate("live", bytes(range(32)))
TEXT, MASKED = KEY.reveal(), str(KEY)
SECRET = "q7Rk2Vx9Lm4Tz8Wc"
HEADER = f"x-api-key: {SECRET}"
BULLETS = "••••••••"
SECRET_PARTS = [
    text[at : at + 8] for text in (TEXT.rpartition("_")[2], SECRET) for at in range(len(text) - 7)
]


def assert_redacted(text: str) -> None:
    assert not [part for part in SECRET_PARTS if part in text]


class Log:
    """A logger, and the output of its handler."""

    def __init__(self, format: str = "%(levelname)s %(message)s") -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(logging.Formatter(format))
        self.handler.addFilter(RedactingFilter())
        self.logger = logging.Logger("test")
        self.logger.addHandler(self.handler)

    @property
    def text(self) -> str:
        return self.stream.getvalue()


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture(autouse=True)
def handlers_raise_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a test fail if a handler fails to print a record."""

    def raise_error(self: logging.Handler, record: logging.LogRecord) -> None:
        raise AssertionError from sys.exc_info()[1]

    monkeypatch.setattr(logging.Handler, "handleError", raise_error)


# The message and its arguments.


def test_a_message_is_redacted(log: Log) -> None:
    log.logger.info(f"generated {TEXT}, {HEADER}")
    assert log.text == f"INFO generated {MASKED}, x-api-key: {BULLETS}\n"


class PrintsSecret:
    """An object whose `str` and `repr` contain a secret."""

    def __str__(self) -> str:
        return HEADER

    def __repr__(self) -> str:
        return f"<{HEADER}>"


ARGUMENTS: dict[str, tuple[str, tuple[object, ...], str]] = {
    "a string": ("%s", (TEXT,), MASKED),
    "a string by repr": ("%r", (HEADER,), f"'x-api-key: {BULLETS}'"),
    "a value after its name": ("x-api-key: %s", (SECRET,), f"x-api-key: {BULLETS}"),
    "several arguments": ("%s=%s %d", ("api_key", SECRET, 5), f"api_key={BULLETS} 5"),
    "a padded argument": ("[%-20s]", (HEADER,), f"[x-api-key: {BULLETS}]"),
    "an object": ("%s", (PrintsSecret(),), f"x-api-key: {BULLETS}"),
    "an object by repr": ("%r", (PrintsSecret(),), f"<x-api-key: {BULLETS}>"),
    "named arguments": ("%(method)s %(key)s", ({"method": "GET", "key": TEXT},), f"GET {MASKED}"),
    "a named argument with a credential's name": (
        "%(user)s sent %(token)s in attempt %(count)d",
        ({"user": "ana", "token": SECRET, "count": 3},),
        f"ana sent {BULLETS} in attempt 3",
    ),
    "a dict as a whole": ("%s", ({"x-api-key": SECRET},), f"{{'x-api-key': '{BULLETS}'}}"),
    "a list": ("%s", ([TEXT, 1],), f"['{MASKED}', 1]"),
    "a tuple of pairs": ("%s", ((("x-api-key", SECRET),),), f"(('x-api-key', '{BULLETS}'),)"),
    "bytes": ("%s", (HEADER.encode(),), f"b'x-api-key: {BULLETS}'"),
    "bytes by repr": ("%r", (TEXT.encode(),), f"b'{MASKED}'"),
    "an exception": ("%s", (ValueError(HEADER),), f"x-api-key: {BULLETS}"),
    "a key": ("%s %r", (KEY, KEY), f"{MASKED} ApiKey({MASKED})"),
}


@pytest.mark.parametrize("kind", ARGUMENTS)
def test_an_argument_is_redacted(log: Log, kind: str) -> None:
    message, arguments, printed = ARGUMENTS[kind]
    log.logger.info(message, *arguments)
    assert log.text == f"INFO {printed}\n"


MESSAGES: dict[str, tuple[object, str]] = {
    "a string": (HEADER, f"x-api-key: {BULLETS}"),
    "an object": (PrintsSecret(), f"x-api-key: {BULLETS}"),
    "an exception": (ValueError(HEADER), f"x-api-key: {BULLETS}"),
    "bytes": (TEXT.encode(), f"b'{MASKED}'"),
    "a number": (5, "5"),
    "none": (None, "None"),
    "a dict": ({"token": SECRET, "n": 1}, f"{{'token': '{BULLETS}', 'n': 1}}"),
    "a list": ([HEADER], f"['x-api-key: {BULLETS}']"),
    "a percent sign": (f"100% {TEXT}", f"100% {MASKED}"),
}


@pytest.mark.parametrize("kind", MESSAGES)
def test_a_message_of_any_type_is_redacted(log: Log, kind: str) -> None:
    message, printed = MESSAGES[kind]
    log.logger.info(message)
    assert log.text == f"INFO {printed}\n"


def test_a_dict_message_remains_a_dict_for_formatters(log: Log) -> None:
    class Json(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            assert isinstance(record.msg, dict)
            return json.dumps(record.msg, ensure_ascii=False)

    log.handler.setFormatter(Json())
    log.logger.info({"headers": {"x-api-key": [SECRET]}, "ms": 1.5, "ok": True})
    expected = {"headers": {"x-api-key": [BULLETS]}, "ms": 1.5, "ok": True}
    assert json.loads(log.text) == expected
    clean = {"ms": 1}
    record = logging.makeLogRecord({"msg": clean})
    assert RedactingFilter().filter(record) and record.msg is clean


class CannotPrint:
    """An object that cannot be printed."""

    def __str__(self) -> str:
        raise LookupError(HEADER)

    __repr__ = __str__


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        (f"%d {HEADER}", (TEXT,)),
        (f"%s %s {HEADER}", (TEXT,)),
        (HEADER, (TEXT,)),
        (f"%(missing)s {HEADER}", ({"key": TEXT},)),
        (f"%q {HEADER}", (TEXT,)),
        (f"100% {HEADER}", (TEXT,)),
        (f"%s {HEADER}", (CannotPrint(),)),
    ],
)
def test_arguments_that_cannot_be_formatted_are_omitted(
    log: Log, message: str, arguments: tuple[object, ...]
) -> None:
    log.logger.info(message, *arguments)
    assert_redacted(log.text)
    assert log.text.startswith("INFO (this message's arguments could not be formatted and are left out) ")
    assert log.text.endswith(f" x-api-key: {BULLETS}\n")


def test_a_message_that_cannot_be_printed_is_replaced(log: Log) -> None:
    log.logger.info(CannotPrint(), extra={"request": HEADER})
    assert log.text == "INFO (left out: it cannot be printed)\n"


def test_a_lone_surrogate_does_not_prevent_redaction(log: Log) -> None:
    log.logger.info(f"file \udcff {HEADER} {TEXT}")
    assert log.text == f"INFO file \\udcff x-api-key: {BULLETS} {MASKED}\n"
    record = logging.makeLogRecord({"msg": "file \udcff"})
    assert RedactingFilter().filter(record) and record.getMessage() == "file \udcff"


# Exceptions and stacks.


def fail(secret: str) -> None:
    """Raises a chain of three exceptions, each with a secret."""
    try:
        try:
            raise LookupError(f"x-api-key: {secret}")
        except LookupError as error:
            raise ValueError({"x-api-key": secret}) from error
    except ValueError:
        raise RuntimeError(f"api_key={secret}")


def failure() -> BaseException:
    try:
        fail(SECRET)
    except RuntimeError as error:
        return error
    raise AssertionError


def test_an_exception_is_redacted_with_its_whole_chain(log: Log) -> None:
    log.logger.error("it failed", exc_info=failure())
    assert_redacted(log.text)
    assert log.text.startswith("ERROR it failed\nTraceback (most recent call last):\n")
    for line in (
        f"LookupError: x-api-key: {BULLETS}\n",
        f"ValueError: {{'x-api-key': '{BULLETS}'}}\n",
        f"RuntimeError: api_key={BULLETS}\n",
        "The above exception was the direct cause",
        "During handling of the above exception",
    ):
        assert line in log.text


def test_a_source_line_in_a_traceback_is_redacted(log: Log) -> None:
    try:
        raise LookupError(dict(api_key="q7Rk2Vx9Lm4Tz8Wc"))
    except LookupError:
        log.logger.error("", exc_info=True)
    assert_redacted(log.text)
    assert f'raise LookupError(dict(api_key="{BULLETS}"))' in log.text


def test_an_exception_group_and_its_notes_are_redacted(log: Log) -> None:
    if sys.version_info >= (3, 11):
        error = ExceptionGroup(HEADER, [ValueError(TEXT), OSError(5, TEXT)])
        error.add_note(f"Authorization: Bearer {TEXT}")
        log.logger.error("", exc_info=error)
        assert_redacted(log.text)
        assert f"Authorization: Bearer {MASKED}" in log.text


def test_cached_exception_text_is_redacted() -> None:
    record = logging.makeLogRecord({"msg": "", "exc_text": HEADER})
    error = failure()
    record.exc_info = (type(error), error, error.__traceback__)
    assert RedactingFilter().filter(record)
    found = vars(record)
    assert (found["exc_text"], found["exc_info"]) == (f"x-api-key: {BULLETS}", None)


@pytest.mark.parametrize("given", [True, (None, None, None), (1, 2, 3), "text", ()])
def test_exc_info_without_an_exception_does_not_prevent_redaction(given: Any) -> None:
    record = logging.makeLogRecord({"msg": TEXT, "exc_info": given})
    assert RedactingFilter().filter(record)
    assert record.exc_info is None
    assert_redacted(logging.Formatter().format(record))


def test_a_custom_formatter_prints_the_redacted_exception(log: Log) -> None:
    class AllFields(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            parts = [str(record.msg), str(record.args), str(record.exc_info), str(record.exc_text)]
            if record.exc_info:
                parts += traceback.format_exception(*record.exc_info)
            return " ".join(parts)

    log.handler.setFormatter(AllFields())
    log.logger.error("%s", TEXT, exc_info=failure())
    assert_redacted(log.text)
    assert log.text.startswith(f"{MASKED} None None Traceback")


def test_stack_info_is_redacted(log: Log) -> None:
    log.logger.info("", extra=dict(api_key="q7Rk2Vx9Lm4Tz8Wc"), stack_info=True)
    assert_redacted(log.text)
    assert "Stack (most recent call last)" in log.text
    assert f'extra=dict(api_key="{BULLETS}")' in log.text


# Attributes added by the application.

EXTRA: dict[str, tuple[str, object, object]] = {
    "a string": ("request", HEADER, f"x-api-key: {BULLETS}"),
    "a string of several lines": ("request", f"a\n{HEADER}\r\nb", f"a\nx-api-key: {BULLETS}\r\nb"),
    "a value under a credential's name": ("api_key", SECRET, BULLETS),
    "a number under a credential's name": ("password", 12345678, BULLETS),
    "a list under a credential's name": ("x_api_key", [SECRET, SECRET], [BULLETS, BULLETS]),
    "bytes": ("body", HEADER.encode(), f"b'x-api-key: {BULLETS}'"),
    "a bytearray": ("body", bytearray(TEXT.encode()), f"bytearray(b'{MASKED}')"),
    "bytes under a credential's name": ("api_key", SECRET.encode(), f"b'{BULLETS}'"),
    "a dict": ("headers", {"x-api-key": SECRET, "n": 1}, {"x-api-key": BULLETS, "n": 1}),
    "a dict in a list": ("all", [{"token": SECRET}, TEXT], [{"token": BULLETS}, MASKED]),
    "pairs": ("headers", [("x-api-key", SECRET)], [("x-api-key", BULLETS)]),
    "a tuple": ("all", (1, TEXT), (1, MASKED)),
    "a set": ("all", {TEXT}, {MASKED}),
    "an exception": ("error", ValueError(HEADER), f"ValueError('x-api-key: {BULLETS}')"),
    "an object": ("request", PrintsSecret(), f"<x-api-key: {BULLETS}>"),
    "an object in a list": ("all", [PrintsSecret()], f"[<x-api-key: {BULLETS}>]"),
}


@pytest.mark.parametrize("kind", EXTRA)
def test_extra_attributes_are_redacted(log: Log, kind: str) -> None:
    name, value, expected = EXTRA[kind]
    before = copy.deepcopy(value) if kind != "an exception" else value
    log.handler.setFormatter(logging.Formatter(f"%({name})s"))
    records: list[logging.LogRecord] = []

    def collect(record: logging.LogRecord) -> bool:
        records.append(record)
        return True

    log.handler.addFilter(collect)
    log.logger.info("", extra={name: value})
    assert_redacted(log.text)
    found = vars(records[0])[name]
    assert (type(found), found) == (type(expected), expected)
    if not isinstance(value, PrintsSecret | list | ValueError):
        assert value == before, "the host's own object was changed"


@pytest.mark.parametrize(
    "value", [None, True, 0, 1.5, "text", b"data", [1, "a"], {"a": (1,)}, object()]
)
def test_a_value_without_secrets_is_left_unchanged(value: object) -> None:
    record = logging.makeLogRecord({"msg": "", "added": value})
    assert RedactingFilter().filter(record)
    assert vars(record)["added"] is value


def test_an_extra_object_that_cannot_be_printed_is_replaced() -> None:
    record = logging.makeLogRecord({"msg": TEXT, "added": CannotPrint(), "other": HEADER})
    assert RedactingFilter().filter(record)
    assert record.getMessage() == MASKED
    assert vars(record)["added"] == "(left out: it cannot be printed)"
    assert vars(record)["other"] == f"x-api-key: {BULLETS}"


def test_a_self_referencing_value_is_redacted() -> None:
    value: list[object] = [HEADER]
    value.append(value)
    record = logging.makeLogRecord({"msg": "", "added": value})
    assert RedactingFilter().filter(record)
    assert_redacted(repr(vars(record)))


def test_every_attribute_of_a_record_is_redacted() -> None:
    plain = logging.LogRecord(HEADER, 20, HEADER, 1, HEADER, None, None, HEADER, HEADER)
    plain.threadName = plain.processName = HEADER
    vars(plain)["message"] = vars(plain)["taskName"] = HEADER
    assert RedactingFilter().filter(plain)
    assert_redacted(repr(vars(plain)))


# Loggers, handlers, formatters.


def test_the_filter_passes_every_record() -> None:
    redacting_filter = RedactingFilter()
    for level in (0, 10, 60):
        record = logging.makeLogRecord({"levelno": level, "name": "x"})
        assert redacting_filter.filter(record) is True


def test_a_record_of_a_custom_class_is_redacted(log: Log) -> None:
    class Braces(logging.LogRecord):
        def getMessage(self) -> str:
            return str(self.msg).format(*self.args or ())

    class Logger(logging.Logger):
        def makeRecord(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
            return Braces(*args[:7])

    logger = Logger("custom")
    logger.addHandler(log.handler)
    logger.info("received {}", TEXT)
    assert log.text == f"INFO received {MASKED}\n"


def test_a_record_from_a_logger_adapter_is_redacted(log: Log) -> None:
    log.handler.setFormatter(logging.Formatter("%(request)s %(message)s"))
    adapter = logging.LoggerAdapter(log.logger, {"request": HEADER})
    adapter.info("%s", TEXT)
    assert log.text == f"x-api-key: {BULLETS} {MASKED}\n"


def test_a_filter_on_a_handler_redacts_records_of_child_loggers(log: Log) -> None:
    parent = logging.getLogger("keyrail-test-parent")
    parent.addHandler(log.handler)
    try:
        logging.getLogger("keyrail-test-parent.child").error("%s", TEXT)
    finally:
        parent.removeHandler(log.handler)
    assert log.text == f"ERROR {MASKED}\n"


def test_a_second_handler_gets_the_redacted_record(log: Log) -> None:
    second = io.StringIO()
    log.logger.addHandler(logging.StreamHandler(second))
    log.logger.error("%s", TEXT, exc_info=failure())
    assert_redacted(second.getvalue())


def test_exception_text_cached_by_an_earlier_handler_is_redacted() -> None:
    first, log = io.StringIO(), Log()
    log.logger.removeHandler(log.handler)
    log.logger.addHandler(logging.StreamHandler(first))
    log.logger.addHandler(log.handler)
    log.logger.error("%s", TEXT, exc_info=failure())
    # The first handler has no filter, and cached the exception's text.
    assert TEXT in first.getvalue()
    assert_redacted(log.text)


@pytest.mark.parametrize("at", ["queue", "listener"])
def test_queued_records_are_redacted_in_the_queue_handler_or_the_listener(
    log: Log, at: str
) -> None:
    records: queue.Queue[logging.LogRecord] = queue.Queue()
    sender = logging.handlers.QueueHandler(records)
    if at == "queue":
        sender.addFilter(log.handler.filters[0])
        log.handler.filters.clear()
    logger = logging.Logger("queued")
    logger.addHandler(sender)
    listener = logging.handlers.QueueListener(records, log.handler)
    listener.start()
    logger.error("%s", TEXT, exc_info=failure())
    listener.stop()
    assert_redacted(log.text)
    assert MASKED in log.text and f"RuntimeError: api_key={BULLETS}" in log.text


def test_a_memory_handler_keeps_redacted_records(log: Log) -> None:
    memory = logging.handlers.MemoryHandler(10, target=log.handler)
    memory.addFilter(RedactingFilter())
    logger = logging.Logger("kept")
    logger.addHandler(memory)
    logger.info("%s", TEXT)
    assert_redacted(repr([vars(record) for record in memory.buffer]))
    memory.close()
    assert log.text == f"INFO {MASKED}\n"


def test_a_formatting_error_in_a_handler_does_not_print_the_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.undo()
    log = Log("%(no_such_attribute)s")
    log.logger.info("%s", TEXT, extra={"request": HEADER})
    printed = capsys.readouterr().err
    assert "no_such_attribute" in printed
    assert_redacted(printed)


def test_dict_config_configures_the_filter_by_name() -> None:
    stream = io.StringIO()
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"scrub": {"()": "keyrail.logging.RedactingFilter"}},
            "handlers": {
                "it": {"class": "logging.StreamHandler", "stream": stream, "filters": ["scrub"]}
            },
            "loggers": {"keyrail-test": {"handlers": ["it"], "propagate": False}},
        }
    )
    logger = logging.getLogger("keyrail-test")
    logger.warning("%s", TEXT)
    logger.handlers.clear()
    assert stream.getvalue() == f"{MASKED}\n"


# The redactor.


def test_the_filter_accepts_a_custom_redactor(log: Log) -> None:
    redactor = keyrail.redact.Redactor(ascii=True)
    redacting_filter = RedactingFilter(redactor)
    assert redacting_filter.redactor is redactor
    log.handler.filters[:] = [redacting_filter]
    log.logger.info("api_key=%s %s", SECRET, TEXT)
    assert log.text == f"INFO api_key=******** {TEXT}\n"  # no format was declared


def test_many_threads_may_share_a_filter() -> None:
    redacting_filter = RedactingFilter(keyrail.redact.Redactor([FORMAT]))
    line = f"{HEADER} {TEXT}\n" * 2_000  # long enough for the GIL to be released

    def filtered(at: int) -> str:
        record = logging.makeLogRecord({"msg": "%d %s", "args": (at, line)})
        redacting_filter.filter(record)
        return record.getMessage()

    with ThreadPoolExecutor(4) as pool:
        messages = list(pool.map(filtered, range(40)))
    expected = f"x-api-key: {BULLETS} {MASKED}\n" * 2_000
    assert messages == [f"{at} {expected}" for at in range(40)]


def test_the_filter_never_raises() -> None:
    """The records have random parts, which are the same on every run."""
    rng = random.Random(7)
    parts: list[Callable[[], object]] = [
        lambda: None,
        lambda: TEXT,
        lambda: HEADER + "\ud800",
        lambda: f"%s %d {HEADER} %(x)s %",
        PrintsSecret,
        CannotPrint,
        lambda: {"x-api-key": SECRET, TEXT: [TEXT]},
        lambda: (HEADER, b"\xff" + TEXT.encode(), 10**30),
        lambda: [("authorization", f"Bearer {TEXT}")],
        lambda: LookupError(TEXT),
        lambda: (LookupError, LookupError(TEXT), None),
        lambda: float("nan"),
    ]
    names = ["msg", "args", "exc_info", "exc_text", "stack_info", "message", "api_key", "added"]
    for _ in range(3_000):
        given = {name: rng.choice(parts)() for name in rng.sample(names, 4)}
        record = logging.makeLogRecord(given)
        assert RedactingFilter().filter(record)
        record.getMessage()
        assert_redacted(" ".join(f"{value} {value!r}" for value in vars(record).values()))
