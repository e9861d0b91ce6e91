"""What is asked over HTTP is what the library says, for everybody at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from nlpseq.config import TagSettings
from nlpseq.decoding.processors import SamplingOptions
from nlpseq.tasks.classify.classifier import Classifier
from nlpseq.tasks.generate.char_rnn import CharRNN
from nlpseq.tasks.multilabel.labeller import MultiLabelClassifier
from nlpseq.tasks.summarize.summarizer import Summarizer
from nlpseq.tasks.tag.tagger import Tagger
from nlpseq.tasks.translate.translator import Translator

Serve = Callable[[FastAPI], AbstractContextManager[httpx.Client]]

TEXTS_OF_ALL_KINDS = [
    "a dog sleeps here.", "", " \t\n", "nobody waits by the sea.", "\u2028 \U0001f600 \x00 \x85 \x0b 漢字 é ￮",
    "<unk> </s>", "a dog sleeps here.", "the cat " * 60, "<script>alert(1)</script>", "x" * 300,
]  # fmt: skip


def ask(site: httpx.Client, task: str, **body: Any) -> dict[str, Any]:
    """The answer to a request that is answered."""
    response = site.post(f"/api/{task}", json=body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def refused(site: httpx.Client, task: str, **body: Any) -> tuple[int, str]:
    """The status and the sentence of one that is not."""
    response = site.post(f"/api/{task}", json=body)
    answer = response.json()
    assert list(answer) == ["error"] and "\n" not in answer["error"]
    return response.status_code, answer["error"]


def events(lines: list[str]) -> list[tuple[str, dict[str, Any]]]:
    """(name, data) of server-sent events."""
    blocks = "\n".join(lines).removesuffix("\n").split("\n\n")
    parts = [block.split("\n") for block in blocks if block]
    assert all(len(part) == 2 for part in parts)
    return [(part[0].removeprefix("event: "), json.loads(part[1].removeprefix("data: "))) for part in parts]


def test_translations_are_the_librarys(site: httpx.Client, translator: Translator) -> None:
    answer = ask(site, "translate", texts=TEXTS_OF_ALL_KINDS, n_best=3, attention=True)
    expected = translator.search(TEXTS_OF_ALL_KINDS, n_best=3, attention=True)
    assert answer["model"] == "tiny" and len(answer["results"]) == len(expected)
    assert answer["results"][1] == answer["results"][2] == {"source_tokens": [], "translations": []}
    for result, hypotheses in zip(answer["results"], expected, strict=True):
        assert [found["text"] for found in result["translations"]] == [found.text for found in hypotheses]
        for found, hypothesis in zip(result["translations"], hypotheses, strict=True):
            assert (found["tokens"], result["source_tokens"]) == (hypothesis.tokens, hypothesis.source_tokens)
            assert found["score"] == pytest.approx(hypothesis.score, abs=1e-4)
            assert found["log_prob"] == pytest.approx(hypothesis.log_prob, abs=1e-3)
            assert hypothesis.attention is not None
            assert [len(row) for row in found["attention"]] == [len(result["source_tokens"])] * len(found["tokens"])
            for row, weights in zip(found["attention"], hypothesis.attention, strict=True):
                assert row == pytest.approx(weights.tolist(), abs=1e-3)


def test_tags_are_the_librarys(site: httpx.Client, name_run: TagSettings) -> None:
    texts = [*TEXTS_OF_ALL_KINDS, "They saw Bonn with Dr Kim."]
    answer, expected = ask(site, "tag", texts=texts), Tagger.from_pretrained(name_run.run_dir).tag(texts)
    assert answer["model"] == "names" and len(answer["results"]) == len(texts)
    for result, found in zip(answer["results"], expected, strict=True):
        assert (result["tokens"], result["tags"]) == (found.tokens, found.tags)
        assert [tuple(place) for place in result["places"]] == found.places
        named = [(entity["text"], entity["label"], entity["start"], entity["end"]) for entity in result["entities"]]
        assert named == [(entity.text, entity.label, entity.start, entity.end) for entity in found]
        shares = [entity["probability"] for entity in result["entities"]]
        assert shares == pytest.approx([entity.probability for entity in found], abs=1e-4)
    assert len(answer["results"][-1]["entities"]) == 2


def test_attention_is_left_out_unless_asked_for_or_too_large(site: httpx.Client) -> None:
    def first(**body: Any) -> Any:
        return ask(site, "translate", **body)["results"][0]["translations"][0]["attention"]

    assert first(texts=["a dog sleeps here."]) is None
    assert first(texts=["a dog sleeps here."], attention=True)
    assert first(texts=["a dog sleeps here.", "the boat stays here. " * 50], attention=True) is None


def test_labels_are_the_librarys(site: httpx.Client, classifier: Classifier) -> None:
    answer = ask(site, "classify", texts=TEXTS_OF_ALL_KINDS, explain=True)
    expected = classifier.predict(TEXTS_OF_ALL_KINDS, explain=True)
    assert answer["model"] == "reviews"
    for found, prediction in zip(answer["results"], expected, strict=True):
        assert found["label"] == prediction.label
        assert found["probability"] == pytest.approx(prediction.probability, abs=1e-6)
        assert found["probabilities"] == pytest.approx(prediction.probabilities, abs=1e-6)
        assert prediction.token_weights is not None
        assert [token for token, _ in found["token_weights"]] == [token for token, _ in prediction.token_weights]
        weights = [weight for _, weight in prediction.token_weights]
        # How many points are taken on the way depends on the last digit: a tolerance of the method's own.
        assert [weight for _, weight in found["token_weights"]] == pytest.approx(weights, abs=0.02)
    assert ask(site, "classify", texts=["fine"])["results"][0]["token_weights"] is None
    unknown = ask(site, "classify", texts=["zzz qqq", "zzz fine", ""], explain=True)["results"]
    assert [found["unknown"] for found in unknown] == [1.0, 0.5, 1.0] and unknown[0]["residue"] is None


def test_several_labels_are_the_librarys(site: httpx.Client, labeller: MultiLabelClassifier) -> None:
    answer = ask(site, "multilabel", texts=TEXTS_OF_ALL_KINDS, explain=True)
    for found, expected in zip(answer["results"], labeller.predict(TEXTS_OF_ALL_KINDS, explain=True), strict=True):
        assert found["labels"] == expected.labels and expected.explanations is not None
        assert found["probabilities"] == pytest.approx(expected.probabilities, abs=1e-5)
        assert list(found["explanations"]) == expected.labels
        for label, why in expected.explanations.items():
            tokens, weights = (
                zip(*found["explanations"][label]["token_weights"], strict=True) if why.tokens else ((), ())
            )
            assert list(tokens) == why.tokens and weights == pytest.approx(why.weights, abs=1e-4)
    assert ask(site, "multilabel", texts=["fine"])["results"][0]["explanations"] is None


def test_summaries_are_the_librarys(site: httpx.Client, summarizer: Summarizer) -> None:
    answer = ask(site, "summarize", texts=TEXTS_OF_ALL_KINDS, n_best=2, origins=True)
    expected = summarizer.search(TEXTS_OF_ALL_KINDS, n_best=2, origins=True)
    assert answer["model"] == "headlines"
    for result, summaries in zip(answer["results"], expected, strict=True):
        assert [found["text"] for found in result["summaries"]] == [found.text for found in summaries]
        for found, summary in zip(result["summaries"], summaries, strict=True):
            assert found["score"] == pytest.approx(summary.score, abs=1e-4)
            assert summary.origin is not None and found["places"] == summary.origin.places
            assert found["copied"] == pytest.approx(summary.origin.copied, abs=1e-4)
            assert len(found["copied"]) == len(found["text"])
    plain = ask(site, "summarize", texts=["the old king"])["results"][0]["summaries"]
    assert len(plain) == 1 and plain[0]["copied"] is None and plain[0]["places"] is None


def test_texts_that_are_written_are_the_librarys(site: httpx.Client, writer: CharRNN) -> None:
    options = SamplingOptions(temperature=0.7, top_k=20, top_p=0.9, min_p=0.01, repetition_penalty=1.1)
    given = {"temperature": 0.7, "top_k": 20, "top_p": 0.9, "min_p": 0.01, "repetition_penalty": 1.1}
    answer = ask(site, "generate", prompt="Zoë 漢\x00: ", length=60, samples=3, seed=5, stop=["sea", "q"], **given)
    assert answer["model"] == "story"
    assert answer["texts"] == writer.samples(
        ["Zoë 漢\x00: "] * 3, length=60, options=options, seed=5, stop=["sea", "q"]
    )
    greedy = writer.samples([""], length=30, options=SamplingOptions(temperature=0.0))
    for temperature in (0, 0.0, 0.0005):
        assert ask(site, "generate", length=30, temperature=temperature)["texts"] == greedy
    assert ask(site, "generate")["texts"] == writer.samples([""], options=SamplingOptions(temperature=0.8))


def test_a_streamed_text_is_the_same_in_pieces(site: httpx.Client) -> None:
    body = {"prompt": "Zoë: ", "length": 300, "samples": 2, "seed": 4}
    with site.stream("POST", "/api/generate", json={**body, "stream": True}) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        found = events(list(response.iter_lines()))
    assert found[-1] == ("done", {}) and {name for name, _ in found[:-1]} == {"text"}
    texts = ["", ""]
    for _, data in found[:-1]:
        texts[data["number"]] += data["text"]
    assert texts == ask(site, "generate", **body)["texts"]
    firsts = [next(data["text"] for _, data in found if data.get("number") == number) for number in range(2)]
    assert all(text.startswith("Zoë: ") for text in firsts)


def test_many_clients_at_once_get_each_their_own(
    site: httpx.Client, translator: Translator, classifier: Classifier, writer: CharRNN
) -> None:
    subjects = ["a dog", "the cat", "my brother", "the old king", "nobody", "the boat"]
    texts = [f"{subject} {verb} here{end}" for subject in subjects for verb in ("sleeps", "waits") for end in ".!"]
    labels = [found.label for found in classifier.predict(texts)]
    translations = translator.translate(texts)
    stories = [writer.samples([text], length=30, options=SamplingOptions(temperature=0.8))[0] for text in texts]

    def one(number: int) -> bool:
        place = number // 3
        if number % 3 == 0:
            result = ask(site, "translate", texts=[texts[place]])["results"][0]
            return bool(result["translations"][0]["text"] == translations[place])
        if number % 3 == 1:
            return bool(ask(site, "classify", texts=[texts[place]])["results"][0]["label"] == labels[place])
        return bool(ask(site, "generate", prompt=texts[place], length=30)["texts"] == [stories[place]])

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(one, range(3 * len(texts))))


def test_a_whole_number_is_one_however_it_is_written(site: httpx.Client) -> None:
    for count in (2, 2.0):
        assert len(ask(site, "translate", texts=["a dog."], n_best=count)["results"][0]["translations"]) == 2


def test_no_texts_no_results(site: httpx.Client) -> None:
    for task in ("translate", "classify", "summarize"):
        assert ask(site, task, texts=[])["results"] == []
