"""The application a production server loads: `gunicorn --preload app.wsgi:app`."""

from app.factory import create_app
from app.settings import load

app = create_app(load())
