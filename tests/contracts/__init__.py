"""One class of tests for each port. An adapter's test inherits it and says how to make an adapter."""
