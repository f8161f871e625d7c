"""What is true of every route needs the running application too."""

from tests.web.conftest import api_key, app, client, settings, sign_in, submit

__all__ = ["api_key", "app", "client", "settings", "sign_in", "submit"]
