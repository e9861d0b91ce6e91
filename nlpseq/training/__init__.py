"""From settings to a Lightning Trainer: optimizers, schedules, callbacks and the fit itself."""
