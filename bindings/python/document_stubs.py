"""Writes the native module's docstrings into its stub.

The signatures in `_keyrail.pyi` are written by hand, and stubtest holds them to
the module; the docstrings come from the Rust sources, by way of the module.
With `--check` nothing is written, and a stub that would change is a failure.
"""

import ast
import inspect
import pathlib
import sys
import textwrap
from collections.abc import Iterator

from keyrail import _keyrail

STUB = pathlib.Path(__file__).parent / "python" / "keyrail" / "_keyrail.pyi"


def docstring(path: list[str]) -> str | None:
    """What the module says of a class, a method or a function."""
    found: object = _keyrail
    for name in path:
        found = getattr(found, name)
    return inspect.getdoc(found)


def quoted(text: str, indent: int) -> list[str]:
    """The lines of a docstring."""
    margin = " " * indent
    if "\n" not in text:
        return [f'{margin}"""{text}"""']
    return textwrap.indent(f'"""{text}\n"""', margin, lambda line: line.strip() != "").splitlines()


def start(node: ast.stmt) -> int:
    """The first line of a statement, decorators included, from 0."""
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1


def document(source: str) -> str:
    """The stub with each docstring as the module has it."""
    lines = source.splitlines()
    for node, path in reversed(list(documented(ast.parse(source).body, []))):
        text = docstring(path)
        if text is None:
            continue
        first = node.body[0]
        at = start(first)
        new = quoted(text, node.col_offset + 4)
        if not isinstance(first, ast.Expr):
            lines[at:at] = new
        elif ast.get_docstring(node) is not None:
            lines[at : first.end_lineno] = new
        elif lines[at].strip() == "...":
            lines[at : at + 1] = new
        else:
            lines[at] = lines[at].removesuffix(" ...")
            lines[at + 1 : at + 1] = new
    return "\n".join(lines) + "\n"


def documented(
    body: list[ast.stmt], outer: list[str]
) -> Iterator[tuple[ast.ClassDef | ast.FunctionDef, list[str]]]:
    """The public classes, methods and functions, from the top."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            path = [*outer, node.name]
            yield node, path
            if isinstance(node, ast.ClassDef):
                yield from documented(node.body, path)


def main() -> int:
    """Rewrites the stub, or says that it would change."""
    before = STUB.read_text(encoding="utf-8")
    after = document(before)
    if "--check" in sys.argv[1:]:
        if before != after:
            print(f"{STUB.name} has other docstrings than the module: run {sys.argv[0]}")
            return 1
        return 0
    STUB.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
