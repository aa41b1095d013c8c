"""Writes the native module's docstrings into its stub.

The signatures in `_keyrail.pyi` are written by hand, and stubtest compares them
with the module. The docstrings are those of the module, which come from the Rust
sources. With `--check`, nothing is written, and a stub that would change is an
error.
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
    """Returns the docstring of a class, a method or a function of the module."""
    item: object = _keyrail
    for name in path:
        item = getattr(item, name)
    return inspect.getdoc(item)


def docstring_lines(text: str, indent: int) -> list[str]:
    """Returns the lines of a docstring, with its quotes."""
    margin = " " * indent
    if "\n" not in text:
        return [f'{margin}"""{text}"""']
    return textwrap.indent(f'"""{text}\n"""', margin, lambda line: line.strip() != "").splitlines()


def first_line(node: ast.stmt) -> int:
    """Returns the index of the first line of a statement, including the decorators of a function."""
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    return min([node.lineno, *(decorator.lineno for decorator in decorators)]) - 1


def document(source: str) -> str:
    """Returns the stub with the docstrings of the module."""
    lines = source.splitlines()
    # In reverse order, so that the line numbers of the remaining nodes stay correct.
    for node, path in reversed(list(public_items(ast.parse(source).body, []))):
        text = docstring(path)
        if text is None:
            continue
        first = node.body[0]
        at = first_line(first)
        new = docstring_lines(text, node.col_offset + 4)
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


def public_items(
    body: list[ast.stmt], outer: list[str]
) -> Iterator[tuple[ast.ClassDef | ast.FunctionDef, list[str]]]:
    """Yields the public classes, methods and functions, in order."""
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
            path = [*outer, node.name]
            yield node, path
            if isinstance(node, ast.ClassDef):
                yield from public_items(node.body, path)


def main() -> int:
    """Rewrites the stub, or reports that it would change."""
    before = STUB.read_text(encoding="utf-8")
    after = document(before)
    if "--check" in sys.argv[1:]:
        if before != after:
            print(f"the docstrings of {STUB.name} differ: run {sys.executable} {sys.argv[0]}")
            return 1
        return 0
    STUB.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
