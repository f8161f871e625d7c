"""The application a production server loads: `gunicorn --preload app.wsgi:app`."""

from app.commands.service import check_replayed
from app.factory import create_app
from app.settings import load
from governance.web.identity import SESSIONS

settings = load()
app = create_app(settings)
check_replayed(settings, app.extensions[SESSIONS])  # a restored database serves nobody before the ledger is replayed
