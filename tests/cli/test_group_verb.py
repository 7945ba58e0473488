"""The verb ``group`` and the renderings for notebooks, LaTeX and JSON."""

import argparse
import json
from xml.dom.minidom import parseString

import pytest
from samples import named

from symtheory.cli.group import add_parser
from symtheory.errors import SpecError
from symtheory.representations.character_table import character_table
from symtheory.representations.description import describe
from symtheory.representations.rendering import table_html, table_latex, table_text


def group_verb(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    args = parser.parse_args(["group", *arguments])
    return int(args.run(args))


def test_text_says_what_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert group_verb("A5") == 0
    out = capsys.readouterr().out
    for line in (
        "A5: a group of order 60",
        "is                non-abelian, not nilpotent, not solvable, simple",
        "|Aut(G)|          120",
        "Subgroups: 59, in 9 classes; 2 normal",
        "5a     12    5      5b       5b       1a       (1 2 3 4 5)",
        "χ2   3  -1   0  (1+√5)/2  (1-√5)/2  +",
        "χ3            3       real  3          9      faithful  2",
    ):
        assert line in out
    lines = out.split("Character table\n\n")[1].split("\n\n")[0].splitlines()
    assert len({line.rstrip().rindex(" ") for line in lines[2:]}) == 1  # columns are aligned
    assert not any(line != line.rstrip() for line in out.splitlines())


@pytest.mark.parametrize("name", ["Z1", "Z97", "Z4 x Z30", "D100", "Q8", "S6"])
def test_text_of_small_and_large_groups(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert group_verb(name) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) < 200
    assert len(out.splitlines()) < 160


def test_full_prints_all(capsys: pytest.CaptureFixture[str]) -> None:
    group_verb("Z42", "--full")
    out = capsys.readouterr().out
    assert "χ42" in out
    assert "conjugates" in out


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert group_verb("SL(2,3)", "--json") == 0
    data = json.loads(capsys.readouterr().out)
    assert data["schema"] == "symtheory/1"
    assert data["kind"] == "group"
    assert data["order"] == 24
    assert data["n_automorphisms"] == 24
    assert [c["indicator"] for c in data["characters"]] == [1, 0, 0, 0, 0, -1, 1]
    assert [c["is_faithful"] for c in data["characters"]] == [False] * 3 + [True] * 3 + [False]
    texts = [v["text"] for v in data["palette"]]
    assert texts[data["character_table"][3][2]] == "-ζ3^2"
    assert sum(irrep["block_dimension"] for irrep in data["real_irreps"]) == 24
    assert data["power_maps"]["2"][3] == 2
    assert [c["order"] for c in data["subgroup_classes"]] == [1, 2, 3, 4, 6, 8, 24]
    assert data["abelianization"] == [3]


def test_json_of_a_group_with_too_many_subgroups(capsys: pytest.CaptureFixture[str]) -> None:
    group_verb("S6", "--json")
    data = json.loads(capsys.readouterr().out)
    assert data["subgroup_classes"] is None
    assert "order 200" in data["subgroups_note"]


def test_latex_has_the_columns_it_announces(capsys: pytest.CaptureFixture[str]) -> None:
    group_verb("F(7,3)", "--latex")
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[0] == r"\begin{array}{c|ccccc|c}"
    assert lines[-1] == r"\end{array}"
    assert all(line.count("&") == 6 for line in lines[1:-1])
    assert r"\frac{-1+i\sqrt{7}}{2}" in "\n".join(lines)
    assert table_latex(character_table(named("F(7,3)"))) == "\n".join(lines)


def test_bad_groups_raise_our_errors() -> None:
    with pytest.raises(SpecError, match="did you mean"):
        group_verb("PLS(2,7)")
    with pytest.raises(SpecError, match="exclude each other"):
        group_verb("S3", "--json", "--latex")
    with pytest.raises(SpecError, match="positive number, got 0"):
        group_verb("<a | a^3>", "--max-cosets", "0")


def test_long_entries_become_letters_with_a_legend() -> None:
    text = table_text(character_table(named("F(13,3)")))
    assert "\nA = ζ13" in text
    assert "A*" in text.splitlines()[5]
    assert "+" not in text.split("\n\n")[0].replace("  +", "")


@pytest.mark.parametrize("name", ["S4", "F(7,3)", "Z2 x Z2", "Z4 x Z30"])
def test_notebook_tables_are_well_formed(name: str) -> None:
    group = named(name)
    table = character_table(group)
    for html in (group._repr_html_(), table._repr_html_(), table_html(table)):
        parseString(f"<div>{html}</div>")  # noqa: S318 (our own text)
    assert ("first 30 of 120" in group._repr_html_()) == (group.order == 120)


def test_descriptions_hold_the_series() -> None:
    d = describe(named("D8"))
    assert d.is_nilpotent
    assert d.is_solvable
    assert d.central_orders == (16, 4, 2, 1)
    assert d.primary_invariants == (2, 2)
    assert d.formulas[-1].startswith("r -> rotation")
