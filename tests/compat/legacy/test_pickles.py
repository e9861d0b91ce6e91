"""Fields pickled by the real torchtext 0.6.0 can be loaded, and ours go through a pickle and back."""

from __future__ import annotations

import base64
import copy
import io
import pickle
import zlib
from typing import Any

import pytest
import torch

from nlpseq.compat.torchtext.legacy import data

# [Field(lower=True, dtype=torch.int32), LabelField(), NestedField(Field(tokenize=list), include_lengths=True)] with
# vocabularies of [["a", "b", "b"]] and the special "<x>", of ["p", "n", "p"], and of [["ab"]].
REAL_PICKLE = """
eNqFk9lT1EAQxvfiCpfAcqkoeEBQWRUQPHA9QBSCo8WDlRcqlU1m6RSpZDszkdWqVOmDVvJfO5mEdRUsX6YmX3qm+/t1z7fSERZUi/uBBZy2ec02uVlrOt
S1lV25YnH5O5YiLKu6UigUGMWQetwxXazE+oBQQkaNz75lNrAnliGO53CD+yfUw14iQ6jPcqEvE0LvJBf69R7xvSWEOg7I402nbbjUO+aACtGHhdIKaCvw
LcqY4x3jINFHUtFnvEsdIvIi1z+lAQ7HMkRmcL7SwDCDY4YjRC+lxXg4+hMv6aOyVMsNbZrnYziW6INCbpjcAqPpBIzjeCIrbpl2XvFEVrEQ6ljt/MuCJ5
MscRB6lslprk4lGTrut4xTP7AZTmcYHIFFlEY5ziTy1ozjbFc/pKJ8kiteFq24EuFVVQY3A4oM5yzLd11qccf3mLLthx6ngYLXIryu6kURZuK8VpS7Bi5o
pfAH3jjEm3olzc99hreO8LYKA1DVy6mvdh0XYQHmaadRjmfTNi5pBXlGuHBQjXBZnNEKUNWKsKiVYEErw7xWCfW+1AZNHTC8Q8KGLNXmX1oU78q94/G1Vb
yn93d1CFf+HsGQOy5TDNZyz4YpbaSCtbBx8bQemA3q5iN7X3B6EOFDFSoJ9MTQS6CPQD8BhcAggSECwwmMEBBzsApjCYwnMEFgMoGpBKYJzMQwCynrtQjX
VZgDAfNRBrOFG1pJ7jzc1IoC5uNDfAKC4VMVNmCTwhIBQeeZ+BJ00hBIKUDH+8Y6bsEK/NMHoYxTOzfyXBRRj/CFMBJ3GRHdOu/kJYzFMB7DBFS7rCTyBX
niUvFKDJkCX0H6pl9HuP2fey3DaISOK44ahuI6jCu4k6Z6I6GdS5VT243wbU7t3dkI7nVGcF9S0w7xIKX2Xk4e7MG+ICeACXTk92DticHa18oXIPwgEO4I
bRZ2/9A/Zmhp7Re/mHFi
"""


class OldUnpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        return super().find_class(module.replace("torchtext", "nlpseq.compat.torchtext.legacy", 1), name)


def test_fields_of_the_real_torchtext() -> None:
    content = zlib.decompress(base64.b64decode(REAL_PICKLE))
    TEXT, LABEL, CHARS = OldUnpickler(io.BytesIO(content)).load()
    assert (type(TEXT), type(LABEL), type(CHARS)) == (data.Field, data.LabelField, data.NestedField)
    assert TEXT.dtype == torch.int32 and TEXT.preprocess("A b") == ["a", "b"]
    assert TEXT.process([["b", "a", "?"]]).tolist() == [[3], [4], [0]]
    assert "?" not in TEXT.vocab.stoi and TEXT.vocab.itos == ["<unk>", "<pad>", "<x>", "b", "a"]
    assert LABEL.process(["n", "p"]).tolist() == [1, 0] and LABEL.vocab.unk_index is None
    ids, rows, words = CHARS.process([CHARS.preprocess("ab b")])
    assert ids.tolist() == [[[2, 3], [3, 1]]] and rows.tolist() == [2] and words.tolist() == [[2, 1]]


@pytest.mark.parametrize("tokenize", [None, "spacy", "basic_english", list])
@pytest.mark.parametrize("twin", [copy.deepcopy, lambda field: pickle.loads(pickle.dumps(field))])
def test_fields_of_ours(tokenize: Any, twin: Any) -> None:
    TEXT = data.Field(tokenize=tokenize, include_lengths=True)
    TEXT.build_vocab([["a", "b"]])
    other = twin(TEXT)
    assert other.preprocess("a's b") == TEXT.preprocess("a's b")
    assert other.process([["a", "?"]])[0].tolist() == TEXT.process([["a", "?"]])[0].tolist() == [[2], [0]]
    assert other.vocab == TEXT.vocab
