"""What the site needs beyond Sphinx: formulas without a script (`mathml`), pages of reference (`reference`)."""
