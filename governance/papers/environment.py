"""Templates of documents, found without a web application: a job prints as a page does."""

from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound

from governance.core import french


class Packages(BaseLoader):
    """Finds « breach/register.html » among the templates of `governance.breach` or of `breach`, as on pages."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return the text of a template; raises TemplateNotFound."""
        for folder in _folders(template.partition("/")[0]):
            path = folder / template
            if path.is_file() and path.resolve().is_relative_to(folder.resolve()):
                return path.read_text("utf-8"), str(path), lambda: True
        raise TemplateNotFound(template)


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the environment of documents: everything escaped, nothing undefined, dates in French."""
    made = Environment(autoescape=True, undefined=StrictUndefined, loader=Packages(), trim_blocks=True)
    made.filters.update(jour=french.day, instant=french.instant, said=french.said, month=french.month)
    return made


def _folders(name: str) -> list[Path]:
    if not name.isidentifier():
        return []
    specs = (find_spec(f"governance.{name}"), find_spec(name))
    return [Path(place) / "templates" for spec in specs if spec for place in spec.submodule_search_locations or ()]
