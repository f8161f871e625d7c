"""Sealed columns: what the database keeps of a personal value cannot be read without its key, nor moved elsewhere.

One line declares a column, and one says in which domain the rows are sealed:

    class Habilitation(Base):
        __tablename__ = "habilitation"
        fate: ClassVar[Fate] = Destroyed()
        sealed_in: ClassVar[SealedIn] = SealedIn(structure="structure_id", convention="convention")

        id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
        structure_id: Mapped[str] = mapped_column(ForeignKey("structure.id"))
        convention: Mapped[str] = mapped_column(String(32))
        name: Mapped[str] = sealed()
        phone: Mapped[str | None] = sealed()
        email: Mapped[str] = sealed()
        email_hash: Mapped[bytes] = keyed_hash("email")
        letter: Mapped[bytes | None] = sealed_bytes()

`row.name` is a plain `str`, read and written like any other; the hash follows `email` by itself. Equality is the only
look-up, through the declared hash:

    select(Habilitation).where(is_equal(session, Habilitation.email, typed, Domain(structure_id, "S1")))

Sessions know the keys: `sessions_on(engine, store)`. A row read whole is opened; `select(Habilitation.name)` gives a
`Closed` that says nothing; a value written without its row is refused. Many rows at once go through `session.add_all`,
or `session.execute(insert(Habilitation), sealed_rows(session, Habilitation, rows))`. These three functions are those
of `governance.core.sealed_rows`.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.orm import MappedColumn, Session, mapped_column
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator

from governance.core.keystore import KeyStore, NoKeyStore
from governance.core.seals import HASH_BYTES

KEYS = "vigie.keystore"
HASHES = "vigie.hashes"


@dataclass(frozen=True, slots=True)
class SealedIn:
    """Which attributes of a row name its domain; none of them for what is the service's own."""

    structure: str | None = None
    convention: str | None = None


@dataclass(frozen=True, slots=True)
class Hashes:
    """What a keyed-hash column follows; `anywhere`: in every structure under one key, not in the row's domain."""

    source: str
    anywhere: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """A sealed value that was read apart from its row: it cannot be shown."""

    token: bytes

    def __str__(self) -> str:
        raise TypeError("a sealed value opens with its row: select the entity, not the column")

    def __repr__(self) -> str:
        return "<sealed>"


@dataclass(slots=True, eq=False)  # frozen would cost a microsecond a value
class Carried:
    """A value on its way to the database: what the row holds, and the token that is kept in its stead."""

    value: str | bytes = field(repr=False)
    token: bytes


class Sealed(TypeDecorator[Any]):
    """The type of a sealed column: a token in the database, text (or bytes) in a row."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, binary: bool = False) -> None:
        super().__init__()
        self.binary = binary

    def process_bind_param(self, value: object, dialect: Dialect) -> bytes | None:
        """Return the token of a value sealed for its row; refuse any other."""
        if value is None:
            return None
        if not isinstance(value, Carried):
            raise TypeError("a sealed value is written through its row")
        return value.token

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Return what the row will open."""
        return None if value is None else Closed(bytes(value))

    class Comparator(TypeDecorator.Comparator[Any]):
        """What may be asked of a sealed column in a query: whether there is a value."""

        def operate(self, op: Any, *other: Any, **options: Any) -> Any:
            """Refuse comparisons and sorting, which would read ciphertext."""
            if op not in (operators.is_, operators.is_not):
                raise TypeError("a sealed column is looked up through its keyed hash: is_equal()")
            return super().operate(op, *other, **options)

    comparator_factory = Comparator


def sealed() -> MappedColumn[Any]:
    """Declare a sealed text column."""
    return mapped_column(Sealed())


def sealed_bytes() -> MappedColumn[Any]:
    """Declare a sealed column of bytes: a file."""
    return mapped_column(Sealed(binary=True))


def keyed_hash(source: str, *, anywhere: bool = False, unique: bool = False) -> MappedColumn[Any]:
    """Declare the look-up column of a sealed one; `anywhere` when the structure is not known at look-up."""
    return mapped_column(
        LargeBinary(HASH_BYTES), unique=unique, index=not unique, info={HASHES: Hashes(source, anywhere)}
    )


def keys_of(session: Session | None) -> KeyStore:
    """Return the keys a session was given; raises NoKeyStore."""
    store = session.info.get(KEYS) if session is not None else None
    if not isinstance(store, KeyStore):
        raise NoKeyStore("Cette session n'a pas reçu les clés des données scellées.")
    return store
