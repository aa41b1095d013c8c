"""Tests that the Python examples in the README and in the docstrings run."""

import doctest
import re
from types import ModuleType

import pytest
from conftest import ROOT

import keyrail

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("index", range(max(1, len(BLOCKS))))
def test_a_python_block_of_the_readme_runs(index: int) -> None:
    exec(compile(BLOCKS[index], "README.md", "exec"), {"__name__": "__main__"})


@pytest.mark.parametrize("module", [keyrail, keyrail.logging, keyrail.platform])
def test_the_docstring_examples_of_a_module_run(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted and not result.failed
