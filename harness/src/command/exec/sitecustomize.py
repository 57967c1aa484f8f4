# Some clients of Python trust what the package certifi brings and nothing else: here it brings what acslab says. Whatever other module of
# this name there is runs as well.
import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys

_BUNDLE = os.environ.get("REQUESTS_CA_BUNDLE")
_FOLDER = os.path.dirname(os.path.abspath(__file__))


class _Trusting(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds certifi as it would be found, and lets it point to the bundle."""

    def find_spec(self, name, path, target=None):
        if name != "certifi":
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            self._loader, spec.loader = spec.loader, self
        return spec

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        module.where = lambda: _BUNDLE
        module.contents = lambda: open(_BUNDLE, encoding="ascii").read()


if _BUNDLE and os.path.exists(_BUNDLE):
    sys.meta_path.insert(0, _Trusting())

_path = [entry for entry in sys.path if os.path.abspath(entry or ".") != _FOLDER]
_spec = importlib.machinery.PathFinder.find_spec("sitecustomize", _path)
if _spec is not None and _spec.loader is not None:
    _spec.loader.exec_module(importlib.util.module_from_spec(_spec))
