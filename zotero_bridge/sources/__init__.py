"""Where libraries come from: one module for each way in."""
