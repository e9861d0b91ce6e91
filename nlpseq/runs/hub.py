"""Models to and from the Hugging Face hub: what a model is made of goes up, and nothing else of its run."""

from __future__ import annotations

import shutil
from pathlib import Path

from nlpseq.data.hub import HUB_NAME
from nlpseq.errors import UserError, one_line
from nlpseq.files import file_sha256
from nlpseq.models import MODEL_FILE
from nlpseq.runs.folder import CONFIG_FILE
from nlpseq.runs.saved_model import NGRAMS_FILE, TEXT_FOLDER, checksums, model_folder, model_task

# Of a model or an export, as the hub's libraries match names.
FILES = (
    "README.md", CONFIG_FILE, MODEL_FILE, NGRAMS_FILE, f"{TEXT_FOLDER}/*", "*.onnx", "weights.bin", "export.json",
)  # fmt: skip


def push(folder: str | Path, name: str, *, token: str | None = None, private: bool = False) -> str:
    """Upload the model of a run, a saved model or an export to the hub, as one commit; the address of that.

    Args:
        folder: where it is.
        name: owner/name; made where there is none, and what it has is replaced.
        token: of an account that may write there; default: that of `hf auth login`, or HF_TOKEN.
        private: make it private where it is made.

    Raises:
        UserError: there is no model, or the hub does not take it.
    """
    from huggingface_hub import HfApi

    folder = model_folder(folder)
    model_task(folder)  # which says what is wrong
    match = HUB_NAME.fullmatch(name)
    if match is None or match["config"]:
        raise UserError(f"{one_line(name, most=100)}: not a name on the hub; write owner/name")
    repo, api = match["name"], HfApi(token=token)
    try:
        api.create_repo(repo, private=private, exist_ok=True)
        found = api.upload_folder(
            repo_id=repo, folder_path=folder, allow_patterns=list(FILES), delete_patterns=list(FILES),
            commit_message="Upload a model of nlpseq",
        )  # fmt: skip
    except Exception as error:  # of several libraries, and of other ones in each release
        raise UserError(f"{repo}: not uploaded ({one_line(error, most=200)}); check the name and the token") from error
    return str(found.commit_url)


def pull(name: str, out: str | Path, *, revision: str | None = None, token: str | None = None) -> Path:
    """Download a model from the hub into a folder, which appears whole or not at all; the folder.

    Args:
        name: owner/name.
        out: the folder, which must not be there yet.
        revision: a branch, a tag or a commit.
        token: of an account that may read it.

    Raises:
        UserError: there is no such model, `out` is there already, or a file is not as it was saved.
    """
    out = Path(out)
    if out.exists():
        raise UserError(f"{out}: there already; name another folder for -o")
    found = model_folder(name if name.startswith("hf:") else f"hf://{name}", revision=revision, token=token)
    _, config = model_task(found)
    for file, digest in checksums(found, config).items():
        if not (found / file).is_file() or file_sha256(found / file) != digest:
            raise UserError(f"{found / file}: not as it was saved with this config.json; fetch it again")
    beside = out.with_name(f".{out.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        shutil.copytree(found, beside)  # what links in the cache lead to
        beside.rename(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return out
