"""Other libraries' interfaces on top of nlpseq, for code whose library is gone; nothing else in nlpseq needs them."""
