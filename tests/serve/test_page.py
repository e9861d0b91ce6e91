"""The page in a real browser: all demos by mouse and by keyboard alone, on a phone too, and nothing but text in it."""

from __future__ import annotations

import csv
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Locator,
    Page,
    Request,
    Route,
    expect,
    sync_playwright,
)

import nlpseq.serve
from nlpseq.config import TagSettings
from nlpseq.decoding.processors import SamplingOptions
from nlpseq.serve.app import build_app
from nlpseq.serve.runs import load_runs
from nlpseq.serve.served import ServedRun
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.tasks.generate.char_rnn import CharRNN
from nlpseq.tasks.multilabel.labeller import MultiLabelClassifier
from nlpseq.tasks.summarize.summarizer import Summarizer
from nlpseq.tasks.tag.tagger import Tagger
from nlpseq.tasks.translate.translator import Translator

Serve = Callable[[FastAPI], AbstractContextManager[httpx.Client]]
Open = Callable[..., Page]

PAGE = Path(nlpseq.serve.__file__).parent / "page"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_MILLISECONDS = 60_000  # only what is broken waits as long
TASKS = ["translate", "classify", "generate", "summarize", "tag", "multilabel"]
BEST = 5  # translations that the page asks for
HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"
STORY = "the old king waits by the sea. the cat sleeps."
TABS_TO_PRESS = 80
NARROWEST_PHONE = 360
GRAVE = ("serious", "critical")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium, or a skip where there is none."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("no browser to try the page in (chromium not found)")
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Browser, site: httpx.Client) -> Iterator[Open]:
    """Opens the page, of `site` unless told, in a window of its own; at the end nothing may have gone wrong in any.

    With `refused` the server may refuse something: browsers write every status above 399 to the console.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def opened(client: httpx.Client = site, *, task: str = "", width: int = 1200, refused: bool = False) -> Page:
        base = str(client.base_url).rstrip("/")

        def heard(said: ConsoleMessage) -> None:
            if said.type in ("error", "warning") and not (refused and said.text.startswith("Failed to load resource")):
                wrong.append(said.text)

        def asked(dialog: Dialog) -> None:
            wrong.append(f"a dialog: {dialog.message}")
            dialog.dismiss()

        def requested(request: Request) -> None:
            if not request.url.startswith((f"{base}/", "data:")):
                wrong.append(request.url)

        contexts.append(browser.new_context(viewport={"width": width, "height": 800}))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", heard)
        page.on("dialog", asked)
        page.on("request", requested)
        page.goto(f"{base}/#{task}")
        expect(page.get_by_role("tab").or_(page.get_by_role("dialog")).first).to_be_visible()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def best(translator: Translator, lines: list[str]) -> list[str]:
    """The translations that the page should show; a wider search than `translate` may find better ones."""
    found = translator.search(lines, n_best=BEST)
    return [hypotheses[0].text if hypotheses else "" for hypotheses in found]


def panel(page: Page, task: str) -> Locator:
    return page.locator(f"#panel-{task}")


def texts(found: Locator) -> list[str]:
    return [text or "" for text in found.all_text_contents()]


def answered(page: Page, task: str, answer: dict[str, Any]) -> None:
    """Let the page have this answer in place of the server's."""
    page.route(f"**/api/{task}", lambda route: route.fulfill(json=answer))


def translation(text: str) -> dict[str, Any]:
    """An answer of one translation, of each of its characters looking at the same source token."""
    found = {"text": text, "score": -1.0, "log_prob": -2.0, "tokens": [text], "attention": [[1.0]]}
    return {"model": "tiny", "results": [{"source_tokens": [text], "translations": [found]}]}


def endless_run(writer: CharRNN, run: ServedRun, closed: threading.Event) -> ServedRun:
    """A run that writes without end, and says when it is stopped."""

    class Endless:
        alphabet = writer.alphabet

        def stream(self, prompts: list[str], **options: Any) -> Iterator[tuple[int, str]]:
            try:
                yield from writer.stream(prompts, **{**options, "length": 10**9})
            finally:
                closed.set()

    return ServedRun("endless", "generate", "", [], {}, Endless(), run.worker)  # a double


# ---- by mouse


def test_a_translation_appears_as_it_is_typed_with_the_best_and_their_attention(
    open_page: Open, translator: Translator
) -> None:
    page = open_page()
    ranked = translator.search(["the cat waits here."], n_best=BEST, attention=True)[0]
    page.click("#translate-input")
    page.keyboard.type("the cat waits here.")
    found = panel(page, "translate")
    expect(found.locator(".lines .text")).to_have_text([ranked[0].text])
    expect(found.locator(".best .text")).to_have_text([one.text for one in ranked])
    expect(found.locator(".best .score").first).to_contain_text(f"{-ranked[0].score:.2f}")
    heat = found.get_by_role("table")
    expect(heat.locator("thead th")).to_have_text(["the", "cat", "waits", "here", ".", "end"])
    rows = heat.locator("tbody tr")
    assert "".join(texts(rows.locator("th"))) == ranked[0].text.replace(" ", "")
    for row in rows.all():  # in per cent, rounded: as many as there are words may be half of one off
        shares = [0 if cell == "·" else int(cell) for cell in texts(row.locator("td:not(:empty)"))]
        assert sum(shares) == pytest.approx(100, abs=3)
    second = found.locator(".best button").nth(1)
    second.click()
    expect(second).to_have_attribute("aria-pressed", "true")
    expect(found.locator(".words").nth(1)).to_have_text(ranked[1].text.replace(" ", ""))


def test_a_word_that_is_pointed_at_lights_up_what_it_is_linked_to(open_page: Open) -> None:
    page = open_page()
    tokens = {"source_tokens": ["▁a", "▁do", "g", "."], "translations": []}
    weights = [[0.9, 0.05, 0.05, 0.0], [0.2, 0.3, 0.3, 0.2], [0.0, 0.25, 0.35, 0.4]]
    found = {"text": "ein Hund", "score": -0.5, "log_prob": -1.0, "tokens": ["▁ein", "▁Hu", "nd"], "attention": weights}
    answered(page, "translate", {"model": "tiny", "results": [{**tokens, "translations": [found]}]})
    page.fill("#translate-input", "a dog.")
    source, target = (panel(page, "translate").locator(".words").nth(side) for side in (0, 1))
    expect(source.locator("button span")).to_have_text(["a", "dog", "."])
    expect(target.locator("button span")).to_have_text(["ein", "Hund"])
    target.locator("button").nth(1).hover()
    # Of "Hund" two tokens share the row; of "dog" two tokens' columns are taken together.
    expect(source.locator("small")).to_have_text(["10%", "60%", "30%"])
    expect(page.locator(".said")).to_contain_text("dog 60%")
    assert source.locator("button").nth(1).evaluate("word => word.style.getPropertyValue('--weight')") == "0.6"
    source.locator("button").first.hover()
    expect(target.locator("small")).to_have_text(["90%", "10%"])
    expect(source.locator("small")).to_have_text(["", "", ""])


def test_each_line_is_a_text_and_the_chosen_one_is_explained(open_page: Open, translator: Translator) -> None:
    lines = ["nobody sleeps by the sea.", "", "the boat sings here."]
    first, _, last = best(translator, lines)
    page = open_page()
    page.fill("#translate-input", "\n".join(lines))
    found = panel(page, "translate")
    expect(found.locator(".lines .text")).to_have_text([first, "", last])
    expect(found.locator(".best .text").first).to_have_text(last)  # where the cursor is
    found.locator(".lines button").first.click()
    expect(found.locator(".best .text").first).to_have_text(first)
    expect(found.locator(".lines button").first).to_have_attribute("aria-pressed", "true")


def test_examples_are_tried_by_a_click(open_page: Open, translator: Translator, runs: list[ServedRun]) -> None:
    page = open_page()
    found = panel(page, "translate")
    found.get_by_role("button", name=runs[0].examples[1], exact=True).click()
    expect(page.locator("#translate-input")).to_have_value(runs[0].examples[1])
    expect(found.locator(".lines .text")).to_have_text(best(translator, [runs[0].examples[1]]))
    found.get_by_role("button", name="All of them").click()
    expect(found.locator(".lines .text")).to_have_text(best(translator, runs[0].examples))


def test_each_line_has_its_label_and_its_words_their_weights(open_page: Open, classifier: Classifier) -> None:
    lines = ["The film was dull, but in the end splendid.", "", "This book was fine, but in the end awful."]
    first, last = classifier.predict([lines[0], lines[2]], explain=True)
    page = open_page(task="classify")
    page.fill("#classify-input", "\n".join(lines))
    results = panel(page, "classify").locator(".results li:visible")
    expect(results.locator(".label")).to_have_text([first.label, last.label])
    for result, prediction, line in zip(results.all(), (first, last), (lines[0], lines[2]), strict=True):
        assert float(texts(result.locator(".share"))[0][:-1]) == pytest.approx(100 * prediction.probability, abs=0.51)
        expect(result.locator(".weighted")).to_have_text(line)  # spelt as it was typed
        weights = dict(prediction.token_weights or [])
        words = [token for token in weights if token.isalnum()]  # a mark alone is no reason
        strongest = max(words, key=lambda token: abs(weights[token]))
        kind = "for" if weights[strongest] > 0 else "against"
        assert strongest in [word.lower() for word in texts(result.locator(f"mark.{kind}"))]
        expect(result.locator(".hint")).to_contain_text(f"Strongest: {strongest}")
    expect(panel(page, "classify").locator(".legend")).to_be_visible()


def test_each_entity_is_marked_where_it_stands(open_page: Open, name_run: TagSettings) -> None:
    lines = ["They saw Bonn with Dr Kim.", "", "\U0001f600 They saw Oslo with Dr Ann Frost."]
    tagger = Tagger.from_pretrained(name_run.run_dir)
    page = open_page(task="tag")
    page.fill("#tag-input", "\n".join(lines))
    results = panel(page, "tag").locator(".results li:visible")
    expect(results.locator("mark").first).to_be_visible()
    for result, found in zip(results.all(), (tagger.tag(lines[0]), tagger.tag(lines[2])), strict=True):
        marks = [f"{entity.text} {entity.label}" for entity in found]
        assert len(marks) >= 2
        expect(result.locator("mark")).to_have_text(marks)
    expect(results.last.locator(".weighted")).to_contain_text("\U0001f600 They saw Oslo LOC with Dr Ann Frost PER.")


def test_all_labels_that_apply_come_first(open_page: Open, labeller: MultiLabelClassifier) -> None:
    found = labeller.predict("cold soup")
    page = open_page(task="multilabel")
    page.fill("#multilabel-input", "cold soup")
    row = panel(page, "multilabel").locator(".results li")
    expect(row.locator(".bar.best .label")).to_have_text(found.labels)
    assert 0 < len(found.labels) < 3
    expect(row.locator(".label")).to_have_count(3)
    expect(row.locator(".weighted")).to_have_text(["cold soup"] * len(found.labels))
    expect(row.locator(".hint").first).to_contain_text(f"Strongest for {found.labels[0]}: ")
    expect(panel(page, "multilabel").locator(".legend")).to_be_visible()


def test_of_many_labels_all_are_shown(open_page: Open) -> None:
    page = open_page(task="classify")
    shares = {"a": 0.1, "b": 0.5, "c": 0.2, "d": 0.006, "e": 0.05, "f": 0.1, "g": 0.044}
    result = {"label": "b", "probability": 0.5, "probabilities": shares, "token_weights": [["<unk>", 0.0]]}
    answered(page, "classify", {"model": "reviews", "results": [result]})
    page.fill("#classify-input", "x")
    result_row = panel(page, "classify").locator(".results li")
    expect(result_row.locator(".label")).to_have_text(["b", "c", "a", "f", "e", "g", "d"])
    expect(result_row.locator(".share").last).to_have_text("0.6%")
    expect(result_row.locator("summary")).to_have_text("2 more labels")


def test_samples_are_written_side_by_side_as_the_sliders_say(open_page: Open, writer: CharRNN) -> None:
    page = open_page(task="generate")
    page.fill("#generate-prompt", "Zoë: ")
    for name, value in {"temperature": "0.5", "top_k": "7", "top_p": "0.9", "length": "60", "samples": "3"}.items():
        page.locator(f"#generate-{name}").fill(value)
    page.fill("#generate-seed", "5")
    outputs = panel(page, "generate").locator("output")
    expect(outputs).to_have_text(["0.50", "7", "0.90", "60", "3"])
    page.get_by_role("button", name="Write", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text(["Done: 60 characters."])
    options = SamplingOptions(temperature=0.5, top_k=7, top_p=0.9)
    expected = writer.samples(["Zoë: "] * 3, length=60, options=options, seed=5)
    assert texts(page.locator(".written")) == expected
    page.get_by_role("button", name="New seed").click()
    expect(page.get_by_role("status")).to_contain_text(["Done"])
    assert page.input_value("#generate-seed") != "5"
    assert texts(page.locator(".written")) != expected


def test_a_stopped_text_stays_and_grows_no_more(
    open_page: Open, serve_app: Serve, writer: CharRNN, runs: list[ServedRun], translator: Translator
) -> None:
    closed = threading.Event()
    with serve_app(build_app([endless_run(writer, runs[3], closed), runs[0]])) as site:
        page = open_page(site, task="generate")
        for stop in (lambda: page.get_by_role("button", name="Stop").click(), lambda: page.keyboard.press("Escape")):
            closed.clear()
            page.get_by_role("button", name="Write", exact=True).click()
            expect(page.locator(".written").first).to_have_text(re.compile(".{20}"))
            stop()
            expect(page.locator(".status")).to_contain_text("Stopped after")
            before = texts(page.locator(".written"))
            assert closed.wait(PATIENCE_MILLISECONDS / 1000)  # the server has stopped writing
            assert before[0] and texts(page.locator(".written")) == before
            expect(page.get_by_role("button", name="Stop")).to_have_attribute("aria-disabled", "true")
        page.get_by_role("tab", name="Translate").click()
        page.fill("#translate-input", "a dog sleeps here.")
        expect(page.locator(".lines .text")).to_have_text(best(translator, ["a dog sleeps here."]))


def test_a_story_gets_a_headline_by_a_click_or_by_ctrl_enter(open_page: Open, summarizer: Summarizer) -> None:
    page = open_page(task="summarize")
    page.fill("#summarize-input", f"  {STORY}\n\n")
    page.get_by_role("button", name="Write a headline").click()
    ranked = [one.text for one in summarizer.search([STORY], n_best=3)[0]]
    found = panel(page, "summarize")
    expect(found.locator(".best .text")).to_have_text(ranked)
    assert found.locator(".headline").text_content() == ranked[0]
    expect(found.locator(".story")).to_have_text(STORY)
    page.fill("#summarize-input", "the sea")
    page.press("#summarize-input", "Control+Enter")
    expect(found.locator(".story")).to_have_text("the sea")


def test_what_was_copied_is_marked_in_headline_and_story(open_page: Open) -> None:
    page = open_page(task="summarize")
    story = "🐕 The king, it is said, waits by the sea."
    text = "King waits so"
    # "ing" is too short to be a passage; " waits " is one, without its spaces; of "so" one letter was picked.
    start = story.index(" waits ")
    places = [None, *range(7, 10), *range(start, start + 7), story.index("said"), None]
    summary = {"text": text, "score": -1.0, "log_prob": -2.0, "copied": [0.5] * len(text), "places": places}
    answered(page, "summarize", {"model": "headlines", "results": [{"summaries": [summary]}]})
    page.fill("#summarize-input", story)
    page.get_by_role("button", name="Write a headline").click()
    headline = panel(page, "summarize").locator(".headline")
    expect(headline).to_have_text(text)
    expect(headline.locator("mark.phrase")).to_have_text(["waits"])
    expect(headline.locator("mark.copied")).to_have_text(["ing", "s"])
    told = panel(page, "summarize").locator(".story")
    expect(told).to_have_text(story)
    expect(told.locator("mark")).to_have_text(["waits"])
    assert told.locator("mark").get_attribute("data-passage") == "1"


# ---- by keyboard alone


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until it has the focus."""
    for _ in range(TABS_TO_PRESS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab does not lead to {wanted}")


def test_all_demos_work_by_keyboard_alone(
    open_page: Open, translator: Translator, classifier: Classifier, writer: CharRNN, summarizer: Summarizer
) -> None:
    page = open_page()
    tab_to(page, page.get_by_role("tab", name="Translate"))
    tab_to(page, page.locator("#translate-input"))
    page.keyboard.type("the boat stays here.")
    expect(page.locator(".lines .text")).to_have_text(best(translator, ["the boat stays here."]))
    words = panel(page, "translate").locator(".words").first.locator("button")
    tab_to(page, words.first)
    page.keyboard.press("ArrowRight")
    expect(words.nth(1)).to_be_focused()
    expect(page.locator(".said")).to_contain_text("“boat”")

    page.reload()
    tab_to(page, page.get_by_role("tab", name="Translate"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Classify")).to_be_focused()
    tab_to(page, page.locator("#classify-input"))
    page.keyboard.type("The hotel was cold.")
    expect(page.locator(".results .label")).to_have_text([classifier.predict("The hotel was cold.").label])

    page.reload()
    tab_to(page, page.get_by_role("tab", name="Classify"))
    page.keyboard.press("ArrowRight")
    tab_to(page, page.locator("#generate-prompt"))
    page.keyboard.press("Control+a")
    page.keyboard.type("the")
    tab_to(page, page.locator("#generate-length"))
    page.keyboard.press("Home")
    tab_to(page, page.locator("#generate-samples"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".status")).to_have_text("Done: 20 characters.")
    expected = writer.samples(["the"] * 3, length=20, options=SamplingOptions(temperature=0.8))
    assert texts(page.locator(".written")) == expected

    page.reload()
    tab_to(page, page.get_by_role("tab", name="Generate"))
    page.keyboard.press("ArrowRight")
    tab_to(page, page.locator("#summarize-input"))
    page.keyboard.type("the king")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".story")).to_have_text("the king")
    assert page.locator(".headline").text_content() == summarizer.summarize("the king")


def test_tabs_follow_the_arrow_keys_and_the_address(open_page: Open) -> None:
    page = open_page(task="classify")
    tabs = page.get_by_role("tab")
    expect(tabs).to_have_text(["Translate", "Classify", "Generate", "Summarize", "Tag", "Label"])
    expect(page.get_by_role("tab", selected=True)).to_have_text("Classify")
    tabs.nth(1).focus()
    for key, name in {"ArrowLeft": "Translate", "End": "Label", "Home": "Translate"}.items():
        page.keyboard.press(key)
        expect(page.get_by_role("tab", selected=True)).to_have_text(name)
        expect(page.get_by_role("tabpanel")).to_have_count(1)  # that can be seen
        expect(page.get_by_role("tabpanel", name=name)).to_be_visible()
    page.keyboard.press("ArrowLeft")  # round the end
    assert page.url.endswith("#multilabel")
    page.evaluate("location.hash = 'generate'")
    expect(page.get_by_role("tab", selected=True)).to_have_text("Generate")


# ---- on a phone


@pytest.mark.parametrize("task", TASKS)
def test_nothing_is_wider_than_a_phone(open_page: Open, task: str) -> None:
    page = open_page(task=task, width=NARROWEST_PHONE)
    found = panel(page, task)
    field = found.locator("textarea")
    long = f"the old king waits on the big bridge by the sea {'x' * 200}"
    field.fill(long)
    if task in ("generate", "summarize"):
        field.press("Control+Enter")
    if task == "generate":
        found.locator("summary", has_text="Settings").click()
        expect(found.locator("#generate-seed")).to_be_visible()
    shown = {
        "translate": ".heat", "classify": ".weighted", "generate": ".written >> nth=1", "summarize": ".story",
        "tag": ".weighted", "multilabel": ".bar >> nth=0",
    }  # fmt: skip
    expect(found.locator(shown[task])).to_be_visible()
    widths = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1] == NARROWEST_PHONE


# ---- nothing but text


def test_what_is_typed_is_shown_as_text(open_page: Open) -> None:
    page = open_page()
    for task, shown in {"generate": ".prompt", "summarize": ".story"}.items():
        page.get_by_role("tab", name=task[:6].title()).click()
        field = panel(page, task).locator("textarea")
        field.fill(HOSTILE)
        field.press("Control+Enter")
        # Where the words can be found in the text again it is shown as it was typed.
        expect(panel(page, task).locator(shown).first).to_have_text(HOSTILE)
    page.get_by_role("tab", name="Classify").click()
    panel(page, "classify").locator("textarea").fill(HOSTILE)
    hint = panel(page, "classify").locator(".hint", has_text="None of these words is known to the model.")
    expect(hint).to_be_visible()
    expect(page.locator(".status")).to_contain_text("Done")
    expect(page.locator("main img, main script, main iframe")).to_have_count(0)


def test_what_models_say_is_shown_as_text(open_page: Open, site: httpx.Client) -> None:
    page = open_page()
    models = site.get("/api/models").json()
    for model in models["models"]:
        model.update(name=HOSTILE, description=HOSTILE, examples=[HOSTILE])
        if model["languages"]:
            model["languages"] = [HOSTILE, HOSTILE]
    answered(page, "models", models)
    page.reload()
    answered(page, "translate", translation(HOSTILE))
    labelled = {"label": HOSTILE, "probability": 1.0, "probabilities": {HOSTILE: 1.0}, "token_weights": [[HOSTILE, 1]]}
    answered(page, "classify", {"model": "reviews", "results": [labelled]})
    summary = {"text": HOSTILE, "score": 0.0, "log_prob": 0.0, "copied": [0] * 53, "places": [None, *range(52)]}
    answered(page, "summarize", {"model": "headlines", "results": [{"summaries": [summary]}]})
    pieces = (
        f'event: text\ndata: {json.dumps({"number": 0, "text": HOSTILE})}\n\nevent: error\ndata: {{"error": "<b>"}}\n\n'
    )
    page.route("**/api/generate", lambda route: route.fulfill(body=pieces, content_type="text/event-stream"))

    page.fill("#translate-input", "x")
    for shown in (".lines .text", ".best .text", ".heat tbody th", ".heat thead th", "h2.title", ".about"):
        expect(panel(page, "translate").locator(shown)).to_contain_text([HOSTILE])
    page.get_by_role("tab", name="Classify").click()
    page.fill("#classify-input", "x")
    expect(page.locator(".results .label, .results mark")).to_have_text([HOSTILE, HOSTILE])
    page.get_by_role("tab", name="Generate").click()
    page.fill("#generate-prompt", "")
    page.press("#generate-prompt", "Control+Enter")
    expect(page.locator(".written").first).to_have_text(HOSTILE)
    expect(panel(page, "generate").get_by_role("alert")).to_have_text("<b>.")
    page.get_by_role("tab", name="Summarize").click()
    page.locator("#panel-summarize .example").click()
    expect(page.locator(".headline")).to_have_text(HOSTILE)
    expect(page.locator("main img, main script, main iframe, main b")).to_have_count(0)


def test_the_files_hold_no_way_to_write_html() -> None:
    scripts = {path.name: path.read_text(encoding="utf-8") for path in PAGE.glob("*.js")}
    assert "page.js" in scripts
    for name, script in scripts.items():
        for way in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "DOMParser",
            "eval(",
            "http:",
            "https:",
        ):
            assert way not in script, name


# ---- when something goes wrong


def test_an_answer_that_comes_late_is_dropped(open_page: Open) -> None:
    page = open_page()
    held: list[Route] = []
    aborted: list[str] = []
    page.on("requestfailed", lambda request: aborted.append(request.post_data_json["texts"][0]))

    def answer(route: Route) -> None:
        text = route.request.post_data_json["texts"][0]
        if text == "slow":
            held.append(route)
        else:
            route.fulfill(json=translation(f"<{text}>"))

    page.route("**/api/translate", answer)
    with page.expect_request("**/api/translate"):
        page.fill("#translate-input", "slow")
    page.fill("#translate-input", "quick")
    lines = page.locator(".lines .text")
    expect(lines).to_have_text(["<quick>"])
    held[0].fulfill(json=translation("<slow>"))
    page.fill("#translate-input", "last")
    expect(lines).to_have_text(["<last>"])
    expect(page.locator(".best .text")).to_have_text(["<last>"])
    assert aborted == ["slow"]


def test_a_refusal_is_shown_in_the_servers_words_until_it_is_mended(
    open_page: Open, serve_app: Serve, runs: list[ServedRun], translator: Translator
) -> None:
    stopping = threading.Event()
    with serve_app(build_app(runs, is_stopping=stopping.is_set)) as site:
        page = open_page(site, refused=True)
        alert = panel(page, "translate").get_by_role("alert")
        page.fill("#translate-input", "x" * 5001)
        expect(alert).to_contain_text("5000 characters")
        page.fill("#translate-input", "the cat sings here.")
        expect(page.locator(".lines .text")).to_have_text(best(translator, ["the cat sings here."]))
        expect(alert).to_be_hidden()
        stopping.set()
        page.get_by_role("tab", name="Summarize").click()
        page.fill("#summarize-input", "the king")
        page.press("#summarize-input", "Control+Enter")
        expect(panel(page, "summarize").get_by_role("alert")).to_contain_text("The server is stopping")
        page.reload()
        expect(page.locator("#trouble")).to_contain_text("The server is stopping")


def test_a_server_that_is_gone_is_told(open_page: Open, serve_app: Serve, runs: list[ServedRun]) -> None:
    with serve_app(build_app(runs)) as site:
        page = open_page(site, task="generate", refused=True)
    page.route("**/api/*", lambda route: route.abort("connectionrefused"))
    page.get_by_role("button", name="Write", exact=True).click()
    expect(panel(page, "generate").get_by_role("alert")).to_contain_text("does not answer")


def test_a_token_is_asked_for_once(open_page: Open, serve_app: Serve, runs: list[ServedRun]) -> None:
    with serve_app(build_app(runs[:1], token="Sesame")) as site:
        page = open_page(site, refused=True)
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        page.keyboard.type("Simsim")
        page.keyboard.press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text("missing or wrong")
        page.keyboard.type("Sesame")
        page.keyboard.press("Enter")
        expect(page.get_by_role("tab")).to_have_text(["Translate"])  # of the one task that is served
        expect(dialog).to_be_hidden()
        page.reload()
        page.fill("#translate-input", "a dog sleeps here.")
        expect(page.locator(".lines .text")).to_have_text(re.compile(r"\w"))
        expect(dialog).to_be_hidden()


def test_of_several_runs_of_a_task_one_is_chosen(open_page: Open, serve_app: Serve, folders: list[Path]) -> None:
    both = load_runs([folders[0], folders[0]])
    try:
        with serve_app(build_app(both)) as site:
            page = open_page(site)
            page.fill("#translate-input", "nobody waits here.")
            expect(page.locator(".lines .text")).to_have_text(re.compile(r"\w"))
            with page.expect_request("**/api/translate") as asked:
                page.get_by_label("Model", exact=True).select_option("tiny-2")
            assert asked.value.post_data_json["model"] == "tiny-2"
    finally:
        for run in both:
            run.worker.close()


# ---- what is found can be taken along


def test_bytes_are_read_as_the_character_they_make(open_page: Open) -> None:
    page = open_page()
    party = [f"<0x{byte:02X}>" for byte in "🎉".encode()]
    found = {
        "text": "ja 🎉", "score": -0.5, "log_prob": -1.0, "tokens": ["▁ja", "▁", *party],
        "attention": [[0.7, 0.1, 0.1, 0.1, 0.0]] * 6,
    }  # fmt: skip
    answered(page, "translate", {"model": "t", "results": [{"source_tokens": [*party, "▁a"], "translations": [found]}]})
    page.fill("#translate-input", "🎉 a")
    heat = panel(page, "translate").get_by_role("table")
    expect(heat.locator("thead th")).to_have_text(["🎉", "a"])
    expect(heat.locator("tbody th")).to_have_text(["ja", "🎉"])
    expect(heat.locator("tbody tr").first.locator("td")).to_have_text(["100", "·"])


def test_each_text_is_set_in_its_own_direction(open_page: Open) -> None:
    page = open_page()
    for task in ("translate", "classify", "tag", "multilabel", "generate", "summarize"):
        page.evaluate("task => (location.hash = task)", task)
        field = panel(page, task).locator("textarea")
        for text, direction in (("مرحبا بالعالم", "rtl"), ("hello", "ltr"), ("東京", "ltr")):
            field.fill(text)
            assert field.evaluate("field => getComputedStyle(field).direction") == direction


def test_what_is_found_is_copied(open_page: Open, translator: Translator) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lines = ["the cat sings here.", "", "the boat stays here."]
    page.fill("#translate-input", "\n".join(lines))
    expect(page.locator(".lines .text")).to_have_text(best(translator, lines))
    panel(page, "translate").get_by_role("button", name="Copy").click()
    expect(panel(page, "translate").get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "\n".join(best(translator, lines))


def test_earlier_inputs_come_back_by_a_click(open_page: Open) -> None:
    page = open_page(task="classify")
    earlier = panel(page, "classify").locator(".history")
    expect(earlier).to_be_hidden()
    for text in ("The hotel was cold.", "The film was dull."):
        page.fill("#classify-input", text)
        expect(earlier.locator("button").first).to_have_text(text)
    page.reload()  # of the same visit
    earlier.locator("summary").click()
    earlier.get_by_role("button", name="The hotel was cold.").click()
    expect(page.locator("#classify-input")).to_have_value("The hotel was cold.")


def test_a_table_is_read_and_given_back(open_page: Open, classifier: Classifier, tmp_path: Path) -> None:
    rows = [["1", "Fine, really."], ["2", ""], ["3", 'Said "awful"']] * 30
    path = tmp_path / "mine.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", "comment"], *rows])
    page = open_page(task="classify")
    table = panel(page, "classify").get_by_role("region", name="A whole table")
    table.locator("input[type=file]").set_input_files(path)
    expect(table.get_by_label("Column")).to_have_value("comment")  # and not the first one
    table.get_by_role("button", name="Classify").click()
    with page.expect_download() as download:
        table.get_by_role("link", name="Save mine-answered.csv").click()
    with open(download.value.path(), encoding="utf-8", newline="") as file:
        head, *found = csv.reader(file)
    assert head == ["id", "comment", "label", "probability"] and [row[:2] for row in found] == rows
    expected = classifier.predict([rows[0][1], rows[2][1]])
    assert [row[2] for row in found[:3]] == [expected[0].label, "", expected[1].label]
    expect(table.locator(".preview tbody tr")).to_have_count(3)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.csv", b"text\n\xff\xfe\n", "not a table in UTF-8"),
        ("a.csv", b"text\n", "has no rows"),
        ("a.txt", b"x\n" * 10_001, "more than 10000 rows"),
        ("a.txt", b"x" * 5001, "Row 1 has more than 5000 characters"),
    ],
)
def test_a_table_that_cannot_be_read(open_page: Open, name: str, content: bytes, sentence: str, tmp_path: Path) -> None:
    page = open_page(task="tag")
    table = panel(page, "tag").get_by_role("region", name="A whole table")
    (tmp_path / name).write_bytes(content)
    table.locator("input[type=file]").set_input_files(tmp_path / name)
    if b"x" * 5001 == content:
        table.get_by_role("button", name="Tag").click()
    expect(table.get_by_role("alert")).to_contain_text(sentence)


def test_a_dropped_file_goes_to_the_tab_that_is_open(open_page: Open) -> None:
    page = open_page(task="multilabel")
    page.evaluate(
        """() => {
          const data = new DataTransfer();
          data.items.add(new File(["soup\\nrain\\n"], "two.txt"));
          document.body.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }"""
    )
    expect(panel(page, "multilabel").get_by_role("region", name="A whole table")).to_contain_text("two.txt: 2 rows.")


# ---- for everybody

INPUTS = {
    "translate": "the cat waits here.", "classify": "The hotel was cold.", "tag": "They saw Bonn with Dr Kim.",
    "multilabel": "cold soup", "summarize": STORY, "generate": "the",
}  # fmt: skip


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("task", TASKS)
def test_no_serious_violation_of_what_axe_knows(open_page: Open, task: str, dark: bool) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = open_page(task=task)
    page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
    page.fill(f"#{task}-prompt" if task == "generate" else f"#{task}-input", INPUTS[task])
    if task in ("summarize", "generate"):
        panel(page, task).locator("button[type=submit]").click()
    expect(panel(page, task).locator(".output").first).not_to_be_empty()
    expect(panel(page, task).locator(".late")).to_have_count(0)
    if task == "generate":
        expect(page.locator(".status").first).to_contain_text("Done")
    found = axe.Axe().run(page).response["violations"]
    grave = [(one["id"], [node["html"] for node in one["nodes"]]) for one in found if one["impact"] in GRAVE]
    assert grave == []
