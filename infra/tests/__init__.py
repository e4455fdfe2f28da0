"""Tests of the infrastructure; `make test-aws` runs them."""
