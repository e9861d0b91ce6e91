"""From texts to answers, whatever runs the network: torch, or onnxruntime where there is no torch.

What a user holds of a task, here or of an export, is one of these protocols with a network behind it.

- found.py: what a search gives
- translation.py, hypothesis.py: texts and their translations
- scorer.py: how texts are read and their labels scored
- summaries.py: documents and their summaries
- classification.py, labels.py: texts and their label, or any number of them
- tagging.py: tokens and their tags
- continuation.py: text that goes on from a prompt, and its likelihood
"""
