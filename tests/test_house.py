"""The house keeps its rules: a task is a folder and a row, nothing else tells tasks apart, no file is too long."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from pathlib import Path

import pytest

from nlpseq.config import RECIPES
from nlpseq.tasks import TASKS, task_named

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "nlpseq"
# A stranger's library done again, file by file.
APART = PACKAGE / "compat"
MODULES = [path for path in sorted(PACKAGE.rglob("*.py")) if APART not in path.parents]
# In the folder of every task, besides the file of what a user holds.
TASK_FILES = {
    "__init__.py", "stages.py", "objective.py", "outputs.py", "report.py", "words.py", "suggest.py", "export.py",
}  # fmt: skip
LARGEST_MODULE = 450
SHARED_LINES = 12
# What users read goes through one of these.
TELLS = ("print", "UserError", "info", "warning", "append", "Paragraph")
# Modules that only list or pass on what others hold.
NO_TESTS = {"__init__.py", "__main__.py"}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tasks_in(nodes: Iterable[ast.expr | None]) -> set[str]:
    return {node.value for node in nodes if isinstance(node, ast.Constant) and node.value in TASKS}


def ladders(path: Path) -> Iterator[str]:
    """The places that tell tasks apart by their names or by the classes of their settings."""
    settings = {kind.__name__ for kind in RECIPES.values()}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        place = f"{named(path)}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Dict) and len(tasks_in(node.keys)) > 1:
            yield f"{place}: a table of tasks"
        elif (
            isinstance(node, ast.Compare) and tasks_in([node.left, *node.comparators]) and ".task" in ast.unparse(node)
        ):
            yield f"{place}: a comparison with a task"
        elif isinstance(node, ast.Match) and len(tasks_in(_patterns(node))) > 1:
            yield f"{place}: a match of tasks"
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
            if settings & {found.id for found in ast.walk(node.args[1]) if isinstance(found, ast.Name)}:
                yield f"{place}: a look at the class of the settings"


def _patterns(node: ast.Match) -> list[ast.expr | None]:
    return [part.value for case in node.cases for part in ast.walk(case.pattern) if isinstance(part, ast.MatchValue)]


def test_nothing_but_the_one_table_tells_tasks_apart() -> None:
    found = [ladder for path in MODULES for ladder in ladders(path)]
    assert [ladder.partition(":")[0] for ladder in found] == ["nlpseq/tasks/__init__.py"], found


def test_a_ladder_would_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ladder.py"
    path.write_text(
        'A = {"translate": 1, "classify": 2}\nif settings.task == "generate":\n    pass\n'
        'match task:\n    case "translate":\n        pass\n    case "classify":\n        pass\n'
        "isinstance(settings, (int, ClassifySettings))\n"
    )
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert {ladder.partition(": ")[2] for ladder in ladders(path)} == {
        "a table of tasks", "a comparison with a task", "a match of tasks", "a look at the class of the settings",
    }  # fmt: skip


def test_each_recipe_has_a_task_and_each_task_a_recipe() -> None:
    assert list(TASKS) == list(RECIPES)
    for name in TASKS:
        row = task_named(name)
        assert row.name == name and row.settings is RECIPES[name] and row.scores[0].key


def test_each_task_has_the_same_files() -> None:
    for name in TASKS:
        files = {path.name for path in (PACKAGE / "tasks" / name).glob("*.py")}
        assert files >= TASK_FILES, name
        assert any(name in path.read_text(encoding="utf-8") for path in (PACKAGE / "tasks" / name).glob("*.py"))


def test_each_task_that_is_served_has_a_tab() -> None:
    routes = {path.stem for path in (PACKAGE / "serve" / "routes").glob("*.py")} - {"__init__"}
    assert routes <= TASKS.keys()
    for name in TASKS:
        for file in (f"page/{name}.js", f"page/{name}.html"):
            assert (PACKAGE / "serve" / file).is_file() == (name in routes), file


def lines_of(folder: Path) -> set[tuple[str, ...]]:
    """Every run of `SHARED_LINES` lines of a folder's modules, without imports, comments and blank lines."""
    found = set()
    for path in folder.rglob("*.py"):
        text = re.sub(r"^from [^\n]* import \((.*?)\)$", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
        lines = [line.strip() for line in text.splitlines()]
        lines = [line for line in lines if line and not line.startswith(("#", "import ", "from "))]
        found |= {tuple(lines[at : at + SHARED_LINES]) for at in range(len(lines) - SHARED_LINES + 1)}
    return found


@pytest.mark.parametrize("pair", list(combinations(TASKS, 2)), ids="-".join)
def test_no_two_tasks_share_a_run_of_lines(pair: tuple[str, str]) -> None:
    one, other = (lines_of(PACKAGE / "tasks" / name) for name in pair)
    assert not one & other, "\n".join(next(iter(one & other)))


def test_no_module_is_too_long() -> None:
    sizes = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {name: size for name, size in sizes.items() if size > LARGEST_MODULE} == {}


def counts(path: Path) -> Iterator[str]:
    """What is said of a number of things in the plural, of one of them too."""
    things = "texts|rows|pairs|epochs|steps|files|lines|sentences|documents|trials|seeds"
    plural = re.compile(rf" (?:\w+ )?(?:{things})\b")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not ast.unparse(node.func).endswith(TELLS):
            continue
        for part in ast.walk(node):
            place = f"{named(path)}:{getattr(part, 'lineno', 0)}"
            if isinstance(part, ast.JoinedStr):
                after = [two.value for one, two in pairwise(part.values) if isinstance(two, ast.Constant)]
                yield from (f"{place}: a number of{words}" for words in after if plural.match(str(words)))
            elif isinstance(part, ast.Constant) and re.search(rf"%[ds]{plural.pattern}", str(part.value)):
                yield f"{place}: {part.value}"


def test_one_thing_is_not_said_in_the_plural() -> None:
    assert [found for path in MODULES for found in counts(path)] == []


def is_tested(module: Path, tests: dict[Path, str]) -> bool:
    """By a file of its name or its folder's, there or one folder above; by examples; by a test that imports it."""
    place = module.relative_to(PACKAGE)
    files = {
        ROOT / "tests" / folder / f"test_{name}.py"
        for folder, name in (
            (place.parent, place.stem), (place.parent.parent, place.stem), (place.parent.parent, place.parent.name),
        )
    }  # fmt: skip
    dotted = ".".join(["nlpseq", *place.with_suffix("").parts])
    return (
        any(file in tests for file in files)
        or ">>> " in module.read_text(encoding="utf-8")
        or any(re.search(rf"\b{re.escape(dotted)}\b", text) for text in tests.values())
    )


def test_each_module_has_a_test_of_its_own() -> None:
    tests = {path: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py")}
    missing = [named(path) for path in MODULES if path.name not in NO_TESTS and not is_tested(path, tests)]
    assert missing == []
