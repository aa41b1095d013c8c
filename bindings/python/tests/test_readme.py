"""The README's Python works when it is pasted."""

import re

from conftest import ROOT


def test_the_first_python_block_runs() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^```python\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    assert block, "README.md has no python block"
    exec(compile(block[1], "README.md", "exec"), {"__name__": "__main__"})
