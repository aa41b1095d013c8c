"""The README's Python works when it is pasted, and so do the docstrings'."""

import doctest
import re
from types import ModuleType

import pytest
from conftest import ROOT

import keyrail

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("at", range(max(1, len(BLOCKS))))
def test_a_python_block_of_the_readme_runs(at: int) -> None:
    exec(compile(BLOCKS[at], "README.md", "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("module", [keyrail, keyrail.logging, keyrail.platform])
def test_the_docstring_examples_of_a_module_run(module: ModuleType) -> None:
    ran = doctest.testmod(module)
    assert ran.attempted and not ran.failed
