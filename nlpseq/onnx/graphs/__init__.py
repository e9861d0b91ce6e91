"""The networks as ONNX graphs, from the weights of torch's: what `nlpseq export` writes.

- graph.py: a graph in the making, and the file of weights that the graphs of an export share
- layers.py: recurrent stacks over whole rows and in single steps, attention, pooling
- classifier.py, tagger.py, char_rnn.py, translator.py, summarizer.py: one network a file, as in `models/`
"""
