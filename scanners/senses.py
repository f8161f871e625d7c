"""Whether a word of illness is an image of something else here (« un site boiteux », « allergique aux papiers »).

French makes images of illness with a thing for subject, a thing for complement, or the writer's own team for sufferer.
Forms known to serve so are looked at, unless the sentence speaks of care or of a body, and what only persons have.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from scanners.contexts import Context, Side
from scanners.injuries import is_bite, is_hurt
from scanners.spelling import common_words
from scanners.text import Remembered

SENSES = Path(__file__).parent / "lexicon" / "sens.toml"
THINGS = ("institution", "papier", "objet", "argent", "abstrait")
_SUBJECTS = frozenset((*THINGS, "sujet"))
_SOLID = frozenset(THINGS) - {"institution"}  # institutions hold persons too: « le patron », « le maire »
_LIVING = frozenset(("personne", "soin", "corps", "moi", "prenom"))
_BARE = frozenset(("objet", "argent"))
_VERBS = frozenset("porte portes place places tente tentes marche montre note cherche".split())
_HIS = frozenset("son sa ses mon ma mes leur leurs".split())
_SINCE = frozenset("depuis apres avec malgre pendant avant a de".split())
_ALLERGY = re.compile("allerg|phobi|peur|asthm")
_PAPERS = frozenset(("papier", "argent"))
_OF_WHAT = frozenset("de du des d".split())
SUBJECT = 9  # words
REACH = 14
REMEMBERED = 8_192  # words
CLAUSE = 8
_NEAR = 3
_ENDS = frozenset([",", ";", "(", ")", ":", "\n"])
_CLAUSES = _ENDS | frozenset("car que parce puisque mais donc quand si lorsque dont et ou qu".split())
_LINKS = frozenset(
    (
        "a au aux la le les l de du des d en un une et son sa ses qui ne n plus pas se s par est y sur dans il elle "
        "reste restee restes devenu devenue devient rend rendu fait etre etait ont avait depuis peu "
        "bien tres rien jamais trop tout toute"
    ).split()
)
_DETERMINERS = frozenset("le la les l son sa ses leur leurs cette ce ces un une notre nos votre vos".split())
_COPULAS = frozenset("est sont etait etaient semble parait reste devient deviennent".split())
# What leads from a subject to what befalls it: « la rocade [fait un] infarctus ».
_CARRIES = frozenset(
    (
        "est sont etait etaient sera a ont avait avaient aura fait font faisait faisaient fera reste restent devient "
        "deviennent semble parait souffre souffrent prend prennent pris attrape attrapent traverse frole ete etre "
        "avoir faire vient viennent donne donnent un une le la les l en sous encore deja toujours plus pas bien tres "
        "trop assez presque vraiment completement peu comme nous vous me m t te s se ne n tout toute chaque fois "
        "enfin desormais maintenant souvent parfois litteralement"
    ).split()
)
_ARTICLES = frozenset("le la les l des un une ce cet cette ces notre nos votre vos chaque".split())
_OPENS = frozenset(", ; : ( ) \n . ! ? - et mais car donc puis que qu quand si lorsque puisque".split())
_BREAKS = frozenset(
    (
        "et ou mais car donc puis que qu qui quand si lorsque puisque dont pour par avec sans depuis pendant suite "
        "apres avant a chez contre sur dans"
    ).split()
)
_OF = frozenset("de du des d par sur entre contre face devant".split())
_TO = frozenset("a au aux".split())
_LEADS = _OF | _TO
_NO_NOUN = _LEADS | _DETERMINERS
_TEAM = frozenset("nous on notre nos".split())
_SAYS = frozenset(
    "a ont dit disent explique expliquent signale signalent parle parlent confie raconte informe indique".split()
)
_SUFFERS = frozenset("souffre souffrent souffrait atteint atteinte atteints atteintes couvert couverte".split())
_JEST = re.compile(
    r"(?:dit|disait|ajoute|precise|repond) (?:il|elle) en (?:riant|souriant|plaisantant|rigolant)|"
    r"(?:plaisante|ironise|rigole) (?:t )?(?:il|elle|monsieur|madame|mr|mme)|facon de parler|au (?:sens )?figure|mdr$"
)
# What befalls anyone at a piece of news.
_AT_NEWS = re.compile(
    r"(?:a l (?:annonce|idee|ouverture|reception|lecture)|a la (?:lecture|reception|vue)|en (?:voyant|lisant|"
    r"ouvrant|recevant)|a chaque (?:courrier|relance|facture|appel|mail|demande|lettre|recommande)|"
    r"(?:des|quand|lors) qu (?:on|il|elle|elles|ils) (?:lui )?(?:parl|evoqu|recoi|voi|ouvr)\w*)(?= |$)"
)
# A paper that tells of an illness does not suffer from it.
_TELLS = frozenset(
    "mentionne mentionnent mentionnant indique indiquent indiquant evoque evoquent evoquant precise atteste confirme "
    "note parle parlent signale signalant decrit conclut relate relative relatif concernant concerne suite pour".split()
)
_LIKE = Context(
    r"(?:de quoi (?:etre|devenir|finir)|comme (?:un|une|des)|veritable|vraie?|espece d(?:e|une?)?|sorte de)(?: une?)?",
    Side.BEFORE,
)


Kinds = set[str | None]  # what words name


class Senses:
    """What the data file knows, ready to be asked."""

    def __init__(self, path: Path = SENSES) -> None:
        data = tomllib.loads(path.read_text("utf-8"))
        images = re.compile("|".join(data["images"]))
        # Whether a folded word is known to serve for images, or links those that do.
        self._serves = Remembered(
            lambda word: word in _LINKS or images.fullmatch(word) is not None, REMEMBERED
        ).__getitem__
        self._governed = re.compile("|".join(data["governed"]))
        self._objects = re.compile("|".join(data["objects"]))
        self._plain_qualities = re.compile("|".join(data["plain_qualities"]))
        self._overcome = re.compile("|".join(data["overcome"]))
        self._everyday = re.compile("|".join(data["everyday"]))
        self._qualities = re.compile("|".join(data["qualities"]))
        self._by_things = re.compile("|".join(data["by_things"]))
        self._somebody = re.compile("|".join(data["somebody"]))
        self._allergens = frozenset(data["allergens"])
        self._anybody = frozenset(data["anybody"])
        # What a folded word names: care, a body, a person, oneself, or some kind of thing.
        self.class_of = Remembered(self._class_of, REMEMBERED).__getitem__
        self._classes: dict[str, str] = {}
        self._places = frozenset(data["classes"]["lieu"])
        for name in ("sujet", "soin", "corps", "personne", "moi", *THINGS, "prenom"):
            for word in data["classes"][name]:
                self._classes.setdefault(word, name)

    def _class_of(self, word: str) -> str | None:
        found = self._classes.get(word)
        if found is None and len(word) > 3 and word[-1] in "sx":
            found = self._classes.get(word[:-1])
        return found

    def is_figurative(
        self, words: Sequence[str], first: int, last: int, sentence: tuple[int, int], of_persons: bool
    ) -> bool:
        """Tell whether a form means no illness here; `of_persons`: it says what only persons have."""
        after = words[last + 1 : last + 1 + _NEAR]
        if is_bite(words[first]) or (_ALLERGY.match(words[first]) and not self._allergens.isdisjoint(after)):
            return False
        if first - 2 >= sentence[0] and words[first - 1] in _HIS and words[first - 2] in _SINCE:
            return False  # « suspendu depuis son cancer »
        return (
            self.is_image(words, first, last, sentence)
            or (first == last and self.is_of_papers(after))
            or (of_persons and self.is_said_of_a_thing(words, first, sentence[0]))
        )

    def is_image(self, words: Sequence[str], first: int, last: int, sentence: tuple[int, int]) -> bool:
        """Tell whether the form from `first` to `last` (included) means no illness in this sentence."""
        while last > first and words[last] in _LINKS:  # « allergique à toute … »: what follows is the complement
            last -= 1
        form = words[first : last + 1]
        may_serve = all(map(self._serves, form))
        if words[last + 1 : last + 2] and self._plain_qualities.fullmatch(words[last + 1]):
            return True
        if not may_serve and (first == sentence[0] or words[first - 1] not in _COPULAS):
            return False
        before = words[max(sentence[0], first - REACH) : first]
        after = words[last + 1 : min(sentence[1], last + 1 + REACH)]
        if is_hurt(before, words[first]):
            return False
        if len(before) > 2 and before[-1] in ("d", "de") and before[-2] in _SUFFERS:  # « la caisse souffre d'amnésie »
            before = before[:-2]
        left, right = set(map(self.class_of, before)), set(map(self.class_of, after))
        if not {"soin", "corps"}.isdisjoint(left | right):
            return False
        if not may_serve:
            return "personne" not in left and self._is_a_thing(before)
        return self._has_company(form, before, after, left, right)

    def _has_company(
        self, form: Sequence[str], before: Sequence[str], after: Sequence[str], left: Kinds, right: Kinds
    ) -> bool:
        """Tell whether what stands around a form that serves for images makes one of it; it is of these kinds."""
        nobody_before = "personne" not in left
        return (
            (not before and len(form) == 1 and self._named_after(after))
            or (nobody_before and not _SUBJECTS.isdisjoint(left) and self._of_a_thing(before))
            or self._about_a_thing(form, after)
            or (nobody_before and "personne" not in right and self._of_the_team(before))
            or (bool(before) and _LIKE.may_touch(before[-1]) and _LIKE.match(" ".join(before[-4:])) is not None)
            or (not _SUBJECTS.isdisjoint(left | right) and self._in_jest(before, after))
            or (self._overcome.search(" ".join(form)) is not None and _AT_NEWS.match(" ".join(after)) is not None)
        )

    def _named_after(self, after: Sequence[str]) -> bool:
        """Tell whether the thing is named in the next breath and nothing else (« paranoïaque, le logiciel : »)."""
        return (
            len(after) > 2
            and after[0] == ","
            and after[1] in _DETERMINERS
            and self.class_of(after[2]) in THINGS
            and after[3:4] in ([], [":"], ["."], ["!"])
        )

    def _in_jest(self, before: Sequence[str], after: Sequence[str]) -> bool:
        """Tell whether it is said with a laugh, in a sentence that speaks of things."""
        return _JEST.search(" ".join(after)) is not None and any(
            self.class_of(word) in THINGS for word in (*before, *after)
        )

    def _of_a_thing(self, before: Sequence[str]) -> bool:
        near = before[-CLAUSE:]
        for word, led in zip(reversed(near), reversed(["", *near[:-1]]), strict=True):
            if word in _CLAUSES or word in _TELLS:
                return False
            kind = self.class_of(word)
            if kind is not None and not (kind in THINGS and led in _TO):  # « pas venu au rdv, était malade »
                return kind in THINGS or kind == "sujet"
        return False

    def _is_a_thing(self, before: Sequence[str]) -> bool:
        """Tell whether a thing *is* what the form says (« la procédure est dépressive »)."""
        return bool(before) and before[-1] in _COPULAS and self._of_a_thing(before)

    def is_said_of_a_thing(self, words: Sequence[str], form: int, sentence: int) -> bool:
        """Tell whether a subject that names nobody and no body leads straight to the form (« la rocade fait un … »).

        `form` and `sentence` are where they begin.
        """
        before = words[max(sentence, form - REACH) : form]
        at = len(before)
        if at > 2 and before[at - 1] in _OF and before[at - 2] in _SUFFERS:
            at -= 2
        while at and before[at - 1] in _CARRIES:
            at -= 1
        if not at or before[at - 1] in self._anybody or before[at - 1] in _NO_NOUN:
            return False
        first = at
        while first and first > at - SUBJECT and before[first - 1] not in _ENDS and before[first - 1] not in _BREAKS:
            first -= 1
        if first == at or (first and before[first - 1] not in _OPENS):
            return False
        return self._names_a_thing(before[first:at], led=at < len(before))

    def is_of_papers(self, after: Sequence[str]) -> bool:
        """Tell whether papers or money follow at once as its complement (« autopsie d'un rejet »)."""
        if after[:1] == [] or after[0] not in _OF_WHAT:
            return False
        noun = next((word for word in after[1:3] if word not in _DETERMINERS), "")
        return self.class_of(noun) in _PAPERS

    def _names_a_thing(self, subject: Sequence[str], *, led: bool) -> bool:
        """Tell whether a subject is known for a thing (« dossier de Mme Roy »), or no word of it names anybody."""
        if not _TELLS.isdisjoint(subject):
            return False
        if subject[0] not in _ARTICLES:  # « Chaudière [en] … »: only what can be no verb
            return led and len(subject) == 1 and subject[0] not in _VERBS and self.class_of(subject[0]) in _BARE
        if self.class_of(subject[1] if len(subject) > 1 else "") in _SOLID and not _OF.isdisjoint(subject[2:3]):
            return True
        return all(map(self._is_plain, subject))

    def _is_plain(self, word: str) -> bool:
        """Tell whether a word is French and names no person and no state of health."""
        kind = self.class_of(word)
        return kind in _SOLID or (
            kind not in _LIVING and word in common_words() and self._somebody.fullmatch(word) is None
        )

    def _about_a_thing(self, form: Sequence[str], after: Sequence[str]) -> bool:
        if after and self._qualities.fullmatch(after[0]):
            return True
        if len(after) > 1 and after[0] in _DETERMINERS and any(self._objects.fullmatch(word) for word in form):
            return self._thing_in(after[1 : 1 + _NEAR])
        if after[:2] == ["un", "peu"]:
            after = after[2:]
        if _LEADS.isdisjoint(after[:_NEAR]):
            return False
        at = next(i for i, word in enumerate(after) if word in _LEADS)
        if any(word in _ENDS or word in _DETERMINERS for word in after[:at]):
            return False
        preposition = after[at]
        if preposition in _TO:
            if after[at + 1 : at + 2] == ["cause"]:
                return any(self._everyday.fullmatch(word) for word in form) and self._thing_in(after[at + 2 : at + 6])
            return any(self._governed.fullmatch(word) for word in form) and self._thing_in(
                after[at + 1 : at + 1 + _NEAR]
            )
        harmed = preposition == "par" and any(self._by_things.fullmatch(word) for word in form)
        return self._thing_in(after[at + 1 : at + 1 + _NEAR], harm=harmed, place=preposition in ("sur", "devant"))

    def _thing_in(self, words: Sequence[str], *, harm: bool = False, place: bool = False) -> bool:
        for word in words:
            if word in _ENDS:
                return False
            kind = self.class_of(word)
            if kind is not None:
                return kind in THINGS and not (harm and kind == "objet") and not (place and word in self._places)
        return False

    def _of_the_team(self, before: Sequence[str]) -> bool:
        if _TEAM.isdisjoint(before):
            return False
        at = next((i for i in range(len(before) - 1, -1, -1) if before[i] in _TEAM or before[i] in _CLAUSES), None)
        return at is not None and before[at] in _TEAM and _SAYS.isdisjoint(before[at + 1 : at + 3])


@cache
def senses() -> Senses:
    """Return the senses that ship with the product, read once."""
    return Senses()
