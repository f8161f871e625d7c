"""Rows that one caisse only sees, where a convention names several: PostgreSQL is told which one asks.

A table of that sort gets `CREATE POLICY sight … USING (vigie_sees(structure_id) OR
vigie_sees_of_caisse(structure_id, convention, caisse))`.
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

FUNCTION = (
    "CREATE FUNCTION vigie_sees_of_caisse(structure text, convention text, caisse text) RETURNS boolean LANGUAGE sql "
    "STABLE PARALLEL SAFE AS $$ SELECT vigie_sees_signed(structure, convention) "
    "AND caisse = nullif(current_setting('vigie.caisse', true), '') $$"
)


def upgrade() -> None:
    """Add the function that policies call."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)


def downgrade() -> None:
    """Remove it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION vigie_sees_of_caisse(text, text, text)")
