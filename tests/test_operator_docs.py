"""docs/operators.md is what the declarations say, and the names of other tools in it are theirs.

cases/peer_operators/ holds the names of the operators for text and rows of py-data-juicer 1.6.1,
datatrove 0.10.1, nemo-curator 1.4.0, open-dataflow 1.0.13 and dataevolver 0.1.1.
"""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from case_files import CASES

from dataevolver.library import builtin, load_catalog

DOCS = Path(__file__).parents[1] / "docs"
WRITER = runpy.run_path(str(DOCS / "write_operators.py"))
CATALOG = load_catalog([builtin()])
THEIRS = {
    path.stem: path.read_text(encoding="utf-8").split()
    for path in sorted((CASES / "peer_operators").glob("*.txt"))
}
NAMED = {
    peer: {name for operator in CATALOG.values() for name in operator.counterparts.get(peer, ())}
    for peer in THEIRS
}
NOT_COVERED = WRITER["read_not_covered"]()


def test_the_document_is_what_the_declarations_say() -> None:
    written = (DOCS / "operators.md").read_text(encoding="utf-8")
    assert written == WRITER["page"](), "run: python docs/write_operators.py"


@pytest.mark.parametrize("peer", THEIRS)
def test_a_counterpart_is_an_operator_of_that_tool(peer: str) -> None:
    wrong = {
        operator.name: sorted(set(operator.counterparts[peer]) - set(THEIRS[peer]))
        for operator in CATALOG.values()
        if not set(operator.counterparts.get(peer, ())) <= set(THEIRS[peer])
    }
    assert wrong == {}


@pytest.mark.parametrize("peer", THEIRS)
def test_each_operator_of_that_tool_has_a_counterpart_or_a_reason(peer: str) -> None:
    reasons = set(NOT_COVERED[peer])
    assert sorted(set(THEIRS[peer]) - NAMED[peer] - reasons) == []
    assert sorted(reasons & NAMED[peer]) == []
    assert sorted(reasons - set(THEIRS[peer])) == []
