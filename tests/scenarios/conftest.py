"""What goes through pages needs the running application too."""

from tests.web.conftest import api_key, app, client, compiled_templates, settings, sign_in, submit

__all__ = ["api_key", "app", "client", "compiled_templates", "settings", "sign_in", "submit"]
