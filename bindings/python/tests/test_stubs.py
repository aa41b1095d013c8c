"""The stub has the docstrings of the module; stubtest holds its signatures."""

import inspect
import pathlib
import subprocess
import sys

from keyrail import _keyrail

TOOL = pathlib.Path(__file__).resolve().parents[1] / "document_stubs.py"


def test_the_stub_has_the_modules_docstrings() -> None:
    checked = subprocess.run([sys.executable, TOOL, "--check"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_everything_public_is_documented() -> None:
    for name in _keyrail.__all__:
        found = getattr(_keyrail, name)
        assert inspect.getdoc(found), name
        for member in vars(found) if inspect.isclass(found) else ():
            if not member.startswith("_"):
                assert inspect.getdoc(getattr(found, member)), f"{name}.{member}"
