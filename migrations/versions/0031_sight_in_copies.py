"""What a copy of the database is made with: pg_dump has no search path, and asks the policies of who is no superuser.

Written as an expression, the function holds what it calls, whatever the path of whoever calls it.
"""

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

HEAD = (
    "CREATE OR REPLACE FUNCTION vigie_sees_of_caisse(structure text, convention text, caisse text) RETURNS boolean "
    "LANGUAGE sql STABLE PARALLEL SAFE "
)
SAID = "vigie_sees_signed(structure, convention) AND caisse = nullif(current_setting('vigie.caisse', true), '')"


def upgrade() -> None:
    """Bind the function to the one it calls."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"{HEAD} RETURN {SAID}")


def downgrade() -> None:
    """Look it up at each call again."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"{HEAD} AS $$ SELECT {SAID} $$")
