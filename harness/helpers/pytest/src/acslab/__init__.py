"""A local Alibaba Cloud for tests: starts `acslab serve`, and opens fresh accounts in it."""

from .cloud import AcslabError, Account, Cloud, Identity, find_program

__all__ = ["Account", "AcslabError", "Cloud", "Identity", "find_program"]
