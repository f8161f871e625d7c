"""A caisse sees what happened with all the caisses of a convention, and its own letters, not those of another."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

SHARED = "vigie_sees(structure_id) OR vigie_sees_signed(structure_id, convention)"
OWN = "vigie_sees(structure_id) OR vigie_sees_of_caisse(structure_id, convention, caisse)"
POLICIES = {
    "convention_event": f"{OWN} OR (caisse IS NULL AND vigie_sees_signed(structure_id, convention))",
    "convention_end": OWN,
}


def upgrade() -> None:
    """Narrow what a caisse sees."""
    if op.get_bind().dialect.name == "postgresql":
        for table, seen in POLICIES.items():
            op.execute(f"ALTER POLICY sight ON {table} USING ({seen})")


def downgrade() -> None:
    """Widen it again."""
    if op.get_bind().dialect.name == "postgresql":
        for table in POLICIES:
            op.execute(f"ALTER POLICY sight ON {table} USING ({SHARED})")
