"""What every model of the API shares: said once for all packages, in governance.web."""

from governance.web.models import Model, words

__all__ = ["Model", "words"]
