"""A second line behind the sessions' own filter: PostgreSQL shows rows to who tells where it looks from.

FORCE, since the service owns its tables. A new table with a structure gets its policy with one `CREATE POLICY sight`.
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

FUNCTIONS = (
    "CREATE FUNCTION vigie_sees(structure text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$ SELECT "
    "current_setting('vigie.sight', true) = '*' "
    "OR structure = ANY (string_to_array(current_setting('vigie.sight', true), ',')) $$",
    "CREATE FUNCTION vigie_sees_signed(structure text, convention text) RETURNS boolean LANGUAGE sql STABLE "
    "PARALLEL SAFE AS $$ SELECT structure || '/' || convention "
    "= ANY (string_to_array(current_setting('vigie.signed', true), ',')) $$",
)
POLICIES = {
    "api_key": "vigie_sees(structure_id)",
    "person_role": "vigie_sees(structure_id)",
    "person": "vigie_sees(structure_id) OR id IN (SELECT person_id FROM person_role WHERE vigie_sees(structure_id))",
    "adopted_convention": "vigie_sees(structure_id) OR vigie_sees_signed(structure_id, code)",
    "scan_receipt": "vigie_sees(structure)",
    "own_word": "vigie_sees(structure)",
}


def upgrade() -> None:
    """Show no row to who tells nothing."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for function in FUNCTIONS:
        op.execute(function)
    for table, seen in POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY sight ON {table} USING ({seen})")


def downgrade() -> None:
    """Show every row again."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in POLICIES:
        op.execute(f"DROP POLICY sight ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
    op.execute("DROP FUNCTION vigie_sees_signed(text, text)")
    op.execute("DROP FUNCTION vigie_sees(text)")
