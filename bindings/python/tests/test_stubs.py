"""Tests that the stub has the same docstrings as the module. The tool stubtest checks the
stub's signatures.
"""

import inspect
import pathlib
import subprocess
import sys

from keyrail import _keyrail

TOOL = pathlib.Path(__file__).resolve().parents[1] / "document_stubs.py"


def test_the_stub_has_the_modules_docstrings() -> None:
    result = subprocess.run([sys.executable, TOOL, "--check"], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_everything_public_is_documented() -> None:
    for name in _keyrail.__all__:
        item = getattr(_keyrail, name)
        assert inspect.getdoc(item), name
        for member in vars(item) if inspect.isclass(item) else ():
            if not member.startswith("_"):
                assert inspect.getdoc(getattr(item, member)), f"{name}.{member}"
