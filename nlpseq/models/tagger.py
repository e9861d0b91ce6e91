"""The tagger's network: words and their characters, a recurrent stack in both directions, and a CRF or a softmax.

B sentences, S tokens, K tags; W different words in a batch, of C characters at most.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nlpseq.config.choices import Cell
from nlpseq.data.tag_batch import Spelling
from nlpseq.layers.crf import LinearChainCRF
from nlpseq.layers.dropout import LockedDropout, word_dropout
from nlpseq.layers.initialisation import initialise_embedding, initialise_recurrent
from nlpseq.layers.recurrent import Recurrent


class TaggerModel(nn.Module):
    """A biLSTM-CRF (Huang et al. 2015; Lample et al. 2016, section 2), or any other cell, or a softmax a token.

    Args:
        vocab_size: V; id 0 pads, id 1 stands for unknown words, ids below 4 are special.
        num_tags: K.
        embedding_dim, hidden_size: of the words, and of each direction of the stack.
        num_layers, cell: the recurrent stack over the words, in both directions.
        num_chars, char_embedding_dim, char_hidden_size: the stack over the characters of a word, whose last states of
            both directions stand beside its embedding (Lample et al. 2016, section 4.1); `char_hidden_size` 0 is none.
        crf: learn from the probability of the whole sequence of tags; otherwise from that of each tag, by a softmax.
            Both read tags out by `model.crf`, that of a softmax with transitions that are 0 or not allowed.
        allowed: see `LinearChainCRF`.
        dropout: locked, on the inputs of the stack, between its layers and before the output.
        recurrent_dropout: on the hidden-to-hidden weights of the stack.
        word_dropout: share of all words that become unknown in training.
        singleton_dropout: the same of the words of `singletons_from` and above (Lample et al. 2016, section 4.2):
            frequent words have the low ids, and those that come once the last ones.

    Shape:
        ids (B, S), lengths (B,) on the CPU, each 1 or more, spelling -> emissions (B, S, K), float32

    >>> _ = torch.manual_seed(0)
    >>> model = TaggerModel(9, 5, embedding_dim=4, hidden_size=3, num_layers=1, cell="lstm", num_chars=7,
    ...                     char_embedding_dim=3, char_hidden_size=2, crf=True)
    >>> spelling = Spelling(torch.tensor([[4, 5], [6, 0]]), torch.tensor([2, 1]), torch.tensor([[0, 1, 0], [1, 0, 0]]))
    >>> emissions = model(torch.tensor([[5, 6, 5], [6, 0, 0]]), torch.tensor([3, 1]), spelling)
    >>> emissions.shape, model.crf.decode(emissions, torch.tensor([3, 1])).tags.shape
    (torch.Size([2, 3, 5]), torch.Size([2, 3]))
    """

    def __init__(
        self,
        vocab_size: int,
        num_tags: int,
        *,
        embedding_dim: int,
        hidden_size: int,
        num_layers: int,
        cell: Cell,
        num_chars: int,
        char_embedding_dim: int,
        char_hidden_size: int,
        crf: bool,
        allowed: Sequence[Sequence[bool]] | None = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        word_dropout: float = 0.0,
        singleton_dropout: float = 0.0,
        singletons_from: int | None = None,
    ) -> None:
        super().__init__()
        self.embedding = nn.Embedding(vocab_size, embedding_dim, padding_idx=0)
        initialise_embedding(self.embedding)
        self.spelling = (
            SpellingEncoder(num_chars, embedding_dim=char_embedding_dim, hidden_size=char_hidden_size)
            if char_hidden_size
            else None
        )
        self.dropout = LockedDropout(dropout)
        self.num_features = embedding_dim + 2 * char_hidden_size
        self.encoder = Recurrent(
            cell, self.num_features, hidden_size, num_layers=num_layers, bidirectional=True,
            dropout=dropout, recurrent_dropout=recurrent_dropout,
        )  # fmt: skip
        initialise_recurrent(self.encoder)
        self.output = nn.Linear(2 * hidden_size, num_tags)
        self.crf = LinearChainCRF(num_tags, allowed=allowed)
        self.whole_sequences = crf
        if not crf:
            self.crf.transitions.requires_grad_(False)  # they stay 0
        self.word_dropout = word_dropout
        self.singleton_dropout = singleton_dropout
        self.singletons_from = vocab_size if singletons_from is None else singletons_from

    def forward(self, ids: Tensor, lengths: Tensor, spelling: Spelling | None = None) -> Tensor:
        return self.emissions(self.embed(self.drop_words(ids), spelling), lengths)

    def emissions(self, x: Tensor, lengths: Tensor) -> Tensor:
        """Scores (B, S, K), float32, of each tag of embedded words (B, S, F)."""
        outputs = self.encoder(self.dropout(x), lengths).outputs  # (B, S, 2H)
        emissions: Tensor = self.output(self.dropout(outputs))
        return emissions.float()

    def drop_words(self, ids: Tensor) -> Tensor:
        """In training the ids (B, S) with some of the words unknown, otherwise all as they are."""
        if not self.training:
            return ids
        ids = word_dropout(ids, self.singleton_dropout, unk_id=1, keep_below=max(4, self.singletons_from))
        return word_dropout(ids, self.word_dropout, unk_id=1, keep_below=4)

    def embed(self, ids: Tensor, spelling: Spelling | None = None) -> Tensor:
        """Features (B, S, F) of words: their embeddings, multiplied by sqrt(E), and what their characters say.

        Of different words in a row, the shapes are (W,) and (W, F).

        Raises:
            ValueError: characters are needed and not given, or given and not read.
        """
        words = F.embedding(ids, self.embedding.weight) * math.sqrt(self.embedding.embedding_dim)
        if (spelling is None) != (self.spelling is None):
            raise ValueError(f"the network reads {'no ' if self.spelling is None else ''}characters of the words")
        if spelling is None or self.spelling is None:
            return words
        return torch.cat([words, F.embedding(spelling.rows, self.spelling(spelling.chars, spelling.lengths))], dim=-1)

    def log_likelihood(self, emissions: Tensor, tags: Tensor, lengths: Tensor) -> Tensor:
        """Log-probability (B,) of the `tags` (B, S), summed over the tokens."""
        if self.whole_sequences:
            return self.crf.log_likelihood(emissions, tags, lengths)
        real = torch.arange(emissions.size(1), device=emissions.device) < lengths.to(emissions.device).unsqueeze(1)
        chosen = emissions.log_softmax(2).gather(2, tags.masked_fill(~real, 0).unsqueeze(2)).squeeze(2)
        return chosen.masked_fill(~real, 0.0).sum(1)

    def load_vectors(self, vectors: Tensor, known: Tensor) -> None:
        """Take rows (V, E) for the `known` (V,) words, scaled as the random ones are: of length 1 on average."""
        chosen = vectors[known]
        with torch.no_grad():
            self.embedding.weight[known] = chosen / chosen.norm(dim=1).mean()


class SpellingEncoder(nn.Module):
    """The last states of an LSTM over a word's characters, forwards and backwards (Lample et al. 2016, section 4.1).

    Shape:
        chars (W, C) ids with 0 as padding, lengths (W,) on the CPU, each 1 or more -> (W, 2H)
    """

    def __init__(self, num_chars: int, *, embedding_dim: int, hidden_size: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(num_chars, embedding_dim, padding_idx=0)
        initialise_embedding(self.embedding)
        self.encoder = Recurrent("lstm", embedding_dim, hidden_size, bidirectional=True)
        initialise_recurrent(self.encoder)

    def forward(self, chars: Tensor, lengths: Tensor) -> Tensor:
        x = F.embedding(chars, self.embedding.weight) * math.sqrt(self.embedding.embedding_dim)
        h_n = self.encoder(x, lengths).state[0]  # (2, W, H)
        return torch.cat(h_n.unbind(0), dim=1)
