"""A service with known flaws: an SQL injection, a script shown, an error 500, a code that no document tells."""

import sqlite3
import sys
from typing import Any

from flask import Flask, Response, jsonify, request

PARAMETER = {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}
NUMBER = {"name": "number", "in": "query", "required": True, "schema": {"type": "integer"}}
FINE = {"200": {"description": "Bien", "content": {"application/json": {"schema": {"type": "object"}}}}}
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Jumeau", "version": "1"},
    "paths": {
        "/api/people": {"get": {"parameters": [PARAMETER], "responses": FINE}},
        "/api/divided": {"get": {"parameters": [NUMBER], "responses": FINE}},
        "/api/teapot": {"get": {"parameters": [NUMBER], "responses": FINE}},
    },
}


def flawed() -> Flask:
    """Return the service."""
    app = Flask(__name__)

    @app.get("/")
    def home() -> str:
        return '<a href="/hello?name=a">Bonjour</a> <form action="/hello"><input name="name"><button></form>'

    @app.get("/hello")
    def hello() -> str:
        return f"<p>Bonjour {request.args.get('name', '')}</p>"  # shown as markup

    @app.get("/api/openapi.json")
    def document() -> Response:
        return jsonify(DOCUMENT)

    @app.get("/api/people")
    def people() -> Any:
        with sqlite3.connect(":memory:") as base:
            base.executescript("CREATE TABLE person (name TEXT); INSERT INTO person VALUES ('a'), ('b');")
            try:
                rows = base.execute(f"SELECT name FROM person WHERE name = '{request.args.get('q', '')}'").fetchall()
            except (sqlite3.Error, ValueError):
                rows = []
        return {"people": [row[0] for row in rows]}

    @app.get("/api/divided")
    def divided() -> Any:
        return {"share": 1 // max(0, int(request.args.get("number", "1")))}

    @app.get("/api/teapot")
    def teapot() -> Any:
        return {"number": 1}, 418

    return app


if __name__ == "__main__":
    flawed().run("127.0.0.1", int(sys.argv[1]), threaded=True)
