"""Reports in a real browser: unfolded no taller than seven screens, no wider than a phone, and for everybody."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from nlpseq.report import write_report

TALLEST, DESK, PHONE = 6000, 1280, 390
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium, or a skip where there is none."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("no browser to look at reports in (chromium not found)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield started
        started.close()


@pytest.mark.parametrize("task", ["translation", "classification", "generation", "summary"])
def test_unfolded_it_keeps_to_its_size(
    browser: Browser, task: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path = write_report(tmp_path, request.getfixturevalue(task))
    page = browser.new_page(viewport={"width": DESK, "height": 800})
    page.goto(path.as_uri())
    assert page.locator("nav").bounding_box()["y"] < 800  # type: ignore[index]  # all that matters is on one screen
    page.evaluate("document.querySelectorAll('details.section').forEach((section) => { section.open = true; })")
    width, height = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    assert width == DESK and height < TALLEST
    if axe := find_spec("axe_playwright_python") and import_module("axe_playwright_python.sync_playwright"):
        found = axe.Axe().run(page).response["violations"]
        assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []
    page.set_viewport_size({"width": PHONE, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE
    page.close()


def test_a_link_of_the_contents_unfolds_its_section(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path = write_report(tmp_path, request.getfixturevalue("classification"))
    page = browser.new_page(viewport={"width": DESK, "height": 800})
    page.goto(path.as_uri())
    assert not page.locator("text=share of the texts given the right class").is_visible()
    page.get_by_role("link", name="Scores").click()
    page.locator("text=share of the texts given the right class").wait_for(state="visible")
    page.close()
